//! Which values a setting takes: those that the type of its field takes, and that the field says.

use proc_macro2::{Ident, Span, TokenStream};

use super::checker::Checker;
use super::resolve::Purpose;
use super::scope::Scope;
use super::statements_for::holds_many;
use super::unsuited::last_word;
use crate::expression::Expression;
use crate::input::Field;
use crate::model::{Step, StepKind, Tree};

/// A field whose value was read as the setting `key`.
pub(super) struct SettingRead {
    field: String,
    key: String,
    value: TokenStream,
    optional: bool,
    span: Span,
    /// The type takes every number there is of it.
    takes_any: bool,
}

impl Checker<'_> {
    /// Notes that `value` of `field` is the setting `key`.
    pub(super) fn note_setting(
        &mut self,
        field: &Field,
        (key, value): (&str, &TokenStream),
        purpose: Purpose,
        span: Span,
    ) {
        let name = field.name();
        let known = self.settings_read.iter().any(|read| read.field == name && read.key == key);
        if known || purpose == Purpose::Fixed {
            return;
        }
        let plain = ["u8", "u16", "u32", "u64", "u128", "usize", "bool"];
        self.settings_read.push(SettingRead {
            field: name,
            key: key.to_owned(),
            value: value.clone(),
            optional: purpose == Purpose::Optional,
            span,
            takes_any: last_word(&field.ty).is_some_and(|word| plain.contains(&word.as_str())),
        });
    }

    /// What is known of the values of the settings that were read of `fields`.
    pub(super) fn ranges(&mut self, fields: &[Field], scope: &Scope<'_>) -> Vec<Step> {
        let read = std::mem::take(&mut self.settings_read);
        let of_type = |read: &SettingRead| StepKind::RangeOfType {
            key: read.key.clone(),
            value: read.value.clone(),
            optional: read.optional,
        };
        let telling = read.iter().filter(|read| !read.takes_any);
        let mut steps: Vec<Step> =
            telling.map(|read| Step { span: read.span, times: None, kind: of_type(read) }).collect();
        for field in fields {
            let others =
                read.iter().filter(|read| read.field == field.name() && read.key != field.config_key);
            let keys = std::iter::once(&field.config_key).chain(others.map(|read| &read.key));
            let keys: Vec<String> = keys.cloned().collect();
            steps.extend(self.range(field, keys, scope));
        }
        // Those that an end was refused for.
        self.settings_read.clear();
        steps
    }

    /// What the field says of its values, which are known under `keys`.
    fn range(&mut self, field: &Field, keys: Vec<String>, scope: &Scope<'_>) -> Option<Step> {
        let ends: Vec<_> = field
            .attributes
            .iter()
            .filter(|attribute| !attribute.flawed)
            .flat_map(|attribute| {
                [(&attribute.modifiers.at_least, true), (&attribute.modifiers.at_most, false)]
            })
            .filter_map(|(end, is_least)| Some((end.as_ref()?, is_least)))
            .collect();
        let (mut least, mut most) = (None, None);
        let span = ends.first().map(|((key, _), _)| key.span())?;
        for ((said, expression), is_least) in ends {
            if holds_many(&field.ty) {
                let message = format!(
                    "`{said}` is about the values of a setting, and `{}` is memory itself; write it at the field of the setting",
                    field.name()
                );
                self.errors.at(said.span(), message);
                continue;
            }
            let end = if is_least { &mut least } else { &mut most };
            if let Some((first, _)) = end {
                let first: &Ident = first;
                self.errors.at(first.span(), format!("`{said}` is given here first"));
                self.errors.at(said.span(), format!("a field has one `{said}`; remove one"));
                continue;
            }
            *end = Some((said.clone(), self.end(said, expression, scope)?));
        }
        if let (
            Some((_, Tree::Number { value: least, .. })),
            Some((said, Tree::Number { value: most, .. })),
        ) = (&least, &most)
        {
            if least > most {
                self.errors.at(said.span(), format!("no value is at least {least} and at most {most}"));
            }
        }
        let [least, most] = [least, most].map(|end| end.map(|(_, tree)| tree));
        Some(Step { span, times: None, kind: StepKind::Range { keys, least, most } })
    }

    /// The least or greatest value, which the program knows whatever its settings are.
    fn end(&mut self, said: &Ident, expression: &Expression, scope: &Scope<'_>) -> Option<Tree> {
        let tree = self.resolve(expression, scope)?;
        if is_known(&tree) {
            return Some(tree);
        }
        let message = format!(
            "`{said}` is a number that the program knows whatever its settings are: write an integer such as `8 KiB`, a constant, or arithmetic \
             with them"
        );
        self.errors.at(said.span(), message);
        None
    }
}

fn is_known(tree: &Tree) -> bool {
    match tree {
        Tree::Number { .. } | Tree::Constant { .. } | Tree::SizeOf { .. } => true,
        Tree::Config { .. } | Tree::Fixed { .. } | Tree::Optional { .. } | Tree::Unlimited => false,
        Tree::Many { operands, .. } => operands.iter().all(is_known),
        Tree::Difference(operands) | Tree::Quotient(operands) => operands.iter().all(is_known),
    }
}
