//! Settings: what each takes, what would be with other values, which are too big, and what would fit.

mod change;
mod declared;
mod dependence;
mod display;
mod formulas;
mod given;
mod largest;
mod name;
mod operations;
mod range;
mod search;
mod solve;
mod tally;
mod together;
mod unit;
mod what_if;
mod writer;

use std::cmp::Reverse;

use serde::Serialize;

pub use self::change::{Change, InvalidChange};
pub use self::declared::{DeclaredSetting, SettingUse, settings};
use self::dependence::Dependence;
use self::display::Size;
use self::formulas::{Formulas, Setting};
pub use self::given::{GivenValue, InvalidValue};
use self::largest::{largest_that_fits, least_that_fits};
pub use self::name::SettingName;
pub(crate) use self::name::full_setting_name;
use self::search::Effort;
pub use self::solve::{BytesPerUnit, SettingEffect, Solution, evaluate_with, solve, solve_all};
use self::solve::{bytes_less_with, growth_bytes};
pub use self::together::{FittingPart, SettingValue};
pub use self::unit::SettingUnit;
pub use self::what_if::{SettingError, what_if};
use crate::bounds::ComponentBounds;
use crate::expr::SettingRange;

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
    /// Where no setting by itself is enough: all of them at the same part of their values with which everything fits, the greatest part where
    /// bytes grow with them. What is above 0 is not lowered below 1, and what would not change is left out. Empty where one is enough, and
    /// where nothing is found that helps.
    pub fitting_together: Vec<SettingValue>,
    /// The part of its value at which each of them is, rounded down; `None` where there are none.
    pub fitting_part: Option<FittingPart>,
}

/// What one component declares itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ComponentShare {
    /// The full name.
    pub name: String,
    /// The firm limit without subcomponents, of all there are of it, in bytes; `None` where it is unbounded.
    pub firm_limit_bytes: Option<usize>,
}

/// What depends on one setting of one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettingShare {
    /// The full name of the component that declared the setting. The bytes may be in components below it, of which it says how
    /// many there are.
    pub component: String,
    /// The key of the setting.
    pub key: String,
    /// The value it has, in the setting's own unit; `None` where it is not limited.
    pub value: Option<usize>,
    /// The values that its program takes.
    #[serde(skip_serializing_if = "SettingRange::is_any")]
    pub range: SettingRange,
    /// By how many bytes everything would shrink if the setting were 0; `None` where that is unbounded. It is 0 where something
    /// else is greater anyway, and where bytes grow as the setting shrinks, of which [`shrink_bytes`](Self::shrink_bytes) tells.
    pub bytes: Option<usize>,
    /// By how many bytes everything would grow if the setting were doubled; `None` where it would be unbounded. It is 0 where
    /// everything is unbounded already.
    pub growth_bytes: Option<usize>,
    /// By how many bytes everything would shrink if the setting were as great as can be; `None` where it is unbounded now, and would not
    /// be then. It is 0 where bytes grow with the setting.
    pub shrink_bytes: Option<usize>,
    /// The greatest value above 0, of those that its program takes, with which everything fits, all else unchanged: where everything fits already it may
    /// be above the present one, and where not it is below that.
    ///
    /// Where bytes do not simply grow with the setting, as in a difference, it is searched for among all values, in ranges of them. That
    /// ends after 2,000 ranges: then the value that was found fits, but a greater one may fit as well, as
    /// [`no_greater_fits`](Self::no_greater_fits) says; or none was found, and it is [`Unknown`](LargestThatFits::Unknown). It comes to
    /// that only where nearly every value has to be tried by itself, as with `total / n * n`.
    pub largest_that_fits: LargestThatFits,
    /// Whether it is known that no greater value that its program takes fits, up to the present one where that does not. It is not where the search took
    /// too long.
    pub no_greater_fits: bool,
    /// Whether every smaller value above 0 that its program takes is known to fit too. It is not where bytes do not simply grow with the setting and
    /// some smaller value needs more.
    pub every_smaller_fits: bool,
    /// Where neither the present value fits nor a smaller one above 0 is known to: the least greater value with which everything fits,
    /// all else unchanged. There is one only where bytes shrink as the setting grows, such as the memory of a sort that may take more passes.
    pub least_that_fits: LeastThatFits,
    /// Whether every value above [`least_that_fits`](Self::least_that_fits) is known to fit too.
    pub every_greater_fits: bool,
}

/// The greatest value of a setting with which everything fits.
///
/// As JSON it is `"none"`, `{"at_most": 12}`, `"unlimited"` or `"unknown"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LargestThatFits {
    /// No value above 0 that the program takes would do. Perhaps 0 would, which often means something else to a service: automatic, or no limit.
    None,
    /// This value, in the setting's own unit.
    AtMost(usize),
    /// The setting need not be limited: something else limits what it takes.
    Unlimited,
    /// None was found, but the search took too long to say that there is none.
    Unknown,
}

/// The least value of a setting, above its present one, with which everything fits.
///
/// As JSON it is `"none"`, `{"at_least": 12}` or `"unknown"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LeastThatFits {
    /// No greater value would do, or none is needed.
    None,
    /// This value, in the setting's own unit.
    AtLeast(usize),
    /// The search took too long to say whether there is one.
    Unknown,
}

/// Explains how `bounds` compare with a limit of `limit_bytes`: which components and settings take the most,
/// and for each setting the greatest value that would still fit.
///
/// A setting is known by the component that declared it, its key and its value: components may well use the same key for different
/// settings, and so may parts that are flattened into one. What stands in several entries, or says how many there are of a
/// component, changes together.
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
    let formulas = Formulas::of(bounds);
    let firm_limit_bytes = formulas.total.bytes();
    let declaring = formulas.components.iter().filter(|component| component.bytes != Some(0));
    let mut components: Vec<ComponentShare> = declaring
        .map(|component| ComponentShare { name: component.name.clone(), firm_limit_bytes: component.bytes })
        .collect();
    components.sort_by_key(|share| Reverse(Size::of(share.firm_limit_bytes)));
    let numbered = formulas.settings.iter().enumerate();
    let (mut near, mut effort) = (None, Effort::default());
    let mut settings: Vec<(usize, SettingShare)> = numbered
        .filter_map(|(number, setting)| {
            let share = share(&formulas, number, setting, limit_bytes, near, &mut effort)?;
            if let LargestThatFits::AtMost(value) = share.largest_that_fits {
                near = Some(value);
            }
            Some((number, share))
        })
        .collect();
    settings.sort_by_key(|(_, share)| {
        let bytes = Size::of(share.bytes).max(Size::of(share.shrink_bytes));
        Reverse((share.value.is_none(), bytes, Size::of(share.growth_bytes)))
    });
    let fits = firm_limit_bytes.is_some_and(|bytes| bytes <= limit_bytes);
    let one_is_enough = settings.iter().any(|(_, share)| share.is_enough());
    let fitting_together = if fits || one_is_enough {
        None
    } else {
        let lowered: Vec<_> = settings.iter().filter(|(_, share)| share.is_worth_lowering()).collect();
        together::fitting_together(&formulas, &lowered, limit_bytes, &mut effort)
    };
    let (fitting_part, fitting_together) = fitting_together.unzip();
    let settings = settings.into_iter().map(|(_, share)| share).collect();
    let fitting_together = fitting_together.unwrap_or_default();
    Explanation { limit_bytes, firm_limit_bytes, components, settings, fitting_together, fitting_part }
}

/// What depends on the setting of this number, if anything does.
fn share(
    formulas: &Formulas<'_>,
    number: usize,
    setting: &Setting<'_>,
    limit_bytes: usize,
    near: Option<usize>,
    effort: &mut Effort,
) -> Option<SettingShare> {
    let Setting { component, key, value } = *setting;
    let mut dependence = Dependence::on(formulas, number);
    let bytes = bytes_less_with(&mut dependence, 0, value);
    let shrink_bytes =
        value.map_or(Some(0), |value| bytes_less_with(&mut dependence, usize::MAX, Some(value)));
    let growth_bytes = growth_bytes(&mut dependence, value);
    if [bytes, growth_bytes, shrink_bytes] == [Some(0); 3] {
        return None;
    }
    let range = formulas.range(number);
    let fits = dependence.present_total().is_at_most(limit_bytes);
    let present = value.filter(|_| !fits);
    // One that is not limited now takes that too.
    let greatest = if fits { value.and(range.at_most) } else { value };
    let found = largest_that_fits(&mut dependence, (greatest, range), limit_bytes, near, effort);
    let is_lowered = matches!(found.largest, LargestThatFits::AtMost(_) | LargestThatFits::Unlimited);
    let (least_that_fits, every_greater_fits) = match present.filter(|_| !is_lowered) {
        Some(present) => least_that_fits(&mut dependence, (present, range), limit_bytes, effort),
        None => (LeastThatFits::None, true),
    };
    Some(SettingShare {
        component: formulas.components.get(component)?.name.clone(),
        key: key.to_owned(),
        value,
        range,
        bytes,
        growth_bytes,
        shrink_bytes,
        largest_that_fits: found.largest,
        no_greater_fits: found.no_greater_fits,
        every_smaller_fits: found.every_smaller_fits,
        least_that_fits,
        every_greater_fits,
    })
}

impl SettingShare {
    /// Whether everything fits where this setting alone is changed.
    fn is_enough(&self) -> bool {
        self.fits_lowered() || matches!(self.least_that_fits, LeastThatFits::AtLeast(_))
    }

    fn fits_lowered(&self) -> bool {
        matches!(self.largest_that_fits, LargestThatFits::AtMost(_) | LargestThatFits::Unlimited)
    }

    /// Whether bytes grow with it at all.
    fn is_worth_lowering(&self) -> bool {
        self.bytes != Some(0) || self.growth_bytes != Some(0)
    }
}
