//! Packets of every kind, good and bad.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::Instant;

/// From one burst to the next.
const PAUSE: Duration = Duration::from_millis(10);

/// Bursts after which the same contexts are sent again.
const BURSTS: u32 = 300;

/// Contexts sent beyond the limit, so that the limit shows.
const CONTEXTS_BEYOND: usize = 200;

/// The most lines of one burst that start new contexts: a limit of millions is not worth filling in a demonstration.
const MOST_SESSIONS: usize = 200;

/// Lines to a packet, which then fits into one Ethernet frame.
const LINES_PER_PACKET: usize = 20;

/// What to send, and where.
#[derive(Debug)]
pub(super) struct Traffic {
    address: SocketAddr,
    sessions_per_burst: usize,
}

impl Traffic {
    pub(super) fn new(address: SocketAddr, context_limit: usize) -> Self {
        let bursts = usize::try_from(BURSTS).unwrap_or(usize::MAX);
        let sessions = context_limit.saturating_add(CONTEXTS_BEYOND).div_ceil(bursts);
        Self { address, sessions_per_burst: sessions.min(MOST_SESSIONS) }
    }

    pub(super) async fn send(&self, time: Duration) -> io::Result<()> {
        let local: SocketAddr = match self.address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(local).await?;
        socket.connect(self.address).await?;
        let mut ticks = tokio::time::interval(PAUSE);
        let end = Instant::now() + time;
        let mut session = 0_usize;
        for burst in (0..BURSTS).cycle() {
            if Instant::now() >= end {
                break;
            }
            if burst == 0 {
                session = 0;
            }
            ticks.tick().await;
            socket.send(mixed_packet(burst).as_bytes()).await?;
            let end = session.saturating_add(self.sessions_per_burst);
            while session < end {
                let next = end.min(session.saturating_add(LINES_PER_PACKET));
                socket.send(session_packet(session, next).as_bytes()).await?;
                session = next;
            }
        }
        Ok(())
    }
}

/// One line of every kind, and some that are wrong.
fn mixed_packet(burst: u32) -> String {
    let shard = burst % 4;
    let user = burst % 50;
    format!(
        "demo.requests:1|c|#shard:{shard},env:demo\n\
         demo.requests.sampled:1|c|@0.1\n\
         demo.queue.depth:{burst}|g\n\
         demo.queue.depth:-1|g\n\
         demo.latency:{burst}:{user}|ms|#shard:{shard}\n\
         demo.size:{burst}.5|h\n\
         demo.size:{user}|d|@0.5\n\
         demo.users:user-{user}|s\n\
         demo.broken:not-a-number|c\n\
         demo.broken:1|unknown\n\
         _e{{4,4}}:demo|text\n"
    )
}

/// A context of its own for each session.
fn session_packet(first: usize, end: usize) -> String {
    let mut packet = String::new();
    for session in first..end {
        packet.push_str("demo.session:1|c|#session:");
        packet.push_str(&session.to_string());
        packet.push('\n');
    }
    packet
}
