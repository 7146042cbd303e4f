use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(try_from = "String")]
struct CacheOptions {
    #[bounds(items = u64, rename = "cache")]
    size: usize,
}

impl TryFrom<String> for CacheOptions {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self { size: text.trim_start_matches("size=").parse()? })
    }
}

fn main() {
    let bounds = ComponentBounds::of(&CacheOptions::try_from("size=10".to_owned()).unwrap());
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(size)=8 * cache=10");
}
