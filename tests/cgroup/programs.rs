//! What runs inside of a group beside loads: each brings its process into a state that a limiter is easily wrong about.

mod burst;
mod calls;
mod file_pages;
mod fork;
mod hold;

pub(crate) use self::burst::Burst;
pub(crate) use self::calls::Calls;
pub(crate) use self::file_pages::FilePages;
pub(crate) use self::fork::{Child, Fork, Forked};
pub(crate) use self::hold::Hold;
