//! The components by name: what each allocates is attributed to it, and all of it is held below the limit.

use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::{
    BoundsVerifier, ComponentBounds, ComponentLimitError, ComponentLimiter, ComponentRegistry,
    ComponentUsage, LimitWatch, MemoryAPIHandler, MemoryBounds, MemoryGrant, MemoryLimiter,
    MemoryPartitioner, MemoryReport, PartitionMode, RedeclareError, Started, Startup, StartupError,
    StartupMode, VerifiedBounds, VerifierError,
};

use crate::configuration::{AggregatorConfiguration, Configuration};
use crate::console;
use crate::source::Intake;

/// The registry of this program's components, and the token that each is built and run under. The names are those of the
/// configuration's parts.
#[derive(Debug)]
pub(crate) struct Components {
    registry: ComponentRegistry,
    started: Started,
    /// Holds the aggregator, which is all that grows with what is received, to its share of the limit.
    aggregator_limiter: ComponentLimiter,
    /// Goes by another limit when the kernel does, until the agent ends.
    _watch: Option<LimitWatch>,
    pub(crate) source: AllocationGroupToken,
    pub(crate) aggregator: AllocationGroupToken,
    pub(crate) destination: AllocationGroupToken,
}

/// What the aggregator is held to.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) limiter: ComponentLimiter,
    pub(crate) firm_limit_bytes: u64,
}

impl Components {
    /// Prints what the configuration declares, and proves that it fits the memory limit, as far as the mode asks for that. Nothing is
    /// built or bound before: it takes these components. `limit_setting` is how the operator calls the setting of the limit.
    pub(crate) fn admit(configuration: &Configuration, limit_setting: &str) -> Result<Self, AdmissionError> {
        let registry = ComponentRegistry::default();
        // The root itself: the configuration names everything below it.
        registry.register("", configuration);
        console::say(format_args!("{}", registry.as_bounds()));
        let startup = Startup::new(configuration.memory.clone()).with_limit_setting(limit_setting);
        let started = startup.begin(&registry)?;
        console::say(format_args!("{started}"));
        let watch = started.watch(&registry, |change| console::log(format_args!("{change}")));
        let token = |name| registry.get_or_create(name).token();
        let (source, aggregator, destination) = (token("source"), token("aggregator"), token("destination"));
        let aggregator_limiter =
            limiter_of(&registry.get_or_create("aggregator"), &started, started.verified().cloned())?;
        Ok(Self { registry, started, aggregator_limiter, _watch: watch, source, aggregator, destination })
    }

    pub(crate) fn limiter(&self) -> &MemoryLimiter {
        self.started.limiter()
    }

    /// What promises packets the memory for what they make the aggregator keep, at most `line_bytes` for each line.
    pub(crate) fn intake(&self, line_bytes: u64) -> Intake {
        let limiter = self.aggregator_limiter.clone();
        Intake::new(limiter, self.aggregator, self.aggregator_firm_limit(), line_bytes)
    }

    fn aggregator_firm_limit(&self) -> u64 {
        let usage = self.registry.get_or_create("aggregator").usage();
        let firm_limit = usage.declared.firm_limit.and_then(|bytes| u64::try_from(bytes).ok());
        firm_limit.unwrap_or(u64::MAX)
    }

    /// Whether all that `next` declares fits, as far as the mode asks for that.
    pub(crate) fn check(&self, next: &Configuration) -> Result<(), VerifierError> {
        let grant = self.started.grant().filter(|_| next.memory.mode == StartupMode::Strict);
        grant.map_or(Ok(()), |grant| BoundsVerifier::new(grant, ComponentBounds::of(next)).verify().map(drop))
    }

    /// Declares the aggregator as `next` has it, where the whole of that fits, as far as the mode asks for that; returns what it is held
    /// to from now on. Where that is not to be had, it is declared as `before` has it.
    pub(crate) fn redeclare(
        &self,
        before: &Configuration,
        next: &Configuration,
    ) -> Result<Terms, AdmissionError> {
        let verified = match self.started.grant() {
            Some(grant) => match self.registry.redeclare("aggregator", &next.aggregator, grant) {
                Ok(verified) => Some(verified),
                Err(RedeclareError::DoesNotFit { reason, .. }) if next.memory.mode != StartupMode::Strict => {
                    console::log(format_args!("warning: what is declared does not fit: {reason}"));
                    None
                }
                Err(RedeclareError::DoesNotFit { reason, .. }) => return Err(reason.into()),
                Err(error) => return Err(error.into()),
            },
            None => None,
        };
        if verified.is_none() {
            self.declare(&next.aggregator);
        }
        let firm_limit_bytes = verified.as_ref().map_or(0, VerifiedBounds::total_firm_limit_bytes);
        match limiter_of(&self.registry.get_or_create("aggregator"), &self.started, verified) {
            Ok(limiter) => {
                // What is not verified is slowed down from where on memory is scarce by any measure.
                self.limiter().set_verified_firm_limit(firm_limit_bytes);
                Ok(Terms { limiter, firm_limit_bytes: self.aggregator_firm_limit() })
            }
            Err(error) => {
                self.declare(&before.aggregator);
                Err(error.into())
            }
        }
    }

    /// Whether it fits or not.
    fn declare(&self, aggregator: &AggregatorConfiguration) {
        let component = self.registry.get_or_create("aggregator");
        let mut bounds = component.bounds_builder();
        bounds.reset();
        aggregator.specify_bounds(&mut bounds);
    }

    /// The memory there is for what is declared at this moment; `None` where nothing is limited.
    pub(crate) fn grant(&self) -> Option<MemoryGrant> {
        self.started.grant()
    }

    /// What each component declared, and what it holds now.
    pub(crate) fn usage(&self) -> ComponentUsage {
        self.registry.usage()
    }

    /// The token of the component with this full name, where it is attributed anything.
    pub(crate) fn token(&self, usage: &ComponentUsage) -> Option<AllocationGroupToken> {
        usage.live?;
        Some(self.registry.find(&usage.name).ok()?.token())
    }

    /// The same for people, with the grant and how near to it the process is.
    pub(crate) fn report(&self) -> MemoryReport {
        let report = MemoryReport::new(&self.registry).with_limiter(self.limiter());
        match self.started.grant() {
            Some(grant) => report.with_grant(grant),
            None => report,
        }
    }

    /// The reports over HTTP, below `/memory`.
    pub(crate) fn reports(&self) -> axum::Router {
        mounted(self.registry.api_handler().with_started(&self.started))
    }

    /// The components that hold more than they declared.
    pub(crate) fn beyond_declaration(&self) -> Vec<String> {
        let usage = self.usage();
        let mut beyond = Vec::new();
        usage.visit(&mut |component, _| {
            if component.declared.exceeded_by(component.live) > 0 {
                beyond.push(component.name.clone());
            }
        });
        beyond
    }
}

/// Where the reports are.
pub(crate) fn mounted(reports: MemoryAPIHandler) -> axum::Router {
    axum::Router::new().nest_service("/memory", reports.into_router())
}

/// A limiter that holds `component` to its share of what was verified to fit; to what it declares, where that does not fit and was
/// started all the same.
fn limiter_of(
    component: &ComponentRegistry,
    started: &Started,
    verified: Option<VerifiedBounds>,
) -> Result<ComponentLimiter, ComponentLimitError> {
    let partitioner = verified.map(MemoryPartitioner::from_verified_bounds);
    let shares = partitioner.map(|partitioner| partitioner.calculate_partitions(PartitionMode::Scaled));
    let limiter = started.limiter().component(component);
    match shares.as_ref().and_then(|shares| shares.get(&component.full_name())) {
        Some(share) => limiter.with_share(share).start(),
        None => limiter.start(),
    }
}

/// Why the components are not admitted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AdmissionError {
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error(transparent)]
    DoesNotFit(#[from] VerifierError),
    #[error(transparent)]
    Redeclaration(#[from] RedeclareError),
    #[error(transparent)]
    Limit(#[from] ComponentLimitError),
}
