//! The values of a line, checked as a whole before the first is used.

use super::{Kind, ParseError};

/// One value of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'line> {
    /// An increment, a level or a measurement.
    Number(f64),
    /// The value of a gauge with a sign: a change, or a level that has one.
    Signed(f64),
    /// The member of a set.
    Member(&'line str),
}

/// All values of a line; each of them is known to be good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Values<'line> {
    text: &'line str,
    kind: Kind,
}

impl<'line> Values<'line> {
    /// Checks every value, and that the sample rate scales it to a finite number.
    pub(super) fn parse(text: &'line str, kind: Kind, rate: f64) -> Result<Self, ParseError> {
        let values = Self { text, kind };
        if values.parts().next().is_none() {
            return Err(ParseError::MissingValue);
        }
        for part in values.parts() {
            match parse_value(part, kind)? {
                Value::Number(number) if kind == Kind::Counter && number < 0.0 => {
                    return Err(ParseError::NegativeCounter);
                }
                Value::Number(number) if !(number / rate).is_finite() => {
                    return Err(ParseError::InvalidValue);
                }
                _ => {}
            }
        }
        Ok(values)
    }

    /// The values, in the order in which they were sent.
    pub(crate) fn iter(self) -> impl Iterator<Item = Value<'line>> {
        // All of them parse, as `parse` has seen.
        self.parts().filter_map(move |part| parse_value(part, self.kind).ok())
    }

    /// A colon separates packed values, except in sets, whose members may contain one. There may be nothing between two.
    fn parts(self) -> impl Iterator<Item = &'line str> {
        let most = if self.kind == Kind::Set { 1 } else { usize::MAX };
        self.text.splitn(most, ':').filter(|part| !part.is_empty())
    }
}

fn parse_value(text: &str, kind: Kind) -> Result<Value<'_>, ParseError> {
    if kind == Kind::Set {
        return Ok(Value::Member(text));
    }
    let number: f64 = text.parse().map_err(|_| ParseError::InvalidValue)?;
    if !number.is_finite() {
        return Err(ParseError::InvalidValue);
    }
    if kind == Kind::Gauge && text.starts_with(['+', '-']) {
        return Ok(Value::Signed(number));
    }
    Ok(Value::Number(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str, kind: Kind) -> Result<Vec<Value<'_>>, ParseError> {
        Values::parse(text, kind, 1.0).map(|values| values.iter().collect())
    }

    #[test]
    fn unpacks_numbers_but_not_members() {
        assert_eq!(
            values("1:2.5:1e3", Kind::Distribution),
            Ok(vec![Value::Number(1.0), Value::Number(2.5), Value::Number(1000.0)])
        );
        assert_eq!(values("user:7", Kind::Set), Ok(vec![Value::Member("user:7")]));
    }

    #[test]
    fn the_sign_of_a_gauge_is_kept() {
        assert_eq!(
            values("5:+2:-3", Kind::Gauge),
            Ok(vec![Value::Number(5.0), Value::Signed(2.0), Value::Signed(-3.0)])
        );
        assert_eq!(values("-3", Kind::Distribution), Ok(vec![Value::Number(-3.0)]));
    }

    #[test]
    fn one_bad_value_refuses_them_all() {
        assert_eq!(values("1:x:3", Kind::Counter), Err(ParseError::InvalidValue));
    }

    #[test]
    fn empty_values_are_skipped_unless_there_are_no_others() {
        assert_eq!(values(":1::3:", Kind::Counter), Ok(vec![Value::Number(1.0), Value::Number(3.0)]));
        for text in ["", ":", ":::"] {
            assert_eq!(values(text, Kind::Counter), Err(ParseError::MissingValue), "{text}");
        }
        assert_eq!(values("", Kind::Set), Err(ParseError::MissingValue));
        assert_eq!(values("::", Kind::Set), Ok(vec![Value::Member("::")]));
    }

    #[test]
    fn only_finite_numbers_are_values() {
        for text in ["NaN", "inf", "-infinity", "1e999", " 1", "0x10"] {
            assert_eq!(values(text, Kind::Gauge), Err(ParseError::InvalidValue), "{text}");
        }
        assert_eq!(Values::parse("1e300", Kind::Counter, 1e-300), Err(ParseError::InvalidValue));
    }

    #[test]
    fn a_counter_never_goes_down() {
        assert_eq!(values("1:-1", Kind::Counter), Err(ParseError::NegativeCounter));
    }
}
