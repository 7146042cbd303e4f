//! Settings as a library has them: listed, changed, and solved for.

use memory_accounting::sizing::{
    self, BytesPerUnit, Change, DeclaredSetting, GivenValue, LargestThatFits, SettingEffect, SettingName,
    SettingUnit,
};
use memory_accounting::{ComponentBounds, ComponentRegistry, ConfigValue, MemoryBounds, UsageExpr};
use proptest::prelude::*;
use serde_json::json;

#[derive(Clone, MemoryBounds)]
struct Queue {
    #[bounds(bytes, name = "queue")]
    queue_bytes: usize,
    #[bounds(items = [u8; 100], minimum)]
    slots: usize,
}

#[derive(Clone, MemoryBounds)]
struct Worker {
    queues: usize,
    #[bounds(subcomponent, times = "queues")]
    queue: Queue,
}

#[derive(Clone, MemoryBounds)]
struct Pool {
    workers: usize,
    #[bounds(subcomponent, times = "workers")]
    worker: Worker,
    #[bounds(subcomponent)]
    spare: Queue,
}

fn pool() -> Pool {
    let queue = Queue { queue_bytes: 1000, slots: 7 };
    Pool { workers: 3, worker: Worker { queues: 2, queue: queue.clone() }, spare: queue }
}

fn changes(texts: &[&str]) -> Vec<Change> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn names(settings: &[DeclaredSetting]) -> Vec<String> {
    settings.iter().map(ToString::to_string).collect()
}

fn of(entries: impl IntoIterator<Item = UsageExpr>) -> ComponentBounds {
    let registry = ComponentRegistry::default();
    for entry in entries {
        registry.bounds_builder().firm().with_expr(entry);
    }
    registry.as_bounds()
}

fn solve(bounds: &ComponentBounds, limit_bytes: usize) -> sizing::Solution {
    sizing::solve(bounds, &sizing::settings(bounds)[0], limit_bytes).unwrap()
}

#[test]
fn every_setting_is_listed_with_what_is_computed_from_it() {
    let settings = sizing::settings(&ComponentBounds::of(&pool()));
    let listed = serde_json::to_value(&settings).unwrap();
    let used = |entry: &str, label: Option<&str>, is_factor: bool| json!({"entry": entry, "label": label, "is_factor": is_factor});
    let of_worker = [
        used("root.worker.queue.min", Some("slots"), true),
        used("root.worker.queue.firm", Some("queue"), true),
    ];
    assert_eq!(
        listed,
        json!([
            {
                "component": "spare", "key": "slots", "place": "spare.slots", "value": 7, "unit": "count",
                "used_in": [used("root.spare.min", Some("slots"), false)],
            },
            {
                "component": "spare", "key": "queue_bytes", "place": "spare.queue_bytes", "value": 1000, "unit": "bytes",
                "used_in": [used("root.spare.firm", Some("queue"), false)],
            },
            {"component": "root", "key": "workers", "place": "workers", "value": 3, "unit": "count", "used_in": of_worker},
            {"component": "worker", "key": "queues", "place": "worker.queues", "value": 2, "unit": "count", "used_in": of_worker},
            {
                "component": "worker.queue", "key": "slots", "place": "worker.queue.slots", "value": 7, "unit": "count",
                "used_in": [used("root.worker.queue.min", Some("slots"), false)],
            },
            {
                "component": "worker.queue", "key": "queue_bytes", "place": "worker.queue.queue_bytes", "value": 1000, "unit": "bytes",
                "used_in": [used("root.worker.queue.firm", Some("queue"), false)],
            },
        ])
    );
}

#[test]
fn what_a_setting_counts_follows_from_its_use() {
    let unit = |expr: UsageExpr| sizing::settings(&of([expr]))[0].unit;
    let setting = || UsageExpr::config("limit", 5);
    let size = |value| UsageExpr::StructSize { name: "item".to_owned(), value };
    let product = |a, b| UsageExpr::product("", a, b);
    assert_eq!(unit(setting()), Some(SettingUnit::Bytes));
    assert_eq!(unit(product(size(8), setting())), Some(SettingUnit::Count));
    assert_eq!(unit(product(size(1), setting())), Some(SettingUnit::Bytes), "as many bytes");
    assert_eq!(unit(product(UsageExpr::config("other", 5), setting())), None);
    let item = UsageExpr::sum("", size(8), setting());
    assert_eq!(unit(product(item, UsageExpr::constant("", 3))), Some(SettingUnit::Bytes));
    assert_eq!(unit(UsageExpr::sum("", setting(), product(size(8), setting()))), None, "both");
}

/// What some files have in KiB; 0 is no limit.
struct Kibibytes(usize);

impl ConfigValue for Kibibytes {
    fn config_value(&self) -> usize {
        self.config_limit().unwrap_or(usize::MAX)
    }

    fn config_limit(&self) -> Option<usize> {
        (self.0 > 0).then(|| self.0.saturating_mul(1024))
    }

    fn config_unit(&self) -> usize {
        1024
    }
}

#[derive(MemoryBounds)]
struct Buffers {
    #[bounds(bytes)]
    limit: Kibibytes,
    #[bounds(bytes)]
    work_bytes: usize,
    #[bounds(items = [u8; 1024])]
    pages: usize,
}

#[test]
fn a_number_is_in_the_unit_of_the_file_and_a_size_is_so_many_bytes() {
    for limit in [64, 0] {
        let buffers = |limit| Buffers { limit: Kibibytes(limit), work_bytes: 64, pages: 64 };
        let bounds = ComponentBounds::of(&buffers(limit));
        let settings = sizing::settings(&bounds);
        let unit = |key: &str| settings.iter().find(|setting| setting.key == key).unwrap().unit;
        assert_eq!(unit("limit"), Some(SettingUnit::BytesEach(1024)));
        assert_eq!(unit("limit").unwrap().to_string(), "KiB");
        let with = |text: &str| sizing::what_if(&bounds, &changes(&[text]));
        for text in ["limit=2048", "limit=2MiB", "limit=2097152B"] {
            assert_eq!(with(text).unwrap(), ComponentBounds::of(&buffers(2048)), "{text}");
        }
        assert_eq!(with("limit=unlimited").unwrap(), ComponentBounds::of(&buffers(0)));
        for (text, advice) in [("limit=2000B", "1 or 2"), ("limit=1B", "1")] {
            let bytes = text.trim_matches(|letter: char| !letter.is_ascii_digit());
            assert_eq!(
                with(text).unwrap_err().to_string(),
                format!(
                    "`root:limit` is in KiB, and {bytes} bytes are no whole number of those; write {advice}"
                )
            );
        }
        let total = |text: &str| {
            with(text).unwrap().firm_entries().iter().skip(1).map(|it| it.expr().evaluate()).sum::<usize>()
        };
        assert_eq!(total("work_bytes=1KiB"), 1024 + (64 << 10));
        assert_eq!(total("pages=1KiB"), 64 + (1 << 20), "things have no size of their own here");
    }
}

#[test]
fn only_a_product_that_is_made_for_it_has_another_unit() {
    let unit = |expr: UsageExpr| sizing::settings(&of([expr]))[0].unit;
    let setting = || UsageExpr::config("limit", 5);
    let times = |name: &str, value| UsageExpr::product("", setting(), UsageExpr::constant(name, value));
    let size = |value| UsageExpr::StructSize { name: "item".to_owned(), value };
    assert_eq!(unit(times("", 1_000_000)), Some(SettingUnit::BytesEach(1_000_000)));
    assert_eq!(unit(UsageExpr::product("", size(1), times("", 1024))), Some(SettingUnit::BytesEach(1024)));
    assert_eq!(unit(UsageExpr::product("", size(8), times("", 1024))), Some(SettingUnit::Count));
    assert_eq!(unit(times("", 64)), None, "64 bytes are the size of something");
    assert_eq!(unit(times("PAGE", 1024)), None);
    assert_eq!(unit(UsageExpr::sum("", times("", 1024), setting())), None, "both");
}

#[test]
fn changed_bounds_are_those_that_would_be_declared() {
    let bounds = ComponentBounds::of(&pool());
    let mut other = pool();
    (other.workers, other.worker.queues, other.worker.queue.queue_bytes) = (5, 1, 64 << 20);
    let texts = ["workers=5", "worker:queues=1", "root.worker.queue:queue_bytes=64MiB"];
    let changed = sizing::what_if(&bounds, &changes(&texts)).unwrap();
    let declared = ComponentBounds::of(&other);
    assert_eq!(changed, declared);
    assert_eq!(
        (changed.to_string(), format!("{changed:#}")),
        (declared.to_string(), format!("{declared:#}"))
    );
    assert_eq!(changed.to_exprs(), declared.to_exprs());
    let part = changed.find("worker.queue").unwrap();
    assert_eq!(part.total_firm_limit_bytes(), 5 * (700 + (64 << 20)), "of all there are");
}

#[test]
fn a_factor_from_above_the_root_of_a_part_is_changed_as_the_roots() {
    let bounds = ComponentBounds::of(&pool());
    let part = bounds.find("worker").unwrap();
    let changed = sizing::what_if(part, &changes(&["root:workers=10"])).unwrap();
    assert_eq!(changed.total_firm_limit_bytes(), 10 * 2 * 1700);
    assert_eq!(changed.find("queue").unwrap().total_firm_limit_bytes(), 10 * 2 * 1700);
}

#[test]
fn a_setting_may_lose_its_limit_and_get_one() {
    let bounds = ComponentBounds::of(&pool());
    let unlimited = sizing::what_if(&bounds, &changes(&["workers=unlimited"])).unwrap();
    assert_eq!(sizing::evaluate_with(&unlimited, |_, _, value| value), None);
    assert_eq!(sizing::what_if(&unlimited, &changes(&["workers=3"])).unwrap(), bounds);
}

#[test]
fn the_later_of_two_changes_counts() {
    let bounds = of([UsageExpr::config("a", 1)]);
    let changed = sizing::what_if(&bounds, &changes(&["a=2", "root:a=3"])).unwrap();
    assert_eq!(changed.total_firm_limit_bytes(), 3);
}

#[test]
fn a_name_that_is_no_settings_is_told_what_is_near() {
    let bounds = ComponentBounds::of(&pool());
    let error = |text: &str| sizing::what_if(&bounds, &changes(&[text])).unwrap_err().to_string();
    assert_eq!(error("wrokers=1"), "no setting is called `wrokers`; near it: `root:workers`");
    assert_eq!(error("worker:workers=1"), "no setting is called `worker:workers`; near it: `root:workers`");
    assert_eq!(
        error("bytes=1"),
        "no setting is called `bytes`; near it: `spare:queue_bytes`, `worker.queue:queue_bytes`"
    );
    assert_eq!(error("port=1"), "no setting is called `port`, and none nearly so");
    assert_eq!(error("slots=1"), "`slots` may be any of `spare:slots`, `worker.queue:slots`; write which");
}

#[test]
fn the_last_parts_of_a_key_are_enough_to_be_near_it() {
    let bounds =
        of([UsageExpr::config("aggregator.context_limit", 5), UsageExpr::config("aggregator.tags", 5)]);
    for name in ["cotext_limit", "context-limit", "Context_Limit", "agregator.context_limit"] {
        let error = sizing::what_if(&bounds, &changes(&[&format!("{name}=1")])).unwrap_err().to_string();
        assert_eq!(error, format!("no setting is called `{name}`; near it: `root:aggregator.context_limit`"));
    }
}

#[test]
fn the_last_parts_of_a_key_are_enough_where_nothing_else_is_called_so() {
    let keys = ["cache.entries", "queue.entries", "queue.old.bytes", "bytes"];
    let bounds = of(keys.map(|key| UsageExpr::config(key, 1)));
    let settings = sizing::settings(&bounds);
    let find = |name: &str| {
        let found = name.parse::<SettingName>().unwrap().find(&settings);
        found.map(|setting| setting.key.clone()).map_err(|error| error.to_string())
    };
    assert_eq!(find("cache.entries"), Ok("cache.entries".to_owned()));
    assert_eq!(find("root:old.bytes"), Ok("queue.old.bytes".to_owned()));
    assert_eq!(find("bytes"), Ok("bytes".to_owned()), "all of a key comes first");
    assert_eq!(
        find("entries"),
        Err("`entries` may be any of `root:cache.entries`, `root:queue.entries`; write which".to_owned())
    );
    assert_eq!(
        find("ies"),
        Err("no setting is called `ies`; near it: `root:cache.entries`, `root:queue.entries`".to_owned())
    );
}

#[test]
fn one_of_two_values_under_one_key_is_changed_only_by_itself() {
    let bounds = of([UsageExpr::config("limit", 10), UsageExpr::config("limit", 200)]);
    assert_eq!(
        sizing::what_if(&bounds, &changes(&["limit=1"])).unwrap_err().to_string(),
        "`root:limit` stands for several values, 10 and 200; write `root:limit=10` or `root:limit=200` for the one that is meant, or give \
         each a key of its own, with `rename` or `prefix` where it is declared"
    );
    for text in ["root:limit=200=20", "limit=200=20"] {
        let changed = sizing::what_if(&bounds, &changes(&[text])).unwrap();
        assert_eq!(changed.total_firm_limit_bytes(), 30, "as the message says");
    }
    let none = sizing::what_if(&bounds, &changes(&["limit=30=20"])).unwrap_err();
    assert_eq!(none.to_string(), "no setting is called `limit=30`; near it: `root:limit`");
    let settings = sizing::settings(&bounds);
    assert_eq!(names(&settings), ["root:limit", "root:limit"]);
    let changed = sizing::what_if(&bounds, &[Change::of(&settings[1], Some(20))]).unwrap();
    assert_eq!(changed.total_firm_limit_bytes(), 30);
    let gone = sizing::what_if(&changed, &[Change::of(&settings[1], Some(20))]).unwrap_err();
    assert_eq!(gone.to_string(), "no setting is called `root:limit`, and none nearly so");
}

#[test]
fn names_are_quoted_as_in_toml_and_hold_what_they_like() {
    let registry = ComponentRegistry::default();
    for name in [r#"sinks."10.0.0.1:80""#, "a:b"] {
        registry.get_or_create(name).bounds_builder().firm().with_expr(UsageExpr::config("x=y", 1));
    }
    let bounds = registry.as_bounds();
    let changed = |text: &str| sizing::what_if(&bounds, &changes(&[text])).unwrap().total_firm_limit_bytes();
    assert_eq!(changed(r#"sinks."10.0.0.1:80":x=y=5"#), 6);
    assert_eq!(changed(r#""sinks"."10.0.0.1\u003A80":x=y=5"#), 6);
    assert_eq!(changed("a:b:x=y=7"), 8);
}

#[test]
fn a_change_is_read_or_told_what_to_write() {
    let value = |text: &str| text.parse::<Change>().map(|change| change.value());
    for (text, expected) in [
        ("a=0", GivenValue::Number(0)),
        ("a=64MiB", GivenValue::Size(64 << 20)),
        ("a=1.5 KiB", GivenValue::Size(1536)),
        ("a=0.4KiB", GivenValue::Size(409)),
        ("a=9007199254740993B", GivenValue::Size(9_007_199_254_740_993)),
        ("a=true", GivenValue::Number(1)),
        ("a=false", GivenValue::Number(0)),
        ("b:a=unlimited", GivenValue::Unlimited),
    ] {
        assert_eq!(value(text), Ok(expected), "{text}");
    }
    for (text, expected) in [
        ("a", "`a` gives no value; write component:key=value, such as a=100"),
        ("=1", "`=1` names no setting; write component:key=value"),
        ("b:=1", "`b:=1` names no setting; write component:key=value"),
    ] {
        assert_eq!(value(text).unwrap_err().to_string(), expected);
    }
    for text in [
        "a=",
        "a=-1",
        "a=1.5",
        "a=0.5B",
        "a=1.5B",
        "a=9007199254740993.0B",
        "a=much",
        "a=99999999999999999999",
        "a=99999999999999999999B",
        "a=20 EiB",
    ] {
        let error = value(text).unwrap_err().to_string();
        let written = text.strip_prefix("a=").unwrap();
        assert_eq!(
            error,
            format!(
                "`{written}` is no value; write a whole number, a size such as 64MiB, `true`, `false` or `unlimited`, up to {}",
                usize::MAX
            )
        );
    }
}

#[test]
fn what_a_unit_takes_is_exact_only_where_each_takes_as_much() {
    let setting = || UsageExpr::config("x", 10);
    let per_unit = |expr| solve(&of([expr]), 0).bytes_per_unit;
    let eight = |expr| UsageExpr::product("", UsageExpr::constant("", 8), expr);
    assert_eq!(
        per_unit(eight(UsageExpr::sum("", setting(), UsageExpr::constant("", 9)))),
        BytesPerUnit::Always(8)
    );
    assert_eq!(per_unit(UsageExpr::product("", setting(), setting())), BytesPerUnit::OnAverage(10));
    assert_eq!(
        per_unit(eight(UsageExpr::next_power_of_two(setting()))),
        BytesPerUnit::OnAverage(13),
        "128 / 10"
    );
    assert_eq!(per_unit(UsageExpr::max(setting(), UsageExpr::constant("", 7))), BytesPerUnit::OnAverage(1));
    assert_eq!(per_unit(UsageExpr::next_power_of_two(UsageExpr::unlimited("x"))), BytesPerUnit::Unknown);
    assert_eq!(per_unit(eight(UsageExpr::unlimited("x"))), BytesPerUnit::Always(8));
    let workers = ComponentBounds::of(&pool());
    let workers_of = |key: &str| {
        let settings = sizing::settings(&workers);
        let setting = key.parse::<SettingName>().unwrap().find(&settings).unwrap();
        sizing::solve(&workers, setting, 0).unwrap().bytes_per_unit
    };
    assert_eq!(workers_of("workers"), BytesPerUnit::Always(2 * 1700));
    assert_eq!(workers_of("worker.queue:slots"), BytesPerUnit::Always(600));
    let squared = ComponentBounds::of(&Times { workers: 4, inner: Inner { workers: 4 } });
    assert_eq!(solve(&squared, 0).bytes_per_unit, BytesPerUnit::Always(4), "two settings, one key each");
}

#[derive(MemoryBounds)]
struct Inner {
    #[bounds(bytes)]
    workers: usize,
}

#[derive(MemoryBounds)]
struct Times {
    workers: usize,
    #[bounds(subcomponent, times = "workers")]
    inner: Inner,
}

#[test]
fn the_greatest_value_that_fits_may_be_above_the_present_one() {
    let bounds = ComponentBounds::of(&pool());
    let settings = sizing::settings(&bounds);
    let workers = settings.iter().find(|setting| setting.key == "workers").unwrap();
    let solution = sizing::solve(&bounds, workers, 1700 + 9 * 3400 + 3399).unwrap();
    assert_eq!(solution.largest_that_fits, LargestThatFits::AtMost(9));
    assert_eq!((solution.effect, solution.every_smaller_fits), (SettingEffect::Grows, true));
    let setting = || UsageExpr::config("x", 10);
    let capped = of([UsageExpr::min(setting(), UsageExpr::constant("", 50))]);
    assert_eq!(solve(&capped, 50).largest_that_fits, LargestThatFits::Unlimited);
    assert_eq!(solve(&capped, 49).largest_that_fits, LargestThatFits::AtMost(49));
    let rest = of([UsageExpr::difference(UsageExpr::constant("", 100), setting())]);
    assert_eq!(solve(&rest, 20).largest_that_fits, LargestThatFits::Unlimited);
    assert_eq!(
        (solve(&rest, 20).effect, solve(&rest, 20).every_smaller_fits),
        (SettingEffect::Shrinks, false)
    );
    assert_eq!(
        solve(&of([UsageExpr::sum("", setting(), UsageExpr::constant("", 9))]), 9).largest_that_fits,
        LargestThatFits::None
    );
    assert_eq!(sizing::solve(&capped, workers, 1), None, "a setting of other bounds");
}

/// An expression over the settings `a`, `b` and `c`.
fn expr() -> impl Strategy<Value = UsageExpr> {
    let leaf = prop_oneof![
        (0..3_usize, 0..40_usize).prop_map(|(key, value)| UsageExpr::config(["a", "b", "c"][key], value)),
        (0..3_usize).prop_map(|key| UsageExpr::unlimited(["a", "b", "c"][key])),
        (0..9_usize).prop_map(|value| UsageExpr::constant("", value)),
        (1..9_usize).prop_map(|value| UsageExpr::StructSize { name: "item".to_owned(), value }),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        (0..7_u8, inner.clone(), inner).prop_map(|(kind, x, y)| match kind {
            0 => UsageExpr::sum("", x, y),
            1 => UsageExpr::product("", x, y),
            2 => UsageExpr::max(x, y),
            3 => UsageExpr::min(x, y),
            4 => UsageExpr::difference(x, y),
            5 => UsageExpr::quotient(x, y),
            _ => UsageExpr::next_power_of_two(x),
        })
    })
}

/// A component whose subcomponent is there several times.
fn tree() -> impl Strategy<Value = ComponentBounds> {
    (expr(), expr(), expr()).prop_map(|(own, times, below)| {
        let registry = ComponentRegistry::default();
        let mut builder = registry.bounds_builder();
        builder.firm().with_expr(own);
        builder.with_repeated_subcomponent("below", &times, &Declared(below));
        registry.as_bounds()
    })
}

struct Declared(UsageExpr);

impl MemoryBounds for Declared {
    fn specify_bounds(&self, builder: &mut memory_accounting::MemoryBoundsBuilder<'_>) {
        builder.minimum().with_expr(self.0.clone());
    }
}

fn total(bounds: &ComponentBounds) -> Option<usize> {
    sizing::evaluate_with(bounds, |_, _, value| value)
}

proptest! {
    #[test]
    fn changed_bounds_take_what_is_evaluated_with_the_change(
        bounds in tree(), which in any::<prop::sample::Index>(), value in proptest::option::of(0..100_usize),
    ) {
        let settings = sizing::settings(&bounds);
        prop_assume!(!settings.is_empty());
        let setting = which.get(&settings);
        let changed = sizing::what_if(&bounds, &[Change::of(setting, value)]).unwrap();
        let evaluated = sizing::evaluate_with(&bounds, |component, key, present| {
            let is_it = component == setting.component && key == setting.key && present == setting.value;
            if is_it { value } else { present }
        });
        prop_assert_eq!(total(&changed), evaluated);
        prop_assert_eq!(changed.total_firm_limit_bytes(), evaluated.unwrap_or(usize::MAX));
    }

    #[test]
    fn a_solution_is_true(
        bounds in tree(), which in any::<prop::sample::Index>(), limit in 0..3000_usize,
    ) {
        let settings = sizing::settings(&bounds);
        prop_assume!(!settings.is_empty());
        let setting = which.get(&settings);
        let solution = sizing::solve(&bounds, setting, limit).unwrap();
        let all = sizing::solve_all(&bounds, limit);
        prop_assert_eq!(all.iter().map(|(setting, _)| setting).collect::<Vec<_>>(), settings.iter().collect::<Vec<_>>());
        let total = |value| total(&sizing::what_if(&bounds, &[Change::of(setting, value)]).unwrap());
        let fits = |value| total(value).is_some_and(|bytes| bytes <= limit);
        match solution.largest_that_fits {
            LargestThatFits::Unlimited => prop_assert!(fits(None)),
            LargestThatFits::AtMost(largest) => {
                prop_assert!(fits(Some(largest)));
                prop_assert!(!fits(None));
                let none_greater_fits = (largest.saturating_add(1)..200).all(|value| !fits(Some(value)));
                prop_assert!(none_greater_fits || !solution.no_greater_fits, "{}", largest);
                if solution.every_smaller_fits {
                    prop_assert!((1..largest.min(200)).all(|value| fits(Some(value))));
                }
            }
            LargestThatFits::None => prop_assert!((1..200).all(|value| !fits(Some(value)))),
            _ => prop_assert!(!solution.no_greater_fits),
        }
        let totals: Vec<_> = (0..100).map(|value| total(Some(value)).unwrap_or(usize::MAX)).collect();
        match solution.effect {
            SettingEffect::None => prop_assert!(totals.windows(2).all(|pair| pair[0] == pair[1])),
            SettingEffect::Grows => prop_assert!(totals.is_sorted()),
            SettingEffect::Shrinks => prop_assert!(totals.iter().rev().is_sorted()),
            _ => {}
        }
        if let BytesPerUnit::Always(bytes) = solution.bytes_per_unit {
            prop_assert!(totals.windows(2).all(|pair| pair[1] - pair[0] == bytes), "{} {:?}", bytes, totals);
        }
    }
}
