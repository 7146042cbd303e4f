//! The small examples run, and the README shows what they print.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

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
    for name in ["quickstart", "inspect", "guarded"] {
        let printed = output(name);
        assert_eq!(printed.lines().find(|line| line.chars().count() > 120), None, "{name}");
    }
}

#[test]
fn the_readme_shows_what_inspect_says_about_a_limit() {
    let printed = output("inspect");
    let shown = blocks().into_iter().find(|block| block.contains("but the limit leaves only")).unwrap();
    assert!(printed.contains(shown), "{printed}\ndoes not hold\n{shown}");
}

#[test]
fn the_readme_shows_what_would_be_enough_to_declare() {
    let measured = include_str!("../examples/guarded/tests.rs");
    let shown = blocks().into_iter().find(|block| block.starts_with("declares ")).unwrap();
    assert!(measured.contains(shown), "{measured}\ndoes not hold\n{shown}");
}

/// Runs the guard of the example in a folder that stands for its package.
fn guard(package: &Path, variables: &[(&str, &str)]) -> Result<(), String> {
    static TESTS: LazyLock<PathBuf> = LazyLock::new(|| {
        let arguments = ["test", "--package", "memory-accounting-examples", "--example", "guarded"];
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--no-run", "--message-format=json"])
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        let messages = String::from_utf8(output.stdout).unwrap();
        let messages = messages.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let mut built = messages.filter(|message| message["target"]["name"] == "guarded");
        built.find_map(|message| message["executable"].as_str().map(PathBuf::from)).unwrap()
    });
    let output = Command::new(&*TESTS)
        .args(["--exact", "tests::the_bounds_are_those_that_were_reviewed"])
        .env_remove("CI")
        .env_remove("UPDATE_BOUNDS")
        .env("CARGO_MANIFEST_DIR", package)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("\nrunning 1 test\n"), "{said}");
    if output.status.success() { Ok(()) } else { Err(said) }
}

#[test]
fn the_guard_says_what_to_run_and_that_makes_it_hold() {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guarded-package");
    // Of an earlier run.
    _ = fs::remove_dir_all(&package);
    let file = package.join("guarded/bounds.json");
    let said = |variables: &[(&str, &str)]| guard(&package, variables).unwrap_err();

    let missing = said(&[]);
    assert!(
        missing.contains(
            "\nthere is no guarded/bounds.json yet\n\
             to accept what is declared, run this test with UPDATE_BOUNDS=1, as in `UPDATE_BOUNDS=1 cargo test \
             tests::the_bounds_are_those_that_were_reviewed`, and commit the file\n"
        ),
        "{missing}"
    );
    let refused = said(&[("UPDATE_BOUNDS", "1"), ("CI", "true")]);
    assert!(refused.contains("\nUPDATE_BOUNDS writes nothing where CI is set: "), "{refused}");
    assert!(!file.exists());

    assert_eq!(guard(&package, &[("UPDATE_BOUNDS", "1")]), Ok(()));
    assert_eq!(guard(&package, &[("CI", "true")]), Ok(()));
    let committed = include_str!("../examples/guarded/bounds.json");
    assert_eq!(fs::read_to_string(&file).unwrap(), committed);

    fs::write(&file, committed.replace("1000", "900")).unwrap();
    let changed = said(&[]);
    assert!(changed.contains("\nwhat is declared is not what guarded/bounds.json says\n"), "{changed}");
    assert!(changed.contains("\nsessions:max_sessions     900  1,000\n"), "{changed}");
    assert_eq!(guard(&package, &[("UPDATE_BOUNDS", "1")]), Ok(()));
    assert_eq!(fs::read_to_string(&file).unwrap(), committed);
}

#[test]
fn the_readme_shows_the_error_of_an_unaccounted_field() {
    let snapshot = include_str!("ui/fail/accounting/vec_without_attribute.stderr");
    let shown = blocks().into_iter().find(|block| block.starts_with("error")).unwrap();
    let message = shown.split("\n --> ").next().unwrap().replace('\n', " ");
    assert!(snapshot.starts_with(&message), "{snapshot}\ndoes not begin with\n{message}");
}
