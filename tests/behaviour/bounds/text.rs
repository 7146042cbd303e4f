//! Bounds as a tree that a person reads.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use memory_accounting::{
    ComponentBounds, ComponentRegistry, Container, MemoryBounds, SendingThreads, UsageExpr,
};

use super::declared;

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

/// What an entry of a container says, too long to be arithmetic.
fn said_of<C: Container>() -> String {
    let items = UsageExpr::config("a_setting_of_a_rather_long_name", 1000);
    let bounds = declared(|builder| _ = builder.firm().with_container::<C>("c", items.clone()));
    let text = bounds.to_string();
    let line = text.lines().find(|line| line.contains("a_setting_of_a_rather_long_name")).unwrap();
    line.split_once("B  ").unwrap().1.replace("a_setting_of_a_rather_long_name (1,000)", "n")
}

#[test]
fn what_is_no_hash_table_is_called_none() {
    use tokio::sync::{broadcast, mpsc};

    assert_eq!(said_of::<HashMap<u64, u64>>(), "table of n");
    assert_eq!(said_of::<indexmap::IndexMap<u64, u64>>(), "table of n");
    assert_eq!(said_of::<lru::LruCache<u64, u64>>(), "table of n");
    assert_eq!(said_of::<Arc<hashbrown::HashSet<u64>>>(), "table of n");
    // Their storage is a power of two as well.
    assert_eq!(said_of::<broadcast::Sender<u64>>(), "container of n");
    assert_eq!(said_of::<flume::Sender<u64>>(), "container of n");
    assert_eq!(said_of::<std::collections::BTreeMap<u64, u64>>(), "container of n");
    // For how many threads, where a channel takes more the more there are.
    assert_eq!(said_of::<mpsc::Sender<u64>>(), "container of n, 32 threads sending");
    assert_eq!(said_of::<SendingThreads<mpsc::Receiver<u64>, 4>>(), "container of n, 4 threads sending");
    assert_eq!(said_of::<SendingThreads<mpsc::Sender<u64>, 1>>(), "container of n");
}

#[test]
fn a_channel_says_in_its_arithmetic_for_how_many_threads_it_is() {
    let items = UsageExpr::config("inbox", 100);
    let expr = tokio::sync::mpsc::Sender::<u64>::bounded("inbox", &items).to_string();
    assert!(expr.ends_with("(inbox=100 / 32 + inbox=100 * 2 / 32 + 2 * sending threads=32 + 1)"), "{expr}");
}

#[test]
fn components_alone_are_printed_down_to_a_level() {
    let registry = ComponentRegistry::default();
    for name in ["a.b.c", "a.\"x.y\"", "d"] {
        registry.get_or_create(name).bounds_builder().minimum().with_fixed_amount("buffer", 1024);
    }
    let bounds = registry.as_bounds();
    assert_eq!(format!("{bounds:.0}"), "root  3.0 KiB  of which minimum 3.0 KiB, 5 below");
    assert_eq!(
        format!("{bounds:.2}"),
        "root       3.0 KiB  of which minimum 3.0 KiB\n  \
           a        2.0 KiB  of which minimum 2.0 KiB\n    \
             b      1.0 KiB  of which minimum 1.0 KiB, 1 below\n    \
             \"x.y\"  1.0 KiB  of which minimum 1.0 KiB\n  \
           d        1.0 KiB  of which minimum 1.0 KiB"
    );
}
