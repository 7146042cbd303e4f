//! `ComponentRegistry`: one tree of names, bounds and allocation groups.
//!
//! Groups are known to the whole process, so each test names its own.

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken};
use memory_accounting::{
    ComponentBounds, ComponentRegistry, DeclaredBytes, MemoryBounds, MemoryBoundsBuilder, MemoryGrant,
    MemoryReport, NameError, RemoveError, VerifierError,
};

struct Firm(usize);

impl MemoryBounds for Firm {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("bytes", self.0);
    }
}

fn grant() -> MemoryGrant {
    MemoryGrant::effective(1 << 40).unwrap()
}

/// How many groups of the process are shown as `name`.
fn groups_called(name: &str) -> usize {
    let mut number = 0;
    AllocationGroupRegistry::global()
        .visit_allocation_groups(|visited, _| number += usize::from(visited == name));
    number
}

/// The component that verification refuses because it was declared more than once.
fn refused(registry: &ComponentRegistry) -> String {
    match registry.verify_bounds(grant()) {
        Err(VerifierError::InvalidComponentBounds { component_name, reason, .. }) => {
            assert_eq!(
                reason.to_string(),
                "it was declared 2 times; give each component a name of its own, or reset it before it is declared again"
            );
            component_name
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_nest_with_dots() {
    let registry = ComponentRegistry::default();
    let step_by_step = registry.get_or_create("a").get_or_create("b").get_or_create("c");
    step_by_step.bounds_builder().firm().with_fixed_amount("bytes", 5);
    assert_eq!(registry.get_or_create("a.b.c").as_bounds().total_firm_limit_bytes(), 5);
    assert_eq!(registry.as_bounds().subcomponents().count(), 1);
    assert_eq!(registry.get_or_create(r#"a."b.c""#).full_name(), r#"a."b.c""#);
    assert!(registry.verify_bounds(grant()).is_ok());
    assert_eq!(registry.get_or_create(".a..b.").full_name(), r#"".a..b.""#);
    assert!(registry.verify_bounds(grant()).is_err(), "not a name");
}

#[test]
fn the_full_name_is_the_path_from_the_root() {
    let registry = ComponentRegistry::default();
    let component = registry.get_or_create("a").get_or_create("b.c");
    assert_eq!(component.full_name(), "a.b.c");
    assert_eq!(registry.full_name(), "root");
    assert_eq!(component.root().full_name(), "root");
    assert_eq!(component.get_or_create("").full_name(), "a.b.c");
}

#[test]
fn clones_and_handles_share_one_tree() {
    let registry = ComponentRegistry::default();
    let clone = registry.clone();
    clone.get_or_create("a").bounds_builder().firm().with_fixed_amount("bytes", 5);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 5);
    assert_eq!(clone.get_or_create("a").root().as_bounds(), registry.as_bounds());
    assert_eq!(ComponentRegistry::default().as_bounds().total_firm_limit_bytes(), 0, "another tree");
}

#[test]
fn the_root_has_the_root_group() {
    assert_eq!(ComponentRegistry::default().token(), AllocationGroupToken::root());
}

#[test]
fn a_group_is_registered_when_its_token_is_first_asked_for() {
    let registry = ComponentRegistry::default();
    let component = registry.get_or_create("tokens.inner.leaf");
    assert_eq!(groups_called("tokens.inner.leaf"), 0);
    let token = component.token();
    assert_eq!(groups_called("tokens.inner.leaf"), 1);
    assert_eq!(token.name(), "tokens.inner.leaf");
    assert_eq!(registry.get_or_create("tokens.inner.leaf").token(), token);
    for between in ["tokens", "tokens.inner"] {
        assert_eq!(groups_called(between), 0, "nobody asked for it");
    }
}

#[test]
fn a_group_belongs_to_one_component_of_one_tree() {
    let global = AllocationGroupRegistry::global();
    let by_name = global.register_allocation_group("tokens.of.one");
    let trees = [ComponentRegistry::default(), ComponentRegistry::default()];
    let [one, other] = trees.each_ref().map(|tree| tree.get_or_create("tokens.of.one").token());
    assert!(one != other && one != by_name && other != by_name);
    assert_eq!(global.find_allocation_group("tokens.of.one"), Some(by_name));
    trees[0].remove("tokens.of").unwrap();
    assert_eq!([one, other, by_name].map(AllocationGroupToken::is_registered), [false, true, true]);
}

#[test]
fn register_declares_and_returns_the_component() {
    let registry = ComponentRegistry::default();
    let component = registry.register("a.b", &Firm(5));
    assert_eq!(component.full_name(), "a.b");
    assert_eq!(component.as_bounds().total_firm_limit_bytes(), 5);
    assert_eq!(registry.verify_bounds(grant()).unwrap().total_firm_limit_bytes(), 5);
    let dynamic: &dyn MemoryBounds = &Firm(2);
    assert_eq!(component.register("c", dynamic).full_name(), "a.b.c");
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 7);
}

#[test]
fn a_component_registered_twice_is_refused_by_name() {
    let registry = ComponentRegistry::default();
    registry.register("a.b", &Firm(5));
    registry.register("a.b", &Firm(5));
    assert_eq!(refused(&registry), "a.b");
}

#[test]
fn a_component_that_declares_nothing_cannot_be_registered_twice_either() {
    let registry = ComponentRegistry::default();
    registry.register("a", &None::<Firm>);
    registry.register("a", &None::<Firm>);
    assert_eq!(refused(&registry), "a");
}

#[test]
fn registering_over_bounds_written_by_hand_is_refused() {
    let registry = ComponentRegistry::default();
    registry.get_or_create("a").bounds_builder().minimum().with_fixed_amount("by hand", 1);
    registry.register("a", &Firm(5));
    assert_eq!(refused(&registry), "a");
}

#[test]
fn a_subcomponent_on_a_name_that_carries_bounds_is_refused() {
    let registry = ComponentRegistry::default();
    registry
        .get_or_create("a")
        .bounds_builder()
        .with_subcomponent("b", &Firm(1))
        .with_subcomponent("b", &Firm(1));
    assert_eq!(refused(&registry), "a.b");
}

#[test]
fn adding_to_a_declared_component_by_hand_is_fine() {
    let registry = ComponentRegistry::default();
    let component = registry.register("a", &Firm(5));
    component.bounds_builder().firm().with_fixed_amount("more", 1);
    registry.register("a.b", &Firm(10));
    assert_eq!(registry.verify_bounds(grant()).unwrap().total_firm_limit_bytes(), 16);
}

#[test]
fn a_component_that_was_reset_can_be_declared_and_verified_again() {
    let registry = ComponentRegistry::default();
    let component = registry.register("a", &Firm(5));
    registry.register("a.b", &Firm(100));
    component.bounds_builder().reset();
    registry.register("a", &Firm(7));
    assert_eq!(registry.verify_bounds(grant()).unwrap().total_firm_limit_bytes(), 7);
}

#[test]
fn removing_a_component_takes_everything_below_it() {
    let registry = ComponentRegistry::default();
    registry.register("a", &Firm(1));
    registry.register("a.b.c", &Firm(20));
    registry.register("ab", &Firm(300));
    assert_eq!(registry.remove("a"), Ok(()));
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 300);
    assert!(registry.find("a.b").is_err());
    registry.register("a", &Firm(2));
    assert_eq!(registry.verify_bounds(grant()).unwrap().total_firm_limit_bytes(), 302);
}

#[test]
fn a_handle_to_a_removed_component_declares_nothing_until_it_is_used_again() {
    let registry = ComponentRegistry::default();
    let component = registry.register("a", &Firm(1));
    registry.remove("a").unwrap();
    assert_eq!(component.as_bounds().total_firm_limit_bytes(), 0);
    component.bounds_builder().firm().with_fixed_amount("again", 3);
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 3);
}

#[test]
fn a_handle_to_a_removed_component_registers_no_group_until_the_component_is_created_again() {
    let registry = ComponentRegistry::default();
    let session = registry.register("removed_sessions.one", &Firm(1));
    let token = session.token();
    registry.remove("removed_sessions").unwrap();
    assert_eq!(session.token(), AllocationGroupToken::root());
    assert_eq!(groups_called("removed_sessions.one"), 0);
    assert!(matches!(registry.remove("removed_sessions.one"), Err(RemoveError::Unknown(_))));

    registry.get_or_create("removed_sessions.one");
    assert_ne!(session.token(), AllocationGroupToken::root());
    assert_ne!(session.token(), token);
    registry.remove("removed_sessions.one").unwrap();
    assert_eq!(groups_called("removed_sessions.one"), 0);
}

#[test]
fn the_group_of_what_a_reset_forgot_can_still_be_removed() {
    let registry = ComponentRegistry::default();
    let session = registry.register("reset_sessions.one", &Firm(1));
    let token = session.token();
    registry.get_or_create("reset_sessions").bounds_builder().reset();
    assert!(registry.find("reset_sessions.one").is_err());
    assert_eq!(session.token(), token);
    assert_eq!(registry.remove("reset_sessions.one"), Ok(()));
    assert!(!token.is_registered());
    assert_eq!(session.token(), AllocationGroupToken::root());
    assert!(matches!(registry.remove("reset_sessions.one"), Err(RemoveError::Unknown(_))));
}

#[test]
fn unknown_names_are_refused_with_those_that_exist() {
    let registry = ComponentRegistry::default();
    registry.get_or_create("b.c");
    registry.get_or_create("a");
    let error = registry.find("b.d").unwrap_err();
    assert_eq!((error.name.as_str(), error.known.join(" ")), ("b.d", "a b b.c".to_owned()));
    assert_eq!(error.to_string(), "there is no component `b.d`; known are: a, b, b.c");
    assert_eq!(registry.remove("b.d").unwrap_err(), RemoveError::Unknown(error));
    assert_eq!(registry.find("b").unwrap().find("c").unwrap().full_name(), "b.c");
    assert!(registry.find("b.d").is_err(), "looking created nothing");
}

#[test]
fn of_many_names_the_nearest_few_are_listed() {
    let registry = ComponentRegistry::default();
    for number in 0..5000 {
        registry.get_or_create(format!("pipelines.{number:04}"));
    }
    registry.get_or_create("cache.index");
    let error = registry.find("Cache.indx").unwrap_err();
    assert_eq!((error.known.len(), error.nearest().len(), error.nearest()[0]), (5003, 5, "cache.index"));
    let message = error.to_string();
    let expected = "there is no component `Cache.indx`; of the 5003 that are known, the nearest are: cache.index, cache, ";
    assert!(message.starts_with(expected) && message.len() < 200, "{message}");
    let few = registry.find("cache").unwrap().find("x").unwrap_err();
    assert_eq!(few.to_string(), "there is no component `x`; known are: cache.index");
}

#[test]
fn a_name_that_nests_too_deep_is_refused_and_what_is_declared_there_counts() {
    let registry = ComponentRegistry::default();
    let deepest = vec!["a"; 60].join(".");
    registry.register(&deepest, &Firm(1));
    assert!(registry.verify_bounds(grant()).is_ok());
    // On the 2 MiB of a thread's stack, a hundred times as deep would have ended the process.
    let deeper = vec!["b"; 100_000].join(".");
    registry.register(&deeper, &Firm(20));
    assert_eq!(registry.find(&deeper).unwrap_err().invalid, Some(NameError::TooDeep));
    let VerifierError::InvalidComponentBounds { component_name, reason, .. } =
        registry.verify_bounds(grant()).unwrap_err()
    else {
        panic!("not invalid")
    };
    assert_eq!(component_name, format!("{deeper:?}"));
    assert_eq!(
        reason.to_string(),
        "it was called that without the quotes, and more than 60 names stand below each other; put what tells components apart into \
         fewer names; if it is one name, write the quotes where it is declared"
    );
    registry.remove(format!("{deeper:?}")).unwrap();
    assert!(registry.verify_bounds(grant()).is_ok());
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 1);
}

#[test]
fn handles_nest_no_deeper_than_names() {
    let registry = ComponentRegistry::default();
    let mut component = registry.clone();
    // Names grow by what is added, not by what it takes to quote them.
    for _ in 0..1000 {
        component = component.get_or_create("a");
    }
    component.bounds_builder().firm().with_fixed_amount("bytes", 5);
    assert_eq!(component.as_bounds().total_firm_limit_bytes(), 5);
    let mut depth = 0;
    registry.usage().visit(&mut |_, lies| depth = depth.max(lies));
    assert_eq!((depth, registry.as_bounds().total_firm_limit_bytes()), (60, 5));
    let full_name = component.full_name();
    assert!(registry.find(&full_name).is_ok());
    let error = registry.verify_bounds(grant()).unwrap_err();
    assert!(error.to_string().contains("more than 60 names stand below each other"), "{error}");
    let json = serde_json::to_string(&registry.as_bounds()).unwrap();
    assert_eq!(serde_json::from_str::<ComponentBounds>(&json).unwrap(), registry.as_bounds());
}

#[test]
fn the_deepest_tree_is_read_as_json_and_a_deeper_one_is_refused() {
    let registry = ComponentRegistry::default();
    registry.register(vec!["a"; 60].join("."), &Firm(1));
    let json = serde_json::to_string(&MemoryReport::new(&registry)).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&format!("{{\"status\":{json}}}")).is_ok());
    let deep = serde_json::json!({ vec!["a"; 50_000].join("."): {} }).to_string();
    let error = serde_json::from_str::<ComponentBounds>(&deep).unwrap_err().to_string();
    assert!(
        error.contains("is no component: more than 60 names stand below each other; put"),
        "{error:.100}"
    );
}

#[test]
fn names_that_exist_are_full_names_wherever_one_was_looked_for() {
    let registry = ComponentRegistry::default();
    registry.get_or_create("other");
    let component = registry.get_or_create("a");
    component.get_or_create(r#"b."c.d""#);
    let error = component.find("e").unwrap_err();
    assert_eq!((error.name.as_str(), error.known), ("e", vec!["a.b".to_owned(), r#"a.b."c.d""#.to_owned()]));
}

#[test]
fn a_text_that_is_no_name_is_no_component_and_the_error_says_why() {
    let registry = ComponentRegistry::default();
    assert_eq!(registry.find("").map(|root| root.full_name()), Ok("root".to_owned()));
    let control = NameError::ControlCharacter { character: '\n' };
    for (name, invalid) in [("a..b", NameError::MissingName), ("a\nb", control)] {
        let error = registry.find(name).unwrap_err();
        assert_eq!((error.name.as_str(), error.invalid), (name, Some(invalid)));
        assert_eq!(registry.remove(name).unwrap_err(), RemoveError::Unknown(error));
    }
    let message = registry.find("a..b").unwrap_err().to_string();
    assert_eq!(
        message,
        "there is no component `a..b`, because a name before or after a dot is missing; as one name it is \
         written \"a..b\"; there are none"
    );
    assert_eq!(registry.find("a.b").unwrap_err().invalid, None);
}

#[test]
fn neither_the_root_nor_the_component_itself_can_be_removed() {
    let registry = ComponentRegistry::default();
    let component = registry.register("a.b", &Firm(1));
    for root in ["", "root"] {
        assert_eq!(registry.remove(root), Err(RemoveError::Root));
    }
    assert_eq!(component.remove(""), Err(RemoveError::Itself { name: "a.b".to_owned() }));
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 1);
    registry.remove("root.a.b").unwrap();
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 0);
}

#[test]
fn root_in_front_of_a_name_below_the_root_is_a_component_of_that_name() {
    let registry = ComponentRegistry::default();
    let component = registry.get_or_create("a");
    assert!(component.find("root").is_err());
    assert_eq!(component.get_or_create("root.b").full_name(), "a.root.b");
    assert_eq!(registry.find("a.root.b").unwrap().full_name(), "a.root.b");
    component.remove("root").unwrap();
    assert!(registry.find("a.root").is_err());
}

#[test]
fn usage_shows_declared_bytes_own_and_rolled_up() {
    let registry = ComponentRegistry::default();
    registry.bounds_builder().firm().with_fixed_amount("root's", 1);
    let source = registry.register("topology.source", &Firm(20));
    source.bounds_builder().minimum().with_fixed_amount("buffer", 300);
    registry.register("topology.source.cache", &Firm(4000));

    let usage = registry.usage();
    let mut rows = Vec::new();
    usage.visit(&mut |component, depth| {
        rows.push((component.name.as_str(), depth, component.declared, component.total_declared));
    });
    let declared = |minimum, firm_limit| DeclaredBytes::new(Some(minimum), Some(firm_limit));
    assert_eq!(
        rows,
        [
            ("root", 0, declared(0, 1), declared(300, 4321)),
            ("topology", 1, declared(0, 0), declared(300, 4320)),
            ("topology.source", 2, declared(300, 320), declared(300, 4320)),
            ("topology.source.cache", 3, declared(0, 4000), declared(0, 4000)),
        ]
    );
    assert_eq!(source.usage(), usage.subcomponents[0].subcomponents[0]);
}

#[test]
fn usage_of_what_overflows_is_unbounded() {
    let registry = ComponentRegistry::default();
    registry.register("a", &Firm(usize::MAX));
    registry.register("b", &Firm(1));
    let usage = registry.usage();
    assert_eq!(usage.total_declared, DeclaredBytes::new(Some(0), None));
    assert_eq!(usage.declared, DeclaredBytes::default());
}

#[test]
fn without_a_tracking_allocator_nothing_is_known_of_live_bytes_and_peaks() {
    let registry = ComponentRegistry::default();
    let component = registry.register("usage_untracked", &Firm(10));
    let kept = component.token().scope(|| vec![0_u8; 100]);
    let usage = registry.usage();
    usage.visit(&mut |component, _| {
        assert_eq!((component.live, component.total_live), (None, None));
        assert_eq!((component.peak_bytes, component.total_peak_bytes), (None, None));
    });
    drop(kept);
}

#[test]
fn reading_usage_registers_and_changes_nothing() {
    let registry = ComponentRegistry::default();
    registry.register("usage_reading.inner", &Firm(10));
    let before = registry.as_bounds();
    assert_eq!(registry.usage(), registry.usage());
    assert_eq!(registry.get_or_create("usage_reading").usage().name, "usage_reading");
    assert_eq!(registry.as_bounds(), before);
    assert_eq!((groups_called("usage_reading"), groups_called("usage_reading.inner")), (0, 0));
}

#[test]
fn a_component_named_by_a_key_with_dots_is_found_by_its_full_name() {
    let registry = ComponentRegistry::default();
    let by_key = std::collections::BTreeMap::from([("x.y", Firm(5)), ("x", Firm(1))]);
    registry.register("keyed", &by_key);
    let name = r#"keyed."x.y""#;
    let component = registry.find(name).unwrap();
    assert_eq!(component.full_name(), name);
    assert_eq!(component.as_bounds().total_firm_limit_bytes(), 5);
    assert_eq!(registry.get_or_create(name).as_bounds().total_firm_limit_bytes(), 5);
    assert_eq!(registry.as_bounds().find(name).unwrap().total_firm_limit_bytes(), 5);
    assert_eq!(registry.find("keyed.x").unwrap().as_bounds().total_firm_limit_bytes(), 1);

    assert!(registry.find("keyed.x.y").is_err());

    registry.remove(name).unwrap();
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 1);
}

#[test]
fn root_in_front_of_a_name_is_the_root() {
    let registry = ComponentRegistry::default();
    registry.register("root.a", &Firm(1));
    assert_eq!(registry.find("a").unwrap().full_name(), "a");
    assert_eq!(registry.get_or_create("root").full_name(), "root");
    assert_eq!(registry.get_or_create("root").as_bounds(), registry.as_bounds());
}

#[test]
fn a_component_that_is_itself_called_root_has_a_name_of_its_own() {
    let registry = ComponentRegistry::default();
    registry
        .bounds_builder()
        .with_subcomponent("root", &Firm(usize::MAX))
        .with_subcomponent("root", &Firm(1));
    assert_eq!(registry.find("root.root").unwrap().full_name(), "root.root");
    assert_eq!(refused(&registry), "root.root");
}

#[test]
fn a_part_of_the_tree_is_refused_by_full_names() {
    let registry = ComponentRegistry::default();
    let part = registry.get_or_create("part");
    part.register("a", &Firm(1));
    part.register("a", &Firm(1));
    assert_eq!(refused(&part), "part.a");
}

#[test]
fn a_component_that_resets_itself_does_not_hide_that_it_was_declared_before() {
    struct Resetting;

    impl MemoryBounds for Resetting {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            builder.reset().firm().with_fixed_amount("bytes", 1);
        }
    }

    let registry = ComponentRegistry::default();
    registry.register("resetting", &Resetting);
    assert!(registry.verify_bounds(grant()).is_ok());
    registry.register("resetting", &Resetting);
    assert_eq!(refused(&registry), "resetting");
}
