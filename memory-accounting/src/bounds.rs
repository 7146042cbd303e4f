//! What components declare.

mod blanket;
mod builder;
mod component;
mod display;
mod entries;
mod entry;
mod guarded;
mod held;
mod json;
mod names;
mod place;
mod ranges;
mod redeclared;
mod settings;
mod shared;
mod staying;
mod target;
mod times;
mod unset;

pub use self::builder::MemoryBoundsBuilder;
pub use self::component::ComponentBounds;
pub use self::entries::BoundsBuilder;
pub(crate) use self::entry::Holds;
pub use self::entry::{BoundsEntry, SkippedField};
pub(crate) use self::guarded::could_not_be_read;
pub(crate) use self::held::{Held, NamedItems, Standing};
pub use self::names::NameError;
pub(crate) use self::names::{
    ROOT_NAME, full_name, in_quotes, name_from_root, parse_full_name, parse_name, quoted, without_depth,
};
pub(crate) use self::place::in_file;
pub(crate) use self::ranges::SettingRanges;
pub(crate) use self::target::SharedTree;
pub use self::times::Times;
pub(crate) use self::unset::note_unset;

/// Declares how much memory a component needs, as a function of its configuration.
///
/// A declaration has two parts. The *minimum* is what the component allocates up front and cannot work
/// without; *firm* is what it may use on top of that, whatever the workload. Their sum is the *firm limit*.
///
/// Write it by hand where that is clearer:
///
/// ```
/// use memory_accounting::{ComponentBounds, MemoryBounds, MemoryBoundsBuilder};
///
/// struct Resolver { cache_entries: usize }
///
/// impl MemoryBounds for Resolver {
///     fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
///         builder.minimum().with_fixed_amount("table", 4096);
///         builder.firm().with_array::<(u64, u64)>("cache", self.cache_entries);
///     }
/// }
///
/// let bounds = ComponentBounds::of(&Resolver { cache_entries: 1000 });
/// assert_eq!(bounds.total_minimum_required_bytes(), 4096);
/// assert_eq!(bounds.total_firm_limit_bytes(), 4096 + 16_000);
/// ```
#[cfg_attr(feature = "derive", doc = include_str!("bounds/attributes.md"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare how much memory it needs",
    label = "the trait `MemoryBounds` is needed here",
    note = "a type of your own declares it with `#[derive(MemoryBounds)]`; a trait of your own asks for it, as in `trait Store: MemoryBounds`",
    note = "of what is not yours, say in place of `subcomponent` or `flatten` what the field may own, `bytes = \"…\"` or `per_item = \"…\"`, or why it is not counted, `skip = \"reason\"`",
    note = "the first of a pair in a list is a name, and needs `Display`",
    note = "locks of `parking_lot` 0.12 and `tokio` 1 and maps of `hashbrown` 0.17 and `indexmap` 2 pass on the bounds of what is in them: with the feature of `memory-accounting` that is called as the crate"
)]
pub trait MemoryBounds {
    /// Adds what this component needs to `builder`.
    ///
    /// A part of it that declares bounds itself is added with [`MemoryBoundsBuilder::with_subcomponent`] or
    /// [`MemoryBoundsBuilder::with_flattened`].
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>);
}
