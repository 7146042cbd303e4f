//! Bounds as JSON: entry by entry for readers, and the whole tree there and back.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::component::ComponentBounds;
use super::entry::{BoundsEntry, SkippedField};
use super::names::{full_name, name_from_root, parse_full_name};
use super::ranges::SettingRanges;
use super::times::Times;
use crate::expr::UsageExpr;

impl ComponentBounds {
    /// One JSON object for each declared entry of the whole tree.
    ///
    /// | key | value |
    /// |---|---|
    /// | `name` | the component's name from `root`, then `.min` or `.firm` |
    /// | `component` | the full name of the component |
    /// | `kind` | `minimum` or `firm` |
    /// | `bytes` | what the expression evaluates to; null where that is unbounded |
    /// | `expr` | the expression, as [`UsageExpr`] is serialized, with the factors in `times` |
    /// | `label` | the entry's label, where no leaf of its own expression already carries that name |
    /// | `times` | the [factors](Times) in `expr`, where the component stands for several: `component`, which declared it, and `expr` |
    ///
    /// A component comes before its subcomponents, its minimum before its firm entries, entries in the order
    /// they were declared, and subcomponents in the order of their names.
    pub fn to_exprs(&self) -> Vec<Value> {
        let mut exprs = Vec::new();
        self.visit(&mut |path, bounds| {
            let (name, component) = (name_from_root(path), full_name(path));
            let mut add = |entries: &[BoundsEntry], kind: &str, suffix: &str| {
                let name = format!("{name}.{suffix}");
                exprs.extend(entries.iter().map(|entry| {
                    let label = entry.label.as_deref().filter(|label| !entry.expr.has_leaf_named(label));
                    let factors = entry.times.iter().chain(bounds.times());
                    let factor = |times: &'_ Times| Factor {
                        component: full_name(times.declared_by(path)),
                        expr: times.expr.clone(),
                    };
                    let times = factors.map(factor).collect();
                    let expr = bounds.whole_expr(entry);
                    let bytes = expr.checked_evaluate();
                    json!(Entry { name: &name, component: &component, kind, bytes, expr, label, times })
                }));
            };
            add(&bounds.minimum, "minimum", "min");
            add(&bounds.firm, "firm", "firm");
        });
        exprs
    }
}

/// An object of [`ComponentBounds::to_exprs`].
#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    component: &'a str,
    kind: &'a str,
    bytes: Option<usize>,
    expr: UsageExpr,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    times: Vec<Factor>,
}

/// One factor in the expression of an entry.
#[derive(Serialize)]
struct Factor {
    component: String,
    expr: UsageExpr,
}

/// What one component declared itself, without what is below it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared<'a> {
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    times: Cow<'a, [Times]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    minimum: Cow<'a, [BoundsEntry]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    firm: Cow<'a, [BoundsEntry]>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    skipped: Cow<'a, [SkippedField]>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    place: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    unset: Cow<'a, [String]>,
    #[serde(default, skip_serializing_if = "no_ranges")]
    ranges: Cow<'a, SettingRanges>,
    #[serde(default, skip_serializing_if = "usual")]
    declarations: usize,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    misnamed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shared_with: Option<Cow<'a, str>>,
}

/// Only more than one declaration says something about the component.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn usual(declarations: &usize) -> bool {
    *declarations <= 1
}

#[expect(clippy::ptr_arg, reason = "serde hands it over so")]
fn no_ranges(ranges: &Cow<'_, SettingRanges>) -> bool {
    ranges.is_empty()
}

/// A map of all components by full name. It is flat, because readers of JSON limit how deep it is.
impl Serialize for ComponentBounds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut components = Vec::new();
        let shared_parts = self.shared_parts();
        self.visit(&mut |path, bounds| {
            let Self { minimum, firm, skipped, unset, declarations, misnamed, shared_with, .. } = bounds;
            // What lies in another has that one's factors too, and so has the root where it was taken out of a larger tree.
            let times =
                if path.is_empty() { bounds.times().cloned().collect() } else { bounds.own_times().into() };
            let noted = shared_with.as_deref().map(Cow::Borrowed);
            let found = || shared_parts.iter().find(|(shared, _)| shared == path);
            let declared = Declared {
                times,
                minimum: minimum.into(),
                firm: firm.into(),
                skipped: skipped.into(),
                place: bounds.place().into(),
                unset: unset.into(),
                ranges: Cow::Borrowed(bounds.setting_ranges()),
                declarations: *declarations,
                misnamed: *misnamed,
                shared_with: noted.or_else(|| found().map(|(_, other)| full_name(other).into())),
            };
            components.push((full_name(path), declared));
        });
        serializer.collect_map(components)
    }
}

impl<'de> Deserialize<'de> for ComponentBounds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Components)
    }
}

struct Components;

impl<'de> Visitor<'de> for Components {
    type Value = ComponentBounds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of components by full name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ComponentBounds, A::Error> {
        let (mut root, mut known) = (ComponentBounds::default(), BTreeSet::new());
        while let Some((name, declared)) = map.next_entry::<String, Declared<'_>>()? {
            let path = parse_full_name(&name)
                .map_err(|error| A::Error::custom(format!("`{name}` is no component: {error}")))?;
            let component = root.get_or_create(&path);
            if !known.insert(path) {
                return Err(A::Error::custom(format!("component `{name}` is there twice")));
            }
            component.own_times = declared.times.into_owned();
            component.minimum = declared.minimum.into_owned();
            component.firm = declared.firm.into_owned();
            component.skipped = declared.skipped.into_owned();
            component.place = declared.place.into_owned();
            component.unset = declared.unset.into_owned();
            component.ranges = declared.ranges.into_owned();
            component.declarations = declared.declarations;
            component.misnamed = declared.misnamed;
            component.shared_with = declared.shared_with.map(Cow::into_owned);
        }
        root.hand_down_times();
        Ok(root)
    }
}
