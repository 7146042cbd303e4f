//! What a component declared and what it holds, by itself and with everything below it.

use serde::Serialize;

use crate::allocator::{AllocationGroupToken, AllocationStatsSnapshot};
use crate::bounds::ROOT_NAME;

/// What a component and everything below it declared, what they have allocated right now, and the most they had.
///
/// [`ComponentRegistry::usage`](super::ComponentRegistry::usage) makes it. Where code that works with it is tested, it is built
/// from the leaves up; totals are those of the subcomponents and the component itself:
///
/// ```
/// use memory_accounting::{ComponentUsage, DeclaredBytes, LiveBytes};
///
/// let source = ComponentUsage::new("source")
///     .with_declared(DeclaredBytes::new(Some(100), Some(300)))
///     .with_live(LiveBytes::new(250, 4), Some(280));
/// let root = ComponentUsage::new("root").with_subcomponents(vec![source]);
/// assert_eq!(root.total_declared.firm_limit, Some(300));
/// assert_eq!(root.total_live.map(|live| live.bytes), Some(250));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ComponentUsage {
    /// The name from the root, joined by dots; `root` for the root itself.
    pub name: String,
    /// Declared by the component itself.
    pub declared: DeclaredBytes,
    /// Declared together with everything below it.
    pub total_declared: DeclaredBytes,
    /// Allocated by the component itself; at the root, by everything that no component claims. `None` where nothing is
    /// attributed: the component has no allocation group, or there is no tracking allocator.
    pub live: Option<LiveBytes>,
    /// Allocated together with everything below it; `None` where nothing of it is attributed.
    pub total_live: Option<LiveBytes>,
    /// All that the component itself has ever allocated and freed; `None` where nothing is attributed. At the root, what was done in
    /// the root group alone: with what is left of components that were removed, it would not only grow.
    pub counted: Option<AllocationStatsSnapshot>,
    /// Reserved by the component itself and not allocated yet, in bytes; `None` where no limiter of it was made.
    pub reserved_bytes: Option<usize>,
    /// Reserved together with everything below it; `None` where no limiter was made of any of it.
    pub total_reserved_bytes: Option<usize>,
    /// Live and reserved bytes of the component itself beyond its firm limit, 0 within it. `None` where that is not known: nothing is
    /// attributed, the firm limit is unbounded, or nothing is declared that could be exceeded.
    pub over_bytes: Option<usize>,
    /// The same together with everything below it.
    pub total_over_bytes: Option<usize>,
    /// The most bytes the component itself had allocated at once; `None` where that is not known.
    ///
    /// As exact as [`AllocationStats::peak_bytes`](crate::allocator::AllocationStats::peak_bytes): off by at most a batch for each
    /// thread, and by nothing in a group that tracks its peak exactly. At the root it is that of the root group, and unknown
    /// while another group that no component claims has something alive.
    pub peak_bytes: Option<usize>,
    /// The same together with everything below it. Components have their peaks at different times, so this is known only where
    /// one of them alone is attributed anything, and at the root, where it is the peak of the process.
    pub total_peak_bytes: Option<usize>,
    /// The bytes the component itself had allocated at the highest moment of the process that was looked at; `None` where
    /// none was, or nothing is attributed. [`PeakMoment`](crate::allocator::PeakMoment) says when that is. So these add up over components, as
    /// peaks do not. At the root it is what no component claims now, so what was removed since then is in it.
    pub at_peak_bytes: Option<usize>,
    /// The same together with everything below it; at the root, what was live in the process.
    pub total_at_peak_bytes: Option<usize>,
    /// The sizes of the largest allocations of the component itself lately, in bytes, each once and the largest first: up to four.
    ///
    /// Lately is the last 30 to 60 seconds, or ever where no limiter was started. An allocation larger than a
    /// [batch](crate::allocator::AllocationGroupRegistry::peak_batch_bytes) is always seen; one that is smaller, about as often as its
    /// bytes are a part of a batch. Where two threads see one at the same moment, one of the two may be missing. What is
    /// reallocated counts with its new size. At the root it is that of the root group.
    pub largest_allocations_bytes: Vec<usize>,
    /// The direct subcomponents, in the order of their names.
    pub subcomponents: Vec<ComponentUsage>,
    /// The group of the component that [`counted`](Self::counted) is of: a component that was removed and is there again has another one.
    #[serde(skip)]
    pub(crate) group: Option<AllocationGroupToken>,
}

/// Declared bytes; `None` is unbounded: not limited, or more than can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeclaredBytes {
    /// Needed up front.
    pub minimum: Option<usize>,
    /// The most that may be used, the minimum included.
    pub firm_limit: Option<usize>,
}

/// What is allocated and not yet freed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LiveBytes {
    /// Requested bytes.
    pub bytes: usize,
    /// Allocations.
    pub objects: usize,
}

impl ComponentUsage {
    /// A component of the full name `name` that declares nothing and is attributed nothing.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            declared: DeclaredBytes::default(),
            total_declared: DeclaredBytes::default(),
            live: None,
            total_live: None,
            counted: None,
            reserved_bytes: None,
            total_reserved_bytes: None,
            over_bytes: None,
            total_over_bytes: None,
            peak_bytes: None,
            total_peak_bytes: None,
            at_peak_bytes: None,
            total_at_peak_bytes: None,
            largest_allocations_bytes: Vec::new(),
            subcomponents: Vec::new(),
            group: None,
        }
    }

    /// With what it declared itself.
    pub fn with_declared(self, declared: DeclaredBytes) -> Self {
        Self { declared, ..self }.rolled_up()
    }

    /// With what it has allocated itself, and the most it had.
    pub fn with_live(self, live: LiveBytes, peak_bytes: Option<usize>) -> Self {
        Self { live: Some(live), peak_bytes, ..self }.rolled_up()
    }

    /// With all that it has ever allocated and freed itself.
    pub fn with_counted(self, counted: AllocationStatsSnapshot) -> Self {
        Self { counted: Some(counted), ..self }
    }

    /// With what it had allocated itself at the highest moment of the process that was looked at, in bytes.
    pub fn with_at_peak(self, bytes: usize) -> Self {
        Self { at_peak_bytes: Some(bytes), ..self }.rolled_up()
    }

    /// With the sizes of its own largest allocations lately, in bytes.
    pub fn with_largest_allocations(self, bytes: Vec<usize>) -> Self {
        Self { largest_allocations_bytes: bytes, ..self }
    }

    /// With what it has reserved itself and not allocated yet, in bytes.
    pub fn with_reserved(self, bytes: usize) -> Self {
        Self { reserved_bytes: Some(bytes), ..self }.rolled_up()
    }

    /// With everything directly below it.
    pub fn with_subcomponents(self, subcomponents: Vec<Self>) -> Self {
        Self { subcomponents, ..self }.rolled_up()
    }

    /// Whether it is the whole program, so that its own is what no component claims.
    pub(crate) fn is_root(&self) -> bool {
        self.name == ROOT_NAME
    }

    /// Calls `visit` with this component and everything below it, each before its subcomponents, and how deep it
    /// lies.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a ComponentUsage, usize)) {
        self.visit_from(0, visit);
    }

    fn visit_from<'a>(&'a self, depth: usize, visit: &mut impl FnMut(&'a ComponentUsage, usize)) {
        visit(self, depth);
        for child in &self.subcomponents {
            child.visit_from(depth.saturating_add(1), visit);
        }
    }

    /// With the totals of what it is made of now.
    fn rolled_up(mut self) -> Self {
        (self.total_declared, self.total_live, self.total_peak_bytes) =
            (self.declared, self.live, self.peak_bytes);
        self.total_reserved_bytes = self.reserved_bytes;
        self.total_at_peak_bytes = self.at_peak_bytes;
        for child in &self.subcomponents {
            self.total_declared = self.total_declared.plus(child.total_declared);
            // The sum of two peaks is not the peak of the sum.
            self.total_peak_bytes = match (self.total_live, child.total_live) {
                (None, _) => child.total_peak_bytes,
                (_, None) => self.total_peak_bytes,
                (Some(_), Some(_)) => None,
            };
            self.total_live = both(self.total_live, child.total_live, LiveBytes::plus);
            self.total_reserved_bytes =
                both(self.total_reserved_bytes, child.total_reserved_bytes, usize::saturating_add);
            self.total_at_peak_bytes =
                both(self.total_at_peak_bytes, child.total_at_peak_bytes, usize::saturating_add);
        }
        let declared_part = |live: Option<LiveBytes>| {
            let unclaimed = self.unclaimed_bytes().unwrap_or(0);
            live.map(|live| LiveBytes { bytes: live.bytes.saturating_sub(unclaimed), ..live })
        };
        let (own, total) = (declared_part(self.live), declared_part(self.total_live));
        self.over_bytes = over(self.declared, own, self.reserved_bytes);
        self.total_over_bytes = over(self.total_declared, total, self.total_reserved_bytes);
        self
    }

    /// Live bytes of the process that nobody declared: at the root, what no component claims beyond what the root itself declares, and what those components
    /// hold that declare nothing, nor anything below them. `None` elsewhere, and where it is not known.
    ///
    /// The first are beyond nobody's declaration, so they are in no [`over_bytes`](Self::over_bytes); the others count against what is declared above them.
    pub fn undeclared_bytes(&self) -> Option<usize> {
        let mut bytes = self.unclaimed_bytes()?;
        self.visit(&mut |usage, depth| {
            if let Some(live) = usage.live.filter(|_| depth > 0 && usage.declares_nothing()) {
                bytes = bytes.saturating_add(live.bytes);
            }
        });
        Some(bytes)
    }

    /// Whether neither it nor anything below it declares something.
    pub(crate) fn declares_nothing(&self) -> bool {
        self.total_declared.firm_limit == Some(0)
    }

    /// At the root, what no component claims beyond what the root itself declares.
    pub(crate) fn unclaimed_bytes(&self) -> Option<usize> {
        let live = self.live.filter(|_| self.is_root())?;
        Some(live.bytes.saturating_sub(self.declared.firm_limit?))
    }
}

/// What is known of two together: the one that is known, or `plus` of both.
fn both<T>(one: Option<T>, other: Option<T>, plus: impl FnOnce(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(plus(one, other)),
        (one, other) => one.or(other),
    }
}

/// What is live or reserved beyond the firm limit of `declared`.
fn over(declared: DeclaredBytes, live: Option<LiveBytes>, reserved_bytes: Option<usize>) -> Option<usize> {
    let firm_limit = declared.firm_limit.filter(|bytes| *bytes > 0)?;
    let used = live?.bytes.saturating_add(reserved_bytes.unwrap_or(0));
    Some(used.saturating_sub(firm_limit))
}

impl DeclaredBytes {
    /// A minimum and a firm limit, the minimum included.
    pub const fn new(minimum: Option<usize>, firm_limit: Option<usize>) -> Self {
        Self { minimum, firm_limit }
    }

    /// The bytes of `live` beyond the firm limit; 0 where there are none, where the firm limit is unbounded, and where it is not
    /// known what is live.
    pub fn exceeded_by(self, live: Option<LiveBytes>) -> usize {
        live.zip(self.firm_limit).map_or(0, |(live, firm_limit)| live.bytes.saturating_sub(firm_limit))
    }

    /// Both together; unbounded where one of them is, or the sum is more than can be counted.
    fn plus(self, other: Self) -> Self {
        let sum = |one: Option<usize>, other: Option<usize>| one?.checked_add(other?);
        Self::new(sum(self.minimum, other.minimum), sum(self.firm_limit, other.firm_limit))
    }
}

/// Nothing is declared.
impl Default for DeclaredBytes {
    fn default() -> Self {
        Self::new(Some(0), Some(0))
    }
}

impl LiveBytes {
    /// `bytes` in `objects` allocations.
    pub const fn new(bytes: usize, objects: usize) -> Self {
        Self { bytes, objects }
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        Self::new(self.bytes.saturating_add(other.bytes), self.objects.saturating_add(other.objects))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(bytes: usize, peak: usize) -> ComponentUsage {
        ComponentUsage::new("live").with_live(LiveBytes::new(bytes, 1), Some(peak))
    }

    /// Live and peak bytes of `own` with `children` below it.
    fn totals(own: ComponentUsage, children: Vec<ComponentUsage>) -> (Option<usize>, Option<usize>) {
        let usage = own.with_subcomponents(children);
        (usage.total_live.map(|live| live.bytes), usage.total_peak_bytes)
    }

    #[test]
    fn what_is_attributed_anywhere_below_is_part_of_the_total() {
        let nothing = || ComponentUsage::new("nothing");
        assert_eq!(totals(nothing(), vec![nothing()]), (None, None));
        assert_eq!(totals(nothing(), vec![live(3, 5)]), (Some(3), Some(5)));
        assert_eq!(totals(live(3, 5), vec![nothing()]), (Some(3), Some(5)));
        assert_eq!(totals(nothing(), vec![live(3, 5), nothing()]), (Some(3), Some(5)));
    }

    #[test]
    fn the_peak_of_several_is_not_known() {
        let nothing = || ComponentUsage::new("nothing");
        assert_eq!(totals(live(3, 5), vec![live(10, 20)]), (Some(13), None));
        assert_eq!(totals(nothing(), vec![live(3, 5), live(10, 20)]), (Some(13), None));
        assert_eq!(
            totals(nothing(), vec![live(3, 5), live(10, 20), nothing(), live(1, 1)]),
            (Some(14), None)
        );
    }

    #[test]
    fn only_what_is_known_to_live_beyond_a_limit_exceeds_it() {
        let limited = DeclaredBytes::new(Some(0), Some(10));
        let exceeded_by = |bytes| limited.exceeded_by(Some(LiveBytes::new(bytes, 1)));
        assert_eq!([0, 10, 11].map(exceeded_by), [0, 0, 1]);
        assert_eq!(limited.exceeded_by(None), 0);
        assert_eq!(DeclaredBytes::new(Some(0), None).exceeded_by(Some(LiveBytes::new(usize::MAX, 1))), 0);
    }

    #[test]
    fn what_is_reserved_adds_up_and_counts_beyond_a_limit() {
        let component = |reserved| {
            let declared = DeclaredBytes::new(Some(0), Some(10));
            live(8, 8).with_declared(declared).with_reserved(reserved)
        };
        assert_eq!((component(2).over_bytes, component(5).over_bytes), (Some(0), Some(3)));
        let root = ComponentUsage::new("root").with_subcomponents(vec![component(1), component(4)]);
        assert_eq!((root.reserved_bytes, root.total_reserved_bytes), (None, Some(5)));
        assert_eq!((root.over_bytes, root.total_over_bytes), (None, Some(1)));
        assert_eq!(live(8, 8).over_bytes, None, "nothing is declared");
        let unbounded = live(8, 8).with_declared(DeclaredBytes::new(Some(0), None));
        assert_eq!(unbounded.over_bytes, None);
    }

    #[test]
    fn what_nobody_declared_is_beyond_no_declaration() {
        let limited = |name: &str, bytes| {
            let declared = DeclaredBytes::new(Some(0), Some(10));
            ComponentUsage::new(name).with_declared(declared).with_live(LiveBytes::new(bytes, 1), None)
        };
        let root = limited("root", 100).with_subcomponents(vec![limited("source", 15)]);
        assert_eq!(
            (root.undeclared_bytes(), root.over_bytes, root.total_over_bytes),
            (Some(90), Some(0), Some(5))
        );
        assert_eq!(
            (limited("source", 15).undeclared_bytes(), limited("source", 15).over_bytes),
            (None, Some(5))
        );
    }

    #[test]
    fn who_declares_nothing_and_holds_something_has_not_declared_it() {
        let declaring = |name: &str| {
            let declared = DeclaredBytes::new(Some(0), Some(10));
            ComponentUsage::new(name).with_declared(declared)
        };
        let silent = |name: &str, bytes| ComponentUsage::new(name).with_live(LiveBytes::new(bytes, 1), None);
        let topology = silent("topology", 100).with_subcomponents(vec![
            silent("topology.encoder", 3).with_subcomponents(vec![silent("topology.encoder.page", 4)]),
            declaring("topology.source").with_live(LiveBytes::new(25, 1), None),
        ]);
        let root = silent("root", 1000).with_subcomponents(vec![topology]);
        // What `topology` holds is beside what is declared below it.
        assert_eq!((root.undeclared_bytes(), root.unclaimed_bytes()), (Some(1007), Some(1000)));
        assert_eq!(root.total_over_bytes, Some(100 + 3 + 4 + 25 - 10));
        assert_eq!(declaring("root").with_subcomponents(vec![silent("a", 1)]).undeclared_bytes(), None);
    }

    #[test]
    fn what_is_unbounded_below_is_unbounded_above() {
        let declared = |minimum, firm_limit| {
            ComponentUsage::new("declared").with_declared(DeclaredBytes::new(minimum, firm_limit))
        };
        let usage = declared(Some(1), Some(2))
            .with_subcomponents(vec![declared(Some(10), None), declared(Some(100), Some(200))]);
        assert_eq!(usage.total_declared, DeclaredBytes::new(Some(111), None));
        let overflowing =
            declared(Some(1), Some(1)).with_subcomponents(vec![declared(Some(0), Some(usize::MAX))]);
        assert_eq!(overflowing.total_declared, DeclaredBytes::new(Some(1), None));
    }
}
