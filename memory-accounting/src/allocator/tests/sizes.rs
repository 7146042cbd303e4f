//! Which blocks count as large lately.

use super::block::Block;
use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken, GroupReadings, limits};

const MIB: usize = 1 << 20;

fn largest(token: AllocationGroupToken) -> [u64; 4] {
    GroupReadings::of([token]).take(token).expect("registered").largest_sizes
}

#[test]
fn a_block_is_large_until_two_windows_later() {
    let token = AllocationGroupRegistry::global().register_distinct_allocation_group("large");
    let mut block = token.scope(|| Block::new(MIB));
    token.scope(|| block.resize(3 * MIB));
    assert_eq!(largest(token), [3 << 20, 1 << 20, 0, 0]);
    limits::begin_window();
    limits::begin_window();
    assert_eq!(largest(token), [0; 4], "no longer, though it is alive");
}
