//! The types that are written inside of another.
//!
//! Bounds pass through what has an impl of `MemoryBounds` for it. Where there is none, as for `HashMap<PathBuf, Cache>`, whose key has no
//! `Display`, or for `Result<Cache, Error>`, only the spelling of the whole shows that a `Cache` is in it.

use syn::{GenericArgument, PathArguments, PathSegment, Type, TypePath};

use super::parameters::Parameters;

/// What declares, if anything, what is in it declares, and takes types and no constants.
const WRAPPERS: [&str; 25] = [
    "Arc",
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "Box",
    "Cell",
    "Cow",
    "HashMap",
    "HashSet",
    "LazyCell",
    "LazyLock",
    "LinkedList",
    "Mutex",
    "OnceCell",
    "OnceLock",
    "Option",
    "Pin",
    "Rc",
    "RefCell",
    "Result",
    "RwLock",
    "Vec",
    "VecDeque",
    "IndexMap",
    "IndexSet",
];

/// What owns nothing of what is written in it.
const NO_OWNERS: [&str; 4] = ["AtomicPtr", "NonNull", "PhantomData", "Weak"];

/// What declares nothing.
const PLAIN: [&str; 18] = [
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "String", "u128", "u16",
    "u32", "u64", "u8", "usize",
];

/// A type written inside of another.
pub(super) struct Inner<'a> {
    pub(super) ty: &'a Type,
    /// The innermost type around it that has arguments; tuples, arrays and slices hold all that is written in them.
    pub(super) holder: &'a Type,
}

/// The types written inside of `ty`, that it may own, and that may declare bounds for themselves.
pub(super) fn written_inside<'a>(ty: &'a Type, parameters: &'a Parameters) -> Vec<Inner<'a>> {
    let mut written = Written { parameters, found: Vec::new() };
    written.look_into(ty, ty);
    written.found
}

struct Written<'a> {
    parameters: &'a Parameters,
    found: Vec<Inner<'a>>,
}

impl<'a> Written<'a> {
    /// Looks at what is written in `ty`, which is `holder` or directly in it.
    fn look_into(&mut self, ty: &'a Type, holder: &'a Type) {
        match ty {
            Type::Group(group) => self.look_into(&group.elem, holder),
            Type::Paren(paren) => self.look_into(&paren.elem, holder),
            Type::Array(array) => self.look_at(&array.elem, holder),
            Type::Slice(slice) => self.look_at(&slice.elem, holder),
            Type::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.look_at(part, holder)),
            Type::Path(TypePath { qself: None, path, .. }) => {
                let Some(PathSegment { ident, arguments: PathArguments::AngleBracketed(arguments) }) =
                    path.segments.last()
                else {
                    return;
                };
                if NO_OWNERS.iter().any(|word| ident == word) {
                    return;
                }
                let takes_types = WRAPPERS.iter().any(|word| ident == word);
                for argument in &arguments.args {
                    match argument {
                        GenericArgument::Type(inner)
                            if takes_types || !may_be_constant(inner, self.parameters) =>
                        {
                            self.look_at(inner, ty);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn look_at(&mut self, ty: &'a Type, holder: &'a Type) {
        if let Type::Paren(paren) = ty {
            return self.look_at(&paren.elem, holder);
        }
        if may_declare(ty) {
            self.found.push(Inner { ty, holder });
        }
        self.look_into(ty, holder);
    }
}

/// Whether `ty` can declare bounds that none of those written in it does.
pub(super) fn may_declare(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => may_declare(&group.elem),
        Type::Paren(paren) => may_declare(&paren.elem),
        Type::Macro(_) | Type::TraitObject(_) | Type::Path(TypePath { qself: Some(_), .. }) => true,
        Type::Path(TypePath { qself: None, path, .. }) => path.segments.last().is_some_and(|last| {
            let is_one_of = |words: &[&str]| words.iter().any(|word| last.ident == word);
            let named_alone = last.arguments.is_none();
            !is_one_of(&NO_OWNERS) && !is_one_of(if named_alone { &PLAIN } else { &WRAPPERS })
        }),
        _ => false,
    }
}

/// `Ring<u8, SLOTS>` reads as if `SLOTS` were a type. Which it is, only the compiler knows, and it takes no constant for a type; so what is not
/// spelt as types are is left out.
fn may_be_constant(ty: &Type, parameters: &Parameters) -> bool {
    let Type::Path(TypePath { qself: None, path, .. }) = ty else {
        return false;
    };
    let Some(PathSegment { ident, arguments: PathArguments::None }) = path.segments.last() else {
        return false;
    };
    if path.segments.len() == 1 && parameters.declare(ident) {
        return !parameters.declare_type(ident);
    }
    let name = ident.to_string();
    !(name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Header, written};

    fn inside(ty: &str) -> Vec<String> {
        let header = Header::of_unreadable("struct S<W, const N: usize> {}".parse().unwrap()).unwrap();
        let ty: Type = syn::parse_str(ty).unwrap();
        written_inside(&ty, &Parameters::of(&header)).iter().map(|inner| written(inner.ty)).collect()
    }

    #[test]
    fn what_is_owned_is_found_at_any_depth() {
        assert_eq!(inside("HashMap<PathBuf, Cache>"), ["PathBuf", "Cache"]);
        assert_eq!(inside("Arc<Mutex<HashMap<String, (u32, [Cache; 2])>>>"), ["Cache"]);
        assert_eq!(inside("a::Mine<Vec<b::Cache<u8>>, 3>"), ["b::Cache<u8>"]);
        assert_eq!(inside("Result<Box<dyn Store>, <A as B>::C>"), ["dyn Store", "<A as B>::C"]);
        assert_eq!(inside("((Cache), Box<[Disk]>)"), ["Cache", "Disk"]);
        assert_eq!(inside("io::Result<sync::Ring<W>>"), ["sync::Ring<W>", "W"]);
    }

    #[test]
    fn who_holds_it_is_known() {
        let header = Header::of_unreadable("struct S {}".parse().unwrap()).unwrap();
        let ty: Type = syn::parse_str("(u8, HashMap<u64, (Id<Cache>, [Disk; 2])>)").unwrap();
        let parameters = Parameters::of(&header);
        let found = written_inside(&ty, &parameters);
        let held: Vec<_> = found.iter().map(|inner| (written(inner.ty), written(inner.holder))).collect();
        let table = "HashMap<u64, (Id<Cache>, [Disk; 2])>";
        let expected = [("Id<Cache>", table), ("Cache", "Id<Cache>"), ("Disk", table)];
        assert_eq!(held, expected.map(|(ty, holder)| (ty.to_owned(), holder.to_owned())));
    }

    #[test]
    fn what_is_not_owned_is_not_looked_at() {
        for ty in [
            "Cache",
            "Arc<&'static Cache>",
            "Vec<(u8, &Cache)>",
            "Vec<*const Cache>",
            "Option<fn(Cache) -> Cache>",
            "Box<dyn Fn(Cache) -> Cache>",
            "(Weak<Cache>, PhantomData<Cache>, Vec<NonNull<Cache>>)",
            "HashMap<String, Vec<Option<u8>>>",
        ] {
            let found = inside(ty);
            assert!(!found.iter().any(|found| found == "Cache"), "{ty}: {found:?}");
        }
    }

    #[test]
    fn what_may_be_a_constant_is_not_asked() {
        assert_eq!(inside("Ring<Cache, SLOTS>"), ["Cache"]);
        assert_eq!(inside("Ring<W, N>"), ["W"]);
        assert_eq!(inside("Ring<limits::SLOTS, { N }>"), [""; 0]);
        assert_eq!(inside("Vec<LRU>"), ["LRU"]);
    }
}
