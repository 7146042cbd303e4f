//! Amounts that an expression, a number or a factor sizes.

use super::generated::code;
use super::mistakes::mistakes;

#[test]
fn a_container_of_another_type_is_sized_by_an_expression() {
    for attribute in ["sizes = Vec<u8>, per_item = b / 2", "per_item = b / 2, sizes = Vec<u8>"] {
        let code = code(&format!("struct S {{ #[bounds({attribute})] a: Foreign, b: usize }}"));
        assert!(
            code.contains("firm_container(memory_bounds_builder,\"a\",<Vec<u8>asContainer>::bounded,"),
            "{code}"
        );
        assert!(!code.contains("<ForeignasContainer>"), "{code}");
    }
    let or = super::generated::said(
        "struct S { #[bounds(sizes = Vec<u8>, per_item = b, or = 5)] a: F, b: Option<u8> }",
    );
    assert!(or.contains("setting_or"), "{or}");
    let of = |attribute: &str| mistakes(&format!("struct S {{ #[bounds({attribute})] a: Foreign }}"));
    assert_eq!(
        of("sizes = Vec<u8>, per_item = 1, sizes = Vec<u8>"),
        [
            "`sizes` is given here first",
            "`sizes` is given twice; a second one needs its own `#[bounds(...)]`"
        ]
    );
    assert_eq!(
        of("sizes = Vec<u8>, per_item = 1, per_item = 1"),
        ["`sizes` is one statement", "`per_item` is another; each statement needs its own `#[bounds(...)]`"]
    );
}

#[test]
fn memory_that_no_field_owns_may_be_a_table() {
    let code = code(
        "#[bounds(minimum(name = \"t\", sizes = HashMap<K, V>, per_item = n, headroom, item_bytes = 2, times = 3))]
         #[bounds(firm(name = \"u\", sizes = Vec<u8>, per_item = n, item_skip = \"why\"))] struct S { n: usize }",
    );
    for part in [
        "times(memory_bounds_builder,&number(3),|memory_bounds_builder|{minimum_container_of_owners(memory_bounds_builder,\"t\",\
         <HashMap<K,V>asHashContainer>::headroom_allocated,",
        "firm_container(memory_bounds_builder,\"u\",<Vec<u8>asContainer>::bounded,",
        "skipped(memory_bounds_builder,\"uitems\",\"why\")",
    ] {
        assert!(code.contains(part), "{part} in {code}");
    }
}

#[test]
fn memory_that_no_field_owns_is_said_in_full() {
    let of = |list: &str| mistakes(&format!("#[bounds({list})] struct S;"));
    let usage = |key: &str| {
        format!(
            "on the type, write `{key}(name = \"…\", bytes = \"…\")` or `{key}(name = \"…\", sizes = Container<…>, per_item = \"…\")` for memory that no field owns"
        )
    };
    let missing = |list: &str, what: &str| {
        assert_eq!(of(list), [format!("{what}: {}", usage("firm"))], "{list}");
    };
    missing("firm(bytes = 1)", "the name is missing");
    missing("firm(name = \"a\")", "the bytes are missing");
    missing("firm(name = \"a\", bytes)", "`bytes` needs a value");
    missing("firm(name = \"a\", sizes = Vec<u8>)", "`per_item` is missing beside `sizes`");
    missing("firm(name = \"a\", per_item = 1)", "`sizes` is missing beside `per_item`");
    assert_eq!(of("minimum"), [usage("minimum")]);
    assert_eq!(
        of("minimum(name = \"a\", sizes = Vec<u8>, per_item = 1, grows)"),
        [
            "`minimum` excludes `grows`: what grows on demand is not allocated up front",
            "`grows` excludes `minimum`: remove one"
        ]
    );
    assert_eq!(
        of("firm(name = \"a\", bytes = 1, grows)"),
        ["`grows` does not go with `bytes`; it goes with `per_item` and `sizes`"]
    );
    assert_eq!(of("firm(name = \"a\", sizes = Vec<u8>, per_item = 1, grows)"), [""; 0]);
}

#[test]
fn an_item_may_be_a_number_of_bytes() {
    let code = code(
        "struct S { #[bounds(items = 360, item_bytes = 2)] a: usize, #[bounds(items = 4 KiB)] b: usize }",
    );
    assert!(code.contains("items_of_bytes(\"a\",360u64,"), "{code}");
    assert!(code.contains("items_of_bytes(\"b\",4096u64,"), "{code}");
    assert!(!code.contains("owns_no_heap"), "{code}");
    let of = |size: &str| mistakes(&format!("struct S {{ #[bounds(items = {size})] a: usize }}"));
    assert_eq!(
        of("2 * 8"),
        ["`items` takes a type, or the bytes of one as a number: write `items = Event` or `items = 360`"]
    );
    assert_eq!(of("\"360\""), ["`items` takes a type without quotes: write `items = 360`"]);
}

#[test]
fn any_amount_may_be_there_several_times() {
    for statement in
        ["per_item = 1", "boxed", "bytes = 1", "with = f", "owned", "items = u8", "sizes = Vec<u8>", "bytes"]
    {
        let code = code(&format!("struct S {{ #[bounds({statement}, times = n)] a: A, n: bool }}"));
        assert!(
            code.contains("times(memory_bounds_builder,&ConfigValue::config_expr(&self.n,\"n\"),|"),
            "{code}"
        );
    }
    assert_eq!(
        mistakes("struct S { #[bounds(skip = \"x\", times = 2)] a: A }"),
        [
            "`times` does not go with `skip`; it goes with `per_item`, `boxed`, `bytes`, `owned`, `with`, `subcomponent`, `flatten`, `items` and `sizes`"
        ]
    );
}

#[test]
fn a_loaded_list_and_a_named_one_are_read_where_they_are() {
    let code = code(
        "struct S<T> { #[bounds(owned)] a: Vec<T>, #[bounds(subcomponent, named = f::<u8>)] b: Vec<T>, #[bounds(subcomponent, named = f, times = 2)] c: C }",
    );
    for part in [
        "MemoryBoundsforS<T>whereVec<T>:OwnedHeap,T:MemoryBounds{",
        "firm(memory_bounds_builder,\"a\",owned(\"a\",&self.a))",
        "named(memory_bounds_builder,\"b\",\"b\",&self.b,|item|f::<u8>(item))",
        "repeated_named(memory_bounds_builder,\"c\",\"c\",&number(2),&self.c,|item|f(item))",
    ] {
        assert!(code.contains(part), "{part} in {code}");
    }
    for list in [
        "Vec<Box<dyn A>>",
        "[Arc<A>; 3]",
        "Box<[Rc<A>]>",
        "&'a [Box<A>]",
        "HashSet<Arc<A>>",
        "Arc<Vec<Box<A>>>",
    ] {
        let code = super::generated::code(&format!(
            "struct S<'a> {{ #[bounds(subcomponent, named = f)] a: {list} }}"
        ));
        assert!(code.contains("f(&**item)"), "{list}: {code}");
    }
    for list in ["Vec<[Box<A>; 2]>", "Vec<A>", "Box<[A]>", "List"] {
        let code =
            super::generated::code(&format!("struct S {{ #[bounds(subcomponent, named = f)] a: {list} }}"));
        assert!(code.contains("f(item)"), "{list}: {code}");
    }
    assert_eq!(
        mistakes("struct S { #[bounds(flatten, named = f)] a: A }"),
        ["`named` does not go with `flatten`; it goes with `subcomponent`"]
    );
}

#[test]
fn a_type_counts_itself_and_its_fields_or_is_settings() {
    let checked = |attribute: &str| {
        code(&format!("#[bounds({attribute})] struct S {{ a: Vec<u8> }}")).contains("is_accounted_for")
    };
    for itself in [
        "component = Self",
        "component = S",
        "component = S, component = Other",
        "firm(name = \"f\", bytes = 1)",
    ] {
        assert!(checked(itself), "{itself}");
    }
    for of_another in ["component = Other", "component = other::S", "settings, component = Other"] {
        assert!(!checked(of_another), "{of_another}");
    }
    for itself in ["Self", "S<'a>"] {
        assert_eq!(
            mistakes(&format!("#[bounds(component = {itself}, settings)] struct S<'a> {{ a: Vec<&'a u8> }}")),
            [
                "`settings` says here that what the fields own is not the memory to count".to_owned(),
                format!(
                    "`component = {itself}` says that this type is that memory; remove one of the two, or write the type that the settings are about"
                )
            ]
        );
    }
}

#[test]
fn settings_are_not_the_memory_they_are_about() {
    assert!(!code("#[bounds(settings)] struct S { a: Vec<u8> }").contains("owns_no_heap"));
    assert!(!code("#[bounds(settings)] struct S { a: Vec<u8> }").contains("struct_size"));
    assert!(code("#[bounds(settings)] struct S { #[bounds(items = u8)] a: u8 }").contains("owns_no_heap"));
    assert_eq!(
        mistakes("#[bounds(settings, settings)] struct S;"),
        ["`settings` is given here first", "`settings` is given twice; remove one"]
    );
    let asked =
        "If the type holds settings and not the memory they are about, write #[bounds(settings)] above it.";
    for declaration in [
        "#[serde(default)] struct S { a: Vec<u8> }",
        "struct S { #[serde(default)] n: u8, a: Vec<u8> }",
        "enum E { #[serde(rename = \"b\")] B, C { a: Vec<u8> } }",
        "enum E { B(#[serde(skip)] u8), C { a: Vec<u8> } }",
    ] {
        assert!(super::generated::said(declaration).contains(asked), "{declaration}");
    }
    assert!(!super::generated::said("struct S { a: Vec<u8> }").contains("settings"));
}
