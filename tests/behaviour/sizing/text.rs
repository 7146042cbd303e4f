//! The explanation as an operator reads it.

use memory_accounting::sizing::explain;

use super::program;

#[test]
fn text_names_the_biggest_components_and_settings() {
    let bounds = program(&[
        ("topology.source", &[(8192, "buffer_count", 128), (1, "interner_bytes", 524_288)]),
        ("topology.aggregate", &[(1000, "context_limit", 1_000_000)]),
        ("topology.sink", &[(1, "spool", 100)]),
    ]);
    insta::assert_snapshot!(explain(&bounds, 64 << 20), @r"
    955.2 MiB are declared, but the limit leaves only 64.0 MiB for that
    biggest components:
      topology.aggregate: 953.7 MiB
      topology.source: 1.5 MiB
      topology.sink: 100 B
    biggest settings:
      context_limit = 1000000 in topology.aggregate: 953.7 MiB, would fit with at most 65535
      buffer_count = 128 in topology.source: 1.0 MiB, no value above 0 fits
      interner_bytes = 524288 in topology.source: 512.0 KiB, no value above 0 fits
      spool = 100 in topology.sink: 100 B, no value above 0 fits
    ");
}

#[test]
fn text_says_when_bytes_cannot_be_counted() {
    let bounds = program(&[("a", &[(8, "huge", usize::MAX)])]);
    insta::assert_snapshot!(explain(&bounds, 1000), @r"
    more bytes than can be counted are declared, but the limit leaves only 1000 B for that
    biggest components:
      a: more bytes than can be counted
    biggest settings:
      huge = 18446744073709551615 in a: more bytes than can be counted, would fit with at most 125
    ");
}

#[test]
fn text_is_exact_where_the_rounded_sizes_would_be_the_same() {
    let text = explain(&program(&[("a", &[(1, "bytes", (17 << 20) + 1)])]), 17 << 20).to_string();
    let (first, _) = text.split_once('\n').unwrap();
    assert_eq!(first, "17,825,793 bytes are declared, but the limit leaves only 17,825,792 bytes for that");
}

#[test]
fn text_stops_after_five_of_each() {
    let bounds = program(&[
        ("a", &[(1, "s", 10)]),
        ("b", &[(1, "s", 20)]),
        ("c", &[(1, "s", 30)]),
        ("d", &[(1, "s", 40)]),
        ("e", &[(1, "s", 50)]),
        ("f", &[(1, "s", 60)]),
    ]);
    let text = explain(&bounds, 20).to_string();
    // One line each, and all that have to be lowered together.
    assert_eq!(text.lines().count(), 3 + 5 + 5 + 7);
    assert!(text.contains("  b: 20 B") && !text.contains("  a: 10 B"), "{text}");
}
