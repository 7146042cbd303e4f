//! Run with `cargo run --example guarded`; its guard with `cargo test --package memory-accounting-examples --example guarded`.
//!
//! A small service whose bounds are committed beside it, in `bounds.json`: a test fails as soon as something else is declared, and says what
//! became of the bytes. What the service really holds is measured in the same tests, which say how much less would be enough.

mod gateway;
#[cfg(test)]
mod tests;

use std::error::Error;

use clap::Parser;
use memory_accounting::ComponentBounds;

use gateway::{Gateway, Load, Settings};

#[derive(Parser)]
struct Arguments {
    /// How many clients may have a session.
    #[arg(long, default_value_t = Settings::default().sessions.max_sessions)]
    max_sessions: usize,
    /// Prints the bounds as JSON, as they are committed, for `memory-bounds`.
    #[arg(long)]
    print_bounds: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let mut settings = Settings::default();
    settings.sessions.max_sessions = arguments.max_sessions;
    let bounds = ComponentBounds::of(&settings);
    if arguments.print_bounds {
        println!("{}", serde_json::to_string_pretty(&bounds)?);
    } else {
        println!("{bounds}");
        let mut gateway = Gateway::new(&settings);
        gateway.serve(Load { clients: 300, answers: 600, answer_bytes: 1024 });
        let (sessions, answers) = gateway.held();
        println!("\nafter a day: {sessions} sessions, {answers} answers");
    }
    Ok(())
}
