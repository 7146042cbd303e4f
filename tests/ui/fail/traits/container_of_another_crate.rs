use memory_accounting::MemoryBounds;

/// As that of `indexmap` is where the feature is missing, or of another version.
struct IndexMap<K, V>(Vec<(K, V)>);

#[derive(MemoryBounds)]
struct Index {
    max_entries: usize,
    #[bounds(per_item = "max_entries")]
    entries: IndexMap<u64, u64>,
}

fn main() {}
