//! What is answered over HTTP.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::Stdio;

use super::agent::Agent;
use super::configuration;

/// What a real Prometheus' own linter says to a page with something of every kind.
#[test]
fn the_page_keeps_to_the_conventions_of_prometheus() {
    let agent = Agent::start(&[]);
    agent.send(b"page.views:1|c|#env:prod\nqueue:10|g\nlatency:1:2:3|ms\nusers:ann|s\nodd.total:1|c\n");
    let page = agent.page_with(&["statsd_agent_lines_total 5"]);
    let mut promtool = std::process::Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut promtool = match promtool.spawn() {
        Ok(promtool) => promtool,
        Err(error) => {
            eprintln!("SKIPPED, as promtool (Debian's package prometheus) cannot be run: {error}");
            return;
        }
    };
    promtool.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}\n{page}");
}

#[test]
fn the_answer_says_what_it_is() {
    let agent = Agent::start(&[]);
    let (head, _) = agent.get("/metrics");
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{head}");
    assert!(agent.get("/nothing").0.starts_with("HTTP/1.1 404"));
}

#[test]
fn the_first_page_says_what_there_is() {
    let agent = Agent::start(&[]);
    let (head, index) = agent.get("/");
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    let paths: Vec<_> = index.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(paths, ["a", "/metrics", "/contexts", "/memory", "/memory/dashboard"]);
    for path in &paths[1..] {
        assert!(agent.get(path).0.starts_with("HTTP/1.1 200 OK"), "{path}");
    }
}

#[test]
fn the_names_with_the_most_contexts_are_told() {
    let agent = Agent::start(&["--context-limit", "4"]);
    agent.send(b"a:1|c\nb:1|c|#n:1\nb:1|c|#n:2\nb:1|c|#n:3\n");
    agent.page_with(&["statsd_agent_contexts 4"]);
    let expected = "4 of 4 contexts are held; the names with the most:\n       3 b_total\n       1 a_total\n";
    assert_eq!(agent.get("/contexts").1, expected);
}

/// Whoever makes them, they are declared as everything else is.
#[test]
fn reports_of_memory_take_no_more_than_is_declared() {
    let agent = Agent::start(&["--limit", "64MiB"]);
    let pages = [
        "",
        "/status",
        "/status.json",
        "/dashboard",
        "/guide",
        "/snapshot.json",
        "/bounds.json",
        "/explain.json",
    ];
    for page in pages.repeat(3) {
        assert!(agent.get(&format!("/memory{page}")).0.starts_with("HTTP/1.1 200 OK"), "{page}");
    }
    let report = agent.get("/memory/status").1;
    assert!(report.contains("(no component)"), "{report}");
    // The one name in the table that is two words.
    let report = report.replace("(no component)", "no-component");
    // Who held what at the peak stands below the table.
    let table = report.lines().skip_while(|line| !line.starts_with("component "));
    let rows: Vec<Vec<_>> =
        table.take_while(|line| !line.is_empty()).map(|line| line.split_whitespace().collect()).collect();
    assert!(rows.len() > 3, "{report}");
    for row in rows {
        // A name, then the minimum, the firm limit, what is live, how much of the limit that is, and the peak.
        let [name, _, _, limit, limit_unit, .., peak, peak_unit] = row.as_slice() else { continue };
        if ["root", "no-component", "destination"].contains(name) {
            let bytes = |number: &str, unit: &str| {
                let factor = match unit {
                    "KiB" => 1_024.0,
                    "MiB" => 1_048_576.0,
                    unit => panic!("{unit} in {row:?}"),
                };
                number.parse::<f64>().unwrap() * factor
            };
            assert!(bytes(peak, peak_unit) <= bytes(limit, limit_unit), "{row:?}");
        }
    }
}

#[test]
fn an_idle_connection_does_not_keep_others_out() {
    let path = configuration("idle", "[destination]\nconnection_limit = 1\nconnection_seconds = 1\n");
    let agent = Agent::start(&["--config", path.to_str().unwrap()]);
    let idle = TcpStream::connect(agent.http).unwrap();
    agent.send(b"a:1|c");
    agent.page_with(&["a_total 1"]);
    drop(idle);
}
