use memory_accounting::{ComponentBounds, MemoryBounds};

mod as_memory {
    use memory_accounting::MemoryBounds;

    #[derive(MemoryBounds)]
    #[bounds(component = Self)]
    pub struct Cache {
        #[bounds(per_item = 10)]
        pub bytes: Vec<u8>,
    }
}

mod as_settings {
    use memory_accounting::MemoryBounds;

    #[derive(MemoryBounds)]
    #[bounds(settings, component = super::as_memory::Cache)]
    #[expect(dead_code)]
    pub struct Cache {
        pub bytes: Vec<u8>,
    }
}

fn main() {
    let memory = as_memory::Cache { bytes: Vec::new() };
    let own = size_of::<Vec<u8>>();
    assert_eq!(ComponentBounds::of(&memory).total_firm_limit_bytes(), own + 10);
    let settings = as_settings::Cache { bytes: Vec::new() };
    assert_eq!(ComponentBounds::of(&settings).total_firm_limit_bytes(), own);
}
