//! From the checked model to the impl.

mod heap;
mod step;
mod stub;
mod tree;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Generics, Path, parse_quote};

pub(crate) use self::stub::Stub;
use crate::model::{Arm, Body, Model, Predicates, Trait};

/// The impl, and the checks that stand outside of it.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let runtime = runtime(model.crate_path.as_ref());
    let allowed = deprecated_allowed(model.may_be_deprecated);
    let generics = with_predicates(&model.generics, &model.predicates);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, type_generics, _) = model.generics.split_for_impl();
    let ident = &model.ident;
    let parameters = crate::parameters::Parameters::of(ident, &model.generics);
    let (outside, inside): (Vec<_>, Vec<_>) = model.heap_checks.iter().partition(|check| check.concrete);
    let outside = outside.into_iter().map(|check| heap::outside(check, &parameters));
    let inside = inside.into_iter().map(heap::inside);
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

            #(#outside)*

            #[automatically_derived]
            impl #impl_generics memory_accounting_private::MemoryBounds for #ident #type_generics #where_clause {
                fn specify_bounds(&#this, #parameter: &mut memory_accounting_private::MemoryBoundsBuilder<'_>) {
                    #(#inside)*
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

fn deprecated_allowed(may_be_deprecated: bool) -> Option<TokenStream> {
    may_be_deprecated.then(|| quote!(#[allow(deprecated)]))
}

/// The path of the runtime crate.
fn runtime(given: Option<&Path>) -> TokenStream {
    given.map_or_else(|| quote!(::memory_accounting), |path| quote!(#path))
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
                let needed = private_trait(*needed);
                clause.predicates.push(parse_quote!(#ty: #needed));
            }
        }
        _ => {}
    }
    generics
}

fn private_trait(needed: Trait) -> TokenStream {
    let name = match needed {
        Trait::Copy => return quote!(::core::marker::Copy),
        Trait::MemoryBounds => "MemoryBounds",
        Trait::Container => "Container",
        Trait::HashContainer => "HashContainer",
        Trait::ConfigValue => "ConfigValue",
    };
    let name = Ident::new(name, Span::mixed_site());
    quote!(memory_accounting_private::#name)
}
