//! That what is parsed means what Rust's precedence says, and that no text makes the parser panic.

use proc_macro2::Span;
use proptest::prelude::*;
use syn::LitStr;
use syn::parse::{ParseStream, Parser};

use super::{Expression, Operator, parse_expression};

pub(super) fn parse_bare(text: &str) -> syn::Result<Expression> {
    (|input: ParseStream| parse_expression(input, Span::call_site())).parse_str(text)
}

pub(super) fn parse_quoted(text: &str) -> syn::Result<Expression> {
    let literal = LitStr::new(text, Span::call_site());
    (|input: ParseStream| parse_expression(input, Span::call_site())).parse2(quote::quote!(#literal))
}

/// The expression with its operators in front and everything in parentheses.
pub(super) fn structure(expression: &Expression) -> String {
    let list = |operator: &str, operands: &[Expression]| {
        let operands: Vec<_> = operands.iter().map(structure).collect();
        format!("({operator} {})", operands.join(" "))
    };
    match expression {
        Expression::Integer { value, .. } => value.to_string(),
        Expression::SizeOf { ty, .. } => {
            format!("size_of({})", quote::quote!(#ty).to_string().replace(' ', ""))
        }
        Expression::Word(word) => word.to_string(),
        Expression::Constant(path) => quote::quote!(#path).to_string().replace(' ', ""),
        Expression::Place(place) => format!("{}+{}", place.first, place.rest.len()),
        Expression::Key { name, place, .. } => format!("{name:?}:{}", structure(place)),
        Expression::Fixed { name, place, .. } => format!("constant {name:?}:{}", structure(place)),
        Expression::Absent { place, default, .. } => {
            format!("({} or {})", structure(place), structure(default))
        }
        Expression::Many { operator, operands } => match operator {
            Operator::Sum => list("+", operands),
            Operator::Product => list("*", operands),
            Operator::Max => list("max", operands),
            Operator::Min => list("min", operands),
        },
        Expression::Difference(operands) => list("-", &**operands),
        Expression::Quotient(operands) => list("/", &**operands),
    }
}

#[test]
fn the_structure_is_that_of_rust_with_flat_sums_and_products() {
    let cases = [
        ("a + b * c", "(+ a (* b c))"),
        ("(a + b) * c", "(* (+ a b) c)"),
        ("a + b + c", "(+ a b c)"),
        ("a * b * c", "(* a b c)"),
        ("a + (b + c)", "(+ a (+ b c))"),
        ("a - b - c", "(- (- a b) c)"),
        ("a - b + c + d", "(+ (- a b) c d)"),
        ("a + b - c", "(- (+ a b) c)"),
        ("a / b * c / d", "(/ (* (/ a b) c) d)"),
        ("a - b * c", "(- a (* b c))"),
        ("max(a, b + c, min(d, 1))", "(max a (+ b c) (min d 1))"),
        ("max(a, b,)", "(max a b)"),
        ("1_000usize * 0x10", "(* 1000 16)"),
        ("self.a.b() * limits::MAX", "(* self+2 limits::MAX)"),
        ("self.0.1", "self+2"),
        ("key(\"x\", a.b) + A", "(+ \"x\":a+1 A)"),
        ("constant(\"x\", self.a()) + constant(\"y\", A)", "(+ constant \"x\":self+1 constant \"y\":A)"),
        ("4 KiB + 2MiB * 0x10 GiB", "(+ 4096 (* 2097152 17179869184))"),
        ("a.unwrap_or(1) * 2", "(* (a or 1) 2)"),
        ("a.b().unwrap_or(c + unlimited)", "(a+1 or (+ c unlimited))"),
        ("key(\"x\", a.unwrap_or(b))", "\"x\":(a or b)"),
        ("T::MAX.unwrap_or(MAX.unwrap_or(3))", "(T::MAX or (MAX or 3))"),
        ("Packet::<u8>::LEN * 2", "(* Packet::<u8>::LEN 2)"),
        ("std::mem::size_of::<Vec<Vec<u8>>>() + size_of::<T>()", "(+ size_of(Vec<Vec<u8>>) size_of(T))"),
    ];
    for (text, expected) in cases {
        assert_eq!(structure(&parse_bare(text).unwrap()), expected, "{text}");
        assert_eq!(structure(&parse_quoted(text).unwrap()), expected, "{text}");
    }
}

const SETTINGS: [(&str, u128); 6] =
    [("none", 0), ("one", 1), ("few", 7), ("many", 100_000), ("huge", 1 << 63), ("most", u64::MAX as u128)];

fn setting(name: &str) -> u128 {
    SETTINGS.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value).unwrap()
}

/// `None` once a number does not fit 64 bits, and from then on.
fn fitting(number: u128) -> Option<u128> {
    (number <= u128::from(u64::MAX)).then_some(number)
}

/// What the parsed expression evaluates to.
fn value_of(expression: &Expression) -> Option<u128> {
    match expression {
        Expression::Integer { value, .. } => Some((*value).into()),
        Expression::Word(word) => Some(setting(&word.to_string())),
        Expression::Many { operator, operands } => {
            let values = operands.iter().map(value_of).collect::<Option<Vec<_>>>()?;
            let mut values = values.into_iter();
            let first = values.next().unwrap();
            values.try_fold(first, |left, right| match operator {
                Operator::Sum => fitting(left + right),
                Operator::Product => fitting(left * right),
                Operator::Max => Some(left.max(right)),
                Operator::Min => Some(left.min(right)),
            })
        }
        Expression::Difference(operands) => {
            Some(value_of(&operands[0])?.saturating_sub(value_of(&operands[1])?))
        }
        Expression::Quotient(operands) => {
            Some(value_of(&operands[0])?.div_ceil(value_of(&operands[1])?.max(1)))
        }
        _ => panic!("{} is not among what is generated", structure(expression)),
    }
}

/// Calculates a text while reading it, without a tree: values and waiting operators on two stacks.
struct Calculator {
    values: Vec<Option<u128>>,
    operators: Vec<char>,
}

impl Calculator {
    fn calculate(text: &str) -> Option<u128> {
        let mut calculator = Self { values: Vec::new(), operators: Vec::new() };
        let letters: Vec<char> = text.chars().collect();
        let mut position = 0;
        while let Some(&letter) = letters.get(position) {
            position += 1;
            match letter {
                ' ' | '\n' => {}
                '+' | '-' | '*' | '/' => {
                    calculator.apply_while(|waiting| rank(waiting) >= rank(letter));
                    calculator.operators.push(letter);
                }
                '(' => calculator.operators.push('('),
                // A comma ends an operand of the function whose parenthesis is open.
                ',' => calculator.apply_while(|waiting| waiting != '('),
                ')' => {
                    calculator.apply_while(|waiting| waiting != '(');
                    calculator.operators.pop();
                    if matches!(calculator.operators.last(), Some('>' | '<')) {
                        calculator.apply();
                    }
                }
                _ => {
                    let rest = letters[position..].iter();
                    let more = rest.take_while(|letter| letter.is_alphanumeric() || **letter == '_').count();
                    let word: String = letters[position - 1..position + more].iter().collect();
                    position += more;
                    match word.as_str() {
                        "max" => calculator.operators.push('>'),
                        "min" => calculator.operators.push('<'),
                        digits if letter.is_ascii_digit() => {
                            calculator.values.push(Some(digits.replace('_', "").parse().unwrap()));
                        }
                        name => calculator.values.push(Some(setting(name))),
                    }
                }
            }
        }
        calculator.apply_while(|_| true);
        assert_eq!(calculator.values.len(), 1, "{text}");
        calculator.values[0]
    }

    fn apply_while(&mut self, applies: impl Fn(char) -> bool) {
        while self.operators.last().is_some_and(|&waiting| applies(waiting)) {
            self.apply();
        }
    }

    fn apply(&mut self) {
        let operator = self.operators.pop().unwrap();
        let (right, left) = (self.values.pop().unwrap(), self.values.pop().unwrap());
        let result = left.zip(right).and_then(|(left, right)| match operator {
            '+' => fitting(left + right),
            '-' => Some(left.saturating_sub(right)),
            '*' => fitting(left * right),
            '/' => Some(if right == 0 { left } else { left.div_ceil(right) }),
            '>' => Some(left.max(right)),
            '<' => Some(left.min(right)),
            other => panic!("no operator {other}"),
        });
        self.values.push(result);
    }
}

/// How tightly an operator binds; one that waits for its parenthesis is not applied before it.
fn rank(operator: char) -> u8 {
    match operator {
        '*' | '/' => 2,
        '+' | '-' => 1,
        _ => 0,
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0_u64..20).prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        (1_u64..1000, 0_u64..1000).prop_map(|(thousands, rest)| format!("{thousands}_{rest:03}")),
        prop::sample::select(SETTINGS.map(|(name, _)| name).to_vec()).prop_map(str::to_owned),
    ];
    let operator = prop::sample::select(vec!["+", " - ", "*", " / ", " + ", "-", " * ", "/", "\n*  "]);
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            4 => (inner.clone(), prop::collection::vec((operator.clone(), inner.clone()), 1..6)).prop_map(
                |(first, rest)| rest.into_iter().fold(first, |text, (operator, next)| text + operator + &next)
            ),
            2 => inner.clone().prop_map(|inside| format!("({inside})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
            1 => (inner.clone(), inner).prop_map(|(a, b)| format!("min( {a},{b} )")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_expression_means_what_is_calculated_while_reading_it(text in any_text()) {
        let expected = Calculator::calculate(&text);
        prop_assert_eq!(value_of(&parse_bare(&text).unwrap()), expected, "{}", text);
        prop_assert_eq!(value_of(&parse_quoted(&text).unwrap()), expected, "{:?}", text);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        prop_assert!(parse_quoted(&text).is_err() || !text.trim().is_empty());
    }

    #[test]
    fn no_text_of_known_pieces_makes_the_parser_panic(text in "([a-c0-9.,:<>()+*/ _\"'!&|=-]|max\\(|size_of::<|key\\(\"|self\\.|unwrap_or\\(| KiB|<<){0,24}") {
        let _ = parse_bare(&text);
        let _ = parse_quoted(&text);
    }
}

#[test]
fn the_calculator_knows_precedence_and_overflow() {
    assert_eq!(Calculator::calculate("2 + 3 * 4 - 20 / 3"), Some(7));
    assert_eq!(Calculator::calculate("1 - 2 + 3"), Some(3));
    assert_eq!(Calculator::calculate("max(1, 2 + 3) * min(7, (8 - 6))"), Some(10));
    assert_eq!(Calculator::calculate("0 * (most + 1)"), None);
    assert_eq!(Calculator::calculate("few / none"), Some(7));
}

#[test]
fn a_chain_that_nests_without_end_is_refused_while_it_is_read() {
    for operator in ["-", "/"] {
        let text = format!("few{}", format!(" {operator} one").repeat(100_000));
        let message = parse_quoted(&text).err().unwrap().to_string();
        assert_eq!(
            message,
            "the expression has more than 200 levels; give parts of it a name with accessors"
        );
    }
}

#[test]
fn a_row_without_end_is_refused_while_it_is_read() {
    for operator in ["+", "*"] {
        let text = format!("few{}", format!(" {operator} one").repeat(100_000));
        let message = parse_quoted(&text).err().unwrap().to_string();
        assert_eq!(message, "more than 1000 operands stand in a row; give parts of it a name with accessors");
    }
    let many = format!("max(one{})", ", one".repeat(100_000));
    assert!(parse_quoted(&many).is_err());
    let flat = format!("one{}", " + one".repeat(999));
    assert_eq!(value_of(&parse_quoted(&flat).unwrap()), Some(1000));
}

#[test]
fn a_path_without_end_is_refused_while_it_is_read() {
    let message = parse_quoted(&format!("few{}", ".x".repeat(20_000))).err().unwrap().to_string();
    assert_eq!(message, "a path has at most 32 segments; write an accessor for it");
}

#[test]
fn nesting_without_end_is_refused_before_it_is_parsed() {
    let nested = |open: &str, close: &str| format!("{}one{}", open.repeat(100_000), close.repeat(100_000));
    for text in
        [nested("(", ")"), nested("max(", ", one)"), format!("size_of::<{}>()", nested("Option<", ">"))]
    {
        let message = parse_quoted(&text).err().unwrap().to_string();
        let expected = "this is nested more than 100 levels deep; give a part of it a name of its own";
        assert_eq!(message, expected);
    }
}
