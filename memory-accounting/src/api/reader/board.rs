//! What is wished for and what was answered, and what follows from that.

use std::thread::Thread;
use std::time::Instant;

use super::FRESH;
use crate::api::question::{Answer, Question};
use crate::system::{OfThisProcess, fork_generation};

/// What is wished for and what was answered.
#[derive(Default)]
pub(super) struct Board {
    /// Of which process the wishes are: those of a parent are nobody's in its child.
    generation: u32,
    pub(super) thread: Option<OfThisProcess<Thread>>,
    wishes: Vec<Wish>,
    last_number: u64,
    answers: Vec<Answered>,
}

pub(super) struct Wish {
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

impl Wish {
    fn suits(&self, answered: &Answered) -> bool {
        answered.suits(&self.question, self.not_before)
    }
}

impl Answered {
    fn suits(&self, question: &Question, not_before: Instant) -> bool {
        self.question == *question && self.at >= not_before
    }

    fn is_fresh(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.at) < FRESH
    }
}

impl Board {
    /// Notes that somebody wants `question` answered by what is read at `not_before` or later, and returns by which number to take that back.
    pub(super) fn wish(&mut self, question: Question, not_before: Instant) -> u64 {
        if self.generation != fork_generation() {
            *self = Self { generation: fork_generation(), ..Self::default() };
        }
        self.last_number = self.last_number.wrapping_add(1);
        let number = self.last_number;
        self.wishes.push(Wish { number, question, not_before });
        number
    }

    /// The wish of this number is nobody's any more. It is returned, to be dropped without a lock.
    #[must_use = "it is dropped after the lock"]
    pub(super) fn take_back(&mut self, number: u64) -> Option<Wish> {
        let place = self.wishes.iter().position(|wish| wish.number == number)?;
        Some(self.wishes.swap_remove(place))
    }

    /// Notes what was read at `at`, in the place of what was read before.
    pub(super) fn answered(&mut self, question: Question, at: Instant, answer: Answer) {
        self.answers.retain(|answered| answered.question != question);
        self.answers.push(Answered { question, at, answer });
    }

    /// What was read at `not_before` or later, and when.
    pub(super) fn answer(&self, question: &Question, not_before: Instant) -> Option<(Instant, Answer)> {
        let suits = |answered: &&Answered| answered.suits(question, not_before);
        self.answers.iter().find(suits).map(|answered| (answered.at, answered.answer.clone()))
    }

    /// What to do at `now`, with what became too old to be of use.
    pub(super) fn next(&mut self, now: Instant) -> Next {
        let Self { wishes, answers, .. } = &mut *self;
        // However long the reading took: who waited for it has not had the time to take it.
        answers.retain(|answered| answered.is_fresh(now) || wishes.iter().any(|wish| wish.suits(answered)));
        let open = |wish: &&Wish| !answers.iter().any(|answered| wish.suits(answered));
        let soonest = wishes.iter().filter(open).min_by_key(|wish| wish.not_before);
        let looked_at_again = |answered: &Answered| {
            let from = if answered.is_fresh(now) { answered.at } else { now };
            from.checked_add(FRESH).unwrap_or(now)
        };
        let too_old = answers.iter().map(looked_at_again).min();
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

/// What the thread does next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Read(Question),
    SleepUntil(Instant),
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(wishes: &[(Question, Instant)], answers: &[(Question, Instant)]) -> Board {
        let wishes = wishes.iter().cloned();
        let wishes = wishes.map(|(question, not_before)| Wish { number: 0, question, not_before }).collect();
        let answers = answers.iter().cloned();
        let answers =
            answers.map(|(question, at)| Answered { question, at, answer: Answer::text(&"") }).collect();
        Board { wishes, answers, ..Board::default() }
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
    fn what_took_long_to_read_is_kept_for_who_waits_for_it() {
        let now = Instant::now();
        let [begun, asked] = [now.checked_sub(FRESH * 5).unwrap(), now.checked_sub(FRESH * 6).unwrap()];
        let (text, json) = (Question::StatusText, Question::StatusJson);
        let wishes = [(text.clone(), asked), (json.clone(), now)];
        let mut board = board(&wishes, &[(text.clone(), begun)]);
        assert_eq!(board.next(now), Next::Read(json.clone()), "the others get their turn");
        board.answered(json, now, Answer::text(&""));
        let then = now.checked_add(FRESH).unwrap();
        assert_eq!(board.next(now), Next::SleepUntil(then));
        assert!(board.answer(&text, asked).is_some());
        board.wishes.clear();
        assert_eq!(board.next(now), Next::SleepUntil(then));
        assert!(board.answer(&text, asked).is_none(), "nobody waits any more");
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
}
