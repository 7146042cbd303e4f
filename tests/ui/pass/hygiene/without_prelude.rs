//! Nothing of the prelude is needed, and no lint of the crate's is stepped on by the checks.
#![no_implicit_prelude]
#![forbid(warnings)]

use ::memory_accounting::MemoryBounds;

macro_rules! component {
    ($(#[$attribute:meta])* $name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(MemoryBounds)]
        $(#[$attribute])*
        pub struct $name {
            $(pub $field: $ty,)*
        }
    };
}

component!(Plain { number: usize, flag: bool, text: &'static str });
component!(#[bounds(component = Plain)] Configuration { name: ::std::string::String });

#[derive(MemoryBounds)]
pub struct Generic<'a, T, const N: usize> {
    pub values: [T; N],
    pub borrowed: ::std::option::Option<&'a T>,
    pub plain: &'a [u8],
}

fn main() {}
