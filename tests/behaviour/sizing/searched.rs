//! What is advised for any components and settings fits, and nothing greater does.

use memory_accounting::ComponentRegistry;
use memory_accounting::sizing::explain;
use proptest::prelude::*;

use super::{at_most, product};

/// What each component would use in total if the setting `key` of component `name` had `value`.
fn total_with(components: &[Vec<(usize, usize)>], name: usize, key: usize, value: usize) -> u128 {
    let mut total = 0;
    for (component, settings) in components.iter().enumerate() {
        for (index, (size, present)) in settings.iter().enumerate() {
            // Every second setting of a component has the key of the first.
            let value = if component == name && index % 2 == key { value } else { *present };
            total += *size as u128 * value as u128;
        }
    }
    total
}

proptest! {
    #[test]
    fn the_largest_that_fits_fits_and_one_more_does_not(
        components in prop::collection::vec(prop::collection::vec((0_usize..5000, 0_usize..5000), 1..5), 1..5),
        limit in 0_usize..100_000_000,
    ) {
        // Settings of one key have one value.
        let components: Vec<Vec<(usize, usize)>> = components
            .into_iter()
            .map(|settings| {
                let values: Vec<usize> = settings.iter().map(|&(_, value)| value).collect();
                settings.iter().enumerate().map(|(index, &(size, _))| (size, values[index % 2])).collect()
            })
            .collect();
        let registry = ComponentRegistry::default();
        for (name, settings) in components.iter().enumerate() {
            for (index, &(size, value)) in settings.iter().enumerate() {
                let entry = product(size, &(index % 2).to_string(), value);
                registry.get_or_create(name.to_string()).bounds_builder().firm().with_expr(entry);
            }
        }
        for share in explain(&registry.as_bounds(), limit).settings {
            let (name, key) = (share.component.parse().unwrap(), share.key.parse().unwrap());
            let fits = |value| total_with(&components, name, key, value) <= limit as u128;
            match at_most(share.largest_that_fits) {
                Some(largest) => {
                    prop_assert!(fits(share.value.unwrap()) == (largest >= share.value.unwrap()));
                    prop_assert!(fits(largest));
                    prop_assert!(!fits(largest + 1));
                }
                None => prop_assert!(!fits(1)),
            }
            let bytes = total_with(&components, name, key, share.value.unwrap()) - total_with(&components, name, key, 0);
            prop_assert_eq!(share.bytes.unwrap() as u128, bytes);
        }
    }
}
