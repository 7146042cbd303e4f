//! The code of one statement.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::tree;
use crate::model::{Amount, Form, Naming, Part, Step, StepKind, Tree};

/// The call that adds what `step` says to `builder`.
pub(super) fn expand(step: &Step, builder: &Ident) -> TokenStream {
    let span = Span::mixed_site().located_at(step.span);
    let times = step.times.as_ref().map(tree::expand);
    match (&step.kind, times) {
        (StepKind::Subcomponent { name, key, named: Some(naming), field }, times) => {
            let Naming { function: name_of, behind_pointers } = naming;
            let (function, times) = match times {
                Some(times) => ("repeated_named", Some(quote_spanned!(span=> &#times,))),
                None => ("named", None),
            };
            let (function, item) = (Ident::new(function, span), Ident::new("item", span));
            let component =
                if *behind_pointers { quote_spanned!(span=> &**#item) } else { quote_spanned!(span=> #item) };
            quote_spanned!(span=> memory_accounting_private::#function(#builder, #name, #key, #times #field, |#item| #name_of(#component));)
        }
        (StepKind::Subcomponent { name, key, named: None, field }, None) => {
            quote_spanned!(span=> memory_accounting_private::subcomponent(#builder, #name, #key, #field);)
        }
        (StepKind::Subcomponent { name, key, named: None, field }, Some(times)) => {
            quote_spanned!(span=> memory_accounting_private::repeated_subcomponent(#builder, #name, #key, &#times, #field);)
        }
        (StepKind::Flatten { under, key, field }, None) => {
            quote_spanned!(span=> memory_accounting_private::flattened(#builder, #under, #key, #field);)
        }
        (StepKind::Flatten { under, key, field }, Some(times)) => {
            quote_spanned!(span=> memory_accounting_private::repeated(#builder, #under, #key, &#times, #field);)
        }
        (StepKind::Skipped { name, reason }, _) => {
            quote_spanned!(span=> memory_accounting_private::skipped(#builder, #name, #reason);)
        }
        (StepKind::Prefixed(prefix), _) => {
            quote_spanned!(span=> memory_accounting_private::prefixed(#builder, #prefix);)
        }
        (StepKind::Range { keys, least, most }, _) => {
            let none = quote_spanned!(span=> ::core::option::Option::None);
            let [least, most] = [least, most].map(|end| {
                let end = end.as_ref().map(tree::expand);
                end.map_or_else(
                    || none.clone(),
                    |end| quote_spanned!(span=> ::core::option::Option::Some(#end)),
                )
            });
            let notes = keys.iter().map(|key| {
                quote_spanned!(span=> memory_accounting_private::setting_range(#builder, #key, #least, #most);)
            });
            notes.collect()
        }
        (StepKind::RangeOfType { key, value, optional }, _) => {
            let function = if *optional { "range_of_optional_setting" } else { "range_of_setting" };
            let function = Ident::new(function, span);
            quote_spanned!(span=> memory_accounting_private::#function(#builder, #key, #value);)
        }
        (StepKind::Amount(amount), None) => expand_amount(amount, builder, span),
        (StepKind::Amount(amount), Some(times)) => {
            let once = expand_amount(amount, builder, span);
            quote_spanned!(span=> memory_accounting_private::times(#builder, &#times, |#builder| { #once });)
        }
    }
}

fn expand_amount(amount: &Amount, builder: &Ident, span: Span) -> TokenStream {
    match amount {
        Amount::Entry { part, label, tree } => {
            let (part, tree) = (function_of(*part, span), tree::expand(tree));
            quote_spanned!(span=> memory_accounting_private::#part(#builder, #label, #tree);)
        }
        Amount::Items { part, label, ty, items, item_bytes } => {
            let number = tree::expand(items);
            let values = quote_spanned!(span=> memory_accounting_private::items::<#ty>(#label, #number));
            items_of(builder, (*part, label), values, items, item_bytes.as_ref(), span)
        }
        Amount::ItemsOfBytes { part, label, bytes, items, item_bytes } => {
            let (number, bytes) = (tree::expand(items), Literal::u64_suffixed(*bytes));
            let values =
                quote_spanned!(span=> memory_accounting_private::items_of_bytes(#label, #bytes, #number));
            items_of(builder, (*part, label), values, items, item_bytes.as_ref(), span)
        }
        Amount::Container { part, label, ty, form, items, item_bytes } => {
            container(builder, (*part, label, ty, *form), items, item_bytes.as_ref(), span)
        }
        Amount::Boxed { part, label, ty, item_bytes } => {
            let part = function_of(*part, span);
            let mut value =
                quote_spanned!(span=> <#ty as memory_accounting_private::OwningPointer>::allocated(#label));
            if let Some(bytes) = item_bytes.as_ref().map(tree::expand) {
                value = quote_spanned!(span=> memory_accounting_private::sum([#value, #bytes]));
            }
            quote_spanned!(span=> memory_accounting_private::#part(#builder, #label, #value);)
        }
        Amount::Owned { part, label, field } => {
            let part = function_of(*part, span);
            quote_spanned!(span=> memory_accounting_private::#part(#builder, #label, memory_accounting_private::owned(#label, #field));)
        }
        Amount::With { part, label, function, field } => {
            let part = function_of(*part, span);
            // By itself, so that a function of another type is not told of as an argument of ours.
            quote_spanned!(span=> let with: memory_accounting_private::UsageExpr = #function(#field); memory_accounting_private::#part(#builder, #label, with);)
        }
    }
}

/// The call that adds `values`, which are `items`, with what they own.
fn items_of(
    builder: &Ident,
    (part, label): (Part, &str),
    values: TokenStream,
    items: &Tree,
    item_bytes: Option<&Tree>,
    span: Span,
) -> TokenStream {
    let part = function_of(part, span);
    let values = match item_bytes.map(tree::expand) {
        Some(bytes) => {
            let items = tree::expand(items);
            quote_spanned!(span=> memory_accounting_private::with_item_bytes(#values, #items, #bytes))
        }
        None => values,
    };
    quote_spanned!(span=> memory_accounting_private::#part(#builder, #label, #values);)
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
