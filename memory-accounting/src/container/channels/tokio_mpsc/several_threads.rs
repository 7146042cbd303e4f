//! How many blocks there are at most where several threads send at the same time.
//!
//! What is cited is in `src/sync/mpsc/list.rs` and `src/sync/mpsc/block.rs` of tokio 1.54. Items are in a chain of blocks, `B`
//! items in each. Sending is: claim a position (`Tx::push`), go along the chain from the block that `block_tail` says to the one of
//! that position and allocate what is missing (`Tx::find_block`, `Block::grow`), write the item. Who goes along moves `block_tail`
//! past full blocks if its own is farther than its position is into that (`distance > offset`), one after another until a move
//! fails because another sender made it, and then releases the block with the position that is claimed next. The receiver takes
//! back a released block once it is at that position, and puts it at the end if that is within three (`Rx::reclaim_blocks`,
//! `Tx::reclaim_block`). A thread may be suspended between any two of these steps.
//!
//! With capacity `n`, the mark of the last sender included, and `N <= B` threads amid sending:
//!
//! 1. **Claimed.** From the position of the receiver `i` at most `n + 1` are claimed. A thread amid sending has not written its
//!    own, so `i` is not beyond that.
//! 2. **`block_tail` is at most `L + N + 1` blocks behind** the last claimed position, with `L = ceil(n / B)`. While its block is
//!    not full, `i` is in there, so it is at most `L` behind. Let it be more than `L + N` behind from some time on. In that time
//!    its block is always full, and who claims a position finds it `N + 1` blocks away or more: that is more than the position is
//!    into its block for the first `N` of each block. Those all try to move it. Each makes a move before it ends, or fails because
//!    of one that another made meanwhile; and a move is one sender's own and fails `N - 1` others at most, who are amid sending. So
//!    with `b` blocks begun and `m` moves: `N * (b - 1) + 1` tried, `N` of them have not ended, and the others are `N * m` or fewer;
//!    so `m >= b - 1`, and it is one farther behind than at the beginning.
//! 3. **The oldest block is at most `L + N + 1 + ceil(2 * n / B)` blocks behind.** It was not taken back when the receiver looked
//!    last. Either `block_tail` is there; or who moved it away has not released the block, and `i` is not beyond its position; or
//!    it has, with a position that `i` has not reached, which is `n` from its own at most. Its own is as far as in 2. So `i` is that
//!    many blocks and `n` items ahead, and the last claimed position `n` more.
//! 4. **Allocated.** A thread allocates having seen that a block before the one of its position is the last. When the latest one saw
//!    that, it was so; since then each that is amid allocating has added one, `N` at most, for taking back and putting at the end
//!    adds none.
//!
//! With more threads than items in a block there is no such bound: `B + 1` threads that all try the same move and fail, but one,
//! claim more than a block while `block_tail` moves by one, and may do so again.

use super::BLOCK;
use crate::container::SENDING_THREADS;
use crate::expr::UsageExpr;

pub(super) fn most_blocks(items: &UsageExpr, threads: usize) -> UsageExpr {
    let in_blocks = |items| UsageExpr::quotient(items, UsageExpr::number(BLOCK));
    let twice = items.clone().times(&UsageExpr::number(2));
    // Named, so that who reads the entry sees for how many it is.
    let threads = UsageExpr::constant(SENDING_THREADS, threads);
    let kept_by_threads = UsageExpr::Product { values: vec![UsageExpr::number(2), threads] };
    UsageExpr::Sum {
        values: vec![in_blocks(items.clone()), in_blocks(twice), kept_by_threads, UsageExpr::number(1)],
    }
}
