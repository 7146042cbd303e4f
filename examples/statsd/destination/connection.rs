//! One HTTP connection. `axum::serve` would do, but for three things: it has no limit on what a connection buffers, none
//! on how long one lasts, and it starts tasks that do not belong to the component that listens.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use memory_accounting::Reservation;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::configuration::DestinationConfiguration;
use crate::telemetry::Telemetry;

use super::progress::{Progress, Watched};

/// How long a client may take over the head of its request. A scraper has it ready when it connects; who does not would
/// keep the others out for as long as a whole connection may last.
const HEAD_TIME: Duration = Duration::from_secs(1);

/// How long a client may take nothing of its answer. It has to wait for none.
const IDLE_TIME: Duration = Duration::from_secs(5);

/// What a client is told for which there is no memory.
const NO_MEMORY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// How the head of a request ends.
const HEAD_END: [u8; 4] = *b"\r\n\r\n";

/// Tells a client that there is no memory for its connection now. It takes a task and no buffers.
pub(super) async fn refuse(mut stream: TcpStream) {
    let answer = async move {
        // What of the request nobody has read when the connection is closed would take the answer with it.
        let mut last = [0; HEAD_END.len()];
        while last != HEAD_END {
            let mut part = [0; 256];
            let length = stream.read(&mut part).await?;
            if length == 0 {
                return Ok(());
            }
            for byte in part.iter().take(length) {
                last.rotate_left(1);
                last[HEAD_END.len() - 1] = *byte;
            }
        }
        stream.write_all(NO_MEMORY).await
    };
    let _ = tokio::time::timeout(HEAD_TIME, answer).await;
}

/// How much and how long a connection may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionLimits {
    max_buffered_bytes: usize,
    most_time: Duration,
}

impl ConnectionLimits {
    pub(super) fn new(configuration: &DestinationConfiguration) -> Self {
        let seconds = u64::try_from(configuration.connection_seconds.get()).unwrap_or(u64::MAX);
        Self {
            max_buffered_bytes: configuration.max_request_bytes.get(),
            most_time: Duration::from_secs(seconds),
        }
    }

    /// Answers one request, in the memory that was `promised`. What goes wrong is the client's to notice: there is nobody else to tell.
    pub(super) fn serve(
        self,
        stream: TcpStream,
        progress: Progress,
        router: axum::Router,
        mut promised: Reservation,
        telemetry: Arc<Telemetry>,
    ) -> impl Future<Output = ()> + Send + 'static {
        let connection = http1::Builder::new()
            // An idle client would keep others out.
            .keep_alive(false)
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_buf_size(self.max_buffered_bytes)
            .serve_connection(
                TokioIo::new(Watched { stream, progress: progress.clone() }),
                TowerToHyperService::new(router),
            );
        async move {
            let connection = promised.fill(connection);
            let is_in_time = tokio::select! {
                ended = connection => !ended.is_err_and(|error| error.is_timeout()),
                () = progress.stall(IDLE_TIME) => false,
                () = tokio::time::sleep(self.most_time) => false,
            };
            telemetry.timed_out_connections.add(u64::from(!is_in_time));
        }
    }
}
