//! Under which conditions a workload is measured, and how its runs become one number.

use std::time::{Duration, Instant};

use crate::groups::Groups;

/// Where a workload allocates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Inside of a group, where the allocator has groups.
    Group,
    /// Outside of all groups.
    Root,
}

/// Under which conditions a workload is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Where it allocates.
    pub scope: Scope,
    /// How long to go on measuring, in milliseconds; three runs are made in any case.
    pub milliseconds: u32,
    /// What the number of objects is divided by.
    pub divisor: u32,
}

/// What a program is asked to measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The name of the workload.
    pub workload: String,
    /// How to measure it.
    pub conditions: Conditions,
}

const FEWEST_RUNS: usize = 3;

/// How many times as long threads that get in each other's way are measured: their runs differ more.
const LONGER: u32 = 3;

impl Conditions {
    /// How many objects to use where `full` is how many there are at full scale.
    pub(crate) fn count(&self, full: u32) -> u32 {
        full.checked_div(self.divisor).unwrap_or(full).max(1)
    }

    /// The group to allocate in, if it is to be in one and the allocator has any.
    pub(crate) fn group<G: Groups>(&self) -> Option<G> {
        match self.scope {
            Scope::Group => G::register("measured"),
            Scope::Root => None,
        }
    }

    /// Nanoseconds of the fastest run: whatever else the machine did only ever made one slower.
    pub(crate) fn fastest(&self, run: impl FnMut() -> Duration) -> f64 {
        Self::runs(self.milliseconds, run).into_iter().fold(f64::INFINITY, f64::min)
    }

    /// Nanoseconds of the median run, for threads that get in each other's way: the fastest run is one in which they
    /// happened not to run at the same time.
    pub(crate) fn median(&self, run: impl FnMut() -> Duration) -> f64 {
        let mut runs = Self::runs(self.milliseconds.saturating_mul(LONGER), run);
        runs.sort_by(f64::total_cmp);
        runs.get(runs.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// Nanoseconds of each run, after one that warms up.
    fn runs(milliseconds: u32, mut run: impl FnMut() -> Duration) -> Vec<f64> {
        let _ = run();
        let start = Instant::now();
        let time = Duration::from_millis(u64::from(milliseconds));
        let mut runs = Vec::new();
        while runs.len() < FEWEST_RUNS || start.elapsed() < time {
            runs.push(nanoseconds(run()));
        }
        runs
    }
}

/// How long `work` takes.
pub(crate) fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

impl Request {
    /// The command line that [`parse`](Self::parse) reads.
    pub fn to_arguments(&self) -> [String; 4] {
        let Conditions { scope, milliseconds, divisor } = self.conditions;
        let scope = match scope {
            Scope::Group => "group",
            Scope::Root => "root",
        };
        [self.workload.clone(), scope.to_owned(), milliseconds.to_string(), divisor.to_string()]
    }

    /// Reads a command line.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let [workload, scope, milliseconds, divisor] = arguments else {
            return Err("expected WORKLOAD group|root MILLISECONDS DIVISOR".to_owned());
        };
        let scope = match scope.as_str() {
            "group" => Scope::Group,
            "root" => Scope::Root,
            other => return Err(format!("`{other}` is neither `group` nor `root`")),
        };
        let milliseconds = number(milliseconds)?;
        let divisor = number(divisor)?;
        Ok(Self { workload: workload.clone(), conditions: Conditions { scope, milliseconds, divisor } })
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|error| format!("`{text}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let conditions = Conditions { scope: Scope::Root, milliseconds: 60, divisor: 20 };
        let request = Request { workload: "pair_1".to_owned(), conditions };
        assert_eq!(Request::parse(&request.to_arguments()), Ok(request));
    }

    #[test]
    fn a_bad_request_says_what_is_wrong() {
        let arguments = ["pair_1", "roof", "60", "20"].map(str::to_owned);
        assert_eq!(Request::parse(&arguments), Err("`roof` is neither `group` nor `root`".to_owned()));
    }
}
