//! Numbers, which must fit their suffix.

use syn::parse::ParseStream;
use syn::{Lit, LitInt};

use super::mistakes::ALLOWED;
use crate::expression::tree::Expression;

pub(super) fn integer(input: ParseStream) -> syn::Result<Expression> {
    let literal: Lit = input.parse()?;
    let Lit::Int(integer) = literal else {
        let what = match literal {
            Lit::Float(_) => "a size is a whole number",
            Lit::Str(_) => "a string cannot stand inside an expression",
            _ => "only integers can stand here",
        };
        return Err(syn::Error::new(literal.span(), format!("{what}; {ALLOWED}")));
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
    Ok(Expression::Integer { value, span: integer.span() })
}

fn check_suffix(integer: &LitInt) -> syn::Result<()> {
    match integer.suffix() {
        "" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => {}
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            let message = format!("a size is never negative; write `{}usize`", integer.base10_digits());
            return Err(syn::Error::new(integer.span(), message));
        }
        suffix => {
            let message = format!("`{suffix}` is not an integer type; write the number of bytes or items");
            return Err(syn::Error::new(integer.span(), message));
        }
    }
    Ok(())
}
