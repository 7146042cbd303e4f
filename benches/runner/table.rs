//! One table: the allocators over one inner allocator.

use std::fmt;

use memory_accounting_benches::{Comparison, Quantity, Spread, Workload};

use super::allocators::Allocator;
use super::measurements::Measurements;

/// The allocators that are compared to `bare`, a column for each, in Markdown.
pub(crate) struct Table<'a> {
    pub(crate) bare: &'a Allocator,
    pub(crate) allocators: &'a [Allocator],
    pub(crate) workloads: &'a [Workload],
    pub(crate) measurements: &'a Measurements,
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = || self.allocators.iter().filter(|one| !one.is_bare() && one.is_compared_to(self.bare));
        write!(formatter, "| | bare |")?;
        for allocator in columns() {
            write!(formatter, " {} |", allocator.wrapper)?;
        }
        write!(formatter, "\n|---|--:|")?;
        for _ in columns() {
            write!(formatter, "--:|")?;
        }
        writeln!(formatter)?;
        for workload in self.workloads {
            let cells: Vec<Option<Spread>> = columns()
                .map(|allocator| self.measurements.compared(workload, allocator, self.bare))
                .collect();
            let own = self.measurements.own(workload, self.bare);
            // Nobody here has what is asked about.
            if own.is_none() && cells.iter().all(Option::is_none) {
                continue;
            }
            let own = own.map_or(String::new(), |own| quantity(workload.quantity, own.median));
            write!(formatter, "| {} | {own} |", workload.title)?;
            for cell in cells {
                let cell = cell.map_or(String::new(), |cell| with_spread(workload, cell));
                write!(formatter, " {cell} |")?;
            }
            writeln!(formatter)?;
        }
        Ok(())
    }
}

/// The median with the quartiles, where they differ.
pub(crate) fn with_spread(workload: &Workload, spread: Spread) -> String {
    let [median, lower, upper] = [spread.median, spread.lower_quartile, spread.upper_quartile]
        .map(|number| compared(workload, number));
    if lower == upper { median } else { format!("{median} ({lower} to {upper})") }
}

/// A number of `workload` the way it is compared.
pub(crate) fn compared(workload: &Workload, number: f64) -> String {
    match workload.comparison {
        Comparison::Ratio if number >= 100.0 => format!("{number:.0}"),
        Comparison::Ratio => format!("{number:.2}"),
        Comparison::Difference => {
            let quantity = quantity(workload.quantity, number.abs());
            let sign = match quantity.as_str() {
                "0.0 B" => "",
                _ if number < 0.0 => "-",
                _ => "+",
            };
            format!("{sign}{quantity}")
        }
        Comparison::Alone => quantity(workload.quantity, number),
    }
}

fn quantity(quantity: Quantity, number: f64) -> String {
    match quantity {
        Quantity::Time if number < 1e3 => format!("{number:.2} ns"),
        Quantity::Time if number < 1e6 => format!("{:.1} µs", number / 1e3),
        Quantity::Time => format!("{:.1} ms", number / 1e6),
        // Sizes of blocks are told to the byte.
        Quantity::Memory if number < 1_000.0 => format!("{number:.1} B"),
        Quantity::Memory if number < 10_000.0 => format!("{number:.0} B"),
        Quantity::Memory => format!("{:.0} KiB", number / 1024.0),
    }
}
