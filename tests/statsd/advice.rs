//! What is advised can be followed: each value that is proposed for a setting, and all that are proposed together, in the file of an agent, which
//! then starts. Some settings have a least value far above the one that would fit, which is then not proposed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use memory_accounting::sizing::{self, Explanation, LargestThatFits};
use memory_accounting::{ComponentBounds, MemoryGrant};

use super::agent::{self, Agent};
use super::configuration;

/// What is said of the agent's own defaults in so many MiB.
fn explanation(mib: usize) -> Explanation {
    let (status, output, errors) = agent::run(&["--print-bounds"]);
    assert!(status.success(), "{errors:?}");
    let bounds: ComponentBounds = serde_json::from_str(&output.concat()).unwrap();
    let grant = MemoryGrant::with_slop_factor(mib << 20, MemoryGrant::DEFAULT_SLOP_FACTOR).unwrap();
    sizing::explain(&bounds, grant.effective_limit_bytes())
}

/// Starts an agent whose file has these settings, by the keys they have in it.
fn starts(name: &str, mib: usize, settings: &[(&str, usize)]) {
    let mut tables = BTreeMap::<&str, String>::new();
    for (key, value) in settings {
        let (table, key) = key.split_once('.').unwrap();
        _ = writeln!(tables.entry(table).or_default(), "{key} = {value}");
    }
    let mut text = String::new();
    for (table, settings) in &tables {
        _ = writeln!(text, "[{table}]\n{settings}");
    }
    let path = configuration(&format!("advice-{name}"), &text);
    drop(Agent::start(&["--config", path.to_str().unwrap(), "--limit", &format!("{mib}MiB")]));
}

/// Follows every advice there is, and gives the keys of the settings of which one value by itself is proposed.
fn followed(mib: usize) -> Vec<String> {
    let explanation = explanation(mib);
    let mut proposed = Vec::new();
    for share in &explanation.settings {
        if let LargestThatFits::AtMost(value) = share.largest_that_fits {
            starts(&format!("{mib}-{}", share.key), mib, &[(&share.key, value)]);
            proposed.push(share.key.clone());
        }
    }
    let together: Vec<_> =
        explanation.fitting_together.iter().map(|setting| (setting.key.as_str(), setting.value)).collect();
    if !together.is_empty() {
        starts(&format!("{mib}-together"), mib, &together);
    }
    proposed.sort();
    proposed
}

#[test]
fn a_value_that_is_proposed_is_one_that_the_agent_takes() {
    let proposed = followed(22);
    assert!(proposed.contains(&"destination.connection_limit".to_owned()), "{proposed:?}");
    assert!(!proposed.contains(&"destination.max_request_bytes".to_owned()), "{proposed:?}");
    let text = explanation(22).to_string();
    assert!(
        text.contains("destination.max_request_bytes = 16384 in destination")
            && text.contains("no value it takes fits (8192 to 65536)"),
        "{text}"
    );
    let proposed = followed(23);
    assert!(!proposed.contains(&"destination.piece_bytes".to_owned()), "{proposed:?}");
    assert!(!proposed.is_empty());
}

#[test]
fn what_is_proposed_together_is_taken_together() {
    assert_eq!(followed(8), [""; 0]);
    assert!(!explanation(8).fitting_together.is_empty(), "{}", explanation(8));
}
