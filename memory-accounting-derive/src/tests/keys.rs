//! Under which key of the operator's file a setting is known.

use super::generated::code;
use super::mistakes::mistakes;

/// The keys of all settings of a declaration, in order.
fn keys(declaration: &str) -> Vec<String> {
    let code = code(declaration);
    let settings = code.split("ConfigValue::config_expr(").skip(1).chain(code.split("setting_or(").skip(1));
    settings.map(|behind| behind.split_once(",\"").unwrap().1.split('"').next().unwrap().to_owned()).collect()
}

fn key(declaration: &str) -> String {
    let keys = keys(declaration);
    assert_eq!(keys.len(), 1, "{declaration}: {keys:?}");
    keys.concat()
}

#[test]
fn a_path_has_the_keys_of_its_fields() {
    let of = |bytes: &str, expected: &str| {
        let declaration = format!(
            "#[bounds(prefix = \"p.\", rename_all = \"kebab-case\")] struct S {{ max_len: L, #[serde(flatten)] flat: F, \
             #[bounds(prefix = \"read_\")] #[serde(flatten)] read: F, #[bounds(rename = \"x\")] #[serde(flatten)] named: F, \
             pair: (u8, u8), #[bounds(bytes = {bytes})] b: B }}"
        );
        assert_eq!(key(&declaration), expected, "{bytes}");
    };
    of("max_len", "p.max-len");
    of("self.max_len", "p.max-len");
    // What is called on a field converts its value, and a newtype has no key of its own.
    of("max_len.get().0", "p.max-len");
    of("self.max_len.get()", "p.max-len");
    of("max_len.read().unwrap_or(3)", "p.max-len");
    of("max_len.queues.0.depth.as_u64()", "p.max-len.queues.depth");
    of("flat.limit", "p.limit");
    of("read.limit", "p.read_limit");
    of("named.limit", "p.x.limit");
    of("pair.0", "p.pair.0");
    of("pair.1", "p.pair.1");
    // An accessor of the type is what the field of its name is, where there is one.
    of("self.limit()", "p.limit");
    of("self.soft_limit().get()", "p.soft-limit");
    of("self.soft_limit().queues.depth", "p.soft-limit.queues.depth");
    of("self.max_len()", "p.max-len");
    of("self.max_len().depth", "p.max-len.depth");
    of("self.flat().depth", "p.depth");
    of("key(\"named\", max_len)", "named");
    of("key(\"named\", max_len.get())", "named");
    of("key(\"named\", self.limit())", "named");
    of("key(\"named\", self.limit().unwrap_or(2))", "named");
    let code = code("struct S { #[bounds(bytes = LIMIT + constant(\"n\", self.n()))] b: B }");
    assert!(code.contains("constant_expr(&LIMIT,\"LIMIT\")") && code.contains(",\"n\")"), "{code}");
}

#[test]
fn a_newtype_has_the_key_of_whoever_holds_it() {
    for newtype in [
        "struct S(#[bounds(bytes)] usize);",
        "#[serde(transparent)] struct S { #[bounds(bytes)] bytes: usize }",
        "#[serde(try_from = \"u64\")] struct S(#[bounds(bytes)] usize);",
        "struct S(#[bounds(bytes = self.0.get())] N);",
    ] {
        assert_eq!(key(newtype), "self", "{newtype}");
    }
    assert_eq!(key("#[bounds(prefix = \"p.\")] struct S(#[bounds(bytes)] usize);"), "p");
    assert_eq!(key("struct S(#[bounds(bytes, rename = \"x\")] usize);"), "x");
    assert_eq!(key("#[bounds(prefix = \"p.\")] struct S(#[bounds(bytes = self.0.len)] N);"), "p.len");
    assert_eq!(keys("struct S(#[bounds(bytes)] u8, #[bounds(bytes)] u8);"), ["0", "1"]);
    let labelled = code("struct S(#[bounds(items = u8)] usize);");
    assert!(labelled.contains("firm(memory_bounds_builder,\"self\",items::<u8>(\"self\","), "{labelled}");
    let held = code("struct S { #[bounds(subcomponent)] a: A, #[bounds(flatten)] b: B }");
    assert!(held.contains("subcomponent(memory_bounds_builder,\"a\",\"a\",&self.a)"), "{held}");
    assert!(held.contains("flattened(memory_bounds_builder,\"b.\",\"b\",&self.b)"), "{held}");
}

#[test]
fn a_variant_stands_where_its_enum_is_tagged() {
    let of = |tagging: &str, variant: &str| {
        keys(&format!(
            "#[serde(rename_all = \"snake_case\"{tagging})] enum E {{ {variant}, Other {{ a: u8 }} }}"
        ))
    };
    let newtype = "MaxEvents(#[bounds(bytes)] usize)";
    let inner = "MaxEvents(#[bounds(bytes = self.0.cache_size)] C)";
    let fields = "MaxEvents { #[bounds(bytes)] soft: usize }";
    let all = |tagging: &str| {
        [of(tagging, newtype), of(tagging, inner), of(tagging, fields)].map(|keys| keys.concat())
    };
    assert_eq!(all(""), ["max_events", "max_events.cache_size", "max_events.soft"]);
    assert_eq!(all(", tag = \"type\""), ["self", "cache_size", "soft"]);
    assert_eq!(all(", tag = \"t\", content = \"c\""), ["c", "c.cache_size", "c.soft"]);
    assert_eq!(all(", untagged"), ["self", "cache_size", "soft"]);
    assert_eq!(of("", "#[serde(untagged)] A(#[bounds(bytes)] usize)"), ["self"]);
    assert_eq!(of("", "#[serde(rename = \"max\")] MaxEvents(#[bounds(bytes)] usize)"), ["max"]);
    assert_eq!(of("", "A(#[bounds(bytes, rename = \"x\")] usize)"), ["x"]);
    assert_eq!(of("", "A { #[bounds(bytes, rename = \"x\")] a: usize }"), ["x"]);
    assert_eq!(of("", "A(#[bounds(bytes)] u8, #[bounds(bytes)] u8)"), ["a.0", "a.1"]);
    assert_eq!(
        keys(
            "#[bounds(rename_all = \"kebab-case\", prefix = \"p.\")] enum E { DiskV2 { #[bounds(bytes)] max_size: u8 } }"
        ),
        ["p.disk-v2.max-size"]
    );
    assert_eq!(
        keys(
            "#[serde(rename_all = \"snake_case\")] #[bounds(rename_all = \"kebab-case\")] enum E { DiskV2 { #[bounds(bytes)] max_size: u8 } }"
        ),
        ["disk_v2.max-size"]
    );
    let named = code("enum E { DiskV2(#[bounds(items = u8)] usize), A(#[bounds(subcomponent)] A) }");
    assert!(named.contains("items::<u8>(\"DiskV2\","), "{named}");
    assert!(named.contains("subcomponent(memory_bounds_builder,\"A\",\"A\","), "{named}");
}

#[test]
fn a_subcomponent_is_called_as_its_table_in_the_file() {
    let code = code(
        "#[serde(rename_all = \"kebab-case\")] #[bounds(prefix = \"p.\")] struct S { #[bounds(subcomponent)] hot_cache: A, \
         #[bounds(subcomponent, rename = \"x\")] b: A, #[bounds(subcomponent = \"y\")] c: A }",
    );
    for part in ["\"hot-cache\",\"p.hot-cache\",", "\"x\",\"p.x\",", "\"y\",\"p.c\","] {
        assert!(code.contains(&format!("subcomponent(memory_bounds_builder,{part}")), "{part} in {code}");
    }
}

#[test]
fn what_is_read_from_another_type_is_asked_for_its_key() {
    let message = |name: &str| {
        [format!(
            "serde reads this type from `Raw`, so the file has the keys of that and may have none for `{name}`; say which key stands there \
             with `rename = \"…\"` on the field, or with `rename_all = \"snake_case\"` on the type where the fields are called alike"
        )]
    };
    let of = |bytes: &str| {
        mistakes(&format!(
            "#[serde(from = \"Raw\")] struct S {{ n: usize, #[bounds(bytes = {bytes})] b: B }}"
        ))
    };
    for bytes in ["n", "self.n", "n.get()", "n.unwrap_or(1)", "self.n()", "self.n().get()"] {
        assert_eq!(of(bytes), message("n"), "{bytes}");
    }
    for bytes in ["key(\"raw_n\", n)", "constant(\"n\", n)", "1", "self.m()"] {
        assert_eq!(of(bytes), [""; 0], "{bytes}");
    }
    assert_eq!(mistakes("#[serde(try_from = \"Raw\")] struct S { #[bounds(bytes)] n: u8 }"), message("n"));
    assert_eq!(
        mistakes("#[serde(from = \"Raw\")] struct S { #[bounds(bytes, rename = \"n\")] n: u8 }"),
        [""; 0]
    );
    assert_eq!(
        mistakes(
            "#[serde(from = \"Raw\")] #[bounds(rename_all = \"snake_case\")] struct S { #[bounds(bytes)] n: u8 }"
        ),
        [""; 0]
    );
    assert_eq!(mistakes("#[serde(from = \"Raw\")] enum E { A(#[bounds(bytes)] u8) }"), message("0"));
}

#[test]
fn a_field_has_one_key_and_one_prefix() {
    let of = |attributes: &str| mistakes(&format!("struct S {{ {attributes} a: A }}"));
    assert_eq!(
        of("#[bounds(flatten, prefix = \"x\")] #[bounds(prefix = \"y\")]"),
        ["`prefix` is given here first", "a field has one prefix; remove one `prefix`"]
    );
    assert_eq!(
        of("#[bounds(subcomponent, prefix = \"x\")]"),
        ["`prefix` does not go with `subcomponent`; it goes with `flatten`"]
    );
}
