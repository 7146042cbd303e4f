use memory_accounting::ConfigValue;

#[derive(ConfigValue)]
struct Nothing;

fn main() {}
