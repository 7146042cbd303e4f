//! What is above the rooms, with blocks of an allocator that only these tests use, so that they know of every one.

mod block;
mod sizes;
mod thread_net_bytes;
mod unreported;
mod waking;
