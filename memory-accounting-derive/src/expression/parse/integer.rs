//! Numbers, which must fit their suffix or unit.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitFloat, LitInt};

use super::mistakes::ALLOWED;
use crate::expression::tree::Expression;

/// Units of bytes, which stand behind a number or at its end.
const UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

pub(super) fn is_unit(word: &str) -> bool {
    factor(word).is_some()
}

fn factor(word: &str) -> Option<u64> {
    UNITS.iter().find(|(unit, _)| *unit == word).map(|(_, factor)| *factor)
}

/// The mistake of a unit without a number in front.
pub(super) fn unit_alone(word: &Ident) -> Option<syn::Error> {
    is_unit(&word.to_string())
        .then(|| syn::Error::new(word.span(), format!("a unit stands behind a number: write `1 {word}`")))
}

pub(super) fn integer(input: ParseStream) -> syn::Result<Expression> {
    let literal: Lit = input.parse()?;
    let Lit::Int(integer) = literal else {
        let what = match &literal {
            Lit::Float(float) => return Err(fraction(float, "*")),
            Lit::Str(_) => "a string cannot stand inside an expression",
            _ => "only integers can stand here",
        };
        return Err(syn::Error::new(literal.span(), format!("{what}; {ALLOWED}")));
    };
    let unit = match factor(integer.suffix()) {
        Some(factor) => Some((integer.suffix().to_owned(), factor)),
        None => unit_behind(input)?,
    };
    check_suffix(&integer)?;
    let Ok(value) = integer.base10_parse::<u64>() else {
        return Err(syn::Error::new(integer.span(), format!("`{integer}` does not fit 64 bits")));
    };
    let most = match integer.suffix() {
        "u8" => u8::MAX.into(),
        "u16" => u16::MAX.into(),
        "u32" => u32::MAX.into(),
        _ => u64::MAX,
    };
    if value > most {
        let message =
            format!("`{integer}` does not fit `{}`: write `{value}` without a suffix", integer.suffix());
        return Err(syn::Error::new(integer.span(), message));
    }
    let Some((unit, factor)) = unit else {
        return Ok(Expression::Integer { value, span: integer.span() });
    };
    match value.checked_mul(factor) {
        Some(value) => Ok(Expression::Integer { value, span: integer.span() }),
        None => Err(syn::Error::new(integer.span(), format!("`{value} {unit}` does not fit 64 bits"))),
    }
}

/// The unit that stands next, if a word does.
fn unit_behind(input: ParseStream) -> syn::Result<Option<(String, u64)>> {
    if !input.peek(Ident::peek_any) {
        return Ok(None);
    }
    let word = input.fork().call(Ident::parse_any)?;
    let known = factor(&word.to_string());
    if known.is_some() {
        input.call(Ident::parse_any)?;
    } else if let Some((unit, _)) = meant(&word.to_string()) {
        let message =
            format!("`{word}` is not a unit here; `{unit}` is one, and so are `KiB`, `MiB` and `GiB`");
        return Err(syn::Error::new(word.span(), message));
    }
    Ok(known.map(|factor| (word.to_string(), factor)))
}

/// The unit that is meant by `KB`, `mib` or `G`.
fn meant(word: &str) -> Option<(&'static str, u64)> {
    let word = word.to_ascii_lowercase();
    UNITS.into_iter().find(|(unit, _)| {
        let unit = unit.to_ascii_lowercase();
        word == unit || word == unit.replace('i', "") || unit.strip_suffix("ib") == Some(&word)
    })
}

fn check_suffix(integer: &LitInt) -> syn::Result<()> {
    match integer.suffix() {
        "" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => {}
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            let message = format!("a size is never negative; write `{}usize`", integer.base10_digits());
            return Err(syn::Error::new(integer.span(), message));
        }
        suffix if is_unit(suffix) => {}
        suffix => {
            let message = match meant(suffix) {
                Some((unit, _)) => format!(
                    "`{suffix}` is not a unit here; `{unit}` is one, and so are `KiB`, `MiB` and `GiB`"
                ),
                None => format!("`{suffix}` is not an integer type; write the number of bytes or items"),
            };
            return Err(syn::Error::new(integer.span(), message));
        }
    }
    Ok(())
}

/// Refuses a fraction behind a `/`, where what to write is the other way round.
pub(super) fn refuse_fraction(input: ParseStream) -> syn::Result<()> {
    match input.fork().parse::<LitFloat>() {
        Ok(float) => Err(fraction(&float, "/")),
        Err(_) => Ok(()),
    }
}

/// The mistake of a number that is not whole, behind `operator`.
fn fraction(float: &LitFloat, operator: &str) -> syn::Error {
    let message = match ratio(float.base10_digits()) {
        Some((whole, 1)) => format!("a size is a whole number; write `{whole}`"),
        Some((numerator, denominator)) => {
            let (times, by) =
                if operator == "/" { (denominator, numerator) } else { (numerator, denominator) };
            format!("a size is a whole number; in place of `x {operator} {float}` write `x * {times} / {by}`")
        }
        None => format!("a size is a whole number; {ALLOWED}"),
    };
    syn::Error::new(float.span(), message)
}

/// The decimal fraction `digits` as two whole numbers without a common divisor.
fn ratio(digits: &str) -> Option<(u64, u64)> {
    let (whole, decimals) = digits.split_once('.')?;
    let places = u32::try_from(decimals.len()).ok()?;
    let numerator: u64 = format!("{whole}{decimals}").parse().ok().filter(|numerator| *numerator > 0)?;
    let denominator = 10_u64.checked_pow(places)?;
    let (mut divisor, mut rest) = (numerator, denominator);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    Some((numerator / divisor, denominator / divisor))
}
