use memory_accounting::ConfigValue;

#[derive(ConfigValue)]
struct Text(u32);

fn main() {
    assert_eq!(Text(5).config_value(), 5);
}
