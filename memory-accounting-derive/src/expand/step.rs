//! The code of one statement.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::tree;
use crate::model::{Form, Part, Step, StepKind, Tree};

/// The call that adds what `step` says to `builder`.
pub(super) fn expand(step: &Step, builder: &Ident) -> TokenStream {
    let span = Span::mixed_site().located_at(step.span);
    match &step.kind {
        StepKind::Entry { part, label, tree } => {
            let (part, tree) = (part_of(*part, span), tree::expand(tree));
            quote_spanned!(span=> memory_accounting_private::entry(#builder, #part, #label, #tree);)
        }
        StepKind::Items { part, label, ty, items, item_bytes } => {
            let (part, items, item_bytes) =
                (part_of(*part, span), tree::expand(items), optional(item_bytes.as_ref(), span));
            quote_spanned!(span=> memory_accounting_private::items::<#ty>(#builder, #part, #label, #items, #item_bytes);)
        }
        StepKind::Container { part, label, ty, form, items, item_bytes } => {
            let rules = rules(*part, ty, *form, span);
            let (items, item_bytes) = (tree::expand(items), optional(item_bytes.as_ref(), span));
            quote_spanned!(span=> memory_accounting_private::container(#builder, #label, #rules, #items, #item_bytes);)
        }
        StepKind::With { part, label, function, field } => {
            let part = part_of(*part, span);
            quote_spanned!(span=> memory_accounting_private::entry(#builder, #part, #label, #function(#field));)
        }
        StepKind::Subcomponent { name, field, times: None } => {
            quote_spanned!(span=> memory_accounting_private::subcomponent(#builder, #name, #field);)
        }
        StepKind::Subcomponent { name, field, times: Some(times) } => {
            let times = tree::expand(times);
            quote_spanned!(span=> memory_accounting_private::repeated_subcomponent(#builder, #name, &#times, #field);)
        }
        StepKind::Flatten { field, times: None } => {
            quote_spanned!(span=> memory_accounting_private::MemoryBounds::specify_bounds(#field, #builder);)
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

fn part_of(part: Part, span: Span) -> TokenStream {
    match part {
        Part::Minimum => quote_spanned!(span=> memory_accounting_private::Part::Minimum),
        Part::Firm => quote_spanned!(span=> memory_accounting_private::Part::Firm),
    }
}

/// The rules of the container: with a minimum, what is allocated at creation too.
fn rules(part: Part, ty: &syn::Type, form: Form, span: Span) -> TokenStream {
    let rule = |owner: &str, method: &str| {
        let (owner, method) = (Ident::new(owner, span), Ident::new(method, span));
        quote_spanned!(span=> <#ty as memory_accounting_private::#owner>::#method)
    };
    let (allocated, bounded) = match form {
        Form::WithCapacity => (rule("Container", "allocated"), rule("Container", "bounded")),
        Form::Grown => (rule("Container", "allocated"), rule("Container", "grown")),
        Form::InsertOnly => (rule("Container", "allocated"), rule("HashContainer", "insert_only_bounded")),
        Form::InsertOnlyGrown => (rule("Container", "allocated"), rule("HashContainer", "insert_only_grown")),
        Form::Headroom => {
            (rule("HashContainer", "headroom_allocated"), rule("HashContainer", "headroom_bounded"))
        }
    };
    match part {
        Part::Minimum => {
            quote_spanned!(span=> memory_accounting_private::Rules::Preallocated { allocated: #allocated, bounded: #bounded })
        }
        Part::Firm => quote_spanned!(span=> memory_accounting_private::Rules::Firm { bounded: #bounded }),
    }
}

fn optional(tree: Option<&Tree>, span: Span) -> TokenStream {
    if let Some(tree) = tree.map(tree::expand) {
        quote_spanned!(span=> ::core::option::Option::Some(#tree))
    } else {
        quote_spanned!(span=> ::core::option::Option::None)
    }
}
