//! `sizing::explain`: who takes the most, and what would fit.

mod advice;
mod unbounded;
mod text;
mod searched;
mod several;
mod raised;
mod together;

use memory_accounting::sizing::{Explanation, LargestThatFits};
use memory_accounting::{ComponentBounds, ComponentRegistry, UsageExpr};

fn product(size: usize, setting: &str, value: usize) -> UsageExpr {
    UsageExpr::product("", UsageExpr::constant("SIZE", size), UsageExpr::config(setting, value))
}

/// So many bytes for each unit of a setting that has a value.
type Use<'a> = (usize, &'a str, usize);

/// The bounds of components that each use settings.
fn program(components: &[(&str, &[Use<'_>])]) -> ComponentBounds {
    let registry = ComponentRegistry::default();
    for (name, settings) in components {
        for &(size, key, value) in *settings {
            registry.get_or_create(name).bounds_builder().firm().with_expr(product(size, key, value));
        }
    }
    registry.as_bounds()
}

fn components(explanation: &Explanation) -> Vec<(&str, usize)> {
    let shares = explanation.components.iter();
    shares.map(|share| (share.name.as_str(), share.firm_limit_bytes.unwrap())).collect()
}

/// The value above 0 that still fits, if there is one, of a setting that needs a limit.
fn at_most(largest: LargestThatFits) -> Option<usize> {
    match largest {
        LargestThatFits::None => None,
        LargestThatFits::AtMost(value) => Some(value),
        other => panic!("{other:?}"),
    }
}

/// Component, key, value, bytes and the largest that fits.
type Setting<'a> = (&'a str, &'a str, usize, usize, Option<usize>);

fn settings(explanation: &Explanation) -> Vec<Setting<'_>> {
    let shares = explanation.settings.iter();
    shares
        .map(|share| {
            (
                share.component.as_str(),
                share.key.as_str(),
                share.value.unwrap(),
                share.bytes.unwrap(),
                at_most(share.largest_that_fits),
            )
        })
        .collect()
}

/// Key, value, bytes and the largest that fits, where any of them may be unbounded.
type MaybeUnbounded<'a> = (&'a str, Option<usize>, Option<usize>, Option<usize>);

fn unbounded_settings(explanation: &Explanation) -> Vec<MaybeUnbounded<'_>> {
    let shares = explanation.settings.iter();
    shares
        .map(|share| (share.key.as_str(), share.value, share.bytes, at_most(share.largest_that_fits)))
        .collect()
}
