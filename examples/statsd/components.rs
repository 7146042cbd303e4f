//! The components by name: what each allocates is attributed to it, and all of it is held below the limit.

use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::{
    ComponentRegistry, ComponentUsage, LimitWatch, MemoryLimiter, MemoryReport, Started, Startup,
    StartupError,
};

use crate::configuration::Configuration;
use crate::console;
use crate::source::Intake;

/// The registry of this program's components, and the token that each is built and run under. The names are those of the
/// configuration's parts.
#[derive(Debug)]
pub(crate) struct Components {
    registry: ComponentRegistry,
    started: Started,
    /// Goes by another limit when the kernel does, until the agent ends.
    _watch: Option<LimitWatch>,
    pub(crate) source: AllocationGroupToken,
    pub(crate) aggregator: AllocationGroupToken,
    pub(crate) destination: AllocationGroupToken,
}

impl Components {
    /// Prints what the configuration declares, and proves that it fits the memory limit, as far as the mode asks for that. Nothing is
    /// built or bound before: it takes these components.
    pub(crate) fn admit(configuration: &Configuration) -> Result<Self, StartupError> {
        let registry = ComponentRegistry::default();
        // The root itself: the configuration names everything below it.
        registry.register("", configuration);
        console::say(format_args!("{}", registry.as_bounds()));
        let started =
            Startup::new(configuration.memory.clone()).with_limit_setting("--limit").begin(&registry)?;
        console::say(format_args!("{started}"));
        let watch = started.watch(&registry, |change| console::say(format_args!("{change}")));
        let token = |name| registry.get_or_create(name).token();
        let (source, aggregator, destination) = (token("source"), token("aggregator"), token("destination"));
        Ok(Self { registry, started, _watch: watch, source, aggregator, destination })
    }

    pub(crate) fn limiter(&self) -> &MemoryLimiter {
        self.started.limiter()
    }

    /// What promises packets the memory for what they make the aggregator keep, at most `line_bytes` for each line.
    pub(crate) fn intake(&self, line_bytes: u64) -> Intake {
        let usage = self.registry.get_or_create("aggregator").usage();
        let firm_limit = usage.declared.firm_limit.and_then(|bytes| u64::try_from(bytes).ok());
        Intake::new(self.limiter().clone(), self.aggregator, firm_limit.unwrap_or(u64::MAX), line_bytes)
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
