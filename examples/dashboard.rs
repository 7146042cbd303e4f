//! Run with `cargo run --release --example dashboard`, and open <http://127.0.0.1:8089/memory/dashboard> in a browser.
//!
//! A made-up service whose load comes and goes: a cache that fills, a queue that now and then holds more than it declares, a part that declares
//! nothing, and callers that reserve memory and have to wait at the height of it. All of it is served below `/memory`, on a loopback address.

use std::error::Error;
use std::f64::consts::TAU;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use axum::Router;
use clap::Parser;
use memory_accounting::allocator::{AllocationGroupToken, TrackingAllocator};
use memory_accounting::{ComponentLimiter, ComponentRegistry, MemoryBounds, Startup, StartupSettings};
use tokio::net::TcpListener;
use tokio::time::{interval, sleep, timeout};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);

/// A service to look at.
#[derive(Parser)]
struct Arguments {
    /// Where to listen, on the loopback address.
    #[arg(long, default_value_t = 8089)]
    port: u16,
    /// What the service may use.
    #[arg(long, default_value = "48MiB")]
    limit: String,
    /// Ends after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// How many entries the cache may have.
    #[arg(long, default_value_t = 16_000)]
    entries: usize,
}

const MIB: usize = 1024 * 1024;

#[derive(MemoryBounds)]
#[bounds(settings)]
struct Receiver {
    #[bounds(bytes = "buffers * BUFFER", minimum, name = "buffers")]
    buffers: usize,
}
const BUFFER: usize = 64 * 1024;

#[derive(MemoryBounds)]
#[bounds(settings)]
struct Cache {
    #[bounds(bytes = "entries * 1 KiB", name = "entries")]
    entries: usize,
}

#[derive(MemoryBounds)]
#[bounds(settings)]
struct Queue {
    #[bounds(bytes = "capacity * 4 KiB", name = "events")]
    capacity: usize,
}

/// What one part of the service holds, in blocks of a buffer's size.
struct Part {
    token: AllocationGroupToken,
    blocks: Vec<Vec<u8>>,
    least: usize,
    most: usize,
    period: f64,
}

impl Part {
    fn new(token: AllocationGroupToken, [least, most]: [usize; 2], period: f64) -> Self {
        Self { token, blocks: Vec::with_capacity(most / BUFFER), least, most, period }
    }

    /// Holds what it holds at this time: between the least and the most, up and down.
    fn follow(&mut self, seconds: f64) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
        let height = (500.0 - 500.0 * (seconds * TAU / self.period).cos()) as usize;
        let wanted = (self.least + (self.most - self.least) * height / 1000) / BUFFER;
        self.token.scope(|| self.blocks.resize_with(wanted, || vec![1; BUFFER]));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { port, limit, seconds, entries } = Arguments::parse();
    let registry = ComponentRegistry::default();
    let receiver = registry.register("ingest.receiver", &Receiver { buffers: 64 });
    let queue = registry.register("ingest.queue", &Queue { capacity: 1500 });
    let cache = registry.register("store.cache", &Cache { entries });
    let export = registry.register("export.queue", &Queue { capacity: 800 });
    let plugin = registry.get_or_create("plugin");
    let settings: StartupSettings =
        serde_json::from_str(&format!(r#"{{ "limit": "{limit}", "mode": "permissive" }}"#))?;
    let started = Startup::new(settings).with_limit_setting("--limit").begin(&registry)?;

    let mut parts = [
        Part::new(receiver.token(), [4 * MIB, 4 * MIB], 1.0),
        Part::new(queue.token(), [MIB, 5 * MIB], 23.0),
        Part::new(cache.token(), [6 * MIB, 15 * MIB], 61.0),
        Part::new(export.token(), [2 * MIB, 5 * MIB], 41.0),
        Part::new(plugin.token(), [MIB, MIB], 1.0),
        Part::new(AllocationGroupToken::root(), [2 * MIB, 2 * MIB], 1.0),
    ];
    let requests = started.limiter().component(&queue).start()?;
    tokio::spawn(async move {
        let (since, mut ticks) = (Instant::now(), interval(Duration::from_millis(50)));
        loop {
            ticks.tick().await;
            let seconds = since.elapsed().as_secs_f64();
            for part in &mut parts {
                part.follow(seconds);
            }
            tokio::spawn(request(requests.clone()));
        }
    });

    let app =
        Router::new().nest_service("/memory", registry.api_handler().with_started(&started).into_router());
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    println!("{started}\n\nhttp://{}/memory/dashboard", listener.local_addr()?);
    let end = async {
        match seconds {
            Some(seconds) => sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        () = end => {}
    }
    Ok(())
}

/// Takes a while, and memory that has to be there first.
async fn request(limiter: ComponentLimiter) {
    if let Ok(Ok(_reserved)) = timeout(Duration::from_millis(200), limiter.reserve(256 * 1024)).await {
        sleep(Duration::from_millis(400)).await;
    }
}
