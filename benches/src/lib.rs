//! What one program under one global allocator measures.
//!
//! Each program in `src/bin` names its allocator and calls [`main`] with the [`Groups`] of that allocator. `main` runs one
//! [`Workload`] under the [`Conditions`] given on its command line and prints one number. The bench `allocators` starts
//! these programs in turn and compares what they print.

mod block;
mod child;
mod conditions;
mod groups;
mod pointer_trailer;
mod resident;
mod spread;
mod workload;
mod workloads;

pub use self::child::main;
pub use self::conditions::{Conditions, Request, Scope};
pub use self::groups::{AllocTrackerSpans, Groups, NoGroups, OurGroups, PointerTrailerGroups, Task};
pub use self::pointer_trailer::PointerTrailer;
pub use self::spread::Spread;
pub use self::workload::{Comparison, Quantity, Workload};
pub use self::workloads::all as all_workloads;
