//! Fields whose type, as it is spelt, is no setting, and what to write for them.

use syn::{GenericArgument, PathArguments, Type};

use super::resolve::Purpose;
use crate::input::Field;

/// Where the field's value is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    Expression,
    /// The statement on the field, as it is written.
    Statement(&'a str),
}

/// Why the value of `field` is no setting, where its type says so by its spelling.
pub(super) fn unsuited(field: &Field, purpose: Purpose, place: Place<'_>) -> Option<String> {
    let name = field.name();
    let word = last_word(&field.ty)?;
    if word == "Option" && purpose != Purpose::Optional {
        return Some(match place {
            Place::Expression => format!(
                "`{name}` may be absent; write `{}.unwrap_or(…)` with what it then counts as, or `unwrap_or(unlimited)` where it \
                 is then not limited",
                written_name(&name)
            ),
            Place::Statement(statement) => format!(
                "`{name}` may be absent; write `or = …` beside `{statement}` with what it then counts as, or `or = unlimited` \
                 where it is then not limited"
            ),
        });
    }
    let signed = ["i8", "i16", "i32", "i64", "i128", "isize"].contains(&word.as_str());
    let fractional = ["f32", "f64"].contains(&word.as_str());
    if !signed && !fractional {
        return None;
    }
    let what = if signed { "may be negative" } else { "may be a fraction" };
    let accessor = if is_index(&name) { "number" } else { &name };
    let decides = format!("an accessor `fn {accessor}(&self) -> usize` that decides what it then counts as");
    Some(match place {
        Place::Expression => {
            format!(
                "`{name}` {what}, and a size is not; write `self.{accessor}()` in its place, with {decides}"
            )
        }
        Place::Statement(statement) => {
            let replacement = match statement.split_once(" = ") {
                Some(("items", ty)) => format!("sizes = Vec<{ty}>, per_item = \"self.{accessor}()\""),
                Some(("sizes", ty)) => format!("sizes = {ty}, per_item = \"self.{accessor}()\""),
                _ => format!("bytes = \"self.{accessor}()\""),
            };
            format!(
                "`{name}` {what}, and a size is not; write `{replacement}` in place of `{statement}`, with {decides}"
            )
        }
    })
}

/// How a field is named in an expression.
pub(super) fn written_name(name: &str) -> String {
    if is_index(name) { format!("self.{name}") } else { name.to_owned() }
}

fn is_index(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The last word of a type's path.
pub(super) fn last_word(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Group(group) => last_word(&group.elem),
        _ => None,
    }
}

/// The types that the type's path is given.
pub(super) fn arguments(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Path(path) => match path.path.segments.last().map(|segment| &segment.arguments) {
            Some(PathArguments::AngleBracketed(arguments)) => {
                let types = arguments.args.iter().filter_map(|argument| match argument {
                    GenericArgument::Type(ty) => Some(ty),
                    _ => None,
                });
                types.collect()
            }
            _ => Vec::new(),
        },
        Type::Group(group) => arguments(&group.elem),
        _ => Vec::new(),
    }
}
