//! Where settings stand in the operator's file, from its root.

use std::collections::BTreeMap;

use memory_accounting::sizing::{self, SettingName};
use memory_accounting::{
    BoundsVerifier, ComponentBounds, ComponentRegistry, MemoryBounds, MemoryBoundsBuilder, MemoryGrant,
    UsageExpr,
};

/// Every setting as `component place`.
fn places(bounds: &ComponentBounds) -> Vec<String> {
    let settings = sizing::settings(bounds).into_iter();
    let mut places: Vec<String> =
        settings.map(|setting| format!("{} {}", setting.component, setting.place)).collect();
    places.sort_unstable();
    places
}

fn places_of(component: &impl MemoryBounds) -> Vec<String> {
    places(&ComponentBounds::of(component))
}

#[derive(Clone, MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max: usize,
}

/// A number without a key of its own.
#[derive(Clone, MemoryBounds)]
struct Depth(#[bounds(bytes)] usize);

/// Keys that say the table, as `prefix` makes them.
#[derive(Clone, MemoryBounds)]
#[bounds(prefix = "store.")]
struct Store {
    #[bounds(bytes)]
    size: usize,
    #[bounds(subcomponent)]
    cache: Cache,
}

#[derive(Clone, MemoryBounds)]
struct Service {
    workers: usize,
    #[bounds(subcomponent = "lookup", times = workers)]
    cache: Cache,
    #[bounds(subcomponent)]
    store: Store,
    #[bounds(subcomponent)]
    depth: Depth,
    #[bounds(flatten)]
    spare: Cache,
}

fn service() -> Service {
    let cache = || Cache { max: 1 };
    Service {
        workers: 2,
        cache: cache(),
        store: Store { size: 3, cache: cache() },
        depth: Depth(4),
        spare: cache(),
    }
}

const OF_SERVICE: [&str; 6] = [
    "depth depth",
    "lookup cache.max",
    "root spare.max",
    "root workers",
    "store store.size",
    "store.cache store.cache.max",
];

#[test]
fn a_setting_stands_in_the_table_of_its_component() {
    assert_eq!(places_of(&service()), OF_SERVICE);
}

#[derive(MemoryBounds)]
struct Whole {
    #[bounds(subcomponent)]
    service: Service,
    #[bounds(subcomponent)]
    store: Store,
}

#[test]
fn what_is_held_twice_stands_in_both_tables() {
    let whole = Whole { service: service(), store: Store { size: 1, cache: Cache { max: 2 } } };
    assert_eq!(
        places_of(&whole),
        [
            "service service.spare.max",
            "service service.workers",
            "service.depth service.depth",
            "service.lookup service.cache.max",
            "service.store service.store.size",
            "service.store.cache service.store.cache.max",
            "store store.size",
            "store.cache store.cache.max",
        ]
    );
}

#[derive(MemoryBounds)]
struct Same {
    #[bounds(subcomponent)]
    max: Cache,
    #[bounds(subcomponent)]
    cache: Caches,
}

#[derive(MemoryBounds)]
struct Caches {
    #[bounds(subcomponent)]
    cache: Cache,
}

#[test]
fn a_key_like_its_table_is_no_prefix() {
    let same = Same { max: Cache { max: 1 }, cache: Caches { cache: Cache { max: 1 } } };
    assert_eq!(places_of(&same), ["cache.cache cache.cache.max", "max max.max"]);
}

/// Lists in a list: a table in each.
#[derive(MemoryBounds)]
struct Pools(#[bounds(subcomponent)] Vec<Pool>);

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(subcomponent)]
    depths: [Depth; 1],
    #[bounds(subcomponent)]
    by_name: BTreeMap<String, Cache>,
}

#[derive(MemoryBounds)]
struct Lists {
    #[bounds(subcomponent)]
    pools: Pools,
    #[bounds(flatten)]
    more: Vec<Pool>,
}

#[test]
fn items_of_lists_and_maps_stand_where_their_keys_say() {
    let pool =
        || Pool { depths: [Depth(1)], by_name: [("a.b".to_owned(), Cache { max: 2 })].into_iter().collect() };
    let lists = Lists { pools: Pools(vec![pool()]), more: vec![pool()] };
    assert_eq!(
        places_of(&lists),
        [
            "0.by_name.\"a.b\" more[0].by_name.\"a.b\".max",
            "0.depths.0 more[0].depths[0]",
            "pools.0.0.by_name.\"a.b\" pools[0].by_name.\"a.b\".max",
            "pools.0.0.depths.0 pools[0].depths[0]",
        ]
    );
}

/// By hand: one whose keys are whole, and one whose are not.
struct ByHand {
    key: &'static str,
}

impl MemoryBounds for ByHand {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_expr(UsageExpr::config(self.key, 1));
        builder.subcomponent("index").firm().with_expr(UsageExpr::config(self.key, 1));
    }
}

#[derive(MemoryBounds)]
struct HoldsByHand {
    #[bounds(subcomponent)]
    whole: ByHand,
    #[bounds(subcomponent)]
    short: ByHand,
}

#[test]
fn what_nobody_holds_has_its_key_alone() {
    assert_eq!(places_of(&Depth(1)), ["root self"]);
    assert_eq!(places_of(&vec![Cache { max: 1 }]), ["0 max"]);
}

#[test]
fn keys_written_by_hand_are_taken_as_whole_where_they_say_their_table() {
    let held = HoldsByHand { whole: ByHand { key: "whole.size" }, short: ByHand { key: "size" } };
    assert_eq!(
        places_of(&held),
        ["short short.size", "short.index short.size", "whole whole.size", "whole.index whole.size"]
    );
    assert_eq!(places_of(&ByHand { key: "size" }), ["index size", "root size"]);
}

#[test]
fn a_place_is_kept_in_json_and_when_a_part_is_declared_anew() {
    let bounds = ComponentBounds::of(&service());
    let json = serde_json::to_string(&bounds).unwrap();
    assert_eq!(places(&serde_json::from_str(&json).unwrap()), OF_SERVICE);
    assert_eq!(serde_json::to_value(&bounds).unwrap()["lookup"]["place"], "cache");
    assert!(serde_json::to_value(&bounds).unwrap()["store"].get("place").is_none());

    let registry = ComponentRegistry::default();
    registry.register("", &service());
    let grant = MemoryGrant::effective(1 << 20).unwrap();
    registry.get_or_create("store").redeclare("", &service().store, grant).unwrap();
    assert_eq!(places(&registry.as_bounds()), OF_SERVICE);
    registry.get_or_create("lookup").redeclare("", &Caches { cache: Cache { max: 1 } }, grant).unwrap();
    let store = registry.as_bounds();
    assert_eq!(store.find("lookup.cache").unwrap().place(), "cache.cache");
    assert!(BoundsVerifier::new(grant, store).verify().is_ok());
}

#[test]
fn a_setting_is_named_by_its_place() {
    let settings = sizing::settings(&ComponentBounds::of(&service()));
    let found = |name: &str| name.parse::<SettingName>().unwrap().find(&settings).map(ToString::to_string);
    assert_eq!(found("cache.max").as_deref(), Ok("lookup:max"));
    assert_eq!(found("store.cache.max").as_deref(), Ok("store.cache:max"));
    assert_eq!(found("store.cache:max").as_deref(), Ok("store.cache:max"));
}

#[derive(MemoryBounds)]
struct Socket {
    #[bounds(bytes, or = 0)]
    receive_bytes: Option<usize>,
    #[bounds(bytes, or = 0)]
    send_bytes: Option<usize>,
}

#[derive(MemoryBounds)]
struct Sockets {
    #[bounds(flatten)]
    socket: Socket,
    #[bounds(subcomponent, times = "workers.unwrap_or(2)")]
    other: Socket,
    workers: Option<usize>,
}

#[test]
fn what_is_absent_in_the_file_is_told_apart() {
    let socket = || Socket { receive_bytes: None, send_bytes: Some(7) };
    let bounds = ComponentBounds::of(&Sockets { socket: socket(), other: socket(), workers: None });
    let unset = |bounds: &ComponentBounds| -> Vec<String> {
        let json = serde_json::to_value(bounds).unwrap();
        ["root", "other"].map(|name| json[name]["unset"].to_string()).to_vec()
    };
    assert_eq!(unset(&bounds), [r#"["socket.receive_bytes","workers"]"#, r#"["receive_bytes"]"#]);
    let again: ComponentBounds = serde_json::from_value(serde_json::to_value(&bounds).unwrap()).unwrap();
    let changed = sizing::what_if(&again, &["workers=3".parse().unwrap()]).unwrap();
    assert_eq!(unset(&changed), [r#"["socket.receive_bytes"]"#, r#"["receive_bytes"]"#]);
}
