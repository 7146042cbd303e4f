//! How a component adds amounts to its minimum and firm bytes.

use super::entry::{BoundsEntry, Holds};
use super::target::Target;
use crate::container::Container;
use crate::expr::UsageExpr;

/// Adds entries to a component's minimum or firm bytes.
#[derive(Debug)]
pub struct BoundsBuilder<'a> {
    target: Target<'a>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Minimum,
    Firm,
}

impl<'a> BoundsBuilder<'a> {
    pub(super) fn new(target: Target<'a>, kind: Kind) -> Self {
        Self { target, kind }
    }

    /// One value of type `T`, called `name`.
    pub fn with_single_value<T>(&mut self, name: impl Into<String>) -> &mut Self {
        self.with_expr(UsageExpr::struct_size::<T>(name))
    }

    /// A fixed number of bytes, called `name`.
    pub fn with_fixed_amount(&mut self, name: impl Into<String>, bytes: usize) -> &mut Self {
        self.with_expr(UsageExpr::constant(name, bytes))
    }

    /// `len` values of type `T`, side by side.
    pub fn with_array<T>(&mut self, name: impl Into<String>, len: usize) -> &mut Self {
        let len = UsageExpr::constant("len", len);
        self.with_expr(UsageExpr::Product { values: vec![UsageExpr::struct_size::<T>(name), len] })
    }

    /// `len` pairs of a key of type `K` and a value of type `V`: `len * (size of K + size of V)`, nothing more.
    ///
    /// A real hash table takes about twice to five times that; use [`with_container`](Self::with_container).
    pub fn with_map<K, V>(&mut self, name: impl Into<String>, len: usize) -> &mut Self {
        let pair = UsageExpr::Sum {
            values: vec![UsageExpr::struct_size::<K>("key"), UsageExpr::struct_size::<V>("value")],
        };
        let len = UsageExpr::constant("len", len);
        self.with_named_expr(name, UsageExpr::Product { values: vec![pair, len] })
    }

    /// What `expr` computes.
    pub fn with_expr(&mut self, expr: UsageExpr) -> &mut Self {
        self.push(BoundsEntry { label: None, expr, times: Vec::new(), holds: None })
    }

    /// What `expr` computes, called `label` in reports.
    pub fn with_named_expr(&mut self, label: impl Into<String>, expr: UsageExpr) -> &mut Self {
        self.push(BoundsEntry { label: Some(label.into()), expr, times: Vec::new(), holds: None })
    }

    /// A container of type `C`, created with capacity for `items` and never holding more.
    ///
    /// Called on [`firm()`](super::MemoryBoundsBuilder::firm) it counts all of the container, the most that is ever alive
    /// ([`Container::bounded`]). Called on [`minimum()`](super::MemoryBoundsBuilder::minimum) it counts what is allocated at
    /// creation ([`Container::allocated`]) and nothing more, which for a hash table is less than the most; both calls together
    /// count the storage twice. For a container that is allocated up front, use
    /// [`with_preallocated_container`](super::MemoryBoundsBuilder::with_preallocated_container), which splits it between the two.
    #[expect(clippy::needless_pass_by_value, reason = "as every other amount, the expression is handed over")]
    pub fn with_container<C: Container>(&mut self, name: impl Into<String>, items: UsageExpr) -> &mut Self {
        let name = name.into();
        let expr = match self.kind {
            Kind::Minimum => C::allocated(&name, &items),
            Kind::Firm => C::bounded(&name, &items),
        };
        self.with_container_expr(name, expr, Holds::items(&items))
    }

    /// What `expr` computes for a container of what `holds` says.
    pub(crate) fn with_container_expr(
        &mut self,
        label: impl Into<String>,
        expr: UsageExpr,
        holds: Holds,
    ) -> &mut Self {
        self.push(BoundsEntry { label: Some(label.into()), expr, times: Vec::new(), holds: Some(holds) })
    }

    fn push(&mut self, entry: BoundsEntry) -> &mut Self {
        let kind = self.kind;
        self.target.add(entry, |bounds, entry| match kind {
            Kind::Minimum => bounds.minimum.push(entry),
            Kind::Firm => bounds.firm.push(entry),
        });
        self
    }
}
