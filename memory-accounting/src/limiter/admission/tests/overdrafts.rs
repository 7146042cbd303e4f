//! One holder at a time has more than there is room for.
//!
//! Holders that wait to grow would wait for each other, so one of them may overdraw. Whatever is then given back in parts, split and merged: what
//! all of them have beyond the room, live or unfilled, is what that one has overdrawn, and no more than the limit.

use std::time::Duration;

use proptest::prelude::*;

use super::life::Change;
use super::service::LiveKnown;
use super::world::{Held, LIMIT, World};
use crate::limiter::error::ReserveReason;

/// How much may be tracked, of which one byte is live.
const ROOM: u64 = LIMIT * 97 / 100;

/// Three holders of 30,000 bytes, of which the last has overdrawn 60,000.
fn one_overdraws() -> World {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    for _ in 0..3 {
        world.try_reserve(30_000);
    }
    grow_first(&mut world, 60_000);
    assert_eq!((overdrawn(&world), world.admission.waiting()), (1, 0));
    world
}

/// The first holder asks for more, an interval passes, and it is the last of them if it has got it.
fn grow_first(world: &mut World, bytes: u64) {
    let held = world.reservations.remove(0);
    world.grow(held, bytes);
    world.advance(Duration::from_millis(100));
    world.poll_all();
}

fn overdrawn(world: &World) -> u64 {
    world.admission.counts().overdrawn
}

fn last_changes(world: &mut World, change: Change) {
    world.change(world.reservations.len() - 1, change);
    world.check();
}

#[test]
fn nobody_else_overdraws_until_all_that_was_overdrawn_is_back() {
    let mut world = one_overdraws();
    last_changes(&mut world, Change::Shrink(1));
    grow_first(&mut world, 60_000);
    last_changes(&mut world, Change::Shrink(59_998));
    assert_eq!((overdrawn(&world), world.admission.waiting()), (1, 1));
    last_changes(&mut world, Change::Shrink(1));
    assert_eq!((overdrawn(&world), world.admission.waiting()), (2, 0));
}

#[test]
fn nobody_else_overdraws_while_a_part_has_what_was_overdrawn() {
    let mut world = one_overdraws();
    last_changes(&mut world, Change::Split(LIMIT));
    grow_first(&mut world, 60_000);
    let mut end = |is_part: bool| {
        let ends = |held: &Held| is_part == (held.overdrawn > 0) && held.reservation.bytes() != 30_000;
        let index = world.reservations.iter().position(ends).expect("one of both");
        world.change(index, Change::End);
        world.check();
        (overdrawn(&world), world.admission.waiting())
    };
    assert_eq!(end(false), (1, 1), "nothing is back");
    assert_eq!(end(true), (2, 0), "now all is");
}

#[test]
fn the_parts_of_one_that_overdraws_have_no_more_than_it_could_have() {
    let mut world = one_overdraws();
    let mut held = world.reservations.pop().expect("the last");
    let part = held.reservation.split(85_000);
    let mut grow = |bytes| held.reservation.grow_blocking(bytes, Duration::ZERO);
    assert_eq!(grow(40_001).unwrap_err().reason, ReserveReason::AboveLimit);
    assert!(grow(40_000).is_ok(), "100,000 are overdrawn");
    drop((held, part));
    world.check();
}

fn bytes() -> impl Strategy<Value = u64> {
    prop_oneof![0..LIMIT / 4, 0..LIMIT * 9 / 10]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => bytes().prop_map(Change::Grow),
        1 => bytes().prop_map(Change::TryGrow),
        4 => prop_oneof![Just(1), bytes()].prop_map(Change::Shrink),
        2 => bytes().prop_map(Change::Split),
        1 => any::<usize>().prop_map(Change::MergeWith),
        3 => bytes().prop_map(Change::Fill),
        2 => bytes().prop_map(Change::Empty),
        1 => Just(Change::End),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_have_beyond_the_room_what_one_has_overdrawn(
        steps in prop::collection::vec((bytes(), any::<usize>(), change(), 0_u64..200), 0..50),
    ) {
        let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
        for (bytes, who, change, milliseconds) in steps {
            world.try_reserve(bytes);
            if let Some(who) = who.checked_rem(world.reservations.len()) {
                let held = &world.reservations[who].reservation;
                let (left, filled) = (held.unfilled_bytes(), held.bytes() - held.unfilled_bytes());
                match change {
                    // All that is live fills a reservation.
                    Change::Fill(bytes) => world.change(who, Change::Fill(bytes.min(left))),
                    Change::Empty(bytes) => world.change(who, Change::Empty(bytes.min(filled))),
                    Change::End => {
                        world.change(who, Change::Empty(filled));
                        world.change(world.reservations.len() - 1, Change::End);
                    }
                    _ => world.change(who, change),
                }
            }
            world.advance(Duration::from_millis(milliseconds));
            world.poll_all();
            world.check();
            let beyond = (world.live + world.admission.promises.unfilled()).saturating_sub(ROOM);
            prop_assert!(beyond <= world.overdrawn(), "{beyond} of {}", world.overdrawn());
            prop_assert!(beyond <= LIMIT, "{beyond}");
        }
    }
}
