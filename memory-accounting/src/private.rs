//! What the code that `#[derive(MemoryBounds)]` generates calls. Not a public interface: the derive crate is
//! pinned to this crate's version, and both change together.

pub use crate::{ConfigValue, Container, HashContainer, MemoryBounds, MemoryBoundsBuilder, UsageExpr};

/// Which of the two amounts an entry counts to.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Minimum,
    Firm,
}

/// A rule of [`Container`] or [`HashContainer`].
pub type Rule = fn(&str, &UsageExpr) -> UsageExpr;

/// The rules that a container's statement uses.
#[derive(Clone, Copy, Debug)]
pub enum Rules {
    Firm { bounded: Rule },
    Preallocated { allocated: Rule, bounded: Rule },
}

pub fn sum<const N: usize>(values: [UsageExpr; N]) -> UsageExpr {
    UsageExpr::Sum { values: values.into() }
}

pub fn product<const N: usize>(values: [UsageExpr; N]) -> UsageExpr {
    UsageExpr::Product { values: values.into() }
}

pub fn max<const N: usize>(values: [UsageExpr; N]) -> UsageExpr {
    UsageExpr::Max { values: values.into() }
}

pub fn min<const N: usize>(values: [UsageExpr; N]) -> UsageExpr {
    UsageExpr::Min { values: values.into() }
}

pub fn entry(builder: &mut MemoryBoundsBuilder<'_>, part: Part, label: &str, expr: UsageExpr) {
    match part {
        Part::Minimum => builder.minimum().with_named_expr(label, expr),
        Part::Firm => builder.firm().with_named_expr(label, expr),
    };
}

/// Values that exist as many times as a setting says, with the heap bytes each owns.
pub fn items<T>(
    builder: &mut MemoryBoundsBuilder<'_>,
    part: Part,
    label: &str,
    items: UsageExpr,
    item_bytes: Option<UsageExpr>,
) {
    let values = product([UsageExpr::struct_size::<T>(label), items.clone()]);
    entry(builder, part, label, with_item_bytes(values, items, item_bytes));
}

/// A container. What its items own is never there at creation, so it counts as firm.
pub fn container(
    builder: &mut MemoryBoundsBuilder<'_>,
    label: &str,
    rules: Rules,
    items: UsageExpr,
    item_bytes: Option<UsageExpr>,
) {
    let firm = match rules {
        Rules::Firm { bounded } => Some(bounded(label, &items)),
        Rules::Preallocated { allocated, bounded } => {
            let (allocated, bounded) = (allocated(label, &items), bounded(label, &items));
            let rest = (allocated != bounded).then(|| UsageExpr::difference(bounded, allocated.clone()));
            entry(builder, Part::Minimum, label, allocated);
            rest
        }
    };
    let firm = match firm {
        Some(container) => Some(with_item_bytes(container, items, item_bytes)),
        None => item_bytes.map(|bytes| product([items, bytes])),
    };
    if let Some(firm) = firm {
        entry(builder, Part::Firm, label, firm);
    }
}

fn with_item_bytes(container: UsageExpr, items: UsageExpr, item_bytes: Option<UsageExpr>) -> UsageExpr {
    match item_bytes {
        Some(bytes) => sum([container, product([items, bytes])]),
        None => container,
    }
}

pub fn subcomponent<T: MemoryBounds + ?Sized>(
    builder: &mut MemoryBoundsBuilder<'_>,
    name: &str,
    component: &T,
) {
    builder.with_subcomponent(name, component);
}

pub fn repeated_subcomponent<T: MemoryBounds + ?Sized>(
    builder: &mut MemoryBoundsBuilder<'_>,
    name: &str,
    times: &UsageExpr,
    component: &T,
) {
    builder.with_repeated_subcomponent(name, times, component);
}

pub fn repeated<T: MemoryBounds + ?Sized>(
    builder: &mut MemoryBoundsBuilder<'_>,
    times: &UsageExpr,
    component: &T,
) {
    builder.with_repeated(times, component);
}

pub fn skipped(builder: &mut MemoryBoundsBuilder<'_>, name: &str, reason: &str) {
    builder.skipped(name, reason);
}
