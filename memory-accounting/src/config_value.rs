//! Settings as numbers.

use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize};

use crate::expr::{SettingRange, UsageExpr};

/// A setting whose value is a number of items or bytes.
///
/// Implemented for the unsigned integers, their `NonZero` forms, `bool` (0 or 1, for what is there or not), references to any of
/// them and, with the feature `bytesize`, for `bytesize::ByteSize`. Implement it for a type of your own that stands for such a number:
///
/// ```
/// use memory_accounting::ConfigValue;
///
/// struct Kibibytes(u32);
///
/// impl ConfigValue for Kibibytes {
///     fn config_value(&self) -> usize {
///         (self.0 as usize).saturating_mul(1024)
///     }
///
///     fn config_unit(&self) -> usize {
///         1024 // the file has 4, and so do reports and advice
///     }
/// }
///
/// assert_eq!(Kibibytes(4).config_value(), 4096);
/// ```
///
/// A type with one field, such as the newtypes of sizes that many programs have, derives it (feature `derive`): it counts as the field
/// does, and has no limit where that has none. `PhantomData` is no field that counts.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use memory_accounting::ConfigValue;
///
/// #[derive(ConfigValue)]
/// struct ByteCount(u64);
///
/// assert_eq!(ByteCount(4096).config_value(), 4096);
/// # }
/// ```
///
/// # A setting that may have no limit
///
/// Where a value of a setting means that there is no limit, as 0, `u32::MAX` or the word "unlimited" do in many files,
/// [`config_limit`](Self::config_limit) says so. Verification then refuses what depends on it, and names the setting to limit.
///
/// ```
/// use memory_accounting::{ComponentBounds, ConfigValue, MemoryBounds};
///
/// /// A number of bytes; 0 is no limit.
/// struct MaxBytes(u64);
///
/// impl ConfigValue for MaxBytes {
///     fn config_value(&self) -> usize {
///         self.config_limit().unwrap_or(usize::MAX)
///     }
///
///     fn config_limit(&self) -> Option<usize> {
///         (self.0 > 0).then(|| self.0.config_value())
///     }
/// }
///
/// # #[cfg(feature = "derive")] {
/// #[derive(MemoryBounds)]
/// struct Queue {
///     #[bounds(bytes)]
///     max_bytes: MaxBytes,
/// }
///
/// let bounds = ComponentBounds::of(&Queue { max_bytes: MaxBytes(0) });
/// assert_eq!(bounds.firm_entries()[0].expr().to_string(), "max_bytes=unlimited");
/// # }
/// ```
///
/// `Option` has no implementation, because what an absent setting means is the program's decision: `or = 1000` beside the
/// statement says it, and `limit.unwrap_or(1000)` in an expression. Nor have signed numbers: an accessor decides what a negative one
/// means, as in `#[bounds(per_item = "self.limit()")]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a setting that counts items or bytes",
    label = "an unsigned integer, a `NonZero` of one, or a type that implements `ConfigValue` is needed",
    note = "an `Option` of one says what it counts as where it is absent: `limit.unwrap_or(…)`",
    note = "of a type of another crate, write an accessor that decides what it counts as: `self.limit()`, and with its key `key(\"cache.limit\", self.limit())`",
    note = "a `ByteSize` of `bytesize` 2 is one with the feature `bytesize` of `memory-accounting`",
    note = "a type of your own can derive or implement `memory_accounting::ConfigValue`",
    note = "in an expression in quotes the whole of it is underlined; without the quotes it is the word that is meant"
)]
pub trait ConfigValue {
    /// The number of items or bytes. A number that does not fit `usize` becomes `usize::MAX`, which no grant
    /// can hold.
    fn config_value(&self) -> usize;

    /// The same, or `None` where the setting says that there is no limit. What is not overridden always has one.
    fn config_limit(&self) -> Option<usize> {
        Some(self.config_value())
    }

    /// How many items or bytes one in the operator's file stands for, such as 1024 where it has KiB. The expression of the setting then is
    /// its number in the file times this, so that who reads "would fit with at most 300" can write 300.
    ///
    /// It is 1 unless it is overridden, and counts as 1 where the value is no multiple of it.
    fn config_unit(&self) -> usize {
        1
    }

    /// The values that such a setting takes, in its own unit, where the type refuses others when it is read: a `NonZero` is at least 1. All of them
    /// unless it is overridden.
    ///
    /// It is known of a setting that the derive reads from a field. No advice is then given that the program would refuse.
    ///
    /// ```
    /// use memory_accounting::{ConfigValue, SettingRange};
    ///
    /// struct Percent(u8);
    ///
    /// impl ConfigValue for Percent {
    ///     fn config_value(&self) -> usize {
    ///         self.0.into()
    ///     }
    ///
    ///     fn config_range() -> SettingRange {
    ///         SettingRange::at_most(100)
    ///     }
    /// }
    ///
    /// assert!(!Percent::config_range().takes(101));
    /// ```
    fn config_range() -> SettingRange
    where
        Self: Sized,
    {
        SettingRange::ANY
    }

    /// The expression of a setting known as `key`; what the derive calls.
    #[doc(hidden)]
    fn config_expr(&self, key: &str) -> UsageExpr {
        let unit = self.config_unit();
        let Some(value) = self.config_limit() else {
            let setting = UsageExpr::unlimited(key);
            // The unit is that of the limit it may get.
            return if unit > 1 { UsageExpr::product("", setting, UsageExpr::number(unit)) } else { setting };
        };
        match (value.checked_div(unit), value.checked_rem(unit)) {
            (Some(in_file), Some(0)) if unit > 1 => {
                UsageExpr::product("", UsageExpr::config(key, in_file), UsageExpr::number(unit))
            }
            _ => UsageExpr::config(key, value),
        }
    }

    /// The expression of a constant called `name`; what the derive calls.
    #[doc(hidden)]
    fn constant_expr(&self, name: &str) -> UsageExpr {
        match self.config_limit() {
            Some(value) => UsageExpr::constant(name, value),
            None => UsageExpr::unlimited(""),
        }
    }
}

impl<T: ConfigValue + ?Sized> ConfigValue for &T {
    fn config_value(&self) -> usize {
        (**self).config_value()
    }

    fn config_limit(&self) -> Option<usize> {
        (**self).config_limit()
    }

    fn config_unit(&self) -> usize {
        (**self).config_unit()
    }
}

/// 0 or 1: times a size, a part that is switched on or off.
impl ConfigValue for bool {
    fn config_value(&self) -> usize {
        usize::from(*self)
    }
}

macro_rules! unsigned {
    ($($integer:ty, $non_zero:ty;)*) => {$(
        impl ConfigValue for $integer {
            fn config_value(&self) -> usize {
                usize::try_from(*self).unwrap_or(usize::MAX)
            }
        }

        impl ConfigValue for $non_zero {
            fn config_value(&self) -> usize {
                self.get().config_value()
            }

            fn config_range() -> SettingRange {
                SettingRange::at_least(1)
            }
        }
    )*};
}

unsigned! {
    u8, NonZeroU8;
    u16, NonZeroU16;
    u32, NonZeroU32;
    u64, NonZeroU64;
    u128, NonZeroU128;
    usize, NonZeroUsize;
}

#[cfg(feature = "bytesize")]
impl ConfigValue for bytesize::ByteSize {
    fn config_value(&self) -> usize {
        self.as_u64().config_value()
    }
}
