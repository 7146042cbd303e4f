//! The fields that an expression may name, and how the generated code reaches them.

use std::cell::RefCell;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::Member;
use syn::ext::IdentExt;

use crate::input::Field;
use crate::names::RenameRule;

/// How the fields in scope are reached.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// `self.field`
    OfSelf,
    /// A copy of `self.field`, for packed structs.
    Copied,
    /// A binding of a `match` arm, which is a reference.
    Bound,
}

/// The fields that an expression may name.
pub(super) struct Scope<'a> {
    pub(super) fields: &'a [Field],
    pub(super) access: Access,
    /// What stands in front of every config key.
    pub(super) prefix: &'a str,
    /// How accessors are renamed.
    accessors: Option<RenameRule>,
    /// The fields in use so far that need a binding.
    bindings: RefCell<Vec<(Member, Ident)>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        fields: &'a [Field],
        access: Access,
        prefix: &'a str,
        accessors: Option<RenameRule>,
    ) -> Self {
        Self { fields, access, prefix, accessors, bindings: RefCell::new(Vec::new()) }
    }

    /// A scope in which only `self` is known.
    pub(super) fn without_fields(prefix: &'a str, accessors: Option<RenameRule>) -> Self {
        Self::new(&[], Access::OfSelf, prefix, accessors)
    }

    /// Under which keys what an accessor of the type itself gives is known: those of the field of that name, if there is one.
    pub(super) fn accessor(&self, name: &Ident) -> (String, String) {
        if let Some(field) = self.field(name) {
            return (field.config_key.clone(), field.members_under.clone());
        }
        let name = name.unraw().to_string();
        let renamed = self.accessors.map_or_else(|| name.clone(), |rule| rule.apply(&name));
        let key = format!("{}{renamed}", self.prefix);
        let members_under = format!("{key}.");
        (key, members_under)
    }

    pub(super) fn into_bindings(self) -> Vec<(Member, Ident)> {
        self.bindings.into_inner()
    }

    /// The field that is called `name` here.
    pub(super) fn field(&self, name: &Ident) -> Option<&'a Field> {
        self.fields.iter().find(|field| field.is_named(name))
    }

    /// The field that an operator knows as `key`, with or without the prefix, where that is not how it is called here.
    pub(super) fn field_with_config_key(&self, key: &str) -> Option<&'a Field> {
        let is_key = |field: &&Field| {
            field.config_key == key || field.config_key.strip_prefix(self.prefix) == Some(key)
        };
        self.fields.iter().find(is_key).filter(|field| field.name() != key)
    }

    /// The field whose config key in kebab case has `word` between its dashes: as a difference, that is several words.
    pub(super) fn field_with_word_in_config_key(&self, word: &str) -> Option<&'a Field> {
        self.fields.iter().find(|field| {
            field.config_key.contains('-') && field.config_key.split('-').any(|part| part == word)
        })
    }

    /// A reference to the field.
    pub(super) fn reference(&self, field: &Field, span: Span) -> TokenStream {
        let place = self.place(field, span);
        match self.access {
            Access::OfSelf | Access::Copied => quote::quote_spanned!(here(span)=> &#place),
            Access::Bound => place,
        }
    }

    /// The field as something that can be followed by a dot.
    pub(super) fn place(&self, field: &Field, span: Span) -> TokenStream {
        let member = &field.member;
        let this = Ident::new("self", here(span));
        match self.access {
            Access::OfSelf => quote!(#this.#member),
            Access::Copied => quote!(memory_accounting_private::copied(#this.#member)),
            Access::Bound => {
                let binding =
                    Ident::new(&format!("memory_bounds_field_{}", field.name()), Span::mixed_site());
                let mut bindings = self.bindings.borrow_mut();
                if bindings.iter().all(|(known, _)| known != member) {
                    bindings.push((member.clone(), binding.clone()));
                }
                let binding = Ident::new(&binding.to_string(), here(span));
                quote!(#binding)
            }
        }
    }
}

/// At `span`, for messages, but with names that are the macro's own.
pub(super) fn here(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}
