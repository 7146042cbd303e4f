//! What to write above a field that nobody counts, by how its type is spelt.

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::Type;

use super::unsuited::{arguments, last_word};

pub(super) const SKIP: &str = "#[bounds(skip = \"why it need not be counted\")]";

const PER_ITEM: &str = "#[bounds(per_item = \"the most items it ever holds\")]";
const BOXED: &str = "#[bounds(boxed)] if it owns one value";
const BYTES: &str = "#[bounds(bytes = \"the most heap bytes it owns\")]";
const OWNED: &str = "#[bounds(owned)] if it is loaded with the configuration and never grows";
const SUBCOMPONENT: &str = "#[bounds(subcomponent)] if its type declares bounds";

/// The statements to choose from, the one that fits `ty` most often first. What serde reads is loaded once.
pub(super) fn statements_for(ty: &Type, read_by_serde: bool) -> String {
    let loaded = is_of_std(ty);
    let ordered: &[&str] = match last_word(ty).as_deref() {
        _ if holds_many(ty) && loaded && read_by_serde => &[OWNED, PER_ITEM, BYTES, SKIP],
        _ if holds_many(ty) && loaded && arguments(ty).iter().any(|item| owns_heap(item)) => {
            &[PER_ITEM, OWNED, BYTES, SKIP]
        }
        _ if holds_many(ty) => &[PER_ITEM, BYTES, SUBCOMPONENT, SKIP],
        Some("Box" | "Arc" | "Rc") if points_to_any_type(ty) => &[SKIP, BYTES, SUBCOMPONENT],
        Some("Box") => &[BOXED, PER_ITEM, SUBCOMPONENT, SKIP],
        Some("Arc" | "Rc") => &[SKIP, BOXED, PER_ITEM, SUBCOMPONENT],
        Some("String" | "PathBuf" | "OsString" | "Option") if loaded && read_by_serde => {
            &[OWNED, BYTES, SKIP]
        }
        Some("String" | "PathBuf" | "OsString" | "Cow" | "Option") => &[BYTES, SKIP, SUBCOMPONENT, PER_ITEM],
        Some("JoinHandle") => &[SKIP, SUBCOMPONENT, BYTES, PER_ITEM],
        _ => &[SUBCOMPONENT, BYTES, PER_ITEM, SKIP],
    };
    ordered.join(", ")
}

/// Whether the type is spelt like a collection; only to choose which example to show first.
pub(super) fn holds_many(ty: &Type) -> bool {
    last_word(ty).is_some_and(|word| COLLECTIONS.contains(&word.as_str()))
}

const COLLECTIONS: [&str; 7] =
    ["Vec", "VecDeque", "BinaryHeap", "HashMap", "HashSet", "BTreeMap", "BTreeSet"];

/// What owns heap memory beside those, and has an `OwnedHeap`.
const TEXTS: [&str; 3] = ["String", "PathBuf", "OsString"];

/// What owns none.
const NUMBERS: [&str; 22] = [
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "bool",
    "char",
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "SocketAddr",
    "Duration",
    "SystemTime",
];

/// Whether the type is spelt with what the standard library has and nothing else, so that what it owns can be told from its value.
fn is_of_std(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().all(is_of_std),
        Type::Group(group) => is_of_std(&group.elem),
        _ => {
            last_word(ty).is_some_and(|word| {
                let word = word.as_str();
                word == "Option"
                    || COLLECTIONS.contains(&word)
                    || TEXTS.contains(&word)
                    || NUMBERS.contains(&word)
            }) && arguments(ty).into_iter().all(is_of_std)
        }
    }
}

/// Whether such a type owns heap memory.
fn owns_heap(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().any(owns_heap),
        Type::Group(group) => owns_heap(&group.elem),
        _ => {
            last_word(ty)
                .is_some_and(|word| COLLECTIONS.contains(&word.as_str()) || TEXTS.contains(&word.as_str()))
                || arguments(ty).into_iter().any(owns_heap)
        }
    }
}

/// Whether the type is spelt as a pointer to a `dyn Trait`; only to choose which examples to show.
fn points_to_any_type(ty: &Type) -> bool {
    ty.to_token_stream().into_iter().any(|token| matches!(&token, TokenTree::Ident(word) if word == "dyn"))
}
