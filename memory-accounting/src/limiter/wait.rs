//! Waiting for a request to be granted: as a future, or on a thread.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::account::Account;
use super::admission::{Admission, Outcome};
use super::component::Component;
use super::queue::{Request, Standing, Ticket};
use super::service;

/// Ends when the request is granted, and says for how much of it there was no room; or when it can never be. Dropped before, it leaves nothing behind.
#[derive(Debug)]
#[must_use = "nothing is requested before it is polled"]
pub(super) struct Wait<'a> {
    admission: &'a Arc<Admission>,
    component: Option<&'a Arc<Component>>,
    request: Request,
    ticket: Option<Ticket>,
}

impl<'a> Wait<'a> {
    /// Of a caller that belongs to `component`, where there is one that is held to a bound.
    pub(super) fn new(
        admission: &'a Arc<Admission>,
        component: Option<&'a Arc<Component>>,
        request: Request,
    ) -> Self {
        Self { admission, component, request, ticket: None }
    }
}

/// That a request was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Granted {
    /// For so many bytes of it there was no room.
    pub(super) overdrawn_bytes: u64,
}

/// That a request was refused: it is for more than there may ever be. One for capacity never is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AboveLimit;

impl Future for Wait<'_> {
    type Output = Result<Granted, AboveLimit>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // The threads that would let it through may be those of a parent process, also where it has begun to wait there.
        service::ensure_running();
        if let Some(ticket) = self.ticket {
            match self.admission.standing(ticket, context.waker()) {
                Standing::Waiting => return Poll::Pending,
                Standing::LetThrough => {
                    self.ticket = None;
                    return Poll::Ready(Ok(Granted { overdrawn_bytes: self.admission.overdrawn_by(ticket) }));
                }
                Standing::Refused => {
                    self.ticket = None;
                    return Poll::Ready(Err(AboveLimit));
                }
                Standing::Forgotten => {}
            }
        }
        match self.admission.request(self.request, self.component, self.admission.now(), context.waker()) {
            Outcome::Granted => {
                self.ticket = None;
                Poll::Ready(Ok(Granted { overdrawn_bytes: 0 }))
            }
            Outcome::Refused => {
                self.ticket = None;
                Poll::Ready(Err(AboveLimit))
            }
            Outcome::Waits(ticket) => {
                self.ticket = Some(ticket);
                service::attend();
                Poll::Pending
            }
        }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        if self.admission.leave(ticket) != Standing::LetThrough {
            return;
        }
        let account = Account::new(self.admission.place(), self.component.cloned());
        match self.request {
            Request::Capacity => {}
            Request::Reservation(bytes) => account.end_reservation(bytes, 0),
            Request::Growth(bytes) => account.give_back(bytes, self.admission.overdrawn_by(ticket)),
        }
    }
}

/// Runs `future` on this thread until it ends, or until `time` is over: then `None`.
pub(super) fn block_on<F: Future>(future: F, time: Duration) -> Option<F::Output> {
    let deadline = Instant::now().checked_add(time);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        let Some(deadline) = deadline else {
            thread::park();
            continue;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
