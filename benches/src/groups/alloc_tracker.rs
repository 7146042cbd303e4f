//! The nearest that `alloc_tracker` has to a group: an operation, and spans of it.

use std::hint::black_box;
use std::sync::{Arc, LazyLock};

use alloc_tracker::{Operation, Session, ThreadSpan};

use super::Groups;

static SESSION: LazyLock<Session> = LazyLock::new(|| Session::new().no_stdout().no_file());

/// An operation of `alloc_tracker`. It sees what is allocated during its spans, and not what becomes of it.
#[derive(Clone, Debug)]
pub struct AllocTrackerSpans {
    operation: Arc<Operation>,
}

impl Groups for AllocTrackerSpans {
    type Guard = ThreadSpan;

    fn register(name: &str) -> Option<Self> {
        Some(Self { operation: Arc::new(SESSION.operation(name)) })
    }

    #[inline]
    fn enter(&self) -> ThreadSpan {
        self.operation.measure_thread().iterations(1)
    }

    fn read_all() -> u32 {
        let report = SESSION.to_report();
        report.operations().fold(0, |count, operation| {
            black_box(operation);
            count + 1
        })
    }
}
