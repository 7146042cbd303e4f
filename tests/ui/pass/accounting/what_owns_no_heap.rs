#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Plain<'a> {
    text: &'a str,
    number: u64,
    pair: (u8, [f32; 4]),
    function: fn(Vec<u8>) -> String,
    optional: Option<char>,
    address: std::net::SocketAddr,
    duration: std::time::Duration,
    marker: std::marker::PhantomData<*mut Vec<u8>>,
}

fn main() {
    fn text(_: Vec<u8>) -> String {
        String::new()
    }
    let component = Plain {
        text: "",
        number: 1,
        pair: (1, [0.0; 4]),
        function: text,
        optional: None,
        address: ([127, 0, 0, 1], 1).into(),
        duration: std::time::Duration::ZERO,
        marker: std::marker::PhantomData,
    };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
