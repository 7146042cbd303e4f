//! Which key is meant by the words that people try first.

use super::grammar::Keys;

/// Words for one key, and that key with what it says.
type Meant = (&'static [&'static str], &'static str);

const ON_A_FIELD: [Meant; 14] = [
    (
        &["between", "greatest", "in_range", "least", "most", "range", "within"],
        "`at_least` and `at_most` were probably meant (the values that the program takes for the setting)",
    ),
    (
        &[
            "cap",
            "capacity",
            "count",
            "depth",
            "elements",
            "entries",
            "len",
            "length",
            "limit",
            "max",
            "max_count",
            "max_entries",
            "max_items",
            "max_len",
            "maximum",
            "n",
            "num",
            "number",
            "per_element",
            "per_entry",
            "per_value",
            "with_capacity",
        ],
        "`per_item` was probably meant (the most items it ever holds), or `bytes` (the most bytes it owns)",
    ),
    (
        &["alloc", "heap", "heap_bytes", "heap_size", "max_bytes", "max_size", "mem", "memory", "size"],
        "`bytes` was probably meant (the most bytes it owns)",
    ),
    (
        &["exclude", "exempt", "ignore", "ignored", "none", "skipped", "untracked"],
        "`skip = \"why it need not be counted\"` was probably meant",
    ),
    (
        &["default", "fallback", "if_none", "or_else", "otherwise", "unwrap_or"],
        "`or` was probably meant (what an absent setting counts as)",
    ),
    (&["id", "label", "title"], "`name` was probably meant (the entry's, in reports)"),
    (&["alias", "config_key", "key"], "`rename` was probably meant (the key in the operator's file)"),
    (&["child", "inner", "nest", "nested", "part", "sub"], "`subcomponent` was probably meant"),
    (
        &["compute", "expr", "function", "using", "via"],
        "`with` was probably meant (a function from the field to its bytes)",
    ),
    (&["copies", "factor", "multiplier", "repeat"], "`times` was probably meant (how many there are of it)"),
    (
        &["bytes_per_item", "item_heap", "item_size", "per_item_bytes"],
        "`item_bytes` was probably meant (the most heap bytes that one item owns)",
    ),
    (&["arc", "box", "pointer", "rc", "shared"], "`boxed` was probably meant (one value behind a pointer)"),
    (
        &["initial", "min", "preallocate", "preallocated", "reserve", "reserved", "up_front", "upfront"],
        "`minimum` was probably meant (it is allocated up front), beside what says how much",
    ),
    (
        &["container", "map", "of", "ty", "type", "vec"],
        "`sizes` was probably meant (the container whose capacity it is), or `items` (the type of one value)",
    ),
];

const ON_THE_TYPE: [Meant; 5] = [
    (&["config", "configuration", "setting"], "`settings` was probably meant"),
    (&["describes", "of"], "`component` was probably meant (the type that this one configures)"),
    (
        &["min", "up_front", "upfront"],
        "`minimum(…)` was probably meant (memory that no field owns, allocated up front)",
    ),
    (&["extra", "max", "maximum"], "`firm(…)` was probably meant (memory that no field owns)"),
    (&["case"], "`rename_all` was probably meant"),
];

const IN_A_LIST: [Meant; 5] = [
    (&["heap", "max", "max_bytes", "mem", "memory", "size"], "`bytes` was probably meant"),
    (
        &["cap", "capacity", "count", "items", "len", "length", "limit"],
        "`per_item` was probably meant (the most items it ever holds), beside `sizes`, the container",
    ),
    (&["container", "of", "ty", "type"], "`sizes` was probably meant (the container)"),
    (&["id", "label", "title"], "`name` was probably meant"),
    (&["copies", "factor", "multiplier", "repeat"], "`times` was probably meant (how many there are of it)"),
];

/// The key that is meant by `word` among `keys`, with what it says.
pub(super) fn meant(word: &str, keys: Keys<'_>) -> Option<&'static str> {
    table(keys).iter().find(|(words, _)| words.contains(&word)).map(|(_, meant)| *meant)
}

fn table(keys: Keys<'_>) -> &'static [Meant] {
    match keys {
        Keys::Field => &ON_A_FIELD,
        Keys::Type => &ON_THE_TYPE,
        Keys::Extra(_) => &IN_A_LIST,
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::{Ident, Span};

    use super::*;

    #[test]
    fn what_is_meant_is_a_key_and_what_it_is_called_is_none() {
        let firm = Ident::new("firm", Span::call_site());
        for keys in [Keys::Field, Keys::Type, Keys::Extra(&firm)] {
            let mut seen = Vec::new();
            for (words, meant) in table(keys) {
                for quoted in meant.split('`').skip(1).step_by(2) {
                    let key = quoted.split([' ', '(']).next().unwrap();
                    assert!(keys.names().contains(&key), "{key}");
                }
                for word in *words {
                    assert!(!keys.names().contains(word) && !seen.contains(word), "{word}");
                    seen.push(word);
                }
            }
        }
    }
}
