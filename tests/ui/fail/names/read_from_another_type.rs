use memory_accounting::MemoryBounds;

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(try_from = "String")]
struct CacheOptions {
    #[bounds(items = u64)]
    size: usize,
}

impl TryFrom<String> for CacheOptions {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self { size: text.trim_start_matches("size=").parse()? })
    }
}

fn main() {}
