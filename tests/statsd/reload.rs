//! Reading the configuration again, which SIGHUP asks for.

use super::agent::Agent;
use super::configuration;

#[test]
fn a_file_that_is_read_again_is_verified_before_anything_goes_by_it() {
    let write = |text: &str| configuration("reload", text);
    let path = write("[aggregator]\ncontext_limit = 2\n");
    let agent = Agent::start(&["--config", path.to_str().unwrap(), "--limit", "25MiB"]);
    agent.send(b"a:1|c\nb:1|g\nc:1|c\n");
    let before = agent.page_with(&["statsd_agent_dropped_lines_total{reason=\"context_limit\"} 1"]);
    let reload = |text: &str| {
        write(text);
        agent.signal("-HUP");
        agent.line().split_once(' ').unwrap().1.to_owned()
    };
    assert_eq!(
        reload("[aggregator]\ncontext_limit = 3\n"),
        "the configuration was read again: [aggregator] goes by it now"
    );
    agent.send(b"a:1|c\nc:1|c\n");
    let page = agent.page_with(&["a_total 2", "b 1", "c_total 1", "statsd_agent_contexts 3"]);
    let firm_limit = |page: &str| {
        let name = "statsd_agent_memory_firm_limit_bytes{component=\"aggregator\"} ";
        page.lines().find_map(|line| line.strip_prefix(name)).unwrap().parse::<usize>().unwrap()
    };
    let declared = firm_limit(&page);
    assert!(declared > firm_limit(&before));
    let refused = reload("[aggregator]\ncontext_limit = 100000\n");
    assert!(refused.starts_with("the configuration stays as it was: "), "{refused}");
    assert!(refused.contains("but only 21.2 MiB"), "{refused}");
    let broken = reload("[aggregator]\ncontext_limit = 0\n");
    assert!(broken.contains("line 2: aggregator.context_limit: 0 is too small"), "{broken}");
    assert_eq!(
        reload("[aggregator]\ncontext_limit = 3\n"),
        "the configuration was read again: nothing has changed"
    );
    assert_eq!(
        reload("[aggregator]\ncontext_limit = 3\n[destination]\nconnection_limit = 7\n"),
        "the configuration was read again: what has changed is not in [aggregator], and needs a start"
    );
    agent.send(b"d:1|g\n");
    let page = agent.page_with(&["statsd_agent_dropped_lines_total{reason=\"context_limit\"} 2"]);
    assert_eq!(firm_limit(&page), declared);
}
