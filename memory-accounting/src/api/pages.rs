//! What there is to be asked for: a new page is one line in [`PAGES`].

use super::question::Question;

/// A path that has one answer.
pub(super) struct Page {
    /// Below the handler's own.
    pub(super) path: &'static str,
    /// For the index.
    about: &'static str,
    pub(super) question: Question,
}

/// In the order of the index.
pub(super) static PAGES: [Page; 10] = [
    Page {
        path: "status",
        about: "what every component declared and holds, the limit and the limiter",
        question: Question::StatusText,
    },
    Page { path: "status.json", about: "the same for a program", question: Question::StatusJson },
    Page { path: "metrics", about: "the same for Prometheus", question: Question::Metrics },
    Page {
        path: "explain",
        about: "which setting to change, and who holds more than any setting bounds",
        question: Question::ExplanationText,
    },
    Page { path: "explain.json", about: "the same for a program", question: Question::ExplanationJson },
    Page { path: "guide", about: "a page to try other values of the settings", question: Question::Guide },
    Page { path: "bounds", about: "what is declared, from what", question: Question::BoundsText },
    Page {
        path: "bounds.json",
        about: "the same, to be read by a program or `memory-bounds`",
        question: Question::BoundsJson,
    },
    Page {
        path: "bounds/entries.json",
        about: "every declared entry with its bytes",
        question: Question::EntriesJson,
    },
    Page {
        path: "snapshot.json",
        about: "all of it in one, to be kept or compared",
        question: Question::SnapshotJson,
    },
];

/// The page to look at, and what it shows.
const DASHBOARD: (&str, &str) = ("dashboard", "all of this as a page, while the program runs");

/// The paths that take something from who asks, with what that may be.
const OTHERS: [(&str, &str); 2] = [
    ("components/{name}", "one component and everything below it, for a program"),
    ("events?interval=1s", "the status again and again, as server-sent events"),
];

/// Every path and what it answers, in the order of the index.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let pages = PAGES.iter().map(|page| (page.path, page.about));
    [DASHBOARD].into_iter().chain(pages).chain(OTHERS)
}
