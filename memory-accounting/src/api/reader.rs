//! The thread that reads what is asked for.
//!
//! A walk through a thousand components takes milliseconds, which no worker of an async runtime has. So whoever asks leaves a wish, and one thread
//! fulfils the wishes, one after another. It is started by a wish, and ends when there is none and what it has read is of no use any more. The
//! same thread is the clock of those that want something read again and again: their wish is for later.
//!
//! ```text
//! a request, or a stream                           the thread
//! 1. is there an answer, read late enough?         a. forget answers that are too old for anybody
//!    then that is it                               b. a wish that is due and has no answer?  read, and tell all that wait
//! 2. leave a wish, start or wake the thread        c. else sleep until one is due, or an answer is too old
//! 3. wait, and look again                          d. neither wishes nor answers?  end
//! ```

mod board;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use event_listener::Event;

use self::board::{Board, Next};
use super::program::Program;
use super::question::{Answer, Question};
use crate::allocator::AllocationGroupToken;
use crate::lock::lock;
use crate::system::OfThisProcess;

/// For so long an answer is one to others who ask for the same.
const FRESH: Duration = Duration::from_millis(100);

/// What answers.
pub(super) type Read = Box<dyn Fn(&Question) -> Answer + Send + Sync>;

/// Has everything read on one thread, and hands out what was read.
#[derive(Clone)]
pub(super) struct Reader {
    shared: Arc<Shared>,
}

struct Shared {
    read: Read,
    /// Since when streams count their steps.
    epoch: Instant,
    board: Mutex<Board>,
    answered: Event,
}

impl Reader {
    pub(super) fn new(program: Program) -> Self {
        Self::by(Box::new(move |question| program.answer(question)))
    }

    /// Has `read` do it.
    pub(super) fn by(read: Read) -> Self {
        let shared = Shared { read, epoch: Instant::now(), board: Mutex::default(), answered: Event::new() };
        Self { shared: Arc::new(shared) }
    }

    /// The answer to `question`, a tenth of a second old at most.
    ///
    /// # Errors
    ///
    /// Where the system refuses a thread.
    pub(super) async fn answer(&self, question: Question) -> io::Result<Answer> {
        let now = Instant::now();
        let (_, answer) = self.answer_read(question, now.checked_sub(FRESH).unwrap_or(now)).await?;
        Ok(answer)
    }

    /// The answer to `question` that is read at `not_before` or later, and when it was. Where that is in the future, it is waited for.
    ///
    /// # Errors
    ///
    /// Where the system refuses a thread.
    pub(super) async fn answer_read(
        &self,
        question: Question,
        not_before: Instant,
    ) -> io::Result<(Instant, Answer)> {
        let mut wished: Option<Wished<'_>> = None;
        loop {
            let answered = AllocationGroupToken::root().scope(|| self.shared.answered.listen());
            if let Some(answer) = lock(&self.shared.board).answer(&question, not_before) {
                return Ok(answer);
            }
            if wished.is_none() {
                wished = Some(self.wish(question.clone(), not_before)?);
            }
            answered.await;
        }
    }

    /// `time`, less what it is beyond the last of steps that are [`FRESH`] apart, so that what several streams wait for is read once.
    pub(super) fn on_step(&self, time: Instant) -> Instant {
        let since = time.saturating_duration_since(self.shared.epoch);
        let beyond = since.as_nanos().checked_rem(FRESH.as_nanos()).unwrap_or(0);
        let beyond = Duration::from_nanos(u64::try_from(beyond).unwrap_or(0));
        time.checked_sub(beyond).unwrap_or(time)
    }

    fn wish(&self, question: Question, not_before: Instant) -> io::Result<Wished<'_>> {
        // The thread, and what is written down for it, is the root's, whoever asks.
        AllocationGroupToken::root().scope(|| {
            let mut board = lock(&self.shared.board);
            let number = board.wish(question, not_before);
            let wished = Wished { shared: &self.shared, number };
            match board.thread.as_ref().and_then(OfThisProcess::get) {
                Some(thread) => thread.unpark(),
                None => match start(Arc::clone(&self.shared)) {
                    Ok(thread) => board.thread = Some(OfThisProcess::new(thread)),
                    Err(error) => {
                        drop(board);
                        drop(wished);
                        return Err(error);
                    }
                },
            }
            drop(board);
            Ok(wished)
        })
    }
}

/// A wish, taken back when this is dropped.
struct Wished<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Drop for Wished<'_> {
    fn drop(&mut self) {
        let taken = {
            let mut board = lock(&self.shared.board);
            let taken = board.take_back(self.number);
            // It sleeps until the next wish is due, which this may have been.
            if let Some(thread) = board.thread.as_ref().and_then(OfThisProcess::get) {
                thread.unpark();
            }
            taken
        };
        drop(taken);
    }
}

fn start(shared: Arc<Shared>) -> io::Result<Thread> {
    let thread = thread::Builder::new().name("memory-reader".to_owned()).spawn(move || shared.run())?;
    Ok(thread.thread().clone())
}

impl Shared {
    fn run(&self) {
        loop {
            let now = Instant::now();
            let next = {
                let mut board = lock(&self.board);
                let next = board.next(now);
                if next == Next::End {
                    board.thread = None;
                }
                next
            };
            match next {
                Next::Read(question) => {
                    let answer = self.read(&question);
                    lock(&self.board).answered(question, now, answer);
                    self.answered.notify(usize::MAX);
                }
                Next::SleepUntil(time) => thread::park_timeout(time.saturating_duration_since(now)),
                Next::End => return,
            }
        }
    }

    /// A panic must not leave those waiting that wait for an answer.
    fn read(&self, question: &Question) -> Answer {
        catch_unwind(AssertUnwindSafe(|| (self.read)(question)))
            .unwrap_or_else(|_| Answer::failed("reading it panicked; what the program prints says where"))
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::task::{Context, Waker};

    use axum::http::StatusCode;

    use super::*;
    use crate::api::blocking::block_on;

    fn answer(text: &str) -> Answer {
        Answer::text(&text)
    }

    #[test]
    fn one_thread_reads_for_all() {
        let reads = Arc::new(AtomicUsize::new(0));
        let (begun, begins) = mpsc::channel();
        let (go, may_go) = mpsc::channel::<()>();
        let may_go = Mutex::new(may_go);
        let counter = Arc::clone(&reads);
        let reader = Reader::by(Box::new(move |_| {
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = begun.send(());
            let _ = may_go.lock().unwrap().recv();
            answer("read")
        }));
        let mut pollers = Vec::new();
        for _ in 0..64 {
            pollers.push(Box::pin(reader.answer(Question::StatusText)));
        }
        let mut context = Context::from_waker(Waker::noop());
        for poller in &mut pollers {
            assert!(poller.as_mut().poll(&mut context).is_pending());
        }
        begins.recv().unwrap();
        assert_eq!(reads.load(Ordering::SeqCst), 1, "and nobody else reads");
        drop(go);
        for poller in pollers {
            assert_eq!(block_on(poller).unwrap().body, "read\n");
        }
    }

    #[test]
    fn a_panic_while_reading_is_an_answer_too() {
        let reader = Reader::by(Box::new(|_| panic!("while reading")));
        let answer = block_on(reader.answer(Question::StatusText)).unwrap();
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    }

    /// A reader of empty answers, and what tells when nothing of it is left, its thread included.
    fn reader_and_its_end() -> (Reader, mpsc::Receiver<()>) {
        let (kept, end) = mpsc::channel::<()>();
        let reader = Reader::by(Box::new(move |_| {
            let _kept = &kept;
            answer("")
        }));
        (reader, end)
    }

    fn assert_ends(end: &mpsc::Receiver<()>) {
        assert_eq!(end.recv_timeout(Duration::from_secs(60)), Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[test]
    fn a_wish_goes_with_who_left_it_and_the_thread_with_the_last() {
        let (reader, end) = reader_and_its_end();
        let in_an_hour = Instant::now().checked_add(Duration::from_secs(3600)).unwrap();
        let mut later = Box::pin(reader.answer_read(Question::StatusText, in_an_hour));
        assert!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(lock(&reader.shared.board).next(Instant::now()), Next::SleepUntil(in_an_hour));
        drop(later);
        assert_eq!(lock(&reader.shared.board).next(Instant::now()), Next::End);
        drop(reader);
        assert_ends(&end);
    }

    #[test]
    fn the_thread_ends_when_what_it_has_read_is_too_old() {
        let (reader, end) = reader_and_its_end();
        block_on(reader.answer(Question::StatusText)).unwrap();
        drop(reader);
        assert_ends(&end);
    }

    #[test]
    fn a_thread_that_has_ended_is_started_again() {
        let reader = Reader::by(Box::new(|_| answer("")));
        block_on(reader.answer(Question::StatusText)).unwrap();
        while lock(&reader.shared.board).thread.is_some() {
            thread::yield_now();
        }
        assert_eq!(block_on(reader.answer(Question::StatusText)).unwrap().body, "\n");
    }

    #[test]
    fn streams_step_together() {
        let reader = Reader::by(Box::new(|_| answer("")));
        let epoch = reader.shared.epoch;
        let step = |milliseconds| {
            let time = epoch.checked_add(Duration::from_millis(milliseconds)).unwrap();
            reader.on_step(time).duration_since(epoch).as_millis()
        };
        assert_eq!([0, 99, 100, 250, 1300].map(step), [0, 0, 100, 200, 1300]);
    }
}
