//! Programs whose panics abort: the library needs no unwinding, and does not keep a panic from ending them.

#![cfg(unix)]

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Far longer than building and running such a program takes; it is only there to fail instead of hanging.
const PATIENCE: Duration = Duration::from_secs(600);

/// How the program ended that is built so, and what it wrote.
fn run(program: &str) -> (ExitStatus, String) {
    let (mut reader, writer) = UnixStream::pair().unwrap();
    let mut child = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--config", "profile.dev.panic='abort'"])
        .args(["--package", "memory-accounting-panic-abort", "--bin", program])
        .stdout(OwnedFd::from(writer.try_clone().unwrap()))
        .stderr(OwnedFd::from(writer))
        .spawn()
        .unwrap();
    let (sender, written) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        sender.send(text)
    });
    let text = written.recv_timeout(PATIENCE);
    if text.is_err() {
        // Cargo has become the program, so this ends whichever of them hangs.
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    (status, text.unwrap_or_else(|_| panic!("{program} did not end by itself")))
}

#[test]
fn the_quick_start_compares_declared_and_live_bytes() {
    let (status, written) = run("quickstart");
    assert!(status.success(), "{status}\n{written}");
    assert!(written.ends_with("topology.aggregator declared 16024 bytes and has 16024\n"), "{written}");
}

#[test]
fn a_panic_inside_a_group_is_shown_and_aborts() {
    let (status, written) = run("panics_inside_a_group");
    assert_eq!(status.signal(), Some(libc::SIGABRT), "{status}\n{written}");
    assert!(written.contains("on purpose, in the group \"where it panics\"\n"), "{written}");
}
