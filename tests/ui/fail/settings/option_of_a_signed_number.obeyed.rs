use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(bytes = "self.max_events() * 40")]
    max_events: Option<i64>,
}

impl Configuration {
    fn max_events(&self) -> usize {
        self.max_events.map_or(100, |most| usize::try_from(most).unwrap_or(0))
    }
}

fn main() {
    let configuration = Configuration { max_events: None };
    let bounds = ComponentBounds::of(&configuration);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "max_events=100 * 40");
}
