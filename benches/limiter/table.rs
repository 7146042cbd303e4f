//! Rows in Markdown.

use std::fmt;

use memory_accounting_benches::Spread;

/// A measured number, and what it is meant to be at most.
pub(crate) struct Row {
    name: String,
    spread: Spread,
    goal: Option<f64>,
    unit: &'static str,
}

/// Prints a table.
pub(crate) fn print(head: &str, rows: impl IntoIterator<Item = impl fmt::Display>) {
    println!("{head}");
    for row in rows {
        println!("{row}");
    }
}

/// The row of `numbers`, of which there is one from each round.
pub(crate) fn row(name: &str, numbers: Vec<f64>, goal: Option<f64>, unit: &'static str) -> Row {
    let spread = Spread::of(numbers).expect("there are rounds");
    Row { name: name.to_owned(), spread, goal, unit }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, spread: Spread { median, lower_quartile, upper_quartile }, unit, .. } = self;
        write!(formatter, "| {name} | {median:.2} {unit} | {lower_quartile:.2} to {upper_quartile:.2} ")?;
        match self.goal {
            Some(goal) => write!(formatter, "| {goal} {unit} | {} |", verdict(*median, goal)),
            None => formatter.write_str("| | |"),
        }
    }
}

/// Whether `number` reaches `goal`.
pub(crate) fn verdict(number: f64, goal: f64) -> &'static str {
    if number <= goal { "reached" } else { "**missed**" }
}
