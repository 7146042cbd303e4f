//! What the page computes with.

use serde_json::{Map, Value, json};

use crate::bounds::{ComponentBounds, full_name};
use crate::grant::MemoryGrant;
use crate::sizing::{DeclaredSetting, SettingUnit, settings};
use crate::verifier::{BoundsVerifier, InvalidReason};

/// The greatest number that is a number in JavaScript as well, exactly.
const GREATEST_EXACT: u64 = (1 << 53) - 1;

/// `bounds` as they are serialized, in the order of the tree and with the path of each component, and what else the page has to know.
pub(super) fn of(bounds: &ComponentBounds, grant: Option<MemoryGrant>) -> Value {
    let slop_factor = grant.map_or(MemoryGrant::DEFAULT_SLOP_FACTOR, |grant| grant.slop_factor());
    let mut data = json!({
        "greatest": usize::MAX,
        "limit": grant.map(|grant| grant.initial_limit_bytes()),
        "slop_factor": slop_factor,
        "refused": refused(bounds),
        "components": components(bounds),
        "units": units(bounds),
    });
    keep_exact(&mut data);
    data
}

fn components(bounds: &ComponentBounds) -> Vec<Value> {
    let mut declared = match json!(bounds) {
        Value::Object(declared) => declared,
        _ => Map::new(),
    };
    let mut components = Vec::new();
    bounds.visit(&mut |path, _| {
        let name = full_name(path);
        let declared = declared.remove(&name).unwrap_or_default();
        components.push(json!({ "name": name, "path": path, "declared": declared }));
    });
    components
}

/// The settings that are so many bytes each, such as those of which the file has KiB.
fn units(bounds: &ComponentBounds) -> Vec<Value> {
    let in_units = settings(bounds).into_iter().filter_map(|setting| {
        let DeclaredSetting { component, key, value, unit, .. } = setting;
        let unit = unit?;
        let SettingUnit::BytesEach(bytes) = unit else { return None };
        Some(json!({ "component": component, "key": key, "value": value, "name": unit.to_string(), "bytes": bytes }))
    });
    in_units.collect()
}

/// What verification refuses whatever the values of settings and the limit are, in words.
fn refused(bounds: &ComponentBounds) -> Vec<String> {
    let Ok(grant) = MemoryGrant::effective(0) else { return Vec::new() };
    let Err(error) = BoundsVerifier::new(grant, bounds.clone()).verify() else { return Vec::new() };
    let of_the_values = |reason: &InvalidReason| {
        matches!(
            reason,
            InvalidReason::Unlimited { .. }
                | InvalidReason::Overflow { .. }
                | InvalidReason::OverflowTogether
        )
    };
    let invalid = error.invalid_components().filter(|(_, reason)| !of_the_values(reason));
    invalid.map(|(component, reason)| format!("{component}: {reason}")).collect()
}

/// Writes the numbers that JavaScript would round as texts.
fn keep_exact(value: &mut Value) {
    match value {
        Value::Number(number) if number.as_u64().is_some_and(|number| number > GREATEST_EXACT) => {
            *value = Value::String(number.to_string());
        }
        Value::Array(values) => values.iter_mut().for_each(keep_exact),
        Value::Object(object) => object.values_mut().for_each(keep_exact),
        _ => {}
    }
}
