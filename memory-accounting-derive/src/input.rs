//! The declaration as it is written: fields with their config keys and attributes.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Index, Member, Meta, Type};

use crate::attributes::{FieldAttribute, TypeAttributes, is_bounds};
use crate::diagnostics::Errors;
use crate::names::{RenameRule, SerdeNames};
use crate::syntax::Header;

/// What is derived for.
pub(crate) struct Input {
    pub(crate) header: Header,
    pub(crate) attributes: TypeAttributes,
    /// There are attributes of serde on it.
    pub(crate) read_by_serde: bool,
    pub(crate) shape: Shape,
}

pub(crate) enum Shape {
    Struct {
        fields: Vec<Field>,
        /// Fields of a packed struct cannot be borrowed, so they are read by copy.
        packed: bool,
    },
    Enum(Vec<Variant>),
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) member: Member,
    pub(crate) ty: Type,
    /// The name an operator's file has for it.
    pub(crate) config_key: String,
    /// What stands in front of the config keys of its own members.
    pub(crate) members_under: String,
    /// No configuration file can set it.
    pub(crate) serde_skipped: bool,
    pub(crate) attributes: Vec<FieldAttribute>,
}

impl Field {
    /// The field's name as a person writes it: without `r#`, or its position.
    pub(crate) fn name(&self) -> String {
        name_of(&self.member)
    }

    pub(crate) fn is_named(&self, word: &Ident) -> bool {
        matches!(&self.member, Member::Named(ident) if ident.unraw() == word.unraw())
    }
}

fn name_of(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// How the fields of a type or variant are renamed as a group.
#[derive(Clone)]
struct Renaming {
    rule: Option<RenameRule>,
    prefix: String,
}

impl Input {
    /// Reads `input`; only its header where it has a form that cannot be derived for.
    pub(crate) fn parse(input: DeriveInput, errors: &mut Errors) -> Result<Self, Header> {
        let header = Header::of(&input);
        let attributes = TypeAttributes::parse(&input.attrs, errors);
        let serde = SerdeNames::read(&input.attrs);
        let read_by_serde = has_serde_attributes(&input);
        let own_rule = attributes.rename_all.as_ref().map(|(_, rule)| *rule);
        let prefix = attributes.prefix();
        let shape = match input.data {
            Data::Struct(data) => {
                let renaming = Renaming { rule: own_rule.or(serde.rename_all), prefix };
                let fields = fields(data.fields, &renaming, errors);
                Shape::Struct { fields, packed: is_packed(&input.attrs) }
            }
            Data::Enum(data) => {
                let variants = data.variants.into_iter().map(|variant| {
                    for attribute in variant.attrs.iter().filter(|attribute| is_bounds(attribute)) {
                        errors.over(
                            attribute,
                            "`bounds` belongs on the fields of a variant or on the enum, not on a variant",
                        );
                    }
                    let serde_variant = SerdeNames::read(&variant.attrs);
                    let serde_rule = serde_variant.rename_all.or(serde.rename_all_fields);
                    let renaming = Renaming { rule: own_rule.or(serde_rule), prefix: prefix.clone() };
                    let mut fields = fields(variant.fields, &renaming, errors);
                    for field in &mut fields {
                        field.serde_skipped |= serde_variant.skipped;
                    }
                    Variant { ident: variant.ident, fields }
                });
                Shape::Enum(variants.collect())
            }
            Data::Union(data) => {
                errors.at(
                    data.union_token.span,
                    "`MemoryBounds` cannot be derived for a union: which field is in use is not known; implement it by hand",
                );
                return Err(header);
            }
        };
        Ok(Self { header, attributes, read_by_serde, shape })
    }
}

fn has_serde_attributes(input: &DeriveInput) -> bool {
    let of_serde = |attributes: &[Attribute]| attributes.iter().any(|one| one.path().is_ident("serde"));
    let of_fields = |fields: &Fields| fields.iter().any(|field| of_serde(&field.attrs));
    of_serde(&input.attrs)
        || match &input.data {
            Data::Struct(data) => of_fields(&data.fields),
            Data::Enum(data) => {
                data.variants.iter().any(|variant| of_serde(&variant.attrs) || of_fields(&variant.fields))
            }
            Data::Union(_) => false,
        }
}

fn fields(fields: Fields, renaming: &Renaming, errors: &mut Errors) -> Vec<Field> {
    let numbered = fields.into_iter().zip(0..);
    numbered
        .map(|(field, index)| {
            // A number, so it means the same as the macro's own, and a deprecated field is not reported by it.
            let span = Span::mixed_site().located_at(field.ty.span());
            let member = field.ident.map_or(Member::Unnamed(Index { index, span }), Member::Named);
            let attributes: Vec<FieldAttribute> = field
                .attrs
                .iter()
                .filter(|attribute| is_bounds(attribute))
                .map(|attribute| FieldAttribute::parse(attribute, errors))
                .collect();
            let serde = SerdeNames::read(&field.attrs);
            let name = name_of(&member);
            let own_name = own_rename(&attributes, errors);
            // serde puts the members of a flattened field beside it, whatever it is called.
            let flattened = serde.flattened && own_name.is_none();
            let base = own_name
                .or(serde.rename)
                .unwrap_or_else(|| renaming.rule.map_or_else(|| name.clone(), |rule| rule.apply(&name)));
            let config_key = format!("{}{base}", renaming.prefix);
            let members_under = if flattened { renaming.prefix.clone() } else { format!("{config_key}.") };
            Field {
                member,
                ty: field.ty,
                config_key,
                members_under,
                serde_skipped: serde.skipped,
                attributes,
            }
        })
        .collect()
}

/// The one `rename` among a field's attributes.
fn own_rename(attributes: &[FieldAttribute], errors: &mut Errors) -> Option<String> {
    let mut renames = attributes.iter().filter_map(|attribute| attribute.modifiers.rename.as_ref());
    let (first, name) = renames.next()?;
    for (second, _) in renames {
        errors.at(first.span(), "`rename` is given here first");
        errors.at(second.span(), "a field has one config key; remove one `rename`");
    }
    Some(name.value())
}

fn is_packed(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("repr")).any(|attribute| {
        let Meta::List(list) = &attribute.meta else {
            return false;
        };
        list.tokens.clone().into_iter().any(|token| token.to_string() == "packed")
    })
}
