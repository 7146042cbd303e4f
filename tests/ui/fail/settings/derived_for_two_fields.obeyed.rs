use memory_accounting::ConfigValue;

struct Range {
    lowest: u64,
    highest: u64,
}

impl ConfigValue for Range {
    fn config_value(&self) -> usize {
        self.highest.config_value().saturating_sub(self.lowest.config_value())
    }
}

fn main() {
    assert_eq!(Range { lowest: 2, highest: 5 }.config_value(), 3);
}
