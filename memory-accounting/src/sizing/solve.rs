//! What one setting takes, and the greatest value of it that fits.

use std::collections::HashMap;

use serde::Serialize;

use super::LargestThatFits;
use super::declared::{DeclaredSetting, settings};
use super::dependence::{Dependence, Direction};
use super::formulas::Formulas;
use super::largest::largest_that_fits;
use super::range::Range;
use super::search::Effort;
use crate::bounds::ComponentBounds;

/// What depends on one setting, and which of its values fit a limit; made by [`solve`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Solution {
    /// How everything declared changes when the setting gets greater.
    pub effect: SettingEffect,
    /// By how many bytes everything would shrink if the setting were 0, as in [`SettingShare`](super::SettingShare::bytes).
    pub bytes: Option<usize>,
    /// By how many bytes everything would grow if the setting were doubled, as in [`SettingShare`](super::SettingShare::growth_bytes).
    pub growth_bytes: Option<usize>,
    /// How many bytes each unit takes.
    pub bytes_per_unit: BytesPerUnit,
    /// The greatest value above 0, of those that its program takes, with which everything fits, all else unchanged; it may be above the present one.
    ///
    /// How it is searched for is said at [`SettingShare`](super::SettingShare::largest_that_fits).
    pub largest_that_fits: LargestThatFits,
    /// Whether it is known that no greater value that its program takes fits. It is not where the search took too long.
    pub no_greater_fits: bool,
    /// Whether every smaller value above 0 that its program takes is known to fit too.
    pub every_smaller_fits: bool,
}

/// How everything declared changes when a setting gets greater, as far as the form of the expressions tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SettingEffect {
    /// It stays as it is.
    None,
    /// It never shrinks.
    Grows,
    /// It never grows.
    Shrinks,
    /// It may do both.
    GrowsAndShrinks,
}

/// How many bytes each unit of a setting takes.
///
/// As JSON it is `{"always": 64}`, `{"on_average": 80}` or `"unknown"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BytesPerUnit {
    /// So many, whatever the value.
    Always(usize),
    /// So many on average up to the present value, rounded up: not every unit takes as much as any other.
    OnAverage(usize),
    /// More bytes are declared than can be counted, or the setting has no value to take an average of.
    Unknown,
}

/// The bytes that would be declared, minimum and firm, if each setting had the value that `value(component, key, present value)` returns, where the component is
/// the full name of the one that declared it; `None` where that is unbounded. A value of `None` is that of a setting that is not limited.
///
/// ```
/// use memory_accounting::sizing;
/// use memory_accounting::{ComponentBounds, MemoryBounds};
///
/// #[derive(MemoryBounds)]
/// struct Cache {
///     #[bounds(items = [u8; 1024])]
///     entries: usize,
/// }
///
/// let bounds = ComponentBounds::of(&Cache { entries: 1000 });
/// let halved = sizing::evaluate_with(&bounds, |_component, _key, value| value.map(|value| value / 2));
/// assert_eq!(halved, Some(500 * 1024));
/// ```
pub fn evaluate_with(
    bounds: &ComponentBounds,
    value: impl Fn(&str, &str, Option<usize>) -> Option<usize>,
) -> Option<usize> {
    let formulas = Formulas::of(bounds);
    let values: Vec<Option<usize>> = formulas
        .settings
        .iter()
        .map(|setting| {
            let component = formulas.components.get(setting.component);
            value(component.map_or("", |component| component.name.as_str()), setting.key, setting.value)
        })
        .collect();
    formulas.total_with(|number| values.get(number).copied().flatten()).bytes()
}

/// What depends on `setting`, one of [`settings`](super::settings), and the greatest value of it with which `bounds` fit `limit_bytes`; `None` where they have no
/// such setting.
///
/// ```
/// use memory_accounting::sizing::{self, BytesPerUnit, LargestThatFits};
/// use memory_accounting::{ComponentBounds, MemoryBounds};
///
/// #[derive(MemoryBounds)]
/// struct Cache {
///     #[bounds(items = [u8; 1024])]
///     entries: usize,
/// }
///
/// let bounds = ComponentBounds::of(&Cache { entries: 1000 });
/// let settings = sizing::settings(&bounds);
/// let solution = sizing::solve(&bounds, &settings[0], 4 << 20).unwrap();
/// assert_eq!(solution.bytes_per_unit, BytesPerUnit::Always(1024));
/// assert_eq!(solution.largest_that_fits, LargestThatFits::AtMost(4096));
/// ```
pub fn solve(bounds: &ComponentBounds, setting: &DeclaredSetting, limit_bytes: usize) -> Option<Solution> {
    let formulas = Formulas::of(bounds);
    let number = formulas.settings.iter().position(|known| {
        let component = formulas.components.get(known.component);
        component.is_some_and(|component| setting.is(&component.name, known.key, known.value))
    })?;
    Some(solution(&formulas, number, limit_bytes, None, &mut Effort::default()))
}

/// The same for each of the [`settings`](super::settings) of `bounds`, beside it and in that order.
pub fn solve_all(bounds: &ComponentBounds, limit_bytes: usize) -> Vec<(DeclaredSetting, Solution)> {
    let formulas = Formulas::of(bounds);
    let numbers: HashMap<(&str, &str, Option<usize>), usize> = formulas
        .settings
        .iter()
        .enumerate()
        .filter_map(|(number, setting)| {
            let component = formulas.components.get(setting.component)?;
            Some(((component.name.as_str(), setting.key, setting.value), number))
        })
        .collect();
    let (mut near, mut effort) = (None, Effort::default());
    let solved = settings(bounds).into_iter().filter_map(|setting| {
        let name = (setting.component.as_str(), setting.key.as_str(), setting.value);
        let solution = solution(&formulas, *numbers.get(&name)?, limit_bytes, near, &mut effort);
        if let LargestThatFits::AtMost(value) = solution.largest_that_fits {
            near = Some(value);
        }
        Some((setting, solution))
    });
    solved.collect()
}

/// What depends on the setting of this number. What was found for another, which may be of the same kind, is `near`.
fn solution(
    formulas: &Formulas<'_>,
    number: usize,
    limit_bytes: usize,
    near: Option<usize>,
    effort: &mut Effort,
) -> Solution {
    let mut dependence = Dependence::on(formulas, number);
    let present = formulas.present(number);
    let range = formulas.range(number);
    // One that is not limited now takes that too.
    let greatest = present.and(range.at_most);
    let found = largest_that_fits(&mut dependence, (greatest, range), limit_bytes, near, effort);
    Solution {
        effect: effect(&mut dependence),
        bytes: bytes_less_with(&mut dependence, 0, present),
        growth_bytes: growth_bytes(&mut dependence, present),
        bytes_per_unit: bytes_per_unit(&mut dependence, present),
        largest_that_fits: found.largest,
        no_greater_fits: found.no_greater_fits,
        every_smaller_fits: found.every_smaller_fits,
    }
}

/// By how many bytes everything would shrink if the setting, which is `present` now, were `value`.
pub(super) fn bytes_less_with(
    dependence: &mut Dependence<'_>,
    value: usize,
    present: Option<usize>,
) -> Option<usize> {
    match (dependence.present_total().bytes(), dependence.total(Some(value)).bytes()) {
        (Some(now), then) => Some(now.saturating_sub(then.unwrap_or(usize::MAX))),
        (None, Some(_)) => None,
        // More than this setting is to blame, so what it does to each entry has to say how much.
        (None, None) => dependence.bytes_of_entries(value, present),
    }
}

/// By how many bytes everything would grow if the setting, which is `present` now, were doubled; 0 where everything is unbounded already.
pub(super) fn growth_bytes(dependence: &mut Dependence<'_>, present: Option<usize>) -> Option<usize> {
    dependence.present_total().bytes().map_or(Some(0), |now| {
        let doubled = present.map(|value| value.saturating_mul(2));
        Some(dependence.total(doubled).bytes()?.saturating_sub(now))
    })
}

fn bytes_per_unit(dependence: &mut Dependence<'_>, present: Option<usize>) -> BytesPerUnit {
    let units = if dependence.is_linear() { Some(1) } else { present.filter(|value| *value > 0) };
    let mut bytes = |value| dependence.total(Some(value)).bytes();
    let per_unit = units.and_then(|units| {
        let all = bytes(units)?.saturating_sub(bytes(0)?);
        Some(all.div_ceil(units))
    });
    match per_unit {
        Some(bytes) if dependence.is_linear() => BytesPerUnit::Always(bytes),
        Some(bytes) => BytesPerUnit::OnAverage(bytes),
        None => BytesPerUnit::Unknown,
    }
}

fn effect(dependence: &mut Dependence<'_>) -> SettingEffect {
    match dependence.totals(Range::of_setting(0, None)).direction {
        Direction::None => SettingEffect::None,
        Direction::Grow => SettingEffect::Grows,
        Direction::Shrink => SettingEffect::Shrinks,
        Direction::Either => SettingEffect::GrowsAndShrinks,
    }
}
