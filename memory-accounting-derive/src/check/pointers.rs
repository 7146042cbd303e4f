//! Types whose spelling says that `needs_drop` cannot see what they own.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use super::unsuited::{argument, arguments, last_word};

/// What in `ty` hides memory from dropping, if anything does; a marker holds nothing.
pub(super) fn hidden_pointer(ty: &Type) -> Option<(Span, &'static str)> {
    match ty {
        Type::Ptr(_) => Some((ty.span(), "a raw pointer")),
        Type::Array(array) => hidden_pointer(&array.elem),
        Type::Slice(slice) => hidden_pointer(&slice.elem),
        Type::Group(group) => hidden_pointer(&group.elem),
        Type::Paren(paren) => hidden_pointer(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(hidden_pointer),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            match last.ident.to_string().as_str() {
                "PhantomData" => return None,
                "ManuallyDrop" => return Some((ty.span(), "a `ManuallyDrop`")),
                "MaybeUninit" => return Some((ty.span(), "a `MaybeUninit`")),
                "NonNull" => return Some((ty.span(), "a raw pointer")),
                "AtomicPtr" => return Some((ty.span(), "an `AtomicPtr`")),
                _ => {}
            }
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return None;
            };
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(inner) => hidden_pointer(inner),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The type of a list's items, where its spelling tells: `Box<dyn Store>` of `Vec<Box<dyn Store>>`.
pub(super) fn item_of(list: &Type) -> Option<&Type> {
    match list {
        Type::Array(array) => Some(&array.elem),
        Type::Slice(slice) => Some(&slice.elem),
        Type::Group(group) => item_of(&group.elem),
        Type::Reference(reference) => item_of(&reference.elem),
        Type::Path(_) => {
            let item = argument(list)?;
            // A boxed slice is a list of what is in the slice.
            if is_owner(list) { item_of(item) } else { Some(item) }
        }
        _ => None,
    }
}

/// The type in a list, or behind the keys of a map, that declares bounds there.
pub(super) fn component_in(list: &Type) -> Option<&Type> {
    match last_word(list).as_deref() {
        Some("HashMap" | "BTreeMap" | "IndexMap") => arguments(list).get(1).copied(),
        _ => item_of(list),
    }
}

/// Whether a type is spelt as a pointer that owns one value.
pub(super) fn is_owner(ty: &Type) -> bool {
    matches!(last_word(ty).as_deref(), Some("Box" | "Arc" | "Rc"))
}
