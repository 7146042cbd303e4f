//! What happens while the agent runs. It is written by a thread of its own: who reads it may be slow or stuck, and then the threads that
//! receive and answer would wait for it.

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::{Duration, SystemTime};

use memory_accounting::allocator::AllocationGroupToken;

use super::say;

/// Lines that wait to be written. They are short, and few come at once.
const WAITING_LINES: usize = 32;

/// How long is waited for what nobody reads.
const PATIENCE: Duration = Duration::from_secs(1);

static LOG: LazyLock<Log> = LazyLock::new(Log::start);

struct Log {
    messages: SyncSender<Message>,
    /// Lines for which there was no place.
    lost: AtomicU64,
}

enum Message {
    Line(String),
    /// Tells that all lines before are written.
    Settle(SyncSender<()>),
}

/// Writes a line with the time to standard output; where so many wait already that nobody seems to read them, none. What it takes is no
/// component's.
pub(crate) fn log(line: fmt::Arguments<'_>) {
    AllocationGroupToken::root().scope(|| {
        let line = format!("{} {line}", humantime::format_rfc3339_seconds(SystemTime::now()));
        if LOG.messages.try_send(Message::Line(line)).is_err() {
            LOG.lost.fetch_add(1, Ordering::Relaxed);
        }
    });
}

/// Waits until what was logged is written, but not for long where nobody reads it.
pub(crate) fn settle() {
    let (settled, waiting) = mpsc::sync_channel(1);
    if LOG.messages.try_send(Message::Settle(settled)).is_ok() {
        let _ = waiting.recv_timeout(PATIENCE);
    }
}

impl Log {
    /// Where the system refuses a thread, nothing is logged.
    fn start() -> Self {
        let (messages, received) = mpsc::sync_channel(WAITING_LINES);
        let write = move || AllocationGroupToken::root().scope(|| write(&received));
        let _ = thread::Builder::new().name("log".to_owned()).spawn(write);
        Self { messages, lost: AtomicU64::new(0) }
    }
}

fn write(received: &Receiver<Message>) {
    for message in received {
        match message {
            Message::Line(line) => say(format_args!("{line}")),
            Message::Settle(settled) => {
                let _ = settled.try_send(());
            }
        }
        let lost = LOG.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            say(format_args!("{lost} lines were left out, as those before were not read in time"));
        }
    }
}
