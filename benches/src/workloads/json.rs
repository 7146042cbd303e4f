//! What does counting add to parsing documents, on threads of one group?

use std::hint::black_box;

use serde_json::{Value, json};

use super::threads;
use crate::conditions::{Conditions, time};
use crate::groups::Groups;
use crate::workload::Workload;

const RECORDS: u32 = 100;

pub(super) fn workloads<G: Groups>() -> [Workload; 2] {
    [
        Workload::time("json_1", "JSON document parsed and dropped, 1 thread", on_one_thread::<G>),
        Workload::time(
            "json_2",
            "JSON document parsed and dropped, 2 threads in one group",
            on_two_threads::<G>,
        ),
    ]
}

fn on_one_thread<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let _guard = group.as_ref().map(G::enter);
    let document = document();
    let documents = conditions.count(20);
    let run = conditions.fastest(|| time(|| parse(&document, documents)));
    run / f64::from(documents)
}

fn on_two_threads<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let document = document();
    let documents = conditions.count(60);
    let enter = || group.as_ref().map(G::enter);
    let run = conditions.median(|| threads::at_once(2, enter, || parse(&document, documents)));
    run / f64::from(documents)
}

fn parse(document: &str, times: u32) {
    for _ in 0..times {
        let value: Result<Value, _> = serde_json::from_str(black_box(document));
        drop(black_box(value));
    }
}

/// Some 17 KiB of what a service is sent.
fn document() -> String {
    let records: Vec<Value> = (0..RECORDS)
        .map(|record| {
            json!({
                "id": record,
                "name": format!("request.duration.{record}"),
                "tags": ["service:checkout", "region:eu-west-1", format!("host:web-{}", record % 7)],
                "points": [[1_700_000_000, 0.5], [1_700_000_010, 0.75]],
                "origin": {"product": 10, "category": null, "sampled": record % 2 == 0},
            })
        })
        .collect();
    Value::from(records).to_string()
}
