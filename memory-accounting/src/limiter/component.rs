//! A component that is held to its bound: what it has, and how far that is over.

use std::sync::{Arc, Mutex};

use super::component_state::{Bound, ComponentState, Enforcement};
use super::level::Level;
use crate::allocator::{AllocationGroupToken, limits};
use crate::lock::lock;
use crate::registry::{Accounts, ComponentRegistry, ReservedBytes};

/// One component and its bound.
///
/// ```text
/// used = live + reserved      of the component and of everything below it
/// ```
///
/// A component is held to its own bound and to those of the limited components it was made below (`parent`). Each counts what is below it,
/// so a promise is added once, to the counter of the component it was made to.
#[derive(Debug)]
pub(super) struct Component {
    parent: Option<Arc<Component>>,
    registry: ComponentRegistry,
    name: String,
    bound: Bound,
    enforcement: Enforcement,
    reserved: Arc<ReservedBytes>,
    /// Its group, as it was when a promise was last filled in it.
    group: Mutex<Option<AllocationGroupToken>>,
    /// Where its memory is counted, and the version of the registry that this was read from.
    accounts: Mutex<(u64, Accounts)>,
}

impl Component {
    pub(super) fn new(
        parent: Option<Arc<Component>>,
        registry: ComponentRegistry,
        bound: Bound,
        enforcement: Enforcement,
    ) -> Self {
        let (name, reserved) = (registry.full_name(), registry.reserved_bytes());
        let version = registry.accounts_version();
        let accounts = Mutex::new((version, accounts(&registry, &reserved)));
        Self { parent, registry, name, bound, enforcement, reserved, group: Mutex::default(), accounts }
    }

    /// Where what is promised to it is allocated. While it is removed, that is the root.
    pub(super) fn group(&self) -> AllocationGroupToken {
        let mut group = lock(&self.group);
        if let Some(token) = group.filter(|token| token.is_registered()) {
            return token;
        }
        // Who is created anew under its name has another.
        let token = self.registry.token();
        *group = Some(token).filter(|token| *token != AllocationGroupToken::root());
        token
    }

    pub(super) fn registry(&self) -> &ComponentRegistry {
        &self.registry
    }

    pub(super) fn promise(&self, bytes: u64) {
        self.reserved.add(bytes);
    }

    pub(super) fn give_back(&self, bytes: u64) {
        self.reserved.subtract(bytes);
    }

    /// Whether it has been promised anything that it has not allocated yet: some of that may be given back.
    pub(super) fn has_promises(&self) -> bool {
        self.reserved.get() > 0
    }

    /// Whether it is held to a bound also while memory is not scarce.
    pub(super) fn is_always_held(&self) -> bool {
        self.enforcement == Enforcement::Always
            || self.parent.as_ref().is_some_and(|parent| parent.is_always_held())
    }

    /// How far `bytes` more would take it over a bound that it is held to at `level`: 0 within, else by how many thousandths of the bound
    /// is used. `exactly` asks all threads, instead of going by what they have reported.
    pub(super) fn excess(&self, bytes: u64, level: Level, exactly: bool) -> u64 {
        self.chain().map(|component| component.own_excess(bytes, level, exactly)).max().unwrap_or(0)
    }

    /// Which bound `bytes` more would take it furthest over, and what is used of that.
    pub(super) fn over(&self, bytes: u64, level: Level) -> Option<ComponentState> {
        let over = self.chain().map(|component| (component.own_excess(bytes, level, false), component));
        let (excess, component) = over.max_by_key(|(excess, _)| *excess)?;
        (excess > 0).then(|| component.state())
    }

    /// How far it is over the bound that it is furthest over, also while it is not held to it: as [`excess`](Self::excess) says.
    pub(super) fn over_use(&self) -> u64 {
        self.excess(0, Level::Hard, false)
    }

    /// How many bytes `other` could free so that there is room for `bytes` more in this one, where bounds that it is held to at `level` are
    /// those of `other`, too: 0 where there is room. Asks all threads.
    pub(super) fn wanted_of(&self, other: &Self, bytes: u64, level: Level) -> u64 {
        let shared = self.chain().filter(|component| component.registry.contains(&other.registry));
        shared.map(|component| component.own_beyond(bytes, level)).max().unwrap_or(0)
    }

    /// What has the bound that `bytes` alone are more than, of those that always hold.
    pub(super) fn never_fits(&self, bytes: u64) -> Option<&Self> {
        let mut always = self.chain().filter(|component| component.enforcement == Enforcement::Always);
        always.find(|component| bytes > component.bound.bytes)
    }

    pub(super) fn state(&self) -> ComponentState {
        let (live_bytes, reserved_bytes) = self.used(false);
        ComponentState {
            name: self.name.clone(),
            enforcement: self.enforcement,
            bound_bytes: self.bound.bytes,
            bound_source: self.bound.source,
            live_bytes,
            reserved_bytes,
        }
    }

    /// It and those it is below.
    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |component| component.parent.as_deref())
    }

    fn is_held_at(&self, level: Level) -> bool {
        self.enforcement == Enforcement::Always || level != Level::Normal
    }

    /// By how many bytes it is over its bound with `bytes` more.
    fn own_beyond(&self, bytes: u64, level: Level) -> u64 {
        if !self.is_held_at(level) {
            return 0;
        }
        let (live, reserved) = self.used(true);
        live.saturating_add(reserved).saturating_add(bytes).saturating_sub(self.bound.bytes)
    }

    fn own_excess(&self, bytes: u64, level: Level, exactly: bool) -> u64 {
        if !self.is_held_at(level) {
            return 0;
        }
        let (live, reserved) = self.used(exactly);
        excess(live.saturating_add(reserved).saturating_add(bytes), self.bound.bytes)
    }

    /// Live and reserved bytes.
    fn used(&self, exactly: bool) -> (u64, u64) {
        let mut known = lock(&self.accounts);
        let version = self.registry.accounts_version();
        if known.0 != version {
            *known = (version, accounts(&self.registry, &self.reserved));
        }
        let live = |token: &AllocationGroupToken| {
            if exactly { token.stats().live_bytes() as u64 } else { limits::approximate_live_bytes(*token) }
        };
        let live = known.1.groups.iter().map(live).fold(0, u64::saturating_add);
        let reserved = known.1.reserved.iter().map(|reserved| reserved.get());
        (live, reserved.fold(0, u64::saturating_add))
    }
}

/// Where what is below `registry` is counted, `own` in any case: a component that was removed still has its promises.
fn accounts(registry: &ComponentRegistry, own: &Arc<ReservedBytes>) -> Accounts {
    AllocationGroupToken::root().scope(|| {
        let mut accounts = registry.accounts();
        if !accounts.reserved.iter().any(|reserved| Arc::ptr_eq(reserved, own)) {
            accounts.reserved.push(Arc::clone(own));
        }
        accounts
    })
}

/// How much of `bound` is used where that is more than all of it, in thousandths; else 0.
fn excess(used: u64, bound: u64) -> u64 {
    if used <= bound {
        return 0;
    }
    let thousandths = u128::from(used).saturating_mul(1000) / u128::from(bound.max(1));
    u64::try_from(thousandths).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::excess;

    #[test]
    fn excess_is_the_used_part_of_the_bound() {
        let excesses = [(0, 0), (100, 100), (101, 100), (150, 100), (3, 0), (u64::MAX, 1)];
        let excesses = excesses.map(|(used, bound)| excess(used, bound));
        assert_eq!(excesses, [0, 0, 1010, 1500, 3000, u64::MAX]);
    }
}
