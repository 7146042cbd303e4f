//! Flags and the file, and what is said of those that are wrong.

use std::net::{TcpListener, UdpSocket};

use super::agent::{self, Agent};
use super::{configuration, refusal};

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
