//! Why a component is not found, not removed, or not declared anew.

use std::fmt;

use thiserror::Error;

use crate::bounds::{NameError, full_name};
use crate::expr::Escaped;
use crate::verifier::VerifierError;

/// A name that no component has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub struct UnknownComponent {
    /// The name that was asked for.
    pub name: String,
    /// Why no component can have it, where that is so.
    pub invalid: Option<NameError>,
    /// The full names of the components that exist below the one that was asked.
    pub known: Vec<String>,
}

/// So many names are read at a glance, and listed all.
const FEW: usize = 8;

/// How many are listed of more.
const NEAREST: usize = 5;

/// How much of a name is compared, in characters: enough for what somebody mistyped.
const COMPARED: usize = 128;

impl UnknownComponent {
    /// Of what is [known](Self::known), the few full names that are most like the one that was asked for, the most first; all where there are only few.
    pub fn nearest(&self) -> Vec<&str> {
        let known = self.known.iter().map(String::as_str);
        if self.known.len() <= FEW {
            return known.collect();
        }
        let compared = |name: &str| name.chars().take(COMPARED).collect::<String>().to_lowercase();
        let asked = compared(&self.name);
        let mut known: Vec<_> =
            known.map(|name| (strsim::osa_distance(&asked, &compared(name)), name)).collect();
        known.sort_by_key(|(distance, _)| *distance);
        known.into_iter().take(NEAREST).map(|(_, name)| name).collect()
    }
}

impl fmt::Display for UnknownComponent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no component `{}`", Escaped(&self.name))?;
        if let Some(reason) = self.invalid {
            write!(f, ", because {reason}; as one name it is written {}", full_name(&[&self.name]))?;
        }
        let (nearest, known) = (self.nearest().join(", "), self.known.len());
        match known {
            0 => f.write_str("; there are none"),
            1..=FEW => write!(f, "; known are: {nearest}"),
            _ => write!(f, "; of the {known} that are known, the nearest are: {nearest}"),
        }
    }
}

/// Why a component was not removed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RemoveError {
    /// There is no such component.
    #[error(transparent)]
    Unknown(#[from] UnknownComponent),
    /// It is the root.
    #[error("the root cannot be removed; remove the components below it")]
    Root,
    /// It is the component that was asked to remove it.
    #[error("`{name}` cannot remove itself; remove it from a component above")]
    Itself {
        /// The full name of the component.
        name: String,
    },
}

/// Why a component was not declared anew; all is as it was.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RedeclareError {
    /// There is no such component: [`register`](super::ComponentRegistry::register) declares one.
    #[error(transparent)]
    Unknown(#[from] UnknownComponent),
    /// With the new declaration, the whole would not be valid, or would not fit.
    #[error("`{name}` stays as it was declared before: {reason}")]
    DoesNotFit {
        /// The full name of the component.
        name: String,
        /// What would be wrong with the whole.
        reason: VerifierError,
    },
}
