//! Live inside a memory limit: declare, verify, track, limit and see the memory of a service's components.

mod bytes;
mod lock;

mod expr;
mod config_value;
mod container;
mod bounds;
pub mod sizing;
mod grant;
mod verifier;
mod partitioner;
pub mod allocator;
mod registry;

pub use self::bounds::{
    BoundsBuilder, BoundsEntry, ComponentBounds, MemoryBounds, MemoryBoundsBuilder, SkippedField,
};
pub use self::config_value::ConfigValue;
pub use self::container::{Container, HashContainer};
pub use self::expr::UsageExpr;
pub use self::grant::{DetectError, GrantError, MemoryGrant};
pub use self::partitioner::{MemoryPartitioner, PartitionMode};
pub use self::registry::{ComponentRegistry, ComponentUsage, DeclaredBytes, LiveBytes, UnknownComponent};
pub use self::verifier::{BoundsVerifier, VerifiedBounds, VerifierError};

/// Implements [`trait@MemoryBounds`] from a type's fields.
#[cfg(feature = "derive")]
pub use memory_accounting_derive::MemoryBounds;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
