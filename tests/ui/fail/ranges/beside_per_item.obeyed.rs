use memory_accounting::sizing;
use memory_accounting::{ComponentBounds, MemoryBounds, SettingRange};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(items = u64, at_most = 100)]
    capacity: usize,
}

fn main() {
    let settings = sizing::settings(&ComponentBounds::of(&Cache { capacity: 10 }));
    assert_eq!((settings[0].key.as_str(), settings[0].range), ("capacity", SettingRange::at_most(100)));
}
