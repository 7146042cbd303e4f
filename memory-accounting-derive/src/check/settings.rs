//! Fields whose type may be that of a setting or not: the spelling does not tell, so the compiler is asked.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::checker::Checker;
use super::resolve::Purpose;
use super::scope::{Scope, here};
use super::statements_for::holds_many;
use super::unsuited::{Place, accessor_named, argument, is_number, last_word, write_instead, written_name};
use crate::attributes::ItemSize;
use crate::input::Field;
use crate::model::{HeapCheck, HeapSubject, Site};
use crate::syntax::written;

impl Checker<'_> {
    /// `value`, a reference to the value of `field`, where that is for certain a setting. Else it is checked, with a message that names
    /// the field and says what to write; what it reads as then is something that every message but that one is content with.
    ///
    /// Of a type that is made of a parameter, its `where` clause says that it is one.
    pub(super) fn checked_setting(
        &mut self,
        field: &Field,
        span: Span,
        (purpose, place): (Purpose, Place<'_>),
        value: TokenStream,
    ) -> TokenStream {
        if is_certain(&field.ty, purpose) {
            return value;
        }
        let message = if_none(field, purpose, place);
        let Some(ty) = self.parameters.outside(&field.ty) else {
            if is_memory(&field.ty) {
                self.errors.at(span, message);
            }
            return value;
        };
        let (subject, read) = match purpose {
            Purpose::Optional => (HeapSubject::OptionalSetting { ty, message }, "optional_setting"),
            Purpose::Setting | Purpose::Fixed => (HeapSubject::Setting { ty, message }, "setting"),
        };
        self.heap_checks.push(HeapCheck { subject, site: Site::Item, span });
        let (span, read) = (here(span), Ident::new(read, here(span)));
        quote_spanned!(span=> memory_accounting_private::asked(#value).#read())
    }

    /// Refuses `items = queue` on a container where `queue` is a field: the number of items is meant, not their type.
    pub(super) fn refuse_field_as_type(
        &mut self,
        field: &Field,
        size: &ItemSize,
        scope: &Scope<'_>,
    ) -> Option<()> {
        let word = match size {
            ItemSize::Type(ty) => match &**ty {
                Type::Path(path) => path.path.get_ident(),
                _ => None,
            },
            ItemSize::Bytes(..) => None,
        };
        match word.filter(|word| holds_many(&field.ty) && scope.field(word).is_some()) {
            Some(word) => {
                let message = format!(
                    "`items` takes a type, and `{word}` is a field; how many items there are at most is `per_item = {word}`"
                );
                self.errors.at(word.span(), message);
                None
            }
            None => Some(()),
        }
    }
}

/// Whether the type is spelt as one of those that are settings whoever spells them.
fn is_certain(ty: &Type, purpose: Purpose) -> bool {
    let number = match purpose {
        Purpose::Optional => option_of(ty),
        Purpose::Setting | Purpose::Fixed => Some(ty),
    };
    number.and_then(last_word).is_some_and(|word| is_number(&word))
}

/// The type in an `Option`, where it is spelt as one.
fn option_of(ty: &Type) -> Option<&Type> {
    last_word(ty).filter(|word| word == "Option").and_then(|_| argument(ty))
}

/// What is said where the value of `field` is no setting.
fn if_none(field: &Field, purpose: Purpose, place: Place<'_>) -> String {
    let name = field.name();
    let ty = written(&field.ty);
    let accessor = accessor_named(&name);
    if let (Place::Statement(statement), true) = (place, is_memory(&field.ty)) {
        return format!(
            "`{name}` is memory itself and not a number that sizes some; in place of `{statement}`, write `per_item = \"…\"` with the most \
             items it ever holds, or `bytes = \"…\"` with the most heap bytes it owns"
        );
    }
    if purpose == Purpose::Optional {
        let remove = match place {
            Place::Expression => "remove the `unwrap_or` or `or`",
            Place::Statement(_) => "remove the `or`",
        };
        let is = match option_of(&field.ty).map(written) {
            Some(of) => format!("what `{name}` holds is a `{of}`, which is not"),
            None if last_word(&field.ty).is_some_and(|word| is_number(&word)) => {
                return format!("`{name}` is never absent; {remove}");
            }
            None => format!(
                "where `{name}` is never absent, {remove}; if it may be, a `{ty}` is not an `Option` of"
            ),
        };
        let write = write_instead(&name, purpose, place, &format!("self.{accessor}().unwrap_or(…)"));
        return format!(
            "{is} a number of items or bytes; {write}, with an accessor `fn {accessor}(&self) -> Option<usize>` that decides how many it \
             stands for"
        );
    }
    let write = write_instead(&name, purpose, place, &format!("self.{accessor}()"));
    let otherwise = match place {
        _ if last_word(&field.ty).as_deref() == Some("ByteSize") => {
            ". A `ByteSize` of `bytesize` 2 is one with the feature `bytesize` of `memory-accounting`"
                .to_owned()
        }
        _ if argument(&field.ty).is_some() || is_of_std(&field.ty) => String::new(),
        Place::Expression => format!(
            ". If it is an `Option` of one, write `{}.unwrap_or(…)`; a type of your own can derive `ConfigValue`",
            written_name(&name)
        ),
        Place::Statement(statement) => format!(
            ". If it is an `Option` of one, write `or = …` beside `{statement}`; a type of your own can derive `ConfigValue`"
        ),
    };
    format!(
        "`{name}` is a `{ty}`, which is not a number of items or bytes; {write}, with an accessor `fn {accessor}(&self) -> usize` that \
         decides how many it stands for{otherwise}"
    )
}

/// Whether the type is spelt as one that owns heap memory; only to choose what to say.
fn is_memory(ty: &Type) -> bool {
    let owners = ["String", "PathBuf", "OsString", "Box", "Arc", "Rc", "Cow", "IndexMap", "IndexSet"];
    holds_many(ty) || last_word(ty).is_some_and(|word| owners.contains(&word.as_str()))
}

/// Whether the type is spelt as one of the standard library that is no number; only to choose what to say.
fn is_of_std(ty: &Type) -> bool {
    let words =
        ["Duration", "Instant", "SystemTime", "char", "str", "IpAddr", "SocketAddr", "String", "PathBuf"];
    match ty {
        Type::Reference(reference) => is_of_std(&reference.elem),
        _ => last_word(ty).is_some_and(|word| words.contains(&word.as_str())),
    }
}
