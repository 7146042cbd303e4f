//! The code of one statement.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::tree;
use crate::model::{Form, Part, Step, StepKind, Tree};

/// The call that adds what `step` says to `builder`.
pub(super) fn expand(step: &Step, builder: &Ident) -> TokenStream {
    let span = Span::mixed_site().located_at(step.span);
    match &step.kind {
        StepKind::Entry { part, label, tree } => {
            let (part, tree) = (function_of(*part, span), tree::expand(tree));
            quote_spanned!(span=> memory_accounting_private::#part(#builder, #label, #tree);)
        }
        StepKind::Items { part, label, ty, items, item_bytes } => {
            let (part, items) = (function_of(*part, span), tree::expand(items));
            let values = quote_spanned!(span=> memory_accounting_private::items::<#ty>(#label, #items));
            let values = match item_bytes.as_ref().map(tree::expand) {
                Some(bytes) => {
                    quote_spanned!(span=> memory_accounting_private::with_item_bytes(#values, #items, #bytes))
                }
                None => values,
            };
            quote_spanned!(span=> memory_accounting_private::#part(#builder, #label, #values);)
        }
        StepKind::Container { part, label, ty, form, items, item_bytes } => {
            container(builder, (*part, label, ty, *form), items, item_bytes.as_ref(), span)
        }
        StepKind::Boxed { part, label, ty, item_bytes, times } => {
            let part = function_of(*part, span);
            let mut value =
                quote_spanned!(span=> <#ty as memory_accounting_private::OwningPointer>::allocated(#label));
            if let Some(bytes) = item_bytes.as_ref().map(tree::expand) {
                value = quote_spanned!(span=> memory_accounting_private::sum([#value, #bytes]));
            }
            if let Some(times) = times.as_ref().map(tree::expand) {
                value = quote_spanned!(span=> memory_accounting_private::product([#value, #times]));
            }
            quote_spanned!(span=> memory_accounting_private::#part(#builder, #label, #value);)
        }
        StepKind::With { part, label, function, field } => {
            let part = function_of(*part, span);
            quote_spanned!(span=> memory_accounting_private::#part(#builder, #label, #function(#field));)
        }
        StepKind::Subcomponent { name, field, times: None } => {
            quote_spanned!(span=> memory_accounting_private::subcomponent(#builder, #name, #field);)
        }
        StepKind::Subcomponent { name, field, times: Some(times) } => {
            let times = tree::expand(times);
            quote_spanned!(span=> memory_accounting_private::repeated_subcomponent(#builder, #name, &#times, #field);)
        }
        StepKind::Flatten { field, times: None } => {
            quote_spanned!(span=> memory_accounting_private::flattened(#builder, #field);)
        }
        StepKind::Flatten { field, times: Some(times) } => {
            let times = tree::expand(times);
            quote_spanned!(span=> memory_accounting_private::repeated(#builder, &#times, #field);)
        }
        StepKind::Skipped { name, reason } => {
            quote_spanned!(span=> memory_accounting_private::skipped(#builder, #name, #reason);)
        }
    }
}

fn function_of(part: Part, span: Span) -> Ident {
    match part {
        Part::Minimum => Ident::new("minimum", span),
        Part::Firm => Ident::new("firm", span),
    }
}

fn container(
    builder: &Ident,
    (part, label, ty, form): (Part, &str, &Type, Form),
    items: &Tree,
    item_bytes: Option<&Tree>,
    span: Span,
) -> TokenStream {
    let rule = |(owner, method): (&str, &str)| {
        let (owner, method) = (Ident::new(owner, span), Ident::new(method, span));
        quote_spanned!(span=> <#ty as memory_accounting_private::#owner>::#method)
    };
    let (allocated, bounded) = match form {
        Form::WithCapacity => (("Container", "allocated"), ("Container", "bounded")),
        Form::Grown => (("Container", "allocated"), ("Container", "grown")),
        Form::InsertOnly => (("Container", "allocated"), ("HashContainer", "insert_only_bounded")),
        Form::InsertOnlyGrown => (("Container", "allocated"), ("HashContainer", "insert_only_grown")),
        Form::Headroom => (("HashContainer", "headroom_allocated"), ("HashContainer", "headroom_bounded")),
    };
    let bounded = rule(bounded);
    let (function, rules) = match part {
        Part::Firm => ("firm_container", bounded),
        Part::Minimum => {
            let allocated = rule(allocated);
            ("minimum_container", quote_spanned!(span=> #allocated, #bounded))
        }
    };
    let items = tree::expand(items);
    if let Some(item_bytes) = item_bytes.map(tree::expand) {
        let function = Ident::new(&format!("{function}_of_owners"), span);
        let retained = rule(("Container", "max_items_retained"));
        quote_spanned!(span=> memory_accounting_private::#function(#builder, #label, #rules, #retained, &#items, #item_bytes);)
    } else {
        let function = Ident::new(function, span);
        quote_spanned!(span=> memory_accounting_private::#function(#builder, #label, #rules, &#items);)
    }
}
