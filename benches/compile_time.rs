//! What does deriving `MemoryBounds` cost a build, beside `serde::Serialize` and no derive at all?
//!
//! Run with `cargo bench -p memory-accounting-benches --bench compile_time`.
//!
//! Generates crates with the same 50 structs of 10 fields and checks them in turn, many times; dependencies are built
//! before. What deriving costs is the difference to the same crate with the library linked and nothing derived. Then builds both derive crates from scratch, in turn, with syn and quote built before. Prints medians and ratios.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const STRUCTS: usize = 50;
const FIELDS: usize = 10;
const ROUNDS: usize = 15;
const SCRATCH_ROUNDS: usize = 5;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf();
    let place = root.join("target").join("compile_time");
    let serde = Library {
        name: "serde",
        dependency: "serde = { version = \"1\", features = [\"derive\"] }".to_owned(),
    };
    let path = root.join("memory-accounting");
    let ours = Library {
        name: "memory_accounting",
        dependency: format!("memory-accounting = {{ path = \"{}\" }}", path.display()),
    };
    let kinds = [
        Kind { name: "serde-linked", library: &serde, derive: "" },
        Kind { name: "serde-derived", library: &serde, derive: "#[derive(serde::Serialize)]" },
        Kind { name: "ours-linked", library: &ours, derive: "" },
        Kind { name: "ours-derived", library: &ours, derive: "#[derive(memory_accounting::MemoryBounds)]" },
    ];
    for kind in &kinds {
        kind.write_crate(&place, &root)?;
    }
    for (incremental, title) in [("0", "from nothing"), ("1", "after an edit, incrementally")] {
        for kind in &kinds {
            check(&place.join(kind.name), incremental)?;
        }
        let mut times = kinds.each_ref().map(|_| Vec::new());
        for round in 0..ROUNDS {
            for (kind, times) in kinds.iter().zip(&mut times) {
                let package = place.join(kind.name);
                touch(&package, round)?;
                times.push(check(&package, incremental)?);
            }
        }
        print_table(title, times.map(median));
    }

    from_scratch(&place)
}

fn print_table(title: &str, [serde_linked, serde_derived, ours_linked, ours_derived]: [Duration; 4]) {
    println!(
        "`cargo check` of {STRUCTS} structs of {FIELDS} fields {title}, median of {ROUNDS} interleaved rounds, in seconds:\n"
    );
    println!("| | library linked, nothing derived | derived | deriving |\n|---|---|---|---|");
    let row = |name: &str, linked: Duration, derived: Duration| {
        let deriving = derived.saturating_sub(linked).as_secs_f64();
        println!("| {name} | {:.3} | {:.3} | {deriving:.3} |", linked.as_secs_f64(), derived.as_secs_f64());
        deriving
    };
    let serde = row("`serde::Serialize`", serde_linked, serde_derived);
    let ours = row("`MemoryBounds`", ours_linked, ours_derived);
    println!("\nderiving, ours to serde: {:.2}\n", ours / serde);
}

/// What a generated crate depends on.
struct Library {
    name: &'static str,
    dependency: String,
}

/// One generated crate.
struct Kind<'a> {
    name: &'static str,
    library: &'a Library,
    derive: &'static str,
}

impl Kind<'_> {
    fn write_crate(&self, place: &Path, root: &Path) -> io::Result<()> {
        let package = place.join(self.name);
        fs::create_dir_all(package.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"generated-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}",
            self.name, self.library.dependency
        );
        fs::write(package.join("Cargo.toml"), manifest)?;
        fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock"))?;
        fs::write(package.join("src/lib.rs"), self.source())
    }

    /// The same fields for every kind: settings and containers that both derives have something to say about.
    fn source(&self) -> String {
        let ours = self.derive.ends_with("MemoryBounds)]");
        let mut source = format!("extern crate {} as _;\n\n", self.library.name);
        for index in 0..STRUCTS {
            let _ = writeln!(source, "{}\npub struct Component{index} {{", self.derive);
            for field in 0..FIELDS / 2 {
                if ours {
                    let _ = writeln!(source, "    #[bounds(bytes)]");
                }
                let _ = writeln!(source, "    pub setting_{field}: usize,");
                if ours {
                    let _ = writeln!(source, "    #[bounds(per_item = \"setting_{field} * 2\")]");
                }
                let _ = writeln!(source, "    pub buffer_{field}: Vec<u64>,");
            }
            let _ = writeln!(source, "}}\n");
        }
        source
    }
}

/// Makes the crate's source newer than what was checked.
fn touch(package: &Path, round: usize) -> io::Result<()> {
    let source = package.join("src/lib.rs");
    let mut text = fs::read_to_string(&source)?;
    let _ = writeln!(text, "// round {round}");
    fs::write(source, text)
}

fn check(package: &Path, incremental: &str) -> io::Result<Duration> {
    cargo(&["check", "--quiet"], package, incremental)
}

/// How long it takes to compile a derive crate itself.
fn from_scratch(place: &Path) -> io::Result<()> {
    let crates = [("serde-derived", "serde_derive"), ("ours-derived", "memory-accounting-derive")];
    let mut times = crates.map(|_| Vec::new());
    for _ in 0..SCRATCH_ROUNDS {
        for ((package, name), times) in crates.iter().zip(&mut times) {
            let package: PathBuf = place.join(package);
            cargo(&["clean", "--quiet", "--package", name], &package, "0")?;
            times.push(cargo(&["build", "--quiet", "--package", name], &package, "0")?);
        }
    }
    let [serde, ours] = times.map(median);
    println!("\nBuilding the derive crate from scratch, median of {SCRATCH_ROUNDS} interleaved rounds:\n");
    println!("| crate | seconds |\n|---|---|");
    println!(
        "| serde_derive | {:.2} |\n| memory-accounting-derive | {:.2} |",
        serde.as_secs_f64(),
        ours.as_secs_f64()
    );
    println!("\nours to serde: {:.2}", ours.as_secs_f64() / serde.as_secs_f64());
    Ok(())
}

fn cargo(arguments: &[&str], package: &Path, incremental: &str) -> io::Result<Duration> {
    let start = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(package)
        .env_remove("CARGO_TARGET_DIR")
        .env("CARGO_INCREMENTAL", incremental)
        .stdout(Stdio::null())
        .status()?;
    if status.success() {
        Ok(start.elapsed())
    } else {
        Err(io::Error::other(format!("cargo {arguments:?} failed in {}", package.display())))
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
