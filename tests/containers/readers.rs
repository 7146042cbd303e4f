//! Reading into a vector: the standard library reserves for bytes that may never come.
//!
//! `default_read_to_end` in `library/std/src/io/mod.rs`, which `io::copy` into a vector ends in too, reserves for 32 bytes more whenever the
//! vector is full, and finds out afterwards that the reader has ended. So a vector that grows is to be declared for 32 bytes more than
//! are read. One that is created for them all is not made to grow: there it looks first.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

use memory_accounting::Container;

use crate::measured::{Meter, bound};

/// What reading reserves for beyond what there is (`PROBE_SIZE` there).
const PROBE: usize = 32;

/// Yields so many bytes, a few at a time, and says nothing about how many there are.
struct Silent {
    left: usize,
    at_once: usize,
}

impl Read for Silent {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = buffer.len().min(self.at_once).min(self.left);
        buffer[..bytes].fill(b'x');
        self.left -= bytes;
        Ok(bytes)
    }
}

type Way = fn(&mut dyn Read, Vec<u8>) -> Vec<u8>;

const WAYS: [(&str, Way); 3] = [
    ("read_to_end", |reader, mut bytes| {
        reader.read_to_end(&mut bytes).unwrap();
        bytes
    }),
    ("read_to_string", |reader, bytes| {
        let mut text = String::from_utf8(bytes).unwrap();
        reader.read_to_string(&mut text).unwrap();
        text.into_bytes()
    }),
    ("copy", |mut reader, mut bytes| {
        io::copy(&mut reader, &mut bytes).unwrap();
        bytes
    }),
];

/// Readers of `n` bytes, of which some tell how many.
fn readers(n: usize) -> Vec<(String, Box<dyn Read>)> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("read-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let bytes = vec![b'x'; n];
    fs::write(&path, &bytes).unwrap();
    let mut readers: Vec<(String, Box<dyn Read>)> = vec![
        ("a file".to_owned(), Box::new(File::open(&path).unwrap())),
        ("a buffered file".to_owned(), Box::new(BufReader::new(File::open(&path).unwrap()))),
        ("part of a file".to_owned(), Box::new(File::open(&path).unwrap().take(n as u64))),
        ("a cursor".to_owned(), Box::new(Cursor::new(bytes))),
        ("a part".to_owned(), Box::new(io::repeat(b'x').take(n as u64))),
    ];
    // It is read while it is open.
    fs::remove_file(&path).unwrap();
    for at_once in [1, 7, 32, 33, usize::MAX] {
        let silent = || Silent { left: n, at_once };
        readers.push((format!("{at_once} at once"), Box::new(silent())));
        readers.push((format!("{at_once} at once, buffered"), Box::new(BufReader::new(silent()))));
        let first = Silent { left: n / 3, at_once };
        let second = Silent { left: n - n / 3, at_once };
        readers.push((format!("{at_once} at once, in two"), Box::new(first.chain(second))));
    }
    readers
}

fn sizes() -> impl Iterator<Item = usize> {
    let powers = (7..=16).map(|power| 1 << power).flat_map(|n| [n - 33, n - 32, n - 1, n, n + 1]);
    (1..=100).chain(powers)
}

/// The most bytes alive while each way reads each reader of `n` bytes into a vector that is made by `make`.
fn peaks(n: usize, make: fn(usize) -> Vec<u8>) -> Vec<(String, usize)> {
    let meter = Meter::new();
    let mut peaks = Vec::new();
    for (way, read) in WAYS {
        for (name, mut reader) in readers(n) {
            let peak = meter.peak(|| drop(black_box(read(&mut reader, make(n)))));
            peaks.push((format!("{way}, {name}, {n} bytes"), peak));
        }
    }
    peaks
}

#[test]
fn a_vector_that_grows_takes_what_is_declared_for_32_bytes_more() {
    for n in sizes() {
        let declared = bound(Vec::<u8>::grown, n + PROBE);
        for (case, peak) in peaks(n, |_| Vec::new()) {
            assert!(peak <= declared, "{case}: {peak} of {declared}");
        }
    }
}

/// Without it nothing would have to be declared.
#[test]
fn what_is_declared_for_the_bytes_alone_does_not_do() {
    for n in [10, 8_192, 65_536] {
        let declared = bound(Vec::<u8>::grown, n);
        assert!(peaks(n, |_| Vec::new()).iter().any(|(_, peak)| *peak > declared), "{n}: {declared}");
    }
}

#[test]
fn a_vector_that_is_created_for_them_takes_no_more() {
    for n in sizes() {
        let declared = bound(Vec::<u8>::bounded, n);
        for (case, peak) in peaks(n, Vec::with_capacity) {
            assert!(peak <= declared, "{case}: {peak} of {declared}");
        }
    }
}
