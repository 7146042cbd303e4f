//! The columns of the table: a new one is one line in [`COLUMNS`].

use crate::bytes::Bytes;
use crate::registry::{ComponentUsage, DeclaredBytes, LiveBytes};

/// What stands where there is no number.
const NOTHING: &str = "–";

/// What one row tells of: a component by itself, or with everything below it.
#[derive(Clone, Copy)]
pub(super) struct Figures {
    declared: DeclaredBytes,
    live: Option<LiveBytes>,
    reserved_bytes: usize,
    over_bytes: Option<usize>,
    peak_bytes: Option<usize>,
    /// Of what is live, what no component claims and the root does not declare: beyond no declaration, so a row says it beside what is over.
    unclaimed_bytes: usize,
}

/// One column of numbers.
pub(super) struct Column {
    pub(super) heading: &'static str,
    pub(super) cell: fn(&Figures) -> String,
}

/// The columns behind the name, from left to right. No cell is empty.
pub(super) const COLUMNS: [Column; 5] = [
    Column { heading: "minimum", cell: |figures| declared_amount(figures.declared.minimum) },
    Column { heading: "firm limit", cell: |figures| declared_amount(figures.declared.firm_limit) },
    Column { heading: "live", cell: |figures| known_amount(figures.live.map(|live| live.bytes)) },
    Column { heading: "of firm", cell: |figures| percent_of_firm(figures) },
    Column { heading: "peak", cell: |figures| known_amount(figures.peak_bytes) },
];

impl Figures {
    /// Of the component by itself.
    pub(super) fn own(usage: &ComponentUsage) -> Self {
        Self {
            declared: usage.declared,
            live: usage.live,
            reserved_bytes: usage.reserved_bytes.unwrap_or(0),
            over_bytes: usage.over_bytes,
            peak_bytes: usage.peak_bytes,
            unclaimed_bytes: usage.unclaimed_bytes().unwrap_or(0),
        }
    }

    /// Of the component with everything below it.
    pub(super) fn total(usage: &ComponentUsage) -> Self {
        Self {
            declared: usage.total_declared,
            live: usage.total_live,
            reserved_bytes: usage.total_reserved_bytes.unwrap_or(0),
            over_bytes: usage.total_over_bytes,
            peak_bytes: usage.total_peak_bytes,
            unclaimed_bytes: usage.unclaimed_bytes().unwrap_or(0),
        }
    }

    /// Whether nothing is declared.
    pub(super) fn declares_nothing(&self) -> bool {
        self.declared.firm_limit == Some(0)
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.declares_nothing() && self.reserved_bytes == 0 && self.live.is_none_or(|live| live.bytes == 0)
    }

    /// Says what is reserved, marks what is beyond its declaration, and says what is of no component: what is live and reserved beyond the firm limit is
    /// these two together.
    pub(super) fn note(&self) -> String {
        let reserved = (self.reserved_bytes > 0).then(|| format!("{} reserved", Bytes(self.reserved_bytes)));
        let of_nobody = self.unclaimed_bytes > 0 && !self.declares_nothing();
        let of_nobody = of_nobody.then(|| format!("{} of no component", Bytes(self.unclaimed_bytes)));
        let undeclared = self.declares_nothing() && self.live.is_some_and(|live| live.bytes > 0);
        let over = match self.over_bytes {
            _ if undeclared => Some("! nothing declared".to_owned()),
            None | Some(0) => None,
            Some(over) => Some(format!("! {} more than declared", Bytes(over))),
        };
        reserved.into_iter().chain(over).chain(of_nobody).collect::<Vec<_>>().join("  ")
    }
}

/// Declared bytes, or that there is no bound.
pub(super) fn declared_amount(bytes: Option<usize>) -> String {
    match bytes {
        Some(0) => NOTHING.to_owned(),
        Some(bytes) => Bytes(bytes).to_string(),
        None => "unbounded".to_owned(),
    }
}

fn known_amount(bytes: Option<usize>) -> String {
    bytes.map_or_else(|| NOTHING.to_owned(), |bytes| Bytes(bytes).to_string())
}

fn percent_of_firm(figures: &Figures) -> String {
    let (Some(live), Some(firm_limit)) = (figures.live, figures.declared.firm_limit) else {
        return NOTHING.to_owned();
    };
    let hundredfold = (live.bytes as u128).saturating_mul(100);
    match hundredfold.checked_div(firm_limit as u128) {
        None => NOTHING.to_owned(),
        Some(0) if live.bytes > 0 => "<1 %".to_owned(),
        Some(percent) => format!("{percent} %"),
    }
}
