//! The service: sessions of clients, and a cache of the answers they got.

use std::collections::VecDeque;

use memory_accounting::MemoryBounds;

/// What an operator sets, and what follows from it.
#[derive(MemoryBounds)]
pub(crate) struct Settings {
    #[bounds(subcomponent)]
    pub(crate) sessions: SessionSettings,
    #[bounds(subcomponent)]
    pub(crate) cache: CacheSettings,
}

#[derive(MemoryBounds)]
pub(crate) struct SessionSettings {
    #[bounds(sizes = Vec<Session>, minimum)]
    pub(crate) max_sessions: usize,
}

#[derive(MemoryBounds)]
pub(crate) struct CacheSettings {
    #[bounds(sizes = VecDeque<Box<[u8]>>, item_bytes = "max_answer_bytes")]
    pub(crate) max_answers: usize,
    pub(crate) max_answer_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sessions: SessionSettings { max_sessions: 1000 },
            cache: CacheSettings { max_answers: 512, max_answer_bytes: 24 * 1024 },
        }
    }
}

/// What is known of a client.
pub(crate) struct Session {
    _client: u64,
    _token: [u8; 32],
    _answered: u64,
}

/// What reaches the service.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) clients: u64,
    pub(crate) answers: usize,
    pub(crate) answer_bytes: usize,
}

/// A service that runs.
pub(crate) struct Gateway<'a> {
    settings: &'a Settings,
    sessions: Vec<Session>,
    answers: VecDeque<Box<[u8]>>,
}

impl<'a> Gateway<'a> {
    pub(crate) fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            sessions: Vec::with_capacity(settings.sessions.max_sessions),
            answers: VecDeque::with_capacity(settings.cache.max_answers),
        }
    }

    pub(crate) fn serve(&mut self, load: Load) {
        for client in 0..load.clients {
            self.open(client);
        }
        let answer = vec![0; load.answer_bytes];
        for _ in 0..load.answers {
            self.keep(&answer);
        }
    }

    /// How many sessions and answers there are.
    pub(crate) fn held(&self) -> (usize, usize) {
        (self.sessions.len(), self.answers.len())
    }

    /// Opens a session, unless there are as many as there may be.
    fn open(&mut self, client: u64) {
        if self.sessions.len() < self.settings.sessions.max_sessions {
            self.sessions.push(Session { _client: client, _token: [0; 32], _answered: 0 });
        }
    }

    /// Keeps an answer, in the place of the oldest where there is no other; one that is too large is not kept.
    fn keep(&mut self, answer: &[u8]) {
        let CacheSettings { max_answers, max_answer_bytes } = self.settings.cache;
        if answer.len() > max_answer_bytes {
            return;
        }
        if self.answers.len() == max_answers {
            self.answers.pop_front();
        }
        self.answers.push_back(answer.into());
    }
}
