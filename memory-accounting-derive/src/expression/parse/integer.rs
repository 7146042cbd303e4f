//! Numbers, which must fit their suffix or unit.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Lit, LitInt};

use super::fractions::leading;
use crate::expression::tree::Expression;

/// Units of bytes, which stand behind a number or at its end.
pub(super) const UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

pub(super) fn is_unit(word: &str) -> bool {
    factor(word).is_some()
}

pub(super) fn factor(word: &str) -> Option<u64> {
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
            Lit::Float(float) => return Err(leading(float, input)),
            Lit::Str(_) => "a string cannot stand inside an expression: leave out its quotes",
            _ => "only whole numbers can stand here, in digits",
        };
        return Err(syn::Error::new(literal.span(), what));
    };
    let unit = match factor(integer.suffix()) {
        Some(factor) => Some((integer.suffix().to_owned(), factor)),
        None => unit_behind(&integer, input)?,
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
fn unit_behind(integer: &LitInt, input: ParseStream) -> syn::Result<Option<(String, u64)>> {
    if !input.peek(Ident::peek_any) {
        return Ok(None);
    }
    let word = input.fork().call(Ident::parse_any)?;
    let known = factor(&word.to_string());
    if known.is_some() {
        input.call(Ident::parse_any)?;
    } else if let Some((unit, _)) = meant(&word.to_string()) {
        return Err(syn::Error::new(word.span(), no_unit(&word.to_string(), integer.base10_digits(), unit)));
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

fn no_unit(word: &str, number: &str, unit: &str) -> String {
    format!(
        "`{word}` is not a unit here: write `{number} {unit}`, or the bytes as a number. The units are `KiB`, `MiB` and `GiB`, \
         each 1024 of the one before"
    )
}

/// What to write in place of a unit above the greatest that there is.
pub(super) fn unit_above(number: u64, word: &str) -> Option<String> {
    let factor: u64 = match word.to_ascii_lowercase().as_str() {
        "tib" | "tb" => 1 << 10,
        "pib" | "pb" => 1 << 20,
        _ => return None,
    };
    let number = number.checked_mul(factor)?;
    Some(format!("`GiB` is the greatest unit: write `{number} GiB`"))
}

/// Refuses a unit behind `left` and a `*`, where a number should stand without one.
pub(super) fn refuse_unit(left: &Expression, input: ParseStream) -> syn::Result<()> {
    match (left, input.fork().call(Ident::parse_any)) {
        (Expression::Integer { value, .. }, Ok(word)) if is_unit(&word.to_string()) => Err(syn::Error::new(
            word.span(),
            format!("write `{value} {word}` in place of `{value} * {word}`"),
        )),
        _ => Ok(()),
    }
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
                Some((unit, _)) => no_unit(suffix, integer.base10_digits(), unit),
                None => format!("`{suffix}` is not an integer type; write the number of bytes or items"),
            };
            return Err(syn::Error::new(integer.span(), message));
        }
    }
    Ok(())
}
