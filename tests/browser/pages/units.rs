//! Settings that the operator's file has in KiB, in kB, and in bytes.

use memory_accounting::{ComponentBounds, ComponentRegistry, UsageExpr};

/// 4 KiB, 2000 bytes and 3 bytes.
pub(crate) fn bounds() -> ComponentBounds {
    let registry = ComponentRegistry::default();
    let component = registry.get_or_create("queue");
    let mut builder = component.bounds_builder();
    let mut declare = |key: &str, value, unit| {
        let unit = UsageExpr::constant("", unit);
        builder.firm().with_expr(UsageExpr::product("", UsageExpr::config(key, value), unit));
    };
    declare("heap", 4, 1024);
    declare("disk", 2, 1000);
    builder.firm().with_expr(UsageExpr::config("spill_bytes", 3));
    registry.as_bounds()
}
