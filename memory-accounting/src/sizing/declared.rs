//! Every setting that is declared, and where it is used.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::name::full_setting_name;
use super::unit::{SettingUnit, unit_of, visit_units};
use crate::bounds::{BoundsEntry, ComponentBounds, SettingRanges, Times, full_name, in_file, name_from_root};
use crate::expr::{Escaped, SettingRange};

/// A setting of a component, as [`settings`] lists it. Two values under one key of a component are two settings.
///
/// [`Display`](fmt::Display) prints what names it in a [`Change`](super::Change): its [full name](super::SettingName), `component:key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeclaredSetting {
    /// The full name of the component that declared it.
    pub component: String,
    /// Its key, as it stands in the operator's file: in the table of its component, unless it is whole.
    pub key: String,
    /// Its key from the root of that file, such as `cache.max_entries` or `queues[2].depth`: the key behind the
    /// [place](ComponentBounds::place) of its component.
    pub place: String,
    /// The value it has, in its own unit; `None` where it is not limited.
    pub value: Option<usize>,
    /// The values that its program takes.
    #[serde(skip_serializing_if = "SettingRange::is_any")]
    pub range: SettingRange,
    /// What it counts, where that is known.
    pub unit: Option<SettingUnit>,
    /// What is computed from it, in the order of [`ComponentBounds::to_exprs`].
    pub used_in: Vec<SettingUse>,
}

/// An entry that is computed from a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SettingUse {
    /// The entry, such as `root.topology.source.min`; several may be called so.
    pub entry: String,
    /// The label of the entry, where it has one.
    pub label: Option<String>,
    /// Whether the setting says how many there are of the component, or of a part of it, and so of the entry.
    pub is_factor: bool,
}

/// The entry, and its label in parentheses.
impl fmt::Display for SettingUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.entry)?;
        self.label.as_ref().map_or(Ok(()), |label| write!(f, " ({})", Escaped(label)))
    }
}

impl fmt::Display for DeclaredSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&full_setting_name(&self.component, &self.key))
    }
}

impl DeclaredSetting {
    /// Whether it is what `key` is in `component` where its value is `value`.
    pub(super) fn is(&self, component: &str, key: &str, value: Option<usize>) -> bool {
        self.component == component && self.key == key && self.value == value
    }
}

/// Every setting of `bounds`, in the order of [`ComponentBounds::to_exprs`] by where it is used first.
///
/// ```
/// use memory_accounting::sizing::{self, SettingUnit};
/// use memory_accounting::{ComponentBounds, MemoryBounds};
///
/// #[derive(MemoryBounds)]
/// struct Cache {
///     #[bounds(items = [u8; 1024])]
///     entries: usize,
/// }
///
/// let settings = sizing::settings(&ComponentBounds::of(&Cache { entries: 1000 }));
/// assert_eq!(settings[0].to_string(), "root:entries");
/// assert_eq!((settings[0].value, settings[0].unit), (Some(1000), Some(SettingUnit::Count)));
/// assert_eq!(settings[0].used_in[0].entry, "root.firm");
/// ```
pub fn settings(bounds: &ComponentBounds) -> Vec<DeclaredSetting> {
    let mut listing = Listing::default();
    // The components that one lies in, and itself, by their places in the order of the visit.
    let mut above = Vec::new();
    bounds.visit(&mut |path, bounds| {
        above.truncate(path.len());
        above.push(listing.components.len());
        listing.places.push(bounds.place());
        listing.add(path, &above, bounds);
    });
    let Listing { components, places, ranges, found, .. } = listing;
    let named = found.into_iter().map(|found| DeclaredSetting {
        component: components.get(found.component).cloned().unwrap_or_default(),
        key: found.key.to_owned(),
        place: in_file(places.get(found.component).copied().unwrap_or_default(), found.key),
        value: found.value,
        range: ranges
            .get(found.component)
            .and_then(|ranges| ranges.get(found.key))
            .copied()
            .unwrap_or_default(),
        unit: unit_of(found.key, &found.units),
        used_in: found.used_in,
    });
    named.collect()
}

/// The settings of the components that were visited.
#[derive(Default)]
struct Listing<'a> {
    /// The full names.
    components: Vec<String>,
    /// Where they stand in the operator's file.
    places: Vec<&'a str>,
    ranges: Vec<&'a SettingRanges>,
    found: Vec<Found<'a>>,
    /// Each by the component that declared it, its key and its value.
    known: HashMap<(usize, &'a str, Option<usize>), usize>,
}

struct Found<'a> {
    component: usize,
    key: &'a str,
    value: Option<usize>,
    units: Vec<SettingUnit>,
    used_in: Vec<SettingUse>,
    /// The component and the entry, by their places, that came last to `used_in`.
    listed: Option<(usize, usize)>,
}

/// An entry, where it stands.
struct Site<'a> {
    component: usize,
    index: usize,
    name: String,
    entry: &'a BoundsEntry,
}

impl<'a> Listing<'a> {
    fn add(&mut self, path: &[String], above: &[usize], bounds: &'a ComponentBounds) {
        let component = self.components.len();
        self.components.push(full_name(path));
        self.ranges.push(bounds.setting_ranges());
        let declared_by =
            |times: &Times| times.declared_by(above).last().or(above.first()).copied().unwrap_or(component);
        // Also where there is nothing to multiply.
        for times in bounds.times() {
            times.expr().visit_settings(&mut |key, value| {
                self.find((declared_by(times), key, value), Some(SettingUnit::Count));
            });
        }
        let (name, minimums) = (name_from_root(path), bounds.minimum_entries().len());
        for (index, entry) in bounds.entries().enumerate() {
            let kind = if index < minimums { "min" } else { "firm" };
            let site = Site { component, index, name: format!("{name}.{kind}"), entry };
            for times in bounds.times().chain(entry.times()) {
                times.expr().visit_settings(&mut |key, value| {
                    if let Some(found) = self.find((declared_by(times), key, value), Some(SettingUnit::Count))
                    {
                        found.used(&site, true);
                    }
                });
            }
            visit_units(entry.expr(), Some(SettingUnit::Bytes), &mut |key, value, unit| {
                if let Some(found) = self.find((component, key, value), unit) {
                    found.used(&site, false);
                }
            });
        }
    }

    /// The setting of a component, by its place, of this key and value, which counts `unit` here. What has no name is no setting.
    fn find(
        &mut self,
        setting: (usize, &'a str, Option<usize>),
        unit: Option<SettingUnit>,
    ) -> Option<&mut Found<'a>> {
        let (component, key, value) = setting;
        if key.is_empty() {
            return None;
        }
        let number = *self.known.entry(setting).or_insert_with(|| {
            let (units, used_in) = (Vec::new(), Vec::new());
            self.found.push(Found { component, key, value, units, used_in, listed: None });
            self.found.len().saturating_sub(1)
        });
        let found = self.found.get_mut(number)?;
        found.units.extend(unit.filter(|unit| !found.units.contains(unit)));
        Some(found)
    }
}

impl Found<'_> {
    fn used(&mut self, site: &Site<'_>, is_factor: bool) {
        let place = Some((site.component, site.index));
        if self.listed != place {
            self.listed = place;
            let label = site.entry.label().map(str::to_owned);
            self.used_in.push(SettingUse { entry: site.name.clone(), label, is_factor });
        }
    }
}
