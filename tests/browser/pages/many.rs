//! A program of many components.

use memory_accounting::{ComponentBounds, ComponentRegistry, UsageExpr};

const PIPELINES: usize = 25;
const STAGES: usize = 19;

/// One root, and pipelines of stages: 501 components, each of which but the root has two settings.
pub(crate) fn bounds() -> ComponentBounds {
    let registry = ComponentRegistry::default();
    for pipeline in 0..PIPELINES {
        let name = format!("pipeline-{pipeline:02}");
        declare(&registry.get_or_create(&name), pipeline);
        for stage in 0..STAGES {
            declare(&registry.get_or_create(format!("{name}.stage-{stage:02}")), pipeline + stage);
        }
    }
    registry.as_bounds()
}

fn declare(component: &ComponentRegistry, number: usize) {
    let queue = UsageExpr::config("queue_events", 128 << (number % 6));
    let table = UsageExpr::config("table_entries", 1000 + 100 * number);
    let mut builder = component.bounds_builder();
    builder.minimum().with_container::<Vec<[u8; 256]>>("queue", queue);
    builder.firm().with_container::<std::collections::HashMap<u64, [u64; 4]>>("table", table);
}
