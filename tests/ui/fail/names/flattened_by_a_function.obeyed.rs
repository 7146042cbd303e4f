use memory_accounting::{ComponentBounds, MemoryBounds};

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
    #[bounds(flatten, prefix = "")]
    read: Pool,
}

fn main() {
    let pools = Pools { read: Pool { size: 10 } };
    let bounds = ComponentBounds::of(&pools);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(size)=8 * size=10");
}
