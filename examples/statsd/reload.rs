//! Reading the configuration again while the agent runs: declared anew, verified with all the rest, and only then swapped. What cannot
//! be is told, and everything stays as it was.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use crate::aggregator::SharedStore;
use crate::arguments::Arguments;
use crate::components::{Components, Terms};
use crate::configuration::Configuration;
use crate::console;
use crate::shutdown::Hangups;
use crate::source::SharedTerms;
use crate::telemetry::Telemetry;

/// What goes by the configuration and can be made to go by another.
#[derive(Debug)]
pub(crate) struct Reload<'a> {
    pub(crate) arguments: &'a Arguments,
    pub(crate) components: &'a Components,
    pub(crate) configuration: Configuration,
    pub(crate) store: SharedStore,
    pub(crate) terms: SharedTerms,
    pub(crate) telemetry: Arc<Telemetry>,
}

impl Reload<'_> {
    /// Reads it whenever somebody asks for that.
    pub(crate) async fn run(mut self, mut hangups: Hangups) -> Infallible {
        loop {
            hangups.next().await;
            match self.reload() {
                Ok(outcome) => console::log(format_args!("the configuration was read again: {outcome}")),
                Err(error) => {
                    let error = console::with_causes(&*error);
                    console::log(format_args!("the configuration stays as it was: {error}"));
                }
            }
        }
    }

    fn reload(&mut self) -> Result<&'static str, Box<dyn Error>> {
        let read = self.arguments.configuration()?;
        let next = Configuration { aggregator: read.aggregator.clone(), ..self.configuration.clone() };
        next.check_pieces()?;
        if next != self.configuration {
            self.swap(&next)?;
        }
        let outcome = match (next != self.configuration, read != next) {
            (true, false) => "[aggregator] goes by it now",
            (true, true) => {
                "[aggregator] goes by it now; what has changed in other parts does after the next start"
            }
            (false, true) => "what has changed is not in [aggregator], and needs a start",
            (false, false) => "nothing has changed",
        };
        self.configuration = next;
        Ok(outcome)
    }

    /// The tables are made anew, so those before and those after are there together for a moment. That is asked for; what is in them
    /// is moved.
    fn swap(&self, next: &Configuration) -> Result<(), Box<dyn Error>> {
        let Terms { limiter, firm_limit_bytes } = self.components.redeclare(next)?;
        let mut tables = match self.components.limiter().try_reserve(next.aggregator.table_bytes()) {
            Ok(tables) => tables,
            Err(error) => {
                self.components.redeclare(&self.configuration)?;
                return Err(error.into());
            }
        };
        self.terms.set(limiter, firm_limit_bytes, next.aggregator.line_bytes());
        self.telemetry.redeclare(self.components);
        self.components.aggregator.scope(|| tables.scope(|| self.store.lock().reconfigure(&next.aggregator)));
        Ok(())
    }
}
