//! A program that runs, asked over HTTP.

use std::time::Duration;

use serde::Deserialize;

/// How long a program may take to answer. A healthy one takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// The greatest answer that is read, in bytes: that of some hundred thousand components.
const MOST: u64 = 256 << 20;

/// The format of the answers that this tool knows.
const FORMAT: u32 = 1;

/// Where the program answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(String);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunningError {
    #[error("{url} cannot be asked")]
    NoAnswer {
        url: String,
        #[source]
        error: Box<ureq::Error>,
    },
    #[error(
        "{url} answers something else: {wrong}; is it where the program has put the routes of `api_handler`?"
    )]
    NotAStatus { url: String, wrong: String },
}

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
}

#[derive(Debug, Deserialize)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) started_unix_ms: u64,
    pub(crate) uptime_ms: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Limit {
    pub(crate) bytes: u64,
    pub(crate) effective_bytes: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Limiter {
    pub(crate) mode: String,
    pub(crate) level: String,
    pub(crate) waiting: usize,
}

/// A component with what is below it.
#[derive(Debug, Deserialize)]
pub(crate) struct Usage {
    pub(crate) name: String,
    pub(crate) declared: Declared,
    pub(crate) total_declared: Declared,
    pub(crate) live: Option<Live>,
    pub(crate) total_live: Option<Live>,
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

impl Address {
    /// What an operator has at hand: the address of the routes, of a page below them, with or without the scheme.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("https://") {
            return Err(
                "the program is asked without TLS; write http://, and go through a tunnel or on its machine"
                    .to_owned(),
            );
        }
        let rest = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
        let pages = ["/dashboard", "/status.json", "/status", "/snapshot.json"];
        let rest = pages.iter().find_map(|page| rest.strip_suffix(page)).unwrap_or(rest);
        if rest.is_empty() || rest.contains(char::is_whitespace) {
            return Err("write where the program answers, such as http://127.0.0.1:8080/memory".to_owned());
        }
        Ok(Self(format!("http://{rest}")))
    }

    /// The answer to one page.
    pub(crate) fn get(&self, page: &str) -> Result<String, RunningError> {
        let url = format!("{}/{page}", self.0);
        // What is asked is on this machine or near it, never behind a proxy.
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).proxy(None).build().into();
        let text = agent
            .get(&url)
            .call()
            .and_then(|mut response| response.body_mut().with_config().limit(MOST).read_to_string());
        text.map_err(|error| RunningError::NoAnswer { url, error: Box::new(error) })
    }

    pub(crate) fn status(&self) -> Result<Status, RunningError> {
        let text = self.get("status.json")?;
        Status::parse(&text).map_err(|wrong| RunningError::NotAStatus { url: self.0.clone(), wrong })
    }
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

impl RunningError {
    /// Whether the program may answer the next time.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer { error, .. } => {
                matches!(
                    **error,
                    ureq::Error::Io(_) | ureq::Error::Timeout(_) | ureq::Error::ConnectionFailed
                )
            }
            Self::NotAStatus { .. } => false,
        }
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
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::thread;

    use serde_json::{Value, json};

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

    /// The address of somebody who answers one request with `body`, and what was asked.
    pub(crate) fn answering(status: &str, body: String) -> (String, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/memory", listener.local_addr().unwrap());
        let status = status.to_owned();
        let asked = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            for _ in lines.take_while(|line| !line.as_ref().unwrap().is_empty()) {}
            write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            first
        });
        (address, asked)
    }

    #[test]
    fn a_program_is_asked_for_its_status() {
        let (address, asked) = answering("200 OK", status_of(7, 5).to_string());
        let status = Address::parse(&address).unwrap().status().unwrap();
        assert_eq!(asked.join().unwrap(), "GET /memory/status.json HTTP/1.1");
        assert_eq!((status.process.pid, status.components.subcomponents.len()), (7, 1));
    }

    #[test]
    fn who_answers_something_else_is_no_such_program() {
        let (address, _) = answering("200 OK", "{}".to_owned());
        let error = Address::parse(&address).unwrap().status().unwrap_err();
        assert!(error.to_string().contains("answers something else: missing field `format`"), "{error}");
        assert!(!error.may_pass());
        let (address, _) = answering("404 Not Found", "{}".to_owned());
        let error = Address::parse(&address).unwrap().status().unwrap_err();
        assert!(matches!(error, RunningError::NoAnswer { .. }) && !error.may_pass(), "{error:?}");
    }

    #[test]
    fn who_is_not_there_may_come_back() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        assert!(Address::parse(&address).unwrap().status().unwrap_err().may_pass());
    }

    #[test]
    fn another_format_is_not_read() {
        let mut status = status_of(7, 5);
        status["format"] = json!(2);
        assert_eq!(Status::parse(&status.to_string()).unwrap_err(), "its format is 2, and this tool knows 1");
    }

    #[test]
    fn an_address_is_what_is_at_hand() {
        for text in [
            "127.0.0.1:80/memory",
            "http://127.0.0.1:80/memory/",
            "127.0.0.1:80/memory/dashboard",
            "http://127.0.0.1:80/memory/status.json",
        ] {
            assert_eq!(Address::parse(text), Ok(Address("http://127.0.0.1:80/memory".to_owned())), "{text}");
        }
        for text in ["", "http://", "https://127.0.0.1", "a b"] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
