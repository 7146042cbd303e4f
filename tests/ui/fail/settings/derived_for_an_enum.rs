use memory_accounting::ConfigValue;

#[derive(ConfigValue)]
enum MaxBytes {
    Unlimited,
    Bytes(u64),
}

fn main() {}
