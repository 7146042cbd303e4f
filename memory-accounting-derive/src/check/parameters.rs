//! Which types depend on the parameters of the declaration.

use std::collections::HashSet;

use proc_macro2::{Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::GenericParam;
use syn::ext::IdentExt;

use crate::syntax::Header;

/// The parameters that a declaration introduces.
pub(super) struct Parameters {
    itself: String,
    types_and_consts: HashSet<String>,
    lifetimes: HashSet<String>,
}

impl Parameters {
    pub(super) fn of(Header { ident, generics, .. }: &Header) -> Self {
        let mut parameters = Self {
            itself: ident.unraw().to_string(),
            types_and_consts: HashSet::new(),
            lifetimes: HashSet::new(),
        };
        for parameter in &generics.params {
            match parameter {
                GenericParam::Lifetime(lifetime) => {
                    parameters.lifetimes.insert(lifetime.lifetime.ident.to_string());
                }
                GenericParam::Type(ty) => {
                    parameters.types_and_consts.insert(ty.ident.unraw().to_string());
                }
                GenericParam::Const(constant) => {
                    parameters.types_and_consts.insert(constant.ident.unraw().to_string());
                }
            }
        }
        parameters
    }

    /// Whether `ty` names a type or const parameter.
    pub(super) fn any_in(&self, ty: &impl ToTokens) -> bool {
        // Most declarations have no parameters; then nothing has to be looked at.
        !self.types_and_consts.is_empty()
            && any_ident(ty.to_token_stream(), &|ident| {
                self.types_and_consts.contains(&ident.unraw().to_string())
            })
    }

    /// `ty` as it reads outside of the impl, with the declaration's lifetimes written as `'static`; `None` where it names a
    /// type or const parameter or `Self`.
    pub(super) fn outside(&self, ty: &impl ToTokens) -> Option<TokenStream> {
        let tokens = ty.to_token_stream();
        let of_the_impl =
            |ident: &Ident| ident == "Self" || self.types_and_consts.contains(&ident.unraw().to_string());
        if any_ident(tokens.clone(), &of_the_impl) {
            return None;
        }
        Some(if self.lifetimes.is_empty() { tokens } else { self.replace_lifetimes(tokens) })
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
                    if ident == "Self" || (ident.unraw() == self.itself.as_str() && !elsewhere) {
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

    fn replace_lifetimes(&self, tokens: TokenStream) -> TokenStream {
        let mut after_apostrophe = false;
        tokens
            .into_iter()
            .map(|token| match token {
                TokenTree::Ident(ident) if after_apostrophe => {
                    after_apostrophe = false;
                    if self.lifetimes.contains(&ident.to_string()) {
                        TokenTree::Ident(Ident::new("static", ident.span()))
                    } else {
                        TokenTree::Ident(ident)
                    }
                }
                TokenTree::Punct(punct) => {
                    after_apostrophe = begins_lifetime(&punct);
                    TokenTree::Punct(punct)
                }
                TokenTree::Group(group) => {
                    after_apostrophe = false;
                    let mut replaced = Group::new(group.delimiter(), self.replace_lifetimes(group.stream()));
                    replaced.set_span(group.span());
                    TokenTree::Group(replaced)
                }
                other => {
                    after_apostrophe = false;
                    other
                }
            })
            .collect()
    }
}

fn begins_lifetime(punct: &Punct) -> bool {
    punct.as_char() == '\'' && punct.spacing() == Spacing::Joint
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
