//! The example StatsD agent, driven over real sockets.

#[path = "statsd/agent.rs"]
mod agent;
#[cfg(target_os = "linux")]
#[path = "statsd/brim.rs"]
mod brim;
#[cfg(target_os = "linux")]
#[path = "cgroup"]
mod cgroup {
    pub(crate) mod group;
}
#[cfg(target_os = "linux")]
#[path = "statsd/confined.rs"]
mod confined;

use std::io::Write as _;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::process::Stdio;

use agent::Agent;

/// A configuration file for one test.
fn configuration(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("statsd-{name}.toml"));
    std::fs::write(&path, text).unwrap();
    path
}

/// What an agent that cannot start says about it.
fn refusal_lines(arguments: &[&str]) -> Vec<String> {
    let (status, output, errors) = agent::run(arguments);
    assert_eq!(status.code(), Some(1), "{errors:?}");
    assert!(!output.iter().any(|line| line.starts_with("listening")), "{output:?}");
    errors
}

/// The same, where one line says it all.
fn refusal(arguments: &[&str]) -> String {
    let errors = refusal_lines(arguments);
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.concat()
}

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
    assert!(report.contains("(itself)"), "{report}");
    for row in report.lines().map(str::split_whitespace).map(Iterator::collect::<Vec<_>>) {
        // A name, then the minimum, the firm limit, what is live, how much of the limit that is, and the peak.
        let [name, _, _, limit, limit_unit, .., peak, peak_unit] = row.as_slice() else { continue };
        if ["root", "(itself)", "destination"].contains(name) {
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

#[cfg(unix)]
#[test]
fn a_demonstration_with_a_dashboard_goes_on_and_says_where() {
    let agent = Agent::start(&["--demo", "--dashboard", "--context-limit", "100"]);
    let url = format!("see the memory of every component at http://{}/memory/dashboard", agent.http);
    assert_eq!(agent.line(), url);
    assert!(agent.get("/memory/dashboard").0.starts_with("HTTP/1.1 200 OK"));
    agent.page_with(&["statsd_agent_contexts 100"]);
    let (status, output) = agent.terminate();
    assert!(status.success());
    assert!(output.iter().any(|line| line == "every component holds at most what it declared"), "{output:?}");
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
fn flags_override_the_file_and_the_file_overrides_defaults() {
    let path =
        configuration("override", "[source]\nmax_packet_bytes = 10\n[aggregator]\ncontext_limit = 1\n");
    let agent = Agent::start(&["--config", path.to_str().unwrap(), "--context-limit", "2"]);
    agent.send(b"a:1|c\nb:1|c\n");
    agent.send(b"a:1|c");
    agent.send(b"b:1|c");
    agent.page_with(&["a_total 1", "b_total 1", "statsd_agent_oversized_packets_total 1"]);
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

#[cfg(unix)]
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

#[cfg(unix)]
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
        "holding 100 contexts",
        "a value is not a finite number",
        "as many contexts as allowed",
        "every component holds at most what it declared",
    ] {
        assert!(output.iter().any(|line| line.contains(part)), "{part} is not in {output:?}");
    }
    let too_wide = output.iter().find(|line| line.chars().count() > 120 && !line.contains("Z flush: "));
    assert_eq!(too_wide, None, "but for the log, it fits a screen");
    let table = output.iter().skip_while(|line| !line.starts_with("component ")).skip(1);
    let names: Vec<_> = table.map_while(|row| row.split_whitespace().next()).collect();
    assert_eq!(names, ["root", "(itself)", "aggregator", "destination", "source"], "{output:?}");
}

#[test]
fn an_occupied_address_is_named_with_the_flag_that_changes_it() {
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let (statsd, http) = (udp.local_addr().unwrap(), tcp.local_addr().unwrap());
    let error = refusal(&["--statsd-addr", &statsd.to_string(), "--http-addr", "127.0.0.1:0"]);
    assert!(
        error.contains(&format!("cannot listen on {statsd}")) && error.contains("--statsd-addr"),
        "{error}"
    );
    let error = refusal(&["--statsd-addr", "127.0.0.1:0", "--http-addr", &http.to_string()]);
    assert!(error.contains(&format!("cannot listen on {http}")) && error.contains("--http-addr"), "{error}");
}

#[cfg(unix)]
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

#[test]
fn a_name_may_stand_for_an_address_and_the_version_is_told() {
    let error = refusal(&["--statsd-addr", "localhost:0", "--http-addr", "192.0.2.1:0"]);
    assert!(error.contains("cannot listen on 192.0.2.1:0; no interface of this machine has it"), "{error}");
    let (status, output, _) = agent::run(&["--version"]);
    assert!(status.success());
    assert_eq!(output, [format!("statsd {}", env!("CARGO_PKG_VERSION"))]);
}

#[test]
fn a_wrong_type_in_the_file_is_named_with_its_line() {
    let path = configuration("type", "[aggregator]\ncontext_limit = \"many\"\n");
    let error = refusal(&["--config", path.to_str().unwrap()]);
    assert_eq!(
        error,
        format!(
            "statsd: {}, line 2: aggregator.context_limit: invalid type: string \"many\", expected usize",
            path.display()
        )
    );
}

#[test]
fn a_missing_file_and_an_unknown_key_are_refused() {
    let error = refusal(&["--config", "no-such-file.toml"]);
    assert!(error.contains("cannot read the configuration file no-such-file.toml"), "{error}");
    let path = configuration("key", "context_limit = 5\n");
    let error = refusal(&["--config", path.to_str().unwrap()]);
    assert!(error.contains("line 1: context_limit: unknown field"), "{error}");
}

#[test]
fn no_memory_is_refused() {
    let error = refusal(&["--limit", "0", "--statsd-addr", "127.0.0.1:0", "--http-addr", "127.0.0.1:0"]);
    assert!(error.contains("--limit"), "{error}");
}

#[test]
fn sizes_and_modes_that_are_none_are_told_with_what_may_be_written() {
    for (arguments, expected) in [
        (["--limit", "much"], "`much` is no size; write bytes, or a unit such as 64MiB"),
        (["--mode", "lax"], "`lax` is no mode; it is one of `strict`, `permissive`, `observe` and `off`"),
    ] {
        let (status, _, errors) = agent::run(&arguments);
        assert_eq!(status.code(), Some(2));
        assert!(errors[0].ends_with(expected), "{errors:?}");
    }
}

#[test]
fn a_limit_that_nothing_would_go_by_is_refused() {
    let error = refusal(&["--limit", "64MiB", "--mode", "off"]);
    assert_eq!(
        error,
        "statsd: --limit is given while the mode is off, so nothing would go by it; leave one of them out"
    );
    drop(Agent::start(&["--limit", "64MiB"]));
    drop(Agent::start(&["--mode", "off"]));
}

#[test]
fn what_does_not_fit_runs_with_a_warning_where_the_mode_says_so() {
    for mode in ["permissive", "observe"] {
        let agent = Agent::start(&["--limit", "20MiB", "--mode", mode]);
        agent.send(b"a:1|c");
        agent.page_with(&["a_total 1", "statsd_agent_limiter_limit_bytes{measure=\"held\"} 20971520"]);
    }
    let (_, output, _) = agent::run(&[
        "--demo",
        "--limit",
        "20MiB",
        "--mode",
        "permissive",
        "--statsd-addr",
        "127.0.0.1:0",
        "--http-addr",
        "127.0.0.1:0",
    ]);
    let warning = output.iter().find(|line| line.starts_with("warning: ")).unwrap();
    assert!(warning.contains("what is declared does not fit the memory limit"), "{warning}");
}

#[test]
fn slop_that_is_no_part_of_the_limit_is_refused() {
    for slop_factor in ["NaN", "1", "inf"] {
        let error = refusal(&["--slop-factor", slop_factor]);
        assert!(error.contains("the memory limit cannot be used: slop factor"), "{error}");
    }
}

#[test]
fn a_limit_that_is_too_small_names_components_and_settings() {
    let errors = refusal_lines(&["--limit", "20MiB"]);
    assert!(errors[0].contains("does not fit the memory limit: the components may use up to"), "{errors:?}");
    assert_eq!(errors.last().unwrap(), "raise --limit to 25MiB, or lower these settings");
    drop(Agent::start(&["--limit", "25MiB"]));
    for part in [
        "20.0 MiB (set by --limit)",
        "  aggregator: ",
        "  destination: ",
        "destination.connection_limit = 64",
    ] {
        assert!(errors.iter().any(|line| line.contains(part)), "{part} is not in {errors:?}");
    }
}

#[test]
fn the_readme_shows_what_a_refusal_says() {
    let errors = refusal_lines(&["--limit", "20MiB"]).join("\n");
    assert!(include_str!("../README.md").contains(&format!("```text\n{errors}\n```\n")), "{errors}");
}

#[test]
fn the_setting_that_would_fit_does() {
    let refused =
        |context_limit: &str| refusal_lines(&["--limit", "20MiB", "--context-limit", context_limit]);
    let errors = refused("5000");
    let line = errors.iter().find(|line| line.contains("aggregator.context_limit = 5000")).unwrap();
    let (_, largest) = line.rsplit_once("would fit with at most ").unwrap();
    drop(Agent::start(&["--limit", "20MiB", "--context-limit", largest]));
    let one_more = largest.parse::<usize>().unwrap() + 1;
    assert!(refused(&one_more.to_string()).concat().contains(&format!("context_limit = {one_more}")));
}

#[test]
fn what_is_declared_is_printed_before_it_is_refused() {
    let (_, output, _) = agent::run(&["--limit", "1MiB"]);
    for part in ["root ", "  aggregator ", "  destination ", "  source ", "aggregator.context_limit (4,096)"]
    {
        assert!(output.iter().any(|line| line.contains(part)), "{part} is not in {output:?}");
    }
}

#[test]
fn more_contexts_than_can_be_counted_are_refused() {
    let errors = refusal_lines(&["--context-limit", "18446744073709551615"]);
    assert!(
        errors[0]
            .contains("the bounds of component `aggregator` are invalid: more bytes than can be counted"),
        "{errors:?}"
    );
    assert!(
        errors.iter().any(|line| line.contains("aggregator.context_limit = 18446744073709551615")),
        "{errors:?}"
    );
}

#[test]
fn no_setting_is_too_large_to_be_refused() {
    for (component, key) in [
        ("source", "packet_buffers"),
        ("aggregator", "context_limit"),
        ("aggregator", "max_name_bytes"),
        ("aggregator", "max_context_bytes"),
        ("aggregator", "sample_limit"),
        ("aggregator", "set_limit"),
        ("destination", "connection_limit"),
        ("destination", "piece_bytes"),
    ] {
        let text = format!("[{component}]\n{key} = 9223372036854775807\n");
        let path = configuration(&format!("large-{key}"), &text);
        let errors = refusal_lines(&["--config", path.to_str().unwrap()]).join("\n");
        assert!(errors.contains("does not fit the memory limit"), "{key}: {errors}");
        assert!(errors.contains(&format!("{component}.{key} = 9223372036854775807")), "{key}: {errors}");
    }
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
