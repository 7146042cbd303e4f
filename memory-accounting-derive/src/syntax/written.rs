//! Types and paths as a person writes them.

use quote::ToTokens;

/// The text of a type or path, with the spaces that rustfmt would leave. `$crate` is left out: which crate it is cannot be
/// found out here, and whoever reads `LIMIT` in a report does not know the macro that wrote it.
pub(crate) fn written(tokens: &impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let mut text = String::with_capacity(spaced.len());
    let mut letters = spaced.chars().peekable();
    while let Some(letter) = letters.next() {
        let before = text.chars().last();
        let after = letters.peek().copied();
        let between_words =
            |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        let keep = letter != ' '
            || before == Some(',')
            || after == Some('+')
            || (between_words(before) && (between_words(after) || after == Some('&')))
            || matches!(before, Some('+' | ';' | '='));
        if keep {
            text.push(letter);
        }
    }
    text.replace("$crate::", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        written(&text.parse::<proc_macro2::TokenStream>().unwrap())
    }

    #[test]
    fn spaces_stand_where_a_person_puts_them() {
        for text in [
            "HashMap<Key, Vec<(u8, u16)>>",
            "[u8; 4]",
            "&mut dyn Send",
            "dyn Fn(&str) + Send",
            "<T as Iterator>::Item",
            "limits::MAX",
        ] {
            assert_eq!(of(text), text);
        }
    }
}
