//! What is different in another configuration, setting by setting.

use std::fmt;

use serde_json::Value;

use super::Configuration;

/// A setting that has another value than before.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// As in the file, below the name of its part.
    pub(crate) key: String,
    before: Value,
    after: Value,
}

impl Configuration {
    /// The settings that have another value in `next`. They are read from what the file would have, so that none is overlooked that is added.
    pub(crate) fn changes(&self, next: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        if let (Ok(before), Ok(after)) = (serde_json::to_value(self), serde_json::to_value(next)) {
            compare(String::new(), before, after, &mut changes);
        }
        changes
    }
}

fn compare(key: String, before: Value, after: Value, changes: &mut Vec<Change>) {
    match (before, after) {
        (Value::Object(before), Value::Object(mut after)) => {
            for (name, before) in before {
                let after = after.remove(&name).unwrap_or(Value::Null);
                let key = if key.is_empty() { name } else { format!("{key}.{name}") };
                compare(key, before, after, changes);
            }
        }
        (before, after) if before != after => changes.push(Change { key, before, after }),
        _ => {}
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, before, after } = self;
        write!(formatter, "{key} {} → {}", Shown(before), Shown(after))
    }
}

/// A value as a line of the log has it.
struct Shown<'a>(&'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => formatter.write_str("(none)"),
            Value::String(text) => formatter.write_str(text),
            value => write!(formatter, "{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::{SignedGauges, Within};

    #[test]
    fn each_setting_that_differs_is_named_with_both_values() {
        let before = Configuration::default();
        assert_eq!(before.changes(&before), []);
        let mut next = before.clone();
        next.memory.limit_bytes = Some(7);
        next.source.address = "127.0.0.1:99".parse().unwrap();
        next.aggregator.signed_gauges = SignedGauges::Level;
        next.destination.connection_limit = Within::of::<8>();
        let changes: Vec<_> = before.changes(&next).iter().map(ToString::to_string).collect();
        assert_eq!(
            changes,
            [
                "aggregator.signed_gauges change → level",
                "destination.connection_limit 64 → 8",
                "memory.limit (none) → 7",
                "source.address 127.0.0.1:8125 → 127.0.0.1:99",
            ]
        );
    }
}
