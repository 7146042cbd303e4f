use memory_accounting::sizing;
use memory_accounting::{ComponentBounds, MemoryBounds, SettingRange};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes, at_least = 1)]
    max_bytes: usize,
}

fn main() {
    let settings = sizing::settings(&ComponentBounds::of(&Cache { max_bytes: 10_000 }));
    assert_eq!((settings[0].key.as_str(), settings[0].range), ("max_bytes", SettingRange::at_least(1)));
}
