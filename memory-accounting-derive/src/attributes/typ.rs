//! The attributes on the type itself.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Path, Token, Type, WherePredicate, token};

use super::entries::{Entries, is_bounds};
use super::field::FieldAttribute;
use super::grammar::{Keys, TypeKey};
use super::modifiers::Modifiers;
use super::source::Source;
use super::values::{equals, flag, path, set_once, string, text, ty};
use crate::diagnostics::Errors;
use crate::names::RenameRule;
use crate::syntax::{nesting, parenthesised};

/// What all `#[bounds(...)]` on the type say together.
#[derive(Default)]
pub(crate) struct TypeAttributes {
    /// `component = Type`
    pub(crate) components: Vec<Type>,
    /// `settings`
    pub(crate) settings: Option<(Ident, ())>,
    /// `minimum(name = "…", …)`
    pub(crate) minimum: Vec<Extra>,
    /// `firm(name = "…", …)`
    pub(crate) firm: Vec<Extra>,
    pub(crate) rename_all: Option<(Ident, RenameRule)>,
    pub(crate) prefix: Option<(Ident, LitStr)>,
    pub(crate) crate_path: Option<(Ident, Path)>,
    pub(crate) bound: Option<(Ident, Vec<WherePredicate>)>,
    /// Something in it is a mistake, so what seems to be missing may have been meant.
    pub(crate) flawed: bool,
}

/// Memory that no field owns.
pub(crate) struct Extra {
    pub(crate) name: LitStr,
    /// The key that says how much.
    pub(crate) key: Ident,
    pub(crate) source: Source,
    pub(crate) modifiers: Modifiers,
}

impl TypeAttributes {
    pub(crate) fn parse(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut parsed = Self::default();
        let before = errors.count();
        for attribute in attributes.iter().filter(|attribute| is_bounds(attribute)) {
            let entries = Entries { keys: Keys::Type, example: "component = Aggregator" };
            entries.of_attribute(attribute, errors, |key, input, errors| parsed.entry(key, input, errors));
        }
        parsed.flawed = errors.count() > before;
        parsed
    }

    /// What stands in front of every config key.
    pub(crate) fn prefix(&self) -> String {
        self.prefix.as_ref().map(|(_, prefix)| prefix.value()).unwrap_or_default()
    }

    fn entry(&mut self, key: Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<()> {
        let Some(known) = TypeKey::called(&key) else {
            return Err(Keys::Type.unknown(&key));
        };
        match known {
            TypeKey::Settings => flag(&key, input).map(|()| set_once(&mut self.settings, key, (), errors)),
            TypeKey::Component => {
                ty(&key, input, "Aggregator").map(|component| self.components.push(component))
            }
            TypeKey::Minimum => extra(&key, input, errors).map(|extra| self.minimum.extend(extra)),
            TypeKey::Firm => extra(&key, input, errors).map(|extra| self.firm.extend(extra)),
            TypeKey::RenameAll => {
                let literal = text(&key, input, "\"kebab-case\"")?;
                let rule = RenameRule::parse(&literal.value())
                    .map_err(|message| syn::Error::new(literal.span(), message))?;
                set_once(&mut self.rename_all, key, rule, errors);
                Ok(())
            }
            TypeKey::Prefix => text(&key, input, "\"aggregator.\"")
                .map(|prefix| set_once(&mut self.prefix, key, prefix, errors)),
            TypeKey::Crate => path(&key, input, "::my_reexport::memory_accounting")
                .map(|path| set_once(&mut self.crate_path, key, path, errors)),
            TypeKey::Bound => {
                // Empty where the fields need nothing of the parameters.
                equals(&key, input, "\"T: MemoryBounds\"")?;
                let literal = string(&key, input, "\"T: MemoryBounds\"")?;
                nesting::check_text(&literal.value(), literal.span())?;
                let predicates = literal
                    .parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated)
                    .map_err(|error| syn::Error::new(literal.span(), format!("`bound` takes what a `where` clause holds, as in `bound = \"T: MemoryBounds\"`: {error}")))?;
                set_once(&mut self.bound, key, predicates.into_iter().collect(), errors);
                Ok(())
            }
        }
    }
}

/// What stands in the parentheses of `minimum(…)` or `firm(…)`; `None` when a mistake in it was already noted.
fn extra(key: &Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Extra>> {
    let usage = format!(
        "on the type, write `{key}(name = \"…\", bytes = \"…\")` or `{key}(name = \"…\", sizes = Container<…>, per_item = \"…\")` for \
         memory that no field owns"
    );
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(key.span(), usage));
    }
    let mut parsed = FieldAttribute::default();
    let keys = Keys::Extra(key);
    let entries = Entries { keys, example: "name = \"scratch\", bytes = \"scratch_bytes\"" };
    let before = errors.count();
    parenthesised(input, |content| {
        entries.read(content, errors, |inner, content, errors| parsed.entry(keys, inner, content, errors))
    })?;
    let amount = if key == "minimum" { &mut parsed.modifiers.minimum } else { &mut parsed.modifiers.firm };
    *amount = Some((key.clone(), ()));
    if parsed.statement.is_some() {
        parsed.check(before, errors);
    }
    let name = parsed.modifiers.name.take();
    let wrong = |message: &str| Err(syn::Error::new(key.span(), format!("{message}: {usage}")));
    match (name, parsed.statement) {
        _ if errors.count() > before => Ok(None),
        (None, _) => wrong("the name is missing"),
        (_, None) => wrong("the bytes are missing"),
        (_, Some((_, Source::Bytes(None)))) => wrong("`bytes` needs a value"),
        (_, Some((_, Source::Sizes(_)))) => wrong("`per_item` is missing beside `sizes`"),
        (_, Some((_, Source::PerItem(_)))) => wrong("`sizes` is missing beside `per_item`"),
        (Some((_, name)), Some((statement, source))) => {
            Ok(Some(Extra { name, key: statement, source, modifiers: parsed.modifiers }))
        }
    }
}
