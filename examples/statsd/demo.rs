//! The agent's demonstration: real packets to itself for a few seconds, then what became of them.

mod traffic;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use memory_accounting::Detection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::agent::Agent;
use crate::aggregator::SharedStore;
use crate::components::Components;
use crate::configuration::Configuration;
use crate::console;
use crate::telemetry::Telemetry;

use traffic::Traffic;

/// How long a demonstration is that prints what became of it.
pub(crate) const SHORT: Duration = Duration::from_secs(3);

/// How long one is that somebody watches.
pub(crate) const WATCHED: Duration = Duration::from_secs(600);

/// The limit of a demonstration that is given none. Next to all the memory of a machine, nothing would be seen of it.
const LIMIT_BYTES: u64 = 32 << 20;

/// The same, unless the kernel has one that is to be shown.
pub(crate) fn limit_bytes() -> Option<u64> {
    Detection::detect().limit_bytes().is_none().then_some(LIMIT_BYTES)
}

/// Says what is about to happen, so that nobody takes for a fault what is meant to be seen.
pub(crate) fn announce(time: Duration) {
    console::say(format_args!("sending packets to itself for {} seconds, or until Ctrl-C:", time.as_secs()));
    console::say(format_args!(
        "  some lines are malformed, and more contexts than it keeps, so that the log has something to say"
    ));
}

/// Says, last of all, how to see more.
pub(crate) fn suggest() {
    console::settle();
    console::say(format_args!("next, try --limit 20MiB, which is refused with the settings that would fit"));
    console::say(format_args!("  or --dashboard, which goes on and shows it in a browser"));
}

/// Everything the demonstration needs of the agent it drives.
#[derive(Debug)]
pub(crate) struct Demo<'a> {
    traffic: Traffic,
    http_address: SocketAddr,
    store: SharedStore,
    telemetry: Arc<Telemetry>,
    components: &'a Components,
}

impl<'a> Demo<'a> {
    /// Sends to this agent, and more contexts than it keeps.
    pub(crate) fn new(
        agent: &Agent,
        configuration: &Configuration,
        components: &'a Components,
    ) -> io::Result<Self> {
        let context_limit = configuration.aggregator.context_limit.get();
        Ok(Self {
            traffic: Traffic::new(agent.statsd_address()?, context_limit),
            http_address: agent.http_address()?,
            store: agent.store(),
            telemetry: agent.telemetry(),
            components,
        })
    }

    /// Sends for so long, or until `stop` resolves, reads the metrics back, and reports while the agent still runs.
    pub(crate) async fn play(self, time: Duration, stop: impl Future<Output = ()>) {
        tokio::select! {
            sent = self.traffic.send(time) => {
                if let Err(error) = sent {
                    console::say(format_args!("the demonstration cannot send: {error}"));
                }
            }
            () = stop => {}
        }
        match page_length(self.http_address).await {
            Ok(bytes) => console::say(format_args!("GET /metrics answered {bytes} bytes")),
            Err(error) => console::say(format_args!("GET /metrics failed: {error}")),
        }
        console::settle();
        self.report();
    }

    fn report(&self) {
        let telemetry = &self.telemetry;
        console::say(format_args!(
            "received {} packets with {} lines, holding {} contexts",
            telemetry.packets.get(),
            telemetry.lines.get(),
            self.store.lock().len()
        ));
        for (reason, count) in telemetry.malformed.iter().filter(|(_, count)| *count > 0) {
            console::say(format_args!("malformed: {count} lines, {reason}"));
        }
        for (kind, count) in telemetry.unsupported.iter().filter(|(_, count)| *count > 0) {
            console::say(format_args!("unsupported: {count} lines, {kind}"));
        }
        for (reason, count) in telemetry.dropped.iter().filter(|(_, count)| *count > 0) {
            console::say(format_args!("dropped: {count} lines, {reason}"));
        }
        console::say(format_args!("{}", self.components.report()));
        match self.components.beyond_declaration().as_slice() {
            [] => console::say(format_args!("every component holds at most what it declared")),
            beyond => {
                console::say(format_args!(
                    "holding more than declared, please report: {}",
                    beyond.join(", ")
                ));
            }
        }
    }
}

/// Asks for the metrics as any client would; returns how long the answer is.
async fn page_length(address: SocketAddr) -> io::Result<u64> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: statsd\r\nConnection: close\r\n\r\n").await?;
    let mut buffer = [0; 4096];
    let mut total = 0_u64;
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Ok(total);
        }
        total = total.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
    }
}
