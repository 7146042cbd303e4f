//! What somebody sees who tries it.

use super::agent::{self, Agent};

#[cfg(unix)]
#[test]
fn a_demonstration_with_a_dashboard_goes_on_and_says_where() {
    let agent = Agent::start(&["--demo", "--dashboard", "--context-limit", "100"]);
    assert_eq!(agent.line(), "sending packets to itself for 600 seconds, or until Ctrl-C:");
    agent.line();
    assert_eq!(agent.line(), format!("open http://{}/memory/dashboard in a browser:", agent.http));
    assert!(agent.get("/memory/dashboard").0.starts_with("HTTP/1.1 200 OK"));
    agent.page_with(&["statsd_agent_contexts 100"]);
    let (status, output) = agent.terminate();
    assert!(status.success());
    assert!(output.iter().any(|line| line == "every component holds at most what it declared"), "{output:?}");
}

#[test]
fn the_demonstration_ends_by_itself() {
    let (status, output, errors) = agent::run(&[
        "--demo",
        "--statsd-addr",
        "127.0.0.1:0",
        "--http-addr",
        "127.0.0.1:0",
        "--context-limit",
        "100",
    ]);
    assert!(status.success(), "{errors:?}");
    assert_eq!(errors, [""; 0]);
    for part in [
        "the demonstration limits itself to 32.0 MiB, as a container would; --limit sets another",
        "holding 100 contexts",
        "a value is not a finite number",
        "as many contexts as allowed",
        "every component holds at most what it declared",
        "next, try --limit 20MiB",
    ] {
        assert!(output.iter().any(|line| line.contains(part)), "{part} is not in {output:?}");
    }
    let too_wide = output.iter().find(|line| line.chars().count() > 120 && !line.contains("Z flush: "));
    assert_eq!(too_wide, None, "but for the log, it fits a screen");
    let table = output.iter().skip_while(|line| !line.starts_with("component ")).skip(1);
    let names: Vec<_> = table.map_while(|row| row.split_whitespace().next()).collect();
    assert_eq!(names, ["root", "(no", "aggregator", "destination", "source"], "{output:?}");
}
