//! An expression before its words are looked up.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Path, Type};

/// An arithmetic expression over settings, constants and sizes of types.
pub(crate) enum Expression {
    /// `4096`
    Integer { value: u64, span: Span },
    /// `size_of::<T>()`
    SizeOf { ty: Box<Type>, span: Span },
    /// A single identifier: a field, or else a constant.
    Word(Ident),
    /// `limits::MAX_PACKET`
    Constant(Path),
    /// `config.buffers.count`, `self.0`, `limit.get()`
    Place(Place),
    /// `key("name", path)`
    Key { name: String, place: Box<Expression>, span: Span },
    /// `constant("name", path)`
    Fixed { name: String, place: Box<Expression>, span: Span },
    /// `path.unwrap_or(default)`
    Absent { place: Box<Expression>, default: Box<Expression>, span: Span },
    /// `a + b`, `a * b`, `max(a, b)`, `min(a, b)`
    Many { operator: Operator, operands: Vec<Expression> },
    /// `a - b`
    Difference(Box<[Expression; 2]>),
    /// `a / b`
    Quotient(Box<[Expression; 2]>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Sum,
    Product,
    Max,
    Min,
}

/// A path to a setting, from a field or from `self`.
pub(crate) struct Place {
    /// The first word: a field's name, or `self`.
    pub(crate) first: Ident,
    /// What follows, each after a dot.
    pub(crate) rest: Vec<Segment>,
}

pub(crate) enum Segment {
    /// `.count`
    Field(Ident),
    /// `.0`
    Index(u32, Span),
    /// `.get()`
    Call(Ident),
}

impl Segment {
    /// What the segment is called in the operator's file, if it stands there. What is called on a value converts it, and the `.0` of a
    /// newtype is in its place.
    pub(crate) fn own_key(&self) -> Option<String> {
        match self {
            Self::Field(name) => Some(name.unraw().to_string()),
            Self::Index(0, _) | Self::Call(_) => None,
            Self::Index(index, _) => Some(index.to_string()),
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Field(name) | Self::Call(name) => name.span(),
            Self::Index(_, span) => *span,
        }
    }

    /// The segment with its dot.
    pub(crate) fn written(&self) -> String {
        match self {
            Self::Field(name) => format!(".{name}"),
            Self::Index(index, _) => format!(".{index}"),
            Self::Call(name) => format!(".{name}()"),
        }
    }
}

impl Expression {
    /// The expression with `right` applied; sums and products take a further operand instead of nesting.
    pub(super) fn combined(self, operator: Operator, right: Self) -> Self {
        match self {
            Self::Many { operator: own, mut operands } if own == operator => {
                operands.push(right);
                Self::Many { operator, operands }
            }
            left => Self::Many { operator, operands: vec![left, right] },
        }
    }

    /// Says what the setting counts as where it is absent; `false` where this is not one setting.
    pub(crate) fn set_default(&mut self, default: Self, span: Span) -> bool {
        match self {
            Self::Word(_) | Self::Place(_) => {
                let place = std::mem::replace(self, Self::Integer { value: 0, span });
                *self = Self::Absent { place: Box::new(place), default: Box::new(default), span };
                true
            }
            Self::Key { place, .. } => place.set_default(default, span),
            _ => false,
        }
    }

    /// How many levels the tree made from this expression has.
    pub(crate) fn depth(&self) -> usize {
        let below = match self {
            Self::Many { operands, .. } => operands.iter().map(Self::depth).max(),
            Self::Difference(operands) | Self::Quotient(operands) => operands.iter().map(Self::depth).max(),
            Self::Key { place, .. } | Self::Fixed { place, .. } => return place.depth(),
            Self::Absent { default, .. } => return default.depth(),
            _ => None,
        };
        below.unwrap_or(0).saturating_add(1)
    }
}
