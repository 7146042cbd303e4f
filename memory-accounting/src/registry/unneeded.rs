//! What was declared and never used.

use std::cmp::Reverse;
use std::fmt;

use serde::Serialize;

use super::ComponentUsage;
use crate::bytes::Bytes;
use crate::headroom::enough_for;

/// A component that declares more than it ever held; made by [`ComponentUsage::unneeded`].
///
/// [`Display`](fmt::Display) says it: `cache: never held more than 2.1 MiB of 12.7 MiB declared, 2.6 MiB would leave a quarter to spare`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnneededBytes {
    /// The full name.
    pub component: String,
    /// What the component itself declares, minimum and firm, in bytes.
    pub firm_limit_bytes: usize,
    /// The most it has held at once, in bytes.
    pub peak_bytes: usize,
    /// The peak and a quarter of it, in bytes: what would be enough to declare after what it has done so far.
    pub enough_bytes: usize,
}

impl UnneededBytes {
    /// How many bytes less would be enough.
    pub fn bytes(&self) -> usize {
        self.firm_limit_bytes.saturating_sub(self.enough_bytes)
    }
}

impl fmt::Display for UnneededBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { component, firm_limit_bytes, peak_bytes, enough_bytes } = self;
        let [declared, peak, enough] =
            [firm_limit_bytes, peak_bytes, enough_bytes].map(|bytes| Bytes(*bytes));
        write!(
            f,
            "{component}: never held more than {peak} of {declared} declared, {enough} would leave a quarter to spare"
        )
    }
}

impl ComponentUsage {
    /// The components, this one and all below it, that never held what they declare themselves, those that could give back most first.
    ///
    /// One is left out where less than a quarter of what it declares could be given back while a quarter above its peak is spared, and where
    /// its peak is not known. It goes by what the program has done so far: ask after a day with all of its load, not after the start.
    /// What stood on the stack is no part of a peak.
    ///
    /// ```
    /// use memory_accounting::{ComponentUsage, DeclaredBytes, LiveBytes};
    ///
    /// let cache = ComponentUsage::new("cache")
    ///     .with_declared(DeclaredBytes::new(Some(0), Some(13_000_000)))
    ///     .with_live(LiveBytes::new(1_000_000, 40), Some(2_200_000));
    /// let root = ComponentUsage::new("root").with_subcomponents(vec![cache]);
    /// assert_eq!(
    ///     root.unneeded()[0].to_string(),
    ///     "cache: never held more than 2.1 MiB of 12.4 MiB declared, 2.6 MiB would leave a quarter to spare"
    /// );
    /// ```
    pub fn unneeded(&self) -> Vec<UnneededBytes> {
        let mut unneeded = Vec::new();
        self.visit(&mut |usage, _| {
            let known = usage.declared.firm_limit.zip(usage.peak_bytes);
            unneeded.extend(known.and_then(|(firm_limit_bytes, peak_bytes)| {
                let enough_bytes = enough_for(peak_bytes, firm_limit_bytes)?;
                let component = usage.name.clone();
                Some(UnneededBytes { component, firm_limit_bytes, peak_bytes, enough_bytes })
            }));
        });
        unneeded.sort_by_key(|component| Reverse(component.bytes()));
        unneeded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{DeclaredBytes, LiveBytes};

    #[test]
    fn those_that_could_give_back_most_come_first_and_the_tight_are_left_out() {
        let component = |name: &str, declared, peak| {
            ComponentUsage::new(name)
                .with_declared(DeclaredBytes::new(Some(0), declared))
                .with_live(LiveBytes::new(1, 1), peak)
        };
        let root = component("root", Some(0), Some(5)).with_subcomponents(vec![
            component("little", Some(100), Some(60)),
            component("tight", Some(100), Some(61)),
            component("much", Some(1000), Some(400)).with_subcomponents(vec![component(
                "much.idle",
                Some(800),
                Some(0),
            )]),
            component("unbounded", None, Some(1)),
            component("unknown", Some(1000), None),
        ]);
        let unneeded = root.unneeded();
        let bytes: Vec<_> = unneeded.iter().map(|one| (one.component.as_str(), one.bytes())).collect();
        assert_eq!(bytes, [("much.idle", 800), ("much", 500), ("little", 25)]);
    }
}
