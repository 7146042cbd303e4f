//! What is said while it runs and when it stops.

use super::agent::Agent;

/// Such as a terminal that is stopped, or what collects the logs of containers.
#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    // A path of nearly four thousand bytes to a file that there is not, so that few lines are more than a pipe holds.
    let folder = env!("CARGO_TARGET_TMPDIR");
    let path = format!("{folder}/{}statsd-unread.toml", "./".repeat(1900 - folder.len() / 2));
    std::fs::write(&path, "").unwrap();
    let (agent, unread) = Agent::start_unread(&["--config", &path]);
    std::fs::remove_file(&path).unwrap();
    for _ in 0..200 {
        agent.signal("-HUP");
    }
    agent.send(b"a:1|c");
    agent.page_with(&["a_total 1"]);
    let (status, _) = agent.terminate();
    assert!(status.success());
    drop(unread);
}

#[test]
fn a_request_to_stop_ends_it_after_a_last_flush() {
    let agent = Agent::start(&[]);
    agent.send(b"a:1|c");
    agent.page_with(&["a_total 1"]);
    let (status, output) = agent.terminate();
    assert!(status.success());
    let [line] = output.as_slice() else { panic!("{output:?}") };
    let (time, line) = line.split_once(' ').unwrap();
    assert!(time.len() == "2020-01-01T00:00:00Z".len() && time.ends_with('Z'), "{time}");
    assert_eq!(line, "flush: 1 contexts, 1 packets (+1), 1 lines (+1), 0 malformed, 0 dropped");
}

#[test]
fn the_log_says_what_is_wrong_with_an_example_and_who_fills_the_limit() {
    let agent = Agent::start(&["--context-limit", "2"]);
    agent.send(b"a:1|c|#n:1\na:1|c|#n:2\na:1|c|#n:3\nb.ad:x|c\nother:1|q\n");
    agent.page_with(&["statsd_agent_lines_total 5"]);
    let (_, output) = agent.terminate();
    let lines: Vec<_> = output.iter().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(
        lines,
        [
            "flush: 2 contexts, 1 packets (+1), 5 lines (+5), 2 malformed (+1 unknown_type, +1 invalid_value, such as `b.ad:x|c`), \
             1 dropped (+1 context_limit)",
            "the context limit is reached; a_total holds the most, 2",
        ]
    );
}
