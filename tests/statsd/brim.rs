//! What admission accepts runs unthrottled: the agent is started with the most contexts that its own refusal says fit, every
//! one of them is filled with all it may hold, and nothing is lost, refused or slowed down.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use super::agent::{self, Agent};
use super::configuration;

/// Contexts for which no limit here is enough.
const FAR_TOO_MANY: usize = 1_000_000;

/// Values that a context may keep, of eight bytes.
const VALUES: usize = 256;

/// Bytes of a name and of a whole context, as many as are allowed.
const NAME_BYTES: usize = 200;
const CONTEXT_BYTES: usize = 512;

/// Lines of a packet, so that it is shorter than `source.max_packet_bytes`.
const LINES: usize = 7;

/// Bytes that may wait in the system's buffer of the socket before more are sent: less than any system's.
const UNREAD_BYTES: u64 = 100_000;

/// Nothing is flushed or forgotten meanwhile, a page may take long where optimizations are off, and what connections may take is
/// left to the contexts.
const SETTINGS: &str =
    "[aggregator]\nflush_seconds = 86400\n[destination]\nconnection_seconds = 100\nconnection_limit = 2\n";

/// For the agent that `command` runs in `limit` bytes.
pub(crate) fn is_neither_slowed_nor_lost(limit: &str, command: impl Fn() -> Command) {
    let path = configuration(&format!("brim-{limit}"), SETTINGS);
    let with_contexts = |contexts: usize| {
        let mut command = command();
        command.arg("--config").arg(&path).args(["--context-limit", &contexts.to_string()]);
        command
    };
    let contexts = most_contexts(with_contexts(FAR_TOO_MANY));
    let agent = Agent::start_by(with_contexts(contexts));
    let mut packets = 0;
    for half in [0..contexts / 2, contexts / 2..contexts] {
        for first in half.clone().step_by(LINES) {
            let end = (first + LINES).min(half.end);
            agent.send(packet(first, end).as_bytes());
            packets += 1;
            wait_until_received(agent.statsd);
        }
        // The level as it is meanwhile.
        assert_unthrottled(&agent.page_with(&[&format!("statsd_agent_packets_total {packets}")]));
    }
    let page = agent.page_with(&[&format!("statsd_agent_contexts {contexts}")]);
    assert_unthrottled(&page);
    assert_eq!(dropped_by_the_system(agent.statsd), 0);
    let lost = page.lines().filter(|line| {
        ["dropped_lines", "malformed_lines", "oversized_packets", "impossible_packets", "shed_contexts"]
            .iter()
            .any(|name| line.starts_with(&format!("statsd_agent_{name}_total")) && !line.ends_with(" 0"))
    });
    assert_eq!(lost.collect::<Vec<_>>(), [""; 0]);
    // It is at the brim: what it holds is what it declared, but for the connections and what is rounded up.
    let aggregator = "{component=\"aggregator\"}";
    let live = number(&page, &format!("statsd_agent_memory_live_bytes{aggregator}"));
    let firm = number(&page, &format!("statsd_agent_memory_firm_limit_bytes{aggregator}"));
    assert!(live <= firm && live * 100 >= firm * 95, "the aggregator holds {live} of {firm} bytes");
    let tracked = number(&page, "statsd_agent_limiter_used_bytes{measure=\"tracked\"}");
    let limit = number(&page, "statsd_agent_limiter_limit_bytes{measure=\"tracked\"}");
    println!("{contexts} contexts: {live} of {firm} bytes in the aggregator, {tracked} of {limit} tracked");
    assert!(tracked <= limit && tracked * 100 >= limit * 90, "{tracked} of {limit} bytes are tracked");
}

/// An agent that was started although what it declares does not fit forgets contexts for new ones, and is not ended.
pub(crate) fn makes_room_for_what_is_new() {
    let path = configuration("shedding", SETTINGS);
    let path = path.to_str().unwrap();
    let agent = Agent::start(&["--config", path, "--limit", "14MiB", "--mode", "permissive"]);
    for first in (0..4000).step_by(LINES) {
        agent.send(packet(first, first + LINES).as_bytes());
        wait_until_received(agent.statsd);
    }
    let page = agent.page_with(&[&format!("statsd_agent_packets_total {}", 4000_usize.div_ceil(LINES))]);
    assert!(number(&page, "statsd_agent_shed_contexts_total") > 0, "{}", used(&page));
    // A page that is asked for may take the place of some, and of those that came between two flushes any may go, also the latest.
    let shows_up = |_| {
        agent.send(b"new:1|c");
        agent.get("/metrics").1.contains("\nnew_total ")
    };
    assert!((0..1000).any(shows_up));
    let tracked = number(&page, "statsd_agent_limiter_used_bytes{measure=\"tracked\"}");
    let limit = number(&page, "statsd_agent_limiter_limit_bytes{measure=\"tracked\"}");
    assert!(tracked <= limit, "{tracked} of {limit} bytes are tracked");
}

/// What the refusal of far too many says.
fn most_contexts(command: Command) -> usize {
    let (_, _, errors) = agent::run_by(command);
    let refused = format!("aggregator.context_limit = {FAR_TOO_MANY}");
    let line = errors.iter().find(|line| line.contains(&refused)).unwrap();
    line.rsplit_once("would fit with at most ").unwrap().1.parse().unwrap()
}

/// Lines for contexts of which each takes all that it may.
fn packet(first: usize, end: usize) -> String {
    let mut packet = String::new();
    for context in first..end {
        let values = ":1".repeat(VALUES);
        // As a label, the tag takes five bytes beside its value: a blank, its name, and ="".
        let value = "v".repeat(CONTEXT_BYTES - NAME_BYTES - 5);
        writeln!(packet, "n{context:0width$}{values}|ms|#t:{value}", width = NAME_BYTES - 1).unwrap();
    }
    packet
}

fn assert_unthrottled(page: &str) {
    for line in ["level", "waiting", "waited_total", "refused_total"] {
        let name = format!("statsd_agent_limiter_{line}");
        assert_eq!(number(page, &name), 0, "{name}: {}", used(page));
    }
}

/// The lines that tell what is used.
fn used(page: &str) -> String {
    page.lines()
        .filter(|line| line.starts_with("statsd_agent_limiter_") && line.contains('{'))
        .collect::<Vec<_>>()
        .join("\n")
}

fn number(page: &str, name: &str) -> u64 {
    page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok()).unwrap()
}

/// Waits until the agent has taken most of what was sent out of the system's buffer, so that none is dropped there.
fn wait_until_received(address: SocketAddr) {
    while socket(address)[4]
        .rsplit_once(':')
        .map(|(_, bytes)| u64::from_str_radix(bytes, 16).unwrap())
        .unwrap()
        > UNREAD_BYTES
    {
        std::thread::yield_now();
    }
}

fn dropped_by_the_system(address: SocketAddr) -> u64 {
    socket(address).last().unwrap().parse().unwrap()
}

/// What the system says about the socket of this address.
///
/// The list is read in pieces. Where sockets of other tests come and go in between, a line of it may be left out, so it is read again.
fn socket(address: SocketAddr) -> Vec<String> {
    let port = format!(":{:04X}", address.port());
    let listed = || {
        let sockets = fs::read_to_string("/proc/net/udp").unwrap();
        let line = sockets
            .lines()
            .find(|line| line.split_whitespace().nth(1).is_some_and(|local| local.ends_with(&port)))?;
        Some(line.split_whitespace().map(str::to_owned).collect())
    };
    (0..100).find_map(|_| listed()).expect("the socket of the agent is listed")
}
