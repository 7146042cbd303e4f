//! The code that builds a size expression.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::expression::Operator;
use crate::model::Tree;

/// An expression of type `UsageExpr`. Only what may fail to compile, because of what the user wrote, is given the
/// user's position.
pub(super) fn expand(tree: &Tree) -> TokenStream {
    match tree {
        Tree::Config { key, value, span } => {
            let span = Span::mixed_site().located_at(*span);
            quote_spanned!(span=> memory_accounting_private::ConfigValue::config_expr(#value, #key))
        }
        Tree::Number { value, span } => {
            // What fits 32 bits fits every `usize`; a greater number is converted as a setting is.
            if u32::try_from(*value).is_ok() {
                let number = Literal::u64_unsuffixed(*value);
                return quote!(memory_accounting_private::number(#number));
            }
            let mut number = Literal::u64_suffixed(*value);
            number.set_span(*span);
            quote!(memory_accounting_private::ConfigValue::constant_expr(&#number, ""))
        }
        Tree::Constant { name, path } => {
            let span = Span::mixed_site().located_at(syn::spanned::Spanned::span(path));
            quote_spanned!(span=> memory_accounting_private::ConfigValue::constant_expr(&#path, #name))
        }
        Tree::Fixed { name, value, span } => {
            let span = Span::mixed_site().located_at(*span);
            quote_spanned!(span=> memory_accounting_private::ConfigValue::constant_expr(#value, #name))
        }
        Tree::Optional { name, value, constant, default, span } => {
            let span = Span::mixed_site().located_at(*span);
            let function = if *constant { "constant_or" } else { "setting_or" };
            let (function, default) = (Ident::new(function, span), expand(default));
            quote_spanned!(span=> memory_accounting_private::#function(#value, #name, #default))
        }
        Tree::Unlimited => quote!(memory_accounting_private::UsageExpr::unlimited("")),
        Tree::SizeOf { name, ty, span } => {
            let span = Span::mixed_site().located_at(*span);
            quote_spanned!(span=> memory_accounting_private::UsageExpr::struct_size::<#ty>(#name))
        }
        Tree::Many { operator, operands } => {
            let function = match operator {
                Operator::Sum => "sum",
                Operator::Product => "product",
                Operator::Max => "max",
                Operator::Min => "min",
            };
            let function = Ident::new(function, Span::mixed_site());
            let operands = operands.iter().map(expand);
            quote!(memory_accounting_private::#function([#(#operands),*]))
        }
        Tree::Difference(operands) => {
            let [minuend, subtrahend] = operands.each_ref().map(expand);
            quote!(memory_accounting_private::UsageExpr::difference(#minuend, #subtrahend))
        }
        Tree::Quotient(operands) => {
            let [dividend, divisor] = operands.each_ref().map(expand);
            quote!(memory_accounting_private::UsageExpr::quotient(#dividend, #divisor))
        }
    }
}
