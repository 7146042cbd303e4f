//! Sums that are read while others count.

use loom::sync::Arc;
use loom::thread;

use crate::allocator::protocol::groups::GroupId;
use crate::{GROUPS, tables};

#[test]
fn nothing_looks_freed_before_it_was_made() {
    loom::model(|| {
        let tables = Arc::new(tables());
        // Made before, since to find a new table also shows what happened before it was made.
        let counters =
            || tables.acquire(GroupId::ROOT, GROUPS).expect("memory").touch(GroupId::ROOT).expect("room");
        let (makes, frees) = (counters(), counters());
        let reader = {
            let tables = Arc::clone(&tables);
            thread::spawn(move || {
                let counted = tables.count(GroupId::ROOT);
                assert!(counted.allocated.bytes >= counted.deallocated.bytes, "{counted:?}");
                assert!(counted.allocated.objects >= counted.deallocated.objects, "{counted:?}");
            })
        };
        // A block that one thread makes and another frees, which has it from the first: in this order.
        let _ = makes.add_allocation(8);
        let _ = frees.add_deallocated_bytes(8);
        frees.add_deallocated_object();
        reader.join().expect("no panic");
    });
}
