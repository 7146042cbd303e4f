//! Components in components: by name, behind pointers, in lists and maps.

use std::collections::{BTreeMap, HashMap};
use std::hash::RandomState;
use std::rc::Rc;
use std::sync::Arc;

use memory_accounting::{BoundsVerifier, ComponentBounds, MemoryBounds, MemoryGrant};
use serde_json::Value;

use super::{Firm, below, declared, invalid, names};

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
