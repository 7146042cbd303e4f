//! A program that runs, and what it says of itself.

mod address;
mod error;

use memory_accounting::ComponentBounds;
use serde::Deserialize;
use serde_json::{Map, Value};

pub(crate) use self::address::Address;
#[cfg(test)]
pub(crate) use self::address::tests as address_tests;

/// The format of the answers that this tool knows.
const FORMAT: u32 = 1;

/// What a program says of itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Status {
    format: u32,
    pub(crate) read_unix_ms: u64,
    pub(crate) process: Process,
    pub(crate) allocator_installed: bool,
    pub(crate) limit: Option<Limit>,
    pub(crate) resident_bytes: Option<u64>,
    pub(crate) limiter: Option<Limiter>,
    pub(crate) components: Usage,
    /// What is declared, in a snapshot.
    pub(crate) bounds: Option<ComponentBounds>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) started_unix_ms: u64,
    pub(crate) uptime_ms: u64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Limit {
    pub(crate) bytes: u64,
    pub(crate) effective_bytes: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Limiter {
    pub(crate) mode: String,
    pub(crate) level: String,
    pub(crate) waiting: usize,
    /// What became of callers, and what was tried.
    #[serde(default)]
    pub(crate) counts: Map<String, Value>,
    /// What the kernel says.
    #[serde(default)]
    pub(crate) kernel: Map<String, Value>,
}

/// A component with what is below it.
#[derive(Debug, Deserialize)]
pub(crate) struct Usage {
    pub(crate) name: String,
    pub(crate) declared: Declared,
    pub(crate) total_declared: Declared,
    pub(crate) live: Option<Live>,
    pub(crate) total_live: Option<Live>,
    pub(crate) counted: Option<Counted>,
    pub(crate) reserved_bytes: Option<usize>,
    pub(crate) total_reserved_bytes: Option<usize>,
    pub(crate) over_bytes: Option<usize>,
    pub(crate) peak_bytes: Option<usize>,
    pub(crate) total_peak_bytes: Option<usize>,
    pub(crate) subcomponents: Vec<Usage>,
}

/// What may be used; `None` has no bound.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Declared {
    pub(crate) firm_limit: Option<usize>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Live {
    pub(crate) bytes: usize,
}

/// What was ever done.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Counted {
    pub(crate) allocated_bytes: u64,
}

impl Status {
    /// What `/status.json` and `/snapshot.json` say.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let status: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if status.format != FORMAT {
            return Err(format!("its format is {}, and this tool knows {FORMAT}", status.format));
        }
        Ok(status)
    }

    /// Whether both are of one process.
    pub(crate) fn is_of_process_of(&self, other: &Self) -> bool {
        let of = |status: &Self| (status.process.pid, status.process.started_unix_ms);
        of(self) == of(other)
    }
}

impl Usage {
    /// Calls `visit` with this and everything below it.
    pub(crate) fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Usage)) {
        visit(self);
        for below in &self.subcomponents {
            below.visit(visit);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// What a program of one component answers, which holds `live` bytes of the 1000 it declares.
    pub(crate) fn status_of(pid: u32, live: usize) -> Value {
        let nothing = json!({ "minimum": 0, "firm_limit": 0 });
        let cache = json!({
            "name": "cache", "declared": { "minimum": 0, "firm_limit": 1000 }, "total_declared": { "minimum": 0, "firm_limit": 1000 },
            "live": { "bytes": live, "objects": 1 }, "total_live": { "bytes": live, "objects": 1 },
            "reserved_bytes": 100, "total_reserved_bytes": 100, "over_bytes": (live + 100).saturating_sub(1000), "peak_bytes": 2000,
            "total_peak_bytes": 2000, "subcomponents": [],
        });
        json!({
            "format": 1, "read_unix_ms": 12, "allocator_installed": true, "limit": { "bytes": 4096, "effective_bytes": 2048, "from": "grant" },
            "process": { "pid": pid, "started_unix_ms": 1, "uptime_ms": 3_725_000 },
            "components": {
                "name": "root", "declared": nothing, "total_declared": { "minimum": 0, "firm_limit": 1000 },
                "live": { "bytes": 30, "objects": 1 }, "total_live": { "bytes": live + 30, "objects": 2 },
                "reserved_bytes": null, "total_reserved_bytes": 100, "over_bytes": null, "peak_bytes": 40,
                "total_peak_bytes": 2030, "subcomponents": [cache],
            },
        })
    }

    #[test]
    fn another_format_is_not_read() {
        let mut status = status_of(7, 5);
        status["format"] = json!(2);
        assert_eq!(Status::parse(&status.to_string()).unwrap_err(), "its format is 2, and this tool knows 1");
    }
}
