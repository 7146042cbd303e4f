//! The names of components: how a path is written with dots, and read back.

use std::borrow::Cow;
use std::str::Chars;

use thiserror::Error;

use crate::expr::{is_hidden, write_escape};

/// The name of the component that everything is under.
pub(crate) const ROOT_NAME: &str = "root";

/// How many names a path may have. As JSON, usage is two levels deep for each of them, and readers stop at 128 levels.
pub(crate) const MOST_NAMES: usize = 60;

/// Why a text is not the name of a component.
///
/// Names nest with dots. One that holds a dot itself, or is empty, is written in quotes, as TOML writes a key:
/// `sinks."10.0.0.1:80".queue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing stands before, between or after dots.
    #[error("a name before or after a dot is missing")]
    MissingName,
    /// A control character that is not written as an escape, such as `\n`, in quotes.
    #[error("it holds the control character {character:?}")]
    ControlCharacter {
        /// The character.
        character: char,
    },
    /// A quoted name does not end.
    #[error("a quote is never closed")]
    UnclosedQuote,
    /// A quoted name is followed by something other than a dot.
    #[error("{character:?} follows a closing quote, where only a dot can")]
    AfterQuote {
        /// The character.
        character: char,
    },
    /// A backslash in quotes begins no escape that TOML has.
    #[error(
        r#"a backslash in quotes begins no escape; known are \" \\ \b \t \n \f \r \uXXXX and \UXXXXXXXX"#
    )]
    UnknownEscape,
    /// There are more names, each below the one before, than components may nest.
    #[error(
        "more than {MOST_NAMES} names stand below each other; put what tells components apart into fewer names"
    )]
    TooDeep,
}

/// The name of the component at `path` of the whole tree; `root` for the root itself. Below a component that is itself
/// called `root`, the root stands in front. So every component has a name of its own.
pub(crate) fn full_name(path: &[impl AsRef<str>]) -> String {
    match path.first() {
        Some(first) if first.as_ref() != ROOT_NAME => joined(path.iter().map(AsRef::as_ref)),
        _ => name_from_root(path),
    }
}

/// `root` and the names of `path`.
pub(crate) fn name_from_root(path: &[impl AsRef<str>]) -> String {
    joined(std::iter::once(ROOT_NAME).chain(path.iter().map(AsRef::as_ref)))
}

fn joined<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    // Enough where nothing is quoted, which is nearly always.
    let length =
        names.clone().fold(0_usize, |length, name| length.saturating_add(name.len()).saturating_add(1));
    let mut text = String::with_capacity(length);
    for (index, name) in names.enumerate() {
        if index > 0 {
            text.push('.');
        }
        text.push_str(&quoted(name));
    }
    text
}

/// `name`, in quotes where it would be read as something else without.
pub(crate) fn quoted(name: &str) -> Cow<'_, str> {
    let needs_quotes = |character: char| {
        matches!(character, '.' | '"' | '\'' | '\\') || character.is_whitespace() || is_hidden(character)
    };
    if !name.is_empty() && !name.contains(needs_quotes) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(in_quotes(name))
}

/// `name`, in quotes whatever it is.
pub(crate) fn in_quotes(name: &str) -> String {
    let mut text = String::from('"');
    for character in name.chars() {
        match character {
            '"' => text.push_str(r#"\""#),
            '\\' => text.push_str(r"\\"),
            character if is_hidden(character) => {
                // Writing to a string cannot fail.
                _ = write_escape(&mut text, character);
            }
            character => text.push(character),
        }
    }
    text.push('"');
    text
}

/// The path of the component that is called `text` from some other one; an empty text is that one itself.
///
/// A name without a quote in front is read as it stands, up to the next dot.
pub(crate) fn parse_name(text: &str) -> Result<Vec<String>, NameError> {
    parse(text, MOST_NAMES)
}

fn parse(text: &str, most_names: usize) -> Result<Vec<String>, NameError> {
    let mut path = Vec::new();
    if text.is_empty() {
        return Ok(path);
    }
    let mut rest = text;
    loop {
        let (name, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => bare(rest)?,
        };
        if path.len() >= most_names {
            return Err(NameError::TooDeep);
        }
        path.push(name);
        let mut after = after.chars();
        rest = match after.next() {
            None => return Ok(path),
            Some('.') => after.as_str(),
            Some(character) => return Err(NameError::AfterQuote { character }),
        };
    }
}

/// The path of the component with this [full name](full_name): what [`parse_name`] gives, without a `root` in front.
pub(crate) fn parse_full_name(text: &str) -> Result<Vec<String>, NameError> {
    let mut path = parse(text, MOST_NAMES.saturating_add(1))?;
    if path.first().is_some_and(|first| first == ROOT_NAME) {
        path.remove(0);
    }
    if path.len() > MOST_NAMES { Err(NameError::TooDeep) } else { Ok(path) }
}

/// The path of a component that nests deeper than components may, so that it exists all the same: below the last that may have something below, it has what
/// is left as one name. `None` for any other path.
pub(crate) fn without_depth(path: &[String]) -> Option<Vec<String>> {
    if path.len() <= MOST_NAMES {
        return None;
    }
    let (above, rest) = path.split_at_checked(MOST_NAMES.saturating_sub(1))?;
    // Not quoted, which would make it twice as long with each name that follows.
    Some([above, &[rest.join(".")]].concat())
}

/// The name up to the next dot, and what comes after it.
fn bare(text: &str) -> Result<(String, &str), NameError> {
    let name = text.split('.').next().unwrap_or_default();
    if name.is_empty() {
        return Err(NameError::MissingName);
    }
    match name.chars().find(|character| character.is_control()) {
        Some(character) => Err(NameError::ControlCharacter { character }),
        None => Ok((name.to_owned(), text.strip_prefix(name).unwrap_or_default())),
    }
}

/// The name up to the closing quote, and what comes after that.
fn unquoted(text: &str) -> Result<(String, &str), NameError> {
    let mut name = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Ok((name, characters.as_str())),
            '\\' => name.push(escaped(&mut characters).ok_or(NameError::UnknownEscape)?),
            character if character.is_control() => return Err(NameError::ControlCharacter { character }),
            character => name.push(character),
        }
    }
    Err(NameError::UnclosedQuote)
}

fn escaped(characters: &mut Chars<'_>) -> Option<char> {
    match characters.next()? {
        character @ ('"' | '\\') => Some(character),
        'b' => Some('\u{8}'),
        't' => Some('\t'),
        'n' => Some('\n'),
        'f' => Some('\u{c}'),
        'r' => Some('\r'),
        'u' => hexadecimal(characters, 4),
        'U' => hexadecimal(characters, 8),
        _ => None,
    }
}

fn hexadecimal(characters: &mut Chars<'_>, digits: usize) -> Option<char> {
    let number = (0..digits)
        .try_fold(0_u32, |number, _| number.checked_mul(16)?.checked_add(characters.next()?.to_digit(16)?))?;
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path<const N: usize>(names: [&str; N]) -> Vec<String> {
        names.map(str::to_owned).into()
    }

    #[test]
    fn a_name_is_quoted_where_it_would_be_read_as_something_else() {
        let cases = [
            (path([]), "root"),
            (path(["topology", "sources"]), "topology.sources"),
            (path(["topology", "10.0.0.1:80", "queue"]), r#"topology."10.0.0.1:80".queue"#),
            (path(["a b", "", "it's"]), r#""a b".""."it's""#),
            (path([r#"a"b\c"#]), r#""a\"b\\c""#),
            (path(["a\tb\nc\r\0\u{7f}"]), r#""a\tb\nc\r\u0000\u007F""#),
            (path(["\u{202e}a\u{200b}\u{e0041}"]), r#""\u202Ea\u200B\U000E0041""#),
            (path(["root"]), "root.root"),
            (path(["root", "a"]), "root.root.a"),
            (path(["a", "root"]), "a.root"),
            (path(["naïve", "host:80/x"]), "naïve.host:80/x"),
        ];
        for (path, name) in cases {
            assert_eq!(full_name(&path), name);
            assert_eq!(parse_full_name(name), Ok(path));
        }
    }

    #[test]
    fn what_an_operator_writes_is_read() {
        let cases = [
            ("", path([])),
            ("a.b", path(["a", "b"])),
            ("my source.b", path(["my source", "b"])),
            (r#"say "hi".b"#, path([r#"say "hi""#, "b"])),
            (r#""a".b"#, path(["a", "b"])),
            (r#""\b\f\u0041\U0001F600".b"#, path(["\u{8}\u{c}A😀", "b"])),
        ];
        for (text, path) in cases {
            assert_eq!(parse_name(text), Ok(path), "{text}");
        }
        assert_eq!(parse_name("root.a"), Ok(path(["root", "a"])));
    }

    #[test]
    fn what_is_no_name_is_refused_with_a_reason() {
        let unknown = NameError::UnknownEscape;
        let cases = [
            (".", NameError::MissingName),
            ("a..b", NameError::MissingName),
            (".a", NameError::MissingName),
            ("a.", NameError::MissingName),
            ("root.", NameError::MissingName),
            (r#""a"."#, NameError::MissingName),
            ("a\nb", NameError::ControlCharacter { character: '\n' }),
            ("\"a\nb\"", NameError::ControlCharacter { character: '\n' }),
            (r#"a."b"#, NameError::UnclosedQuote),
            (r#""a\""#, NameError::UnclosedQuote),
            (r#""a"b"#, NameError::AfterQuote { character: 'b' }),
            (r#""a\x41""#, unknown),
            (r#""a\"#, unknown),
            (r#""\u+041""#, unknown),
            (r#""\u00""#, unknown),
            (r#""\uD800""#, unknown),
            (r#""\UFFFFFFFF""#, unknown),
        ];
        for (text, error) in cases {
            assert_eq!(parse_name(text), Err(error), "{text}");
            assert_eq!(parse_full_name(text), Err(error), "{text}");
        }
    }

    fn nested(names: usize) -> Vec<String> {
        vec!["a".to_owned(); names]
    }

    #[test]
    fn names_nest_as_deep_as_readers_of_json_follow() {
        let deepest = nested(MOST_NAMES);
        let too_deep = Err(NameError::TooDeep);
        for (path, parsed, parsed_full) in [
            (deepest.clone(), Ok(deepest.clone()), Ok(deepest.clone())),
            (nested(MOST_NAMES + 1), too_deep.clone(), too_deep.clone()),
            (nested(50_000), too_deep.clone(), too_deep.clone()),
        ] {
            assert_eq!(parse_name(&joined(path.iter().map(String::as_str))), parsed);
            assert_eq!(parse_full_name(&name_from_root(&path)), parsed_full);
        }
        assert_eq!(without_depth(&deepest), None);
        let flat = without_depth(&nested(MOST_NAMES + 2)).unwrap();
        assert_eq!((flat.len(), flat.last().map(String::as_str)), (MOST_NAMES, Some("a.a.a")));
        assert_eq!(
            NameError::TooDeep.to_string(),
            "more than 60 names stand below each other; put what tells components apart into fewer names"
        );
    }

    proptest! {
        #[test]
        fn any_path_comes_back_from_its_full_name(
            path in prop::collection::vec(prop_oneof![
                any::<String>(),
                "[a.\"'\\\\ \n\u{80}]{0,4}",
                Just(ROOT_NAME.to_owned()),
            ], 0..4),
        ) {
            let name = full_name(&path);
            prop_assert!(!name.contains(char::is_control));
            prop_assert_eq!(parse_full_name(&name), Ok(path.clone()), "{}", name);
            prop_assert_eq!(parse_full_name(&name_from_root(&path)), Ok(path));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            if let Ok(path) = parse_name(&text) {
                prop_assert_eq!(parse_full_name(&name_from_root(&path)), Ok(path));
            }
        }
    }
}
