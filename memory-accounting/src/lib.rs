//! Declare, verify, track and limit the memory of a service's components.

pub mod allocator;
