use memory_accounting::sizing;
use memory_accounting::{ComponentBounds, MemoryBounds, SettingRange};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(at_least = 1)]
    capacity: usize,
    #[bounds(per_item = "capacity")]
    entries: Vec<u64>,
}

fn main() {
    let settings = sizing::settings(&ComponentBounds::of(&Cache { capacity: 10, entries: Vec::new() }));
    assert_eq!((settings[0].key.as_str(), settings[0].range), ("capacity", SettingRange::at_least(1)));
}
