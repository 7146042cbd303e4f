use insta::assert_snapshot;
use memory_accounting::{
    ComponentRegistry, ComponentUsage, DeclaredBytes, LiveBytes, MemoryGrant, MemoryLimiter, MemoryReport,
};

use crate::sample::{
    KIB, MIB, component, grant, limiter, limiter_with_overhead_at_first, program, root, unbounded, untracked,
};

/// The lines after the table.
fn footer(report: &MemoryReport) -> String {
    report.to_string().split_once("\n\n").map_or_else(String::new, |(_, footer)| footer.to_owned())
}

#[test]
fn components_stand_in_a_tree_with_marks_where_more_lives_than_declared() {
    assert_snapshot!(MemoryReport::of(program()), @r"
    component           minimum  firm limit       live  of firm       peak
    root                4.3 MiB     8.6 MiB    1.6 MiB     19 %    3.3 MiB  1.0 MiB of no component
      (no component)          –           –    1.0 MiB        –          –
      topology          4.3 MiB     8.6 MiB  659.0 KiB      7 %          –
        encoder               –           –    3.0 KiB        –    4.0 KiB  ! nothing declared
        sources       288.0 KiB   576.0 KiB  656.0 KiB    113 %          –  ! 80.0 KiB more than declared
          (itself)     32.0 KiB    64.0 KiB   16.0 KiB     25 %   17.0 KiB
          dsd         256.0 KiB   512.0 KiB  640.0 KiB    125 %  641.0 KiB  ! 128.0 KiB more than declared
        store           4.0 MiB     8.0 MiB        5 B     <1 %    1.0 KiB
          pages         4.0 MiB     8.0 MiB        5 B     <1 %    1.0 KiB
          log                 –           –          –        –          –

    undeclared: 1.0 MiB that no component declares
    ");
}

#[test]
fn what_is_reserved_is_said_and_counts_beyond_what_was_declared() {
    let program = untracked("root").with_subcomponents(vec![
        component("within", 8 * KIB, KIB).with_reserved(2 * KIB),
        component("over", 8 * KIB, 7 * KIB).with_reserved(2 * KIB),
        component("undeclared", 0, 7 * KIB).with_reserved(1),
    ]);
    assert_snapshot!(MemoryReport::of(program), @r"
    component     minimum  firm limit      live  of firm     peak
    root          8.0 KiB    16.0 KiB  15.0 KiB     93 %        –  4.0 KiB reserved  ! 3.0 KiB more than declared
      within      4.0 KiB     8.0 KiB   1.0 KiB     12 %  2.0 KiB  2.0 KiB reserved
      over        4.0 KiB     8.0 KiB   7.0 KiB     87 %  8.0 KiB  2.0 KiB reserved  ! 1.0 KiB more than declared
      undeclared        –           –   7.0 KiB        –  8.0 KiB  1 B reserved  ! nothing declared
    ");
}

#[test]
fn what_is_known_of_the_process_stands_below() {
    let report = MemoryReport::of(program())
        .with_resident_bytes(20 * MIB)
        .with_grant(grant())
        .with_limiter(&limiter(950));
    assert_snapshot!(footer(&report), @r"
    undeclared: 1.0 MiB that no component declares
    resident: 20.0 MiB (code, libraries and other files too, which the kernel can take back)
    grant: 12.0 MiB (16.0 MiB less 25.0 % slop), 8.6 MiB declared fit
    slop: 0 B are set aside for what nobody declares;
      19.4 MiB are needed now (18.4 MiB beside the heap, 1.0 MiB undeclared), as much as the limit or more; no limiter has watched what was before
    limiter: 950 B of 1000 B tracked (950 B live, 0 B promised), 950 B of 1000 B held (0 B beside the heap), callers wait
    ");
}

#[test]
fn the_slop_that_is_proposed_is_for_the_most_there_was() {
    let line = |report: MemoryReport| {
        let footer = footer(&report);
        let (_, slop) = footer.split_once("slop: ").unwrap();
        slop.lines().take(2).collect::<Vec<_>>().join("\n")
    };
    let limiter = limiter_with_overhead_at_first();
    let report = || MemoryReport::of(program()).with_resident_bytes(2 * MIB).with_grant(grant());
    assert_snapshot!(line(report().with_limiter(&limiter)), @r"
    4.0 MiB are set aside for what nobody declares;
      6.0 MiB were needed at most (5.0 MiB beside the heap, 1.0 MiB undeclared now), which a slop of 38 % sets aside
    ");
    let mut known = program();
    known.peak_bytes = Some(3 * MIB);
    assert_snapshot!(line(MemoryReport::of(known).with_limiter(&limiter)), @r"
    4.0 MiB are set aside for what nobody declares;
      8.0 MiB were needed at most (5.0 MiB beside the heap, 3.0 MiB undeclared), which a slop of 51 % sets aside
    ");
    assert_snapshot!(line(report()), @r"
    4.0 MiB are set aside for what nobody declares;
      1.4 MiB are needed now (365.0 KiB beside the heap, 1.0 MiB undeclared), which a slop of 9 % sets aside; no limiter has watched what was before
    ");
    // What a component holds that declares nothing is undeclared too.
    let silent = component("silent", 0, 2 * MIB).with_subcomponents(vec![component("silent.part", 0, MIB)]);
    let silent = root(0, vec![silent, component("source", MIB, MIB)]);
    let slop = MemoryReport::of(silent).with_limiter(&limiter).slop().unwrap();
    assert_eq!(slop.undeclared.bytes, (3 * MIB + 2 * KIB) as u64, "the peaks of both");
    assert_eq!(MemoryReport::of(component("source", KIB, KIB)).with_grant(grant()).slop(), None, "a part");
    assert_eq!(MemoryReport::of(untracked("root")).with_resident_bytes(MIB).with_grant(grant()).slop(), None);
}

#[test]
fn the_limiter_line_says_what_becomes_of_callers() {
    let line = |usage| footer(&MemoryReport::of(component("root", 0, 0)).with_limiter(&limiter(usage)));
    assert_snapshot!(line(0), @"limiter: 0 B of 1000 B held (what is live is not told from the rest; 0 B promised), callers go on at once");
    assert_snapshot!(line(850), @r"
    limiter: 850 B of 1000 B tracked (850 B live, 0 B promised), 850 B of 1000 B held (0 B beside the heap),
      callers are slowed down
    ");
    assert_eq!(footer(&MemoryReport::of(component("root", 0, 0)).with_limiter(&MemoryLimiter::noop())), "");
}

#[test]
fn the_grant_line_says_whether_what_is_declared_fits() {
    let line =
        |usage, bytes| footer(&MemoryReport::of(usage).with_grant(MemoryGrant::effective(bytes).unwrap()));
    assert_snapshot!(line(component("root", 2 * MIB, 0), MIB), @"grant: 1.0 MiB, 2.0 MiB declared do not fit");
    assert_snapshot!(line(component("root", 0, 0), 0), @"grant: 0 B, nothing is declared");
    assert_snapshot!(line(unbounded("root"), MIB), @"grant: 1.0 MiB, unbounded declared do not fit");
}

#[test]
fn what_is_unbounded_or_unknown_is_shown_as_such() {
    let program = untracked("root").with_subcomponents(vec![unbounded("huge"), untracked("idle")]);
    assert_snapshot!(MemoryReport::of(program), @r"
    component  minimum  firm limit  live  of firm  peak
    root           7 B   unbounded     –        –     –
      huge         7 B   unbounded     –        –     –
      idle           –           –     –        –     –
    ");
}

#[test]
fn a_registry_reports_what_was_declared_in_it() {
    let registry = ComponentRegistry::default();
    registry.get_or_create("a.b").bounds_builder().firm().with_fixed_amount("buffer", 4096);
    let report = MemoryReport::of(registry.usage());
    assert_snapshot!(report, @r"
    component  minimum  firm limit  live  of firm  peak
    root             –     4.0 KiB     –        –     –
      a              –     4.0 KiB     –        –     –
        b            –     4.0 KiB     –        –     –
    ");
    assert_eq!(report, MemoryReport::of(registry.usage()), "reading changes nothing");
}

#[test]
fn a_report_without_a_tracking_allocator_says_what_to_write() {
    let text = MemoryReport::new(&ComponentRegistry::default()).to_string();
    let expected = "nothing is known of live memory, because the tracking allocator is not installed; write in the program's main.rs:
  #[global_allocator]
  static ALLOCATOR: memory_accounting::allocator::TrackingAllocator<std::alloc::System> =
      memory_accounting::allocator::TrackingAllocator::new(std::alloc::System);";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn what_nobody_declared_is_the_processs_and_beyond_no_bound() {
    let program = ComponentUsage::new("root")
        .with_live(LiveBytes::new(12 * MIB, 1), None)
        .with_subcomponents(vec![component("source", MIB, MIB / 2)]);
    assert_snapshot!(MemoryReport::of(program).with_resident_bytes(8 * MIB), @r"
    component           minimum  firm limit       live  of firm       peak
    root              512.0 KiB     1.0 MiB   12.5 MiB   1250 %          –  12.0 MiB of no component
      (no component)          –           –   12.0 MiB        –          –
      source          512.0 KiB     1.0 MiB  512.0 KiB     50 %  513.0 KiB

    undeclared: 12.0 MiB that no component declares
    resident: 8.0 MiB, less than what is live: pages take no memory until they are touched
    ");
}

#[test]
fn the_numbers_of_the_root_agree_with_each_other() {
    let declared = |bytes| DeclaredBytes::new(Some(0), Some(bytes));
    let own = |firm_limit, live| {
        ComponentUsage::new("root")
            .with_declared(declared(firm_limit))
            .with_live(LiveBytes::new(live, 1), None)
    };
    let source = || component("source", 16 * MIB, 24 * MIB);
    // 28 live = 20 declared + 5 over + 3 undeclared.
    assert_snapshot!(MemoryReport::of(own(4 * MIB, 4 * MIB + 3 * MIB).with_subcomponents(vec![component("source", 16 * MIB, 21 * MIB)])), @r"
    component         minimum  firm limit      live  of firm      peak
    root              8.0 MiB    20.0 MiB  28.0 MiB    140 %         –  ! 5.0 MiB more than declared  3.0 MiB of no component
      (no component)        –     4.0 MiB   7.0 MiB    175 %         –  3.0 MiB of no component
      source          8.0 MiB    16.0 MiB  21.0 MiB    131 %  21.0 MiB  ! 5.0 MiB more than declared

    undeclared: 3.0 MiB that no component declares
    ");
    let within = MemoryReport::of(own(4 * MIB, MIB).with_subcomponents(vec![source()])).to_string();
    assert!(within.contains("\n  (no component)        –     4.0 MiB   1.0 MiB     25 %"), "{within}");
    assert!(!within.contains("(itself)") && !within.contains("undeclared"), "{within}");
}

#[test]
fn what_of_the_resident_memory_counts_is_said() {
    let line = |counted: u64| {
        let builder = MemoryLimiter::builder(grant()).with_usage_source(|| Some(MIB as u64));
        let limiter = builder.with_resident_source(move || Some(counted)).start().unwrap();
        let report = MemoryReport::of(program()).with_resident_bytes(8 * MIB).with_limiter(&limiter);
        footer(&report).lines().skip(1).take(2).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(line(3 * MIB as u64), @r"
    resident: 8.0 MiB;
      3.0 MiB of it count against the limit: the rest is code, libraries and other files, which the kernel can take back
    ");
    assert_snapshot!(line(9 * MIB as u64), @r"
    resident: 8.0 MiB;
      9.0 MiB count against the limit, with what else is in the control group
    ");
}
