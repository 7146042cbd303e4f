//! Types whose spelling says that `needs_drop` cannot see what they own.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

use super::unsuited::last_word;

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

/// Whether the items of a list are spelt as pointers that own one value, such as `Vec<Box<dyn Store>>`.
pub(super) fn items_are_pointers(list: &Type) -> bool {
    match list {
        Type::Array(array) => is_owner(&array.elem),
        Type::Slice(slice) => is_owner(&slice.elem),
        Type::Group(group) => items_are_pointers(&group.elem),
        Type::Reference(reference) => items_are_pointers(&reference.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().any(|argument| match argument {
                    GenericArgument::Type(item @ (Type::Slice(_) | Type::Array(_))) => {
                        items_are_pointers(item)
                    }
                    GenericArgument::Type(item) => is_owner(item),
                    _ => false,
                })
            }
            _ => false,
        }),
        _ => false,
    }
}

fn is_owner(ty: &Type) -> bool {
    matches!(last_word(ty).as_deref(), Some("Box" | "Arc" | "Rc"))
}
