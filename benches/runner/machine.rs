//! The machine that measured.

use std::fmt;
use std::fs;
use std::process::Command;
use std::thread;

/// What about the machine the numbers depend on.
#[derive(Debug)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    kernel: String,
    libc: String,
    rustc: String,
}

impl Machine {
    /// This one. What cannot be found out is said to be unknown.
    pub(crate) fn detect() -> Self {
        let unknown = || "unknown".to_owned();
        Self {
            processor: processor().unwrap_or_else(unknown),
            cores: thread::available_parallelism().map_or(0, usize::from),
            kernel: said_by("uname", &["-sr"]).unwrap_or_else(unknown),
            libc: said_by("getconf", &["GNU_LIBC_VERSION"]).unwrap_or_else(unknown),
            rustc: said_by("rustc", &["--version"]).unwrap_or_else(unknown),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, kernel, libc, rustc } = self;
        write!(formatter, "{processor}, {cores} cores, {kernel}, {libc}, {rustc}")
    }
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    // Virtual machines tell no more of the name than the maker's line of products.
    let (family, model) = (field("cpu family").unwrap_or_default(), field("model\t").unwrap_or_default());
    Some(format!("{} (family {family}, model {model})", field("model name")?))
}

fn said_by(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
