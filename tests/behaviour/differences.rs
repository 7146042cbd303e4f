//! What has changed between two declarations.

use memory_accounting::{BoundsDifference, ComponentBounds, ComponentRegistry, UsageExpr};

/// A cache of so many entries of 1 KiB, and a queue of `queue_bytes` bytes that is there from the start.
fn bounds(entries: UsageExpr, queue_bytes: UsageExpr) -> ComponentBounds {
    let registry = ComponentRegistry::default();
    let entry = UsageExpr::StructSize { name: "Entry".to_owned(), value: 1024 };
    let table = UsageExpr::product("table", entry, entries);
    registry.get_or_create("cache").bounds_builder().firm().with_named_expr("table", table);
    registry.get_or_create("queue").bounds_builder().minimum().with_named_expr("ring", queue_bytes);
    registry.as_bounds()
}

/// 1,024 entries, and 1 MiB.
fn usual() -> ComponentBounds {
    bounds(UsageExpr::config("entries", 1024), UsageExpr::config("queue_bytes", 1 << 20))
}

fn said(old: &ComponentBounds, new: &ComponentBounds) -> String {
    BoundsDifference::between(old, new).to_string()
}

#[test]
fn what_grew_most_comes_first() {
    let old = usual();
    let new = bounds(UsageExpr::config("entries", 8), UsageExpr::config("queue|size", 3 << 20));
    assert_eq!(
        said(&old, &new),
        "firm limit: 2.0 MiB → 3.0 MiB (+1.0 MiB, +50.4 %)\n\
         minimum: 1.0 MiB → 3.0 MiB (+2.0 MiB, +200.0 %)\n\n\
         component          before    after       change\n\
         queue             1.0 MiB  3.0 MiB     +2.0 MiB\n\
         \u{20}\u{20}· ring minimum  1.0 MiB  3.0 MiB     +2.0 MiB\n\
         cache             1.0 MiB  8.0 KiB  -1016.0 KiB\n\
         \u{20}\u{20}· table firm    1.0 MiB  8.0 KiB  -1016.0 KiB\n\n\
         setting               before      after   change\n\
         cache:entries          1,024          8\n\
         queue:queue_bytes  1,048,576             removed\n\
         queue:queue|size              3,145,728      new"
    );
    let shown = BoundsDifference::between(&old, &new).to_markdown();
    assert!(shown.contains("\n| `queue:queue\\|size` |  | 3,145,728 | new |"), "{shown}");
}

#[test]
fn components_come_and_go_and_lose_their_bounds() {
    let new = bounds(UsageExpr::unlimited("entries"), UsageExpr::config("queue_bytes", 1 << 20));
    let lost = said(&usual(), &new);
    assert!(
        lost.starts_with("firm limit: 2.0 MiB → unbounded (now unbounded)\nminimum: 1.0 MiB, as before\n"),
        "{lost}"
    );
    assert!(lost.contains("\ncache:entries   1,024  unlimited"), "{lost}");
    assert!(said(&new, &usual()).contains("unbounded → 2.0 MiB (bounded again)"));
    let nothing = ComponentBounds::default();
    let gone = said(&usual(), &nothing);
    assert!(gone.contains("\nqueue             1.0 MiB         removed"), "{gone}");
    assert!(said(&nothing, &usual()).contains("firm limit: 0 B → 2.0 MiB (+2.0 MiB)"));
}

#[test]
fn a_type_that_grew_is_named() {
    let sessions = |value| {
        let entry = UsageExpr::StructSize { name: "Session".to_owned(), value };
        bounds(UsageExpr::constant("", 0), UsageExpr::product("", entry, UsageExpr::config("sessions", 8)))
    };
    let said = said(&sessions(64), &sessions(72));
    assert!(
        said.ends_with("\n\nsize of one       before  after  change\nSession in queue    64 B   72 B"),
        "{said}"
    );
}

#[test]
fn what_takes_the_same_by_another_expression_is_told() {
    let new = bounds(
        UsageExpr::max(UsageExpr::config("entries", 1024), UsageExpr::constant("", 1)),
        UsageExpr::config("queue_bytes", 1 << 20),
    );
    assert_eq!(
        said(&usual(), &new),
        "firm limit: 2.0 MiB, as before\n\
         minimum: 1.0 MiB, as before\n\n\
         component        before    after              change\n\
         cache           1.0 MiB  1.0 MiB\n\
         \u{20}\u{20}· table firm  1.0 MiB  1.0 MiB  computed otherwise"
    );
    let of = |setting| {
        let fixed = UsageExpr::constant("", 4096);
        let least = UsageExpr::max(UsageExpr::config("entries", setting), fixed);
        bounds(least, UsageExpr::constant("", 0))
    };
    let by_a_setting = said(&of(10), &of(20));
    assert!(
        by_a_setting
            .ends_with("as before\n\nsetting        before  after  change\ncache:entries      10     20"),
        "{by_a_setting}"
    );
}

#[test]
fn what_is_not_counted_any_more_is_told_with_the_reason() {
    let skipping = |reason: &str| {
        let registry = ComponentRegistry::default();
        registry.get_or_create("listener").bounds_builder().skipped("socket", reason);
        registry.as_bounds()
    };
    let nothing = ComponentBounds::default();
    let new = BoundsDifference::between(&nothing, &skipping("the kernel's | nobody's"));
    assert!(!new.is_empty());
    assert!(
        new.to_string().ends_with(
            "\n\nnot counted         before                    after  change\n\
             socket in listener          the kernel's | nobody's     new"
        ),
        "{new}"
    );
    assert!(
        new.to_markdown().ends_with("\n| `socket` in `listener` |  | the kernel's \\| nobody's | new |"),
        "{}",
        new.to_markdown()
    );
    let other = said(&skipping("a"), &skipping("b"));
    assert!(other.ends_with("\nsocket in listener       a      b"), "{other}");
    assert!(said(&skipping("a"), &nothing).ends_with("       a         removed"));
}

#[test]
fn the_order_of_what_is_declared_is_no_difference() {
    let declared = |names: [&str; 2]| {
        let registry = ComponentRegistry::default();
        for name in names {
            registry.root().bounds_builder().firm().with_fixed_amount(name, 8);
        }
        registry.as_bounds()
    };
    let (one, other) = (declared(["a", "b"]), declared(["b", "a"]));
    assert_ne!(one, other);
    assert!(BoundsDifference::between(&one, &other).is_empty());
}
