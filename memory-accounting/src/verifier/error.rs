//! Why bounds do not fit, or are no bounds at all.

use std::fmt;

use thiserror::Error;

use crate::bounds::NameError;
use crate::bytes::Bytes;
use crate::expr::Escaped;

/// Why bounds do not fit, or are no bounds at all. [`sizing::explain`](crate::sizing::explain) says which
/// components and settings are to blame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// The bounds of at least one component are not usable; [`invalid_components`](Self::invalid_components) lists all of
    /// them.
    #[error("the bounds of component `{component_name}` are invalid: {reason}{}", Lines(others))]
    InvalidComponentBounds {
        /// The full name of the first component.
        component_name: String,
        /// What is wrong with it.
        reason: InvalidReason,
        /// What else is wrong, with this component or others.
        others: Vec<InvalidComponent>,
    },
    /// What all components need up front is more than the grant.
    #[error(
        "the components need at least {minimum} ({minimum_required_bytes} bytes), but only {available} ({available_bytes} bytes) are available",
        minimum = Bytes(*minimum_required_bytes), available = Bytes(*available_bytes)
    )]
    InsufficientMinimumMemory {
        /// The bytes granted.
        available_bytes: usize,
        /// The bytes needed up front.
        minimum_required_bytes: usize,
    },
    /// What all components may use at most is more than the grant.
    #[error(
        "the components may use up to {firm} ({firm_limit_bytes} bytes), but only {available} ({available_bytes} bytes) are available",
        firm = Bytes(*firm_limit_bytes), available = Bytes(*available_bytes)
    )]
    FirmLimitExceedsAvailable {
        /// The bytes granted.
        available_bytes: usize,
        /// The bytes that may be used, the minimum included.
        firm_limit_bytes: usize,
    },
}

/// One component whose bounds are not usable.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the bounds of component `{component_name}` are invalid: {reason}")]
#[non_exhaustive]
pub struct InvalidComponent {
    /// The full name of the component.
    pub component_name: String,
    /// What is wrong with its bounds.
    pub reason: InvalidReason,
}

/// What is wrong with the bounds of a component.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidReason {
    /// An entry is unbounded because a setting is not limited.
    #[error("{} not limited, so {} is not either", Setting(setting), Escaped(entry))]
    Unlimited {
        /// The key of the setting; empty where what is unlimited is no setting.
        setting: String,
        /// The label of the entry in quotes, or its arithmetic where it has no label.
        entry: String,
    },
    /// An entry is more bytes than `usize` holds.
    #[error("more bytes than can be counted: {}", Escaped(entry))]
    Overflow {
        /// The label of the entry, where it has one, and its arithmetic.
        entry: String,
    },
    /// All entries that are bounded, with what is below the component, are together more bytes than `usize` holds.
    #[error("together its entries are more bytes than can be counted")]
    OverflowTogether,
    /// The component was declared more than once.
    #[error(
        "it was declared {times} times; give each component a name of its own, or reset it before it is declared again"
    )]
    DeclaredRepeatedly {
        /// How often.
        times: usize,
    },
    /// Something in it was declared through an `Arc` or `Rc` that another component declared it through as well.
    ///
    /// That says nothing about the memory: a pool that both use is there once, but where each makes a pool from one configuration there
    /// are two. In the first case, declare it where it belongs, as in what makes the pool, and let the others `skip` it. In the second, say
    /// how many there are: with `times = 1` beside `subcomponent` or `flatten`, or
    /// [`with_repeated_subcomponent`](crate::MemoryBoundsBuilder::with_repeated_subcomponent). Either is taken as it is.
    ///
    /// Pointers are compared by where they point to: those that have clones when they are declared with all others, and one without
    /// clones with those that are reached from the same component while it is declared, as in two statements on one field. The only pointer to
    /// something that is declared twice by calls of a registry cannot be told from two, one dropped before the other was made, and counts
    /// twice. A declaration that outlives what it was made from should be declared again or removed: something else may be there by then.
    #[error(
        "it is declared through the same `Arc` or `Rc` as what is in `{with}`; if both share it, declare it in one place and skip it in the others, and if each makes its own, say so with `times = 1`"
    )]
    SharedPart {
        /// The full name of the other component, which stands before this one.
        with: String,
    },
    /// The component is called by a text that is no name.
    #[error(
        "it was called that without the quotes, and {error}; if it is one name, write the quotes where it is declared"
    )]
    InvalidName {
        /// Why that is no name.
        error: NameError,
    },
}

impl VerifierError {
    /// All components whose bounds are not usable, each before the one that contains it, with what is wrong; nothing for the
    /// other variants.
    pub fn invalid_components(&self) -> impl Iterator<Item = (&str, &InvalidReason)> {
        let (first, others) = match self {
            Self::InvalidComponentBounds { component_name, reason, others } => {
                (Some((component_name.as_str(), reason)), others.as_slice())
            }
            _ => (None, [].as_slice()),
        };
        first.into_iter().chain(others.iter().map(|other| (other.component_name.as_str(), &other.reason)))
    }

    /// The error of these components, if there are any.
    pub(super) fn of_invalid(components: Vec<InvalidComponent>) -> Option<Self> {
        let mut components = components.into_iter();
        let InvalidComponent { component_name, reason } = components.next()?;
        Some(Self::InvalidComponentBounds { component_name, reason, others: components.collect() })
    }
}

impl InvalidComponent {
    /// The component called `component_name`; for comparing in tests.
    pub fn new(component_name: impl Into<String>, reason: InvalidReason) -> Self {
        Self { component_name: component_name.into(), reason }
    }
}

/// A setting as the subject of a sentence.
struct Setting<'a>(&'a str);

impl fmt::Display for Setting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => f.write_str("a part of it is"),
            setting => write!(f, "`{}` is", Escaped(setting)),
        }
    }
}

/// Further components, each on a line of its own.
struct Lines<'a>(&'a [InvalidComponent]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|component| write!(f, "\n{component}"))
    }
}
