use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Endpoint {
    #[bounds(rename = "endpoint.name")]
    name: String,
}

fn main() {}
