//! `solve`: the greatest value of one setting that fits.

use std::error::Error;

use clap::Args;
use memory_accounting::sizing::{
    self, BytesPerUnit, DeclaredSetting, LargestThatFits, SettingEffect, SettingName, Solution,
};
use memory_accounting::{ComponentBounds, SettingRange};
use serde::Serialize;

use crate::answer::{Answer, Verdict, json};
use crate::declared::DeclaredArguments;
use crate::limit::LimitArguments;
use crate::size::{amount, grouped, size, value_of};

/// Find the greatest value of a setting with which everything fits, all others as they are
///
/// Exit codes: 0 there is one, 1 no value above 0 that the program takes fits, 2 the question could not be answered.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    declared: DeclaredArguments,

    #[command(flatten)]
    limit: LimitArguments,

    /// The setting, such as `cache:max_entries`; the component may be left out where one alone has the key
    #[arg(long, value_name = "COMPONENT:KEY")]
    key: SettingName,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The answer for programs.
#[derive(Serialize)]
struct Report<'a> {
    setting: &'a DeclaredSetting,
    available_bytes: usize,
    #[serde(flatten)]
    solution: Solution,
}

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let declared = arguments.declared.read()?;
    let available_bytes = arguments.limit.needed(&declared)?.available_bytes()?;
    let bounds = declared.bounds;
    let settings = sizing::settings(&bounds);
    let setting = arguments.key.find(&settings)?;
    // It is one of theirs.
    let Some(solution) = sizing::solve(&bounds, setting, available_bytes) else { return Ok(Answer::of("")) };
    let text = if arguments.json {
        json(&Report { setting, available_bytes, solution })?
    } else {
        text(&bounds, setting, &solution, Some(available_bytes))
    };
    let verdict = match solution.largest_that_fits {
        LargestThatFits::AtMost(_) | LargestThatFits::Unlimited => Verdict::Fits,
        _ => Verdict::DoesNotFit,
    };
    Ok(Answer { text, verdict })
}

/// What is known about a setting, in lines; what fits where `available_bytes` are there for everything.
pub(crate) fn text(
    bounds: &ComponentBounds,
    setting: &DeclaredSetting,
    solution: &Solution,
    available_bytes: Option<usize>,
) -> String {
    let total = amount(sizing::evaluate_with(bounds, |_, _, value| value));
    let mut lines = Vec::new();
    if available_bytes.is_some() {
        lines.push(format!("{setting} {}", verdict(setting, solution)));
    }
    lines.push(format!("it is {} now, and {total} are declared in all", value_of(setting)));
    if setting.range != SettingRange::ANY {
        lines.push(format!("it takes {}", setting.range));
    }
    lines.extend(available_bytes.map(|bytes| format!("the limit leaves {} for that", size(Some(bytes)))));
    lines.extend(match solution.bytes_per_unit {
        BytesPerUnit::Always(bytes) => Some(format!("each unit takes {}", size(Some(bytes)))),
        BytesPerUnit::OnAverage(bytes) => {
            Some(format!("a unit takes {} on average, up to the present value", size(Some(bytes))))
        }
        _ => None,
    });
    if solution.effect == SettingEffect::Shrinks {
        lines.push("the smaller the value, the more is declared".to_owned());
    }
    lines.push(format!("{} computed from it:", counted(setting.used_in.len())));
    lines.extend(setting.used_in.iter().take(SHOWN).map(|used| format!("  {used}")));
    let more = setting.used_in.len().saturating_sub(SHOWN);
    lines.extend((more > 0).then(|| format!("  and {} more", grouped(more))));
    lines.join("\n")
}

/// What fits, as a setting is said to.
fn verdict(setting: &DeclaredSetting, solution: &Solution) -> String {
    match (solution.largest_that_fits, solution.no_greater_fits, solution.every_smaller_fits) {
        (LargestThatFits::AtMost(largest), true, true) => format!("fits with at most {largest}"),
        (LargestThatFits::AtMost(largest), true, false) => {
            format!("fits with {largest}, but not with every smaller value")
        }
        (LargestThatFits::AtMost(largest), false, true) => {
            format!("fits with {largest}, perhaps also with a greater value")
        }
        (LargestThatFits::AtMost(largest), false, false) => {
            format!("fits with {largest}, perhaps also with another value")
        }
        (LargestThatFits::Unlimited, _, true) => "fits with any value".to_owned(),
        (LargestThatFits::Unlimited, _, false) => "fits without a limit, but not with every value".to_owned(),
        (LargestThatFits::None, ..) if setting.range.at_least.is_some_and(|least| least > 1) => {
            format!("fits with no value it takes ({}); something else has to be lowered", setting.range)
        }
        (LargestThatFits::None, ..) => {
            "fits with no value above 0; something else has to be lowered".to_owned()
        }
        _ => "fits with no value that was found, though not all were tried".to_owned(),
    }
}

/// How many entries are listed.
const SHOWN: usize = 10;

fn counted(entries: usize) -> String {
    if entries == 1 { "one entry is".to_owned() } else { format!("{} entries are", grouped(entries)) }
}
