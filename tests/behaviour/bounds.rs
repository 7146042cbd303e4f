//! `MemoryBoundsBuilder` and `ComponentBounds`: what is declared is what is found.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::RandomState;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use memory_accounting::{
    BoundsBuilder, BoundsVerifier, ComponentBounds, ComponentRegistry, Container, MemoryBounds,
    MemoryBoundsBuilder, MemoryGrant, UsageExpr, VerifierError,
};
use serde_json::{Value, json};

/// Bounds written down as a closure.
struct Declared<F: Fn(&mut MemoryBoundsBuilder<'_>)>(F);

impl<F: Fn(&mut MemoryBoundsBuilder<'_>)> MemoryBounds for Declared<F> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        self.0(builder);
    }
}

/// A component that may use so many bytes.
struct Firm(usize);

impl MemoryBounds for Firm {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("bytes", self.0);
    }
}

fn declared(declare: impl Fn(&mut MemoryBoundsBuilder<'_>)) -> ComponentBounds {
    ComponentBounds::of(&Declared(declare))
}

fn one_firm_entry(declare: impl Fn(&mut BoundsBuilder<'_>)) -> ComponentBounds {
    declared(|builder| declare(&mut builder.firm()))
}

/// The names of all direct subcomponents and their firm limits.
fn below(bounds: &ComponentBounds) -> Vec<(&str, usize)> {
    bounds.subcomponents().map(|(name, below)| (name.as_str(), below.total_firm_limit_bytes())).collect()
}

fn names(bounds: &ComponentBounds) -> Vec<Value> {
    bounds.to_exprs().into_iter().map(|mut expr| expr["name"].take()).collect()
}

#[test]
fn nothing_declared_is_nothing() {
    let bounds = declared(|_| {});
    assert_eq!((bounds.total_minimum_required_bytes(), bounds.total_firm_limit_bytes()), (0, 0));
    assert_eq!(bounds.to_exprs(), Vec::<Value>::new());
    assert_eq!(bounds.subcomponents().count(), 0);
    assert_eq!(bounds.to_string(), "root  0 B");
}

#[test]
fn the_firm_limit_includes_the_minimum() {
    let bounds = declared(|builder| {
        builder.minimum().with_fixed_amount("up front", 100);
        builder.firm().with_fixed_amount("later", 20);
        builder.minimum().with_fixed_amount("also up front", 3);
    });
    assert_eq!(bounds.total_minimum_required_bytes(), 103);
    let minimum: Vec<_> = bounds.minimum_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(minimum, [100, 3]);
    assert_eq!(bounds.total_firm_limit_bytes(), 123);
}

#[test]
fn amounts_chain() {
    let bounds = one_firm_entry(|firm| {
        firm.with_fixed_amount("a", 1).with_single_value::<u64>("b").with_expr(UsageExpr::config("c", 2));
    });
    assert_eq!(bounds.total_firm_limit_bytes(), 11);
}

#[test]
fn each_amount_has_its_expression() {
    let size = |name: &str, value: usize| json!({"type": "StructSize", "name": name, "value": value});
    let constant = |name: &str, value: usize| json!({"type": "Constant", "name": name, "value": value});
    let cases = [
        (one_firm_entry(|firm| _ = firm.with_single_value::<u32>("header")), 4, size("header", 4)),
        (one_firm_entry(|firm| _ = firm.with_fixed_amount("table", 10)), 10, constant("table", 10)),
        (
            one_firm_entry(|firm| _ = firm.with_array::<u16>("buffer", 5)),
            10,
            json!({"type": "Product", "values": [size("buffer", 2), constant("len", 5)]}),
        ),
        (
            one_firm_entry(|firm| _ = firm.with_container::<Vec<u16>>("buffer", UsageExpr::config("len", 5))),
            10,
            json!({"type": "Product", "values": [
                size("buffer", 2), {"type": "Config", "name": "len", "value": 5}
            ]}),
        ),
    ];
    for (bounds, bytes, expr) in cases {
        assert_eq!(bounds.total_firm_limit_bytes(), bytes);
        assert_eq!(
            bounds.to_exprs(),
            [json!({"name": "root.firm", "component": "root", "kind": "firm", "bytes": bytes, "expr": expr})]
        );
    }
}

#[test]
fn a_map_is_its_length_times_key_and_value_and_nothing_more() {
    let bounds = one_firm_entry(|firm| _ = firm.with_map::<u64, u8>("index", 100));
    assert_eq!(bounds.total_firm_limit_bytes(), 900);
    let expected = json!({
        "name": "root.firm",
        "component": "root",
        "kind": "firm",
        "bytes": 900,
        "label": "index",
        "expr": {"type": "Product", "values": [
            {"type": "Sum", "values": [
                {"type": "StructSize", "name": "key", "value": 8},
                {"type": "StructSize", "name": "value", "value": 1},
            ]},
            {"type": "Constant", "name": "len", "value": 100},
        ]},
    });
    assert_eq!(bounds.to_exprs(), [expected]);
}

#[test]
fn a_container_counts_what_is_allocated_in_the_minimum_and_the_most_in_firm() {
    let items = || UsageExpr::config("limit", 100);
    let bounds = declared(|builder| {
        builder.minimum().with_container::<HashSet<u64>>("names", items());
        builder.firm().with_container::<HashSet<u64>>("names", items());
    });
    let (allocated, doubled) = (128 * 9 + 16, 256 * 9 + 16);
    assert_eq!(bounds.total_minimum_required_bytes(), allocated);
    assert_eq!(bounds.total_firm_limit_bytes(), allocated + doubled + allocated);
}

/// What is declared by hand below.
#[derive(MemoryBounds)]
struct Preallocated {
    limit: usize,
    #[bounds(per_item = "limit", minimum)]
    index: HashMap<u64, u64>,
    #[bounds(per_item = "limit", minimum)]
    order: Vec<u64>,
}

#[test]
fn a_preallocated_container_is_declared_as_the_derive_does() {
    let items = || UsageExpr::config("limit", 100);
    let bounds = declared(|builder| {
        builder
            .with_preallocated_container::<HashMap<u64, u64>>("index", items())
            .with_preallocated_container::<Vec<u64>>("order", items());
    });
    let component = Preallocated { limit: 100, index: HashMap::new(), order: Vec::new() };
    assert!(component.index.is_empty() && component.order.is_empty());
    assert_eq!(bounds, ComponentBounds::of(&component));
    assert_eq!(names(&bounds), ["root.min", "root.min", "root.firm"]);
}

#[test]
fn a_preallocated_container_may_use_all_of_its_bound() {
    let items = UsageExpr::config("limit", 100);
    let bounds = declared(|builder| {
        builder.with_preallocated_container::<HashMap<u64, u64>>("index", items.clone());
    });
    let (allocated, bounded) = (
        HashMap::<u64, u64>::allocated("index", &items).evaluate(),
        HashMap::<u64, u64>::bounded("index", &items).evaluate(),
    );
    assert!(allocated < bounded);
    assert_eq!(
        (bounds.total_minimum_required_bytes(), bounds.total_firm_limit_bytes()),
        (allocated, bounded)
    );
}

#[test]
fn a_label_shows_only_where_no_leaf_carries_the_name() {
    let bounds = one_firm_entry(|firm| {
        let expr = || UsageExpr::sum("", UsageExpr::config("a", 1), UsageExpr::constant("B", 2));
        firm.with_named_expr("a", expr()).with_named_expr("B", expr()).with_named_expr("c", expr());
        firm.with_expr(expr());
    });
    let labels: Vec<_> = bounds.to_exprs().into_iter().map(|expr| expr.get("label").cloned()).collect();
    assert_eq!(labels, [None, None, Some(json!("c")), None]);
    let given: Vec<_> = bounds.firm_entries().iter().map(memory_accounting::BoundsEntry::label).collect();
    assert_eq!(given, [Some("a"), Some("B"), Some("c"), None]);
}

#[test]
fn entries_come_minimum_first_and_components_before_what_is_below_them_by_name() {
    let bounds = declared(|builder| {
        builder.subcomponent("z").firm().with_fixed_amount("1", 1);
        builder.subcomponent("a.b").minimum().with_fixed_amount("2", 2);
        builder.subcomponent("a").firm().with_fixed_amount("3", 3);
        builder.firm().with_fixed_amount("4", 4).with_fixed_amount("5", 5);
        builder.minimum().with_fixed_amount("6", 6);
    });
    assert_eq!(
        names(&bounds),
        ["root.min", "root.firm", "root.firm", "root.a.firm", "root.a.b.min", "root.z.firm"]
    );
    let values: Vec<_> = bounds.to_exprs().iter().map(|expr| expr["expr"]["value"].clone()).collect();
    assert_eq!(values, [6, 4, 5, 3, 2, 1]);
}

#[test]
fn subcomponents_add_up_and_are_listed_by_name() {
    let bounds = declared(|builder| {
        builder
            .with_subcomponent("b", &Firm(1))
            .with_subcomponent("a", &Firm(20))
            .with_subcomponent("c.d", &Firm(300));
    });
    assert_eq!(below(&bounds), [("a", 20), ("b", 1), ("c", 300)]);
    assert_eq!(bounds.total_firm_limit_bytes(), 321);
    assert_eq!(bounds.find("c.d").map(ComponentBounds::total_firm_limit_bytes), Some(300));
    assert_eq!(bounds.find(""), Some(&bounds));
    assert_eq!(bounds.find("c.e"), None);
}

#[test]
fn a_subcomponent_without_a_name_is_the_component_itself() {
    let bounds = declared(|builder| _ = builder.subcomponent("").firm().with_fixed_amount("a", 1));
    assert_eq!(names(&bounds), ["root.firm"]);
}

#[test]
fn a_text_that_is_no_name_is_one_component_that_verification_refuses() {
    let bounds = declared(|builder| {
        builder.subcomponent("a..b").firm().with_fixed_amount("a", 1);
        builder.with_subcomponent("a..b", &Firm(20)).subcomponent("a..b").reset();
        builder.with_subcomponent("a..b", &Firm(300));
    });
    assert_eq!(below(&bounds), [("a..b", 300)]);
    assert_eq!(bounds.find("a..b"), None);
    assert!(bounds.find(r#""a..b""#).is_some());
    assert_eq!(invalid(bounds), r#""a..b""#);
    let reset = declared(|builder| _ = builder.subcomponent("a..b").reset());
    assert_eq!(invalid(reset), r#""a..b""#, "its name is still none");

    let keyed = ComponentBounds::of(&BTreeMap::from([("a..b", Firm(1)), ("", Firm(2)), ("c\n", Firm(3))]));
    assert_eq!(names(&keyed), [r#"root."".firm"#, r#"root."a..b".firm"#, r#"root."c\n".firm"#]);
    let grant = MemoryGrant::effective(6).unwrap();
    assert!(BoundsVerifier::new(grant, keyed).verify().is_ok(), "a key is a name, whatever it holds");
}

#[test]
fn a_key_with_a_dot_and_a_component_below_another_have_different_names() {
    let bounds = declared(|builder| {
        builder.with_flattened(&HashMap::from([("x.y".to_owned(), Firm(1))]));
        builder.with_subcomponent("x.y", &Firm(20));
        builder.with_subcomponent(r#"z."10.0.0.1:80".queue"#, &Firm(300));
    });
    let found = ["x.y", r#""x.y""#, r#"z."10.0.0.1:80".queue"#, r#"root."x.y""#]
        .map(|name| bounds.find(name).unwrap().total_firm_limit_bytes());
    assert_eq!(found, [20, 1, 300, 1]);
    assert_eq!(names(&bounds), ["root.x.y.firm", r#"root."x.y".firm"#, r#"root.z."10.0.0.1:80".queue.firm"#]);
    let text = bounds.to_string();
    let named: Vec<_> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(named, ["root", "x", "y", "·", r#""x.y""#, "·", "z", r#""10.0.0.1:80""#, "queue", "·"]);
}

#[test]
fn pointers_declare_what_they_point_to_on_the_same_level() {
    let reference: &&Firm = &&Firm(5);
    let boxed: Box<dyn MemoryBounds> = Box::new(Firm(5));
    let shared: Arc<dyn MemoryBounds + Send + Sync> = Arc::new(Firm(5));
    let local: Rc<dyn MemoryBounds> = Rc::new(Firm(5));
    let dynamic: &dyn MemoryBounds = &Firm(5);
    let expected = ComponentBounds::of(&Firm(5));
    assert_eq!(names(&expected), ["root.firm"]);
    assert_eq!(ComponentBounds::of(reference), expected);
    assert_eq!(ComponentBounds::of(&boxed), expected);
    assert_eq!(ComponentBounds::of(&shared), expected);
    assert_eq!(ComponentBounds::of(&local), expected);
    assert_eq!(ComponentBounds::of(dynamic), expected);
}

#[test]
fn an_option_declares_what_is_present() {
    assert_eq!(ComponentBounds::of(&Some(Firm(5))), ComponentBounds::of(&Firm(5)));
    assert_eq!(ComponentBounds::of(&None::<Firm>).to_exprs(), Vec::<Value>::new());
}

#[test]
fn members_of_a_sequence_are_subcomponents_by_position() {
    let expected = [("0", 1), ("1", 2)];
    assert_eq!(below(&ComponentBounds::of(&vec![Firm(1), Firm(2)])), expected);
    assert_eq!(below(&ComponentBounds::of(&[Firm(1), Firm(2)])), expected);
    assert_eq!(below(&ComponentBounds::of(&[Firm(1), Firm(2)][..])), expected);
    assert_eq!(below(&ComponentBounds::of(&Vec::<Firm>::new())), []);
}

#[test]
fn members_of_a_map_are_subcomponents_by_key_and_a_dot_does_not_nest() {
    let pairs = || [("a.b".to_owned(), Firm(1)), ("c".to_owned(), Firm(2))];
    let expected = [("a.b", 1), ("c", 2)];
    assert_eq!(below(&ComponentBounds::of(&Vec::from(pairs()))), expected);
    assert_eq!(below(&ComponentBounds::of(&HashMap::from(pairs()))), expected);
    assert_eq!(below(&ComponentBounds::of(&BTreeMap::from(pairs()))), expected);
    assert_eq!(
        below(&ComponentBounds::of(&hashbrown::HashMap::<_, _, RandomState>::from_iter(pairs()))),
        expected
    );
    assert_eq!(
        below(&ComponentBounds::of(&indexmap::IndexMap::<_, _, RandomState>::from_iter(pairs()))),
        expected
    );
    assert_eq!(below(&ComponentBounds::of(&BTreeMap::from([(8125, Firm(3))]))), [("8125", 3)]);
}

#[test]
fn two_members_under_one_key_are_refused() {
    let bounds = ComponentBounds::of(&vec![("a", Firm(1)), ("a", Firm(2))]);
    assert_eq!(invalid(bounds), "a");
}

/// The component that verification refuses.
fn invalid(bounds: ComponentBounds) -> String {
    let grant = MemoryGrant::effective(1 << 40).unwrap();
    match BoundsVerifier::new(grant, bounds).verify() {
        Err(VerifierError::InvalidComponentBounds { component_name, .. }) => component_name,
        other => panic!("{other:?}"),
    }
}

#[test]
fn reset_forgets_the_component_and_everything_below_it() {
    let bounds = declared(|builder| {
        builder.minimum().with_fixed_amount("a", 1);
        let mut source = builder.subcomponent("source");
        source.firm().with_fixed_amount("b", 20);
        source.skipped("c", "nothing");
        source.with_subcomponent("below", &Firm(300));
        source.reset();
    });
    assert_eq!(bounds.total_firm_limit_bytes(), 1);
    assert_eq!(bounds.find("source"), Some(&ComponentBounds::default()));
}

/// A part that starts anew, as one that was declared before would.
struct Resetting;

impl MemoryBounds for Resetting {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.reset().firm().with_fixed_amount("bytes", 1);
    }
}

#[derive(MemoryBounds)]
struct Whole {
    #[bounds(bytes)]
    own_bytes: usize,
    #[bounds(flatten)]
    part: Resetting,
}

#[test]
fn a_flattened_part_that_resets_forgets_only_itself() {
    assert_eq!(
        ComponentBounds::of(&Whole { own_bytes: 1000, part: Resetting }).total_firm_limit_bytes(),
        1001
    );
    let times = UsageExpr::config("parts", 2);
    let by_hand = declared(|builder| {
        builder.firm().with_fixed_amount("own", 1000);
        builder.with_flattened(&Resetting).with_repeated(&times, &Resetting);
        builder.with_subcomponent("below", &Resetting);
    });
    assert_eq!(by_hand.total_firm_limit_bytes(), 1000 + 1 + 2 + 1);
}

#[test]
fn a_panic_half_way_leaves_nothing_behind() {
    let half_way = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        builder.firm().with_fixed_amount("first", 1);
        builder.subcomponent("below").firm().with_fixed_amount("second", 1);
        panic!("half way");
    });
    let registry = ComponentRegistry::default();
    let declaring: [&dyn Fn(); 3] = [
        &|| _ = registry.register("a", &half_way),
        &|| _ = registry.bounds_builder().with_subcomponent("a", &half_way),
        &|| _ = registry.bounds_builder().with_flattened(&half_way),
    ];
    for declare in declaring {
        assert!(catch_unwind(AssertUnwindSafe(declare)).is_err());
        assert_eq!(registry.as_bounds(), ComponentBounds::default());
    }
    registry.register("a", &Firm(5));
    let verified = registry.verify_bounds(MemoryGrant::effective(5).unwrap()).unwrap();
    assert_eq!(verified.total_firm_limit_bytes(), 5);
}

#[test]
fn bounds_are_equal_when_the_same_is_declared_in_them() {
    let by_hand = ComponentRegistry::default();
    by_hand.bounds_builder().firm().with_fixed_amount("bytes", 5);
    assert_eq!(by_hand.as_bounds(), ComponentBounds::of(&Firm(5)));
    assert_ne!(ComponentBounds::of(&Firm(6)), ComponentBounds::of(&Firm(5)));
    assert_ne!(declared(|builder| _ = builder.minimum().with_fixed_amount("bytes", 5)), by_hand.as_bounds());
    assert_ne!(declared(|builder| _ = builder.skipped("a", "b")), ComponentBounds::default());
    assert_ne!(declared(|builder| _ = builder.subcomponent("a")), ComponentBounds::default());
}

#[test]
fn what_is_added_to_a_registry_by_hand_is_seen_at_once() {
    let registry = ComponentRegistry::default();
    let mut builder = registry.bounds_builder();
    builder.minimum().with_fixed_amount("a", 1);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 1);
    let mut below = builder.subcomponent("below");
    assert_eq!(registry.as_bounds().subcomponents().count(), 1);
    below.firm().with_fixed_amount("b", 20);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 21);
    below.reset();
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 1);
}

#[test]
fn a_component_may_look_at_the_registry_it_is_declared_in() {
    let registry = ComponentRegistry::default();
    let looking = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        let others = registry.as_bounds().total_firm_limit_bytes();
        builder.firm().with_fixed_amount("half of the others", others / 2);
    });
    registry.register("a", &Firm(10));
    registry.register("b", &looking);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 15);
}

#[test]
fn skipped_fields_are_listed_but_are_no_expressions() {
    let bounds = declared(|builder| {
        builder.skipped("socket", "the kernel's").firm().with_fixed_amount("a", 1);
    });
    let skipped: Vec<_> = bounds.skipped().iter().map(|field| (field.name(), field.reason())).collect();
    assert_eq!(skipped, [("socket", "the kernel's")]);
    assert_eq!(names(&bounds), ["root.firm"]);
}

#[test]
fn repeated_components_are_multiplied_entry_by_entry() {
    let worker = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        builder.minimum().with_fixed_amount("stack", 100);
        builder.with_subcomponent("queue", &Firm(10));
        builder.skipped("handle", "the runtime's");
    });
    let times = UsageExpr::config("workers", 3);
    let named = declared(|builder| _ = builder.with_repeated_subcomponent("worker", &times, &worker));
    assert_eq!((named.total_minimum_required_bytes(), named.total_firm_limit_bytes()), (300, 330));
    assert_eq!(names(&named), ["root.worker.min", "root.worker.queue.firm"]);
    assert_eq!(
        named.to_exprs()[1]["expr"]["values"][1],
        json!({"type": "Config", "name": "workers", "value": 3})
    );
    assert_eq!(named.find("worker").unwrap().skipped().len(), 1);

    let flat = declared(|builder| _ = builder.with_repeated(&times, &worker));
    assert_eq!(names(&flat), ["root.min", "root.queue.firm"]);
    assert_eq!(flat.total_firm_limit_bytes(), 330);
}

#[test]
fn what_overflows_is_nothing_no_times() {
    let worker = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        let huge = |name| UsageExpr::config(name, usize::MAX);
        builder.firm().with_expr(UsageExpr::product("", huge("a"), huge("b")));
    });
    let repeated = |times| {
        declared(|builder| _ = builder.with_repeated(&UsageExpr::config("workers", times), &worker))
            .total_firm_limit_bytes()
    };
    assert_eq!([repeated(0), repeated(1)], [0, usize::MAX]);
}

#[test]
fn a_repeated_component_beside_one_of_its_name_is_refused() {
    let times = UsageExpr::config("workers", 3);
    let twice = declared(|builder| {
        builder.with_repeated_subcomponent("worker", &times, &Firm(1));
        builder.with_repeated_subcomponent("worker", &times, &Firm(1));
    });
    assert_eq!(invalid(twice), "worker");
    let pool =
        Declared(|builder: &mut MemoryBoundsBuilder<'_>| _ = builder.with_subcomponent("queue", &Firm(10)));
    let beside_by_hand = declared(|builder| {
        builder.subcomponent("queue").firm().with_fixed_amount("by hand", 1);
        builder.with_repeated(&times, &pool);
    });
    assert_eq!(invalid(beside_by_hand), "queue");
}

#[test]
fn parts_may_add_to_one_subcomponent_by_hand() {
    let add = |builder: &mut MemoryBoundsBuilder<'_>| {
        builder.subcomponent("queue").firm().with_fixed_amount("by hand", 1);
    };
    let inner = Declared(move |builder: &mut MemoryBoundsBuilder<'_>| {
        add(builder);
        builder.with_flattened(&Declared(add));
    });
    let bounds = declared(|builder| {
        add(builder);
        builder.with_flattened(&inner);
    });
    let verified = BoundsVerifier::new(MemoryGrant::effective(3).unwrap(), bounds).verify().unwrap();
    assert_eq!(verified.total_firm_limit_bytes(), 3);
}

/// How many levels of expressions lie inside each other.
fn levels(expr: &Value) -> usize {
    let below = match expr {
        Value::Object(fields) => fields.values().map(levels).max(),
        Value::Array(values) => return values.iter().map(levels).max().unwrap_or(0),
        _ => return 0,
    };
    below.unwrap_or(0) + 1
}

#[test]
fn repeating_again_and_again_adds_no_level() {
    struct Nested(usize);

    impl MemoryBounds for Nested {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            match self.0.checked_sub(1) {
                Some(fewer) => {
                    builder.with_repeated_subcomponent(
                        "inner",
                        &UsageExpr::config("times", 1),
                        &Nested(fewer),
                    );
                }
                None => {
                    builder
                        .firm()
                        .with_container::<HashMap<[u8; 5], ()>>("map", UsageExpr::config("items", 1));
                }
            }
        }
    }

    let once = levels(&ComponentBounds::of(&Nested(1)).to_exprs()[0]["expr"]);
    let often = ComponentBounds::of(&Nested(50)).to_exprs().remove(0);
    assert_eq!(levels(&often["expr"]), once);
    assert!(once < 60, "{once}");
    let text = often["expr"].to_string();
    assert_eq!(
        serde_json::to_value(serde_json::from_str::<UsageExpr>(&text).unwrap()).unwrap(),
        often["expr"]
    );
}

/// The deepest expression that the derive takes, in the deepest rule it knows, repeated.
#[derive(MemoryBounds)]
struct Deep {
    limit: usize,
    #[bounds(
        per_item = "limit - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1",
        item_bytes = "limit - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1",
        minimum
    )]
    table: HashSet<[u8; 5]>,
}

#[derive(MemoryBounds)]
struct Deeper {
    limit: usize,
    #[bounds(
        subcomponent,
        times = "limit - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1"
    )]
    deep: Deep,
}

#[test]
fn the_deepest_tree_that_can_be_declared_comes_back_from_text() {
    let deeper = Deeper { limit: 100, deep: Deep { limit: 100, table: HashSet::new() } };
    assert!(deeper.deep.table.is_empty());
    let bounds = ComponentBounds::of(&deeper);
    assert_eq!(bounds.to_exprs().len(), 2);
    for entry in bounds.to_exprs() {
        assert!(levels(&entry["expr"]) < 60, "{}", levels(&entry["expr"]));
        let text = entry.to_string();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), entry);
    }
}

/// A part of every form that bounds take.
fn everything() -> ComponentRegistry {
    let registry = ComponentRegistry::default();
    let mut builder = registry.bounds_builder();
    builder.minimum().with_fixed_amount("table", 10);
    builder.with_flattened(&BTreeMap::from([("x.y", Firm(1))]));
    let mut source = builder.subcomponent("topology.source");
    source.firm().with_named_expr("queue", UsageExpr::unlimited("entries"));
    source.skipped("socket", "the kernel's");
    builder.subcomponent("empty");
    builder.with_subcomponent("root", &Firm(2));
    registry
}

#[test]
fn an_entry_tells_its_component_kind_and_bytes() {
    assert_eq!(
        everything().as_bounds().to_exprs(),
        [
            json!({
                "name": "root.min", "component": "root", "kind": "minimum", "bytes": 10,
                "expr": {"type": "Constant", "name": "table", "value": 10},
            }),
            json!({
                "name": "root.root.firm", "component": "root.root", "kind": "firm", "bytes": 2,
                "expr": {"type": "Constant", "name": "bytes", "value": 2},
            }),
            json!({
                "name": "root.topology.source.firm", "component": "topology.source", "kind": "firm", "bytes": null,
                "expr": {"type": "Unlimited", "name": "entries"}, "label": "queue",
            }),
            json!({
                "name": r#"root."x.y".firm"#, "component": r#""x.y""#, "kind": "firm", "bytes": 1,
                "expr": {"type": "Constant", "name": "bytes", "value": 1},
            }),
        ]
    );
}

#[test]
fn bounds_are_a_flat_map_in_json_and_come_back_from_it() {
    let bounds = everything().as_bounds();
    let bytes = |value| json!([{"expr": {"type": "Constant", "name": "bytes", "value": value}}]);
    let expected = json!({
        "root": {"minimum": [{"expr": {"type": "Constant", "name": "table", "value": 10}}]},
        "empty": {},
        "root.root": {"firm": bytes(2)},
        "topology": {},
        "topology.source": {
            "firm": [{"label": "queue", "expr": {"type": "Unlimited", "name": "entries"}}],
            "skipped": [{"name": "socket", "reason": "the kernel's"}],
        },
        r#""x.y""#: {"firm": bytes(1)},
    });
    assert_eq!(serde_json::to_value(&bounds).unwrap(), expected);
    assert_eq!(serde_json::from_value::<ComponentBounds>(expected).unwrap(), bounds);
    let text = serde_json::to_string(&bounds).unwrap();
    assert_eq!(serde_json::from_str::<ComponentBounds>(&text).unwrap(), bounds);
    assert_eq!(serde_json::from_str::<ComponentBounds>("{}").unwrap(), ComponentBounds::default());
}

#[test]
fn what_verification_refuses_is_still_refused_when_it_comes_back_from_json() {
    let there_and_back = |bounds: &ComponentBounds| -> ComponentBounds {
        serde_json::from_str(&serde_json::to_string(bounds).unwrap()).unwrap()
    };
    let twice = declared(|builder| {
        builder.with_subcomponent("a", &None::<Firm>).with_subcomponent("a", &None::<Firm>);
    });
    assert_eq!(invalid(there_and_back(&twice)), "a");
    let misnamed = declared(|builder| _ = builder.subcomponent("a..b"));
    assert_eq!(invalid(there_and_back(&misnamed)), r#""a..b""#);
}

#[test]
fn json_that_is_no_bounds_is_refused() {
    let cases = [
        (r#"{"a..b": {}}"#, "`a..b` is no component: a name before or after a dot is missing"),
        (r#"{"a": {}, "a": {}}"#, "component `a` is there twice"),
        (r#"{"a": {}, "root.a": {}}"#, "component `root.a` is there twice"),
        (r#"{"a": {"maximum": []}}"#, "unknown field `maximum`"),
        (r#"{"a": {"firm": [{"expr": {"type": "Sum", "values": []}, "unit": 1}]}}"#, "unknown field `unit`"),
        ("[]", "expected a map of components by full name"),
    ];
    for (text, expected) in cases {
        let error = serde_json::from_str::<ComponentBounds>(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn text_is_a_tree_with_aligned_sizes_and_arithmetic() {
    let bounds = declared(|builder| {
        builder.minimum().with_single_value::<[u8; 4096]>("state");
        let mut source = builder.subcomponent("topology.source");
        source.minimum().with_array::<[u8; 8192]>("buffers", 16);
        source.firm().with_named_expr(
            "contexts",
            UsageExpr::product(
                "",
                UsageExpr::struct_size::<[u8; 100]>("context"),
                UsageExpr::difference(
                    UsageExpr::config("context_limit", 5000),
                    UsageExpr::constant("RESERVED", 8),
                ),
            ),
        );
        source.skipped("socket", "the kernel's");
        builder.subcomponent("topology.sink").firm().with_expr(UsageExpr::quotient(
            UsageExpr::config("spool", usize::MAX),
            UsageExpr::constant("", 1),
        ));
        builder.subcomponent("topology.sink").firm().with_fixed_amount("more", 1);
    });
    insta::assert_snapshot!(bounds, @r"
    root                       unbounded  of which minimum 132.0 KiB
      · state         minimum    4.0 KiB  one value
      topology                 unbounded  of which minimum 128.0 KiB
        sink                   unbounded
          · spool     firm      16.0 EiB  spool (18,446,744,073,709,551,615) / 1
          · more      firm           1 B  fixed
        source                 615.5 KiB  of which minimum 128.0 KiB
          · buffers   minimum  128.0 KiB  8,192 B × len (16)
          · contexts  firm     487.5 KiB  100 B × (context_limit (5,000) - RESERVED (8))
          · socket                        not counted: the kernel's
    ");
}

#[test]
fn long_arithmetic_is_printed_on_request() {
    let bounds = declared(|builder| {
        let items = || UsageExpr::max(UsageExpr::config("items", 3), UsageExpr::unlimited("most"));
        builder.firm().with_container::<HashMap<u64, u64>>("index", items());
        builder.firm().with_container::<HashMap<u64, u64>>("fixed", UsageExpr::constant("ITEMS", 3));
        builder.firm().with_array::<u64>("none", 0);
    });
    insta::assert_snapshot!(bounds, @r"
    root             unbounded
      · index  firm  unbounded  table of max(items (3), most (unlimited))
      · fixed  firm      236 B  table of ITEMS (3)
    ");
    let full = format!("{bounds:#}");
    assert_eq!(full.lines().count(), 4);
    for (entry, line) in bounds.firm_entries().iter().zip(full.lines().skip(1)) {
        assert!(line.ends_with(&format!("  {}", entry.expr())), "{line}");
    }
}

/// A store of contexts, each with a text, in several shards.
#[derive(MemoryBounds)]
struct Store {
    context_limit: usize,
    max_context_bytes: usize,
    #[bounds(per_item = "2 * context_limit", item_bytes = "max_context_bytes")]
    contexts: HashMap<u64, String>,
    #[bounds(per_item = "2 * context_limit")]
    seen: HashSet<u64>,
}

#[derive(MemoryBounds)]
struct Stores {
    shards: usize,
    #[bounds(subcomponent, times = "shards")]
    store: Store,
}

#[test]
fn a_component_that_stands_for_several_says_of_how_many() {
    let store = Store {
        context_limit: 100_000,
        max_context_bytes: 512,
        contexts: HashMap::new(),
        seen: HashSet::new(),
    };
    assert!(store.contexts.is_empty() && store.seen.is_empty());
    let bounds = ComponentBounds::of(&Stores { shards: 2, store });
    insta::assert_snapshot!(bounds, @r"
    root                  258.3 MiB
      store               258.3 MiB  × shards (2)
        · contexts  firm  244.8 MiB  table of 2 × context_limit (100,000), each with max_context_bytes (512) more
        · seen      firm   13.5 MiB  table of 2 × context_limit (100,000)
    ");
    let back: ComponentBounds = serde_json::from_str(&serde_json::to_string(&bounds).unwrap()).unwrap();
    assert_eq!(back.to_string(), bounds.to_string());
    let full = format!("{bounds:#}");
    let store = full.lines().nth(1).unwrap();
    assert!(store.ends_with("* shards=2"), "{store}");
    let seen = full.lines().last().unwrap();
    assert!(seen.contains("context_limit=100000") && seen.ends_with(" * shards=2"), "{seen}");
}

#[test]
fn a_line_is_short_whatever_stands_in_it() {
    let setting =
        |index: usize| UsageExpr::config(format!("section.a_setting_of_long_name_{index}"), 1_000_000);
    let bounds = declared(|builder| {
        let many = UsageExpr::Sum { values: (0..10).map(setting).collect() };
        builder.firm().with_named_expr("many", many.clone());
        builder.firm().with_container::<HashMap<u64, u64>>("table of many", many);
        builder.firm().with_named_expr(
            "constants",
            UsageExpr::Sum { values: vec![UsageExpr::constant("BYTES", 8); 10] },
        );
    });
    insta::assert_snapshot!(bounds, @r"
    root                     825.5 MiB
      · many           firm    9.5 MiB  from section.a_setting_of_long_name_0 (1,000,000) and 9 more
      · table of many  firm  816.0 MiB  from section.a_setting_of_long_name_0 (1,000,000) and 9 more
      · constants      firm       80 B  from constants
    ");
    assert!(bounds.to_string().lines().all(|line| line.chars().count() <= 120));
}
