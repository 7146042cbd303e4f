//! Builds the example agent, starts it, and talks to it as its clients do.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// Far longer than anything here takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program, built once for all tests.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["build", "--package", "memory-accounting-examples", "--example", "statsd"])
        .arg("--message-format=json")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the example does not build");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|message| message["target"]["name"] == "statsd")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .unwrap()
});

pub(crate) fn program() -> &'static Path {
    PROGRAM.as_path()
}

/// A running agent on ports of its own; killed when dropped.
pub(crate) struct Agent {
    child: Child,
    output: Receiver<String>,
    pub(crate) statsd: SocketAddr,
    pub(crate) http: SocketAddr,
}

impl Agent {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_by(command(arguments))
    }

    pub(crate) fn start_by(mut command: Command) -> Self {
        let mut child = command
            .args(["--statsd-addr", "127.0.0.1:0", "--http-addr", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = lines(child.stdout.take().unwrap());
        let mut agent = Self { child, output, statsd: ([0; 4], 0).into(), http: ([0; 4], 0).into() };
        agent.statsd = agent.address();
        agent.http = agent.address();
        agent
    }

    /// One whose output nobody reads any more once it runs, with that output.
    pub(crate) fn start_unread(arguments: &[&str]) -> (Self, impl Read + use<>) {
        let mut child = command(arguments)
            .args(["--statsd-addr", "127.0.0.1:0", "--http-addr", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, output) = mpsc::channel();
        let mut addresses = 0;
        while addresses < 2 {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            addresses += usize::from(line.starts_with("listening on "));
            sender.send(line).unwrap();
        }
        let mut agent = Self { child, output, statsd: ([0; 4], 0).into(), http: ([0; 4], 0).into() };
        agent.statsd = agent.address();
        agent.http = agent.address();
        (agent, stdout)
    }

    /// The address in the next line that has one.
    fn address(&self) -> SocketAddr {
        loop {
            if let Some(rest) = self.line().strip_prefix("listening on ") {
                return rest.split_whitespace().next().unwrap().parse().unwrap();
            }
        }
    }

    /// The next line of output.
    pub(crate) fn line(&self) -> String {
        self.output.recv_timeout(PATIENCE).unwrap()
    }

    pub(crate) fn send(&self, packet: &[u8]) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        assert_eq!(socket.send_to(packet, self.statsd).unwrap(), packet.len());
    }

    /// Head and body of the answer to a request for `path`.
    pub(crate) fn get(&self, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.http).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let body = if head.contains("transfer-encoding: chunked") { joined(body) } else { body.to_owned() };
        (head.to_owned(), body)
    }

    /// The first page of metrics that has all these lines.
    pub(crate) fn page_with(&self, expected: &[&str]) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let (_, page) = self.get("/metrics");
            let missing: Vec<_> =
                expected.iter().filter(|line| !page.lines().any(|written| written == **line)).collect();
            if missing.is_empty() {
                return page;
            }
            assert!(Instant::now() < deadline, "{missing:?} did not show up in\n{page}");
        }
    }

    /// Sends it a signal, such as `-HUP`.
    pub(crate) fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
    }

    /// Asks the agent to stop, as an init system does; the exit status and the rest of the output.
    pub(crate) fn terminate(mut self) -> (ExitStatus, Vec<String>) {
        self.signal("-TERM");
        let mut rest = Vec::new();
        while let Ok(line) = self.output.recv_timeout(PATIENCE) {
            rest.push(line);
        }
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The exit status, output and errors of an agent that ends by itself.
pub(crate) fn run(arguments: &[&str]) -> (ExitStatus, Vec<String>, Vec<String>) {
    run_by(command(arguments))
}

pub(crate) fn run_by(mut command: Command) -> (ExitStatus, Vec<String>, Vec<String>) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output = lines(child.stdout.take().unwrap());
    let errors = lines(child.stderr.take().unwrap());
    let deadline = Instant::now() + PATIENCE;
    let collect = |receiver: Receiver<String>| {
        let mut lines = Vec::new();
        while let Ok(line) = receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            lines.push(line);
        }
        lines
    };
    let (output, errors) = (collect(output), collect(errors));
    if Instant::now() >= deadline {
        let _ = child.kill();
    }
    (child.wait().unwrap(), output, errors)
}

/// What runs the agent.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments);
    command
}

/// A body that came in pieces, each behind its length.
fn joined(mut pieces: &str) -> String {
    let mut body = String::new();
    loop {
        let (length, rest) = pieces.split_once("\r\n").unwrap();
        let (piece, rest) = rest.split_at(usize::from_str_radix(length, 16).unwrap());
        if piece.is_empty() {
            return body;
        }
        body.push_str(piece);
        pieces = rest.strip_prefix("\r\n").unwrap();
    }
}

/// Reads lines as they come; the channel closes with the stream.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    receiver
}
