//! The components together.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use memory_accounting::HookRegistration;
use memory_accounting::allocator::{Track, Tracked};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle};

use crate::aggregator::{Aggregator, SharedStore};
use crate::components::Components;
use crate::configuration::Configuration;
use crate::destination::Destination;
use crate::listen::ListenError;
use crate::source::{ReceiveBuffer, SharedTerms, Source};
use crate::telemetry::Telemetry;

/// A whole agent, listening and not yet running.
#[derive(Debug)]
pub(crate) struct Agent {
    source: Tracked<Source>,
    aggregator: Tracked<Aggregator>,
    destination: Tracked<Destination>,
    telemetry: Arc<Telemetry>,
    /// Has the aggregator forget contexts when memory is scarce; `None` where the system refuses it a thread.
    shedding: Option<HookRegistration>,
    /// Runs what receives and aggregates. Whoever runs the agent runs the rest.
    receiving: Handle,
}

impl Agent {
    /// Builds each component from its part of the configuration, and under its token.
    pub(crate) fn build(
        configuration: &Configuration,
        components: &Components,
        receiving: &Handle,
    ) -> Result<Self, ListenError> {
        let telemetry = Arc::new(Telemetry::of(components));
        let shared = || Arc::clone(&telemetry);
        let (source, packets) = components.source.scope(|| {
            let _entered = receiving.enter();
            let intake = components.intake(configuration.aggregator.line_bytes());
            Source::build(&configuration.source, intake, shared())
        })?;
        let aggregator =
            components.aggregator.scope(|| Aggregator::build(&configuration.aggregator, packets, shared()));
        let (store, flushes) = (aggregator.store(), aggregator.flushes());
        let shedding = store.shedding(components.aggregator, shared());
        let shedding = components.limiter().on_reclaim(shedding).ok();
        let destination = components.destination.scope(|| {
            Destination::build(
                &configuration.destination,
                components.limiter().clone(),
                components.reports(),
                store,
                flushes,
                shared(),
            )
        })?;
        Ok(Self {
            source: source.track_allocations(components.source),
            aggregator: aggregator.track_allocations(components.aggregator),
            destination: destination.track_allocations(components.destination),
            telemetry,
            shedding,
            receiving: receiving.clone(),
        })
    }

    pub(crate) fn statsd_address(&self) -> io::Result<SocketAddr> {
        self.source.inner().address()
    }

    pub(crate) fn terms(&self) -> SharedTerms {
        self.source.inner().terms()
    }

    pub(crate) fn receive_buffer(&self) -> io::Result<ReceiveBuffer> {
        self.source.inner().receive_buffer()
    }

    pub(crate) fn http_address(&self) -> io::Result<SocketAddr> {
        self.destination.inner().address()
    }

    pub(crate) fn telemetry(&self) -> Arc<Telemetry> {
        Arc::clone(&self.telemetry)
    }

    pub(crate) fn store(&self) -> SharedStore {
        self.aggregator.inner().store()
    }

    /// Runs until `stop` resolves. Then the source stops first, the aggregator when it has taken the last packet, and the
    /// destination when it has shown the last flush.
    pub(crate) async fn run(self, stop: impl Future<Output = ()>) -> Result<(), ComponentError> {
        let _shedding = self.shedding;
        let (stop_source, stopped) = oneshot::channel();
        let source = spawn(&self.receiving, self.source, |source| source.run(stopped));
        let aggregator = spawn(&self.receiving, self.aggregator, Aggregator::run);
        let destination = spawn(&Handle::current(), self.destination, Destination::run);
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

/// Runs a component under its token. The task itself is the component's, too.
fn spawn<C, R>(runtime: &Handle, component: Tracked<C>, run: impl FnOnce(C) -> R) -> JoinHandle<()>
where
    R: Future<Output = ()> + Send + 'static,
{
    let (token, component) = component.into_parts();
    token.scope(|| runtime.spawn(run(component).track_allocations(token)))
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
