//! Which types depend on the parameters of the declaration.

use std::collections::HashSet;

use proc_macro2::{Group, Ident, Punct, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{GenericArgument, GenericParam, Lifetime, PathArguments, Type};

use super::pointers::is_owner;
use super::unsuited::last_word;
use crate::syntax::Header;

/// The parameters that a declaration introduces.
pub(crate) struct Parameters {
    itself: Ident,
    types_and_consts: HashSet<String>,
    types: HashSet<String>,
    lifetimes: Vec<String>,
}

impl Parameters {
    pub(crate) fn of(Header { ident, generics, .. }: &Header) -> Self {
        let mut parameters = Self {
            itself: ident.clone(),
            types_and_consts: HashSet::new(),
            types: HashSet::new(),
            lifetimes: Vec::new(),
        };
        for parameter in &generics.params {
            match parameter {
                GenericParam::Lifetime(lifetime) => {
                    parameters.lifetimes.push(lifetime.lifetime.ident.to_string());
                }
                GenericParam::Type(ty) => {
                    parameters.types_and_consts.insert(ty.ident.unraw().to_string());
                    parameters.types.insert(ty.ident.unraw().to_string());
                }
                GenericParam::Const(constant) => {
                    parameters.types_and_consts.insert(constant.ident.unraw().to_string());
                }
            }
        }
        parameters
    }

    /// Whether `name` is a type or const parameter.
    pub(super) fn declare(&self, name: &Ident) -> bool {
        self.types_and_consts.contains(&name.unraw().to_string())
    }

    /// Whether `name` is a type parameter.
    pub(super) fn declare_type(&self, name: &Ident) -> bool {
        self.types.contains(&name.unraw().to_string())
    }

    /// Whether `ty` names a type or const parameter.
    pub(crate) fn any_in(&self, ty: &impl ToTokens) -> bool {
        // Most declarations have no parameters; then nothing has to be looked at.
        !self.types_and_consts.is_empty() && any_ident(ty.to_token_stream(), &|ident| self.declare(ident))
    }

    /// Whether `ty` is a parameter, what a trait of one names (`T::Queue`), or a wrapper of that: then who uses the declaration decides
    /// what it is, and not the declaration.
    pub(super) fn decide(&self, ty: &Type) -> bool {
        match ty {
            Type::Group(group) => self.decide(&group.elem),
            Type::Paren(paren) => self.decide(&paren.elem),
            Type::Path(path) if path.qself.is_some() => self.any_in(ty),
            Type::Path(path) => {
                let first = path.path.segments.first();
                first.is_some_and(|first| self.any_in(&first.ident))
                    || wrapped(ty).is_some_and(|wrapped| self.decide(wrapped))
            }
            Type::Macro(_) => self.any_in(ty),
            _ => false,
        }
    }

    /// `ty` as it reads outside of the impl: the declaration's lifetimes are `'static`, and `Self` is the type's name. `None` where
    /// it depends on a type or const parameter.
    pub(super) fn outside(&self, ty: &impl ToTokens) -> Option<TokenStream> {
        let tokens = ty.to_token_stream();
        let names_self = any_ident(tokens.clone(), &|ident| ident == "Self");
        if self.any_in(ty) || (names_self && !self.types_and_consts.is_empty()) {
            return None;
        }
        Some(if names_self || !self.lifetimes.is_empty() { self.written_outside(tokens) } else { tokens })
    }

    /// Whether `ty` names the declared type itself; a `where` clause about it would never end. A type of that name in
    /// another module, as `other::Buffer<T>`, is taken to be another one.
    pub(super) fn recursive(&self, ty: &impl ToTokens) -> bool {
        self.names_itself(ty.to_token_stream())
    }

    fn names_itself(&self, tokens: TokenStream) -> bool {
        // The module that the next word stands in, if it stands behind colons.
        let (mut word_before, mut module) = (None, None);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    let elsewhere =
                        module.take().is_some_and(|module: Ident| module != "self" && module != "crate");
                    if ident == "Self" || (ident.unraw() == self.itself.unraw() && !elsewhere) {
                        return true;
                    }
                    word_before = Some(ident);
                }
                TokenTree::Punct(colon) if colon.as_char() == ':' => module = module.or(word_before.take()),
                TokenTree::Group(group) if self.names_itself(group.stream()) => return true,
                _ => (word_before, module) = (None, None),
            }
        }
        false
    }

    fn written_outside(&self, tokens: TokenStream) -> TokenStream {
        let mut written = TokenStream::new();
        let mut after_apostrophe = false;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let is_lifetime = after_apostrophe;
            after_apostrophe = matches!(&token, TokenTree::Punct(punct) if begins_lifetime(punct));
            match token {
                TokenTree::Ident(name) if is_lifetime && self.lifetimes.contains(&name.to_string()) => {
                    written.extend([TokenTree::Ident(Ident::new("static", name.span()))]);
                }
                TokenTree::Ident(word) if word == "Self" => {
                    let before_colons =
                        matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                    written.extend(self.itself(word.span(), before_colons));
                }
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.written_outside(group.stream()));
                    inner.set_span(group.span());
                    written.extend([TokenTree::Group(inner)]);
                }
                other => written.extend([other]),
            }
        }
        written
    }

    /// The declared type by its name, at `span`. In front of `::`, as in `[u8; Self::LENGTH]`, the compiler finds the lifetimes itself,
    /// and an expression may not have them there.
    fn itself(&self, span: Span, before_colons: bool) -> TokenStream {
        let mut name = self.itself.clone();
        name.set_span(name.span().located_at(span));
        if self.lifetimes.is_empty() || before_colons {
            return name.into_token_stream();
        }
        let lifetimes = self.lifetimes.iter().map(|_| Lifetime::new("'static", span));
        quote!(#name<#(#lifetimes),*>)
    }
}

/// What is in a type that is spelt as one which is a container, or a pointer to one value, where what is in it is.
fn wrapped(ty: &Type) -> Option<&Type> {
    let cells = ["Option", "Cell", "OnceCell", "OnceLock", "RefCell", "Mutex", "RwLock"];
    let is_cell = last_word(ty).is_some_and(|word| cells.contains(&word.as_str()));
    let Type::Path(path) = ty else {
        return None;
    };
    match &path.path.segments.last()?.arguments {
        PathArguments::AngleBracketed(arguments) if is_cell || is_owner(ty) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(argument) => Some(argument),
                _ => None,
            })
        }
        _ => None,
    }
}

fn begins_lifetime(punct: &Punct) -> bool {
    punct.as_char() == '\''
}

fn any_ident(tokens: TokenStream, wanted: &dyn Fn(&Ident) -> bool) -> bool {
    let mut after_apostrophe = false;
    for token in tokens {
        let found = match &token {
            TokenTree::Ident(ident) => !after_apostrophe && wanted(ident),
            TokenTree::Group(group) => any_ident(group.stream(), wanted),
            _ => false,
        };
        if found {
            return true;
        }
        after_apostrophe = matches!(&token, TokenTree::Punct(punct) if begins_lifetime(punct));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(declaration: &str, ty: &str) -> Option<String> {
        let header = Header::of_unreadable(declaration.parse().unwrap()).unwrap();
        let ty: syn::Type = syn::parse_str(ty).unwrap();
        Parameters::of(&header)
            .outside(&ty)
            .map(|tokens| syn::parse2::<syn::Type>(tokens).unwrap())
            .map(|ty| crate::syntax::written(&ty))
    }

    #[test]
    fn who_uses_it_decides_what_a_parameter_is() {
        let header = Header::of_unreadable("struct S<C, T, const N: usize> {}".parse().unwrap()).unwrap();
        let decide = |ty: &str| Parameters::of(&header).decide(&syn::parse_str(ty).unwrap());
        for ty in ["C", "C::Queue", "<C as Store>::Queue", "Option<C>", "std::sync::Arc<Mutex<C>>", "(C)"] {
            assert!(decide(ty), "{ty}");
        }
        for ty in ["Vec<T>", "Ring<T, N>", "Box<[T]>", "Arc<Mutex<ArrayQueue<(i32, T)>>>", "a::C", "Vec<u8>"]
        {
            assert!(!decide(ty), "{ty}");
        }
    }

    #[test]
    fn the_type_itself_is_known_by_its_name() {
        assert_eq!(outside("struct S {}", "Wrapper<Self>").as_deref(), Some("Wrapper<S>"));
        assert_eq!(outside("struct S {}", "[u8; Self::N]").as_deref(), Some("[u8; S::N]"));
    }

    #[test]
    fn lifetimes_are_static() {
        let declaration = "struct S<'a, 'b> {}";
        assert_eq!(outside(declaration, "Vec<&'a u8>").as_deref(), Some("Vec<&'static u8>"));
        assert_eq!(outside(declaration, "Wrapper<Self>").as_deref(), Some("Wrapper<S<'static, 'static>>"));
        assert_eq!(outside(declaration, "[u8; Self::N]").as_deref(), Some("[u8; S::N]"));
        assert_eq!(outside(declaration, "Vec<&'c a>").as_deref(), Some("Vec<&'c a>"));
    }

    #[test]
    fn what_depends_on_a_parameter_means_nothing_there() {
        for ty in ["Vec<T>", "[u8; N]", "Wrapper<Self>", "(u8, [T; 4])"] {
            assert_eq!(outside("struct S<'a, T, const N: usize> {}", ty), None, "{ty}");
        }
        assert_eq!(outside("struct S<T> {}", "Vec<u8>").as_deref(), Some("Vec<u8>"));
    }
}
