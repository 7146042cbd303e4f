//! What a service does once when it starts. In a program of its own, since it is held against what the process holds at rest.

#[path = "../behaviour/layouts.rs"]
mod layouts;

use std::alloc::System;

use insta::assert_snapshot;
use memory_accounting::allocator::TrackingAllocator;
use memory_accounting::{
    ComponentRegistry, Level, LimiterMode, MemoryBounds, MemoryBoundsBuilder, Started, Startup, StartupError,
    StartupMode, StartupSettings,
};

use crate::layouts::within;

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

const MIB: u64 = 1 << 20;

fn registry(buffers: usize) -> ComponentRegistry {
    let registry = ComponentRegistry::default();
    let source = registry.get_or_create("source");
    let bytes = memory_accounting::UsageExpr::product(
        "buffers",
        memory_accounting::UsageExpr::constant("1 MiB", 1 << 20),
        memory_accounting::UsageExpr::config("buffers", buffers),
    );
    source.bounds_builder().minimum().with_expr(bytes);
    registry
}

fn settings(limit_bytes: Option<u64>, mode: StartupMode) -> StartupSettings {
    let mut settings = StartupSettings::default();
    (settings.limit_bytes, settings.mode) = (limit_bytes, mode);
    settings
}

/// Begins in a container that has 64 MiB.
fn begin(settings: StartupSettings, buffers: usize) -> Result<Started, StartupError> {
    let startup = Startup::new(settings).with_detection(within("docker_v2")).with_limit_setting("--limit");
    startup.begin(&registry(buffers))
}

fn refusal(settings: StartupSettings, buffers: usize) -> String {
    begin(settings, buffers).expect_err("it is refused").to_string()
}

#[test]
fn the_detected_limit_is_verified_and_said() {
    let started = begin(settings(None, StartupMode::Strict), 40).unwrap();
    assert_snapshot!(started, @r"
    memory limit: 64.0 MiB (memory.max of the process's own group / (cgroup v2, /sys/fs/cgroup/memory.max)),
      less 9.6 MiB that are set aside for what no component declares: 54.4 MiB
    mode: strict, callers are held back where memory is scarce
    declared: 40.0 MiB fit, 14.4 MiB are left
    ");
    assert_eq!(started.verified().unwrap().total_firm_limit_bytes(), 40 << 20);
    let state = started.limiter().state().unwrap();
    assert_eq!((state.limits.full_bytes, state.mode), (64 * MIB, LimiterMode::Enforce));
    let given = begin(settings(Some(48 * MIB), StartupMode::Strict), 1).unwrap();
    assert_eq!(given.limiter().state().unwrap().limit_source.as_deref(), Some("--limit"));
}

#[test]
fn what_was_verified_runs_unthrottled() {
    let started = begin(settings(None, StartupMode::Strict), 54).unwrap();
    let limits = started.limiter().state().unwrap().limits;
    assert!(limits.tracked.soft > 54 * MIB && limits.tracked.hard > limits.tracked.soft);
    assert_eq!(started.limiter().level(), Level::Normal);
}

#[test]
fn what_does_not_fit_is_refused_with_what_would() {
    assert_snapshot!(refusal(settings(None, StartupMode::Strict), 60), @r"
    what is declared does not fit the memory limit: the components need at least 60.0 MiB (62914560 bytes), but only 54.4 MiB (57042534 bytes) are available
    the limit is 64.0 MiB (memory.max of the process's own group / (cgroup v2, /sys/fs/cgroup/memory.max)), less 9.6 MiB that are set aside for what no component declares: 54.4 MiB
    60.0 MiB are declared, but the limit leaves only 54.4 MiB for that
    biggest components:
      source: 60.0 MiB
    biggest settings:
      buffers = 60 in source: 60.0 MiB, would fit with at most 54
    raise the limit of the control group (of the container or service) to 71MiB, or lower these settings
    ");
}

/// Begins with 32 MiB where `declare` has declared something; returns the last line of the refusal.
fn last_line(declare: impl FnOnce(&mut MemoryBoundsBuilder<'_>)) -> String {
    let registry = ComponentRegistry::default();
    declare(&mut registry.get_or_create("source").bounds_builder());
    let startup = Startup::new(settings(Some(32 * MIB), StartupMode::Strict)).with_limit_setting("--limit");
    let startup = startup.with_detection(within("docker_v2"));
    let text = startup.begin(&registry).expect_err("it is refused").to_string();
    text.lines().last().unwrap().to_owned()
}

#[test]
fn settings_are_named_only_where_they_help() {
    use memory_accounting::UsageExpr;
    let input = || UsageExpr::constant("INPUT", 1 << 30);
    let fixed = last_line(|builder| {
        builder.minimum().with_fixed_amount("table", 40 << 20);
    });
    assert_eq!(fixed, "raise --limit to 48MiB");
    // Its one value above 0 is too much.
    let cannot = last_line(|builder| {
        builder.minimum().with_expr(UsageExpr::product(
            "",
            UsageExpr::constant("", 40 << 20),
            UsageExpr::config("tables", 1),
        ));
    });
    assert_eq!(cannot, "raise --limit to 48MiB");
    let raised = |passes| {
        last_line(|builder| {
            builder.minimum().with_expr(UsageExpr::quotient(input(), UsageExpr::config("passes", passes)));
        })
    };
    assert_eq!(
        raised(2),
        "raise the limit of the control group (of the container or service) to 603MiB (memory.max of the process's own \
         group / (cgroup v2, /sys/fs/cgroup/memory.max)), and --limit with it, or raise these settings"
    );
    let either = last_line(|builder| {
        builder.minimum().with_expr(UsageExpr::difference(
            UsageExpr::config("total", 40 << 20),
            UsageExpr::config("reserve", 1 << 20),
        ));
    });
    assert_eq!(either, "raise --limit to 46MiB, or change these settings");
    let overflowing = last_line(|builder| {
        builder.minimum().with_fixed_amount("table", usize::MAX);
    });
    assert_eq!(overflowing, "no limit would be enough, and no setting helps");
}

#[test]
fn what_a_refusal_says_is_enough() {
    let Err(StartupError::DoesNotFit(refusal)) = begin(settings(Some(32 * MIB), StartupMode::Strict), 40)
    else {
        panic!("it is refused")
    };
    assert!(refusal.advice.starts_with("raise --limit to 48MiB"), "{}", refusal.advice);
    assert!(begin(settings(refusal.enough_bytes, StartupMode::Strict), 40).is_ok());
    assert!(begin(settings(refusal.enough_bytes.map(|bytes| bytes - MIB), StartupMode::Strict), 40).is_err());
}

#[test]
fn a_limit_above_the_detected_one_is_refused_or_warned_about() {
    let above = Some(128 * MIB);
    assert_snapshot!(
        refusal(settings(above, StartupMode::Strict), 1),
        @"--limit gives 128.0 MiB, more than the 64.0 MiB that the kernel allows (memory.max of the process's own group / (cgroup v2, /sys/fs/cgroup/memory.max)): the process would be ended before the limiter holds anybody back; raise the limit of the control group (of the container or service) to 128MiB, or lower --limit to 64MiB or leave it out"
    );
    let started = begin(settings(above, StartupMode::Permissive), 1).unwrap();
    assert_eq!(started.grant().unwrap().initial_limit_bytes() as u64, 64 * MIB);
    assert!(started.warnings()[0].starts_with("--limit gives 128.0 MiB"), "{:?}", started.warnings());
}

/// Obeying the first half of what is said must not lead to the next refusal.
#[test]
fn a_setting_is_not_to_be_raised_above_the_kernels_limit() {
    let text = refusal(settings(Some(32 * MIB), StartupMode::Strict), 60);
    let advice = text.lines().last().unwrap();
    assert_eq!(
        advice,
        "raise the limit of the control group (of the container or service) to 71MiB (memory.max of the process's own group / (cgroup \
         v2, /sys/fs/cgroup/memory.max)), and --limit with it, or lower these settings"
    );
}

#[test]
fn where_the_machine_is_the_limit_another_machine_is_the_advice() {
    let begin = |limit_bytes, buffers| {
        let startup = Startup::new(settings(limit_bytes, StartupMode::Strict));
        let startup = startup.with_detection(within("virtual_machine_root")).with_limit_setting("--limit");
        startup.begin(&registry(buffers)).expect_err("it is refused").to_string()
    };
    let too_much = begin(None, 1 << 20);
    let advice = too_much.lines().last().unwrap();
    assert_eq!(advice, "run it on a machine with at least 1233619MiB of memory, or lower these settings");
    let above = begin(Some(1 << 40), 1);
    assert!(
        above.contains("run it on a machine with at least 1TiB of memory, or lower --limit to "),
        "{above}"
    );
}

#[test]
fn a_warning_says_why() {
    let mut settings = settings(None, StartupMode::Permissive);
    settings.limiter.held_soft_percent = 98;
    let started = begin(settings, 1).unwrap();
    assert_eq!(
        started.warnings(),
        [
            "the process cannot be kept inside its limit: the limiter's settings do not go together: held_soft_percent is 98 and must \
          be below held_hard_percent, which is 97"
        ]
    );
}

#[test]
fn the_modes_differ_in_what_they_tolerate() {
    let started = begin(settings(None, StartupMode::Permissive), 60).unwrap();
    assert!(started.verified().is_none() && started.warnings().len() == 1);
    assert_eq!(started.limiter().state().unwrap().mode, LimiterMode::Enforce);

    let started = begin(settings(None, StartupMode::Observe), 60).unwrap();
    assert!(
        started.to_string().contains("\nmode: observe, nobody is held back, and who would be is counted\n")
    );
    assert_eq!(started.limiter().state().unwrap().mode, LimiterMode::Observe);

    let started = begin(settings(None, StartupMode::Off), 60).unwrap();
    assert!(started.grant().is_none() && started.limiter().state().is_none());
    assert_eq!(started.to_string(), "memory is neither verified nor limited: the mode is off");
    assert_eq!(
        refusal(settings(Some(MIB), StartupMode::Off), 60),
        "--limit is given while the mode is off, so nothing would go by it; leave one of them out"
    );
}

#[test]
fn without_a_limit_the_machine_is_it_and_what_is_not_known_is_said() {
    let begin =
        |layout| Startup::new(StartupSettings::default()).with_detection(within(layout)).begin(&registry(1));
    let started = begin("virtual_machine_root").unwrap();
    assert!(started.to_string().contains("all memory of the machine, as no limit was found"), "{started}");
    assert_eq!(started.warnings(), [""; 0]);
    let started = begin("slurm_no_mount").unwrap();
    assert!(
        started.warnings()[0].starts_with(
            "whether the process is limited is not known, so all memory of the machine is taken for its limit: "
        ),
        "{:?}",
        started.warnings()
    );
}

/// Of one gibibyte.
struct Cache;

impl MemoryBounds for Cache {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("entries", 1 << 30);
    }
}

#[test]
fn a_part_that_was_locked_while_it_was_declared_is_warned_about() {
    let cache = std::sync::Mutex::new(Cache);
    let held = cache.lock().unwrap();
    let registry = registry(1);
    registry.register("topology.cache", &cache);
    drop(held);
    let startup = Startup::new(settings(None, StartupMode::Strict)).with_detection(within("docker_v2"));
    let started = startup.begin(&registry).unwrap();
    assert_eq!(
        started.warnings(),
        [
            "a Mutex in what `topology.cache` declares counts nothing: it was locked when bounds were declared, so what is inside could not \
          be read; declare it before anything else uses it"
        ]
    );
}

#[test]
fn nothing_set_aside_is_warned_about() {
    let mut settings = settings(None, StartupMode::Strict);
    settings.slop_factor = 0.0;
    let warnings = begin(settings, 1).unwrap().warnings().to_vec();
    assert!(warnings[0].starts_with("nothing of the limit is set aside"), "{warnings:?}");
}

#[test]
fn limits_that_are_none_are_refused() {
    assert_eq!(
        refusal(settings(Some(0), StartupMode::Permissive), 1),
        "a limit of 0 bytes leaves no memory to run in; give a size such as --limit 64MiB"
    );
    let mut nothing_left = settings(None, StartupMode::Permissive);
    nothing_left.slop_bytes = 64 * MIB;
    assert_eq!(
        refusal(nothing_left, 1),
        "`slop` sets 64.0 MiB aside, and `slop_factor` the part 0.15, of a limit of 64.0 MiB: nothing is left; lower `slop`"
    );
    let mut negative = settings(None, StartupMode::Permissive);
    (negative.slop_factor, negative.slop_bytes) = (-0.5, 40 * MIB);
    assert_eq!(refusal(negative, 1), "the memory limit cannot be used");
    let nothing =
        Startup::new(StartupSettings::default()).with_detection(within("no_proc")).begin(&registry(1));
    assert!(matches!(nothing, Err(StartupError::NoLimit { .. })));
}

/// Otherwise nothing would go by the limit that was verified.
#[test]
fn a_limiter_that_is_off_in_a_mode_that_is_not_is_refused() {
    for mode in [StartupMode::Strict, StartupMode::Permissive, StartupMode::Observe] {
        let mut settings = settings(None, mode);
        settings.limiter.mode = LimiterMode::Off;
        assert_eq!(
            refusal(settings, 1),
            format!(
                "`limiter.mode` is off while `mode` is {mode}, so nobody would be kept inside the limit; leave `limiter.mode` out, \
                 set it to observe, or set `mode` to off"
            )
        );
    }
    let mut off = settings(None, StartupMode::Off);
    off.limiter.mode = LimiterMode::Off;
    assert!(begin(off, 1).is_ok());
}

#[test]
fn a_limit_below_what_is_held_at_rest_is_refused_with_whose_it_is_or_limits_from_the_start() {
    let nothing = ComponentRegistry::default();
    let begin = |mode| {
        let startup = Startup::new(settings(Some(100_000), mode)).with_limit_setting("--limit");
        startup.with_detection(within("docker_v2")).begin(&nothing)
    };
    let error = begin(StartupMode::Strict).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("the limit of 97.7 KiB (--limit) is below the "), "{cause}");
    let started = begin(StartupMode::Permissive).unwrap();
    assert_eq!(started.limiter().level(), Level::Hard);
    assert!(started.warnings()[0].contains("that the process holds at rest"), "{:?}", started.warnings());
    let more = memory_accounting::MemoryGrant::with_slop_factor(1 << 30, 0.15).unwrap();
    started.limiter().set_grant(more, None);
    assert_eq!(started.limiter().level(), Level::Normal);
    // The kernel allows less than that.
    assert_eq!(started.grant().unwrap().initial_limit_bytes() as u64, 64 * MIB);
}

struct Buffer;

impl MemoryBounds for Buffer {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.minimum().with_fixed_amount("buffer", 1);
    }
}

#[test]
fn what_is_declared_wrongly_is_not_to_be_cured_by_another_limit() {
    let registry = registry(1);
    registry.register("source", &Buffer);
    let startup = Startup::new(settings(None, StartupMode::Strict)).with_detection(within("docker_v2"));
    let error = startup.begin(&registry).unwrap_err().to_string();
    assert!(error.contains("it was declared 2 times"), "{error}");
    let advice = "no limit is enough for a declaration that is wrong; correct it in the program";
    assert_eq!(error.lines().last(), Some(advice));
}
