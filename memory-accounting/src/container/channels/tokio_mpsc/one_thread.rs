//! How many blocks there are at most where one thread sends at a time, whichever it is.
//!
//! Let `i` items be received. A block is released as the first item behind it is sent, and taken back as the second is asked
//! for: so the oldest block is that of item `i - 2`, counted from 0, or a later one. The newest is that of item `i + n`: `n`
//! items wait, and the last sender leaves a mark behind them. A block is allocated only where the newest has none behind it,
//! and one that was taken back becomes the newest: so no block is behind the one that is needed when another is allocated.
//! From the oldest to the newest are `n + 3` items, the first of them the last of its block at worst: `(n + 1) / 32` blocks,
//! rounded down, and two more. For 62 items that are 3 blocks, for 63 they are 4.
//!
//! (`Tx::find_block` and `Tx::reclaim_block`, `Rx::reclaim_blocks` in `src/sync/mpsc/list.rs`, tokio 1.54.)

use super::BLOCK;
use crate::expr::UsageExpr;

pub(super) fn most_blocks(items: &UsageExpr) -> UsageExpr {
    // Quotients round up; what is taken away first makes this one round `(n + 1) / 32` down.
    let less = UsageExpr::difference(items.clone(), UsageExpr::number(BLOCK.saturating_sub(2)));
    let whole = UsageExpr::quotient(less, UsageExpr::number(BLOCK));
    UsageExpr::Sum { values: vec![whole, UsageExpr::number(2)] }
}
