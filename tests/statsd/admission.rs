//! What starts within a limit, and what is said of the rest.

use super::agent::{self, Agent};
use super::{configuration, refusal, refusal_lines};

#[test]
fn no_memory_is_refused() {
    let error = refusal(&["--limit", "0", "--statsd-addr", "127.0.0.1:0", "--http-addr", "127.0.0.1:0"]);
    assert!(error.contains("--limit"), "{error}");
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
    assert!(include_str!("../../README.md").contains(&format!("```text\n{errors}\n```\n")), "{errors}");
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
