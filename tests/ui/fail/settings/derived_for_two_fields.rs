use memory_accounting::ConfigValue;

#[derive(ConfigValue)]
struct Range {
    lowest: u64,
    highest: u64,
}

fn main() {}
