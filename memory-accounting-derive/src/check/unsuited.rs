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
    let absent = last_word(&field.ty)? == "Option";
    let number = if absent { argument(&field.ty) } else { Some(&field.ty) };
    if let Some(what) = number.and_then(no_size) {
        let accessor = accessor_named(&name);
        let write = write_instead(&name, purpose, place, &format!("self.{accessor}()"));
        let absent = if absent { "absent or " } else { "" };
        return Some(format!(
            "`{name}` may be {absent}{what}, and a size is not; {write}, with an accessor `fn {accessor}(&self) -> usize` that decides \
             what it then counts as"
        ));
    }
    match (place, purpose) {
        (Place::Expression, Purpose::Setting | Purpose::Fixed) if absent => Some(format!(
            "`{name}` may be absent; write `{}.unwrap_or(…)` with what it then counts as, or `unwrap_or(unlimited)` where it \
             is then not limited",
            written_name(&name)
        )),
        (Place::Statement(statement), Purpose::Setting | Purpose::Fixed) if absent => Some(format!(
            "`{name}` may be absent; write `or = …` beside `{statement}` with what it then counts as, or `or = unlimited` \
             where it is then not limited"
        )),
        _ => None,
    }
}

/// Whether a type of this name is a setting whoever spells it.
pub(super) fn is_number(word: &str) -> bool {
    ["u8", "u16", "u32", "u64", "u128", "usize", "bool"].contains(&word) || word.starts_with("NonZero")
}

/// What numbers of the type may be that no size is.
fn no_size(ty: &Type) -> Option<&'static str> {
    match last_word(ty)?.as_str() {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => Some("negative"),
        "f32" | "f64" => Some("a fraction"),
        _ => None,
    }
}

/// That `value` is to be written in place of the field `name`, or of the statement on it.
pub(super) fn write_instead(name: &str, purpose: Purpose, place: Place<'_>, value: &str) -> String {
    match (place, purpose) {
        (Place::Expression, Purpose::Optional) => {
            format!("write `{value}` in place of `{}.unwrap_or(…)`", written_name(name))
        }
        (Place::Expression, Purpose::Setting | Purpose::Fixed) => format!("write `{value}` in its place"),
        (Place::Statement(statement), _) => {
            let replacement = match statement.split_once(" = ") {
                Some(("items", bytes)) if is_index(bytes) => format!("bytes = \"{value} * {bytes}\""),
                Some(("items", ty)) => format!("sizes = Vec<{ty}>, per_item = \"{value}\""),
                Some(("sizes", ty)) => format!("sizes = {ty}, per_item = \"{value}\""),
                _ => format!("bytes = \"{value}\""),
            };
            let and_or = if purpose == Purpose::Optional { " and its `or`" } else { "" };
            format!("write `{replacement}` in place of `{statement}`{and_or}")
        }
    }
}

/// How an accessor for the field is called.
pub(super) fn accessor_named(name: &str) -> &str {
    if is_index(name) { "number" } else { name }
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

/// The first of them.
pub(super) fn argument(ty: &Type) -> Option<&Type> {
    arguments(ty).first().copied()
}
