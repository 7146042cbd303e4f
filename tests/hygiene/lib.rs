//! A crate that is as hostile to generated code as a crate can be. That it compiles is the test: nothing is in the prelude,
//! every name the code might lean on means something else, the library has another name, and every warning is denied.

#![no_implicit_prelude]
#![deny(warnings, missing_docs, unused, nonstandard_style, future_incompatible, rust_2018_idioms)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::shadow_unrelated,
    clippy::used_underscore_items
)]
#![allow(dead_code, reason = "what is declared here is never used")]

/// Not the one of the standard library.
pub mod core {}
/// Not the one of the standard library.
pub mod alloc {}
/// Not the library.
pub mod memory_accounting {}

/// Not a string.
#[derive(::core::clone::Clone, ::core::marker::Copy)]
pub struct String;
/// Not a vector.
pub struct Vec;
/// Not an option.
pub struct Option;
/// Not a result.
pub struct Result;
/// Not a box.
pub struct Box;
/// Not the variant.
pub struct Some;
/// Not the variant.
pub struct None;
/// Not the builder.
pub struct MemoryBoundsBuilder;
/// Not the expression.
pub struct UsageExpr;
/// Not a variable: a pattern of this name would mean this.
#[expect(non_camel_case_types, reason = "named as a variable is")]
pub struct builder;
/// Not the field of that name.
#[expect(non_upper_case_globals, reason = "named as a variable is")]
pub static field_capacity: u8 = 0;
/// Not the module of the generated code.
pub mod memory_accounting_private {}
/// Not the trait.
pub trait ConfigValue {}
/// Not the function.
pub const fn needs_drop() {}
/// Not the function.
pub const fn size_of() {}

/// Not the macro.
#[macro_export]
macro_rules! assert {
    ($($anything:tt)*) => {
        compile_error!("the generated code must use the assert of core")
    };
}

/// Not the macro.
#[macro_export]
macro_rules! vec {
    ($($anything:tt)*) => {
        compile_error!("the generated code must not use vec!")
    };
}

/// How much.
pub const LIMIT: u16 = 16;

/// Every statement there is.
#[derive(::accounting::MemoryBounds)]
#[bounds(crate = ::accounting, component = Self, rename_all = "kebab-case", prefix = "pool.")]
#[bounds(minimum(name = "fixed", bytes = "LIMIT"), firm(name = "scratch", bytes = self.r#type * size_of::<T>()))]
pub struct Everything<'a, T, const N: usize>
where
    T: ::core::marker::Copy + 'a,
{
    /// A setting whose name is a keyword.
    pub r#type: usize,
    /// A setting called as a local of the generated code might be.
    #[bounds(bytes)]
    #[bounds(items = (u8, String), item_bytes = max(1, LIMIT), minimum, name = "pairs")]
    #[bounds(sizes = ::std::collections::HashMap<u8, &'a T>, headroom, minimum, name = "table")]
    pub builder: u32,
    /// A container.
    #[bounds(per_item = "builder * r#type - 1", minimum)]
    pub items: ::std::vec::Vec<[T; N]>,
    /// One that grows.
    #[bounds(per_item = N, grows, item_bytes = "8 / self.builder")]
    pub names: ::std::collections::VecDeque<::std::string::String>,
    /// A table.
    #[bounds(per_item = 10, insert_only, item_skip = "counted by the interner")]
    pub set: ::std::collections::HashSet<::std::sync::Arc<str>>,
    /// A value behind a pointer.
    #[bounds(boxed, times = builder, item_bytes = N, minimum)]
    pub one: ::std::sync::Arc<T>,
    /// A component of somebody else's.
    pub borrowed: ::std::option::Option<&'a Inner<u8>>,
    /// A component.
    #[bounds(subcomponent = "inner.one", times = builder)]
    pub inner: Inner<u8>,
    /// A component on this level.
    #[bounds(flatten)]
    pub flat: ::std::option::Option<::std::sync::Arc<Inner<u16>>>,
    /// Something computed.
    #[bounds(with = computed)]
    pub computed: ::std::string::String,
    /// Something left out.
    #[bounds(skip = "shown for a moment only")]
    pub skipped: ::std::boxed::Box<dyn ::core::ops::Fn()>,
    /// Something without heap.
    pub plain: (&'a str, String),
}

fn computed(text: &::std::string::String) -> ::accounting::UsageExpr {
    ::accounting::UsageExpr::constant("text", text.capacity())
}

/// A generic component.
#[derive(::accounting::MemoryBounds)]
#[bounds(crate = ::accounting)]
pub struct Inner<S> {
    /// A setting.
    #[bounds(bytes = "self.size.pow().0")]
    pub size: Size<S>,
}

/// A setting.
#[derive(::accounting::ConfigValue)]
#[bounds(crate = ::accounting)]
pub struct Wrapped<S> {
    /// Its value.
    pub r#type: S,
}

/// Amounts that are there several times, and settings that may be absent.
#[derive(::accounting::MemoryBounds)]
#[bounds(crate = ::accounting, settings)]
#[bounds(firm(name = "table", sizes = ::std::vec::Vec<u8>, per_item = "builder", grows, times = 2))]
pub struct Counted {
    /// A setting called as a local of the generated code might be.
    #[bounds(items = u8, or = unlimited, times = "constant(\"n\", self.many())")]
    #[bounds(bytes = "memory_bounds_builder.unwrap_or(LIMIT * 4 KiB)", name = "bytes")]
    pub memory_bounds_builder: ::std::option::Option<u32>,
    /// Another.
    pub builder: Wrapped<u8>,
    /// What is loaded.
    #[bounds(owned, minimum)]
    pub loaded: ::std::vec::Vec<::std::string::String>,
    /// Components with names.
    #[bounds(subcomponent, named = name_of, times = 2)]
    pub item: ::std::vec::Vec<Inner<u8>>,
}

const fn name_of(_: &Inner<u8>) -> &'static str {
    "inner"
}

impl Counted {
    const fn many(&self) -> bool {
        self.memory_bounds_builder.is_some()
    }
}

/// A setting with an accessor.
#[derive(::core::clone::Clone, ::core::marker::Copy)]
pub struct Size<S>(S);

impl<S> Size<S> {
    /// Two things.
    #[must_use]
    pub const fn pow(&self) -> (u8, &S) {
        (1, &self.0)
    }
}

/// An enum of every form.
#[derive(::accounting::MemoryBounds)]
#[bounds(crate = ::accounting)]
pub enum Source {
    /// Without fields.
    Idle,
    /// With names.
    Udp {
        /// A setting.
        r#fn: u32,
        /// Memory.
        #[bounds(bytes = "r#fn * 2 + self.r#fn")]
        buffer: ::std::boxed::Box<[u8]>,
    },
    /// With numbers.
    Tcp(#[bounds(per_item = "self.1")] ::std::vec::Vec<u16>, u8),
}

macro_rules! declare {
    ($(#[$meta:meta])* $name:ident, $field:ident: $ty:ty, $count:expr, $size:literal) => {
        $(#[$meta])*
        #[derive(::accounting::MemoryBounds)]
        #[bounds(crate = ::accounting)]
        pub struct $name {
            /// What the macro was given.
            #[bounds(per_item = $count * $size, item_bytes = $size)]
            pub $field: $ty,
        }
    };
}

declare! {
    /// Made by a macro.
    Made, items: ::std::vec::Vec<::std::string::String>, 2 + 3, 10
}
