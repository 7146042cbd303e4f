//! `Detection`: the facts beside its text, which `layouts` compares.

use std::path::Path;

use memory_accounting::{
    Detection, LimitSetting, LimitSource, LimitState, LimitedGroup, MemoryGrant, UnknownReason,
};
use serde_json::json;

use crate::layouts::within;

#[test]
fn a_limit_comes_with_its_source() {
    let detection = within("systemd_slice_v2");
    assert_eq!(detection.limit_bytes(), Some(2 << 30));
    assert_eq!(detection.unread(), []);
    let source = detection.source().unwrap();
    let limit = source.group_limit();
    assert!(matches!(source, LimitSource::ControlGroup(_)));
    assert_eq!((limit.bytes, limit.setting), (2 << 30, LimitSetting::MemoryMax));
    assert_eq!(limit.setting.cgroup_version(), 2);
    assert_eq!(limit.file, Path::new("/sys/fs/cgroup/user.slice/user-cg.slice/memory.max"));
    assert_eq!(limit.group, LimitedGroup::Ancestor { path: "/user.slice/user-cg.slice".into() });
}

#[test]
fn what_could_not_be_read_is_listed_beside_the_limit() {
    let detection = within("no_number");
    let unread: Vec<_> =
        detection.unread().iter().map(|file| (file.path.to_str().unwrap(), file.reason.as_str())).collect();
    assert_eq!(detection.limit_bytes(), Some(64 << 20));
    assert_eq!(
        unread,
        [
            ("/sys/fs/cgroup/app/memory.max", "`lots` is not a number of bytes"),
            ("/proc/meminfo", "no `MemTotal` in kB"),
        ]
    );
}

#[test]
fn a_setting_knows_its_version() {
    for (layout, name, version) in [
        ("docker_v1", "memory.limit_in_bytes", 1),
        ("ecs_v1", "hierarchical_memory_limit", 1),
        ("docker_v2", "memory.max", 2),
        ("systemd_memory_high_v2", "memory.high", 2),
    ] {
        let setting = within(layout).source().unwrap().group_limit().setting;
        assert_eq!((setting.name(), setting.cgroup_version()), (name, version), "{layout}");
    }
}

#[test]
fn physical_memory_takes_the_place_of_a_limit_above_it() {
    let detection = within("above_physical");
    let physical = 24_684_092 * 1024;
    assert_eq!(detection.physical_bytes(), Some(physical));
    assert_eq!(detection.limit_bytes(), Some(physical));
    let source = detection.source().unwrap();
    assert!(matches!(source, LimitSource::PhysicalMemory { .. }));
    assert_eq!(source.group_limit().bytes, 1 << 40);
}

#[test]
fn a_detection_grants_its_limit_less_the_default_slop() {
    let grant = within("docker_v2").grant().unwrap();
    assert_eq!(Ok(grant), MemoryGrant::with_slop_factor(64 << 20, MemoryGrant::DEFAULT_SLOP_FACTOR));
    assert_eq!(grant.effective_limit_bytes(), 57_042_534, "85 % of 64 MiB");
}

#[test]
fn nothing_is_granted_where_no_limit_was_found() {
    for layout in ["virtual_machine_root", "denied_parent_unlimited"] {
        let detection = within(layout);
        assert_eq!((detection.limit_bytes(), detection.source(), detection.grant()), (None, None, None));
        assert_eq!(detection.try_grant().unwrap(), None);
    }
}

#[test]
fn unknown_is_not_the_same_as_not_limited() {
    assert_eq!(within("virtual_machine_root").state(), &LimitState::NotLimited);
    for (layout, reason) in [
        ("denied_parent_unlimited", UnknownReason::PartlyUnread),
        ("denied_everything", UnknownReason::Unread),
        ("slurm_no_mount", UnknownReason::NotMounted),
    ] {
        assert_eq!(within(layout).state(), &LimitState::Unknown { reason }, "{layout}");
    }
}

/// What is wrong, and with which file.
fn failure(detection: &Detection) -> (String, String) {
    let error = detection.try_grant().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot read the memory limit from {}; pass the limit explicitly", error.path.display())
    );
    (error.path.display().to_string(), error.reason.to_string())
}

#[test]
fn it_is_an_error_where_nothing_could_be_read() {
    let told = |layout| failure(&within(layout));
    let expected = |path: &str, reason: &str| (path.to_owned(), reason.to_owned());
    assert_eq!(told("no_proc"), expected("/proc/self/cgroup", "there is no such file"));
    assert_eq!(
        told("slurm_no_mount"),
        expected("/proc/self/mountinfo", "no control group that limits memory is mounted")
    );
    assert_eq!(told("denied_everything").0, "/sys/fs/cgroup/app/memory.max");
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let detection = Detection::within(Path::new(env!("CARGO_TARGET_TMPDIR")).join("no such folder"));
    assert_eq!(failure(&detection).0, "/proc/self/cgroup");
}

#[test]
fn the_serialized_form_has_the_same_facts() {
    let json = |layout| serde_json::to_value(within(layout)).unwrap();
    assert_eq!(
        json("above_physical"),
        json!({
            "state": "limited",
            "bytes": 25_276_510_208_u64,
            "source": {
                "kind": "physical_memory",
                "instead_of": {
                    "bytes": 1_099_511_627_776_u64,
                    "file": "/sys/fs/cgroup/app/memory.max",
                    "setting": "memory.max",
                    "group": { "is": "own", "path": "/app" },
                },
            },
            "physical_bytes": 25_276_510_208_u64,
            "unread": [],
        })
    );
    assert_eq!(
        json("denied_everything"),
        json!({
            "state": "unknown",
            "reason": "unread",
            "physical_bytes": 25_276_510_208_u64,
            "unread": [
                { "path": "/sys/fs/cgroup/app/memory.max", "reason": "Is a directory (os error 21)" },
                { "path": "/sys/fs/cgroup/app/memory.high", "reason": "Is a directory (os error 21)" },
            ],
        })
    );
    assert_eq!(
        json("virtual_machine_bare"),
        json!({ "state": "not_limited", "physical_bytes": 520_093_696, "unread": [] })
    );
}

/// Serde refuses such a path by itself.
#[test]
fn a_name_that_is_not_utf_8_is_serialized_all_the_same() {
    let json = serde_json::to_value(within("non_utf8_group")).unwrap();
    assert_eq!(json["source"]["group"]["path"], "/caf\u{FFFD}/app");
}
