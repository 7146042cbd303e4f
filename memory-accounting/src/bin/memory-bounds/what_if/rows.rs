//! The table of settings.

use std::cmp::Reverse;

use memory_accounting::ComponentBounds;
use memory_accounting::sizing::{self, BytesPerUnit, DeclaredSetting, LargestThatFits, Solution};

use crate::size::{grouped, size, value_of};
use crate::table::{Align, table};

/// The settings of `bounds`, biggest first, each with what depends on it.
pub(super) fn by_size(
    bounds: &ComponentBounds,
    available_bytes: Option<usize>,
) -> Vec<(DeclaredSetting, Solution)> {
    let mut settings = sizing::solve_all(bounds, available_bytes.unwrap_or(usize::MAX));
    settings.sort_by_key(|(_, solution)| Reverse(solution.bytes.unwrap_or(usize::MAX)));
    settings
}

/// The numbered settings. The greatest values that fit are there where something has to.
pub(super) fn written(
    settings: &[(usize, DeclaredSetting, Solution)],
    available_bytes: Option<usize>,
) -> String {
    let header = ["#", "setting", "value", "takes", "each", "doubled", "fits up to"].map(str::to_owned);
    let rows = settings.iter().map(|(number, setting, solution)| {
        let fits = available_bytes.map(|_| fits_up_to(solution)).unwrap_or_default();
        [
            number.to_string(),
            setting.to_string(),
            value_of(setting),
            size(solution.bytes),
            each(solution),
            doubled(solution),
            fits,
        ]
    });
    let mut rows: Vec<_> = std::iter::once(header).chain(rows).collect();
    if available_bytes.is_none() {
        for [.., fits] in &mut rows {
            fits.clear();
        }
    }
    let right = Align::Right;
    table([right, Align::Left, right, right, right, right, right], &rows)
}

/// What each unit takes; with `~` in front where that is an average.
fn each(solution: &Solution) -> String {
    match solution.bytes_per_unit {
        BytesPerUnit::Always(bytes) => size(Some(bytes)),
        BytesPerUnit::OnAverage(bytes) => format!("~{}", size(Some(bytes))),
        _ => String::new(),
    }
}

/// What doubling the value takes on top, which says more than an average where bytes grow in steps.
fn doubled(solution: &Solution) -> String {
    match solution.growth_bytes {
        Some(0) => String::new(),
        growth => format!("+{}", size(growth)),
    }
}

/// The greatest value that fits; with `?` behind it where some smaller one does not, or a greater one may as well.
fn fits_up_to(solution: &Solution) -> String {
    let doubt = if solution.every_smaller_fits && solution.no_greater_fits { "" } else { "?" };
    match solution.largest_that_fits {
        LargestThatFits::AtMost(largest) => format!("{}{doubt}", grouped(largest)),
        LargestThatFits::Unlimited => format!("any{doubt}"),
        LargestThatFits::None => "none".to_owned(),
        _ => "?".to_owned(),
    }
}
