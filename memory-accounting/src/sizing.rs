//! Which components and settings are too big, and what would fit.

use std::cmp::Reverse;
use std::fmt;

use crate::bounds::full_name;
use crate::bytes::Bytes;
use crate::{ComponentBounds, UsageExpr};

/// How bounds compare with a limit, biggest first.
///
/// [`Display`](fmt::Display) prints it for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The limit, in bytes.
    pub limit_bytes: usize,
    /// The firm limit of everything declared, in bytes; `usize::MAX` on overflow.
    pub firm_limit_bytes: usize,
    /// The components by what they declare themselves, biggest first; those that declare nothing are left out.
    pub components: Vec<ComponentShare>,
    /// The settings by how many bytes depend on them, biggest first; those on which nothing depends are left
    /// out.
    pub settings: Vec<SettingShare>,
}

/// What one component declares itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ComponentShare {
    /// The full name.
    pub name: String,
    /// The firm limit without subcomponents, in bytes; `usize::MAX` on overflow.
    pub firm_limit_bytes: usize,
}

/// What depends on one setting of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingShare {
    /// The full name of the component whose entries use it.
    pub component: String,
    /// The key of the setting.
    pub key: String,
    /// The value it has, in the setting's own unit.
    pub value: usize,
    /// By how many bytes the component would shrink if the setting were 0, or, where that changes nothing because the
    /// greater of two settings counts, grow if it were doubled; `usize::MAX` on overflow.
    pub bytes: usize,
    /// The greatest value, up to the present one, with which everything fits, all else unchanged; `None`
    /// where not even 0 would do.
    pub largest_that_fits: Option<usize>,
}

/// Explains how `bounds` compare with a limit of `limit_bytes`: which components and settings take the most,
/// and for each setting the greatest value that would still fit.
///
/// A setting is known by its component and its key, because components may well use the same key for different
/// settings. What one component uses in several entries changes together.
///
/// ```
/// use memory_accounting::{ComponentBounds, MemoryBounds, sizing};
///
/// #[derive(MemoryBounds)]
/// struct Cache {
///     #[bounds(items = [u8; 1024])]
///     entries: usize,
/// }
///
/// let bounds = ComponentBounds::of(&Cache { entries: 1000 });
/// let explanation = sizing::explain(&bounds, 512 * 1024);
/// assert_eq!(explanation.settings[0].largest_that_fits, Some(512));
/// ```
pub fn explain(bounds: &ComponentBounds, limit_bytes: usize) -> Explanation {
    let mut components = Vec::new();
    let mut settings = Vec::new();
    let all = Sum::of(bounds);
    bounds.visit(&mut |path, component| {
        let name = full_name(path);
        let firm_limit_bytes = component.checked_own_firm_limit().unwrap_or(usize::MAX);
        if firm_limit_bytes > 0 {
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
            (share.bytes > 0).then_some(share)
        }));
    });
    components.sort_by_key(|share| Reverse(share.firm_limit_bytes));
    settings.sort_by_key(|share| Reverse(share.bytes));
    Explanation { limit_bytes, firm_limit_bytes: bounds.total_firm_limit_bytes(), components, settings }
}

/// The settings in a component's own entries, each once, in order of appearance.
fn settings_of(component: &ComponentBounds) -> Vec<(&str, usize)> {
    let mut settings: Vec<(&str, usize)> = Vec::new();
    for entry in component.minimum_entries().iter().chain(component.firm_entries()) {
        entry.expr().visit_settings(&mut |key, value| {
            if settings.iter().all(|&(known, _)| known != key) {
                settings.push((key, value));
            }
        });
    }
    settings
}

/// The component's own firm limit if the setting `key` had `value`, or `None` on overflow.
fn own_firm_limit_with(component: &ComponentBounds, key: &str, value: usize) -> Option<usize> {
    let mut entries = component.minimum_entries().iter().chain(component.firm_entries());
    entries.try_fold(0_usize, |total, entry| {
        let bytes = entry.expr().evaluate_with(&|name, current| if name == key { value } else { current })?;
        total.checked_add(bytes)
    })
}

/// The firm limits of all components together.
#[derive(Default)]
struct Sum {
    /// Of those that do not overflow.
    bytes: u128,
    overflowing: usize,
}

impl Sum {
    fn of(bounds: &ComponentBounds) -> Self {
        let mut sum = Self::default();
        bounds.visit(&mut |_, component| match component.checked_own_firm_limit() {
            Some(bytes) => sum.bytes = sum.bytes.saturating_add(bytes as u128),
            None => sum.overflowing = sum.overflowing.saturating_add(1),
        });
        sum
    }

    /// Without `component`'s own, or `None` where another one overflows.
    fn but(&self, component: &ComponentBounds) -> Option<u128> {
        match component.checked_own_firm_limit() {
            Some(bytes) => (self.overflowing == 0).then(|| self.bytes.saturating_sub(bytes as u128)),
            None => (self.overflowing == 1).then_some(self.bytes),
        }
    }
}

fn bytes_that_depend_on(component: &ComponentBounds, key: &str, value: usize) -> usize {
    let without = own_firm_limit_with(component, key, 0);
    match (component.checked_own_firm_limit(), without) {
        (Some(now), Some(without)) => {
            let doubled = || own_firm_limit_with(component, key, value.saturating_mul(2)).unwrap_or(now);
            match now.saturating_sub(without) {
                0 => doubled().saturating_sub(now),
                shrinks => shrinks,
            }
        }
        (None, Some(_)) => usize::MAX,
        (Some(_), None) => 0,
        // More than this setting is to blame, so what it does to each entry has to say how much.
        (None, None) => {
            let entries = component.minimum_entries().iter().chain(component.firm_entries());
            entries.fold(0, |total, entry| total.saturating_add(bytes_of_entry(entry.expr(), key)))
        }
    }
}

/// By how many bytes one entry would shrink if the setting `key` were 0.
fn bytes_of_entry(expr: &UsageExpr, key: &str) -> usize {
    let without = expr.evaluate_with(&|name, current| if name == key { 0 } else { current });
    without.map_or(0, |without| expr.evaluate().saturating_sub(without))
}

/// Halves the range between a value that fits and one that does not. Where a setting counts both ways (a
/// difference), what is found fits and the next greater value does not.
fn largest_that_fits(
    component: &ComponentBounds,
    key: &str,
    present: usize,
    others: Option<u128>,
    limit: usize,
) -> Option<usize> {
    let fits = |value: usize| {
        let own = own_firm_limit_with(component, key, value);
        own.zip(others).is_some_and(|(own, others)| others.saturating_add(own as u128) <= limit as u128)
    };
    if fits(present) {
        return Some(present);
    }
    if !fits(0) {
        return None;
    }
    let (mut fitting, mut too_big) = (0, present);
    while too_big.abs_diff(fitting) > 1 {
        let middle = usize::midpoint(fitting, too_big);
        if fits(middle) {
            fitting = middle;
        } else {
            too_big = middle;
        }
    }
    Some(fitting)
}

/// How many components and settings are printed.
const PRINTED: usize = 5;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit_bytes, firm_limit_bytes, components, settings } = self;
        let (limit, firm_limit) = (Bytes(*limit_bytes), Amount(*firm_limit_bytes));
        if firm_limit_bytes <= limit_bytes && *firm_limit_bytes != usize::MAX {
            return write!(f, "{firm_limit} of {limit} are declared; everything fits");
        }
        write!(f, "{firm_limit} are declared, but the limit is {limit}")?;
        if !components.is_empty() {
            write!(f, "\nbiggest components:")?;
        }
        for ComponentShare { name, firm_limit_bytes } in components.iter().take(PRINTED) {
            write!(f, "\n  {name}: {}", Amount(*firm_limit_bytes))?;
        }
        if !settings.is_empty() {
            write!(f, "\nbiggest settings:")?;
        }
        for SettingShare { component, key, value, bytes, largest_that_fits } in settings.iter().take(PRINTED)
        {
            write!(f, "\n  {key} = {value} in {component}: {}, ", Amount(*bytes))?;
            match largest_that_fits {
                Some(0) => write!(f, "would fit only with 0")?,
                Some(largest) => write!(f, "would fit with at most {largest}")?,
                None => write!(f, "would not fit even with 0")?,
            }
        }
        Ok(())
    }
}

/// A number of bytes, or that it overflowed.
struct Amount(usize);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            usize::MAX => f.write_str("more bytes than can be counted"),
            bytes => Bytes(bytes).fmt(f),
        }
    }
}
