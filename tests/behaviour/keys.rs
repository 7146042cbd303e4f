//! Under which keys, and in which components, what a type holds is known.

use std::collections::BTreeMap;

use memory_accounting::{
    BoundsVerifier, ComponentBounds, InvalidReason, MemoryBounds, MemoryGrant, UsageExpr,
};

/// A number without a key of its own.
#[derive(MemoryBounds)]
struct Depth(#[bounds(bytes)] usize);

/// The names and the arithmetic of all entries.
fn shown(component: &impl MemoryBounds) -> Vec<String> {
    let exprs = ComponentBounds::of(component).to_exprs();
    let one = |entry: &serde_json::Value| {
        let expr: UsageExpr = serde_json::from_value(entry["expr"].clone()).unwrap();
        format!("{}: {expr}", entry["name"].as_str().unwrap())
    };
    exprs.iter().map(one).collect()
}

#[test]
fn a_newtype_that_nobody_holds_is_called_self() {
    assert_eq!(shown(&Depth(3)), ["root.firm: self=3"]);
}

/// Items without a key and without a name of their own.
#[derive(MemoryBounds)]
struct Items(#[bounds(sizes = Vec<u64>, grows)] usize);

#[derive(MemoryBounds)]
struct Held {
    #[bounds(flatten)]
    waiting: Items,
    #[bounds(subcomponent)]
    lists: [Items; 1],
}

#[test]
fn an_entry_of_a_newtype_is_called_as_the_field_that_holds_it() {
    let bounds = ComponentBounds::of(&Held { waiting: Items(1), lists: [Items(2)] });
    let entry = &bounds.firm_entries()[0];
    assert_eq!(entry.label(), Some("waiting"));
    assert!(entry.expr().to_string().starts_with("size(waiting)=8 * "), "{}", entry.expr());
    assert_eq!(bounds.find("lists.0").unwrap().firm_entries()[0].label(), Some("lists[0]"));
    assert_eq!(ComponentBounds::of(&Items(1)).firm_entries()[0].label(), Some("self"));
}

#[derive(MemoryBounds)]
struct Queues {
    #[bounds(subcomponent)]
    list: Vec<Depth>,
    #[bounds(flatten)]
    boxed: Option<Box<Depth>>,
    #[bounds(subcomponent, times = 2)]
    by_name: BTreeMap<String, Depth>,
    #[bounds(flatten, times = workers)]
    each: Depth,
    workers: usize,
}

#[test]
fn a_newtype_has_the_key_of_the_field_however_it_is_held() {
    let queues = Queues {
        list: vec![Depth(1), Depth(2)],
        boxed: Some(Box::new(Depth(3))),
        by_name: [("a.b".to_owned(), Depth(4))].into(),
        each: Depth(5),
        workers: 6,
    };
    let shown = shown(&queues);
    assert_eq!(shown[..2], ["root.firm: boxed=3", "root.firm: each=5 * workers=6"]);
    assert!(shown[2].starts_with("root.by_name.\"a.b\".firm: by_name.\"a.b\"=4"), "{shown:?}");
    assert_eq!(shown[3..], ["root.list.0.firm: list[0]=1", "root.list.1.firm: list[1]=2"]);
}

#[derive(MemoryBounds)]
struct Inner {
    #[bounds(bytes = "size - spare.unwrap_or(max(size, unlimited))")]
    size: usize,
    spare: Option<usize>,
    #[bounds(subcomponent)]
    below: Depth,
}

#[derive(MemoryBounds)]
#[bounds(prefix = "top.")]
struct Outer {
    #[bounds(flatten)]
    inner: Inner,
    #[bounds(flatten)]
    list: [Inner; 1],
}

#[test]
fn what_is_flattened_stands_behind_the_key_of_its_field() {
    let inner = || Inner { size: 1, spare: None, below: Depth(2) };
    assert_eq!(
        shown(&Outer { inner: inner(), list: [inner()] }),
        [
            "root.firm: top.inner.size=1 - max(top.inner.size=1, top.inner.spare=unlimited)",
            "root.0.firm: size=1 - max(size=1, spare=unlimited)",
            "root.0.below.firm: below=2",
            "root.top.inner.below.firm: below=2",
        ]
    );
}

fn name_of(depth: &Depth) -> usize {
    depth.0 / 10
}

#[derive(MemoryBounds)]
struct Named {
    #[bounds(subcomponent = "queues", named = name_of, times = 3)]
    list: Vec<Depth>,
}

#[test]
fn two_items_of_one_name_are_refused() {
    let bounds = |depths: [usize; 2]| ComponentBounds::of(&Named { list: depths.map(Depth).into() });
    let grant = MemoryGrant::effective(1000).unwrap();
    assert!(BoundsVerifier::new(grant, bounds([10, 20])).verify().is_ok());
    assert_eq!(bounds([10, 20]).find("queues.2").unwrap().total_firm_limit_bytes(), 60);
    let error = BoundsVerifier::new(grant, bounds([10, 11])).verify().unwrap_err();
    assert_eq!(
        error.invalid_components().collect::<Vec<_>>(),
        [("queues.1", &InvalidReason::DeclaredRepeatedly { times: 2 })]
    );
}

fn name_of_protocol(protocol: &(u64, u64)) -> String {
    format!("{}-{}", protocol.0, protocol.1)
}

/// Keys without `Display`, behind a type parameter and not.
#[derive(MemoryBounds)]
struct NamedByKey<D> {
    #[bounds(subcomponent, named = name_of_protocol)]
    generic: BTreeMap<(u64, u64), D>,
    #[bounds(subcomponent, named = name_of_protocol, times = 3)]
    queues: BTreeMap<(u64, u64), Depth>,
}

#[test]
fn parts_of_a_map_are_named_by_a_function_of_their_key() {
    let part = |depth| BTreeMap::from([((6, 443), Depth(depth))]);
    let shown = shown(&NamedByKey { generic: part(10), queues: part(2) });
    assert_eq!(
        shown,
        ["root.generic.6-443.firm: generic.6-443=10", "root.queues.6-443.firm: queues.6-443=2 * 3"]
    );
}

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max: usize,
}

#[derive(MemoryBounds)]
struct Part {
    workers: usize,
    #[bounds(subcomponent, times = "workers")]
    cache: Cache,
}

#[derive(MemoryBounds)]
struct Parts {
    #[bounds(flatten)]
    read: Part,
    #[bounds(flatten, prefix = "write_")]
    write: Part,
    #[bounds(flatten, times = 2)]
    items: Vec<Cache>,
}

#[test]
fn a_component_in_a_flattened_part_stands_where_it_does_in_the_file() {
    let part = |workers, max| Part { workers, cache: Cache { max } };
    let parts = Parts { read: part(2, 10), write: part(3, 20), items: vec![Cache { max: 1 }] };
    let expected = [
        "root.0.firm: max=1 * 2",
        "root.read.cache.firm: max=10 * read.workers=2",
        "root.write_cache.firm: max=20 * write_workers=3",
    ];
    assert_eq!(shown(&parts), expected);
    let explanation = memory_accounting::sizing::explain(&ComponentBounds::of(&parts), 70);
    let setting = |component: &str, key: &str| {
        explanation.settings.iter().any(|share| share.component == component && share.key == key)
    };
    assert!(setting("root", "read.workers") && setting("read.cache", "max"), "{explanation}");
    assert!(setting("root", "write_workers") && setting("write_cache", "max"), "{explanation}");
}

#[derive(MemoryBounds, serde::Deserialize)]
enum Output {
    Disk {
        #[bounds(subcomponent)]
        cache: Limit,
    },
    Net(#[bounds(subcomponent)] Limit),
}

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(tag = "kind", content = "options")]
enum Tagged {
    Disk {
        #[bounds(subcomponent)]
        cache: Limit,
    },
    Net(#[bounds(subcomponent)] Limit),
}

#[derive(MemoryBounds, serde::Deserialize)]
struct Limit {
    #[bounds(bytes)]
    max: usize,
}

#[test]
fn a_component_in_a_variant_stands_where_it_does_in_the_file() {
    let output = |json: &str| shown(&serde_json::from_str::<Output>(json).unwrap());
    assert_eq!(output(r#"{"Disk": {"cache": {"max": 1}}}"#), ["root.Disk.cache.firm: max=1"]);
    assert_eq!(output(r#"{"Net": {"max": 2}}"#), ["root.Net.firm: max=2"]);
    let tagged = |json: &str| shown(&serde_json::from_str::<Tagged>(json).unwrap());
    let disk = r#"{"kind": "Disk", "options": {"cache": {"max": 3}}}"#;
    assert_eq!(tagged(disk), ["root.options.cache.firm: max=3"]);
    assert_eq!(tagged(r#"{"kind": "Net", "options": {"max": 4}}"#), ["root.options.firm: max=4"]);
}
