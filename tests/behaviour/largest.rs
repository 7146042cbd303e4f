//! The largest value of a setting that fits is the one that is found by trying all.
//!
//! Trees of every form: factors, nested and flattened, settings without a limit, the greater and the lesser, differences, and
//! twins: parts that are flattened into one component and have different values under one key.

use memory_accounting::sizing::{LargestThatFits, LeastThatFits, SettingShare, explain};
use memory_accounting::{ComponentBounds, MemoryBounds, MemoryBoundsBuilder, UsageExpr};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Formula {
    /// One of the part's settings.
    Setting(usize),
    Number(usize),
    Of(Operation, Box<[Formula; 2]>),
    NextPowerOfTwo(Box<Formula>),
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Product,
    Sum,
    Max,
    Min,
    Difference,
    Quotient,
}

const KEYS: [&str; 2] = ["a", "b"];

#[derive(Clone, Debug)]
struct Part {
    /// The values of its two settings; `None` is no limit.
    values: [Option<usize>; 2],
    minimum: Vec<Formula>,
    firm: Vec<Formula>,
    /// Whether a firm formula is what the whole is, of which the minimum at its place is a part.
    firm_is_the_rest: bool,
    flattened: Vec<Below>,
    subcomponents: Vec<Below>,
}

/// A part below another, and how many of it.
#[derive(Clone, Debug)]
struct Below {
    times: Option<Formula>,
    part: Part,
}

/// A part with the name that tells its subcomponents from those of parts that are flattened beside it.
struct Named<'a> {
    name: String,
    part: &'a Part,
}

impl MemoryBounds for Named<'_> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let Part { values, minimum, firm, flattened, subcomponents, .. } = self.part;
        // As something that is allocated up front in part, of which the rest is firm.
        for (index, formula) in minimum.iter().enumerate() {
            builder.minimum().with_named_expr(index.to_string(), formula.expr(values));
        }
        for (index, formula) in firm.iter().enumerate() {
            let expr = match (self.part.firm_is_the_rest, minimum.get(index)) {
                (true, Some(minimum)) => UsageExpr::difference(formula.expr(values), minimum.expr(values)),
                _ => formula.expr(values),
            };
            builder.firm().with_named_expr(index.to_string(), expr);
        }
        for (index, below) in flattened.iter().enumerate() {
            let part = Named { name: format!("{}f{index}", self.name), part: &below.part };
            match &below.times {
                Some(times) => builder.with_repeated(&times.expr(values), &part),
                None => builder.with_flattened(&part),
            };
        }
        for (index, below) in subcomponents.iter().enumerate() {
            let name = format!("{}c{index}", self.name);
            let part = Named { name: String::new(), part: &below.part };
            match &below.times {
                Some(times) => builder.with_repeated_subcomponent(name, &times.expr(values), &part),
                None => builder.with_subcomponent(name, &part),
            };
        }
    }
}

/// A setting, by its component, key and value, and another value for it.
struct Changed<'a> {
    share: &'a SettingShare,
    value: Option<usize>,
}

impl Formula {
    fn expr(&self, values: &[Option<usize>; 2]) -> UsageExpr {
        match self {
            Self::Setting(index) => match values[*index] {
                Some(value) => UsageExpr::config(KEYS[*index], value),
                None => UsageExpr::unlimited(KEYS[*index]),
            },
            Self::Number(value) => UsageExpr::constant("", *value),
            Self::Of(operation, operands) => {
                let [first, second] = operands.each_ref().map(|operand| operand.expr(values));
                match operation {
                    Operation::Product => UsageExpr::product("", first, second),
                    Operation::Sum => UsageExpr::sum("", first, second),
                    Operation::Max => UsageExpr::max(first, second),
                    Operation::Min => UsageExpr::min(first, second),
                    Operation::Difference => UsageExpr::difference(first, second),
                    Operation::Quotient => UsageExpr::quotient(first, second),
                }
            }
            Self::NextPowerOfTwo(value) => UsageExpr::next_power_of_two(value.expr(values)),
        }
    }

    /// In `component`, of a part with these values.
    fn evaluate(&self, component: &str, values: &[Option<usize>; 2], changed: &Changed<'_>) -> Option<usize> {
        let settings = [0, 1].map(|index| {
            let SettingShare { component: of, key, value, .. } = changed.share;
            let is_it = of == component && key == KEYS[index] && *value == values[index];
            if is_it { changed.value } else { values[index] }
        });
        self.expr(&settings).checked_evaluate()
    }
}

fn times(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    if a == Some(0) || b == Some(0) { Some(0) } else { a?.checked_mul(b?) }
}

/// What `whole` is above `part`.
fn rest(whole: Option<usize>, part: Option<usize>) -> Option<usize> {
    Some(part.map_or(0, |part| whole.unwrap_or(usize::MAX).saturating_sub(part))).filter(|_| whole.is_some())
}

/// All bytes of `part`, which is declared in `component`.
fn total(part: &Part, component: &str, name: &str, changed: &Changed<'_>) -> Option<usize> {
    let evaluate = |formula: &Formula| formula.evaluate(component, &part.values, changed);
    let firm = part.firm.iter().enumerate().map(|(index, formula)| {
        match part.minimum.get(index).filter(|_| part.firm_is_the_rest) {
            Some(minimum) => rest(evaluate(formula), evaluate(minimum)),
            None => evaluate(formula),
        }
    });
    let own = part.minimum.iter().map(evaluate).chain(firm);
    let count = |below: &Below| below.times.as_ref().map_or(Some(1), evaluate);
    let flattened = part.flattened.iter().enumerate().map(|(index, below)| {
        times(count(below), total(&below.part, component, &format!("{name}f{index}"), changed))
    });
    let subcomponents = part.subcomponents.iter().enumerate().map(|(index, below)| {
        let prefix = if component == "root" { String::new() } else { format!("{component}.") };
        times(count(below), total(&below.part, &format!("{prefix}{name}c{index}"), "", changed))
    });
    own.chain(flattened).chain(subcomponents).try_fold(0_usize, |sum, bytes| sum.checked_add(bytes?))
}

fn formula() -> impl Strategy<Value = Formula> {
    let leaf = prop_oneof![
        3 => (0_usize..2).prop_map(Formula::Setting),
        1 => (0_usize..20).prop_map(Formula::Number),
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        let operation = prop_oneof![
            Just(Operation::Product),
            Just(Operation::Sum),
            Just(Operation::Max),
            Just(Operation::Min),
            Just(Operation::Difference),
            Just(Operation::Quotient),
        ];
        prop_oneof![
            8 => (operation, inner.clone(), inner.clone())
                .prop_map(|(operation, first, second)| Formula::Of(operation, Box::new([first, second]))),
            1 => inner.prop_map(|value| Formula::NextPowerOfTwo(Box::new(value))),
        ]
    })
}

fn part(depth: usize) -> BoxedStrategy<Part> {
    let value = || prop_oneof![9 => (0_usize..40).prop_map(Some), 1 => Just(None)];
    let formulas = || prop::collection::vec(formula(), 0..3);
    let below = || {
        let most = if depth == 0 { 0 } else { 2 };
        // No strategy below the last level, so that this ends.
        let part = if depth == 0 { leaf_part() } else { part(depth - 1) };
        let below = (prop::option::of(formula()), part).prop_map(|(times, part)| Below { times, part });
        prop::collection::vec(below, 0..=most)
    };
    ([value(), value()], formulas(), formulas(), any::<bool>(), below(), below())
        .prop_map(|(values, minimum, firm, firm_is_the_rest, flattened, subcomponents)| Part {
            values,
            minimum,
            firm,
            firm_is_the_rest,
            flattened,
            subcomponents,
        })
        .boxed()
}

fn leaf_part() -> BoxedStrategy<Part> {
    let none = Vec::new;
    Just(Part {
        values: [None; 2],
        minimum: none(),
        firm: none(),
        firm_is_the_rest: false,
        flattened: Vec::new(),
        subcomponents: Vec::new(),
    })
    .boxed()
}

/// How far to try where a setting may get greater.
const FAR: usize = 200;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_largest_value_is_the_one_found_by_trying_all(part in part(2), limit in prop_oneof![0_usize..200, 0_usize..20_000]) {
        let explanation = explain(&ComponentBounds::of(&Named { name: String::new(), part: &part }), limit);
        for share in &explanation.settings {
            let total_with = |value| total(&part, "root", "", &Changed { share, value });
            let fits = |value| total_with(value).is_some_and(|total| total <= limit);
            let present = total_with(share.value);
            prop_assert_eq!(present, explanation.firm_limit_bytes);

            // What does not fit is lowered; else any value may be the greatest.
            let is_lowered = share.value.filter(|_| present.is_none_or(|present| present > limit));
            let last = is_lowered.unwrap_or(FAR);
            // Only where it may be any are there too many values to look at, and then it says so.
            let gave_up = is_lowered.is_none() && !share.no_greater_fits;
            let tried = (1..=last).rev().find(|value| fits(Some(*value)));
            match share.largest_that_fits {
                LargestThatFits::Unlimited => prop_assert!(is_lowered.is_none() && fits(None), "{:?}", share),
                LargestThatFits::AtMost(largest) if largest <= last => {
                    prop_assert!(tried == Some(largest) || (gave_up && tried > Some(largest)), "{:?}", share);
                }
                LargestThatFits::AtMost(largest) => {
                    prop_assert!(is_lowered.is_none() && fits(Some(largest)), "{:?}", share);
                    prop_assert!(gave_up || largest == usize::MAX || !fits(Some(largest + 1)), "{:?}", share);
                }
                LargestThatFits::None => prop_assert_eq!(tried, None),
                LargestThatFits::Unknown => prop_assert!(gave_up && tried.is_none(), "{:?}", share),
                other => prop_assert!(false, "{:?}", other),
            }
            if let LargestThatFits::AtMost(largest) = share.largest_that_fits {
                prop_assert!(share.no_greater_fits || gave_up, "{:?}", share);
                let all_fit = (1..largest.min(last)).all(|value| fits(Some(value)));
                prop_assert!(all_fit || !share.every_smaller_fits, "{:?}", share);
                prop_assert!(share.every_smaller_fits || !all_fit || largest > last, "{:?}", share);
            }

            let above = is_lowered.and_then(|present| (present + 1..FAR).find(|value| fits(Some(*value))));
            match share.least_that_fits {
                LeastThatFits::AtLeast(least) if least < FAR => prop_assert_eq!(above, Some(least)),
                LeastThatFits::AtLeast(least) => {
                    prop_assert!(above.is_none() && fits(Some(least)) && !fits(Some(least - 1)), "{:?}", share);
                }
                LeastThatFits::None => prop_assert!(above.is_none() || tried.is_some(), "{:?}", share),
                LeastThatFits::Unknown => prop_assert_eq!(above, None),
                other => prop_assert!(false, "{:?}", other),
            }
            if let (LeastThatFits::AtLeast(least), true) = (share.least_that_fits, share.every_greater_fits) {
                prop_assert!((least..FAR.max(least)).chain([usize::MAX]).all(|value| fits(Some(value))), "{:?}", share);
            }

            if let Some(present) = present {
                let most = total_with(share.value.map(|_| usize::MAX)).unwrap_or(usize::MAX);
                prop_assert_eq!(share.shrink_bytes, Some(present.saturating_sub(most)));
                let without = total_with(Some(0)).unwrap_or(usize::MAX);
                prop_assert_eq!(share.bytes, Some(present.saturating_sub(without)));
                let doubled = total_with(share.value.map(|value| 2 * value));
                prop_assert_eq!(share.growth_bytes, doubled.map(|doubled| doubled.saturating_sub(present)));
            }
        }
    }

    #[test]
    fn every_setting_on_which_bytes_depend_is_listed_with_its_component(part in part(2), limit in 0_usize..2000) {
        let explanation = explain(&ComponentBounds::of(&Named { name: String::new(), part: &part }), limit);
        let Some(present) = explanation.firm_limit_bytes else { return Ok(()) };
        // The settings of the root and of what is flattened into it.
        let mut parts = vec![&part];
        while let Some(at) = parts.pop() {
            parts.extend(at.flattened.iter().map(|below| &below.part));
            for (index, value) in at.values.into_iter().enumerate() {
                let mut share = match explanation.settings.first() {
                    Some(share) => share.clone(),
                    None => continue,
                };
                (share.component, share.key, share.value) = ("root".to_owned(), KEYS[index].to_owned(), value);
                let without = total(&part, "root", "", &Changed { share: &share, value: Some(0) });
                let most = total(&part, "root", "", &Changed { share: &share, value: value.map(|_| usize::MAX) });
                let is_listed = explanation.settings.iter().any(|listed| {
                    listed.component == "root" && listed.key == KEYS[index] && listed.value == value
                });
                let is_less = |total: Option<usize>| total.is_some_and(|total| total < present);
                prop_assert!(is_listed || !is_less(without) && !is_less(most), "{:?}", share);
            }
        }
    }
}

/// So many bytes, divided into `parts` of equal size and put together again.
struct Divided {
    bytes: usize,
    parts: usize,
    /// Bytes more, so that the least value is too much.
    more_than_one: bool,
}

impl MemoryBounds for Divided {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        let parts = || UsageExpr::config("parts", self.parts);
        let part = UsageExpr::quotient(UsageExpr::constant("bytes", self.bytes), parts());
        builder.firm().with_expr(UsageExpr::product("", part, parts()));
        if self.more_than_one {
            let missing = UsageExpr::difference(UsageExpr::constant("two", 2), parts());
            builder.firm().with_expr(missing);
        }
    }
}

#[test]
fn a_search_that_takes_too_long_says_what_it_does_not_know() {
    // Only what divides the bytes fits, so that each value has to be tried.
    let bytes = 2017 * 50_021;
    let share = |more_than_one| {
        let bounds = ComponentBounds::of(&Divided { bytes, parts: 60_000, more_than_one });
        explain(&bounds, bytes).settings.remove(0)
    };
    let with_one = share(false);
    assert_eq!((with_one.largest_that_fits, with_one.no_greater_fits), (LargestThatFits::AtMost(1), false));
    assert!(with_one.every_smaller_fits, "there is none");
    let without = share(true);
    assert_eq!((without.largest_that_fits, without.no_greater_fits), (LargestThatFits::Unknown, false));
    assert_eq!((without.least_that_fits, without.every_greater_fits), (LeastThatFits::Unknown, false));
    let bounds = ComponentBounds::of(&Divided { bytes, parts: 2017, more_than_one: true });
    assert_eq!(bounds.total_firm_limit_bytes(), bytes, "one would have fitted");

    let bounds = ComponentBounds::of(&Divided { bytes, parts: 50_000, more_than_one: false });
    let text = explain(&bounds, bytes).to_string();
    assert!(text.ends_with("would fit with 1, perhaps also with a greater value"), "{text}");
    let bounds = ComponentBounds::of(&Divided { bytes, parts: 60_000, more_than_one: true });
    let text = explain(&bounds, bytes).to_string();
    assert!(text.ends_with("no value that fits was found, though not all were tried"), "{text}");

    // Just above is one that is found.
    let bounds = ComponentBounds::of(&Divided { bytes, parts: 50_000, more_than_one: true });
    let text = explain(&bounds, bytes).to_string();
    assert!(text.ends_with("would fit with 50021, but not with every greater value"), "{text}");
}
