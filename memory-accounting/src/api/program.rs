//! The program that is asked about, and what it answers.

use std::time::SystemTime;

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::json;

use super::detected::{Detected, DetectedNow};
use super::held::RunningExplanation;
use super::process::{Process, unix_milliseconds};
use super::question::{Answer, Question};
use super::status::{FORMAT, KnownLimit, Origin, Status};
use crate::bounds::ComponentBounds;
use crate::grant::MemoryGrant;
use crate::guide::Guide;
use crate::limiter::{LimiterState, MemoryLimiter};
use crate::registry::{ComponentRegistry, ComponentUsage, UnknownComponent};
use crate::report::MemoryReport;
use crate::sizing::{Explanation, explain};

/// What is asked about.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) registry: ComponentRegistry,
    pub(super) limiter: Option<MemoryLimiter>,
    pub(super) grant: Option<MemoryGrant>,
    pub(super) detection: Option<Detected>,
    pub(super) warnings: Vec<String>,
    pub(super) process: Process,
}

/// What `/snapshot.json` answers.
#[derive(Serialize)]
struct Snapshot<'a> {
    #[serde(flatten)]
    status: Status<'a>,
    bounds: ComponentBounds,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
}

impl Program {
    /// Reads what is asked for. That takes a walk through all components, and more.
    pub(super) fn answer(&self, question: &Question) -> Answer {
        match question {
            Question::StatusText => Answer::text(&self.status(self.report())),
            Question::StatusJson => Answer::json(StatusCode::OK, &self.status(self.report())),
            Question::Metrics => Answer::metrics(self.report().to_prometheus()),
            Question::Component(name) => self.component(name),
            Question::BoundsText => Answer::text(&self.registry.as_bounds()),
            Question::BoundsJson => Answer::json(StatusCode::OK, &self.registry.as_bounds()),
            Question::EntriesJson => Answer::json(StatusCode::OK, &self.registry.as_bounds().to_exprs()),
            Question::ExplanationText => self.explanation().map_or_else(no_limit, |it| Answer::text(&it)),
            Question::ExplanationJson => {
                self.explanation().map_or_else(no_limit, |it| Answer::json(StatusCode::OK, &it))
            }
            Question::Guide => Answer::html(self.guide()),
            Question::SnapshotJson => Answer::json(StatusCode::OK, &self.snapshot()),
        }
    }

    fn report(&self) -> MemoryReport {
        self.report_of(self.registry.usage())
    }

    fn report_of(&self, usage: ComponentUsage) -> MemoryReport {
        let mut report = MemoryReport::of_process(usage);
        if let Some(limiter) = &self.limiter {
            report = report.with_limiter(limiter);
        }
        if let Some(grant) = self.grant {
            report = report.with_grant(grant);
        }
        report
    }

    fn status(&self, report: MemoryReport) -> Status<'_> {
        let now = SystemTime::now();
        let detected = self.detection.as_ref().map(Detected::now);
        Status {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION"),
            read_unix_ms: unix_milliseconds(now),
            process: self.process.at(now),
            limit: self.limit(report.limiter(), detected.as_ref()),
            detected,
            warnings: &self.warnings,
            report,
        }
    }

    /// What everything has to fit: what a limiter goes by, what was granted or detected, else what memory there is.
    fn limit(&self, limiter: Option<&LimiterState>, detected: Option<&DetectedNow>) -> Option<KnownLimit> {
        let granted = || self.grant.map(|grant| KnownLimit::of(grant, Origin::Grant));
        let detected = || detected?.detection.grant().map(|it| KnownLimit::of(it, Origin::Detection));
        let physical = || MemoryGrant::physical().ok()?.map(|it| KnownLimit::of(it, Origin::PhysicalMemory));
        limiter.map(KnownLimit::of_limiter).or_else(granted).or_else(detected).or_else(physical)
    }

    fn explanation(&self) -> Option<RunningExplanation> {
        // Of one moment, as a snapshot is.
        let (usage, bounds) = self.registry.usage_and_bounds();
        let report = self.report_of(usage);
        let limit = self.limit(report.limiter(), self.detection.as_ref().map(Detected::now).as_ref())?;
        let explanation = explained(&bounds, limit);
        Some(RunningExplanation::new(explanation, &report, limit))
    }

    /// Begins with what was granted at the start, with its slop, else with what was detected.
    fn guide(&self) -> String {
        let bounds = self.registry.as_bounds();
        let grant = self.grant.or_else(|| self.detection.as_ref()?.now().detection.grant());
        grant.into_iter().fold(Guide::new(&bounds), Guide::with_grant).to_html()
    }

    fn snapshot(&self) -> Snapshot<'_> {
        // Of one moment, so that what is held beside what is declared is of the same components.
        let (usage, bounds) = self.registry.usage_and_bounds();
        let status = self.status(self.report_of(usage));
        let explanation = status.limit.map(|limit| explained(&bounds, limit));
        Snapshot { status, bounds, explanation }
    }

    fn component(&self, name: &str) -> Answer {
        match self.registry.find_by_full_name(name) {
            Ok(component) => Answer::json(StatusCode::OK, &component.usage()),
            Err(error) => unknown(error, &self.registry),
        }
    }
}

fn explained(bounds: &ComponentBounds, limit: KnownLimit) -> Explanation {
    explain(bounds, usize::try_from(limit.effective_bytes).unwrap_or(usize::MAX))
}

fn no_limit() -> Answer {
    let error = "no limit is known: give the handler one, such as by `with_started`";
    Answer::json(StatusCode::NOT_FOUND, &json!({ "error": error }))
}

fn unknown(mut error: UnknownComponent, registry: &ComponentRegistry) -> Answer {
    // The component that is reported on can be asked for as well.
    error.known.insert(0, registry.full_name());
    let body = json!({ "error": error.to_string(), "name": error.name, "known": error.nearest() });
    Answer::json(StatusCode::NOT_FOUND, &body)
}
