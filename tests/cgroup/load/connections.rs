//! Work that comes over many connections at once.

use std::net::{Ipv4Addr, SocketAddr};
use std::thread::{self, JoinHandle};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use super::Producer;

/// What the kernel keeps for a connection is the group's memory too. Left to itself it would be megabytes for each.
const SOCKET_BUFFER_BYTES: u32 = 16 * 1024;

/// How many clients may be connecting at once.
const BACKLOG: u32 = 1024;

/// What a client sends at once.
const CHUNK: [u8; 16 * 1024] = [1; 16 * 1024];

/// A listener on a port of its own; needs a runtime.
pub(super) fn listen() -> TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(SOCKET_BUFFER_BYTES).unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    socket.listen(BACKLOG).unwrap()
}

/// Accepts connections; each is a producer.
pub(super) async fn serve(listener: TcpListener, producer: Producer) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(receive(stream, producer.clone()));
    }
}

async fn receive(mut stream: TcpStream, producer: Producer) {
    while !producer.meter.is_over() {
        let mut block = producer.block().await;
        if stream.read_exact(&mut block).await.is_err() {
            return;
        }
        producer.enqueue(block);
    }
}

/// Sends all it can over `connections` connections until the other side is gone.
pub(super) fn send(address: SocketAddr, connections: usize) -> JoinHandle<()> {
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut clients: JoinSet<()> = (0..connections).map(|_| client(address)).collect();
            while clients.join_next().await.is_some() {}
        });
    })
}

async fn client(address: SocketAddr) {
    let Ok(mut stream) = TcpStream::connect(address).await else { return };
    while stream.write_all(&CHUNK).await.is_ok() {}
}
