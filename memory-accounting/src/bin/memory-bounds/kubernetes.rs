//! `kubernetes`: the resources of a container that the bounds fit in.

use std::error::Error;

use clap::Args;
use memory_accounting::{BoundsVerifier, ComponentBounds, MemoryGrant, StartupSettings};

use crate::answer::{Answer, Verdict};
use crate::declared::DeclaredArguments;
use crate::limit::SlopArgument;
use crate::size::bytes;

/// Print a `resources` block for the container: the least limit that the bounds fit in, all of which is requested
///
/// It includes what --slop sets aside, and is rounded up to whole MiB. The scheduler goes by the request, so what is limited to more than it requested may be
/// on a node that has no more, where the kernel ends it below its own limit; and who uses more than was requested is evicted first. --request-minimum
/// takes that risk.
///
/// Exit codes: 0 there is such a limit, 1 no limit is enough, 2 the question could not be answered.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    declared: DeclaredArguments,

    #[command(flatten)]
    slop: SlopArgument,

    /// Request what is needed up front alone, so that more pods have room on a node while they use little
    #[arg(long)]
    request_minimum: bool,
}

/// Which part of the limit is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    All,
    /// What is needed up front.
    Minimum,
}

const MIB: u64 = 1 << 20;

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let declared = arguments.declared.read()?;
    let request = if arguments.request_minimum { Request::Minimum } else { Request::All };
    resources(&declared.bounds, &arguments.slop.settings(&declared), request)
}

fn resources(
    bounds: &ComponentBounds,
    settings: &StartupSettings,
    request: Request,
) -> Result<Answer, Box<dyn Error>> {
    // Whether any limit at all is enough.
    let greatest = MemoryGrant::effective(1 << 53)?;
    let verified = match BoundsVerifier::new(greatest, bounds.clone()).verify() {
        Ok(verified) => verified,
        Err(error) => {
            return Ok(Answer { text: format!("no limit is enough: {error}"), verdict: Verdict::DoesNotFit });
        }
    };
    let (minimum, firm_limit) = (verified.total_minimum_required_bytes(), verified.total_firm_limit_bytes());
    if firm_limit == 0 {
        // Some limit is enough, but nobody knows which.
        return Err("nothing is declared that a limit could be made from".into());
    }
    let Some(limit) = settings.limit_for(firm_limit) else {
        return Err("no limit is enough with so much set aside; lower --slop".into());
    };
    let set_aside = limit.saturating_sub(firm_limit as u64);
    let (requested, why) = match request {
        Request::Minimum => {
            let requested = set_aside.saturating_add(minimum as u64).next_multiple_of(MIB);
            (
                requested,
                format!(
                    "the {} of it that are needed up front, and as much set aside",
                    bytes(minimum as u64)
                ),
            )
        }
        Request::All => {
            (limit, "all of it, so that no node promises memory that it does not have".to_owned())
        }
    };
    Ok(Answer::of(format!(
        "# limit: {} are declared, and {} set aside for what no component declares\n\
         # request: {why}\n\
         # both are rounded up to whole MiB\n\
         resources:\n  requests:\n    memory: {}Mi\n  limits:\n    memory: {}Mi",
        bytes(firm_limit as u64),
        bytes(set_aside),
        requested / MIB,
        limit / MIB
    )))
}

#[cfg(test)]
mod tests {
    use memory_accounting::UsageExpr;

    use super::*;
    use crate::samples;

    fn settings(slop_factor: f64) -> StartupSettings {
        let mut settings = StartupSettings::default();
        settings.slop_factor = slop_factor;
        settings
    }

    #[test]
    fn requests_and_limits_are_rounded_up() {
        let answer = resources(&samples::usual(), &settings(0.5), Request::Minimum).unwrap();
        assert_eq!(
            answer.text,
            "# limit: 2.0 MiB are declared, and 2.0 MiB set aside for what no component declares\n\
             # request: the 1.0 MiB of it that are needed up front, and as much set aside\n\
             # both are rounded up to whole MiB\n\
             resources:\n  requests:\n    memory: 3Mi\n  limits:\n    memory: 4Mi"
        );
        let answer = resources(&samples::usual(), &settings(0.1), Request::All).unwrap();
        assert!(
            answer.text.ends_with("\n  requests:\n    memory: 3Mi\n  limits:\n    memory: 3Mi"),
            "{}",
            answer.text
        );
    }

    #[test]
    fn no_limit_is_enough_for_what_is_unbounded() {
        let bounds = samples::bounds(UsageExpr::unlimited("entries"), UsageExpr::constant("", 1));
        let answer = resources(&bounds, &settings(0.1), Request::Minimum).unwrap();
        assert_eq!(answer.verdict, Verdict::DoesNotFit);
        assert!(answer.text.starts_with("no limit is enough: the bounds of component `cache` are invalid"));
    }

    #[test]
    fn nothing_is_no_limit() {
        let bounds = samples::bounds(UsageExpr::config("entries", 0), UsageExpr::constant("", 0));
        let error = resources(&bounds, &settings(0.1), Request::All).unwrap_err();
        assert_eq!(error.to_string(), "nothing is declared that a limit could be made from");
    }
}
