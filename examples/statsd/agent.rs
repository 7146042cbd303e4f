//! The components together.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle};

use crate::admission::Admitted;
use crate::aggregator::{Aggregator, SharedStore};
use crate::destination::Destination;
use crate::listen::ListenError;
use crate::source::Source;
use crate::telemetry::Telemetry;

/// A whole agent, listening and not yet running.
#[derive(Debug)]
pub(crate) struct Agent {
    source: Source,
    aggregator: Aggregator,
    destination: Destination,
    telemetry: Arc<Telemetry>,
}

impl Agent {
    /// Builds each component from its part of the configuration.
    pub(crate) fn build(admitted: &Admitted) -> Result<Self, ListenError> {
        let configuration = admitted.configuration();
        let telemetry = Arc::new(Telemetry::default());
        let (source, packets) = Source::build(&configuration.source, Arc::clone(&telemetry))?;
        let aggregator = Aggregator::build(&configuration.aggregator, packets, Arc::clone(&telemetry));
        let destination = Destination::build(
            &configuration.destination,
            aggregator.store(),
            aggregator.flushes(),
            Arc::clone(&telemetry),
        )?;
        Ok(Self { source, aggregator, destination, telemetry })
    }

    pub(crate) fn statsd_address(&self) -> io::Result<SocketAddr> {
        self.source.address()
    }

    pub(crate) fn http_address(&self) -> io::Result<SocketAddr> {
        self.destination.address()
    }

    pub(crate) fn telemetry(&self) -> Arc<Telemetry> {
        Arc::clone(&self.telemetry)
    }

    pub(crate) fn store(&self) -> SharedStore {
        self.aggregator.store()
    }

    /// Runs until `stop` resolves. Then the source stops first, the aggregator when it has taken the last packet, and the
    /// destination when it has shown the last flush.
    pub(crate) async fn run(self, stop: impl Future<Output = ()>) -> Result<(), ComponentError> {
        let (stop_source, stopped) = oneshot::channel();
        let source = tokio::spawn(self.source.run(stopped));
        let aggregator = tokio::spawn(self.aggregator.run());
        let destination = tokio::spawn(self.destination.run());
        let all = async {
            tokio::try_join!(
                ended("source", source),
                ended("aggregator", aggregator),
                ended("destination", destination)
            )
        };
        tokio::pin!(all);
        tokio::select! {
            result = &mut all => return result.map(|_| ()),
            () = stop => drop(stop_source),
        }
        all.await.map(|_| ())
    }
}

/// A component that broke down.
#[derive(Debug, thiserror::Error)]
#[error("the {component} broke down; please report this with the lines above")]
pub(crate) struct ComponentError {
    component: &'static str,
    source: JoinError,
}

async fn ended(component: &'static str, task: JoinHandle<()>) -> Result<(), ComponentError> {
    task.await.map_err(|source| ComponentError { component, source })
}
