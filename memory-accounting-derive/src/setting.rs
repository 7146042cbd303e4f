//! `#[derive(ConfigValue)]`: a type of one field is a setting of that field's value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, Fields, Index, Member, Path, Type, parse_quote};

use crate::attributes::TypeAttributes;
use crate::check::Parameters;
use crate::diagnostics::{Errors, renamed_crate};
use crate::syntax::Header;

/// The impl, or the mistakes and one in its place, so that nothing else fails to compile because of them.
pub(crate) fn derive(declaration: &DeriveInput, renamed: Option<&str>) -> TokenStream {
    let mut errors = Errors::default();
    let header = Header::of(declaration);
    let given = TypeAttributes::parse(&declaration.attrs, &mut errors).crate_path.map(|(_, path)| path);
    let runtime = given.or_else(|| renamed.and_then(|name| renamed_crate(name, &mut errors)));
    let runtime: Path = runtime.unwrap_or_else(|| parse_quote!(::memory_accounting));
    let field = the_field(declaration, &mut errors);
    match (field, errors.finish()) {
        (Some((member, ty)), Ok(())) => expand(&header, &runtime, &member, ty),
        (_, errors) => stub(&header, &runtime, errors.err().as_ref()),
    }
}

/// The field whose value counts, if there is only one.
fn the_field<'a>(declaration: &'a DeriveInput, errors: &mut Errors) -> Option<(Member, &'a Type)> {
    let name = &declaration.ident;
    let by_hand = "implement `memory_accounting::ConfigValue` by hand: `fn config_value(&self) -> usize`, and `config_limit` where a \
        value may say that there is no limit";
    let Data::Struct(data) = &declaration.data else {
        errors.at(name.span(), format!("`ConfigValue` is derived for a struct of one field; {by_hand}"));
        return None;
    };
    let named = matches!(data.fields, Fields::Named(_));
    let mut counting = data.fields.iter().zip(0..).filter(|(field, _)| !is_marker(field));
    match (counting.next(), counting.next()) {
        (Some((field, index)), None) => {
            let span = Span::mixed_site().located_at(field.ty.span());
            let member = match &field.ident {
                Some(ident) if named => {
                    let mut ident = ident.clone();
                    ident.set_span(ident.span().located_at(field.ty.span()));
                    Member::Named(ident)
                }
                _ => Member::Unnamed(Index { index, span }),
            };
            Some((member, &field.ty))
        }
        (Some(_), Some((second, _))) => {
            errors.over(
                second,
                format!(
                    "`ConfigValue` is derived for a struct of one field, and here is a second; {by_hand}"
                ),
            );
            None
        }
        (None, _) => {
            errors.at(name.span(), format!("`{name}` has no field whose value could count; {by_hand}"));
            None
        }
    }
}

fn is_marker(field: &Field) -> bool {
    let Type::Path(path) = &field.ty else {
        return false;
    };
    path.path.segments.last().is_some_and(|segment| segment.ident == "PhantomData")
}

fn expand(header: &Header, runtime: &Path, member: &Member, ty: &Type) -> TokenStream {
    let mut generics = header.generics.clone();
    if Parameters::of(header).any_in(ty) {
        let needed: syn::WherePredicate = parse_quote!(#ty: memory_accounting_private::ConfigValue);
        generics.make_where_clause().predicates.push(needed);
    }
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, type_generics, _) = header.generics.split_for_impl();
    let ident = &header.ident;
    let allowed = header.allows_deprecated.then(|| quote!(#[allow(deprecated)]));
    let this = Ident::new("self", Span::mixed_site());
    let span = Span::mixed_site().located_at(ty.span());
    let read = |method: &str| {
        let method = Ident::new(method, span);
        quote_spanned!(span=> <#ty as memory_accounting_private::ConfigValue>::#method(&#this.#member))
    };
    let [config_value, config_limit, config_unit] = ["config_value", "config_limit", "config_unit"].map(read);
    let config_range = quote_spanned!(span=> <#ty as memory_accounting_private::ConfigValue>::config_range());
    quote! {
        #allowed
        const _: () = {
            use #runtime::__private as memory_accounting_private;

            #[automatically_derived]
            impl #impl_generics memory_accounting_private::ConfigValue for #ident #type_generics #where_clause {
                fn config_value(&#this) -> usize {
                    #config_value
                }

                fn config_limit(&#this) -> ::core::option::Option<usize> {
                    #config_limit
                }

                fn config_unit(&#this) -> usize {
                    #config_unit
                }

                fn config_range() -> memory_accounting_private::SettingRange {
                    #config_range
                }
            }
        };
    }
}

fn stub(header: &Header, runtime: &Path, errors: Option<&TokenStream>) -> TokenStream {
    let (impl_generics, type_generics, where_clause) = header.generics.split_for_impl();
    let ident = &header.ident;
    quote! {
        #errors
        #[automatically_derived]
        impl #impl_generics #runtime::ConfigValue for #ident #type_generics #where_clause {
            fn config_value(&self) -> usize {
                0
            }
        }
    }
}
