//! Groups that are removed while threads enter, leave, and free.

use loom::sync::Arc;
use loom::thread;

use crate::barrier;
use crate::drain::drain;
use crate::group::{Group, GroupId, Mark};
use crate::level::GroupLevel;
use crate::presence::Place;
use crate::slot::Slot;
use crate::table::Table;
use crate::tables::Tables;

const REMOVED: Group = Group::new(GroupId::from_slot(2), 0);
const OTHER: Group = Group::new(GroupId::from_slot(3), 0);

struct World {
    tables: Tables,
    slot: Slot,
    level: GroupLevel,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self { tables: Tables::new(), slot: Slot::new(), level: GroupLevel::new() })
    }

    /// A table whose owner is in the root group.
    fn table(&self) -> &'static Table {
        let table = self.tables.acquire().expect("memory");
        place(table, 0).stand(Mark::ROOT);
        table
    }

    fn allocate(&self, table: &Table) {
        let counters = table.touch(REMOVED.id());
        if counters.add_allocation(1) {
            counters.report(&self.level);
        }
    }

    fn free(&self, table: &Table) {
        let counters = table.touch(REMOVED.id());
        if counters.add_deallocated_bytes(1) {
            counters.report(&self.level);
        }
        counters.add_deallocated_object();
    }

    /// Removes the group, and says what it had allocated if its slot could go to another at once.
    fn remove(&self) -> Option<usize> {
        assert!(self.slot.remove(REMOVED.generation()));
        let passed = barrier::heavy().expect("a fence");
        drain(REMOVED.id(), &self.slot, &self.level, &self.tables, &passed)?;
        Some(self.slot.earlier().objects)
    }

    /// Once all threads are done: nothing was counted after the slot was given away, and no report was left behind.
    fn check(&self, earlier: Option<usize>) {
        let counted = self.tables.count(REMOVED.id());
        if let Some(earlier) = earlier {
            assert_eq!((counted.allocated.objects, counted.deallocated.objects), (earlier, earlier));
            assert_eq!(self.level.level().live_bytes(), 0);
        }
    }
}

fn place(table: &Table, index: usize) -> &Place {
    &table.presence().places()[index]
}

#[test]
fn a_slot_is_not_given_away_while_a_thread_enters() {
    loom::model(|| {
        let world = World::new();
        let entering = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                let table = world.table();
                if place(table, 1).try_enter(REMOVED, &world.slot) {
                    world.allocate(table);
                    world.free(table);
                    place(table, 1).leave();
                }
            })
        };
        let earlier = world.remove();
        entering.join().expect("no panic");
        world.check(earlier);
    });
}

#[test]
fn a_slot_is_not_given_away_while_a_stray_enters() {
    loom::model(|| {
        let world = World::new();
        let entering = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                if world.slot.stray_in(REMOVED.generation()) {
                    let shared = world.tables.shared(REMOVED.id());
                    shared.share_allocation(1);
                    shared.share_deallocation(1);
                    world.slot.stray_out();
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
        assert!(place(table, 1).try_enter(REMOVED, &world.slot));
        let nesting = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                for _ in 0..2 {
                    place(table, 2).stand(OTHER.mark());
                    place(table, 2).leave();
                }
                world.allocate(table);
                world.free(table);
                place(table, 1).leave();
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
        table.touch(REMOVED.id());
        // The other way around, `loom` leaves out orders.
        let removing = {
            let world = Arc::clone(&world);
            thread::spawn(move || world.remove())
        };
        world.free(table);
        let earlier = removing.join().expect("no panic");
        world.check(earlier);
        // By now it is drained in any case.
        if earlier.is_none() {
            let passed = barrier::heavy().expect("a fence");
            let drained = drain(REMOVED.id(), &world.slot, &world.level, &world.tables, &passed);
            assert_eq!(drained, Some(true));
            world.check(Some(1));
        }
    });
}

#[test]
fn a_slot_is_not_given_away_while_what_a_thread_made_before_it_left_is_alive() {
    loom::model(|| {
        let world = World::new();
        let table = world.table();
        assert!(place(table, 1).try_enter(REMOVED, &world.slot));
        // Reported, so that there is no report, and no fence, between what follows and leaving.
        world.allocate(table);
        world.free(table);
        let leaving = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                world.allocate(table);
                place(table, 1).leave();
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
        place(table, 1).stand(OTHER.mark());
        assert!(place(table, 2).try_enter(REMOVED, &world.slot));
        let going = {
            let world = Arc::clone(&world);
            thread::spawn(move || {
                // As a guard does that is dropped before those that were entered after it: the thread is in none of them then.
                place(table, 2).leave();
                place(table, 1).leave();
                if place(table, 1).try_enter(REMOVED, &world.slot) {
                    world.allocate(table);
                    world.free(table);
                    place(table, 1).leave();
                }
            })
        };
        let earlier = world.remove();
        going.join().expect("no panic");
        world.check(earlier);
    });
}
