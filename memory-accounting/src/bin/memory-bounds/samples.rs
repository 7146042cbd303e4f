//! Bounds that tests ask about.

use memory_accounting::{ComponentBounds, ComponentRegistry, UsageExpr};

/// A cache of so many entries of 1 KiB, and a queue of `queue_bytes` bytes that is there from the start.
pub(crate) fn bounds(entries: UsageExpr, queue_bytes: UsageExpr) -> ComponentBounds {
    let registry = ComponentRegistry::default();
    let entry = UsageExpr::StructSize { name: "Entry".to_owned(), value: 1024 };
    let table = UsageExpr::product("table", entry, entries);
    registry.get_or_create("cache").bounds_builder().firm().with_named_expr("table", table);
    registry.get_or_create("queue").bounds_builder().minimum().with_named_expr("ring", queue_bytes);
    registry.as_bounds()
}

/// 1,024 entries, and 1 MiB.
pub(crate) fn usual() -> ComponentBounds {
    bounds(UsageExpr::config("entries", 1024), UsageExpr::config("queue_bytes", 1 << 20))
}
