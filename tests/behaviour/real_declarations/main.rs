//! Declarations of services people run, checked against what a person would calculate: the bytes, the keys, and, where the program
//! allocates, what it really takes under the tracking allocator.
//!
//! | | shape | test |
//! |---|---|---|
//! | 1 | a buffer by events or by bytes, a newtype variant behind `flatten` | `batches::a_buffer_is_sized_by_events_or_by_bytes`, measured |
//! | 2 | a batch of two limits that may be absent | `batches::a_batch_has_the_lesser_of_two_limits_that_may_be_absent`, measured, and `…is_refused_by_both_names` |
//! | 3 | requests side by side, by an enum | `batches::requests_side_by_side_each_have_a_batch` |
//! | 4 | limits by metric name | `nodes::each_metric_is_a_component_dots_and_all` |
//! | 5 | texts and addresses beside sizes | `nodes::a_node_of_texts_needs_one_word` |
//! | 6 | caches in caches | `caches::a_cache_nests_under_the_key_capacity` |
//! | 7 | pipelines of a source | `pipelines::the_number_of_pipelines_that_fits_is_the_one_found_by_trying_all`, measured |
//! | 8 | column families of a macro | `storage::a_column_family_has_signed_counts_and_absent_sizes` |
//! | 9 | one pool type under two prefixes | `storage::two_pools_of_one_type_are_two_settings` |
//! | 10 | a cache that may be off | `caches::an_engine_that_is_off_takes_nothing_and_says_so` |
//! | 11 | a cache in slots | `caches::a_cache_in_slots_counts_each_slot_by_itself`, measured |
//! | 12 | a table whose options are a text | `caches::a_table_of_two_factors_is_a_table`, measured |
//! | 13 | a page cache | `shared_state::a_page_cache_counts_its_map_its_slots_its_pages_and_its_semaphore`, measured |
//! | 14 | pools by endpoint | `shared_state::a_pool_of_pools_counts_the_table_once_and_every_pool_with_its_connections`, measured |
//! | 15 | units and factors of a collection | `storage::a_collection_has_units_and_factors`, with what fits |
//! | 16 | sizes that are a share, a number, or no limit | `storage::a_size_may_be_a_share_or_no_limit` |
//! | 17 | a loaded set behind a pointer | `nodes::a_loaded_set_is_counted_as_it_is`, measured |
//! | 18 | a field that catches all, of `Self` | `nodes::a_share_in_percent_of_what_may_be_absent`; that it is checked, `tests/ui/fail/accounting/wrapper_of_self.rs` |
//! | 19 | a number that nobody sets | `nodes::what_nobody_sets_is_not_advised_to_be_lower` |
//! | 20 | newtypes of sizes, generic over storage | `storage::a_newtype_of_a_size_is_a_setting`, `shared_state::streams_count_the_cache_that_all_partitions_use_once` |
//! | 21 | stores that a method names | `nodes::a_store_is_called_by_its_method` |
//! | 22 | a filled allow-list | `nodes::a_filled_allow_list_counts_its_texts`, measured |
//! | 23 | a forwarder with foreign keys | `nodes::a_forwarder_is_known_by_the_keys_of_its_file`, measured |
//! | 24 | interconnects that are declared anew | `pipelines::interconnects_are_declared_anew_when_the_topology_changes`, measured |
//! | 25 | a provider nobody knows beside batches | `shared_state::replicas_count_their_batches_and_say_why_not_the_provider`, measured |
//!
//! `files` reads the file back by the keys that are reported, and `metrics_agent` has the parts of one agent.

mod batches;
mod caches;
mod files;
mod metrics_agent;
mod nodes;
mod pipelines;
mod shared_state;
mod storage;

use std::alloc::System;
use std::collections::BTreeSet;

use memory_accounting::allocator::{AllocationGroupToken, TrackingAllocator};
use memory_accounting::testing::{BoundsReport, assert_within_bounds};
use memory_accounting::{ComponentBounds, MemoryBounds};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Minimum and firm limit.
fn bytes(component: &impl MemoryBounds) -> (usize, usize) {
    let bounds = ComponentBounds::of(component);
    (bounds.total_minimum_required_bytes(), bounds.total_firm_limit_bytes())
}

/// The names and the arithmetic of all entries, a line each.
fn arithmetic(component: &impl MemoryBounds) -> String {
    let exprs = ComponentBounds::of(component).to_exprs();
    let lines = exprs.iter().map(|entry| {
        let expr: memory_accounting::UsageExpr = serde_json::from_str(&entry["expr"].to_string()).unwrap();
        format!("{} = {expr}", entry["name"].as_str().unwrap())
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn to_exprs(component: &impl MemoryBounds) -> String {
    let exprs = ComponentBounds::of(component).to_exprs();
    exprs.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The keys of all settings, each behind the component that has it.
fn keys(component: &impl MemoryBounds) -> Vec<String> {
    fn add(bounds: &ComponentBounds, path: &str, keys: &mut BTreeSet<String>) {
        for entry in bounds.minimum_entries().iter().chain(bounds.firm_entries()) {
            entry.expr().visit_settings(&mut |key, _| {
                keys.extend((!key.is_empty()).then(|| format!("{path}{key}")));
            });
        }
        for (name, below) in bounds.subcomponents() {
            add(below, &format!("{path}{name}."), keys);
        }
    }
    let mut keys = BTreeSet::new();
    add(&ComponentBounds::of(component), "", &mut keys);
    keys.into_iter().collect()
}

/// Runs the program that `component` declares, which must stay within that, and returns how it compares.
fn measured<T>(component: &impl MemoryBounds, program: impl FnOnce() -> T) -> BoundsReport {
    assert_within_bounds(component, |_: AllocationGroupToken| program())
}

/// As [`measured`], for a program that takes to the byte what it declares.
fn takes_all<T>(component: &impl MemoryBounds, program: impl FnOnce() -> T) {
    let report = measured(component, program);
    assert_eq!(report.peak_bytes(), report.declared_bytes(), "{report}");
}
