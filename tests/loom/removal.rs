//! Groups that are removed while threads enter, leave, and free.

use loom::sync::Arc;
use loom::thread;

use crate::allocator::protocol::barrier;
use crate::allocator::protocol::counters::GroupWatermark;
use crate::allocator::protocol::groups::{Entry, Group, GroupId, Occupant, Slot};
use crate::allocator::protocol::tables::{CounterTable, CounterTables, reclaim};
use crate::{BATCH, GROUPS, tables};

const REMOVED: Group = Group::new(GroupId::from_slot(2), 0);
const OTHER: Group = Group::new(GroupId::from_slot(3), 0);

struct World {
    tables: CounterTables,
    slot: Slot,
    watermark: GroupWatermark,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self { tables: tables(), slot: Slot::new(), watermark: GroupWatermark::new() })
    }

    /// A table whose owner is in the root group.
    fn table(&self) -> &'static CounterTable {
        let table = self.tables.acquire(GroupId::ROOT, GROUPS).expect("memory");
        entry(table, 0).set(Occupant::ROOT);
        table
    }

    fn allocate(&self, table: &CounterTable) {
        let counters = table.touch(REMOVED.id()).expect("room");
        if counters.add_allocation(1) {
            counters.report(&self.watermark, BATCH);
        }
    }

    fn free(&self, table: &CounterTable) {
        let counters = table.touch(REMOVED.id()).expect("room");
        if counters.add_deallocated_bytes(1) {
            counters.report(&self.watermark, BATCH);
        }
        counters.add_deallocated_object();
    }

    /// Removes the group, and says what it had allocated if its slot could go to another at once.
    fn remove(&self) -> Option<u64> {
        assert!(self.slot.remove(REMOVED.generation()));
        let passed = barrier::heavy().expect("a fence");
        reclaim(REMOVED.id(), &self.slot, &self.watermark, &self.tables, &passed)?;
        Some(self.slot.earlier().objects)
    }

    /// Once all threads are done: nothing was counted after the slot was given away, and no report was left behind.
    fn check(&self, earlier: Option<u64>) {
        let counted = self.tables.count(REMOVED.id());
        if let Some(earlier) = earlier {
            assert_eq!((counted.allocated.objects, counted.deallocated.objects), (earlier, earlier));
            assert_eq!(self.watermark.bytes().live_bytes(), 0);
        }
    }
}

fn entry(table: &CounterTable, index: usize) -> &Entry {
    &table.occupancy().entries()[index]
}

#[test]
fn a_slot_is_not_given_away_while_a_thread_enters() {
    loom::model(|| {
        let world = World::new();
        let entering = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                let table = world.table();
                if entry(table, 1).try_enter(REMOVED, &world.slot) {
                    world.allocate(table);
                    world.free(table);
                    entry(table, 1).clear();
                }
            })
        };
        let earlier = world.remove();
        entering.join().expect("no panic");
        world.check(earlier);
    });
}

#[test]
fn a_slot_is_not_given_away_while_an_unlisted_thread_enters() {
    loom::model(|| {
        let world = World::new();
        let entering = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                if world.slot.enter_unlisted(REMOVED.generation()) {
                    let shared = world.tables.shared(REMOVED.id()).expect("room");
                    shared.share_allocation(1);
                    shared.share_deallocation(1);
                    world.slot.leave_unlisted();
                }
            })
        };
        let earlier = world.remove();
        entering.join().expect("no panic");
        world.check(earlier);
    });
}

#[test]
fn a_slot_is_not_given_away_while_a_guard_goes_back() {
    loom::model(|| {
        let world = World::new();
        let table = world.table();
        assert!(entry(table, 1).try_enter(REMOVED, &world.slot));
        let nesting = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                for _ in 0..2 {
                    entry(table, 2).set(OTHER.occupant());
                    entry(table, 2).clear();
                }
                world.allocate(table);
                world.free(table);
                entry(table, 1).clear();
            })
        };
        let earlier = world.remove();
        nesting.join().expect("no panic");
        world.check(earlier);
    });
}

#[test]
fn a_slot_is_not_given_away_while_its_last_block_is_freed_elsewhere() {
    loom::model(|| {
        let world = World::new();
        world.allocate(world.table());
        // Made before, since to find a new table also shows what happened before it was made.
        let table = world.table();
        table.touch(REMOVED.id()).expect("room");
        // The other way around, `loom` leaves out orders.
        let removing = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.remove())
        };
        world.free(table);
        let earlier = removing.join().expect("no panic");
        world.check(earlier);
        // By now it can be reclaimed in any case.
        if earlier.is_none() {
            let passed = barrier::heavy().expect("a fence");
            let reclaimed = reclaim(REMOVED.id(), &world.slot, &world.watermark, &world.tables, &passed);
            assert_eq!(reclaimed, Some(true));
            world.check(Some(1));
        }
    });
}

#[test]
fn a_slot_is_not_given_away_while_what_a_thread_made_before_it_left_is_alive() {
    loom::model(|| {
        let world = World::new();
        let table = world.table();
        assert!(entry(table, 1).try_enter(REMOVED, &world.slot));
        // Reported, so that there is no report, and no fence, between what follows and leaving.
        world.allocate(table);
        world.free(table);
        let leaving = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                world.allocate(table);
                entry(table, 1).clear();
            })
        };
        assert_eq!(world.remove(), None);
        leaving.join().expect("no panic");
    });
}

#[test]
fn a_slot_is_not_given_away_while_a_thread_goes_from_one_place_to_another() {
    loom::model(|| {
        let world = World::new();
        let table = world.table();
        entry(table, 1).set(OTHER.occupant());
        assert!(entry(table, 2).try_enter(REMOVED, &world.slot));
        let going = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                // As a guard does that is dropped before those that were entered after it: the thread is in none of them then.
                entry(table, 2).clear();
                entry(table, 1).clear();
                if entry(table, 1).try_enter(REMOVED, &world.slot) {
                    world.allocate(table);
                    world.free(table);
                    entry(table, 1).clear();
                }
            })
        };
        let earlier = world.remove();
        going.join().expect("no panic");
        world.check(earlier);
    });
}
