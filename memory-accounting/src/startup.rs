//! What every service does once when it starts: find its limit, prove that what is declared fits, and begin to limit.

mod check;
mod error;
mod mode;
mod settings;
mod started;
mod target;
mod watch;

pub use self::check::Checked;
pub use self::error::{Refusal, StartupError};
pub use self::mode::{StartupMode, UnknownMode};
pub use self::settings::StartupSettings;
pub use self::started::Started;
pub use self::watch::{LimitChange, LimitWatch};

use self::target::Target;
use crate::allocator::AllocationGroupRegistry;
use crate::bounds::{ComponentBounds, could_not_be_read, full_name};
use crate::expr::Escaped;
use crate::grant::{Detection, Detector};
use crate::limiter::{LimiterError, LimiterMode, MemoryLimiter, MemoryLimiterBuilder};
use crate::registry::ComponentRegistry;
use crate::sizing;
use crate::verifier::{InvalidReason, VerifiedBounds, VerifierError};

/// The five steps of a start: settings, detection, verification, limiter, and what to print.
///
/// ```
/// use memory_accounting::{ComponentRegistry, Startup, StartupSettings};
///
/// let settings: StartupSettings = serde_json::from_str(r#"{ "limit": "256MiB", "slop_factor": 0.2 }"#)?;
/// let registry = ComponentRegistry::default();
/// registry.get_or_create("source").bounds_builder().minimum().with_fixed_amount("buffer", 8192);
///
/// let started = Startup::new(settings).with_limit_setting("--limit").begin(&registry)?;
/// println!("{started}");
/// assert!(started.limiter().check().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # The limit
///
/// That of the settings, else the one that is [detected](Detection), else the physical memory. A limit in the settings that is above the
/// detected one would let the process grow until the kernel kills it, so it is refused; see [`StartupMode`] for what is done else.
///
/// # Modes
///
/// [`StartupMode`] says what becomes of a service that may not fit, and whether callers are held back.
#[derive(Debug)]
#[must_use = "nothing is done before `begin`"]
pub struct Startup {
    settings: StartupSettings,
    detection: Option<Detection>,
    limit_setting: String,
}

impl Startup {
    /// The start of a service with these settings, in this process.
    pub fn new(settings: StartupSettings) -> Self {
        Self { settings, detection: None, limit_setting: "limit".to_owned() }
    }

    /// Goes by another detection, such as one of another machine's files. The limiter and the [watch](Started::watch) go by it as well, and look
    /// where it has looked.
    pub fn with_detection(self, detection: Detection) -> Self {
        Self { detection: Some(detection), ..self }
    }

    /// How the operator calls the setting of the limit, such as `--limit`: `limit` unless this says otherwise.
    pub fn with_limit_setting(self, name: impl Into<String>) -> Self {
        Self { limit_setting: name.into(), ..self }
    }

    /// Does it, for what `registry` declares by now.
    ///
    /// # Errors
    ///
    /// See [`StartupError`]. In [`StartupMode::Permissive`] and [`StartupMode::Observe`] most of it is a
    /// [warning](Started::warnings) instead.
    pub fn begin(self, registry: &ComponentRegistry) -> Result<Started, StartupError> {
        let Self { settings, detection, limit_setting } = self;
        let detection = detection.unwrap_or_else(Detection::detect);
        if settings.mode == StartupMode::Off {
            if settings.limit_bytes.is_some() {
                return Err(StartupError::LimitWhileOff { limit_setting });
            }
            return Ok(Started::off(settings, detection));
        }
        if settings.limiter.mode == LimiterMode::Off {
            return Err(StartupError::LimiterOff { mode: settings.mode });
        }
        let mut warnings = Vec::new();
        let mut tolerate = |error: StartupError| {
            if settings.mode == StartupMode::Strict {
                return Err(error);
            }
            warnings.push(error::with_causes(&error));
            Ok(())
        };
        let (target, above_detected) = Target::of(&settings, &detection, &limit_setting)?;
        if let Some(error) = above_detected {
            tolerate(error)?;
        }
        let verified = match verify(registry, &target, &settings, &detection) {
            Ok(verified) => Some(verified),
            Err(error) => {
                tolerate(error)?;
                None
            }
        };
        let detector = Detector::new(detection.clone());
        let limiter = || limiter(&settings, &target, verified.as_ref()).with_detector(detector.clone());
        let limiter = match limiter().start() {
            Ok(limiter) => limiter,
            Err(error) => {
                let is_above = matches!(error, LimiterError::BelowUsageAtRest { .. });
                tolerate(StartupError::Limiter(error))?;
                match is_above.then(|| limiter().even_above_limit().start()) {
                    Some(Ok(limiter)) => limiter,
                    _ => MemoryLimiter::noop(),
                }
            }
        };
        warnings.extend(match &verified {
            Some(verified) => unread(verified.bounds()),
            None => unread(&registry.as_bounds()),
        });
        warnings.extend(target.uncertainty(&detection));
        if !AllocationGroupRegistry::allocator_installed() {
            warnings.push(
                "`TrackingAllocator` is not the global allocator, so the limiter sees memory only once it is resident, up to a quarter of a \
                 second late: fast allocations may pass the limit"
                    .to_owned(),
            );
        }
        if target.grant.effective_limit_bytes() == target.grant.initial_limit_bytes() {
            warnings.push(
                "nothing of the limit is set aside for what no component declares, such as code, stacks and fragmentation, so there \
                 is no room to hold anybody back in; set `slop_factor`, such as 0.15"
                    .to_owned(),
            );
        }
        let found = Some((target, detector));
        Ok(Started { settings, detection, found, verified, limiter, warnings, limit_setting })
    }
}

/// What is said of parts of which nothing could be declared, so that what was proved is not about them.
fn unread(bounds: &ComponentBounds) -> Vec<String> {
    let mut warnings = Vec::new();
    bounds.visit(&mut |path, bounds| {
        for skipped in bounds.skipped().iter().filter(|skipped| could_not_be_read(skipped)) {
            warnings.push(format!(
                "a {} in what `{}` declares counts nothing: {}; declare it before anything else uses it",
                Escaped(skipped.name()),
                full_name(path),
                Escaped(skipped.reason())
            ));
        }
    });
    warnings
}

/// Proves that what is declared fits.
fn verify(
    registry: &ComponentRegistry,
    target: &Target,
    settings: &StartupSettings,
    detection: &Detection,
) -> Result<VerifiedBounds, StartupError> {
    let refused = |error| refusal(error, &registry.as_bounds(), target, settings, detection);
    registry.verify_bounds(target.grant).map_err(refused)
}

/// What is said of bounds of which verification said `error`.
fn refusal(
    error: VerifierError,
    bounds: &ComponentBounds,
    target: &Target,
    settings: &StartupSettings,
    detection: &Detection,
) -> StartupError {
    let explanation = sizing::explain(bounds, target.grant.effective_limit_bytes());
    let is_well_declared = is_well_declared(&error);
    let enough_bytes = explanation.firm_limit_bytes.filter(|_| is_well_declared);
    let enough_bytes = enough_bytes.and_then(|bytes| settings.limit_for(bytes));
    StartupError::DoesNotFit(Box::new(Refusal {
        limit: target.to_string(),
        advice: if is_well_declared {
            target.advice(enough_bytes, &explanation, detection)
        } else {
            "no limit is enough for a declaration that is wrong; correct it in the program".to_owned()
        },
        enough_bytes,
        error,
        explanation,
    }))
}

/// Whether an operator can do something about it, and not only who wrote the program.
fn is_well_declared(error: &VerifierError) -> bool {
    let is_size = |reason: &InvalidReason| {
        matches!(
            reason,
            InvalidReason::Unlimited { .. }
                | InvalidReason::Overflow { .. }
                | InvalidReason::OverflowTogether
        )
    };
    error.invalid_components().all(|(_, reason)| is_size(reason))
}

fn limiter(
    settings: &StartupSettings,
    target: &Target,
    verified: Option<&VerifiedBounds>,
) -> MemoryLimiterBuilder {
    let mut limiter_settings = settings.limiter.clone();
    if settings.mode == StartupMode::Observe && limiter_settings.mode == LimiterMode::Enforce {
        limiter_settings.mode = LimiterMode::Observe;
    }
    MemoryLimiter::builder(target.grant)
        .with_settings(limiter_settings)
        .with_limit_source(target.source())
        .with_verified_firm_limit(verified.map_or(0, VerifiedBounds::total_firm_limit_bytes))
}
