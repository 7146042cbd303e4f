//! Where a program answers, and asking it.

use std::io;
use std::time::Duration;

use serde::de::IgnoredAny;
use ureq::http::Uri;
use ureq::http::header::{CONTENT_ENCODING, LOCATION};

use super::Status;
use super::error::{AskingError, Wrong};

/// How long a program may take to answer. A healthy one takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// The greatest answer that is read, in bytes: that of some hundred thousand components.
const MOST: u64 = 256 << 20;

/// Where the program answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(String);

impl Address {
    /// What an operator has at hand: the address of the routes, of a page below them, with or without the scheme.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        if scheme.eq_ignore_ascii_case("https") {
            return Err(
                "the program is asked without TLS; write http://, and go through a tunnel or on its machine"
                    .to_owned(),
            );
        }
        // What a browser adds.
        let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let pages = ["/dashboard", "/status.json", "/status", "/snapshot.json"];
        let rest = pages.iter().find_map(|page| rest.strip_suffix(page)).unwrap_or(rest);
        // A number alone is a port, of which machine is not said.
        let is_port = rest.chars().all(|letter| letter.is_ascii_digit());
        let url = format!("http://{rest}");
        if !scheme.eq_ignore_ascii_case("http") || is_port || !is_asked_at(&url) {
            return Err("write where the program answers, such as http://127.0.0.1:8080/memory".to_owned());
        }
        Ok(Self(url))
    }

    pub(crate) fn status(&self) -> Result<Status, AskingError> {
        Ok(self.ask("status.json", PATIENCE)?.0)
    }

    /// What there is to keep, and the same as it was said.
    pub(crate) fn snapshot(&self) -> Result<(Status, String), AskingError> {
        self.ask("snapshot.json", PATIENCE)
    }

    fn ask(&self, page: &str, patience: Duration) -> Result<(Status, String), AskingError> {
        let url = format!("{}/{page}", self.0);
        let answer = self.answer(&url, patience).and_then(|text| {
            let status = Status::parse(&text).map_err(|error| Wrong::NotOurs(told_apart(&text, &error)))?;
            Ok((status, text))
        });
        answer.map_err(|wrong| AskingError { url, wrong })
    }

    fn answer(&self, url: &str, patience: Duration) -> Result<String, Wrong> {
        // What is asked is on this machine or near it, never behind a proxy. Where it sends elsewhere, that is for the operator to know.
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false);
        let agent: ureq::Agent = agent.build().into();
        let wrong = |error: ureq::Error| match error {
            ureq::Error::Io(error) => match error.kind() {
                io::ErrorKind::UnexpectedEof => Wrong::Ended,
                io::ErrorKind::InvalidData => Wrong::NotOurs("which is no text".to_owned()),
                _ => Wrong::Unreachable(error),
            },
            ureq::Error::Timeout(_) => Wrong::Slow(patience.as_secs()),
            ureq::Error::HostNotFound => Wrong::NoSuchMachine,
            ureq::Error::Protocol(_) => Wrong::NoHttp(error),
            error => Wrong::Other(error),
        };
        let mut response = agent.get(url).call().map_err(wrong)?;
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let (encoding, location) = (header(CONTENT_ENCODING), header(LOCATION).map(str::to_owned));
        if let Some(encoding) = encoding.filter(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
            return Err(Wrong::Encoded(encoding.to_owned()));
        }
        let status = response.status();
        let text = response.body_mut().with_config().limit(MOST).read_to_string().map_err(wrong);
        match (status.as_u16(), location) {
            (200, _) => text,
            (_, Some(location)) if status.is_redirection() => Err(Wrong::SentOn(location)),
            (404, _) => Err(Wrong::NotThere { root: self.root() }),
            (number @ (401 | 403 | 407), _) => Err(Wrong::Guarded(number)),
            (number, _) => Err(Wrong::Status(number, text.unwrap_or_default())),
        }
    }

    /// The machine and the port.
    fn root(&self) -> String {
        let rest = self.0.strip_prefix("http://").unwrap_or(&self.0);
        format!("http://{}", rest.split('/').next().unwrap_or(rest))
    }
}

/// Whether a machine is named, and a port that there can be if any.
fn is_asked_at(url: &str) -> bool {
    let Ok(url) = url.parse::<Uri>() else { return false };
    url.authority().is_some_and(|authority| {
        let behind_machine = authority.as_str().rsplit(']').next().unwrap_or_default();
        !authority.host().is_empty() && (authority.port_u16().is_some() || !behind_machine.contains(':'))
    })
}

/// What an answer is that is no status.
fn told_apart(text: &str, error: &str) -> String {
    if text.trim_start().starts_with('<') {
        "a page for browsers".to_owned()
    } else if text.trim().is_empty() {
        "nothing".to_owned()
    } else if serde_json::from_str::<IgnoredAny>(text).is_ok() {
        format!("JSON in which {error}")
    } else {
        "which is no JSON".to_owned()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::running::tests::status_of;

    /// The address of somebody who answers one request with `bytes`, and what was asked.
    fn saying(bytes: Vec<u8>) -> (String, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/memory", listener.local_addr().unwrap());
        let asked = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            for _ in lines.take_while(|line| !line.as_ref().unwrap().is_empty()) {}
            stream.write_all(&bytes).unwrap();
            first
        });
        (address, asked)
    }

    /// The same with an answer of HTTP.
    pub(crate) fn answering(status: &str, body: &str) -> (String, thread::JoinHandle<String>) {
        let length = body.len();
        saying(
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
                .into_bytes(),
        )
    }

    #[test]
    fn a_program_is_asked_for_its_status() {
        let (address, asked) = answering("200 OK", &status_of(7, 5).to_string());
        let status = Address::parse(&address).unwrap().status().unwrap();
        assert_eq!(asked.join().unwrap(), "GET /memory/status.json HTTP/1.1");
        assert_eq!((status.process.pid, status.components.subcomponents.len()), (7, 1));
    }

    #[test]
    fn what_is_no_status_is_told_apart_with_what_was_asked() {
        let root = |address: &str| address.strip_suffix("/memory").unwrap().to_owned();
        for (status, body, expected) in [
            (
                "200 OK",
                "{}",
                "answers something else, JSON in which missing field `format` at line 1 column 2; is it \
                              where the program has mounted the routes of `api_handler`?",
            ),
            (
                "200 OK",
                " <!doctype html>",
                "answers something else, a page for browsers; is it where the program has mounted the \
                                            routes of `api_handler`?",
            ),
            (
                "200 OK",
                "",
                "answers something else, nothing; is it where the program has mounted the routes of `api_handler`?",
            ),
            (
                "200 OK",
                "# HELP x",
                "answers something else, which is no JSON; is it where the program has mounted the routes of \
                                    `api_handler`?",
            ),
            (
                "404 Not Found",
                "",
                "is not there (404): a program answers, but not with the routes of `api_handler`; write the \
                                   path they are mounted at, such as ROOT/memory",
            ),
            (
                "401 Unauthorized",
                "",
                "wants to know who asks (401): something stands in front of the program; ask on its machine",
            ),
            (
                "503 Service Unavailable",
                "too many at once\nsorry",
                "answers with the status 503: too many at once",
            ),
            ("302 Found\r\nlocation: /login", "", "sends on to /login; ask there if that is the program"),
            (
                "200 OK\r\ncontent-encoding: gzip",
                "?",
                "is encoded as gzip, which was not asked for; ask the program itself, \
                                                       without a proxy",
            ),
        ] {
            let (address, _) = answering(status, body);
            let error = Address::parse(&address).unwrap().status().unwrap_err();
            let expected = expected.replace("ROOT", &root(&address));
            assert_eq!(error.to_string(), format!("{address}/status.json {expected}"));
            assert!(!error.may_pass(), "{error}");
        }
        let (address, _) = saying(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\xff\xff".to_vec());
        let error = Address::parse(&address).unwrap().status().unwrap_err().to_string();
        assert!(
            error.contains("/status.json answers something else, which is no text; is it where"),
            "{error}"
        );
        for cut in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"] {
            let (address, _) = saying(cut.as_bytes().to_vec());
            let error = Address::parse(&address).unwrap().status().unwrap_err();
            assert!(matches!(error.wrong, Wrong::Ended) && error.may_pass(), "{error}");
        }
        let (address, _) = saying(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec());
        let error = Address::parse(&address).unwrap().snapshot().unwrap_err().to_string();
        assert!(error.starts_with(&format!("{address}/snapshot.json does not speak HTTP: ")), "{error}");
    }

    #[test]
    fn who_is_not_there_may_come_back() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let error = Address::parse(&address).unwrap().status().unwrap_err();
        assert!(error.may_pass());
        let (said, asks) = (error.to_string(), "; is the program running, and does it listen there?");
        assert!(said.starts_with(&format!("http://{address}/status.json cannot be asked: ")), "{said}");
        assert!(said.ends_with(asks), "{said}");
    }

    #[test]
    fn who_says_nothing_is_not_waited_for_for_ever() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let silent = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // Until nobody waits any more.
            stream.read_to_end(&mut Vec::new()).map(drop)
        });
        let asked = Address::parse(&address).unwrap().ask("status.json", Duration::from_millis(50));
        let error = asked.unwrap_err();
        assert!(matches!(error.wrong, Wrong::Slow(0)) && error.may_pass(), "{error:?}");
        let _ = silent.join().unwrap();
    }

    #[test]
    fn an_address_is_what_is_at_hand() {
        for text in [
            "127.0.0.1:80/memory",
            "http://127.0.0.1:80/memory/",
            "127.0.0.1:80/memory/dashboard",
            "HTTP://127.0.0.1:80/memory/status.json",
            "http://127.0.0.1:80/memory/dashboard/?since=5#cache",
        ] {
            assert_eq!(Address::parse(text), Ok(Address("http://127.0.0.1:80/memory".to_owned())), "{text}");
        }
        for text in ["localhost:8080", "[::1]:8080", "http://[::1]/"] {
            assert!(Address::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "http://",
            "https://127.0.0.1",
            "a b",
            "8080",
            ":8080",
            "/memory",
            "ftp://a",
            "localhost:99999",
            "localhost:",
            "[::1",
            "localhost:a/memory",
            "HTTPS://a",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
