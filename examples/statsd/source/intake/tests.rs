use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use memory_accounting::{ComponentRegistry, MemoryGrant, MemoryLimiter};

use super::*;

/// An aggregator that may hold 1,000 bytes and takes 100 for a line, where `used` of 10,000 bytes are in use.
fn intake(used: u64) -> (Intake, ComponentRegistry) {
    let grant = MemoryGrant::effective(10_000).unwrap();
    let limiter = MemoryLimiter::builder(grant).with_usage_source(move || Some(used)).start().unwrap();
    let aggregator = ComponentRegistry::default().get_or_create("aggregator");
    aggregator.bounds_builder().firm().with_fixed_amount("contexts", 1_000);
    let limiter = limiter.component(&aggregator).start().unwrap();
    (Intake::new(limiter, aggregator.token(), 1_000, 100), aggregator)
}

/// What is promised at once; `None` where the packet has to wait.
fn promised(intake: &Intake, packet: &[u8]) -> Option<Promise> {
    match pin!(intake.promise(packet)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(promise) => Some(promise.unwrap()),
        Poll::Pending => None,
    }
}

fn bytes(promise: &Promise) -> u64 {
    promise.reserved.as_ref().map_or(0, |(reservation, _)| reservation.bytes())
}

#[test]
fn packets_are_promised_what_their_lines_take_and_together_no_more_than_is_declared() {
    let (intake, aggregator) = intake(0);
    let first = promised(&intake, b"a:1|c\nb:1|c\n").unwrap();
    let second = promised(&intake, &b"a:1|c\n".repeat(20)).unwrap();
    let third = promised(&intake, b"a:1|c").unwrap();
    assert_eq!([&first, &second, &third].map(bytes), [200, 800, 0]);
    assert_eq!(aggregator.usage().reserved_bytes, Some(1_000), "the promises are the aggregator's");
    drop(first);
    assert_eq!(bytes(&promised(&intake, b"a:1|c").unwrap()), 100);
    drop(second);
    assert_eq!(intake.promised_bytes.load(Ordering::Relaxed), 0);
}

#[test]
fn what_the_aggregator_allocates_is_what_was_promised() {
    let (intake, _) = intake(0);
    let mut promise = promised(&intake, b"a:1|c\nb:1|c").unwrap();
    let unfilled = |promise: &Promise| promise.reserved.as_ref().unwrap().0.unfilled_bytes();
    assert_eq!(unfilled(&promise), 200);
    let mut contexts = Vec::new();
    intake.aggregator.scope(|| promise.fill(|| contexts = vec![0_u8; 150]));
    assert_eq!(unfilled(&promise), 50);
    assert_eq!(bytes(&promised(&intake, &b"a:1|c\n".repeat(20)).unwrap()), 650);
    assert_eq!(contexts.len(), 150);
}

#[test]
fn a_packet_waits_where_others_have_the_memory_unless_it_cannot_take_any() {
    let (intake, _) = intake(9_990);
    assert!(promised(&intake, b"a:1|c").is_none());
    let full = intake.aggregator.scope(|| vec![0_u8; 1_000]);
    assert_eq!(promised(&intake, b"a:1|c").as_ref().map(bytes), Some(0));
    drop(full);
}

#[test]
fn an_aggregator_over_its_bound_waits_while_memory_is_scarce() {
    let (scarce, _) = intake(8_000);
    assert_eq!(promised(&scarce, b"a:1|c").as_ref().map(bytes), Some(100), "the control");
    let (ample, _) = intake(0);
    // As if it did not know what it declared.
    for intake in [&scarce, &ample] {
        intake.terms.lock().firm_limit_bytes = u64::MAX;
    }
    let over = [&scarce, &ample].map(|intake| intake.aggregator.scope(|| vec![0_u8; 2_000_000]));
    assert!(promised(&scarce, b"a:1|c").is_none());
    assert_eq!(promised(&ample, b"a:1|c").as_ref().map(bytes), Some(100));
    drop(over);
}
