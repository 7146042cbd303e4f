//! The example StatsD agent, driven over real sockets.

mod agent;
#[cfg(target_os = "linux")]
mod brim;
#[cfg(target_os = "linux")]
#[path = "../cgroup"]
mod cgroup {
    pub(crate) mod group;
}
#[cfg(target_os = "linux")]
mod confined;

mod admission;
mod advice;
mod demonstration;
#[cfg(unix)]
mod log;
mod pages;
#[cfg(unix)]
mod reload;
mod settings;
mod traffic;

use std::path::PathBuf;

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
