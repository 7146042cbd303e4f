//! What the guide gives its page. What the page makes of it is tested in a browser: `tests/browser`.

use memory_accounting::{ComponentBounds, ComponentRegistry, Guide, MemoryGrant, UsageExpr};
use serde_json::{Value, json};

/// What stands in the page for its scripts, as it stands there.
fn data_text(html: &str) -> &str {
    let (_, after) = html.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    after.split_once("</script>").unwrap().0
}

fn data(guide: &Guide<'_>) -> Value {
    serde_json::from_str(data_text(&guide.to_html())).unwrap()
}

fn bounds(declare: impl FnOnce(&ComponentRegistry)) -> ComponentBounds {
    let registry = ComponentRegistry::default();
    declare(&registry);
    registry.as_bounds()
}

#[test]
fn a_page_is_given_the_components_in_the_order_of_the_tree() {
    let bounds = bounds(|registry| {
        for name in ["a.b", "a-b", "a"] {
            let component = registry.get_or_create(name);
            component.bounds_builder().firm().with_expr(UsageExpr::config("capacity", 5));
        }
    });
    let components = data(&Guide::new(&bounds))["components"].clone();
    let named: Vec<_> =
        components.as_array().unwrap().iter().map(|one| (&one["name"], &one["path"])).collect();
    assert_eq!(
        named,
        [
            (&json!("root"), &json!([])),
            (&json!("a"), &json!(["a"])),
            (&json!("a.b"), &json!(["a", "b"])),
            (&json!("a-b"), &json!(["a-b"])),
        ]
    );
    let declared = json!({ "firm": [{ "expr": { "type": "Config", "name": "capacity", "value": 5 } }] });
    assert_eq!(components[1]["declared"], declared);
}

#[test]
fn a_page_begins_with_the_grant() {
    let bounds = ComponentBounds::default();
    let guide = Guide::new(&bounds);
    assert_eq!(data(&guide)["limit"], Value::Null);
    assert_eq!(data(&guide)["slop_factor"], json!(MemoryGrant::DEFAULT_SLOP_FACTOR));
    let guide = guide.with_grant(MemoryGrant::with_slop_factor(1 << 30, 0.2).unwrap());
    assert_eq!(data(&guide)["limit"], json!(1 << 30));
    assert_eq!(data(&guide)["slop_factor"], json!(0.2));
}

#[test]
fn numbers_that_javascript_would_round_are_texts() {
    let greatest_exact = (1_usize << 53) - 1;
    let bounds = bounds(|registry| {
        let mut builder = registry.bounds_builder();
        let mut firm = builder.firm();
        firm.with_fixed_amount("exact", greatest_exact).with_fixed_amount("rounded", greatest_exact + 1);
    });
    let data = data(&Guide::new(&bounds));
    let firm = &data["components"][0]["declared"]["firm"];
    assert_eq!(firm[0]["expr"]["value"], json!(greatest_exact));
    assert_eq!(firm[1]["expr"]["value"], json!((greatest_exact + 1).to_string()));
    assert_eq!(data["greatest"], json!(usize::MAX.to_string()));
}

#[test]
fn no_name_ends_the_element_it_stands_in() {
    let name = "</script><!-- & \u{2028}\u{2029} \" é";
    let bounds = bounds(|registry| {
        registry.bounds_builder().firm().with_expr(UsageExpr::config(name, 1));
    });
    let html = Guide::new(&bounds).to_html();
    assert!(!data_text(&html).contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
    assert_eq!(html.matches("</script>").count(), 2);
    let firm = &data(&Guide::new(&bounds))["components"][0]["declared"]["firm"];
    assert_eq!(firm[0]["expr"]["name"], json!(name));
}

#[test]
fn what_verification_refuses_whatever_the_values_are_is_told() {
    let bounds = bounds(|registry| {
        registry.bounds_builder().firm().with_expr(UsageExpr::unlimited("capacity"));
        registry.get_or_create("a..b");
    });
    assert_eq!(
        data(&Guide::new(&bounds))["refused"],
        json!([
            "\"a..b\": it was called that without the quotes, and a name before or after a dot is missing; if it is one name, write the \
             quotes where it is declared"
        ])
    );
}

#[test]
fn a_page_needs_nothing_but_itself() {
    let html = Guide::new(&ComponentBounds::default()).to_html();
    // The namespace of SVG is a name, not an address that is asked.
    let others: Vec<_> = html.match_indices("//www.").chain(html.match_indices("http")).collect();
    let known = ["http-equiv", "http://www.w3.org/2000/svg", "//www.w3.org/2000/svg"];
    let unknown = |(at, _): &&(usize, &str)| !known.iter().any(|known| html[*at..].starts_with(known));
    assert_eq!(others.iter().find(unknown), None);
    assert!(html.contains("default-src 'none'"));
}
