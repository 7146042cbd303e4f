//! From what was written to a model that cannot be wrong.

mod amounts;
mod checker;
mod heap;
mod inside;
mod parameters;
mod pointers;
mod ranges;
mod resolve;
mod scope;
mod settings;
mod statement;
mod statements_for;
mod subcomponents;
mod unsuited;

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Type, TypePath};

use self::amounts::Stated;
use self::checker::Checker;
pub(crate) use self::parameters::Parameters;
use self::scope::{Access, Scope};
use self::statement::skipped_items;
use crate::attributes::{Extra, TypeAttributes};
use crate::diagnostics::{Errors, renamed_crate};
use crate::input::{Field, Input, Shape};
use crate::model::{Amount, Arm, Body, Model, Part, Predicates, Rejected, Step, StepKind, Tree};
use crate::syntax::written;

/// Checks everything `input` says, beside the mistakes that were found while reading it. `renamed` is the name of the runtime crate
/// where it has another.
pub(crate) fn check(
    input: Input,
    mut errors: Errors,
    renamed: Option<String>,
) -> Result<Model, Box<Rejected>> {
    let parameters = Parameters::of(&input.header);
    let own_name = &input.header.ident;
    let (own, others): (Vec<_>, Vec<_>) =
        input.attributes.components.iter().partition(|component| is_self(component, own_name));
    if let (Some((settings, ())), Some(own)) = (&input.attributes.settings, own.first()) {
        refuse_own_size_of_settings(settings, own, &mut errors);
    }
    let mut checker = Checker {
        parameters: &parameters,
        errors,
        predicates: Vec::new(),
        heap_checks: Vec::new(),
        subcomponents: Vec::new(),
        shown_config_keys: Vec::new(),
        settings_read: Vec::new(),
        // Where an attribute of the type is wrong, it may have been a `component`.
        fields_own_heap_elsewhere: (own.is_empty() && !others.is_empty())
            || input.attributes.settings.is_some()
            || input.attributes.flawed,
        read_by_serde: input.read_by_serde,
    };
    let prefixed = input.attributes.prefix.iter().map(|(key, prefix)| Step {
        span: key.span(),
        times: None,
        kind: StepKind::Prefixed(prefix.value()),
    });
    let sizes =
        input.attributes.components.iter().map(|component| component_size(component, &input.header.ident));
    let mut steps: Vec<Step> = prefixed.chain(sizes).collect();
    let prefix = input.attributes.prefix();
    let body = match &input.shape {
        Shape::Struct { fields, packed } => {
            let access = if *packed { Access::Copied } else { Access::OfSelf };
            let scope = Scope::new(fields, access, &prefix, input.accessors);
            steps.extend(checker.extras(&input.attributes, &scope));
            Body::Struct(checker.fields(fields, &scope))
        }
        Shape::Enum(variants) => {
            steps.extend(checker.extras(&input.attributes, &Scope::without_fields(&prefix, input.accessors)));
            let arms = variants.iter().map(|variant| {
                let scope = Scope::new(&variant.fields, Access::Bound, &prefix, input.accessors);
                let steps = checker.fields(&variant.fields, &scope);
                Arm { variant: variant.ident.clone(), bindings: scope.into_bindings(), steps }
            });
            Body::Enum(arms.collect())
        }
    };
    let Checker { mut errors, predicates, heap_checks, .. } = checker;
    let given = input.attributes.crate_path.map(|(_, path)| path);
    let (header, crate_path) =
        (input.header, given.or_else(|| renamed.and_then(|name| renamed_crate(&name, &mut errors))));
    if let Err(errors) = errors.finish() {
        return Err(Box::new(Rejected { errors, header: Some(header), crate_path, heap_checks }));
    }
    Ok(Model {
        header,
        crate_path,
        predicates: input
            .attributes
            .bound
            .map_or(Predicates::Inferred(predicates), |(_, given)| Predicates::Given(given)),
        heap_checks,
        steps,
        body,
    })
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
        steps.extend(self.ranges(fields, scope));
        steps
    }

    /// What the type declares beside its fields.
    fn extras(&mut self, attributes: &TypeAttributes, scope: &Scope<'_>) -> Vec<Step> {
        let mut steps = Vec::new();
        for Extra { name, key, source, modifiers } in attributes.minimum.iter().chain(&attributes.firm) {
            let stated = Stated::of(name.value(), key, modifiers);
            let times = self.optional(modifiers.times.as_ref(), scope);
            if let (Some(amount), Ok(times)) = (self.without_field(source, &stated, scope), times) {
                steps.push(Step { span: name.span(), times, kind: StepKind::Amount(Box::new(amount)) });
            }
            steps.extend(skipped_items(&stated.label, "items", modifiers));
        }
        steps
    }
}

/// `component = Type`: that type's own size, up front.
fn component_size(component: &Type, own_name: &Ident) -> Step {
    let span = component.span();
    let name = if is_self(component, own_name) { own_name.unraw().to_string() } else { written(component) };
    let tree = Tree::SizeOf { name: name.clone(), ty: Box::new(component.clone()), span };
    let amount = Amount::Entry { part: Part::Minimum, label: name, tree };
    Step { span, times: None, kind: StepKind::Amount(Box::new(amount)) }
}

/// Whether `ty` is the declared type, by its name or as `Self`.
fn is_self(ty: &Type, own_name: &Ident) -> bool {
    let Type::Path(TypePath { qself: None, path, .. }) = ty else {
        return false;
    };
    let mut segments = path.segments.iter();
    let (Some(word), None) = (segments.next(), segments.next()) else {
        return false;
    };
    word.ident == "Self" || word.ident.unraw() == own_name.unraw()
}

/// The fields of a type are either settings of something else, or memory that counts with the type itself.
fn refuse_own_size_of_settings(settings: &Ident, own: &Type, errors: &mut Errors) {
    errors.at(settings.span(), "`settings` says here that what the fields own is not the memory to count");
    let message = format!(
        "`component = {}` says that this type is that memory; remove one of the two, or write the type that the settings are about",
        written(own)
    );
    errors.at(own.span(), message);
}
