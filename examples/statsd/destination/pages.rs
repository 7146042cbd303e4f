//! `GET /`, which says what there is, and `GET /contexts`.

use std::fmt::Write;

use axum::extract::State;
use axum::routing::get;

use crate::aggregator::SharedStore;

/// What can be asked for.
const INDEX: &str = "\
a StatsD agent that lives inside a memory limit

/metrics           every metric, and the agent's own as statsd_agent_*, for Prometheus
/contexts          the metric names that hold the most contexts
/memory            what every component declared and holds, and how near the limit is
/memory/dashboard  the same in a browser, as it changes
";

/// Names that are shown: who holds many contexts is among the first.
const SHOWN_NAMES: usize = 20;

pub(super) fn router(store: SharedStore) -> axum::Router {
    axum::Router::new().route("/", get(async || INDEX)).route("/contexts", get(contexts)).with_state(store)
}

/// Which names hold the most contexts, so that whoever runs into the limit knows whom to ask.
async fn contexts(State(store): State<SharedStore>) -> String {
    let (all, limit, largest) = {
        let store = store.lock();
        (store.len(), store.context_limit(), store.largest_families(SHOWN_NAMES))
    };
    let mut text = format!("{all} of {limit} contexts are held; the names with the most:\n");
    for (contexts, name) in largest {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{contexts:>8} {name}");
    }
    text
}
