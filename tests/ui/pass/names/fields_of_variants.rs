#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(rename_all_fields = "kebab-case")]
enum Source {
    Udp {
        #[bounds(bytes)]
        max_bytes: usize,
    },
    #[serde(rename_all = "UPPERCASE")]
    Tcp {
        #[bounds(bytes)]
        max_bytes: usize,
    },
}

fn main() {
    let component = Source::Udp { max_bytes: 1 };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "Udp.max-bytes=1");
    let component = Source::Tcp { max_bytes: 1 };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "Tcp.MAX_BYTES=1");
}
