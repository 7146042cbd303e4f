//! Names that would break out of a page which does not take care.

use memory_accounting::{ComponentBounds, ComponentRegistry, UsageExpr};

/// What every text of the page is called.
const NAME: &str = "</script><script>document.title = 'broken out'</script><img src=x onerror=alert(1)> \u{2028}\u{2029} <!-- \" ' & é 🦀";

pub(crate) fn bounds() -> ComponentBounds {
    let registry = ComponentRegistry::default();
    let component = registry.get_or_create(format!("{NAME:?}"));
    let mut builder = component.bounds_builder();
    builder.firm().with_named_expr(
        NAME,
        UsageExpr::product("", UsageExpr::config(NAME, 5), UsageExpr::constant(NAME, usize::MAX / 8)),
    );
    builder.skipped(NAME, NAME);
    // No number of JavaScript: only as a text is it exact.
    builder.firm().with_expr(UsageExpr::config("__proto__", (1 << 53) + 1));
    registry.as_bounds()
}
