//! What Rust has and a size expression has not: what is said of it, and that who does what is said is understood.

use super::tests::{parse_bare, parse_quoted, structure};

/// What is written, what is said of it, what is then written, and what that means.
type Case = (&'static str, &'static str, &'static str, &'static str);

fn check(cases: &[Case]) {
    for (written, said, obeyed, means) in cases {
        for mistaken in [parse_bare(written), parse_quoted(written)] {
            let message = mistaken.err().unwrap_or_else(|| panic!("{written} is understood")).to_string();
            let message = message.replace(ACCESSOR, "ACCESSOR").replace(CONDITION, "CONDITION");
            assert_eq!(message, *said, "{written}");
        }
        assert_eq!(structure(&parse_bare(obeyed).unwrap()), *means, "{obeyed}");
    }
}

const ACCESSOR: &str =
    "compute it in an accessor of the type, `fn number(&self) -> usize`, and write `self.number()`";

const CONDITION: &str =
    "the greater of two values is `max(a, b)`, the lesser `min(a, b)`, and a `bool` setting counts as 0 or 1";

#[test]
fn shifts_are_products_of_all_that_stands_before_them() {
    check(&[
        ("1 << 20", "write `1 MiB` in place of `1 << 20`", "1 MiB", "1048576"),
        ("a << 10", "write `* 1 KiB` in place of `<< 10`", "a * 1 KiB", "(* a 1024)"),
        ("a * b >> 3", "write `/ 8` in place of `>> 3`", "a * b / 8", "(/ (* a b) 8)"),
        (
            "a + b << 2",
            "write `(…) * 4` in place of `<< 2`, with all that stands before it in the parentheses",
            "(a + b) * 4",
            "(* (+ a b) 4)",
        ),
        (
            "a << 2 + 1",
            "`<<` has no place here: write `*` and the power of two as a number. Where that is none, ACCESSOR",
            "a * 8",
            "(* a 8)",
        ),
        (
            "1 << bits",
            "`<<` has no place here: write `*` and the power of two as a number. Where that is none, ACCESSOR",
            "self.number()",
            "self+1",
        ),
    ]);
}

#[test]
fn units_stand_behind_numbers() {
    let units = "The units are `KiB`, `MiB` and `GiB`, each 1024 of the one before";
    check(&[
        ("1024 * MiB", "write `1024 MiB` in place of `1024 * MiB`", "1024 MiB", "1073741824"),
        ("MiB", "a unit stands behind a number: write `1 MiB`", "1 MiB", "1048576"),
        ("a * KiB", "a unit stands behind a number: write `1 KiB`", "a * 1 KiB", "(* a 1024)"),
        (
            "a KiB",
            "a unit stands behind a number: write `* 1 KiB` in place of `KiB`",
            "a * 1 KiB",
            "(* a 1024)",
        ),
        (
            "4MB",
            &format!("`MB` is not a unit here: write `4 MiB`, or the bytes as a number. {units}").leak()[..],
            "4 MiB",
            "4194304",
        ),
        ("2 TiB", "`GiB` is the greatest unit: write `2048 GiB`", "2048 GiB", "2199023255552"),
        ("4 bytes", "a number without a unit is one of bytes or items: leave out `bytes`", "4", "4"),
        ("0.5 MiB", "a size is a whole number: write `512 KiB` in place of `0.5 MiB`", "512 KiB", "524288"),
        (
            "a * 1.5GiB",
            "a size is a whole number: write `1536 MiB` in place of `1.5 GiB`",
            "a * 1536 MiB",
            "(* a 1610612736)",
        ),
        (
            "0.3 MiB",
            "a size is a whole number: write `3 MiB / 10` in place of `0.3 MiB`",
            "3 MiB / 10",
            "(/ 3145728 10)",
        ),
    ]);
}

#[test]
fn fractions_are_products_and_quotients() {
    check(&[
        (
            "a * 0.3",
            "a size is a whole number: in place of `x * 0.3` write `x * 3 / 10`",
            "a * 3 / 10",
            "(/ (* a 3) 10)",
        ),
        (
            "a * .25",
            "a size is a whole number: in place of `x * .25` write `x * 1 / 4`",
            "a * 1 / 4",
            "(/ (* a 1) 4)",
        ),
        (
            "0.3 * a",
            "a size is a whole number: in place of `0.3 * x` write `x * 3 / 10`",
            "a * 3 / 10",
            "(/ (* a 3) 10)",
        ),
        (
            "a / 0.75",
            "a size is a whole number: in place of `x / 0.75` write `x * 4 / 3`",
            "a * 4 / 3",
            "(/ (* a 4) 3)",
        ),
        ("a * 1.5e3", "a size is a whole number: write `1500`", "a * 1500", "(* a 1500)"),
        (
            "1e-3 * a",
            "a size is a whole number: in place of `1e-3 * x` write `x * 1 / 1000`",
            "a * 1 / 1000",
            "(/ (* a 1) 1000)",
        ),
        ("a + 2.5", "a size is a whole number: write `3`", "a + 3", "(+ a 3)"),
        ("a * 30%", "write `30 / 100` in place of `30%`", "a * 30 / 100", "(/ (* a 30) 100)"),
        (
            "30% * a",
            "a part of `x` is written `x * 30 / 100`, in place of `30%`",
            "a * 30 / 100",
            "(/ (* a 30) 100)",
        ),
        (
            "a + 30%",
            "a part of `x` is written `x * 30 / 100`, in place of `30%`",
            "a + a * 30 / 100",
            "(+ a (/ (* a 30) 100))",
        ),
    ]);
}

#[test]
fn numbers_are_calculated_with_as_they_are() {
    let as_they_are = "numbers need no conversion here: leave out";
    check(&[
        ("a as usize * 2", &format!("{as_they_are} `as usize`").leak()[..], "a * 2", "(* a 2)"),
        ("(a as f64)", &format!("{as_they_are} `as f64`").leak()[..], "(a)", "a"),
        ("usize::from(a)", &format!("{as_they_are} `usize::from`").leak()[..], "(a)", "a"),
        ("&a", "nothing is borrowed here: leave out the `&`", "a", "a"),
        (
            "*a",
            "an operand is missing before `*`; nothing is dereferenced here, so a field stands without it",
            "a",
            "a",
        ),
        ("a;", "an expression ends without `;`: leave it out", "a", "a"),
        ("{ a } * 2", "write parentheses in place of `{ … }`", "( a ) * 2", "(* a 2)"),
        ("a * \"b\"", "a string cannot stand inside an expression: leave out its quotes", "a * b", "(* a b)"),
        ("a 2", "an operator is missing before `2`", "a * 2", "(* a 2)"),
        ("(a) (b)", "an operator is missing before `( … )`", "(a) + (b)", "(+ a b)"),
    ]);
}

#[test]
fn methods_of_numbers_are_operators() {
    check(&[
        (
            "a.pow(2)",
            "`pow` cannot be called here: write the product, as `a * a` for a square",
            "a * a",
            "(* a a)",
        ),
        ("a ** 2", "a power is written as a product: `a * a` in place of `a ** 2`", "a * a", "(* a a)"),
        (
            "a.saturating_sub(1)",
            "`saturating_sub` cannot be called here: write `a - b`, which never falls below 0",
            "a - 1",
            "(- a 1)",
        ),
        (
            "a.div_ceil(8)",
            "`div_ceil` cannot be called here: write `a / b`, which rounds up",
            "a / 8",
            "(/ a 8)",
        ),
        (
            "a.next_multiple_of(8)",
            "`next_multiple_of` cannot be called here: write `a / b * b`, as `/` rounds up",
            "a / 8 * 8",
            "(* (/ a 8) 8)",
        ),
        (
            "a.clamp(2, 8)",
            "`clamp` cannot be called here: write `min(max(a, low), high)`",
            "min(max(a, 2), 8)",
            "(min (max a 2) 8)",
        ),
        (
            "a.max(8)",
            "`max` stands in front of what it compares: write `max(a, b)`",
            "max(a, 8)",
            "(max a 8)",
        ),
        ("std::cmp::min(a, 8)", "write `min(a, b)` without the path in front", "min(a, 8)", "(min a 8)"),
        (
            "a?",
            "write `unwrap_or(…)` in place of `?`, with what the setting counts as where it is absent",
            "a.unwrap_or(3)",
            "(a or 3)",
        ),
        (
            "1..a",
            "a range has no place here; write how many there are: `b - a` in place of `a..b`",
            "a - 1",
            "(- a 1)",
        ),
        ("..=a", "a range has no place here; write how many there are: `b - a` in place of `a..b`", "a", "a"),
        (
            "size_of<u64>()",
            "the colons are missing: write `size_of::<T>()`",
            "size_of::<u64>()",
            "size_of(u64)",
        ),
        (
            "size_of(u64)",
            "the type stands between `::<` and `>`: write `size_of::<u64>()`",
            "size_of::<u64>()",
            "size_of(u64)",
        ),
        ("windows()", "an accessor is called on `self`: write `self.windows()`", "self.windows()", "self+1"),
        (
            "Self::windows() * 2",
            "an accessor is called on `self`: write `self.windows()`",
            "self.windows() * 2",
            "(* self+1 2)",
        ),
    ]);
}

#[test]
fn whatever_else_is_computed_is_so_in_an_accessor() {
    let otherwise = |what: &str| -> &'static str { format!("{what}: ACCESSOR").leak() };
    let conditional =
        |what: &str| -> &'static str { format!("{what}: CONDITION. For anything else, ACCESSOR").leak() };
    for (written, said) in [
        ("a % 2", otherwise("`%` has no place here")),
        ("a ^ 2", otherwise("`^` has no place here")),
        ("a & 7", otherwise("`&` has no place here")),
        ("a[0]", otherwise("`[ … ]` has no place here")),
        ("|this| this.a", otherwise("a closure cannot stand here")),
        ("move || 3", otherwise("a closure cannot stand here")),
        ("loop { 3 }", otherwise("`loop` cannot stand here")),
        ("round(a)", otherwise("the function `round` cannot be called here")),
        ("limits::round(a)", otherwise("the function `limits::round` cannot be called here")),
        (
            "a.rotate_left(2)",
            otherwise("`rotate_left` is called with arguments, but only accessors without any can be"),
        ),
        ("if a > 3 { 1 } else { 2 }", conditional("`if` cannot stand here")),
        ("match a { _ => 3 }", conditional("`match` cannot stand here")),
        ("a >= 3", conditional("`>=` has no place here")),
        ("a && b", conditional("`&&` has no place here")),
        ("!a", conditional("`!` has no place here")),
    ] {
        check(&[(written, said, "self.number()", "self+1")]);
    }
}
