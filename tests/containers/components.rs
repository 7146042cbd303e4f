//! What a component declares for its parts, against what they take.

use std::collections::HashMap;
use std::sync::Arc;

use memory_accounting::testing::measure;
use memory_accounting::{ComponentBounds, Container, HashContainer, MemoryBounds, UsageExpr};

const LANES: usize = 40;

/// Of its size, that of the scratch space is the most.
#[derive(MemoryBounds)]
#[expect(dead_code)]
struct Engine {
    #[bounds(per_item = "LANES")]
    queue: Vec<u64>,
    scratch: [u8; 4096],
}

impl Engine {
    fn new() -> Self {
        Self { queue: Vec::with_capacity(LANES), scratch: [1; 4096] }
    }
}

/// What its part declares.
#[derive(MemoryBounds)]
struct Described {
    #[bounds(subcomponent)]
    engine: Box<Engine>,
}

/// What its part declares, and the place of that.
#[derive(MemoryBounds)]
struct Placed {
    #[bounds(boxed, item_skip = "declared by itself")]
    #[bounds(subcomponent)]
    engine: Box<Engine>,
}

#[derive(MemoryBounds)]
struct Shared {
    #[bounds(boxed, item_skip = "declared by itself")]
    #[bounds(flatten)]
    engine: Option<Arc<Engine>>,
}

#[derive(MemoryBounds)]
struct Listed {
    spares: usize,
    #[bounds(per_item = "spares", item_skip = "declared by themselves")]
    #[bounds(subcomponent)]
    engines: Vec<Engine>,
}

#[derive(MemoryBounds)]
struct Mapped {
    spares: usize,
    #[bounds(per_item = "spares", insert_only, item_skip = "declared by themselves")]
    #[bounds(subcomponent)]
    engines: HashMap<u16, Engine>,
}

/// What is declared of the component, and the most that it takes.
fn declared_and_taken<C: MemoryBounds>(make: impl FnOnce() -> C) -> (usize, usize) {
    let measured = measure(make).unwrap();
    let declared = ComponentBounds::of(&measured.value);
    (declared.total_firm_limit_bytes(), measured.peak)
}

#[test]
fn a_subcomponent_counts_what_it_declares_and_not_its_place() {
    let (declared, taken) = declared_and_taken(|| Described { engine: Box::new(Engine::new()) });
    assert_eq!((declared, taken), (LANES * 8, LANES * 8 + size_of::<Engine>()));
}

#[test]
fn a_second_statement_counts_its_place() {
    let (declared, taken) = declared_and_taken(|| Placed { engine: Box::new(Engine::new()) });
    assert_eq!(declared, taken);
    let (declared, taken) = declared_and_taken(|| Shared { engine: Some(Arc::new(Engine::new())) });
    assert_eq!(declared, taken);
    assert_eq!(taken, LANES * 8 + size_of::<Engine>() + 2 * size_of::<usize>());
    let (declared, taken) = declared_and_taken(|| {
        let mut engines = Vec::with_capacity(3);
        engines.extend((0..3).map(|_| Engine::new()));
        Listed { spares: 3, engines }
    });
    assert_eq!(declared, taken);
    let (declared, taken) = declared_and_taken(|| {
        let mut engines = HashMap::with_capacity(14);
        engines.extend((0..14).map(|key| (key, Engine::new())));
        Mapped { spares: 14, engines }
    });
    let (parts, spares) = (14 * LANES * 8, UsageExpr::constant("", 14));
    assert_eq!(taken - parts, HashMap::<u16, Engine>::allocated("", &spares).evaluate());
    assert_eq!(declared - parts, HashMap::<u16, Engine>::insert_only_bounded("", &spares).evaluate());
}
