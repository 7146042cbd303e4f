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

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use event_listener::Event;

use super::program::Program;
use super::question::{Answer, Question};
use crate::allocator::AllocationGroupToken;
use crate::lock::lock;
use crate::system::{OfThisProcess, fork_generation};

/// For so long an answer is one to others who ask for the same.
const FRESH: Duration = Duration::from_millis(100);

/// What answers.
type Read = Box<dyn Fn(&Question) -> Answer + Send + Sync>;

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

/// What is wished for and what was answered.
#[derive(Default)]
struct Board {
    /// Of which process the wishes are: those of a parent are nobody's in its child.
    generation: u32,
    thread: Option<OfThisProcess<Thread>>,
    wishes: Vec<Wish>,
    last_number: u64,
    answers: Vec<Answered>,
}

struct Wish {
    number: u64,
    question: Question,
    /// What was read earlier does not count.
    not_before: Instant,
}

struct Answered {
    question: Question,
    at: Instant,
    answer: Answer,
}

impl Reader {
    pub(super) fn new(program: Program) -> Self {
        Self::by(Box::new(move |question| program.answer(question)))
    }

    fn by(read: Read) -> Self {
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
            if board.generation != fork_generation() {
                *board = Board { generation: fork_generation(), ..Board::default() };
            }
            board.last_number = board.last_number.wrapping_add(1);
            let number = board.last_number;
            board.wishes.push(Wish { number, question, not_before });
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
            let place = board.wishes.iter().position(|wish| wish.number == self.number);
            place.map(|place| board.wishes.swap_remove(place))
        };
        drop(taken);
    }
}

impl Board {
    fn answer(&self, question: &Question, not_before: Instant) -> Option<(Instant, Answer)> {
        let suits = |answered: &&Answered| answered.question == *question && answered.at >= not_before;
        self.answers.iter().find(suits).map(|answered| (answered.at, answered.answer.clone()))
    }

    /// What to do at `now`, with what became too old to be of use.
    fn next(&mut self, now: Instant) -> Next {
        let is_fresh = |answered: &mut Answered| now.saturating_duration_since(answered.at) < FRESH;
        self.answers.retain_mut(is_fresh);
        let open = |wish: &&Wish| self.answer(&wish.question, wish.not_before).is_none();
        let soonest = self.wishes.iter().filter(open).min_by_key(|wish| wish.not_before);
        let too_old = self.answers.iter().map(|answered| answered.at.checked_add(FRESH).unwrap_or(now)).min();
        match (soonest, too_old) {
            (Some(wish), _) if wish.not_before <= now => Next::Read(wish.question.clone()),
            (Some(wish), Some(too_old)) => Next::SleepUntil(too_old.min(wish.not_before)),
            (Some(wish), None) => Next::SleepUntil(wish.not_before),
            (None, Some(too_old)) => Next::SleepUntil(too_old),
            // Wishes that have an answer go with who left them.
            (None, None) => Next::End,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    Read(Question),
    SleepUntil(Instant),
    End,
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
                    let mut board = lock(&self.board);
                    board.answers.retain(|answered| answered.question != question);
                    board.answers.push(Answered { question, at: now, answer });
                    drop(board);
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
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;
    use std::task::{Context, Poll, Wake, Waker};

    use axum::http::StatusCode;

    use super::*;

    /// Wakes a thread that waits for a future.
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }

    fn answer(text: &str) -> Answer {
        Answer::text(&text)
    }

    fn board(wishes: &[(Question, Instant)], answers: &[(Question, Instant)]) -> Board {
        let wishes = wishes.iter().cloned();
        let wishes = wishes.map(|(question, not_before)| Wish { number: 0, question, not_before }).collect();
        let answers = answers.iter().cloned();
        let answers = answers.map(|(question, at)| Answered { question, at, answer: answer("") }).collect();
        Board { wishes, answers, ..Board::default() }
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

    #[test]
    fn a_wish_goes_with_who_left_it_and_the_thread_with_the_last() {
        let reader = Reader::by(Box::new(|_| answer("")));
        let in_an_hour = Instant::now().checked_add(Duration::from_secs(3600)).unwrap();
        let mut later = Box::pin(reader.answer_read(Question::StatusText, in_an_hour));
        assert!(later.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(lock(&reader.shared.board).wishes.len(), 1);
        drop(later);
        assert_eq!(lock(&reader.shared.board).wishes.len(), 0);
    }

    #[test]
    fn what_is_due_first_is_read_first() {
        let now = Instant::now();
        let [before, soon] = [now.checked_sub(FRESH / 2).unwrap(), now.checked_add(FRESH / 2).unwrap()];
        let (text, json) = (Question::StatusText, Question::StatusJson);
        let wishes = [(text.clone(), soon), (json.clone(), now)];
        assert_eq!(board(&wishes, &[]).next(now), Next::Read(json.clone()));
        assert_eq!(board(&wishes[..1], &[]).next(now), Next::SleepUntil(soon));
        assert_eq!(board(&wishes, &[(json.clone(), now)]).next(now), Next::SleepUntil(soon));
        assert_eq!(
            board(&wishes, &[(json.clone(), before)]).next(now),
            Next::Read(json),
            "it was read too early"
        );
    }

    #[test]
    fn what_was_read_is_kept_as_long_as_it_is_fresh() {
        let now = Instant::now();
        let then = now.checked_add(FRESH).unwrap();
        let mut board = board(&[], &[(Question::StatusText, now)]);
        assert_eq!(board.next(now), Next::SleepUntil(then));
        assert_eq!(board.next(then), Next::End);
        assert!(board.answers.is_empty());
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
