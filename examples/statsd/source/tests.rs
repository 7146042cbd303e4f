use std::net::{Ipv4Addr, UdpSocket as Sender};

use memory_accounting::allocator::{AllocationGroupToken, Track};
use memory_accounting::testing::assert_within_bounds_async;

use super::*;
use crate::configuration::Within;

const BUFFERS: usize = 32;
const BYTES: usize = 2_000;

/// Takes as many packets as there are buffers, then gives all of them back, again and again, beside packets that are too
/// long.
async fn flood(address: SocketAddr, packets: Receiver<Packet>) {
    let client = Sender::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for _ in 0..4 {
        let mut held = Vec::new();
        for _ in 0..BUFFERS {
            client.send_to(&[b'x'; BYTES + 1], address).unwrap();
            client.send_to(&[b'x'; BYTES], address).unwrap();
            held.push(packets.recv().await.unwrap());
        }
        // Nobody can take it before a buffer is free.
        client.send_to(b"one more", address).unwrap();
        assert!(packets.is_empty());
        for packet in held {
            packet.take_in(|bytes| assert_eq!(bytes.len(), BYTES));
        }
        packets.recv().await.unwrap().take_in(|bytes| assert_eq!(bytes, b"one more"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_source_is_held_to_its_bounds_when_every_buffer_is_on_loan() {
    let configuration = SourceConfiguration {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into(),
        max_packet_bytes: Within::of::<BYTES>(),
        packet_buffers: Within::of::<BUFFERS>(),
        receive_buffer_bytes: None,
    };
    let telemetry = Arc::new(Telemetry::default());
    let intake = AllocationGroupToken::root().scope(Intake::unlimited);
    let report = assert_within_bounds_async(&configuration, |_| async {
        let (source, packets) = Source::build(&configuration, intake, Arc::clone(&telemetry)).unwrap();
        let address = source.address().unwrap();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(source.run(stopped).in_current_allocation_group());
        // The packets go to another component.
        flood(address, packets).track_allocations(AllocationGroupToken::root()).await;
        drop(stop);
        running.await.unwrap();
    })
    .await;
    assert_eq!(telemetry.oversized_packets.get(), 4 * u64::try_from(BUFFERS).unwrap());
    assert!(report.headroom_percent() <= 50.0, "{report}");
}
