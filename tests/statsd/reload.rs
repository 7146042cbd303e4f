//! Reading the configuration again, which SIGHUP asks for: what fits is in effect, and whatever else is said of it, all goes on as before.

use std::fs;
use std::path::PathBuf;

use super::agent::Agent;
use super::configuration;

/// An agent and the file that it reads again.
struct Reloaded {
    agent: Agent,
    path: PathBuf,
}

impl Reloaded {
    fn start(name: &str, text: &str, arguments: &[&str]) -> Self {
        let path = configuration(&format!("reload-{name}"), text);
        let mut all = vec!["--config", path.to_str().unwrap()];
        all.extend(arguments);
        Self { agent: Agent::start(&all), path }
    }

    /// What the log says to a file like this.
    fn with(&self, text: &str) -> String {
        fs::write(&self.path, text).unwrap();
        self.again()
    }

    fn again(&self) -> String {
        self.agent.signal("-HUP");
        self.line()
    }

    /// The next line of the log, without its time, that tells of no flush.
    fn line(&self) -> String {
        loop {
            let line = self.agent.line().split_once(' ').unwrap().1.to_owned();
            if !line.starts_with("flush: ") {
                return line;
            }
        }
    }

    /// A number on the page of metrics.
    fn number(&self, name: &str) -> u64 {
        let page = self.agent.get("/metrics").1;
        page.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
            .unwrap_or_else(|| panic!("{name} is not in {page}"))
    }

    fn firm_limit(&self) -> u64 {
        self.number("statsd_agent_memory_firm_limit_bytes{component=\"aggregator\"}")
    }

    /// From where on callers are slowed down, which depends on what was verified.
    fn soft(&self) -> u64 {
        self.number("statsd_agent_limiter_soft_bytes{measure=\"tracked\"}")
    }
}

const FULL: &str = "statsd_agent_dropped_lines_total{reason=\"context_limit\"}";

#[test]
fn what_fits_is_in_effect_and_what_was_received_is_kept() {
    let file = Reloaded::start("fits", "[aggregator]\ncontext_limit = 2\n", &["--limit", "25MiB"]);
    file.agent.send(b"a:1|c\nb:1|g\nc:1|c\n");
    file.agent.page_with(&[&format!("{FULL} 1")]);
    let declared = file.firm_limit();
    assert_eq!(
        file.with("[aggregator]\ncontext_limit = 3\n"),
        "the configuration was read again; in effect: aggregator.context_limit 2 → 3"
    );
    file.agent.send(b"a:1|c\nc:1|c\n");
    file.agent.page_with(&["a_total 2", "b 1", "c_total 1", "statsd_agent_contexts 3"]);
    assert!(file.firm_limit() > declared);
    assert_eq!(file.again(), "the configuration was read again; nothing has changed");
}

/// Also where the next flush would have been tomorrow.
#[test]
fn a_shorter_time_between_flushes_is_in_effect_at_once() {
    let file = Reloaded::start("flush", "[aggregator]\nflush_seconds = 86400\n", &[]);
    assert_eq!(
        file.with("[aggregator]\nflush_seconds = 1\n"),
        "the configuration was read again; in effect: aggregator.flush_seconds 86400 → 1"
    );
    let line = file.agent.line();
    assert!(line.contains("Z flush: 0 contexts"), "{line}");
}

#[test]
fn what_does_not_fit_is_told_with_the_setting_and_what_would() {
    let file = Reloaded::start("too-much", "[aggregator]\ncontext_limit = 2\n", &["--limit", "25MiB"]);
    let declared = file.firm_limit();
    let refused = file.with("[aggregator]\ncontext_limit = 100000\nset_limit = 255\n");
    let told = "the configuration stays as it was: the components ";
    assert!(refused.starts_with(told) && refused.contains("but only 21.2 MiB"), "{refused}");
    let (before, largest) = refused.rsplit_once(" would fit with at most ").unwrap();
    assert!(before.ends_with("aggregator.context_limit 2 → 100000"), "{refused}");
    file.agent.send(b"a:1|c\nb:1|c\nc:1|c\n");
    file.agent.page_with(&["a_total 1", &format!("{FULL} 1")]);
    assert_eq!(file.firm_limit(), declared);
    // What it says is true.
    let one_more = largest.parse::<usize>().unwrap() + 1;
    let text = |contexts: usize| format!("[aggregator]\ncontext_limit = {contexts}\nset_limit = 255\n");
    assert!(file.with(&text(one_more)).starts_with(told));
    let done = file.with(&text(one_more - 1));
    assert!(
        done.starts_with("the configuration was read again; in effect: aggregator.context_limit"),
        "{done}"
    );
}

/// What was verified runs unthrottled, be it more or less than before.
#[test]
fn the_limiter_goes_by_what_is_verified_anew() {
    let file = Reloaded::start("limiter", "", &["--limit", "25MiB"]);
    let verified = file.soft();
    file.with("[aggregator]\ncontext_limit = 1000\n");
    let effective = file.number("statsd_agent_limiter_limit_bytes{measure=\"tracked\"}");
    assert_eq!(file.soft(), effective * 80 / 100);
    file.with("");
    assert_eq!(file.soft(), verified);
    assert!(verified > file.number("statsd_agent_memory_firm_limit_bytes{component=\"root\"}"));
}

#[test]
fn what_does_not_fit_is_in_effect_where_the_mode_allows_it() {
    let arguments = ["--limit", "25MiB", "--mode", "permissive"];
    let file = Reloaded::start("permissive", "[aggregator]\ncontext_limit = 2\n", &arguments);
    let warned = file.with("[aggregator]\ncontext_limit = 6000\n");
    assert!(
        warned.starts_with("warning: what is declared does not fit: the components may use up to "),
        "{warned}"
    );
    let line = file.line();
    assert!(line.ends_with("in effect: aggregator.context_limit 2 → 6000"), "{line}");
    // Tables for which there is no memory are not made.
    let declared = file.firm_limit();
    let refused = file.with("[aggregator]\ncontext_limit = 1000000\n");
    assert!(refused.starts_with("the configuration stays as it was: "), "{refused}");
    assert_eq!(file.firm_limit(), declared);
}

#[test]
fn a_file_that_cannot_be_read_changes_nothing() {
    let file = Reloaded::start("broken", "[aggregator]\ncontext_limit = 2\n", &[]);
    let declared = file.firm_limit();
    let shown = file.path.display();
    assert_eq!(
        file.with("[aggregator]\ncontext_limit = 0\n"),
        format!(
            "the configuration stays as it was: {shown}, line 2: aggregator.context_limit: 0 is too small, expected at least 1"
        )
    );
    let broken = file.with("[aggregator]\ncontext_limit = \n");
    assert!(broken.starts_with(&format!("the configuration stays as it was: {shown}, line 2: ")), "{broken}");
    fs::remove_file(&file.path).unwrap();
    let vanished = file.again();
    let told = format!("the configuration stays as it was: cannot read the configuration file {shown}; ");
    assert!(vanished.starts_with(&told), "{vanished}");
    assert_eq!(file.firm_limit(), declared);
    // And it goes on once there is one.
    assert_eq!(
        file.with("[aggregator]\ncontext_limit = 3\n"),
        "the configuration was read again; in effect: aggregator.context_limit 2 → 3"
    );
}

#[test]
fn what_needs_a_restart_is_named_and_what_does_not_is_in_effect() {
    let file = Reloaded::start("restart", "[aggregator]\ncontext_limit = 2\n", &[]);
    let text = "[memory]\nslop_factor = 0.2\n[source]\npacket_buffers = 7\n[aggregator]\nflush_seconds = 9\ncontext_limit = 2\n";
    assert_eq!(
        file.with(text),
        "the configuration was read again; in effect: aggregator.flush_seconds 10 → 9; \
         needs a restart: memory.slop_factor 0.15 → 0.2, source.packet_buffers 64 → 7"
    );
    // It is said as long as it is so.
    assert_eq!(
        file.again(),
        "the configuration was read again; needs a restart: memory.slop_factor 0.15 → 0.2, source.packet_buffers 64 → 7"
    );
}

#[test]
fn what_no_restart_would_take_is_told_before_one() {
    let file = Reloaded::start("no-restart", "", &["--limit", "25MiB"]);
    let told = file.with("[destination]\nconnection_limit = 1000\n");
    let expected = "the configuration was read again; needs a restart: destination.connection_limit 64 → 1000, which would be refused: \
                    what is declared does not fit the memory limit: ";
    assert!(told.starts_with(expected), "{told}");
}

#[test]
fn where_no_file_is_given_it_is_said_that_there_is_none() {
    let agent = Agent::start(&[]);
    agent.signal("-HUP");
    let line = agent.line();
    assert!(
        line.ends_with(
            "Z the configuration stays as it was: there is no file to read, as --config is not given"
        ),
        "{line}"
    );
}
