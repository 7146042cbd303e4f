//! The mistakes of a declaration, word for word. How they are shown is held by the cases in `tests/ui` of the workspace.

use proc_macro2::{TokenStream, TokenTree};

use crate::{checked, expand};

/// The messages in the order in which they are shown.
pub(super) fn mistakes(declaration: &str) -> Vec<String> {
    match checked(syn::parse_str(declaration).unwrap(), None) {
        Ok(_) => Vec::new(),
        Err(rejected) => messages(rejected.errors),
    }
}

/// What the `compile_error!` invocations say.
fn messages(errors: TokenStream) -> Vec<String> {
    let said = errors.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) => messages(group.stream()),
        TokenTree::Literal(literal) => {
            vec![syn::parse2::<syn::LitStr>(TokenTree::from(literal).into()).unwrap().value()]
        }
        _ => Vec::new(),
    });
    said.collect()
}

/// A struct of a `capacity`, a `max_bytes` known as `max-bytes`, and memory of `bytes`.
pub(super) fn of_bytes(bytes: &str) -> Vec<String> {
    mistakes(&format!(
        "struct S {{ capacity: usize, #[bounds(rename = \"max-bytes\")] max_bytes: usize, \
         #[bounds(bytes = {bytes})] buffer: Vec<u8> }}"
    ))
}

#[test]
fn a_word_that_is_no_field_is_told_which_was_meant() {
    let like_one = ["there is no field `capcity`; `capacity` was probably meant"];
    assert_eq!(of_bytes("capcity"), like_one);
    assert_eq!(of_bytes("capcity.get()"), like_one);
    assert_eq!(of_bytes("self.capcity"), like_one);
    assert_eq!(of_bytes("self.capcity.get()"), like_one);
    let fields = "the fields are `capacity`, `max_bytes`, `buffer`";
    let else_ = "and a constant is written in upper case or as a path";
    assert_eq!(
        of_bytes("other"),
        [format!("there is no field `other`; {fields}; an accessor is called as `self.other()`, {else_}")]
    );
    assert_eq!(of_bytes("self.3"), [format!("there is no field `3`; {fields}")]);
    assert_eq!(
        of_bytes("key(\"other\", OTHER)"),
        [
            "`key` names a setting, and `OTHER` is no field; write `constant(\"other\", OTHER)` for a number that nobody sets"
        ]
    );
    assert_eq!(of_bytes("constant(\"other\", OTHER)"), [""; 0]);
    for endless in ["none", "infinite"] {
        assert_eq!(
            of_bytes(endless),
            [format!("there is no field `{endless}`; what has no limit is written `unlimited`")]
        );
    }
    assert_eq!(
        mistakes("#[bounds(minimum(name = \"fixed\", bytes = limit))] enum E { A { limit: usize } }"),
        [format!("there is no field `limit` here; an accessor is called as `self.limit()`, {else_}")]
    );
    let many = "f: u8, ".repeat(20);
    let message = mistakes(&format!("struct S {{ {many} #[bounds(bytes = other)] b: Vec<u8> }}")).concat();
    assert!(message.contains("`f` and 9 more; an accessor"), "{message}");
}

#[test]
fn a_config_key_is_told_which_field_it_belongs_to() {
    let is_key = |key: &str, field: &str| {
        [format!("`{key}` is the config key of field `{field}`; an expression names the field")]
    };
    // Two words, one message.
    assert_eq!(of_bytes("max - bytes"), is_key("max-bytes", "max_bytes"));
    let prefixed = |word: &str| {
        mistakes(&format!(
            "#[bounds(prefix = \"pool.\")] struct S {{ #[bounds(rename = \"max\")] limit: usize, #[bounds(bytes = {word})] b: Vec<u8> }}"
        ))
    };
    assert_eq!(prefixed("max"), is_key("max", "limit"));
    assert_eq!(prefixed("pool.max"), is_key("pool.max", "limit"));
    assert_eq!(prefixed("limit"), [""; 0]);
}

#[test]
fn every_operand_is_looked_at() {
    for operator in ["+", "*", "-", "/"] {
        assert_eq!(of_bytes(&format!("capcity {operator} max_byte")).len(), 2, "{operator}");
    }
    assert_eq!(of_bytes("max(capcity, max_byte, 1)").len(), 2);
}

#[test]
fn what_serde_skips_cannot_be_named() {
    let skipped = |path: &str| {
        [format!(
            "serde skips `limit`, so no operator can set it; use a setting that can be set, or write \
             `constant(\"limit\", {path})` for a number that nobody sets"
        )]
    };
    let of = |bytes: &str| {
        mistakes(&format!("struct S {{ #[serde(skip)] limit: L, #[bounds(bytes = {bytes})] b: Vec<u8> }}"))
    };
    for bytes in ["limit", "limit.get()", "limit.bytes"] {
        assert_eq!(of(bytes), skipped(bytes));
        assert_eq!(of(&format!("constant(\"limit\", {bytes})")), [""; 0]);
    }
    assert_eq!(of("key(\"a\", limit)"), skipped("limit"));
    assert_eq!(of("self.limit"), skipped("limit"));
    assert_eq!(of("self.limit().get()"), skipped("self.limit().get()"));
    assert_eq!(of("self.limit.bytes"), skipped("limit.bytes"));
    let skipped = skipped("limit");
    assert_eq!(mistakes("struct S { #[serde(skip)] #[bounds(bytes)] limit: usize }"), skipped);
    assert_eq!(mistakes("enum E { #[serde(skip)] A { #[bounds(items = u8)] limit: usize } }"), skipped);
}

#[test]
fn an_expression_has_at_most_forty_levels() {
    let nested = |levels: usize| "capacity".to_owned() + &" - 1".repeat(levels - 1);
    assert_eq!(of_bytes(&nested(40)), [""; 0]);
    assert_eq!(
        of_bytes(&nested(41)),
        [
            "the expression has 41 levels, but at most 40 can be reported; give parts of it a name with accessors"
        ]
    );
}

#[test]
fn what_syn_would_report_in_its_own_words_is_told_what_to_write() {
    let of = |attribute: &str| mistakes(&format!("struct S {{ #[bounds({attribute})] a: usize }}"));
    for half in ["(u8 u16)", "[u8; 4 4]", "Vec<u8"] {
        assert_eq!(of(&format!("items = {half}")), ["`items` takes a type: write `items = Event`"], "{half}");
    }
    assert!(of("bytes = limits::MAX < 4").concat().starts_with("`<` has no place here: the greater of"));
}

#[test]
fn skip_stands_alone() {
    let beside = |key: &str| {
        [
            "`skip` says here that nothing is counted".to_owned(),
            format!("`{key}` stands beside `skip` on the same field; remove one"),
        ]
    };
    let of = |attributes: &str| mistakes(&format!("struct S {{ {attributes} a: Vec<u8> }}"));
    assert_eq!(of("#[bounds(skip = \"x\")] #[bounds(bytes = 1)]"), beside("bytes"));
    assert_eq!(of("#[bounds(bytes = 1)] #[bounds(skip = \"x\")]"), beside("bytes"));
    assert_eq!(of("#[bounds(skip = \"x\", bytes = 1)]"), beside("bytes"));
    assert_eq!(of("#[bounds(bytes = 1, skip = \"x\")]"), beside("bytes"));
    assert_eq!(of("#[bounds(skip = \"x\")] #[bounds(skip = \"y\")]"), beside("skip"));
    assert_eq!(of("#[bounds(skip = \"x\", rename = \"y\")]"), [""; 0]);
    assert_eq!(of("#[bounds(bytes = 1)] #[bounds(bytes = 2)]"), [""; 0]);
}

#[test]
fn a_statement_is_given_once_in_an_attribute() {
    let of = |attribute: &str| mistakes(&format!("struct S {{ #[bounds({attribute})] a: Vec<u8> }}"));
    assert_eq!(
        of("bytes = 1, bytes = 2"),
        [
            "`bytes` is given here first",
            "`bytes` is given twice; a second one needs its own `#[bounds(...)]`"
        ]
    );
    assert_eq!(
        of("skip = \"x\", skip = \"y\""),
        ["`skip` is given here first", "`skip` is given twice; remove one"]
    );
    assert_eq!(
        of("with = f, owned"),
        ["`with` is one statement", "`owned` is another; each statement needs its own `#[bounds(...)]`"]
    );
    for (both, together) in [
        (
            "bytes = 1, per_item = 2",
            "the heap bytes that each item owns are `item_bytes = \"…\"` beside the other",
        ),
        ("per_item = 2, items = Event", "so many of a type are `sizes = Vec<Event>, per_item = \"…\"`"),
        ("boxed, per_item = 2", "of a container behind a pointer, `per_item` counts the pointer too"),
    ] {
        assert!(of(both)[1].ends_with(&format!("needs its own `#[bounds(...)]`; {together}")), "{both}");
    }
    assert_eq!(of("per-item = 2"), ["a key has no dashes: write `per_item`"]);
    assert!(of("per-itm = 2")[0].starts_with("there is no key `per`; on a field"));
}

#[test]
fn a_modifier_is_held_against_its_statement() {
    let of = |attribute: &str| mistakes(&format!("struct S {{ #[bounds({attribute})] a: Vec<u8> }}"));
    assert_eq!(
        of("bytes = 1, grows"),
        ["`grows` does not go with `bytes`; it goes with `per_item` and `sizes`"]
    );
    assert_eq!(
        of("item_skip = \"x\""),
        [
            "`item_skip` modifies a statement, but there is none beside it; it goes with `per_item`, `boxed`, `items` and `sizes`"
        ]
    );
    assert_eq!(
        of("per_item = 1, grows, minimum"),
        [
            "`minimum` excludes `grows`: what grows on demand is not allocated up front",
            "`grows` excludes `minimum`: remove one"
        ]
    );
    // The key that is wrong may have been the statement.
    assert_eq!(of("heap, minimum").len(), 1);
    assert_eq!(of("minimum()")[0].split(' ').next(), Some("`minimum(...)`"));
    assert_eq!(mistakes("struct S { #[bounds(rename = \"b\")] a: u8 }"), [""; 0]);
}

#[test]
fn an_unknown_key_is_told_where_it_belongs() {
    let field = |key: &str| mistakes(&format!("struct S {{ #[bounds({key})] a: u8 }}"));
    let on_field = "on a field there are `per_item`, `boxed`, `bytes`, `owned`, `with`, `subcomponent`, `flatten`, `skip`, `items`, `sizes`, \
        `minimum`, `firm`, `grows`, `insert_only`, `headroom`, `item_bytes`, `item_skip`, `or`, `times`, `named`, `name`, `at_least`, \
        `at_most`, `rename`, `prefix`";
    assert_eq!(field("colour"), [format!("there is no key `colour`; {on_field}")]);
    assert_eq!(
        field("flaten"),
        [format!("there is no key `flaten`; `flatten` was probably meant. O{}", &on_field[1..])]
    );
    assert_eq!(
        field("rename_all"),
        [format!("`rename_all` belongs on the type, above `struct` or `enum`; {on_field}")]
    );
    let ty = |key: &str| mistakes(&format!("#[bounds({key})] struct S;"));
    let on_type = "on the type there are `settings`, `component`, `minimum`, `firm`, `rename_all`, `prefix`, `crate`, `bound`";
    assert_eq!(ty("flatten"), [format!("`flatten` belongs on a field; {on_type}")]);
    assert_eq!(ty("grows"), [format!("`grows` belongs on a field; {on_type}")]);
    assert_eq!(ty("heap"), [format!("there is no key `heap`; {on_type}")]);
    assert_eq!(
        ty("minimum(name = \"a\", colour = 1)"),
        [
            "there is no key `colour`; on `minimum(...)` there are `name`, `bytes`, `sizes`, `per_item`, `grows`, `insert_only`, `headroom`, `item_bytes`, `item_skip`, `times`"
        ]
    );
}

#[test]
fn a_subcomponent_has_a_name_of_its_own() {
    assert_eq!(
        mistakes("struct S { #[bounds(subcomponent)] a: A, #[bounds(subcomponent = \"a\")] b: A }"),
        [
            "the subcomponent `a` is declared here first",
            "and declared again here; name one of them with `subcomponent = \"another_name\"`"
        ]
    );
    assert_eq!(
        mistakes("struct S { #[bounds(subcomponent = \"a\", name = \"b\")] a: A }"),
        ["the subcomponent is named here", "and named again here; remove one"]
    );
    assert_eq!(mistakes("struct S { #[bounds(subcomponent = \"a.\")] a: A }").len(), 1);
    assert_eq!(mistakes("enum E { A(#[bounds(subcomponent)] A), B(#[bounds(subcomponent)] A) }"), [""; 0]);
}

#[test]
fn what_a_pointer_leads_to_must_be_decided() {
    let field = |ty: &str, what: &str| {
        [format!(
            "field `a` holds {what}, and what is behind it cannot be seen; say how much heap memory it owns with `#[bounds(bytes = \
             \"…\")]`, or why none with `#[bounds(skip = \"reason\")]`"
        )] == mistakes(&format!("struct S {{ a: {ty} }}"))[..]
    };
    for ty in [
        "*const u8",
        "NonNull<u8>",
        "[*mut u8; 4]",
        "(u8, *const u8)",
        "Option<*const u8>",
        "Box<[*const u8]>",
        "&'static [*const u8]",
        "(*const u8)",
    ] {
        // Behind a reference is nothing of its own.
        assert_eq!(field(ty, "a raw pointer"), !ty.starts_with('&'), "{ty}");
    }
    assert!(field("std::mem::ManuallyDrop<A>", "a `ManuallyDrop`"));
    assert!(field("MaybeUninit<A>", "a `MaybeUninit`"));
    assert!(field("AtomicPtr<A>", "an `AtomicPtr`"));
    assert_eq!(mistakes("struct S { a: PhantomData<*const u8>, b: fn(*const u8) }"), [""; 0]);
    assert_eq!(mistakes("struct S { #[bounds(skip = \"x\")] a: *const u8 }"), [""; 0]);
    assert_eq!(mistakes("#[bounds(component = Other)] struct S { a: *const u8 }"), [""; 0]);
    assert_eq!(mistakes("#[bounds(component = Self)] struct S { a: *const u8 }").len(), 1);

    let item = |ty: &str| mistakes(&format!("struct S {{ a: {ty} }}")).concat();
    assert!(item("Vec<*const u8>").starts_with("an item of field `a` holds a raw pointer"));
    let of = |attribute: &str, ty: &str| mistakes(&format!("struct S {{ #[bounds({attribute})] a: {ty} }}"));
    let message = |statement: &str| {
        [format!(
            "an item of `a` holds a raw pointer, and what is behind it cannot be seen. Beside `{statement}`, write item_bytes = \"…\" with \
             the most heap bytes that one item owns, or item_skip = \"reason\" if it owns none"
        )]
    };
    assert_eq!(of("per_item = 3", "Vec<*const u8>"), message("per_item"));
    assert_eq!(of("sizes = Vec<*const u8>", "usize"), message("sizes"));
    assert_eq!(of("items = *const u8", "usize"), message("items"));
    for decided in ["item_bytes = 1", "item_skip = \"x\""] {
        assert_eq!(of(&format!("per_item = 3, {decided}"), "Vec<*const u8>"), [""; 0]);
        assert_eq!(of(&format!("items = *const u8, {decided}"), "usize"), [""; 0]);
    }
}

#[test]
fn a_renamed_crate_must_be_named() {
    let rejected = |declaration: &str| {
        checked(syn::parse_str(declaration).unwrap(), Some("accounting".to_owned())).err()
    };
    let unnamed = rejected("struct S;").unwrap();
    assert_eq!(
        messages(unnamed.errors.clone()),
        [
            "the crate `memory_accounting` is called `accounting` here; write `#[bounds(crate = ::accounting)]` on the type"
        ]
    );
    // So that the one message is the only one.
    assert!(expand::stub(&unnamed).to_string().contains(":: accounting :: MemoryBounds"));
    assert!(rejected("#[bounds(crate = ::accounting)] struct S;").is_none());
    assert!(rejected("#[bounds(crate = crate::hidden)] struct S;").is_none());
}

#[test]
fn one_mistake_does_not_hide_another() {
    assert_eq!(mistakes("struct S { #[bounds(nothing)] a: *const u8, #[bounds(bytes = x)] b: u8 }").len(), 2);
    assert_eq!(mistakes("#[bounds(nothing)] struct S { a: *const u8 }").len(), 1);
}
