//! Texts of others, such as keys, labels and reasons, as parts of what is printed.

use std::fmt;

/// A text that somebody else chose, printed so that it stays a part of its line: what would end the line, command the terminal, turn the order
/// of letters or not be seen at all is written as its escape, such as `\n` or `\u001B`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, character)| is_hidden(*character)) {
            let (plain, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            f.write_str(plain)?;
            write_escape(f, hidden)?;
            rest = after.strip_prefix(hidden).unwrap_or_default();
        }
        f.write_str(rest)
    }
}

/// Whether a character does something other than to be seen: a control character, the end of a line or a paragraph, or one of Unicode's
/// format characters (category Cf) and fillers, of which some change the order of what is beside them.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}'
                | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
                | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E00FF}'
        )
}

/// The escape of a character, as TOML writes it.
pub(crate) fn write_escape(f: &mut impl fmt::Write, character: char) -> fmt::Result {
    match character {
        '\t' => f.write_str(r"\t"),
        '\n' => f.write_str(r"\n"),
        '\r' => f.write_str(r"\r"),
        character => match u32::from(character) {
            number @ ..=0xFFFF => write!(f, "\\u{number:04X}"),
            number => write!(f, "\\U{number:08X}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_escaped_and_all_else_stays() {
        for (text, printed) in [
            ("", ""),
            ("entries", "entries"),
            (r#"naïve "漢字" e\u{301} \ 👍"#, r#"naïve "漢字" e\u{301} \ 👍"#),
            ("n\nFAKE\r\t\u{1b}[31m", r"n\nFAKE\r\t\u001B[31m"),
            ("\u{202e}rtl\u{2069}", r"\u202Ertl\u2069"),
            ("a\u{200b}b\u{feff}\u{ad}", r"a\u200Bb\uFEFF\u00AD"),
            ("\u{2028}\u{85}", r"\u2028\u0085"),
            ("\u{e0041}", r"\U000E0041"),
        ] {
            assert_eq!(Escaped(text).to_string(), printed);
        }
    }
}
