//! A declaration that was checked: nothing in it can be wrong, so making code from it cannot fail.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Generics, Member, Path, Type, WherePredicate};

pub(crate) use crate::attributes::Part;
use crate::expression::Operator;

pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) may_be_deprecated: bool,
    /// Where the runtime crate is, if not at `::memory_accounting`.
    pub(crate) crate_path: Option<Path>,
    pub(crate) predicates: Predicates,
    pub(crate) heap_checks: Vec<HeapCheck>,
    /// What is declared whatever the fields are.
    pub(crate) steps: Vec<Step>,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Struct(Vec<Step>),
    Enum(Vec<Arm>),
}

/// What the fields of one variant declare.
pub(crate) struct Arm {
    pub(crate) variant: Ident,
    /// The fields in use and the names they are bound to.
    pub(crate) bindings: Vec<(Member, Ident)>,
    pub(crate) steps: Vec<Step>,
}

/// What the impl's `where` clause says beyond the type's own.
pub(crate) enum Predicates {
    /// `Type: Trait` for what the fields need.
    Inferred(Vec<(Type, Trait)>),
    /// `bound = "…"`
    Given(Vec<WherePredicate>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    MemoryBounds,
    Container,
    HashContainer,
    ConfigValue,
    /// For fields of packed structs.
    Copy,
}

/// That something does not own heap memory.
pub(crate) struct HeapCheck {
    pub(crate) subject: HeapSubject,
    pub(crate) message: String,
    pub(crate) span: Span,
    /// The type names no parameter, so that the check can stand outside of the impl.
    pub(crate) concrete: bool,
}

pub(crate) enum HeapSubject {
    Type(Type),
    ItemsOf(Type),
}

/// One statement, resolved.
pub(crate) struct Step {
    pub(crate) span: Span,
    pub(crate) kind: StepKind,
}

pub(crate) enum StepKind {
    Entry { part: Part, label: String, tree: Tree },
    Items { part: Part, label: String, ty: Type, items: Tree, item_bytes: Option<Tree> },
    Container { part: Part, label: String, ty: Type, form: Form, items: Tree, item_bytes: Option<Tree> },
    With { part: Part, label: String, function: Path, field: TokenStream },
    Subcomponent { name: String, field: TokenStream, times: Option<Tree> },
    Flatten { field: TokenStream, times: Option<Tree> },
    Skipped { name: String, reason: String },
}

/// Which of a container's rules apply.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    WithCapacity,
    Grown,
    InsertOnly,
    InsertOnlyGrown,
    Headroom,
}

/// An expression whose words were found.
pub(crate) enum Tree {
    Config { key: String, value: TokenStream, span: Span },
    Number { value: u64, span: Span },
    Constant { name: String, path: Path },
    SizeOf { name: String, ty: Box<Type>, span: Span },
    Many { operator: Operator, operands: Vec<Tree> },
    Difference(Box<[Tree; 2]>),
    Quotient(Box<[Tree; 2]>),
}
