use memory_accounting::MemoryBounds;

#[derive(MemoryBounds, serde::Deserialize)]
struct Pool {
    #[bounds(items = u64)]
    size: usize,
}

mod read_pool {
    use serde::Deserialize;

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<super::Pool, D::Error> {
        super::Pool::deserialize(from)
    }
}

#[derive(MemoryBounds, serde::Deserialize)]
struct Pools {
    #[serde(flatten, with = "read_pool")]
    #[bounds(flatten)]
    read: Pool,
}

fn main() {}
