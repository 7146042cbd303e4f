use memory_accounting::ConfigValue;

struct Nothing;

impl ConfigValue for Nothing {
    fn config_value(&self) -> usize {
        0
    }
}

fn main() {
    assert_eq!(Nothing.config_value(), 0);
}
