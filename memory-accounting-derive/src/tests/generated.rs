//! What the code of a declaration says. That it compiles and counts right is held by the tests of the workspace.

use proc_macro2::{Delimiter, Group};
use quote::quote;

use crate::derive;

/// The code without spaces and without the name of the hidden module, or those that its traits have in a `where` clause.
pub(super) fn code(declaration: &str) -> String {
    let code = said(declaration);
    assert!(!code.contains("compile_error"), "{code}");
    let code = code.replace(' ', "");
    code.replace("memory_accounting_private::Needed", "").replace("memory_accounting_private::", "")
}

/// The code as it is.
pub(super) fn said(declaration: &str) -> String {
    derive(syn::parse_str(declaration).unwrap(), None).to_string()
}

/// How often `part` stands in the code of `declaration`.
fn count(declaration: &str, part: &str) -> usize {
    code(declaration).matches(part).count()
}

#[test]
fn a_where_clause_says_what_the_fields_need() {
    let clause = |declaration: &str| {
        let code = code(declaration);
        let (_, behind) = code.split_once("MemoryBoundsforS<T>").unwrap();
        behind.split_once('{').unwrap().0.trim_end_matches(',').to_owned()
    };
    assert_eq!(clause("struct S<T> { #[bounds(flatten)] a: T }"), "whereT:MemoryBounds");
    assert_eq!(
        clause("struct S<T> { #[bounds(subcomponent)] a: Option<T>, b: T }"),
        "whereOption<T>:MemoryBounds"
    );
    assert_eq!(
        clause("struct S<T> { #[bounds(bytes)] a: T, #[bounds(bytes = a)] b: Vec<u8> }"),
        "whereT:ConfigValue"
    );
    let item = "item_skip = \"x\"";
    for sized in ["", "grows, "] {
        let declaration = format!("struct S<T> {{ #[bounds(per_item = 1, {sized}{item})] a: Option<T> }}");
        assert_eq!(clause(&declaration), "whereOption<T>:Container", "{sized}");
    }
    for hash in ["insert_only", "headroom", "insert_only, grows"] {
        let declaration = format!("struct S<T> {{ #[bounds(per_item = 1, {hash}, {item})] a: T }}");
        assert_eq!(clause(&declaration), "whereT:HashContainer", "{hash}");
    }
    let declaration = format!("struct S<T> {{ #[bounds(per_item = 1, {item})] a: Vec<T> }}");
    assert_eq!(clause(&declaration), "");
    assert_eq!(
        clause(
            "struct S<T> { #[bounds(flatten)] #[bounds(bytes = a)] a: T, #[bounds(flatten)] b: Box<T>, #[bounds(subcomponent)] c: T }"
        ),
        "whereT:MemoryBounds,T:ConfigValue,Box<T>:MemoryBounds"
    );
    assert_eq!(
        clause("#[repr(packed)] struct S<T> { #[bounds(flatten)] a: T }"),
        "whereT:MemoryBounds,T:::core::marker::Copy"
    );
    assert_eq!(clause("struct S<T> { #[bounds(flatten)] a: A, b: PhantomData<T> }"), "");
    assert_eq!(clause("#[bounds(bound = \"\")] struct S<T> { #[bounds(flatten)] a: T }"), "");
}

#[test]
fn a_where_clause_leaves_out_the_type_itself() {
    let needs =
        |ty: &str| count(&format!("struct S<T> {{ #[bounds(flatten)] a: {ty} }}"), ":MemoryBounds") == 1;
    for itself in
        ["Box<S<T>>", "(T, Vec<S<T>>)", "Vec<(u8, S<T>)>", "self::S<T>", "crate::S<T>", "(Self, T)", "r#S<T>"]
    {
        assert!(!needs(itself), "{itself}");
    }
    for other in ["Box<T>", "other::S<T>", "a::b::S<T>", "::other::S<T>", "(other::X, T)"] {
        assert!(needs(other), "{other}");
    }
}

#[test]
fn a_check_stands_where_its_type_means_something() {
    let checks = |declaration: &str| (count(declaration, "const_:()=") - 1, count(declaration, "const{"));
    let all = "{ a: A, #[bounds(per_item = 1)] b: Vec<A>, #[bounds(items = A)] c: usize, #[bounds(sizes = Vec<A>)] d: usize }";
    assert_eq!(checks(&format!("struct S {all}")), (4, 0));
    assert_eq!(checks(&format!("struct S<A> {all}")), (0, 4));
    assert_eq!(checks("struct S { #[bounds(rename = \"x\")] a: u8 }"), (1, 0));
    assert_eq!(checks("#[bounds(component = Self)] struct S { a: u8 }"), (1, 0));
    for decided in [
        "struct S { #[bounds(flatten)] a: A, #[bounds(skip = \"x\")] b: A, #[bounds(bytes)] c: u8 }",
        "struct S { #[bounds(items = u8, item_bytes = 1)] a: u8, #[bounds(per_item = 1, item_skip = \"x\")] b: Vec<u8> }",
    ] {
        assert_eq!(checks(decided), (0, 0), "{decided}");
    }
    assert_eq!(count("struct S<'a> { a: Mine<'a, Self> }", "<Mine<'static,S<'static>>>"), 2);
}

#[test]
fn what_holds_a_component_is_asked_with_its_memory() {
    // What stands in front of each message.
    let asked = |declaration: &str| {
        let code = code(declaration);
        let in_front = code.match_indices(",\"").map(|(end, _)| code[..end].rsplit_once('(').unwrap().1);
        in_front
            .filter(|asked| asked.contains(">::") && !asked.contains('"') && !asked.contains("IS_SETTING"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let field =
        |statement: &str, ty: &str| asked(&format!("struct S<'a> {{ #[bounds({statement})] a: {ty} }}"));
    assert_eq!(
        field("per_item = 1", "Vec<A>"),
        ["Inside::<Vec<A>,A>::DECLARES_BOUNDS", "Known::<Vec<A>>::ITEMS_OWN_HEAP"]
    );
    assert_eq!(
        field("per_item = 1", "Queue"),
        ["Known::<Queue>::ITEMS_DECLARE_BOUNDS", "Known::<Queue>::ITEMS_OWN_HEAP"]
    );
    assert_eq!(
        field("boxed", "Owner"),
        ["Known::<Owner>::VALUE_DECLARES_BOUNDS", "Known::<Owner>::VALUE_OWNS_HEAP"]
    );
    assert_eq!(field("items = A", "usize"), ["Known::<A>::DECLARES_BOUNDS"]);
    assert_eq!(field("items = u64", "usize"), [""; 0]);
    // What is behind a reference is somebody else's.
    assert_eq!(field("per_item = 1", "Table<&'a A>"), ["Known::<Table<&'staticA>>::ITEMS_OWN_HEAP"]);
    assert_eq!(field("items = &'a A", "usize"), [""; 0]);
    for beside in ["subcomponent", "flatten"] {
        let statements = |statement: &str| field(&format!("{statement})] #[bounds({beside}"), "Box<A>");
        assert_eq!(statements("boxed"), ["Known::<Box<A>>::VALUE_OWNS_HEAP"]);
        assert_eq!(statements("per_item = 1"), ["Known::<Box<A>>::ITEMS_OWN_HEAP"]);
        // Those are not in the field.
        assert_eq!(statements("items = A"), ["Known::<A>::DECLARES_BOUNDS"]);
    }
}

#[test]
fn what_is_written_inside_of_a_field_is_asked_for_its_bounds() {
    let declaration = "#[bounds(settings)] struct S<'a> { a: HashMap<PathBuf, (u8, Box<dyn Cache<'a>>)> }";
    let table = "HashMap<PathBuf,(u8,Box<dynCache<'static>>)>";
    for asked in [
        format!("Known::<{table}>"),
        format!("Inside::<{table},PathBuf>"),
        "Known::<dynCache<'static>>".to_owned(),
    ] {
        assert_eq!(count(declaration, &format!("is_not({asked}::DECLARES_BOUNDS,")), 1, "{asked}");
    }
    assert_eq!(count(declaration, "is_not("), 3);
}

#[test]
fn a_field_of_a_configuration_is_asked_for_its_bounds_alone() {
    let declaration = "#[bounds(component = Other)] struct S { a: u8, #[bounds(items = u8)] b: usize }";
    assert_eq!(count(declaration, "is_accounted_for"), 0);
    assert_eq!(count(declaration, "=is_not(Known::<u8>::DECLARES_BOUNDS,"), 1);
    assert_eq!(count(declaration, "=owns_no_heap::<u8>"), 1);
}

#[test]
fn a_reference_is_not_asked_for_its_bounds() {
    let check = |ty: &str, check: &str| count(&format!("struct S<'a> {{ a: {ty} }}"), check);
    assert_eq!(check("&'a A", "Known"), 0);
    assert_eq!(check("&'a A", "=owns_no_heap::<"), 1);
    assert_eq!(check("Option<&'a A>", "DECLARES_BOUNDS&&!Known::<Option<&'staticA>>::REFERS"), 1);
    assert_eq!(check("Option<A>", "REFERS"), 0);
    let parts = "Known::<A>::DECLARES_BOUNDS||Known::<B<u8>>::DECLARES_BOUNDS||Known::<C>::DECLARES_BOUNDS,";
    assert_eq!(check("(A, &'a u8, (B<u8>, (C)))", parts), 1);
    assert_eq!(check("(&'a A, (), (&'a A,))", "Known"), 0);
    assert_eq!(count("#[bounds(component = Other)] struct S<'a> { a: &'a A }", "owns_no_heap"), 0);
}

#[test]
fn a_stub_keeps_the_checks_of_fields_without_a_mistake() {
    let kept = |fields: &str| {
        let code = derive(syn::parse_str(&format!("struct S {{ {fields} }}")).unwrap(), None).to_string();
        assert!(code.contains("compile_error"), "{code}");
        ["owns_no_heap", "is_accounted_for", "is_not"]
            .map(|check| code.matches(check).count())
            .iter()
            .sum::<usize>()
    };
    assert_eq!(kept("#[bounds(nothing)] a: Vec<u8>, b: Vec<u8>"), 1);
    assert_eq!(kept("#[bounds(per_item = x)] a: Vec<u8>, #[bounds(per_item = 1)] b: Vec<u8>"), 1);
    assert_eq!(kept("#[bounds(per_item = 1, item_bytes)] a: Vec<u8>"), 0);
}

#[test]
fn the_statement_shown_first_fits_the_type() {
    let first = |ty: &str| {
        let code = derive(syn::parse_str(&format!("struct S {{ a: {ty} }}")).unwrap(), None).to_string();
        let (_, behind) = code
            .split_once(
                "may own heap memory that nobody counts. Write above it the one that is true: #[bounds(",
            )
            .unwrap();
        behind
            .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
            .next()
            .unwrap()
            .to_owned()
    };
    for ty in ["Vec<u8>", "std::collections::HashMap<u8, u8>", "BTreeSet<u8>"] {
        assert_eq!(first(ty), "per_item", "{ty}");
    }
    for ty in ["String", "Option<u8>", "Cow<'static, str>"] {
        assert_eq!(first(ty), "bytes", "{ty}");
    }
    for ty in ["Arc<u8>", "Rc<u8>", "JoinHandle<()>", "Box<dyn Fn()>"] {
        assert_eq!(first(ty), "skip", "{ty}");
    }
    for ty in ["Box<u8>", "std::boxed::Box<Other>"] {
        assert_eq!(first(ty), "boxed", "{ty}");
    }
    for ty in ["Other", "(u8, u8)"] {
        assert_eq!(first(ty), "subcomponent", "{ty}");
    }
}

/// A type that a `macro_rules` was given as `$field: ty` arrives in a group without delimiters.
#[test]
fn a_type_from_a_macro_is_looked_into() {
    let of_type = |ty: &str| {
        let ty = Group::new(Delimiter::None, ty.parse().unwrap());
        derive(syn::parse2(quote!(struct S { a: #ty })).unwrap(), None).to_string()
    };
    assert!(
        of_type("Vec<u8>").contains("nobody counts. Write above it the one that is true: #[bounds(per_item")
    );
    assert!(of_type("*const u8").contains("field `a` holds a raw pointer"));
}

#[test]
fn items_that_own_heap_are_told_what_to_write() {
    let message = |attribute: &str, statement: &str| {
        let declaration = format!("struct S {{ #[bounds({attribute}, name = \"n\")] a: usize }}");
        derive(syn::parse_str(&declaration).unwrap(), None).to_string().contains(&format!(
            "the items of `n` own heap memory that nobody counts. Beside `{statement}`, write item_bytes"
        ))
    };
    assert!(message("per_item = 1", "per_item"));
    assert!(message("sizes = Vec<Other>", "sizes"));
    assert!(message("items = Other", "items"));
}

#[test]
fn a_form_has_its_rules() {
    let rules = |modifiers: &str| {
        let code = code(&format!("struct S {{ #[bounds(per_item = 1, minimum, {modifiers})] a: A }}"));
        let (_, behind) = code.split_once("minimum_container(memory_bounds_builder,\"a\",").unwrap();
        behind.split_once(",&").unwrap().0.replace("<Aas", "<")
    };
    assert_eq!(rules(""), "<Container>::allocated,<Container>::bounded");
    assert_eq!(rules("insert_only"), "<Container>::allocated,<HashContainer>::insert_only_bounded");
    assert_eq!(rules("headroom"), "<HashContainer>::headroom_allocated,<HashContainer>::headroom_bounded");
    let firm = |modifiers: &str| {
        count(&format!("struct S {{ #[bounds(per_item = 1, {modifiers})] a: A }}"), "firm_container(")
    };
    assert_eq!((firm("grows"), firm("firm"), firm("item_bytes = 1")), (1, 1, 0));
    assert_eq!(count("struct S { #[bounds(per_item = 1, grows)] a: A }", "::grown"), 1);
    assert_eq!(
        count("struct S { #[bounds(per_item = 1, grows, insert_only)] a: A }", "::insert_only_grown"),
        1
    );
    assert_eq!(
        count("struct S { #[bounds(per_item = 1, item_bytes = 2)] a: A }", "firm_container_of_owners("),
        1
    );
}

#[test]
fn a_variant_binds_the_fields_in_use_once() {
    let declaration = "enum E { A { a: usize, b: usize, #[bounds(bytes = a * a + self.a)] c: Vec<u8> }, B(#[bounds(bytes)] u8), C { d: u8 } }";
    let code = code(declaration);
    assert!(code.contains("Self::A{a:memory_bounds_field_a,..}=>"), "{code}");
    assert!(code.contains("Self::B{0:memory_bounds_field_0,..}=>"), "{code}");
    assert!(code.contains("_=>{}"), "{code}");
}

#[test]
fn the_type_declares_beside_its_fields() {
    let code = code(
        "#[bounds(component = Self, component = Other<u8>, firm(name = \"f\", bytes = 1), minimum(name = \"m\", bytes = a))] struct r#S { a: usize }",
    );
    let order = [
        "minimum(memory_bounds_builder,\"S\",",
        "minimum(memory_bounds_builder,\"Other<u8>\",",
        "minimum(memory_bounds_builder,\"m\",",
        "firm(memory_bounds_builder,\"f\",",
    ];
    let positions = order.map(|part| code.find(part).unwrap_or_else(|| panic!("{part} in {code}")));
    assert!(positions.is_sorted(), "{code}");
}

#[test]
fn items_that_are_not_counted_show_why() {
    let code = code("struct S { #[bounds(per_item = 1, item_skip = \"why\", name = \"n\")] a: Vec<A> }");
    assert!(code.contains("skipped(memory_bounds_builder,\"nitems\",\"why\")"), "{code}");
}
