//! A declaration that was checked: nothing in it can be wrong, so making code from it cannot fail.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Member, Path, Type, WherePredicate};

use crate::expression::Operator;
use crate::syntax::Header;

pub(crate) struct Model {
    pub(crate) header: Header,
    /// Where the runtime crate is, if not at `::memory_accounting`.
    pub(crate) crate_path: Option<Path>,
    pub(crate) predicates: Predicates,
    pub(crate) heap_checks: Vec<HeapCheck>,
    /// What is declared whatever the fields are.
    pub(crate) steps: Vec<Step>,
    pub(crate) body: Body,
}

/// What is left of a declaration with mistakes.
pub(crate) struct Rejected {
    /// The `compile_error!` invocations.
    pub(crate) errors: TokenStream,
    /// `None` where not even that much can be read.
    pub(crate) header: Option<Header>,
    pub(crate) crate_path: Option<Path>,
    /// What can be checked all the same: the fields whose own attributes are right.
    pub(crate) heap_checks: Vec<HeapCheck>,
}

impl Rejected {
    /// Of a declaration whose attributes were not read.
    pub(crate) fn unread(errors: TokenStream, header: Option<Header>) -> Box<Self> {
        Box::new(Self { errors, header, crate_path: None, heap_checks: Vec::new() })
    }
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
    OwningPointer,
    ConfigValue,
    /// An `Option` of a setting.
    OptionalSetting,
    OwnedHeap,
    /// For fields of packed structs.
    Copy,
}

/// What the compiler is to find out of a type.
pub(crate) struct HeapCheck {
    pub(crate) subject: HeapSubject,
    pub(crate) site: Site,
    pub(crate) span: Span,
}

/// What is checked, and what is said when it does not hold. A type is written as it reads where the check stands.
pub(crate) enum HeapSubject {
    /// That no memory is left out: that something declares no bounds, and does not own heap memory.
    Accounting { declares: Vec<Declares>, owns_heap: Option<OwnsHeap> },
    /// The type is that of a setting.
    Setting { ty: TokenStream, message: String },
    /// The type is an `Option` of a setting.
    OptionalSetting { ty: TokenStream, message: String },
}

/// What must not declare bounds, and what is said where one of them does.
pub(crate) struct Declares {
    pub(crate) asked: Vec<Asked>,
    pub(crate) message: String,
}

/// What must not own heap memory, and what is said where it does.
pub(crate) struct OwnsHeap {
    pub(crate) asked: Asked,
    pub(crate) message: String,
}

/// What is asked of a type, as it reads where the check stands.
pub(crate) struct Asked {
    pub(crate) ty: TokenStream,
    pub(crate) about: About,
    /// Whether a reference is spelt somewhere in it, which may then be all there is in it.
    pub(crate) refers: bool,
    /// The type it is written inside of, which may have no room for it.
    pub(crate) holder: Option<TokenStream>,
}

/// What of a type a question is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Itself,
    /// The items of the container.
    Items,
    /// The value behind the pointer.
    Value,
}

/// Where a check stands, which decides when the compiler makes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// Beside the impl, for a type that names no parameter: when the compiler sees the declaration.
    Item,
    /// In the method: when the impl is used with given types.
    Method,
}

/// One statement, resolved.
pub(crate) struct Step {
    pub(crate) span: Span,
    /// How many there are of it.
    pub(crate) times: Option<Tree>,
    pub(crate) kind: StepKind,
}

pub(crate) enum StepKind {
    Amount(Box<Amount>),
    /// `key` is that of the field, for what in it has none of its own.
    /// With `named`, it is a list, and that function names its items.
    Subcomponent {
        name: String,
        key: String,
        named: Option<Naming>,
        field: TokenStream,
    },
    /// The keys of what is in it stand behind `under`.
    Flatten {
        under: String,
        key: String,
        field: TokenStream,
    },
    Skipped {
        name: String,
        reason: String,
    },
    /// The keys of everything begin with it.
    Prefixed(String),
    /// The program takes values from `least` to `most` alone for the setting, which is known under each of `keys`.
    Range {
        keys: Vec<String>,
        least: Option<Tree>,
        most: Option<Tree>,
    },
    /// Those that the type of `value` takes, which is an `Option` of a setting where it is `optional`.
    RangeOfType {
        key: String,
        value: TokenStream,
        optional: bool,
    },
}

/// How the items of a list are named.
pub(crate) struct Naming {
    pub(crate) function: Path,
    /// The items are pointers, and what is behind them is what has the name.
    pub(crate) behind_pointers: bool,
}

/// So and so many bytes.
pub(crate) enum Amount {
    Entry { part: Part, label: String, tree: Tree },
    Items { part: Part, label: String, ty: Type, items: Tree, item_bytes: Option<Tree> },
    ItemsOfBytes { part: Part, label: String, bytes: u64, items: Tree, item_bytes: Option<Tree> },
    Container { part: Part, label: String, ty: Type, form: Form, items: Tree, item_bytes: Option<Tree> },
    Boxed { part: Part, label: String, ty: Type, item_bytes: Option<Tree> },
    Owned { part: Part, label: String, field: TokenStream },
    With { part: Part, label: String, function: Path, field: TokenStream },
}

/// Which of the two amounts something counts to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Minimum,
    Firm,
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
    Config {
        key: String,
        value: TokenStream,
        span: Span,
    },
    Number {
        value: u64,
        span: Span,
    },
    Constant {
        name: String,
        path: Path,
    },
    /// `constant("name", path)`
    Fixed {
        name: String,
        value: TokenStream,
        span: Span,
    },
    /// An `Option` of a setting, or of a constant, and what it counts as where it is `None`.
    Optional {
        name: String,
        value: TokenStream,
        constant: bool,
        default: Box<Tree>,
        span: Span,
    },
    Unlimited,
    SizeOf {
        name: String,
        ty: Box<Type>,
        span: Span,
    },
    Many {
        operator: Operator,
        operands: Vec<Tree>,
    },
    Difference(Box<[Tree; 2]>),
    Quotient(Box<[Tree; 2]>),
}
