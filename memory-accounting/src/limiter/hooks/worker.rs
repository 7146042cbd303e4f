//! A thread for one callback, so that one which does not return keeps nobody else waiting.
//!
//! A callback is called and dropped on its thread alone, and never under a lock. The thread holds nothing that ends with it: a forked child
//! starts another one.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};

use crate::allocator::AllocationGroupToken;
use crate::limiter::admission::Admission;
use crate::lock::lock;
use crate::system::OfThisProcess;

/// What a program has called with a job.
pub(super) type Callback<J> = Arc<dyn Fn(&J) + Send + Sync>;

/// A callback with a thread of its own.
pub(super) trait Work: Send + Sync + 'static {
    /// What the callback is told.
    type Job: Send;

    fn worker(&self) -> &Worker<Self::Job>;

    /// Calls `callback`, and catches its panics.
    fn work(&self, job: &Self::Job, callback: &dyn Fn(&Self::Job));
}

pub(super) struct Worker<J> {
    /// Whose hooks' thread is called when a job is done.
    admission: Arc<Admission>,
    mailbox: Mutex<Mailbox<J>>,
}

struct Mailbox<J> {
    callback: Option<Callback<J>>,
    job: Option<J>,
    is_busy: bool,
    is_closed: bool,
    thread: Option<OfThisProcess<Thread>>,
}

impl<J> Mailbox<J> {
    /// The thread, unless it is that of the process that this one was forked from.
    fn thread_here(&self) -> Option<&Thread> {
        self.thread.as_ref()?.get()
    }
}

impl<J> Worker<J> {
    pub(super) fn new(admission: Arc<Admission>, callback: Callback<J>) -> Self {
        let mailbox =
            Mailbox { callback: Some(callback), job: None, is_busy: false, is_closed: false, thread: None };
        Self { admission, mailbox: Mutex::new(mailbox) }
    }

    pub(super) fn admission(&self) -> &Arc<Admission> {
        &self.admission
    }

    /// Whether it is at a job.
    pub(super) fn is_busy(&self) -> bool {
        lock(&self.mailbox).is_busy
    }

    pub(super) fn has_thread(&self) -> bool {
        lock(&self.mailbox).thread_here().is_some()
    }

    /// Has it do `job`, unless it is at another one or has no thread.
    pub(super) fn give(&self, job: J) -> bool {
        let mut mailbox = lock(&self.mailbox);
        if mailbox.is_busy || mailbox.is_closed {
            return false;
        }
        let Some(thread) = mailbox.thread_here().cloned() else { return false };
        (mailbox.job, mailbox.is_busy) = (Some(job), true);
        thread.unpark();
        true
    }

    /// Has the thread drop the callback and end, after the job it is at.
    pub(super) fn close(&self) {
        let mut mailbox = lock(&self.mailbox);
        mailbox.is_closed = true;
        if let Some(thread) = mailbox.thread_here() {
            thread.unpark();
        }
    }

    fn next(&self) -> Next<J> {
        let mut mailbox = lock(&self.mailbox);
        if mailbox.is_closed {
            return Next::End(mailbox.callback.take());
        }
        match (mailbox.job.take(), &mailbox.callback) {
            (Some(job), Some(callback)) => Next::Job(job, Arc::clone(callback)),
            _ => Next::Nothing,
        }
    }

    fn done(&self) {
        lock(&self.mailbox).is_busy = false;
        self.admission.shortage.call();
    }
}

impl<J> fmt::Debug for Worker<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

enum Next<J> {
    Job(J, Callback<J>),
    Nothing,
    End(Option<Callback<J>>),
}

/// Starts the thread, unless it is there; in a forked child, once more.
pub(super) fn start<W: Work>(work: &Arc<W>) -> io::Result<()> {
    let of_thread = Arc::clone(work);
    // Until the thread is noted: in a forked child, others may come to start it as well.
    let mut mailbox = lock(&work.worker().mailbox);
    if mailbox.thread_here().is_some() {
        return Ok(());
    }
    (mailbox.job, mailbox.is_busy, mailbox.thread) = (None, false, None);
    // At most 15 bytes, the most that Linux shows.
    let thread = thread::Builder::new().name("memory-hook".to_owned());
    let handle = thread.spawn(move || AllocationGroupToken::root().scope(|| run(&*of_thread)))?;
    mailbox.thread = Some(OfThisProcess::new(handle.thread().clone()));
    Ok(())
}

fn run<W: Work>(work: &W) {
    loop {
        match work.worker().next() {
            Next::Job(job, callback) => {
                work.work(&job, &*callback);
                work.worker().done();
            }
            Next::Nothing => thread::park(),
            Next::End(callback) => {
                drop(callback);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::grant::MemoryGrant;
    use crate::limiter::admission::LiveBytes;
    use crate::limiter::settings::LimiterSettings;

    struct Nothing(Worker<()>);

    impl Work for Nothing {
        type Job = ();

        fn worker(&self) -> &Worker<()> {
            &self.0
        }

        fn work(&self, (): &(), callback: &dyn Fn(&())) {
            callback(&());
        }
    }

    #[test]
    fn it_is_started_once_whoever_else_starts_it() {
        let grant = MemoryGrant::effective(1000).expect("a grant");
        let (settings, live) = (LimiterSettings::default(), LiveBytes::Allocator);
        let admission = Admission::new(grant, 0, settings, live, None, Instant::now, || {});
        let work = Arc::new(Nothing(Worker::new(admission, Arc::new(|()| ()))));
        let started = || {
            start(&work).expect("a thread");
            lock(&work.worker().mailbox).thread_here().map(Thread::id)
        };
        assert_eq!(started(), started());
        work.worker().close();
    }
}
