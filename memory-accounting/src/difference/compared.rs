//! What differs between two declarations.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::bounds::{ComponentBounds, full_name};
use crate::expr::UsageExpr;
use crate::sizing;

/// Bytes, where `None` is unbounded.
type Bytes = Option<usize>;

/// Something in two versions. What is not there in one is left out there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Versions<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) old: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) new: Option<T>,
}

/// All that differs, what changed most first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Compared {
    pub(super) firm_limit_bytes: Versions<Bytes>,
    pub(super) minimum_bytes: Versions<Bytes>,
    pub(super) components: Vec<Component>,
    pub(super) settings: Vec<Setting>,
    pub(super) types: Vec<Type>,
    pub(super) skipped: Vec<Skipped>,
}

/// What a component declares itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Component {
    #[serde(rename = "component")]
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) bytes: Versions<Bytes>,
    pub(super) entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Entry {
    pub(super) kind: &'static str,
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) bytes: Versions<Bytes>,
    /// Whether it has the same bytes by another expression.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) computed_otherwise: bool,
}

/// A setting with the values it has, which are several where a component has several under one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Setting {
    pub(super) component: String,
    pub(super) key: String,
    #[serde(flatten)]
    pub(super) values: Versions<BTreeSet<Option<usize>>>,
}

/// The sizes, in bytes, of what is stored under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Type {
    pub(super) component: String,
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) sizes: Versions<BTreeSet<usize>>,
}

/// A field that is not counted, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Skipped {
    pub(super) component: String,
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) reasons: Versions<BTreeSet<String>>,
}

impl Compared {
    pub(super) fn of(old: &ComponentBounds, new: &ComponentBounds) -> Self {
        let both = |of: fn(&ComponentBounds) -> usize| {
            let bytes = |bounds| Some(Some(of(bounds)).filter(|bytes| *bytes < usize::MAX));
            Versions { old: bytes(old), new: bytes(new) }
        };
        let (old_parts, new_parts) = (Parts::of(old), Parts::of(new));
        let mut components: Vec<Component> = changed(old_parts.components, new_parts.components)
            .map(|(name, versions)| {
                let sum = |entries: &Entries| {
                    entries.values().map(|amount| amount.bytes).reduce(add).unwrap_or(Some(0))
                };
                let bytes =
                    Versions { old: versions.old.as_ref().map(sum), new: versions.new.as_ref().map(sum) };
                let entries = changed(versions.old.unwrap_or_default(), versions.new.unwrap_or_default());
                let mut entries: Vec<Entry> = entries
                    .map(|((kind, name), Versions { old, new })| {
                        let bytes = |amount: &Amount| amount.bytes;
                        let bytes = Versions { old: old.as_ref().map(bytes), new: new.as_ref().map(bytes) };
                        Entry { kind, name, computed_otherwise: bytes.old == bytes.new, bytes }
                    })
                    .collect();
                entries.sort_by_key(|entry| Reverse(entry.bytes.moved()));
                Component { name, bytes, entries }
            })
            .collect();
        components.sort_by_key(|component| Reverse(component.bytes.moved()));
        let settings = changed(values(old), values(new)).map(|((component, key), values)| Setting {
            component,
            key,
            values,
        });
        let types = changed(old_parts.types, new_parts.types)
            // What is new or gone shows as an entry.
            .filter(|(_, sizes)| sizes.old.is_some() && sizes.new.is_some())
            .map(|((component, name), sizes)| Type { component, name, sizes });
        let skipped = changed(old_parts.skipped, new_parts.skipped)
            .map(|((component, name), reasons)| Skipped { component, name, reasons });
        Self {
            firm_limit_bytes: both(ComponentBounds::total_firm_limit_bytes),
            minimum_bytes: both(ComponentBounds::total_minimum_required_bytes),
            components,
            settings: settings.collect(),
            types: types.collect(),
            skipped: skipped.collect(),
        }
    }

    /// Whether nothing differs.
    pub(super) fn is_empty(&self) -> bool {
        let Self { components, settings, types, skipped, .. } = self;
        components.is_empty() && settings.is_empty() && types.is_empty() && skipped.is_empty()
    }
}

impl Versions<Bytes> {
    /// By how many bytes it grew or shrank; the most where one of them is unbounded.
    fn moved(&self) -> usize {
        let bytes = |version: Option<Bytes>| version.map_or(0, |bytes| bytes.unwrap_or(usize::MAX));
        bytes(self.old).abs_diff(bytes(self.new))
    }
}

/// Entries by kind and name.
type Entries = BTreeMap<(&'static str, String), Amount>;

/// What entries of one kind and name take.
#[derive(PartialEq)]
struct Amount {
    bytes: Bytes,
    /// How that is computed, whatever the values of settings.
    forms: Vec<UsageExpr>,
}

/// What is declared, as far as it is compared.
#[derive(Default)]
struct Parts {
    components: BTreeMap<String, Entries>,
    types: BTreeMap<(String, String), BTreeSet<usize>>,
    skipped: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Parts {
    fn of(bounds: &ComponentBounds) -> Self {
        let mut parts = Self::default();
        bounds.visit(&mut |path, bounds| {
            let component = full_name(path);
            let minimum = bounds.minimum_entries().iter().map(|entry| ("minimum", entry));
            let firm = bounds.firm_entries().iter().map(|entry| ("firm", entry));
            for (kind, entry) in minimum.chain(firm) {
                let mut expr = bounds.whole_expr(entry);
                let entries = parts.components.entry(component.clone()).or_default();
                let amount = entries
                    .entry((kind, entry.name().to_owned()))
                    .or_insert_with(|| Amount { bytes: Some(0), forms: Vec::new() });
                amount.bytes = add(amount.bytes, expr.checked_evaluate());
                expr.visit_sizes(&mut |name, size| {
                    let sizes = parts.types.entry((component.clone(), name.to_owned())).or_default();
                    sizes.insert(size);
                });
                expr.change_settings(&mut |_, _| Some(0));
                amount.forms.push(expr);
            }
            for skipped in bounds.skipped() {
                let field = (component.clone(), skipped.name().to_owned());
                parts.skipped.entry(field).or_default().insert(skipped.reason().to_owned());
            }
        });
        parts
    }
}

/// The values of all settings by component and key.
fn values(bounds: &ComponentBounds) -> BTreeMap<(String, String), BTreeSet<Option<usize>>> {
    let mut values = BTreeMap::<_, BTreeSet<_>>::new();
    for setting in sizing::settings(bounds) {
        values.entry((setting.component, setting.key)).or_default().insert(setting.value);
    }
    values
}

fn add(sum: Bytes, bytes: Bytes) -> Bytes {
    sum?.checked_add(bytes?)
}

/// What is not the same in both, by key.
fn changed<K: Ord + Clone, T: PartialEq>(
    mut old: BTreeMap<K, T>,
    mut new: BTreeMap<K, T>,
) -> impl Iterator<Item = (K, Versions<T>)> {
    let keys: BTreeSet<K> = old.keys().chain(new.keys()).cloned().collect();
    keys.into_iter()
        .map(move |key| {
            let versions = Versions { old: old.remove(&key), new: new.remove(&key) };
            (key, versions)
        })
        .filter(|(_, versions)| versions.old != versions.new)
}
