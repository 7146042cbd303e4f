//! A value that is asked for something which it may not have.

use std::ops::Deref;

use super::OptionalSetting;
use crate::config_value::ConfigValue;

/// A value of which only the compiler knows what it is.
///
/// A method of this type goes before one of the same name of what the type dereferences to, where the bounds of its impl are met. So
/// a value is read as what it is asked to be where it can be, and [`Unsuited`] gives something in its place where it cannot.
pub struct Asked<'a, T: ?Sized>(Unsuited<'a, T>);

pub struct Unsuited<'a, T: ?Sized>(&'a T);

pub fn asked<T: ?Sized>(value: &T) -> Asked<'_, T> {
    Asked(Unsuited(value))
}

impl<'a, T: ?Sized> Deref for Asked<'a, T> {
    type Target = Unsuited<'a, T>;

    fn deref(&self) -> &Unsuited<'a, T> {
        &self.0
    }
}

impl<'a, T: ConfigValue + ?Sized> Asked<'a, T> {
    pub fn setting(&self) -> &'a T {
        self.0.0
    }
}

impl<'a, T: OptionalSetting + ?Sized> Asked<'a, T> {
    pub fn optional_setting(&self) -> &'a T {
        self.0.0
    }
}

/// For a field, which a check beside the impl tells to be none: that is then the only mistake, and its message names the field, as what the
/// compiler says of a missing trait cannot where the expression is quoted.
#[expect(clippy::unused_self, clippy::ref_option, reason = "the methods stand in for those of `Asked`")]
impl<'a, T: ?Sized> Unsuited<'a, T> {
    pub fn setting(&self) -> &'static usize {
        &0
    }

    pub fn optional_setting(&self) -> &'static Option<usize> {
        &None
    }

    /// The value, of which a field is named next.
    pub fn whole(&self) -> &'a T {
        self.0
    }

    /// The value that a path leads to.
    pub fn end(&self) -> &'a T {
        self.0
    }
}

impl<'a, T> Asked<'a, Option<T>> {
    /// Of an `Option` no field can be named, and the compiler would propose `unwrap`.
    pub fn whole(&self) -> &'a T
    where
        Option<T>: AlwaysThere<T>,
    {
        self.0.0.value()
    }

    pub fn end(&self) -> &'a T
    where
        Option<T>: NeverAbsent<T>,
    {
        self.0.0.value()
    }
}

impl<'a, T: NoSize> Asked<'a, T> {
    pub fn end(&self) -> &'a usize
    where
        T: NeverNegative,
    {
        self.0.0.number()
    }
}

/// Numbers that may be negative or a fraction.
pub trait NoSize {}

macro_rules! no_sizes {
    ($($number:ty)*) => {$(impl NoSize for $number {})*};
}

no_sizes!(i8 i16 i32 i64 i128 isize f32 f64);

/// What none of those is.
#[diagnostic::on_unimplemented(
    message = "a path leads to a number of type `{Self}`, which may be negative or a fraction, and a size is not",
    label = "it is not said what it counts as",
    note = "write `key(\"cache.limit\", self.limit())` in place of the path: its key, and an accessor `fn limit(&self) -> usize` that decides what it counts as",
    note = "a `key` in an expression needs no escapes where there are no quotes around the expression, and then only the word that is meant is underlined"
)]
pub trait NeverNegative {
    fn number(&self) -> &usize;
}

/// What a path leads through, which no `Option` is.
#[diagnostic::on_unimplemented(
    message = "a path leads through `{Self}`, which may be absent",
    label = "what is in it cannot be named",
    note = "write `key(\"cache.limit\", self.limit().unwrap_or(…))` in place of the path: its key, an accessor `fn limit(&self) -> Option<usize>`, and what it counts as where it is absent",
    note = "a `key` in an expression needs no escapes where there are no quotes around the expression, and then only the word that is meant is underlined"
)]
pub trait AlwaysThere<T> {
    fn value(&self) -> &T;
}

/// What a path leads to, which no `Option` is.
#[diagnostic::on_unimplemented(
    message = "a path leads to `{Self}`, which may be absent",
    label = "it is not said what it then counts as",
    note = "write `.unwrap_or(…)` behind the path, with what it counts as where it is absent, or `.unwrap_or(unlimited)` where it is then not limited",
    note = "where there are no quotes around the expression, only the word that is meant is underlined"
)]
pub trait NeverAbsent<T> {
    fn value(&self) -> &T;
}
