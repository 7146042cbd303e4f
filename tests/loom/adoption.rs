//! Tables that ended threads leave to new ones.

use loom::sync::Arc;
use loom::thread;

use crate::allocator::protocol::groups::GroupId;
use crate::allocator::protocol::tables::CounterTables;
use crate::{GROUPS, tables};

/// The life of a thread that counts one block, as the thread-local of the library leads it.
fn live_and_end(tables: &CounterTables) {
    let table = tables.acquire(GroupId::ROOT, GROUPS).expect("memory");
    let counters = table.touch(GroupId::ROOT).expect("room");
    let _ = counters.add_allocation(1);
    tables.release(table);
}

#[test]
fn a_table_has_one_owner_and_loses_nothing_when_it_changes_hands() {
    loom::model(|| {
        let tables = Arc::new(tables());
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let tables = Arc::clone(&tables);
                thread::spawn(move || live_and_end(&tables))
            })
            .collect();
        live_and_end(&tables);
        for thread in threads {
            thread.join().expect("no panic");
        }
        // Two owners at once would have overwritten each other's counts.
        assert_eq!(tables.count(GroupId::ROOT).allocated.objects, 3);
    });
}
