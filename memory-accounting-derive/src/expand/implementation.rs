//! The impl.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Generics, parse_quote};

use super::runtime::{crate_path, deprecated_allowed, needed_trait};
use super::{heap, step};
use crate::model::{Arm, Body, Model, Predicates, Site};

/// The impl, and the checks that stand outside of it.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let runtime = crate_path(model.crate_path.as_ref());
    let allowed = deprecated_allowed(&model.header);
    let generics = with_predicates(&model.header.generics, &model.predicates);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, type_generics, _) = model.header.generics.split_for_impl();
    let ident = &model.header.ident;
    let import = heap::import(&model.heap_checks);
    let items = heap::expand_at(Site::Item, &model.heap_checks);
    let in_method = heap::expand_at(Site::Method, &model.heap_checks);
    let builder = Ident::new("memory_bounds_builder", Span::mixed_site());
    let steps = model.steps.iter().map(|step| step::expand(step, &builder));
    let body = match &model.body {
        Body::Struct(steps) => steps.iter().map(|step| step::expand(step, &builder)).collect(),
        Body::Enum(arms) => expand_arms(arms, &builder),
    };
    let unused = model.steps.is_empty() && declares_nothing(&model.body);
    let parameter = if unused { quote!(_) } else { quote!(#builder) };
    let this = Ident::new("self", Span::mixed_site());
    quote! {
        #allowed
        const _: () = {
            use #runtime::__private as memory_accounting_private;
            #import

            #(#items)*

            #[automatically_derived]
            impl #impl_generics memory_accounting_private::MemoryBounds for #ident #type_generics #where_clause {
                fn specify_bounds(&#this, #parameter: &mut memory_accounting_private::MemoryBoundsBuilder<'_>) {
                    #(#in_method)*
                    #(#steps)*
                    #body
                }
            }
        };
    }
}

fn declares_nothing(body: &Body) -> bool {
    match body {
        Body::Struct(steps) => steps.is_empty(),
        Body::Enum(arms) => arms.iter().all(|arm| arm.steps.is_empty()),
    }
}

fn expand_arms(arms: &[Arm], builder: &Ident) -> TokenStream {
    if arms.iter().all(|arm| arm.steps.is_empty()) {
        return TokenStream::new();
    }
    let this = Ident::new("self", Span::mixed_site());
    let (declaring, silent): (Vec<_>, Vec<_>) = arms.iter().partition(|arm| !arm.steps.is_empty());
    let silent = silent.first().map(|_| quote!(_ => {}));
    let declaring = declaring.into_iter().map(|Arm { variant, bindings, steps }| {
        let bindings = bindings.iter().map(|(member, binding)| quote!(#member: #binding));
        let steps = steps.iter().map(|step| step::expand(step, builder));
        quote!(Self::#variant { #(#bindings,)* .. } => { #(#steps)* })
    });
    quote!(match #this { #(#declaring)* #silent })
}

fn with_predicates(generics: &Generics, predicates: &Predicates) -> Generics {
    let mut generics = generics.clone();
    match predicates {
        Predicates::Given(given) if !given.is_empty() => {
            generics.make_where_clause().predicates.extend(given.iter().cloned());
        }
        Predicates::Inferred(inferred) if !inferred.is_empty() => {
            let clause = generics.make_where_clause();
            for (ty, needed) in inferred {
                // At the field as the user wrote it, so that what is said of the clause shows the field.
                let needed = needed_trait(*needed, ty.span());
                clause.predicates.push(parse_quote!(#ty: #needed));
            }
        }
        _ => {}
    }
    generics
}
