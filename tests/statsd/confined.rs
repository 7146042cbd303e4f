//! The agent in real memory groups. They need root, and to be asked for; without, they say so and try nothing.

use std::process::Command;

use super::agent::{self, Agent};
use super::brim;
use super::cgroup::group::{self, MemoryGroup};

const MEBIBYTE: usize = 1 << 20;

/// A group of so many bytes, where this was asked for.
fn group(limit_bytes: usize) -> Option<MemoryGroup> {
    if let Err(reason) = group::asked() {
        eprintln!("SKIPPED in a memory control group: {reason}");
        return None;
    }
    Some(MemoryGroup::new(limit_bytes).unwrap())
}

fn command(group: &MemoryGroup, arguments: &[&str]) -> Command {
    let mut command = group.command(agent::program());
    command.args(arguments);
    command
}

fn refusal(group: &MemoryGroup, arguments: &[&str]) -> String {
    let (status, _, errors) = agent::run_by(command(group, arguments));
    assert_eq!(status.code(), Some(1), "{errors:?}");
    errors.join("\n")
}

/// The size after `before` in `text`, in mebibytes.
fn mebibytes(text: &str, before: &str) -> usize {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once("MiB").unwrap().0.parse().unwrap()
}

#[test]
fn what_is_admitted_is_neither_slowed_nor_lost_nor_killed_in_a_group() {
    for mebibytes in [32, 64, 128] {
        let Some(group) = group(mebibytes * MEBIBYTE) else { return };
        brim::is_neither_slowed_nor_lost(&format!("group-{mebibytes}"), || command(&group, &[]));
        println!("the group held at most {:?} bytes", group.peak_bytes());
        assert_eq!(group.oom_kills(), 0);
    }
}

/// How a refusal begins that names the limit which would be enough.
const RAISE: &str = "raise the limit of the control group (of the container or service) to ";

/// Each refusal is obeyed to the letter, and then the agent runs.
#[test]
fn a_limit_above_that_of_the_group_is_refused_with_what_helps() {
    let Some(group) = group(20 * MEBIBYTE) else { return };
    let above = refusal(&group, &["--limit", "48MiB"]);
    assert!(
        above.contains("--limit gives 48.0 MiB, more than the 20.0 MiB that the kernel allows"),
        "{above}"
    );
    assert!(above.ends_with("to 48MiB, or lower --limit to 20MiB or leave it out"), "{above}");
    // Lowered, or left out, it says that more is needed, and of whom.
    for arguments in [["--limit", "20MiB"].as_slice(), &[]] {
        let refused = refusal(&group, arguments);
        let needed = mebibytes(&refused, RAISE);
        assert!((25..35).contains(&needed), "{refused}");
        assert_eq!(refused.contains("and --limit with it"), !arguments.is_empty(), "{refused}");
        let less = MemoryGroup::new((needed - 1) * MEBIBYTE).unwrap();
        assert_eq!(mebibytes(&refusal(&less, &[]), RAISE), needed);
        let raised = MemoryGroup::new(needed * MEBIBYTE).unwrap();
        drop(Agent::start_by(command(&raised, &[])));
        drop(Agent::start_by(command(&raised, &["--limit", &format!("{needed}MiB")])));
    }
}

#[test]
fn a_limit_that_changes_is_followed() {
    let Some(group) = group(64 * MEBIBYTE) else { return };
    let agent = Agent::start_by(command(&group, &[]));
    group.set_limit(40 * MEBIBYTE).unwrap();
    let line = agent.line();
    assert!(line.contains("Z the memory limit has changed from 64.0 MiB to 40.0 MiB (memory."), "{line}");
    agent.page_with(&["statsd_agent_limiter_limit_bytes{measure=\"held\"} 41943040"]);
    group.set_limit(20 * MEBIBYTE).unwrap();
    let line = agent.line();
    assert!(line.contains("to 20.0 MiB") && line.contains("; what is declared does not fit"), "{line}");
}
