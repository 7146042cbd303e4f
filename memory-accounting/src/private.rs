//! What the code that `#[derive(MemoryBounds)]` generates calls. Not a public interface: the derive crate is
//! pinned to this crate's version, and both change together.
//!
//! The functions are many and small so that a call needs few tokens: what the macro writes, the compiler reads again
//! for every field of every type.

#[path = "private/asked.rs"]
mod asked;
#[path = "private/known.rs"]
mod known;
#[path = "private/named.rs"]
mod named;
#[path = "private/optional.rs"]
mod optional;

pub use self::asked::asked;
pub use self::known::{Inside, Known, Unknown};
pub use self::named::{named, repeated_named};
pub use self::optional::{OptionalSetting, constant_or, setting_or};
use crate::bounds::{Held, Holds, Standing};
pub use crate::bounds::{MemoryBounds, MemoryBoundsBuilder};
pub use crate::config_value::ConfigValue;
pub use crate::container::{Container, HashContainer, OwningPointer};
pub use crate::expr::{SettingRange, UsageExpr};
pub use crate::owned::OwnedHeap;

/// What stands in a `where` clause, which is shown at the user's field: under names that no program has imported, so that no lint finds the
/// path longer than it need be.
pub use self::{
    ConfigValue as NeededConfigValue, Container as NeededContainer, HashContainer as NeededHashContainer,
    MemoryBounds as NeededMemoryBounds, OptionalSetting as NeededOptionalSetting,
    OwnedHeap as NeededOwnedHeap, OwningPointer as NeededOwningPointer,
};

/// A rule of [`Container`] or [`HashContainer`].
pub type Rule = fn(&str, &UsageExpr) -> UsageExpr;

/// [`Container::max_items_retained`].
pub type MaxItemsRetained = fn(&UsageExpr) -> UsageExpr;

/// Fails the compilation with `message` where a value of type `T` may own heap memory.
#[track_caller]
pub const fn owns_no_heap<T: ?Sized>(message: &'static str) {
    assert!(!core::mem::needs_drop::<T>(), "{}", message);
}

/// Fails the compilation where the type of a field `declares` bounds, with `bounds`, or may own heap memory, with `heap`.
#[track_caller]
pub const fn is_accounted_for<T: ?Sized>(declares: bool, bounds: &'static str, heap: &'static str) {
    is_not(declares, bounds);
    owns_no_heap::<T>(heap);
}

/// Fails the compilation with `message` unless something is `not` so.
#[track_caller]
pub const fn is_not(not: bool, message: &'static str) {
    assert!(!not, "{}", message);
}

/// What can be read from a packed struct. It is `Copy` with a message of its own.
#[diagnostic::on_unimplemented(
    message = "a field of a packed struct is read by copy, but `{Self}` is not `Copy`",
    label = "cannot be copied out of the packed struct",
    note = "read a field that is `Copy`, remove `packed`, or implement `MemoryBounds` by hand"
)]
pub trait ReadByCopy: Copy {}

#[diagnostic::do_not_recommend]
impl<T: Copy> ReadByCopy for T {}

/// The value of a field of a packed struct, which cannot be borrowed.
pub fn copied<T: ReadByCopy>(field: T) -> T {
    field
}

/// A bare number in an expression.
pub fn number(value: usize) -> UsageExpr {
    UsageExpr::number(value)
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

/// `items`, each with the heap bytes it owns.
pub fn with_item_bytes(container: UsageExpr, items: UsageExpr, item_bytes: UsageExpr) -> UsageExpr {
    sum([container, product([items, item_bytes])])
}

pub fn minimum(builder: &mut MemoryBoundsBuilder<'_>, label: &str, expr: UsageExpr) {
    builder.minimum().with_named_expr(label, expr);
}

pub fn firm(builder: &mut MemoryBoundsBuilder<'_>, label: &str, expr: UsageExpr) {
    builder.firm().with_named_expr(label, expr);
}

/// Values of type `T`, as many as a setting says.
pub fn items<T>(label: &str, items: UsageExpr) -> UsageExpr {
    product([UsageExpr::struct_size::<T>(label), items])
}

/// The same where the size is a number.
pub fn items_of_bytes(label: &str, bytes: u64, items: UsageExpr) -> UsageExpr {
    product([UsageExpr::StructSize { name: label.to_owned(), value: bytes.config_value() }, items])
}

/// What `value` owns now.
pub fn owned<T: OwnedHeap + ?Sized>(label: &str, value: &T) -> UsageExpr {
    UsageExpr::constant(label, value.owned_heap_bytes())
}

/// What `declare` adds, `times` times over.
pub fn times(
    builder: &mut MemoryBoundsBuilder<'_>,
    times: &UsageExpr,
    declare: impl Fn(&mut MemoryBoundsBuilder<'_>),
) {
    builder.with_repeated(times, &Declaring(declare));
}

struct Declaring<F>(F);

impl<F: Fn(&mut MemoryBoundsBuilder<'_>)> MemoryBounds for Declaring<F> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        (self.0)(builder);
    }
}

/// A container that counts as firm.
pub fn firm_container(builder: &mut MemoryBoundsBuilder<'_>, label: &str, bounded: Rule, items: &UsageExpr) {
    builder.firm().with_container_expr(label, bounded(label, items), Holds::items(items));
}

/// The same, whose items own `item_bytes` each, as many as `retained` says.
pub fn firm_container_of_owners(
    builder: &mut MemoryBoundsBuilder<'_>,
    label: &str,
    bounded: Rule,
    retained: MaxItemsRetained,
    items: &UsageExpr,
    item_bytes: UsageExpr,
) {
    let holds = Holds::owners(items, &item_bytes);
    let expr = with_item_bytes(bounded(label, items), retained(items), item_bytes);
    builder.firm().with_container_expr(label, expr, holds);
}

/// A container whose storage is allocated up front: the rest of its bound is firm, if there is any.
pub fn minimum_container(
    builder: &mut MemoryBoundsBuilder<'_>,
    label: &str,
    allocated: Rule,
    bounded: Rule,
    items: &UsageExpr,
) {
    let (allocated, bounded) = (allocated(label, items), bounded(label, items));
    builder.with_preallocated(label, allocated, bounded, Holds::items(items));
}

/// The same, whose items own `item_bytes` each. What items own is never there at creation, so it is firm.
pub fn minimum_container_of_owners(
    builder: &mut MemoryBoundsBuilder<'_>,
    label: &str,
    allocated: Rule,
    bounded: Rule,
    retained: MaxItemsRetained,
    items: &UsageExpr,
    item_bytes: UsageExpr,
) {
    let (allocated, bounded) = (allocated(label, items), bounded(label, items));
    let rest = builder.preallocate(label, allocated, bounded, Holds::items(items));
    let holds = Holds::owners(items, &item_bytes);
    let owned = product([retained(items), item_bytes]);
    let expr = match rest {
        Some(rest) => sum([rest, owned]),
        None => owned,
    };
    builder.firm().with_container_expr(label, expr, holds);
}

/// Says what the keys of this type begin with.
pub fn prefixed(builder: &mut MemoryBoundsBuilder<'_>, prefix: &str) {
    builder.with_prefix(prefix);
}

/// A component under its name; a setting in it that has no key of its own has `key`.
pub fn subcomponent<T: MemoryBounds + ?Sized>(
    builder: &mut MemoryBoundsBuilder<'_>,
    name: &str,
    key: &str,
    component: &T,
) {
    builder.with_subcomponent(name, &Held { standing: Standing::InTable, key, component });
}

/// The same on the level of its holder; the keys of what is in it stand behind `under`.
pub fn flattened<T: MemoryBounds + ?Sized>(
    builder: &mut MemoryBoundsBuilder<'_>,
    under: &str,
    key: &str,
    component: &T,
) {
    builder.with_flattened(&Held { standing: Standing::Beside(under), key, component });
}

pub fn repeated_subcomponent<T: MemoryBounds + ?Sized>(
    builder: &mut MemoryBoundsBuilder<'_>,
    name: &str,
    key: &str,
    times: &UsageExpr,
    component: &T,
) {
    builder.with_repeated_subcomponent(name, times, &Held { standing: Standing::InTable, key, component });
}

pub fn repeated<T: MemoryBounds + ?Sized>(
    builder: &mut MemoryBoundsBuilder<'_>,
    under: &str,
    key: &str,
    times: &UsageExpr,
    component: &T,
) {
    builder.with_repeated(times, &Held { standing: Standing::Beside(under), key, component });
}

/// The program takes values from `least` to `most` alone for the setting `key`.
pub fn setting_range(
    builder: &mut MemoryBoundsBuilder<'_>,
    key: &str,
    least: Option<UsageExpr>,
    most: Option<UsageExpr>,
) {
    let least = least.map_or(0, |least| least.evaluate());
    let most = most.map_or(usize::MAX, |most| most.evaluate());
    builder.with_setting_range(key, SettingRange::within(least, most));
}

/// Those that the type of the setting takes.
pub fn range_of_setting<T: ConfigValue>(builder: &mut MemoryBoundsBuilder<'_>, key: &str, _setting: &T) {
    builder.with_setting_range(key, T::config_range());
}

/// The same of an `Option` of a setting.
pub fn range_of_optional_setting<T: OptionalSetting + ?Sized>(
    builder: &mut MemoryBoundsBuilder<'_>,
    key: &str,
    _setting: &T,
) {
    builder.with_setting_range(key, T::Setting::config_range());
}

pub fn skipped(builder: &mut MemoryBoundsBuilder<'_>, name: &str, reason: &str) {
    builder.skipped(name, reason);
}
