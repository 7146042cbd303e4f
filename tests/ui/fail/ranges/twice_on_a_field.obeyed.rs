use memory_accounting::sizing;
use memory_accounting::{ComponentBounds, MemoryBounds, SettingRange};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(items = u64, at_least = 1)]
    #[bounds(items = u32)]
    entries: usize,
}

fn main() {
    let settings = sizing::settings(&ComponentBounds::of(&Cache { entries: 10 }));
    assert_eq!((settings[0].key.as_str(), settings[0].range), ("entries", SettingRange::at_least(1)));
}
