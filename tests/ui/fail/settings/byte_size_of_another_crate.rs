use memory_accounting::MemoryBounds;

/// As that of `bytesize` is where the feature is missing, or of another version.
struct ByteSize(u64);

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(bytes)]
    max_buffer: ByteSize,
}

fn main() {}
