//! `MemoryBoundsBuilder` and `ComponentBounds`: what is declared is what is found.

mod amounts;
mod components;
mod apart;
mod repeated;
mod json;
mod text;

use memory_accounting::{
    BoundsBuilder, BoundsVerifier, ComponentBounds, MemoryBounds, MemoryBoundsBuilder, MemoryGrant,
    VerifierError,
};
use serde_json::Value;

/// Bounds written down as a closure.
struct Declared<F: Fn(&mut MemoryBoundsBuilder<'_>)>(F);

impl<F: Fn(&mut MemoryBoundsBuilder<'_>)> MemoryBounds for Declared<F> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        self.0(builder);
    }
}

/// A component that may use so many bytes.
struct Firm(usize);

impl MemoryBounds for Firm {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("bytes", self.0);
    }
}

fn declared(declare: impl Fn(&mut MemoryBoundsBuilder<'_>)) -> ComponentBounds {
    ComponentBounds::of(&Declared(declare))
}

fn one_firm_entry(declare: impl Fn(&mut BoundsBuilder<'_>)) -> ComponentBounds {
    declared(|builder| declare(&mut builder.firm()))
}

/// The names of all direct subcomponents and their firm limits.
fn below(bounds: &ComponentBounds) -> Vec<(&str, usize)> {
    bounds.subcomponents().map(|(name, below)| (name.as_str(), below.total_firm_limit_bytes())).collect()
}

fn names(bounds: &ComponentBounds) -> Vec<Value> {
    bounds.to_exprs().into_iter().map(|mut expr| expr["name"].take()).collect()
}

/// The component that verification refuses.
fn invalid(bounds: ComponentBounds) -> String {
    let grant = MemoryGrant::effective(1 << 40).unwrap();
    match BoundsVerifier::new(grant, bounds).verify() {
        Err(VerifierError::InvalidComponentBounds { component_name, .. }) => component_name,
        other => panic!("{other:?}"),
    }
}
