//! Numbers as people read and write them.

use bytesize::ByteSize;
use memory_accounting::sizing::{DeclaredSetting, SettingUnit};

/// Reads a size: bytes, or a number with a unit.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let size = text.parse::<ByteSize>();
    size.map(|size| size.as_u64())
        .map_err(|_| format!("`{text}` is no size; write bytes, or a unit such as 512MiB"))
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
    fn sizes_have_units_of_either_kind() {
        let sizes = ["512MiB", "512Mi", "1.5 GiB", "1000", "64M"].map(parse_size);
        assert_eq!(sizes, [Ok(512 << 20), Ok(512 << 20), Ok(3 << 29), Ok(1000), Ok(64_000_000)]);
        assert_eq!(
            parse_size("much").unwrap_err(),
            "`much` is no size; write bytes, or a unit such as 512MiB"
        );
    }
}
