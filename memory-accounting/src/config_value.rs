//! Settings as numbers.

use std::num::{NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize};

use crate::expr::UsageExpr;

/// A setting whose value is a number of items or bytes.
///
/// Implemented for the unsigned integers, their `NonZero` forms, references to any of them and, with the
/// feature `bytesize`, for `bytesize::ByteSize`. Implement it for a type of your own that wraps such a number:
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
/// }
///
/// assert_eq!(Kibibytes(4).config_value(), 4096);
/// ```
///
/// `Option` has no implementation, because what an absent setting means is the program's decision: name an
/// accessor that decides, as in `#[bounds(per_item = "self.limit_or_default()")]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a setting that counts items or bytes",
    label = "an unsigned integer, a `NonZero` of one, or a type that implements `ConfigValue` is needed",
    note = "a field that is itself memory says how much in quotes: `bytes = \"max_bytes\"` or `per_item = \"capacity\"`",
    note = "an `Option` or a signed number needs an accessor that decides, as in `self.limit_or_default()`",
    note = "a type of your own can implement `memory_accounting::ConfigValue`"
)]
pub trait ConfigValue {
    /// The number of items or bytes. A number that does not fit `usize` becomes `usize::MAX`, which no grant
    /// can hold.
    fn config_value(&self) -> usize;

    /// The expression of a setting known as `key`; what the derive calls.
    #[doc(hidden)]
    fn config_expr(&self, key: &str) -> UsageExpr {
        UsageExpr::config(key, self.config_value())
    }

    /// The expression of a constant called `name`; what the derive calls.
    #[doc(hidden)]
    fn constant_expr(&self, name: &str) -> UsageExpr {
        UsageExpr::constant(name, self.config_value())
    }
}

impl<T: ConfigValue + ?Sized> ConfigValue for &T {
    fn config_value(&self) -> usize {
        (**self).config_value()
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
