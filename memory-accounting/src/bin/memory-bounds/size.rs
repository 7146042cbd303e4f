//! Numbers as people read and write them.

use bytesize::ByteSize;
use memory_accounting::sizing::{DeclaredSetting, GivenValue, SettingUnit};

/// Reads a size, as it is read for a setting: whole bytes, or a number with a unit.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(GivenValue::Size(bytes)) => Ok(bytes as u64),
        Ok(GivenValue::Number(bytes)) if text.starts_with(|first: char| first.is_ascii_digit()) => {
            Ok(bytes as u64)
        }
        _ => Err(format!("`{text}` is no size; write bytes, or a unit such as 512MiB")),
    }
}

pub(crate) fn bytes(bytes: u64) -> String {
    ByteSize::b(bytes).display().iec().to_string()
}

/// A number of bytes, where `None` is unbounded.
pub(crate) fn size(size: Option<usize>) -> String {
    size.map_or_else(|| "unbounded".to_owned(), |size| bytes(size as u64))
}

/// The same in a sentence.
pub(crate) fn amount(size: Option<usize>) -> String {
    size.map_or_else(|| "more bytes than can be counted".to_owned(), |size| bytes(size as u64))
}

/// By how many bytes it is more or less than it was.
pub(crate) fn change(old: usize, new: usize) -> String {
    let sign = if new < old { '-' } else { '+' };
    format!("{sign}{}", bytes(old.abs_diff(new) as u64))
}

/// What has become of a number of bytes, where `None` is unbounded.
pub(crate) fn became(what: &str, old: Option<usize>, new: Option<usize>) -> String {
    let change = match (old, new) {
        _ if old == new => return format!("{what}: {}, as before", size(new)),
        (Some(old), Some(new)) => change(old, new),
        (_, None) => "now unbounded".to_owned(),
        (None, _) => "bounded again".to_owned(),
    };
    let part = old.zip(new).filter(|(old, _)| *old > 0).map(|(old, new)| {
        #[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
        let percent = (new as f64 - old as f64) / old as f64 * 100.0;
        format!(", {percent:+.1} %")
    });
    format!("{what}: {} → {} ({change}{})", size(old), size(new), part.unwrap_or_default())
}

/// A number with a comma before every three digits.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The value of a setting, where `None` is that of one that is not limited.
pub(crate) fn value(value: Option<usize>) -> String {
    value.map_or_else(|| "unlimited".to_owned(), grouped)
}

/// The same beside what it is in a unit that is read at a glance.
pub(crate) fn value_of(setting: &DeclaredSetting) -> String {
    match (setting.value, setting.unit) {
        (Some(number), Some(SettingUnit::Bytes)) if number >= 1024 => {
            format!("{} ({})", grouped(number), bytes(number as u64))
        }
        (Some(number), Some(SettingUnit::BytesEach(unit))) => {
            format!("{} ({})", grouped(number), bytes(number.saturating_mul(unit) as u64))
        }
        (number, _) => value(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let texts = [0, 999, 1000, 123_456, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "123,456", "1,234,567"]);
    }

    #[test]
    fn what_has_become_of_a_size_is_said_with_its_part() {
        assert_eq!(became("limit", Some(1024), Some(512)), "limit: 1.0 KiB → 512 B (-512 B, -50.0 %)");
        assert_eq!(became("limit", Some(0), Some(512)), "limit: 0 B → 512 B (+512 B)");
        assert_eq!(became("limit", None, Some(512)), "limit: unbounded → 512 B (bounded again)");
        assert_eq!(became("limit", Some(512), None), "limit: 512 B → unbounded (now unbounded)");
        assert_eq!(became("limit", None, None), "limit: unbounded, as before");
    }

    #[test]
    fn sizes_have_units_of_either_kind() {
        let sizes = ["512MiB", "512Mi", "1.5 GiB", "1000", "64M"].map(parse_size);
        assert_eq!(sizes, [Ok(512 << 20), Ok(512 << 20), Ok(3 << 29), Ok(1000), Ok(64_000_000)]);
        for text in ["much", "true", "unlimited", "1.5B", "0.5", "+1", "-1"] {
            let expected = format!("`{text}` is no size; write bytes, or a unit such as 512MiB");
            assert_eq!(parse_size(text), Err(expected));
        }
    }
}
