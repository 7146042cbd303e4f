//! A tree as arithmetic that a person can read.

use std::fmt;

use super::UsageExpr;

/// How tightly an operator binds its operands; an operand that binds less tightly gets parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Additive,
    Multiplicative,
    Atom,
}

impl UsageExpr {
    fn binding(&self) -> Binding {
        match self {
            Self::Product { values } | Self::Sum { values } if values.is_empty() => Binding::Atom,
            Self::Product { values } | Self::Sum { values } if values.len() == 1 => {
                values.first().map_or(Binding::Atom, Self::binding)
            }
            Self::Sum { .. } | Self::Difference { .. } => Binding::Additive,
            Self::Product { .. } | Self::Quotient { .. } => Binding::Multiplicative,
            _ => Binding::Atom,
        }
    }
}

/// Arithmetic with every name beside its value: a setting as `capacity=128` or, without a limit, as `capacity=unlimited`, the
/// size of what is stored as `size(buffer)=8`, a constant as `HEADER=16` or, without a name, as `16`. `-` never goes below zero
/// and `/` rounds up.
impl fmt::Display for UsageExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StructSize { name, value } => write!(f, "size({name})={value}"),
            Self::Constant { name, value } if name.is_empty() => write!(f, "{value}"),
            Self::Config { name, value } | Self::Constant { name, value } => write!(f, "{name}={value}"),
            Self::Unlimited { name } if name.is_empty() => f.write_str("unlimited"),
            Self::Unlimited { name } => write!(f, "{name}=unlimited"),
            Self::Product { values } if values.is_empty() => f.write_str("1"),
            Self::Sum { values } if values.is_empty() => f.write_str("0"),
            Self::Product { values } => infix(f, values, " * ", Binding::Multiplicative),
            Self::Sum { values } => infix(f, values, " + ", Binding::Additive),
            Self::Max { values } => call(f, "max", values),
            Self::Min { values } => call(f, "min", values),
            Self::Difference { minuend, subtrahend } => {
                operand(f, minuend, Binding::Additive)?;
                f.write_str(" - ")?;
                operand(f, subtrahend, Binding::Multiplicative)
            }
            Self::Quotient { dividend, divisor } => {
                operand(f, dividend, Binding::Multiplicative)?;
                f.write_str(" / ")?;
                operand(f, divisor, Binding::Atom)
            }
            Self::NextPowerOfTwo { value } => write!(f, "next_power_of_two({value})"),
        }
    }
}

/// The first operand may bind as loosely as the operator itself; a later one that begins with `-` or `/` must not,
/// because `a * (b / c)` rounds differently from `a * b / c`.
fn infix(f: &mut fmt::Formatter<'_>, values: &[UsageExpr], operator: &str, binding: Binding) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            f.write_str(operator)?;
        }
        if index > 0 && begins_uneven(value, binding) {
            write!(f, "({value})")?;
        } else {
            operand(f, value, binding)?;
        }
    }
    Ok(())
}

/// Whether the first operation written for `value`, without parentheses around it, is a `-` or `/` that binds like
/// `binding`.
fn begins_uneven(value: &UsageExpr, binding: Binding) -> bool {
    match value {
        UsageExpr::Difference { .. } | UsageExpr::Quotient { .. } => value.binding() == binding,
        UsageExpr::Product { values } | UsageExpr::Sum { values } => {
            value.binding() == binding && values.first().is_some_and(|first| begins_uneven(first, binding))
        }
        _ => false,
    }
}

fn operand(f: &mut fmt::Formatter<'_>, value: &UsageExpr, at_least: Binding) -> fmt::Result {
    if value.binding() < at_least { write!(f, "({value})") } else { write!(f, "{value}") }
}

fn call(f: &mut fmt::Formatter<'_>, name: &str, values: &[UsageExpr]) -> fmt::Result {
    write!(f, "{name}(")?;
    for (index, value) in values.iter().enumerate() {
        let separator = if index > 0 { ", " } else { "" };
        write!(f, "{separator}{value}")?;
    }
    f.write_str(")")
}
