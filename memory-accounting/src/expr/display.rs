//! A tree as arithmetic that a person can read.

use std::fmt;

use super::UsageExpr;
use super::escaped::Escaped;

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
        Written { expr: self, style: Style::Full }.fmt(f)
    }
}

impl UsageExpr {
    /// Arithmetic for reading at a glance: `8 B × capacity (1,000)`.
    pub(crate) fn brief(&self) -> impl fmt::Display {
        Written { expr: self, style: Style::Brief }
    }
}

#[derive(Clone, Copy)]
enum Style {
    Full,
    Brief,
}

/// A tree as arithmetic in one of the styles.
#[derive(Clone, Copy)]
struct Written<'a> {
    expr: &'a UsageExpr,
    style: Style,
}

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.expr {
            UsageExpr::StructSize { .. }
            | UsageExpr::Config { .. }
            | UsageExpr::Constant { .. }
            | UsageExpr::Unlimited { .. } => self.leaf(f),
            UsageExpr::Product { values } if values.is_empty() => f.write_str("1"),
            UsageExpr::Sum { values } if values.is_empty() => f.write_str("0"),
            UsageExpr::Product { values } => {
                let operator = match self.style {
                    Style::Full => " * ",
                    Style::Brief => " × ",
                };
                self.infix(f, values, operator, Binding::Multiplicative)
            }
            UsageExpr::Sum { values } => self.infix(f, values, " + ", Binding::Additive),
            UsageExpr::Max { values } => self.call(f, "max", values),
            UsageExpr::Min { values } => self.call(f, "min", values),
            UsageExpr::Difference { minuend, subtrahend } => {
                self.operand(f, minuend, Binding::Additive)?;
                f.write_str(" - ")?;
                self.operand(f, subtrahend, Binding::Multiplicative)
            }
            UsageExpr::Quotient { dividend, divisor } => {
                self.operand(f, dividend, Binding::Multiplicative)?;
                f.write_str(" / ")?;
                self.operand(f, divisor, Binding::Atom)
            }
            UsageExpr::NextPowerOfTwo { value } => write!(f, "next_power_of_two({})", self.of(value)),
        }
    }
}

impl<'a> Written<'a> {
    fn of(self, expr: &'a UsageExpr) -> Self {
        Self { expr, ..self }
    }

    fn leaf(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.expr, self.style) {
            (UsageExpr::Unlimited { name }, _) if name.is_empty() => f.write_str("unlimited"),
            (UsageExpr::Unlimited { name }, Style::Full) => write!(f, "{}=unlimited", Escaped(name)),
            (UsageExpr::Unlimited { name }, Style::Brief) => write!(f, "{} (unlimited)", Escaped(name)),
            (UsageExpr::Constant { name, value }, Style::Full) if name.is_empty() => write!(f, "{value}"),
            (UsageExpr::Constant { name, value }, Style::Brief) if name.is_empty() => {
                write!(f, "{}", Grouped(*value))
            }
            (UsageExpr::StructSize { name, value }, Style::Full) => {
                write!(f, "size({})={value}", Escaped(name))
            }
            (UsageExpr::StructSize { value, .. }, Style::Brief) => write!(f, "{} B", Grouped(*value)),
            (UsageExpr::Config { name, value } | UsageExpr::Constant { name, value }, Style::Full) => {
                write!(f, "{}={value}", Escaped(name))
            }
            (UsageExpr::Config { name, value } | UsageExpr::Constant { name, value }, Style::Brief) => {
                write!(f, "{} ({})", Escaped(name), Grouped(*value))
            }
            _ => Ok(()),
        }
    }

    /// The first operand may bind as loosely as the operator itself; a later one that begins with `-` or `/` must not,
    /// because `a * (b / c)` rounds differently from `a * b / c`.
    fn infix(
        self,
        f: &mut fmt::Formatter<'_>,
        values: &'a [UsageExpr],
        operator: &str,
        binding: Binding,
    ) -> fmt::Result {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                f.write_str(operator)?;
            }
            if index > 0 && begins_uneven(value, binding) {
                write!(f, "({})", self.of(value))?;
            } else {
                self.operand(f, value, binding)?;
            }
        }
        Ok(())
    }

    fn operand(self, f: &mut fmt::Formatter<'_>, value: &'a UsageExpr, at_least: Binding) -> fmt::Result {
        let value_as_written = self.of(value);
        if value.binding() < at_least {
            write!(f, "({value_as_written})")
        } else {
            write!(f, "{value_as_written}")
        }
    }

    fn call(self, f: &mut fmt::Formatter<'_>, name: &str, values: &'a [UsageExpr]) -> fmt::Result {
        write!(f, "{name}(")?;
        for (index, value) in values.iter().enumerate() {
            let separator = if index > 0 { ", " } else { "" };
            write!(f, "{separator}{}", self.of(value))?;
        }
        f.write_str(")")
    }
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

/// A number with a comma before every three digits.
pub(crate) struct Grouped(pub(crate) usize);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.char_indices() {
            let behind = digits.len().saturating_sub(index);
            if index > 0 && behind % 3 == 0 {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}
