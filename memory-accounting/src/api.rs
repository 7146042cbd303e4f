//! The memory of a program over HTTP.

#[cfg(test)]
mod blocking;
mod dashboard;
mod detected;
mod events;
mod held;
mod index;
mod pages;
mod places;
mod process;
mod program;
mod question;
mod reader;
mod routes;
mod status;

use axum::Router;

use self::detected::Detected;
use self::process::Process;
use self::program::Program;
use self::reader::Reader;
use crate::grant::{Detection, MemoryGrant};
use crate::limiter::MemoryLimiter;
use crate::registry::ComponentRegistry;
use crate::startup::Started;

/// Answers questions about the memory of a program over HTTP, as an axum router to be put wherever there is room:
///
/// ```
/// use axum::Router;
/// use memory_accounting::ComponentRegistry;
///
/// let registry = ComponentRegistry::default();
/// let app: Router = Router::new().nest_service("/memory", registry.api_handler().into_router());
/// # drop(app);
/// ```
///
/// A browser then finds everything from `/memory` on, and so does `curl`. With `nest_service`, `/memory/` is the same; axum leads only the first of them to
/// what is put there with `nest`. All links are relative, so a proxy may put it elsewhere.
///
/// | request | answer |
/// |---|---|
/// | `GET /` | what there is, as a page for a browser and as text for others |
/// | `GET /dashboard` | a page that shows all of this while the program runs |
/// | `GET /status` | what every component declared and holds, the limit and the limiter, as text; see [`MemoryReport`](crate::MemoryReport) |
/// | `GET /status.json` | the same for a program |
/// | `GET /metrics` | the same for Prometheus; see [`to_prometheus`](crate::MemoryReport::to_prometheus) |
/// | `GET /components/{name}` | one component by its full name and everything below it; see [`ComponentUsage`](crate::ComponentUsage) |
/// | `GET /bounds` | what is declared, as a tree of text |
/// | `GET /bounds.json` | the same as [`ComponentBounds`](crate::ComponentBounds) is serialized, to be read by a program |
/// | `GET /bounds/entries.json` | every declared entry with its bytes; see [`to_exprs`](crate::ComponentBounds::to_exprs) |
/// | `GET /explain` | what takes the most of the limit, and which setting would help; see [`sizing::explain`](crate::sizing::explain); and what is held now, of which no setting bounds what |
/// | `GET /explain.json` | the same for a program |
/// | `GET /guide` | a page to try other values of the settings; see [`Guide`](crate::Guide) |
/// | `GET /snapshot.json` | all of it in one, to be kept, compared, or handed in with a question |
/// | `GET /events?interval=1s` | the status again and again, as server-sent events; 250 ms to 60 s |
///
/// # The status
///
/// `/status.json` is a [`MemoryReport`](crate::MemoryReport) as it is serialized, with keys of its own beside:
///
/// | key | value |
/// |---|---|
/// | `format` | the version of all of these answers, 1: keys may be added to it, and it changes where one changes its meaning |
/// | `version` | that of this library |
/// | `read_unix_ms` | when it was read, in milliseconds since 1970 |
/// | `process` | `pid`, `started_unix_ms` and `uptime_ms`: another pair of the first two is another process |
/// | `limit` | `bytes`, `effective_bytes` and `from` (`limiter`, `grant`, `detection` or `physical_memory`): what the explanation goes by |
/// | `detection` | the [`Detection`], where there was one: what the limiter of a [start](Started) knows now, as it looks again, else that of the start |
/// | `detection_at_start` | that of the start, where it was another one |
/// | `warnings` | those of the [start](Started::warnings) |
///
/// A snapshot has all of that, and `bounds` and `explanation` as the pages of that name.
///
/// # Errors
///
/// What is not there is answered with status 404 and what there is: `{"error": "…", "known": ["root", …]}`, for a component with its `name` and, where there
/// are many, the few that are called most like it. A `/` in a name is written `%2F`. Everything is for reading, by `GET` or `HEAD`; other methods are answered with status 405.
///
/// # Cost
///
/// Reading registers nothing and changes nothing. What is answered is read on a thread of the router's own, which is there while somebody asks, so
/// no worker of an async runtime waits for a walk; any runtime will do. One thing is read at a time, and what was read is the answer to everybody who
/// asks for the same within a tenth of a second. At most 32 clients can listen to events at once, without a thread for each; the next is answered with status 503.
/// One whose connection was full for half a minute, because nobody reads from it, loses its place to the next that asks.
///
/// # Who may ask
///
/// Nobody is asked who they are, and the answers tell names, settings and their values. So listen on a loopback address (`127.0.0.1`), or put it behind
/// what your operators sign in to.
#[derive(Clone, Debug)]
pub struct MemoryAPIHandler {
    program: Program,
}

impl ComponentRegistry {
    /// A handler that reports on this component and everything below it.
    pub fn api_handler(&self) -> MemoryAPIHandler {
        let program = Program {
            registry: self.clone(),
            limiter: None,
            grant: None,
            detection: None,
            warnings: Vec::new(),
            process: Process::of_now(),
        };
        MemoryAPIHandler { program }
    }
}

impl MemoryAPIHandler {
    /// Reports the state of `limiter` as well. The handler keeps it sampling.
    pub fn with_limiter(mut self, limiter: MemoryLimiter) -> Self {
        self.program.limiter = Some(limiter);
        self
    }

    /// Reports what the process was granted as well.
    pub fn with_grant(mut self, grant: MemoryGrant) -> Self {
        self.program.grant = Some(grant);
        self
    }

    /// Reports where the limit is from as well.
    pub fn with_detection(mut self, detection: Detection) -> Self {
        self.program.detection = Some(Detected::once(detection));
        self
    }

    /// Reports all that a start found and made as well: its limiter, grant, detection and warnings.
    pub fn with_started(mut self, started: &Started) -> Self {
        self.program.limiter = Some(started.limiter().clone());
        self.program.grant = started.grant();
        self.program.detection = Some(Detected::followed(started.detection().clone(), started.detector()));
        self.program.warnings = started.warnings().to_vec();
        self
    }

    /// The routes, ready to be put below any path, or served as they are.
    pub fn into_router(self) -> Router {
        routes::router(Reader::new(self.program))
    }
}
