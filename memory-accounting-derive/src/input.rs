//! The declaration as it is written: fields with their config keys and attributes.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Index, LitStr, Member, Meta, Type};

use crate::attributes::{FieldAttribute, Modifiers, TypeAttributes, is_bounds};
use crate::diagnostics::Errors;
use crate::names::{Known, OF_THE_HOLDER, Place, RenameRule, SerdeNames};
use crate::syntax::Header;

/// What is derived for.
pub(crate) struct Input {
    pub(crate) header: Header,
    pub(crate) attributes: TypeAttributes,
    /// There are attributes of serde on it.
    pub(crate) read_by_serde: bool,
    /// How accessors are renamed.
    pub(crate) accessors: Option<RenameRule>,
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
    /// What an entry about it is called.
    pub(crate) label: String,
    /// What a component is called that it declares.
    pub(crate) component: String,
    /// The name an operator's file has for it.
    pub(crate) config_key: String,
    /// What stands in front of the config keys of its own members.
    pub(crate) members_under: String,
    /// The function that reads what is flattened here, so that the keys of its members are not known.
    pub(crate) members_read_with: Option<String>,
    /// No configuration file can set it.
    pub(crate) serde_skipped: bool,
    /// The type that the file is read into instead, so that the field's key is not known.
    pub(crate) read_from: Option<String>,
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

impl Input {
    /// Reads `input`; only its header where it has a form that cannot be derived for.
    pub(crate) fn parse(input: DeriveInput, errors: &mut Errors) -> Result<Self, Header> {
        let header = Header::of(&input);
        let attributes = TypeAttributes::parse(&input.attrs, errors);
        let serde = SerdeNames::read(&input.attrs);
        let read_by_serde = has_serde_attributes(&input);
        let own_rule = attributes.rename_all.as_ref().map(|(_, rule)| *rule);
        let prefix = attributes.prefix();
        // `rename_all` on the type says how the keys are, whatever they are read into.
        let read_from = serde.read_from.clone().filter(|_| own_rule.is_none());
        let mut accessors = own_rule;
        let shape = match input.data {
            Data::Struct(data) => {
                accessors = own_rule.or(serde.rename_all);
                let is_newtype = is_newtype(&data.fields);
                let group = Group {
                    rule: accessors,
                    place: Place::of_struct(&prefix, &serde, is_newtype),
                    only: is_newtype.then(|| OF_THE_HOLDER.to_owned()),
                    variant: None,
                    // A number that is read from another type has the key of its holder all the same.
                    read_from: read_from.filter(|_| !is_newtype),
                };
                let fields = group.fields(data.fields, errors);
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
                    let name = variant.ident.unraw().to_string();
                    // On an enum, serde's is for the variants, and ours for their fields where serde has one.
                    let renamed = serde.rename_all.or(own_rule);
                    let key = serde_variant
                        .rename
                        .clone()
                        .unwrap_or_else(|| renamed.map_or(name.clone(), |rule| rule.apply_to_variant(&name)));
                    let tagging = serde.tagging_of(&serde_variant);
                    let is_newtype = is_newtype(&variant.fields);
                    let group = Group {
                        rule: own_rule.or(serde_variant.rename_all).or(serde.rename_all_fields),
                        place: Place::of_variant(&prefix, &tagging, &key, is_newtype),
                        only: is_newtype.then(|| key.clone()),
                        variant: is_newtype.then_some(key),
                        read_from: read_from.clone(),
                    };
                    let mut fields = group.fields(variant.fields, errors);
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
        Ok(Self { header, attributes, read_by_serde, accessors, shape })
    }
}

/// One field without a name: serde puts what is in it in the place of the whole.
fn is_newtype(fields: &Fields) -> bool {
    matches!(fields, Fields::Unnamed(fields) if fields.unnamed.len() == 1)
}

/// What the fields of a struct or of a variant have in common.
struct Group {
    rule: Option<RenameRule>,
    place: Place,
    /// What the only field is called, which has no name.
    only: Option<String>,
    /// The key of the variant, where its only field has no name.
    variant: Option<String>,
    read_from: Option<String>,
}

impl Group {
    fn fields(&self, fields: Fields, errors: &mut Errors) -> Vec<Field> {
        let numbered = fields.into_iter().zip(0..);
        numbered.map(|(field, index)| self.field(field, index, errors)).collect()
    }

    fn field(&self, field: syn::Field, index: u32, errors: &mut Errors) -> Field {
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
        let own = the_one(&attributes, |modifiers| modifiers.rename.as_ref(), "config key", errors);
        let members_prefix = the_one(&attributes, |modifiers| modifiers.prefix.as_ref(), "prefix", errors);
        let renamed =
            serde.rename.unwrap_or_else(|| self.rule.map_or_else(|| name.clone(), |rule| rule.apply(&name)));
        let known = self.place.known(own.as_deref(), &renamed, serde.flattened, members_prefix.as_deref());
        let Known { config_key, component, members_under } = known;
        let read_from = self.read_from.clone().filter(|_| own.is_none());
        let members_read_with = serde.read_with.filter(|_| serde.flattened && members_prefix.is_none());
        Field {
            label: self.only.clone().unwrap_or(name),
            component: component.or_else(|| self.variant.clone()).unwrap_or(renamed),
            member,
            ty: field.ty,
            config_key,
            members_under,
            members_read_with,
            serde_skipped: serde.skipped,
            read_from,
            attributes,
        }
    }
}

/// What one of a field's attributes says of it once.
fn the_one(
    attributes: &[FieldAttribute],
    says: fn(&Modifiers) -> Option<&(Ident, LitStr)>,
    what: &str,
    errors: &mut Errors,
) -> Option<String> {
    let mut said = attributes.iter().filter_map(|attribute| says(&attribute.modifiers));
    let (first, name) = said.next()?;
    for (second, _) in said {
        errors.at(first.span(), format!("`{first}` is given here first"));
        errors.at(second.span(), format!("a field has one {what}; remove one `{second}`"));
    }
    Some(name.value())
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

fn is_packed(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("repr")).any(|attribute| {
        let Meta::List(list) = &attribute.meta else {
            return false;
        };
        list.tokens.clone().into_iter().any(|token| token.to_string() == "packed")
    })
}
