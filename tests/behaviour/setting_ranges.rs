//! Which values the program takes for a setting: from its type, from its field and by hand, and advice that keeps to it.

use std::num::NonZeroUsize;

use memory_accounting::sizing::{self, Change, DeclaredSetting, LargestThatFits, SettingError};
use memory_accounting::{
    ComponentBounds, ConfigValue, MemoryBounds, MemoryBoundsBuilder, SettingRange, UsageExpr,
};

const LEAST_REQUEST_BYTES: usize = 8 << 10;

/// A number from 2 to 6, whatever holds it.
#[derive(Clone, Copy)]
struct Lanes(usize);

impl ConfigValue for Lanes {
    fn config_value(&self) -> usize {
        self.0
    }

    fn config_range() -> SettingRange {
        SettingRange::within(2, 6)
    }
}

#[derive(ConfigValue)]
struct Depth(NonZeroUsize);

#[derive(MemoryBounds)]
struct Server {
    #[bounds(bytes = "connections.get() * max_request_bytes", name = "connections")]
    connections: NonZeroUsize,
    #[bounds(at_least = LEAST_REQUEST_BYTES, at_most = 64 KiB)]
    max_request_bytes: usize,
    #[bounds(items = u64, or = unlimited)]
    lanes: Option<Lanes>,
    #[bounds(flatten)]
    queue: Queue,
    #[bounds(bytes, at_least = 3)]
    burst: Lanes,
    #[bounds(bytes = key("spill.bytes", spill), at_most = 2 * 1 KiB)]
    spill: usize,
    plain: u32,
    #[bounds(subcomponent, times = "plain")]
    pool: Pool,
}

#[derive(MemoryBounds)]
struct Queue {
    #[bounds(items = u64)]
    depth: Depth,
}

/// Has no key of its own.
#[derive(MemoryBounds)]
struct Pool(#[bounds(bytes, at_most = 100)] usize);

fn server() -> Server {
    Server {
        connections: NonZeroUsize::MIN.saturating_add(7),
        max_request_bytes: 16384,
        lanes: None,
        queue: Queue { depth: Depth(NonZeroUsize::MIN) },
        burst: Lanes(4),
        spill: 1,
        plain: 1,
        pool: Pool(10),
    }
}

fn ranges(bounds: &ComponentBounds) -> Vec<(String, SettingRange)> {
    let settings = sizing::settings(bounds).into_iter();
    settings.map(|setting| (setting.to_string(), setting.range)).collect()
}

fn setting(bounds: &ComponentBounds, name: &str) -> DeclaredSetting {
    sizing::settings(bounds).into_iter().find(|setting| setting.to_string() == name).unwrap()
}

#[test]
fn a_type_and_a_field_say_which_values_a_setting_takes() {
    let bounds = ComponentBounds::of(&server());
    let expected = [
        ("root:connections", SettingRange::at_least(1)),
        ("root:max_request_bytes", SettingRange::within(8192, 65536)),
        ("root:lanes", SettingRange::within(2, 6)),
        ("root:queue.depth", SettingRange::at_least(1)),
        ("root:burst", SettingRange::within(3, 6)),
        ("root:plain", SettingRange::ANY),
        ("root:spill.bytes", SettingRange::at_most(2048)),
        ("pool:pool", SettingRange::at_most(100)),
    ];
    let mut found = ranges(&bounds);
    let mut expected = expected.map(|(name, range)| (name.to_owned(), range));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(found, expected);
}

#[test]
fn ranges_travel_with_the_bounds() {
    let bounds = ComponentBounds::of(&server());
    let json = serde_json::to_value(&bounds).unwrap();
    assert_eq!(
        json["root"]["ranges"]["max_request_bytes"],
        serde_json::json!({ "at_least": 8192, "at_most": 65536 })
    );
    assert_eq!(json["root"]["ranges"].get("plain"), None);
    let back: ComponentBounds = serde_json::from_value(json).unwrap();
    assert_eq!(ranges(&back), ranges(&bounds));
    let without = ComponentBounds::of(&Cache { entries: 5 });
    assert_eq!(serde_json::to_value(without).unwrap()["root"].get("ranges"), None);
}

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(items = u64)]
    entries: usize,
}

/// A buffer of at least 100 bytes and at most 1,000, declared by hand.
struct Buffer(Option<usize>);

impl MemoryBounds for Buffer {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let bytes = self.0.map_or(UsageExpr::unlimited("bytes"), |bytes| UsageExpr::config("bytes", bytes));
        builder.firm().with_expr(bytes);
        builder.with_setting_range("bytes", SettingRange::at_least(100));
        builder.with_setting_range("bytes", SettingRange::within(50, 1000));
    }
}

#[test]
fn no_value_outside_is_proposed() {
    let of = |bounds: &ComponentBounds, limit| {
        let explained = sizing::explain(bounds, limit).settings[0].largest_that_fits;
        (explained, sizing::solve(bounds, &setting(bounds, "root:bytes"), limit).unwrap().largest_that_fits)
    };
    let limited = ComponentBounds::of(&Buffer(Some(500)));
    let at_most = LargestThatFits::AtMost;
    assert_eq!(of(&limited, 99), (LargestThatFits::None, LargestThatFits::None));
    assert_eq!(of(&limited, 100), (at_most(100), at_most(100)));
    assert_eq!(of(&limited, 300), (at_most(300), at_most(300)));
    assert_eq!(of(&limited, 700), (at_most(700), at_most(700)));
    assert_eq!(of(&limited, 5000), (at_most(1000), at_most(1000)));
    let unlimited = ComponentBounds::of(&Buffer(None));
    assert_eq!(of(&unlimited, 99), (LargestThatFits::None, LargestThatFits::None));
    assert_eq!(of(&unlimited, 5000), (at_most(1000), at_most(1000)));
    let text = sizing::explain(&limited, 99).to_string();
    assert!(text.ends_with("bytes = 500 in root: 500 B, no value it takes fits (100 to 1000)"), "{text}");
}

#[test]
fn every_smaller_value_is_one_that_is_taken() {
    struct Rounded;

    impl MemoryBounds for Rounded {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            // 1,000 where the setting is below 10, and the setting from there on.
            let ten = || UsageExpr::constant("ten", 10);
            let below = UsageExpr::difference(ten(), UsageExpr::config("bytes", 500));
            let large = UsageExpr::product("", UsageExpr::constant("large", 1000), below);
            builder.firm().with_expr(UsageExpr::Max { values: vec![large, UsageExpr::config("bytes", 500)] });
            builder.with_setting_range("bytes", SettingRange::at_least(10));
        }
    }

    let share = sizing::explain(&ComponentBounds::of(&Rounded), 300).settings.remove(0);
    assert_eq!((share.largest_that_fits, share.every_smaller_fits), (LargestThatFits::AtMost(300), true));
}

#[test]
fn what_fits_together_is_taken() {
    struct Two;

    impl MemoryBounds for Two {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            for (key, least) in [("a", 400), ("b", 1)] {
                builder.firm().with_expr(UsageExpr::config(key, 1000));
                builder.with_setting_range(key, SettingRange::at_least(least));
            }
        }
    }

    let together = |limit| {
        let explanation = sizing::explain(&ComponentBounds::of(&Two), limit);
        let values = explanation.fitting_together.into_iter();
        values.map(|setting| (setting.key, setting.value)).collect::<Vec<_>>()
    };
    assert_eq!(together(500), [("a".to_owned(), 400), ("b".to_owned(), 100)]);
    assert_eq!(together(400), []);
}

#[test]
fn a_value_outside_is_refused_with_the_range() {
    let bounds = ComponentBounds::of(&server());
    let what_if = |change: &str| sizing::what_if(&bounds, &[change.parse::<Change>().unwrap()]).map(|_| ());
    assert_eq!(
        what_if("max_request_bytes=6117"),
        Err(SettingError::Outside {
            setting: "root:max_request_bytes".to_owned(),
            value: 6117,
            range: SettingRange::within(8192, 65536),
        })
    );
    assert_eq!(
        what_if("max_request_bytes=6117").unwrap_err().to_string(),
        "`root:max_request_bytes` takes 8192 to 65536, not 6117"
    );
    assert_eq!(what_if("max_request_bytes=8KiB"), Ok(()));
    assert_eq!(
        what_if("connections=0").unwrap_err().to_string(),
        "`root:connections` takes at least 1, not 0"
    );
    assert_eq!(what_if("lanes=unlimited"), Ok(()));
}
