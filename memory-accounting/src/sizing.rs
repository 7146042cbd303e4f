//! Which components and settings are too big, and what would fit.

mod display;
mod together;

use std::cmp::Reverse;

use serde::Serialize;

use self::display::Size;
pub use self::together::SettingValue;
use crate::bounds::{ComponentBounds, full_name};
use crate::expr::UsageExpr;

/// How bounds compare with a limit, biggest first; made by [`explain`].
///
/// [`Display`](std::fmt::Display) prints it for an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The limit, in bytes.
    pub limit_bytes: usize,
    /// The firm limit of everything declared, in bytes; `None` where it is unbounded.
    pub firm_limit_bytes: Option<usize>,
    /// The components by what they declare themselves, biggest first; those that declare nothing are left out.
    pub components: Vec<ComponentShare>,
    /// The settings by how many bytes depend on them, those that are not limited first and then the biggest; those on
    /// which nothing depends are left out.
    pub settings: Vec<SettingShare>,
    /// Where no setting by itself is enough: all of them, each at the same part of its value, the greatest with which everything fits. Empty
    /// where one is enough, and where nothing helps.
    pub fitting_together: Vec<SettingValue>,
}

/// What one component declares itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ComponentShare {
    /// The full name.
    pub name: String,
    /// The firm limit without subcomponents, in bytes; `None` where it is unbounded.
    pub firm_limit_bytes: Option<usize>,
}

/// What depends on one setting of one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettingShare {
    /// The full name of the component whose entries use it.
    pub component: String,
    /// The key of the setting.
    pub key: String,
    /// The value it has, in the setting's own unit; `None` where it is not limited.
    pub value: Option<usize>,
    /// By how many bytes the component would shrink if the setting were 0, or, where that changes nothing because the
    /// greater of two settings counts, grow if it were doubled; `None` where that is unbounded.
    pub bytes: Option<usize>,
    /// The greatest value, up to the present one if there is one, with which everything fits, all else unchanged.
    pub largest_that_fits: LargestThatFits,
}

/// The greatest value of a setting with which everything fits.
///
/// As JSON it is `"none"`, `{"at_most": 12}` or `"unlimited"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LargestThatFits {
    /// Not even 0 would do.
    None,
    /// This value, in the setting's own unit.
    AtMost(usize),
    /// The setting is not limited and need not be: something else limits what it takes.
    Unlimited,
}

/// Explains how `bounds` compare with a limit of `limit_bytes`: which components and settings take the most,
/// and for each setting the greatest value that would still fit.
///
/// A setting is known by its component and its key, because components may well use the same key for different
/// settings. What one component uses in several entries changes together.
///
/// ```
/// use memory_accounting::sizing::{self, LargestThatFits};
/// use memory_accounting::{ComponentBounds, MemoryBounds};
///
/// #[derive(MemoryBounds)]
/// struct Cache {
///     #[bounds(items = [u8; 1024])]
///     entries: usize,
/// }
///
/// let bounds = ComponentBounds::of(&Cache { entries: 1000 });
/// let explanation = sizing::explain(&bounds, 512 * 1024);
/// assert_eq!(explanation.settings[0].largest_that_fits, LargestThatFits::AtMost(512));
/// ```
pub fn explain(bounds: &ComponentBounds, limit_bytes: usize) -> Explanation {
    let mut components = Vec::new();
    let mut settings = Vec::new();
    let all = Sum::of(bounds);
    bounds.visit(&mut |path, component| {
        let name = full_name(path);
        let firm_limit_bytes = component.checked_own_firm_limit();
        if firm_limit_bytes != Some(0) {
            components.push(ComponentShare { name: name.clone(), firm_limit_bytes });
        }
        let others = all.but(component);
        let shares = settings_of(component).into_iter();
        settings.extend(shares.filter_map(|(key, value)| {
            let share = SettingShare {
                component: name.clone(),
                bytes: bytes_that_depend_on(component, key, value),
                largest_that_fits: largest_that_fits(component, key, value, others, limit_bytes),
                key: key.to_owned(),
                value,
            };
            (share.bytes != Some(0)).then_some(share)
        }));
    });
    components.sort_by_key(|share| Reverse(Size::of(share.firm_limit_bytes)));
    settings.sort_by_key(|share| Reverse((share.value.is_none(), Size::of(share.bytes))));
    let firm_limit_bytes = bounds.checked_firm_limit();
    let fits = firm_limit_bytes.is_some_and(|bytes| bytes <= limit_bytes);
    let fitting_together =
        if fits { Vec::new() } else { together::fitting_together(bounds, &settings, limit_bytes) };
    Explanation { limit_bytes, firm_limit_bytes, components, settings, fitting_together }
}

/// The settings in a component's own entries, each once, in order of appearance.
fn settings_of(component: &ComponentBounds) -> Vec<(&str, Option<usize>)> {
    let mut settings: Vec<(&str, Option<usize>)> = Vec::new();
    for entry in component.entries() {
        entry.expr().visit_settings(&mut |key, value| {
            // What is unlimited without a name is no setting.
            if !key.is_empty() && settings.iter().all(|&(known, _)| known != key) {
                settings.push((key, value));
            }
        });
    }
    settings
}

/// What `expr` would be if the setting `key` had `value`; `None` where that is unbounded.
fn evaluate_with(expr: &UsageExpr, key: &str, value: Option<usize>) -> Option<usize> {
    expr.evaluate_with(&|name, present| if name == key { value } else { present })
}

/// The component's own firm limit if the setting `key` had `value`; `None` where that is unbounded.
fn own_firm_limit_with(component: &ComponentBounds, key: &str, value: Option<usize>) -> Option<usize> {
    component
        .entries()
        .try_fold(0_usize, |total, entry| total.checked_add(evaluate_with(entry.expr(), key, value)?))
}

/// The firm limits of all components together.
#[derive(Default)]
struct Sum {
    /// Of those that are bounded.
    bytes: u128,
    unbounded: usize,
}

impl Sum {
    fn of(bounds: &ComponentBounds) -> Self {
        let mut sum = Self::default();
        bounds.visit(&mut |_, component| match component.checked_own_firm_limit() {
            Some(bytes) => sum.bytes = sum.bytes.saturating_add(bytes as u128),
            None => sum.unbounded = sum.unbounded.saturating_add(1),
        });
        sum
    }

    /// Without `component`'s own, or `None` where another one is unbounded.
    fn but(&self, component: &ComponentBounds) -> Option<u128> {
        match component.checked_own_firm_limit() {
            Some(bytes) => (self.unbounded == 0).then(|| self.bytes.saturating_sub(bytes as u128)),
            None => (self.unbounded == 1).then_some(self.bytes),
        }
    }
}

/// [`SettingShare::bytes`].
fn bytes_that_depend_on(component: &ComponentBounds, key: &str, value: Option<usize>) -> Option<usize> {
    let now = component.checked_own_firm_limit();
    match (now, own_firm_limit_with(component, key, Some(0))) {
        (Some(now), Some(without)) if now > without => Some(now.saturating_sub(without)),
        (Some(now), Some(_)) => {
            let doubled = value.map(|value| value.saturating_mul(2));
            Some(own_firm_limit_with(component, key, doubled)?.saturating_sub(now))
        }
        (None, Some(_)) => None,
        (Some(_), None) => Some(0),
        // More than this setting is to blame, so what it does to each entry has to say how much.
        (None, None) => component
            .entries()
            .try_fold(0_usize, |total, entry| total.checked_add(bytes_of_entry(entry.expr(), key)?)),
    }
}

/// By how many bytes one entry would shrink if the setting `key` were 0.
fn bytes_of_entry(expr: &UsageExpr, key: &str) -> Option<usize> {
    match evaluate_with(expr, key, Some(0)) {
        Some(without) => Some(expr.checked_evaluate()?.saturating_sub(without)),
        None => Some(0),
    }
}

/// Halves the range between a value that fits and one that does not. Where a setting counts both ways (a
/// difference), what is found fits and the next greater value does not.
fn largest_that_fits(
    component: &ComponentBounds,
    key: &str,
    present: Option<usize>,
    others: Option<u128>,
    limit: usize,
) -> LargestThatFits {
    let fits_with = |value: Option<usize>| {
        let own = own_firm_limit_with(component, key, value);
        own.zip(others).is_some_and(|(own, others)| others.saturating_add(own as u128) <= limit as u128)
    };
    if present.is_none() && fits_with(None) {
        return LargestThatFits::Unlimited;
    }
    let fits = |value: usize| fits_with(Some(value));
    let greatest = present.unwrap_or(usize::MAX);
    if fits(greatest) {
        return LargestThatFits::AtMost(greatest);
    }
    if !fits(0) {
        return LargestThatFits::None;
    }
    let (mut fitting, mut too_big) = (0, greatest);
    while too_big.abs_diff(fitting) > 1 {
        let middle = usize::midpoint(fitting, too_big);
        if fits(middle) {
            fitting = middle;
        } else {
            too_big = middle;
        }
    }
    LargestThatFits::AtMost(fitting)
}
