//! What to write in place of functions and of methods with arguments, which only Rust has.

use syn::parse::ParseStream;
use syn::{Ident, Path};

use super::instead::ACCESSOR;
use crate::syntax::{parenthesised, whole_type, written};

/// What to write in place of the method `name`, which is called with arguments.
pub(super) fn of_method(name: &Ident) -> String {
    let name = name.to_string();
    let operation = ["saturating_", "wrapping_", "checked_", "overflowing_"]
        .into_iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(&name);
    let example = match operation {
        "add" => "`a + b`, which never overflows",
        "sub" | "abs_diff" => "`a - b`, which never falls below 0",
        "mul" => "`a * b`, which never overflows",
        "div" | "div_ceil" | "div_euclid" => "`a / b`, which rounds up",
        "next_multiple_of" => "`a / b * b`, as `/` rounds up",
        "pow" => "the product, as `a * a` for a square",
        "clamp" => "`min(max(a, low), high)`",
        "max" | "min" => {
            return format!("`{name}` stands in front of what it compares: write `{name}(a, b)`");
        }
        _ => {
            return format!(
                "`{name}` is called with arguments, but only accessors without any can be: {ACCESSOR}"
            );
        }
    };
    format!("`{name}` cannot be called here: write {example}")
}

/// What to write in place of the function `path`, whose arguments stand next.
pub(super) fn of_function(path: &Path, input: ParseStream) -> syn::Result<String> {
    let without_arguments = parenthesised(input, |content| Ok(content.is_empty()))?;
    let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let called = written(path);
    Ok(match name.as_str() {
        "max" | "min" => format!("write `{name}(a, b)` without the path in front"),
        "from" | "try_from" if is_number(&first) => {
            format!("numbers need no conversion here: leave out `{called}`")
        }
        _ if without_arguments && first == "Self" => {
            format!("an accessor is called on `self`: write `self.{name}()`")
        }
        _ if without_arguments => {
            format!(
                "the function `{called}` cannot be called here: make a constant of what it gives, and write its name"
            )
        }
        _ => format!("the function `{called}` cannot be called here: {ACCESSOR}"),
    })
}

/// What to write in place of the function `name`, whose arguments stand next.
pub(super) fn of_local_function(name: &Ident, input: ParseStream) -> syn::Result<String> {
    if name == "size_of" || name == "sizeof" {
        let ty = parenthesised(input, |content| Ok(whole_type(content)))?;
        let ty = ty.map_or_else(|| "T".to_owned(), |ty| written(&ty));
        return Ok(format!("the type stands between `::<` and `>`: write `size_of::<{ty}>()`"));
    }
    let without_arguments = parenthesised(input, |content| Ok(content.is_empty()))?;
    Ok(if without_arguments {
        format!("an accessor is called on `self`: write `self.{name}()`")
    } else {
        format!("the function `{name}` cannot be called here: {ACCESSOR}")
    })
}

/// What to write in place of the macro `path`.
pub(super) fn of_macro(path: &Path) -> String {
    let called = written(path);
    match called.as_str() {
        "max" | "min" => format!("write `{called}(a, b)` without the `!`"),
        _ => format!(
            "the macro `{called}!` cannot be called here: make a constant of what it gives, and write its name"
        ),
    }
}

fn is_number(word: &str) -> bool {
    word.strip_prefix('u').is_some_and(|size| size == "size" || size.parse::<u8>().is_ok())
}
