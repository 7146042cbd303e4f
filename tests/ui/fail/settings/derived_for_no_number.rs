use memory_accounting::ConfigValue;

#[derive(ConfigValue)]
struct Text(String);

fn main() {}
