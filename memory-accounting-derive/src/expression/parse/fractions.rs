//! Numbers that are not whole, and what to write in their place.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitFloat, Token};

use super::integer::{UNITS, factor};

/// A decimal fraction as two whole numbers without a common divisor.
#[derive(Clone, Copy)]
struct Ratio {
    numerator: u64,
    denominator: u64,
}

/// Refuses a fraction behind a `*` or `/`.
pub(super) fn refuse_fraction(operator: &str, input: ParseStream) -> syn::Result<()> {
    let ahead = input.fork();
    let begins_with_point = ahead.parse::<Option<Token![.]>>()?.is_some();
    let (written, digits, unit, span) = match ahead.parse() {
        Ok(Lit::Float(float)) if !begins_with_point => of(&float, &ahead),
        // `.3`, whose zero in front only Rust asks for.
        Ok(Lit::Int(integer)) if begins_with_point => {
            (format!(".{integer}"), format!("0.{integer}"), unit_ahead(&ahead), integer.span())
        }
        _ => return Ok(()),
    };
    let message = match (ratio(&digits), unit) {
        (Some(ratio), Some(unit)) => of_unit(ratio, &written, &unit),
        (Some(ratio), None) => ratio.beside(operator, &written),
        (None, _) => WHOLE.to_owned(),
    };
    Err(syn::Error::new(span, message))
}

/// The mistake of a fraction that an operand begins with, and behind which `input` stands.
pub(super) fn leading(float: &LitFloat, input: ParseStream) -> syn::Error {
    let (written, digits, unit, span) = of(float, input);
    let message = match (ratio(&digits), unit) {
        (Some(ratio), Some(unit)) => of_unit(ratio, &written, &unit),
        (Some(Ratio { numerator, denominator: 1 }), None) => format!("{WHOLE}: write `{numerator}`"),
        (Some(Ratio { numerator, denominator }), None) if input.peek(Token![*]) => {
            format!("{WHOLE}: in place of `{written} * x` write `x * {numerator} / {denominator}`")
        }
        (Some(Ratio { numerator, denominator }), None) => {
            format!("{WHOLE}: write `{}`", numerator.div_ceil(denominator))
        }
        (None, _) => WHOLE.to_owned(),
    };
    syn::Error::new(span, message)
}

const WHOLE: &str = "a size is a whole number";

/// The number as it is written and in digits alone, its unit, and where it stands.
fn of(float: &LitFloat, behind: ParseStream) -> (String, String, Option<String>, Span) {
    let (digits, suffix) = (float.base10_digits(), float.suffix());
    let unit = factor(suffix).map(|_| suffix.to_owned()).or_else(|| unit_ahead(behind));
    (digits.to_owned(), digits.to_owned(), unit, float.span())
}

fn unit_ahead(input: ParseStream) -> Option<String> {
    let word = input.fork().call(Ident::parse_any).ok()?.to_string();
    factor(&word).map(|_| word)
}

impl Ratio {
    /// What to write in place of the number behind `operator`.
    fn beside(self, operator: &str, written: &str) -> String {
        let Self { numerator, denominator } = self;
        if denominator == 1 {
            return format!("{WHOLE}: write `{numerator}`");
        }
        let (times, by) = if operator == "/" { (denominator, numerator) } else { (numerator, denominator) };
        format!("{WHOLE}: in place of `x {operator} {written}` write `x * {times} / {by}`")
    }
}

/// What to write in place of so many of `unit`.
fn of_unit(Ratio { numerator, denominator }: Ratio, written: &str, unit: &str) -> String {
    let bytes = factor(unit)
        .and_then(|factor| factor.checked_mul(numerator))
        .filter(|bytes| *bytes % denominator == 0)
        .map(|bytes| bytes / denominator);
    let in_a_lesser_unit = bytes.and_then(|bytes| {
        let (lesser, factor) = UNITS.into_iter().rev().find(|(_, factor)| bytes % factor == 0)?;
        Some(format!("{} {lesser}", bytes / factor))
    });
    let instead = in_a_lesser_unit.unwrap_or_else(|| format!("{numerator} {unit} / {denominator}"));
    format!("{WHOLE}: write `{instead}` in place of `{written} {unit}`")
}

/// `0.3` is 3 / 10, and `1.5e3` is 1500.
fn ratio(digits: &str) -> Option<Ratio> {
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().ok()?;
    let places = i32::try_from(decimals.len()).ok()?.checked_sub(exponent)?;
    let digits: u64 = format!("{whole}{decimals}").replace('_', "").parse().ok()?;
    let power = 10_u64.checked_pow(places.unsigned_abs())?;
    let (numerator, denominator) = if places > 0 { (digits, power) } else { (digits.checked_mul(power)?, 1) };
    let (mut divisor, mut rest) = (numerator, denominator);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    Some(Ratio { numerator: numerator / divisor, denominator: denominator / divisor })
}
