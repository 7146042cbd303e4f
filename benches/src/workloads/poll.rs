//! What does it cost that a future is tied to a group?

use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::conditions::{Conditions, time};
use crate::groups::{Groups, Task};
use crate::workload::Workload;

const POLLS: u32 = 100_000;

/// Never ready, and does next to nothing to find out.
struct Waiting {
    polls: u32,
}

impl Future for Waiting {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        // May read the current group, so that entering and leaving cannot cancel each other out. What is hidden is where the future
        // is, not what it holds: half a word on the stack, read back as part of a whole one, would cost more than all else.
        let this = black_box(&mut *self);
        this.polls = this.polls.wrapping_add(1);
        Poll::Pending
    }
}

pub(super) fn workload<G: Groups>() -> Workload {
    Workload::of_groups(
        "poll",
        "a poll of a future tied to a group, less a poll of the same future bare",
        measure::<G>,
    )
}

fn measure<G: Groups>(conditions: &Conditions) -> Option<f64> {
    let group = G::register("entered")?;
    let mut bare: Task = Box::pin(Waiting { polls: 0 });
    let mut tied = group.track(Waiting { polls: 0 });
    let conditions = Conditions { milliseconds: conditions.milliseconds / 2, ..*conditions };
    let bare = conditions.fastest(|| poll(&mut bare));
    let tied = conditions.fastest(|| poll(&mut tied));
    Some((tied - bare) / f64::from(POLLS))
}

/// Polls as an executor does, through a table of functions.
fn poll(task: &mut Task) -> Duration {
    let mut context = Context::from_waker(Waker::noop());
    time(|| {
        for _ in 0..POLLS {
            let _ = black_box(black_box(&mut *task).as_mut().poll(&mut context));
        }
    })
}
