//! From what was written to a model that cannot be wrong.

mod heap;
mod pointers;
mod resolve;
mod scope;
mod statement;
mod subcomponents;

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Path, Type};

use self::scope::{Access, Scope};
use crate::attributes::Extra;
use crate::errors::Errors;
use crate::input::{Field, Input, Shape};
use crate::model::{Arm, Body, HeapCheck, Model, Part, Predicates, Step, StepKind, Trait, Tree};
use crate::parameters::Parameters;

/// What is left of a declaration with mistakes.
pub(crate) struct Rejected {
    /// The `compile_error!` invocations.
    pub(crate) errors: proc_macro2::TokenStream,
    /// What can be checked all the same: the fields whose own attributes are right.
    pub(crate) heap_checks: Vec<HeapCheck>,
}

/// Checks everything `input` says, beside the mistakes that were found while reading it.
pub(crate) fn check(input: Input, errors: Errors) -> Result<Model, Rejected> {
    let parameters = Parameters::of(&input.ident, &input.generics);
    let describes_another = input.attributes.components.iter().any(|component| !is_self(component));
    let mut checker = Checker {
        parameters: &parameters,
        errors,
        predicates: Vec::new(),
        heap_checks: Vec::new(),
        subcomponents: Vec::new(),
        shown_keys: Vec::new(),
        // Where an attribute of the type is wrong, it may have been a `component`.
        fields_own_heap_elsewhere: describes_another || input.attributes.flawed,
    };
    let mut steps: Vec<Step> =
        input.attributes.components.iter().map(|component| component_size(component, &input.ident)).collect();
    let prefix = input.attributes.prefix();
    let body = match &input.shape {
        Shape::Struct { fields, packed } => {
            let access = if *packed { Access::Copied } else { Access::OfSelf };
            let scope = Scope::new(fields, access, &prefix);
            steps.extend(checker.extras(&input.attributes.extras, &scope));
            Body::Struct(checker.fields(fields, &scope))
        }
        Shape::Enum(variants) => {
            steps.extend(checker.extras(&input.attributes.extras, &Scope::without_fields(&prefix)));
            let arms = variants.iter().map(|variant| {
                let scope = Scope::new(&variant.fields, Access::Bound, &prefix);
                let steps = checker.fields(&variant.fields, &scope);
                Arm { variant: variant.ident.clone(), bindings: scope.into_bindings(), steps }
            });
            Body::Enum(arms.collect())
        }
    };
    let Checker { errors, predicates, heap_checks, .. } = checker;
    if let Err(errors) = errors.finish() {
        return Err(Rejected { errors, heap_checks });
    }
    Ok(Model {
        ident: input.ident,
        generics: input.generics,
        may_be_deprecated: input.may_be_deprecated,
        crate_path: input.attributes.crate_path.map(|(_, path)| path),
        predicates: input
            .attributes
            .bound
            .map_or(Predicates::Inferred(predicates), |(_, given)| Predicates::Given(given)),
        heap_checks,
        steps,
        body,
    })
}

/// What is gathered while statement after statement is checked.
struct Checker<'a> {
    parameters: &'a Parameters,
    errors: Errors,
    predicates: Vec<(Type, Trait)>,
    heap_checks: Vec<HeapCheck>,
    /// The names that the statements of the struct or variant have taken, and where.
    subcomponents: Vec<(String, Span)>,
    /// Config keys in kebab case that were written in the expression at hand, which is then several words.
    shown_keys: Vec<String>,
    /// `component = T`: the fields are settings of something else, whose memory the statements describe.
    fields_own_heap_elsewhere: bool,
}

impl Checker<'_> {
    fn fields(&mut self, fields: &[Field], scope: &Scope<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        self.subcomponents.clear();
        for field in fields {
            let (mistakes, heap_checks) = (self.errors.count(), self.heap_checks.len());
            steps.extend(self.statements(field, scope));
            let flawed = field.attributes.iter().any(|attribute| attribute.flawed);
            if flawed || self.errors.count() > mistakes {
                // Whoever mends the mistake may decide the field with it.
                self.heap_checks.truncate(heap_checks);
            }
        }
        steps
    }

    fn extras(&mut self, extras: &[Extra], scope: &Scope<'_>) -> Vec<Step> {
        let entries = extras.iter().filter_map(|extra| {
            let tree = self.resolve(&extra.bytes, scope)?;
            let kind = StepKind::Entry { part: extra.part, label: extra.name.value(), tree };
            Some(Step { span: extra.name.span(), kind })
        });
        entries.collect()
    }

    /// Notes that `ty` must implement `needed`, where only the caller of the impl can know.
    fn require(&mut self, ty: &Type, needed: Trait) {
        let depends = self.parameters.any_in(ty) && !self.parameters.recursive(ty);
        if depends && !self.predicates.iter().any(|(known, other)| known_same(known, ty) && *other == needed)
        {
            self.predicates.push((ty.clone(), needed));
        }
    }
}

fn known_same(a: &Type, b: &Type) -> bool {
    written(a) == written(b)
}

/// `component = Type`: that type's own size, up front.
fn component_size(component: &Type, own_name: &Ident) -> Step {
    let span = syn::spanned::Spanned::span(component);
    let name = if is_self(component) { own_name.unraw().to_string() } else { written(component) };
    let tree = Tree::SizeOf { name: name.clone(), ty: Box::new(component.clone()), span };
    Step { span, kind: StepKind::Entry { part: Part::Minimum, label: name, tree } }
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && is_word(&path.path, "Self"))
}

fn is_word(path: &Path, word: &str) -> bool {
    path.get_ident().is_some_and(|ident| ident == word)
}

/// A type or path as a person writes it.
fn written(tokens: &impl quote::ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let mut text = String::with_capacity(spaced.len());
    let mut letters = spaced.chars().peekable();
    while let Some(letter) = letters.next() {
        let before = text.chars().last();
        let after = letters.peek().copied();
        let between_words =
            |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        let keep = letter != ' '
            || before == Some(',')
            || (between_words(before) && (between_words(after) || matches!(after, Some('&' | '+'))))
            || matches!(before, Some('+' | ';' | '='));
        if keep {
            text.push(letter);
        }
    }
    text
}
