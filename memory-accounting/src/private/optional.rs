//! Settings that may be absent.

use crate::bounds::note_unset;
use crate::config_value::ConfigValue;
use crate::expr::{Leaf, UsageExpr};

/// An `Option` of a setting, and references to one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an `Option` of a setting",
    label = "`or` and `unwrap_or` say what a setting means that is absent, and this one never is",
    note = "remove the `or`, or the `.unwrap_or(…)`",
    note = "of an `Option` of something that is no setting, an accessor can make an `Option<usize>`"
)]
pub trait OptionalSetting {
    type Setting: ConfigValue;

    fn setting(&self) -> Option<&Self::Setting>;
}

impl<T: ConfigValue> OptionalSetting for Option<T> {
    type Setting = T;

    fn setting(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl<T: OptionalSetting + ?Sized> OptionalSetting for &T {
    type Setting = T::Setting;

    fn setting(&self) -> Option<&T::Setting> {
        (**self).setting()
    }
}

/// The setting `key`, which counts as `default` where it is absent.
///
/// A default that no setting has a part in is the value that the absent setting has, so that an operator is told which one to set.
/// One that settings have a part in depends on those.
pub fn setting_or<T: OptionalSetting + ?Sized>(value: &T, key: &str, default: UsageExpr) -> UsageExpr {
    if let Some(value) = value.setting() {
        return value.config_expr(key);
    }
    note_unset(key);
    let mut depends = false;
    default.visit_settings(&mut |name, _| depends |= !name.is_empty());
    if depends {
        let mut default = default;
        default.rename_leaves(&mut |leaf, name| {
            if leaf == Leaf::Setting && name.is_empty() {
                key.clone_into(name);
            }
        });
        return default;
    }
    match default.checked_evaluate() {
        Some(value) => UsageExpr::config(key, value),
        None => UsageExpr::unlimited(key),
    }
}

/// The constant `name`, which counts as `default` where it is `None`.
pub fn constant_or<T: OptionalSetting + ?Sized>(value: &T, name: &str, default: UsageExpr) -> UsageExpr {
    value.setting().map_or(default, |value| value.constant_expr(name))
}
