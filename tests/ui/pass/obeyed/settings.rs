//! What the messages about settings say, done.
#![allow(dead_code)]

use memory_accounting::{ComponentBounds, ConfigValue, MemoryBounds};

#[derive(MemoryBounds)]
struct OptionInExpression {
    capacity: Option<usize>,
    #[bounds(per_item = "capacity.unwrap_or(4) * 2")]
    buffer: Vec<u64>,
}

#[derive(MemoryBounds)]
struct OptionNotLimited {
    capacity: Option<usize>,
    #[bounds(per_item = "min(capacity.unwrap_or(unlimited), 10)")]
    buffer: Vec<u64>,
}

#[derive(MemoryBounds)]
struct OptionAsSetting {
    #[bounds(items = u64, or = 8)]
    max_events: Option<usize>,
}

#[derive(MemoryBounds)]
struct SignedInExpression {
    capacity: i64,
    #[bounds(per_item = self.capacity())]
    buffer: Vec<u64>,
}

impl SignedInExpression {
    fn capacity(&self) -> usize {
        usize::try_from(self.capacity).unwrap_or(0)
    }
}

#[derive(MemoryBounds)]
struct SignedAsSetting {
    #[bounds(sizes = Vec<u64>, per_item = "self.max_events()")]
    max_events: i32,
}

impl SignedAsSetting {
    fn max_events(&self) -> usize {
        usize::try_from(self.max_events).unwrap_or(0)
    }
}

enum MaxBytes {
    Unlimited,
    Bytes(u64),
}

impl memory_accounting::ConfigValue for MaxBytes {
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

fn bytes(component: &impl MemoryBounds) -> usize {
    ComponentBounds::of(component).total_firm_limit_bytes()
}

fn main() {
    assert_eq!((MaxBytes::Unlimited.config_limit(), MaxBytes::Bytes(3).config_limit()), (None, Some(3)));
    assert_eq!(bytes(&OptionInExpression { capacity: None, buffer: vec![] }), 64);
    assert_eq!(bytes(&OptionNotLimited { capacity: None, buffer: vec![] }), 80);
    assert_eq!(bytes(&OptionAsSetting { max_events: None }), 64);
    assert_eq!(bytes(&SignedInExpression { capacity: -8, buffer: vec![] }), 0);
    assert_eq!(bytes(&SignedAsSetting { max_events: 8 }), 64);
}
