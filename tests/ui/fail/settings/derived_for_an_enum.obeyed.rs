use memory_accounting::ConfigValue;

enum MaxBytes {
    Unlimited,
    Bytes(u64),
}

impl ConfigValue for MaxBytes {
    fn config_value(&self) -> usize {
        self.config_limit().unwrap_or(usize::MAX)
    }

    fn config_limit(&self) -> Option<usize> {
        match self {
            Self::Unlimited => None,
            Self::Bytes(bytes) => Some(bytes.config_value()),
        }
    }
}

fn main() {
    assert_eq!(MaxBytes::Unlimited.config_limit(), None);
    assert_eq!(MaxBytes::Bytes(3).config_limit(), Some(3));
}
