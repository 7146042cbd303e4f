//! What somebody else chose, such as a key or a reason, stays a part of its line wherever it is printed.

use memory_accounting::sizing::{explain, settings};
use memory_accounting::{ComponentRegistry, MemoryGrant, UsageExpr};

/// Ends its line, begins another, colours what follows and turns it around.
const HOSTILE: &str = "n\nFAKE: everything fits\u{1b}[31m\u{202e}";

const ESCAPED: &str = r"n\nFAKE: everything fits\u001B[31m\u202E";

#[test]
fn no_name_forges_a_line() {
    let registry = ComponentRegistry::default();
    {
        let mut builder = registry.bounds_builder();
        let mut component = builder.subcomponent("c\u{202e}\u{200b}");
        component.skipped(HOSTILE, HOSTILE);
        let entries = UsageExpr::config(HOSTILE, 1000);
        component
            .firm()
            .with_named_expr(HOSTILE, UsageExpr::product("", entries, UsageExpr::constant(HOSTILE, 8)));
        component.minimum().with_expr(UsageExpr::struct_size::<u64>(HOSTILE));
    }
    let bounds = registry.as_bounds();
    let explanation = explain(&bounds, 10).to_string();
    let [setting] = &settings(&bounds)[..] else { panic!("one setting") };
    registry
        .get_or_create("d")
        .bounds_builder()
        .firm()
        .with_named_expr(HOSTILE, UsageExpr::unlimited(HOSTILE));
    let error = registry.verify_bounds(MemoryGrant::effective(100).unwrap()).unwrap_err();
    let unknown = "q\u{202e}".parse::<memory_accounting::sizing::SettingName>().unwrap();
    let unknown = unknown.find(&[]).unwrap_err().to_string();
    assert_eq!(unknown, r"no setting is called `q\u202E`, and none nearly so");
    for text in [
        bounds.to_string(),
        format!("{bounds:#}"),
        explanation,
        setting.to_string(),
        setting.used_in[0].to_string(),
        error.to_string(),
    ] {
        let is_raw =
            |character: char| (character.is_control() && character != '\n') || character == '\u{202e}';
        assert!(!text.contains(is_raw), "{text:?}");
        assert!(text.contains(ESCAPED), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("FAKE")), "{text}");
    }
    assert_eq!(setting.component, r#""c\u202E\u200B""#);
    assert_eq!(registry.find(&setting.component).unwrap().full_name(), setting.component);
    // Programs read what is, and escape it themselves.
    assert_eq!(setting.key, HOSTILE);
}
