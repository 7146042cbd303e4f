//! How much less a component could declare.

use std::fmt;
use std::ops::RangeInclusive;

use super::BoundsReport;
use crate::bounds::{ComponentBounds, full_name};
use crate::bytes::Bytes;
use crate::expr::{Escaped, Grouped};
use crate::headroom::enough_for;
use crate::sizing::{self, LargestThatFits, SettingShare};

/// The most settings that are proposed.
const SETTINGS: usize = 3;

/// How much less a component could declare, after what several workloads held of it.
///
/// It goes by the greatest peak of all and leaves a quarter of that to spare, because no workload is all there can be. Where less than a
/// quarter of what is declared could be given back, there is none. [`Display`](fmt::Display) says what is declared and what was held,
/// in which workloads, and which value of a setting, by itself, would declare enough; where none does, which entry is the largest. Which settings the workloads filled is not known, and with
/// a lower one a service does less: whether that will do is for whoever sets it.
///
/// ```
/// # use memory_accounting::allocator::TrackingAllocator;
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
/// # use memory_accounting::MemoryBounds;
/// use memory_accounting::testing::{TighterBounds, assert_within_bounds};
///
/// #[derive(MemoryBounds)]
/// struct Sessions {
///     #[bounds(items = [u8; 64])]
///     max_sessions: usize,
/// }
///
/// let sessions = Sessions { max_sessions: 100_000 };
/// let day = assert_within_bounds(&sessions, |_| vec![0_u8; 64 * 1000]);
/// let flood = assert_within_bounds(&sessions, |_| vec![0_u8; 64 * 8000]);
/// let tighter = TighterBounds::after([("a day", &day), ("a flood", &flood)]).expect("far too much is declared");
/// assert_eq!(
///     tighter.to_string(),
///     "declares 6.1 MiB, never held more than 500.0 KiB in 2 workloads: a day, a flood (the most)
/// 625.0 KiB would hold that with a quarter to spare; each of these would declare that, where it will do:
///   root:max_sessions = 10,000 in place of 100,000 declares 625.0 KiB"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TighterBounds {
    declared: usize,
    workloads: Vec<(String, usize)>,
    peak: usize,
    enough: usize,
    settings: Vec<TighterSetting>,
    largest_entry: Option<(String, usize)>,
}

/// A value of one setting with which a component would still declare enough, all else unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TighterSetting {
    /// The full name of the component that declared it.
    pub component: String,
    /// Its key.
    pub key: String,
    /// The value it has; `None` where it is not limited.
    pub from: Option<usize>,
    /// The value that is enough.
    pub to: usize,
    /// What would be declared with it, in bytes.
    pub firm_limit_bytes: usize,
}

impl TighterBounds {
    /// From the reports of workloads and what these are called; `None` where the bounds are tight enough, where they are unbounded, and
    /// where nothing was measured.
    ///
    /// # Panics
    ///
    /// When the reports are not of the same bounds: what one configuration holds says nothing of another.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion for tests; it is what their caller asked for")]
    pub fn after<'a>(workloads: impl IntoIterator<Item = (&'a str, &'a BoundsReport)>) -> Option<Self> {
        let measured: Vec<_> = workloads.into_iter().filter(|(_, report)| !report.is_empty()).collect();
        let (first_name, first) = measured.first()?;
        if let Some((name, _)) = measured.iter().find(|(_, report)| report.bounds() != first.bounds()) {
            panic!("`{name}` was measured with other bounds than `{first_name}`; declare the same for both");
        }
        let peaks = measured.iter().map(|(name, report)| ((*name).to_owned(), report.peak_bytes()));
        Self::of(first.bounds(), peaks.collect())
    }

    fn of(bounds: &ComponentBounds, workloads: Vec<(String, usize)>) -> Option<Self> {
        let declared = bounds.checked_firm_limit()?;
        let peak = workloads.iter().map(|(_, peak)| *peak).max()?;
        let enough = enough_for(peak, declared)?;
        let explanation = sizing::explain(bounds, enough);
        let most = declared.saturating_sub(declared.div_ceil(4));
        let settings = explanation.settings.iter();
        let mut settings: Vec<TighterSetting> =
            settings.filter_map(|share| tighter(bounds, share, enough..=most)).collect();
        settings.sort_by_key(|setting| setting.firm_limit_bytes);
        settings.truncate(SETTINGS);
        Some(Self { declared, workloads, peak, enough, settings, largest_entry: largest_entry(bounds) })
    }

    /// What is declared, in bytes: minimum and firm.
    pub fn declared_bytes(&self) -> usize {
        self.declared
    }

    /// The most that any of the workloads held, in bytes.
    pub fn peak_bytes(&self) -> usize {
        self.peak
    }

    /// The peak and a quarter of it, in bytes: what would be enough to declare.
    pub fn enough_bytes(&self) -> usize {
        self.enough
    }

    /// Values of settings that would each declare at least [`enough_bytes`](Self::enough_bytes) by itself, and at most three quarters of
    /// what is declared, those that declare least first.
    pub fn settings(&self) -> &[TighterSetting] {
        &self.settings
    }
}

/// The least value of a setting with which as many bytes as are `wanted` are declared.
fn tighter(
    bounds: &ComponentBounds,
    share: &SettingShare,
    wanted: RangeInclusive<usize>,
) -> Option<TighterSetting> {
    let SettingShare { component, key, value: from, .. } = share;
    let fits = match share.largest_that_fits {
        LargestThatFits::AtMost(value) => value,
        LargestThatFits::None => share.range.at_least.map_or(0, |least| least.saturating_sub(1)),
        _ => return None,
    };
    // What fits into the bytes that are enough may declare less than those; then the next value does not.
    [fits, fits.saturating_add(1)].into_iter().filter(|to| *to > 0 && share.range.takes(*to)).find_map(|to| {
        let firm_limit_bytes = sizing::evaluate_with(bounds, |of, known, value| {
            if of == component && known == key && value == *from { Some(to) } else { value }
        })?;
        wanted.contains(&firm_limit_bytes).then(|| TighterSetting {
            component: component.clone(),
            key: key.clone(),
            from: *from,
            to,
            firm_limit_bytes,
        })
    })
}

/// The entry that takes the most, and how much that is.
fn largest_entry(bounds: &ComponentBounds) -> Option<(String, usize)> {
    let mut largest: Option<(String, usize)> = None;
    bounds.visit(&mut |path, bounds| {
        for entry in bounds.entries() {
            let bytes = bounds.whole_expr(entry).checked_evaluate().unwrap_or(usize::MAX);
            if largest.as_ref().is_none_or(|(_, most)| bytes > *most) {
                largest = Some((format!("`{}` of {}", Escaped(entry.name()), full_name(path)), bytes));
            }
        }
    });
    largest
}

impl fmt::Display for TighterBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { declared, workloads, peak, enough, settings, largest_entry } = self;
        let several = if workloads.len() > 1 { "s" } else { "" };
        let named = workloads.iter().map(|(name, held)| {
            let is_the_most = held == peak && workloads.len() > 1;
            if is_the_most { format!("{name} (the most)") } else { name.clone() }
        });
        write!(
            f,
            "declares {}, never held more than {} in {} workload{several}: {}\n{} would hold that with a quarter to spare",
            Bytes(*declared),
            Bytes(*peak),
            workloads.len(),
            named.collect::<Vec<_>>().join(", "),
            Bytes(*enough),
        )?;
        match largest_entry {
            Some((entry, bytes)) if settings.is_empty() => {
                write!(
                    f,
                    "; no setting alone comes down to that, the largest entry is {entry}: {}",
                    Bytes(*bytes)
                )?;
            }
            _ => f.write_str("; each of these would declare that, where it will do:")?,
        }
        for TighterSetting { component, key, from, to, firm_limit_bytes } in settings {
            let from = from.map_or_else(|| "unlimited".to_owned(), |from| Grouped(from).to_string());
            let (to, declared) = (Grouped(*to), Bytes(*firm_limit_bytes));
            let name = sizing::full_setting_name(component, key);
            write!(f, "\n  {name} = {to} in place of {from} declares {declared}")?;
        }
        Ok(())
    }
}
