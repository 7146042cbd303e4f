//! What a setting may be, and what is said about one that is none.

use super::mistakes::{mistakes, of_bytes};

/// A struct with `limit` of type `ty` in an expression.
fn named(ty: &str, bytes: &str) -> Vec<String> {
    mistakes(&format!("struct S {{ limit: {ty}, #[bounds(bytes = {bytes})] b: Vec<u8> }}"))
}

/// A struct with a statement on its `limit` of type `ty`.
fn stated(ty: &str, statement: &str) -> Vec<String> {
    mistakes(&format!("struct S {{ #[bounds({statement})] limit: {ty} }}"))
}

#[test]
fn an_absent_setting_needs_a_meaning() {
    let message = [
        "`limit` may be absent; write `limit.unwrap_or(…)` with what it then counts as, or `unwrap_or(unlimited)` where it is then not limited",
    ];
    for bytes in ["limit", "limit * 2", "self.limit", "key(\"l\", limit)", "constant(\"l\", limit)"] {
        assert_eq!(named("Option<usize>", bytes), message, "{bytes}");
    }
    for bytes in [
        "limit.unwrap_or(1)",
        "self.limit.unwrap_or(unlimited)",
        "key(\"l\", limit.unwrap_or(A * 2))",
        "limit, or = 4 KiB",
    ] {
        assert_eq!(named("Option<usize>", bytes), [""; 0], "{bytes}");
    }
    for statement in ["items = u8", "sizes = Vec<u8>", "bytes"] {
        let message = format!(
            "`limit` may be absent; write `or = …` beside `{statement}` with what it then counts as, or `or = unlimited` where it \
             is then not limited"
        );
        assert_eq!(stated("std::option::Option<usize>", statement), [message]);
        assert_eq!(stated("Option<usize>", &format!("{statement}, or = unlimited")), [""; 0]);
    }
    assert_eq!(
        mistakes("struct S(Option<u8>, #[bounds(bytes = self.0)] Vec<u8>);"),
        [
            "`0` may be absent; write `self.0.unwrap_or(…)` with what it then counts as, or `unwrap_or(unlimited)` where it is then not limited"
        ]
    );
}

#[test]
fn or_is_for_one_setting() {
    let message = [
        "`or` says what one setting means where it is absent, and the expression is more than that; write `path.unwrap_or(…)` in it",
    ];
    assert_eq!(named("usize", "limit * 2, or = 1"), message);
    assert_eq!(named("Option<usize>", "limit.unwrap_or(2), or = 1"), message);
    assert_eq!(named("Option<usize>", "key(\"l\", limit), or = 1"), [""; 0]);
    assert_eq!(named("Option<usize>", "limit.get(), or = 1"), [""; 0]);
    assert_eq!(
        mistakes("struct S { #[bounds(flatten, or = 1)] a: A }"),
        ["`or` does not go with `flatten`; it goes with `per_item`, `bytes`, `items` and `sizes`"]
    );
}

#[test]
fn a_signed_setting_needs_an_accessor() {
    let decides = "with an accessor `fn limit(&self) -> usize` that decides what it then counts as";
    assert_eq!(
        named("i32", "limit"),
        [format!("`limit` may be negative, and a size is not; write `self.limit()` in its place, {decides}")]
    );
    let of = |ty: &str, statement: &str, instead: &str| {
        let what = if ty == "f64" { "a fraction" } else { "negative" };
        let message = format!(
            "`limit` may be {what}, and a size is not; write `{instead}` in place of `{statement}`, {decides}"
        );
        assert_eq!(stated(ty, statement), [message]);
        assert_eq!(stated(ty, instead), [""; 0]);
    };
    of("i64", "items = Event", "sizes = Vec<Event>, per_item = \"self.limit()\"");
    of("isize", "sizes = HashMap<K, V>", "sizes = HashMap<K, V>, per_item = \"self.limit()\"");
    of("f64", "bytes", "bytes = \"self.limit()\"");
}

/// That the first mistake of `bytes` begins with `message`, and that `obeyed` is none.
fn told(bytes: &str, message: &str, obeyed: &str) {
    let mistakes = of_bytes(bytes);
    assert!(mistakes.len() == 1 && mistakes[0].starts_with(message), "{bytes}: {mistakes:?}");
    assert_eq!(of_bytes(obeyed), [""; 0], "{obeyed}");
}

#[test]
fn what_no_setting_or_number_is_made_of_is_told_what_to_write() {
    for unit in ["MB", "mib", "M"] {
        let message = format!("`{unit}` is not a unit here: write `4 MiB`");
        told(&format!("4 {unit}"), &message, "4 MiB");
        told(&format!("4{unit}"), &message, "4MiB");
    }
    told("99999999999 GiB", "`99999999999 GiB` does not fit 64 bits", "9999999999 GiB");
    for panics in ["unwrap()", "expect(\"set\")"] {
        let name = panics.split('(').next().unwrap();
        let message = format!(
            "`{name}` panics where the setting is absent; write `unwrap_or(EXPR)` in its place, with what it then counts as, or `unwrap_or(unlimited)`"
        );
        told(&format!("capacity.{panics}"), &message, "capacity.unwrap_or(unlimited)");
    }
    told(
        "capacity.unwrap_or()",
        "write `unwrap_or(EXPR)` with what the setting counts as",
        "capacity.unwrap_or(1)",
    );
    told("capacity.unwrap_or(1).get()", "`unwrap_or` ends a path", "capacity.get().unwrap_or(1)");
    told("a::B.get()", "nothing can be called on a constant but `unwrap_or`", "a::B.unwrap_or(1)");
    told(
        "constant(capacity)",
        "write `constant(\"name\", path)`: the name of the constant",
        "constant(\"name\", capacity)",
    );
}

#[test]
fn a_field_may_be_called_as_what_is_not_limited() {
    let declaration = "struct S { unlimited: bool, #[bounds(bytes = unlimited)] b: Vec<u8> }";
    let code = crate::derive(syn::parse_str(declaration).unwrap(), None).to_string();
    assert!(code.contains("self . unlimited"), "{code}");
}

#[test]
fn a_type_in_quotes_is_told_from_a_setting() {
    let of = |items: &str| stated("usize", &format!("items = \"{items}\"")).concat();
    for setting in ["queue", "max_events", "u8s"] {
        assert!(of(setting).ends_with(&format!("at most is `per_item = \"{setting}\"`")), "{}", of(setting));
    }
    for ty in ["u8", "usize", "Event", "crate::event"] {
        assert!(of(ty).ends_with(&format!("without quotes: write `items = {ty}`")), "{}", of(ty));
    }
}

#[test]
fn what_a_payload_holds_is_named_behind_it() {
    let else_ =
        "an accessor is called as `self.cache_size()`, and a constant is written in upper case or as a path";
    for (declaration, written) in [
        ("enum E { A(#[bounds(bytes = cache_size)] C) }", "`self.0.cache_size`"),
        ("struct S(#[bounds(bytes = self.cache_size)] C);", "`self.0.cache_size`"),
        ("struct S(#[bounds(bytes = cache_size)] C, D);", "`self.0.cache_size` or `self.1.cache_size`"),
    ] {
        assert_eq!(
            mistakes(declaration),
            [format!(
                "there is no field `cache_size` here; what a field holds is written {written}; {else_}"
            )]
        );
    }
}
