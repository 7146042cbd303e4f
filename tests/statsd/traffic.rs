//! What becomes of what is sent.

use super::agent::{self, Agent};
#[cfg(target_os = "linux")]
use super::brim;

const COMPONENTS: [&str; 4] = ["root", "aggregator", "destination", "source"];

#[test]
fn metrics_of_every_kind_show_up() {
    let agent = Agent::start(&[]);
    agent.send(
        b"page.views:1|c|#env:prod\npage.views:2|c|@0.1|#env:prod\nqueue:10|g\nqueue:-3|g\n\
          latency:1:2:3|ms\nsize:5|h\nsize:7|d\nusers:ann|s\nusers:bob|s\nusers:ann|s\n",
    );
    let page = agent.page_with(&["users 2", "statsd_agent_lines_total 10"]);
    for line in [
        "# TYPE page_views_total counter",
        "page_views_total{env=\"prod\"} 21",
        "# TYPE queue gauge",
        "queue 7",
        "# TYPE latency summary",
        "latency{quantile=\"0.5\"} 2",
        "latency_sum 6",
        "latency_count 3",
        "size_sum 12",
        "size_count 2",
        "# TYPE users gauge",
        "statsd_agent_packets_total 1",
        "statsd_agent_contexts 5",
    ] {
        assert!(page.lines().any(|written| written == line), "{line} is not in\n{page}");
    }
}

#[test]
fn malformed_lines_are_counted_and_leave_the_others_alone() {
    let agent = Agent::start(&[]);
    agent.send(b"a:1|c\na:x|c\n\xff\xfe\nnonsense\n_e{1,1}:a|b\n_sc|db|0\na:1|c\n");
    agent.page_with(&[
        "a_total 2",
        "statsd_agent_lines_total 7",
        "statsd_agent_malformed_lines_total{reason=\"invalid_value\"} 1",
        "statsd_agent_malformed_lines_total{reason=\"not_utf8\"} 1",
        "statsd_agent_malformed_lines_total{reason=\"missing_value\"} 1",
        "statsd_agent_unsupported_lines_total{kind=\"event\"} 1",
        "statsd_agent_unsupported_lines_total{kind=\"service_check\"} 1",
    ]);
}

#[test]
fn contexts_beyond_the_limit_are_counted_and_dropped() {
    let agent = Agent::start(&["--context-limit", "2"]);
    agent.send(b"a:1|c|#n:1\na:1|c|#n:2\na:1|c|#n:3\nb:1|g\na:1|c|#n:1");
    let page = agent.page_with(&[
        "a_total{n=\"1\"} 2",
        "a_total{n=\"2\"} 1",
        "statsd_agent_contexts 2",
        "statsd_agent_dropped_lines_total{reason=\"context_limit\"} 2",
    ]);
    assert!(!page.contains("a_total{n=\"3\"}") && !page.contains("\nb "), "{page}");
}

#[test]
fn every_component_shows_its_memory_and_keeps_to_it() {
    let agent = Agent::start(&["--context-limit", "50"]);
    let shard = |number: usize| format!("latency:1:2:3:4|ms|#shard:{number}\nusers:ann|s|#shard:{number}\n");
    agent.send((0..25).map(shard).collect::<String>().as_bytes());
    let page = agent.page_with(&["statsd_agent_contexts 50"]);
    for component in COMPONENTS {
        let read = |gauge: &str| -> usize {
            let name = format!("statsd_agent_memory_{gauge}_bytes{{component=\"{component}\"}} ");
            page.lines().find_map(|line| line.strip_prefix(&name)).unwrap().parse().unwrap()
        };
        let (minimum, firm_limit, live) = (read("minimum"), read("firm_limit"), read("live"));
        assert!(live <= firm_limit, "{component} holds {live} of {firm_limit} bytes");
        assert!(live >= minimum / 3, "{component} declares {minimum} bytes up front and holds {live}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_admitted_is_neither_slowed_nor_lost_at_the_brim() {
    for limit in ["32MiB", "64MiB", "128MiB"] {
        brim::is_neither_slowed_nor_lost(limit, || agent::command(&["--limit", limit]));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn contexts_are_forgotten_for_new_ones_where_memory_is_scarce() {
    brim::makes_room_for_what_is_new();
}
