use std::net::Ipv4Addr;

use memory_accounting::allocator::{AllocationGroupToken, Track};
use memory_accounting::testing::{BoundsReport, assert_within_bounds_async};
use memory_accounting::{ComponentRegistry, MemoryGrant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::aggregator::{Sample, Store};
use crate::components::mounted;
use crate::configuration::{AggregatorConfiguration, Configuration, Within};
use crate::protocol::Line;
use crate::telemetry::Count;

const CONNECTIONS: usize = 8;

/// A store whose page takes many pieces.
fn store() -> SharedStore {
    let mut store = Store::new(&AggregatorConfiguration::default());
    for number in 0..2_000 {
        let line = format!("name{number}:1|ms");
        store.record(&Line::parse(line.as_bytes()).unwrap(), |reason| panic!("{reason}"));
    }
    SharedStore::new(store)
}

fn flush() -> Flush {
    Flush::read(0, Sample::default(), &Telemetry::default())
}

/// As many headers as are parsed, with names as long as fit: they are copied while the buffer they were read into is still
/// there.
fn longest_head(bytes: usize) -> String {
    const HEADERS: usize = 100;
    let start = "GET /metrics HTTP/1.1\r\n";
    let room = bytes.saturating_sub(start.len()).saturating_sub("\r\n".len());
    let name_bytes = (room / HEADERS).saturating_sub("x00:\r\n".len());
    let headers: Vec<String> =
        (0..HEADERS).map(|number| format!("x{number:02}{}:\r\n", "n".repeat(name_bytes))).collect();
    format!("{start}{}\r\n", headers.concat())
}

/// As many clients as are served at once, and one that waits. Each sends its head but for the last bytes, which follow
/// when all have come so far, and only then reads its page.
async fn flood(address: SocketAddr, head: &str) {
    let (start, end) = head.split_at(head.len() - 2);
    for _ in 0..3 {
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(start.as_bytes()).await.unwrap();
            clients.push(client);
        }
        let _waiting = TcpStream::connect(address).await.unwrap();
        for client in &mut clients {
            client.write_all(end.as_bytes()).await.unwrap();
        }
        for mut client in clients {
            let mut page = String::new();
            client.read_to_string(&mut page).await.unwrap();
            assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
        }
    }
}

async fn held(configuration: &DestinationConfiguration, head: &str) -> BoundsReport {
    let registry = ComponentRegistry::default();
    registry.register("", &Configuration::default());
    let (telemetry, store) = (Arc::new(Telemetry::default()), store());
    let (flushes, shown) = watch::channel(flush());
    let report = assert_within_bounds_async(configuration, |_| async {
        let (limiter, telemetry) = (MemoryLimiter::noop(), Arc::clone(&telemetry));
        let reports = mounted(registry.api_handler());
        let mut destination =
            Destination::build(configuration, limiter, reports, store, shown, telemetry).unwrap();
        // Here nobody is in the way of others.
        destination.places = Places::new(CONNECTIONS, Duration::from_secs(3_600));
        let address = destination.address().unwrap();
        let running = tokio::spawn(destination.run().in_current_allocation_group());
        // Clients are no part of the component.
        flood(address, head).track_allocations(AllocationGroupToken::root()).await;
        drop(flushes);
        running.await.unwrap();
    })
    .await;
    assert_eq!((telemetry.omitted_series.get(), telemetry.displaced_connections.get()), (0, 0));
    report
}

fn configuration() -> DestinationConfiguration {
    DestinationConfiguration {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into(),
        connection_limit: Within::of::<CONNECTIONS>(),
        ..DestinationConfiguration::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_destination_is_held_to_its_bounds_with_pages_in_use() {
    let configuration = configuration();
    let report = held(&configuration, "GET /metrics HTTP/1.1\r\n\r\n").await;
    assert!(report.headroom_percent() <= 50.0, "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_destination_is_held_to_its_bounds_with_reports_of_memory() {
    let configuration = configuration();
    held(&configuration, "GET /memory HTTP/1.1\r\n\r\n").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_destination_is_held_to_its_bounds_with_the_longest_requests() {
    for max_request_bytes in [8_192, 12_000, 16_384, 65_536] {
        let configuration = DestinationConfiguration {
            max_request_bytes: Within::try_from(max_request_bytes).unwrap(),
            ..configuration()
        };
        let report = held(&configuration, &longest_head(max_request_bytes)).await;
        assert!(report.headroom_percent() <= 50.0, "{report}");
    }
}

/// Connects and asks for the metrics, without taking the answer; there is little room for it on the way.
async fn ask(address: SocketAddr, request: &str) -> TcpStream {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut client = socket.connect(address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    client
}

#[tokio::test]
async fn clients_that_take_or_send_nothing_lose_their_places_to_others() {
    let request = "GET /metrics HTTP/1.1\r\n\r\n";
    for idle in [request, "", "GET /met"] {
        let (telemetry, store) = (Arc::new(Telemetry::default()), store());
        let (flushes, shown) = watch::channel(flush());
        let (configuration, limiter) = (configuration(), MemoryLimiter::noop());
        let shared = Arc::clone(&telemetry);
        let destination =
            Destination::build(&configuration, limiter, axum::Router::new(), store, shown, shared).unwrap();
        let address = destination.address().unwrap();
        let running = tokio::spawn(destination.run());
        let mut others = Vec::new();
        for _ in 0..8 * CONNECTIONS {
            others.push(ask(address, idle).await);
        }
        for _ in 0..4 {
            let mut page = String::new();
            ask(address, request).await.read_to_string(&mut page).await.unwrap();
            assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
            assert!(page.contains("name1999_count"), "the page is whole");
        }
        let counted = [&telemetry.busy, &telemetry.displaced_connections].map(Count::get);
        assert!(counted.iter().all(|times| *times > 0), "{counted:?}");
        drop(flushes);
        running.await.unwrap();
    }
}

/// What a limiter of 1,000,000 bytes promises at most: it holds callers back from there on.
const ROOM: u64 = 970_000;

/// Such a limiter, where so many bytes are in use.
fn limiter(used: u64) -> MemoryLimiter {
    let grant = MemoryGrant::effective(1_000_000).unwrap();
    MemoryLimiter::builder(grant).with_usage_source(move || Some(used)).start().unwrap()
}

#[tokio::test]
async fn a_client_for_which_there_is_no_memory_is_told_so() {
    let room = configuration().connection_bytes();
    for (used, answer) in [(ROOM - room, "HTTP/1.1 200 OK"), (ROOM + 1 - room, "HTTP/1.1 503 ")] {
        let (telemetry, store) = (Arc::new(Telemetry::default()), store());
        let (flushes, shown) = watch::channel(flush());
        let shared = Arc::clone(&telemetry);
        let destination =
            Destination::build(&configuration(), limiter(used), axum::Router::new(), store, shown, shared)
                .unwrap();
        let mut client = TcpStream::connect(destination.address().unwrap()).await.unwrap();
        let running = tokio::spawn(destination.run());
        for part in ["GET /metrics HTTP/1.1\r", "\n\r", "\n"] {
            client.write_all(part.as_bytes()).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut page = String::new();
        client.read_to_string(&mut page).await.unwrap();
        assert!(page.starts_with(answer), "{page}");
        assert_eq!(telemetry.refused_connections.get(), u64::from(answer.contains("503")));
        drop(flushes);
        running.await.unwrap();
    }
}
