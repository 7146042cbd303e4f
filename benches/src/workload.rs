//! One question about an allocator.

use crate::conditions::Conditions;

/// What a workload's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Nanoseconds.
    Time,
    /// Bytes resident in memory.
    Memory,
}

/// How the number of an allocator is put beside that of the bare inner allocator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Divided by it.
    Ratio,
    /// Less it.
    Difference,
    /// Not at all: it is about something that a bare allocator does not have.
    Alone,
}

/// One question about an allocator, answered by one number.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it is called in the report; says what the number is for one of.
    pub title: &'static str,
    /// What the number counts.
    pub quantity: Quantity,
    /// How it is compared.
    pub comparison: Comparison,
    measure: Measure,
}

#[derive(Clone, Copy, Debug)]
enum Measure {
    Always(fn(&Conditions) -> f64),
    /// `None` where the allocator or the system has nothing of the kind.
    WherePossible(fn(&Conditions) -> Option<f64>),
}

impl Workload {
    /// How long something takes that every allocator does.
    pub(crate) const fn time(
        name: &'static str,
        title: &'static str,
        measure: fn(&Conditions) -> f64,
    ) -> Self {
        let (quantity, comparison) = (Quantity::Time, Comparison::Ratio);
        Self { name, title, quantity, comparison, measure: Measure::Always(measure) }
    }

    /// How much memory something takes that every allocator does.
    pub(crate) const fn memory(
        name: &'static str,
        title: &'static str,
        measure: fn(&Conditions) -> Option<f64>,
    ) -> Self {
        let (quantity, comparison) = (Quantity::Memory, Comparison::Difference);
        Self { name, title, quantity, comparison, measure: Measure::WherePossible(measure) }
    }

    /// How long something takes that only allocators with groups do.
    pub(crate) const fn of_groups(
        name: &'static str,
        title: &'static str,
        measure: fn(&Conditions) -> Option<f64>,
    ) -> Self {
        let (quantity, comparison) = (Quantity::Time, Comparison::Alone);
        Self { name, title, quantity, comparison, measure: Measure::WherePossible(measure) }
    }

    /// Nanoseconds or bytes. `None` where the allocator has nothing of the kind.
    pub(crate) fn measure(&self, conditions: &Conditions) -> Option<f64> {
        match self.measure {
            Measure::Always(measure) => Some(measure(conditions)),
            Measure::WherePossible(measure) => measure(conditions),
        }
    }
}
