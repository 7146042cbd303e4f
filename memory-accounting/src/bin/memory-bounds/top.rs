//! Who holds the memory of a running program, again and again.

mod screen;
mod text;

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;

use self::text::Shown;
use crate::answer::Answer;
use crate::running::{Address, Status};

/// Show who holds the memory of a running program, the biggest first
///
/// Every line is a component by itself, without what is below it, so that the lines add up to the total. On a terminal the table is drawn
/// again and again, until Ctrl-C; elsewhere it is written once, or as often as --count says.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where the program answers, such as `127.0.0.1:8080/memory`
    #[arg(value_name = "URL", value_parser = Address::parse)]
    address: Address,

    /// Seconds between two readings
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=3600))]
    interval: u64,

    /// Ends after so many readings
    #[arg(long)]
    count: Option<u64>,

    /// Components to show; by default as many as the terminal has room for, and elsewhere all
    #[arg(long)]
    rows: Option<usize>,
}

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let output = io::stdout();
    let is_drawn = output.is_terminal();
    let count = if is_drawn { arguments.count } else { arguments.count.or(Some(1)) };
    let mut before: Option<(Status, Instant)> = None;
    let mut readings = 0_u64;
    loop {
        let room = is_drawn.then(screen::size);
        let shown = Shown { rows: arguments.rows, room };
        let text = match arguments.address.status() {
            Ok(status) => {
                let since = before.as_ref().filter(|(before, _)| status.is_of_process_of(before));
                let text = text::table(&status, since.map(|(before, _)| before), shown);
                before = Some((status, Instant::now()));
                text
            }
            // A program that is started again comes back. One that was never there does not.
            Err(error) => match &before {
                Some((last, at)) if is_drawn && error.may_pass() => {
                    text::without_answer(&error.to_string(), at.elapsed(), last, shown)
                }
                _ => return Err(error.into()),
            },
        };
        readings = readings.saturating_add(1);
        let is_last = count.is_some_and(|count| readings >= count);
        if is_drawn {
            screen::show(&text)?;
        } else if is_last {
            // What is printed last ends with the line that ends every answer.
            return Ok(Answer::of(text));
        } else {
            writeln!(output.lock(), "{text}\n")?;
        }
        if is_last {
            return Ok(Answer::of(""));
        }
        thread::sleep(Duration::from_secs(arguments.interval));
    }
}
