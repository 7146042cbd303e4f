//! The small examples run, and the README shows what they print.

use std::process::Command;

/// What the example `name` prints.
fn output(name: &str) -> String {
    output_with(name, &[])
}

/// What it prints with these arguments.
fn output_with(name: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "memory-accounting-examples", "--example", name, "--"])
        .args(arguments)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    printed
}

/// The fenced text blocks of the README.
fn blocks() -> Vec<&'static str> {
    let readme = include_str!("../README.md");
    readme.split("```text\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn the_quick_start_compares_declared_and_live_bytes() {
    let printed = output("quickstart");
    assert!(printed.ends_with("topology.aggregator declared 16024 bytes and has 16024\n"), "{printed}");
}

#[test]
fn the_service_to_look_at_says_where_to_look() {
    let printed = output_with("dashboard", &["--port", "0", "--seconds", "0"]);
    let address = printed.lines().last().unwrap();
    assert!(address.starts_with("http://127.0.0.1:") && address.ends_with("/memory/dashboard"), "{printed}");
}

#[test]
fn what_the_small_examples_print_fits_a_screen() {
    for name in ["quickstart", "inspect"] {
        let printed = output(name);
        assert_eq!(printed.lines().find(|line| line.chars().count() > 120), None, "{name}");
    }
}

#[test]
fn the_readme_shows_what_inspect_says_about_a_limit() {
    let printed = output("inspect");
    let shown = blocks().into_iter().find(|block| block.contains("but the limit is")).unwrap();
    assert!(printed.contains(shown), "{printed}\ndoes not hold\n{shown}");
}

#[test]
fn the_readme_shows_the_error_of_an_unaccounted_field() {
    let snapshot = include_str!("ui/fail/accounting/vec_without_attribute.stderr");
    let shown = blocks().into_iter().find(|block| block.starts_with("error")).unwrap();
    let message = shown.split("\n --> ").next().unwrap().replace('\n', " ");
    assert!(snapshot.starts_with(&message), "{snapshot}\ndoes not begin with\n{message}");
}
