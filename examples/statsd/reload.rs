//! Reading the configuration again while the agent runs: declared anew, verified with all the rest, and only then swapped. What cannot
//! be is told, and everything stays as it was.

use std::convert::Infallible;
use std::error::Error;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use memory_accounting::sizing::{self, LargestThatFits, SettingShare};
use memory_accounting::{ComponentBounds, Detection, Startup, StartupMode};

use crate::aggregator::SharedStore;
use crate::arguments::Arguments;
use crate::components::{Components, Terms};
use crate::configuration::{Change, Configuration};
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
                Ok(outcome) => console::log(format_args!("the configuration was read again; {outcome}")),
                Err(error) => {
                    let error = console::with_causes(&*error);
                    console::log(format_args!("the configuration stays as it was: {error}"));
                }
            }
        }
    }

    /// Everything that can be wrong is found before anything is changed.
    fn reload(&mut self) -> Result<Outcome, Box<dyn Error>> {
        if !self.arguments.have_file() {
            return Err("there is no file to read, as --config is not given".into());
        }
        let read = self.arguments.configuration()?;
        let next = Configuration { aggregator: read.aggregator.clone(), ..self.configuration.clone() };
        let (done, later) = (self.configuration.changes(&next), next.changes(&read));
        next.check_pieces()?;
        if !done.is_empty() {
            self.swap(&next).map_err(|error| self.explained(error, &next, &done))?;
        }
        let refused = if later.is_empty() { None } else { self.refusal_of(&read) };
        self.configuration = next;
        Ok(Outcome { done, later, refused })
    }

    /// Where the tables are made anew, those before and those after are there together for a moment. That is asked for first; then it is
    /// declared, or not; and what is left cannot fail: what is in the tables is moved.
    fn swap(&self, next: &Configuration) -> Result<(), Box<dyn Error>> {
        self.components.check(next)?;
        let limiter = self.components.limiter();
        let mut tables = if self.configuration.aggregator.keeps_tables(&next.aggregator) {
            // Never refused: it goes on where memory is scarce.
            limiter.exempt().try_reserve(0)?
        } else {
            limiter.try_reserve(next.aggregator.table_bytes())?
        };
        let Terms { limiter, firm_limit_bytes } = self.components.redeclare(&self.configuration, next)?;
        self.terms.set(limiter, firm_limit_bytes, next.aggregator.line_bytes());
        self.telemetry.redeclare(self.components);
        self.components.aggregator.scope(|| tables.scope(|| self.store.reconfigure(&next.aggregator)));
        Ok(())
    }

    /// Why a start with this configuration would be refused for its memory, where it would.
    fn refusal_of(&self, configuration: &Configuration) -> Option<String> {
        if let Err(error) = configuration.check_pieces() {
            return Some(error.to_string());
        }
        if configuration.memory.mode != StartupMode::Strict {
            return None;
        }
        let startup = Startup::new(configuration.memory.clone());
        let startup = startup.with_limit_setting(self.arguments.limit_setting(configuration));
        let startup = startup.with_detection(Detection::detect());
        let error = startup.check(&ComponentBounds::of(configuration)).err()?.to_string();
        // What follows is for a screen.
        error.lines().next().map(str::to_owned)
    }

    /// The error, and which of the changed settings would do with which value, where it is that all together does not fit.
    fn explained(&self, error: Box<dyn Error>, next: &Configuration, changes: &[Change]) -> Box<dyn Error> {
        let Some(grant) = self.components.grant() else { return error };
        let explanation = sizing::explain(&ComponentBounds::of(next), grant.effective_limit_bytes());
        if explanation.firm_limit_bytes.is_some_and(|bytes| bytes <= explanation.limit_bytes) {
            return error;
        }
        let mut explained = console::with_causes(&*error);
        for SettingShare { key, largest_that_fits, .. } in explanation.settings {
            if let (Some(change), LargestThatFits::AtMost(largest)) =
                (changes.iter().find(|change| change.key == key), largest_that_fits)
            {
                let _ = write!(explained, "; {change} would fit with at most {largest}");
            }
        }
        explained.into()
    }
}

/// What came of reading it again.
#[derive(Debug)]
struct Outcome {
    /// What has another value now.
    done: Vec<Change>,
    /// What cannot change while the agent runs.
    later: Vec<Change>,
    /// Why the next start would fail.
    refused: Option<String>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { done, later, refused } = self;
        if done.is_empty() && later.is_empty() {
            return formatter.write_str("nothing has changed");
        }
        write_changes(formatter, "in effect: ", done)?;
        if !done.is_empty() && !later.is_empty() {
            formatter.write_str("; ")?;
        }
        write_changes(formatter, "needs a restart: ", later)?;
        match refused {
            Some(error) => write!(formatter, ", which would be refused: {error}"),
            None => Ok(()),
        }
    }
}

fn write_changes(formatter: &mut fmt::Formatter<'_>, what: &str, changes: &[Change]) -> fmt::Result {
    let mut before = what;
    for change in changes {
        write!(formatter, "{before}{change}")?;
        before = ", ";
    }
    Ok(())
}
