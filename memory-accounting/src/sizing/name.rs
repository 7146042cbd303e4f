//! How settings are named, and found by their names.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::change::InvalidChange;
use super::declared::DeclaredSetting;
use super::given::GivenValue;
use super::what_if::SettingError;
use crate::bounds::{ROOT_NAME, full_name, in_quotes, parse_full_name, parse_name, quoted};
use crate::expr::is_hidden;

/// How many settings are named that what was written may mean.
pub(super) const NEAR: usize = 5;

/// How a setting is named: by its key, with the full name of its component in front where several have that key, as in
/// `topology.source:buffers`. Where it stands in the operator's file names it too, as in
/// `cache.max_entries`, and of a key with dots the last parts are enough where nothing else is called so. Where a component has several values under one
/// key, the one that is meant is named by its value, as in `topology.source:buffers=64`.
///
/// What a [`DeclaredSetting`] is printed as is its full name, and means that setting whatever else could be read in it. There a component
/// that holds a colon stands in quotes, and so does a key that holds an `=`, or could not be told where it begins or ends.
///
/// ```
/// use memory_accounting::sizing::SettingName;
///
/// assert!(r#"sinks."10.0.0.1:80":queue"#.parse::<SettingName>().is_ok());
/// assert!("sinks:".parse::<SettingName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SettingName(String);

impl SettingName {
    /// Whether it names `setting`, by all of its key, and perhaps others.
    pub fn names(&self, setting: &DeclaredSetting) -> bool {
        self.names_key(setting, &setting.key) || Parted::of(&self.0).is_some_and(|full| full.is(setting))
    }

    /// Whether it is where `setting` stands in the operator's file.
    pub fn is_place_of(&self, setting: &DeclaredSetting) -> bool {
        self.0 == setting.place
    }

    /// Whether it names `setting` by the last parts of its key.
    fn names_in_short(&self, setting: &DeclaredSetting) -> bool {
        let ends =
            setting.key.match_indices('.').filter_map(|(at, dot)| setting.key.get(at..)?.strip_prefix(dot));
        ends.into_iter().any(|end| self.names_key(setting, end))
    }

    /// The name and the value, where a value stands behind it.
    fn with_value(&self) -> Option<(Self, GivenValue)> {
        let (name, value) = self.0.rsplit_once('=')?;
        Some((Self(name.to_owned()), value.parse().ok()?))
    }

    /// Whether it is `known`, with or without the component of `setting`.
    fn names_key(&self, setting: &DeclaredSetting, known: &str) -> bool {
        let Self(text) = self;
        let component_in_front = || {
            let colons = text.match_indices(':');
            colons.filter_map(|(at, _)| Some((text.get(..at)?, text.get(at..)?.strip_prefix(':')?)))
        };
        *text == known
            || component_in_front().any(|(component, key)| {
                // However it is quoted.
                let path = || parse_full_name(component).ok();
                key == known && path().is_some_and(|path| full_name(&path) == setting.component)
            })
    }

    /// The one of `settings` that is called so.
    ///
    /// # Errors
    ///
    /// [`SettingError`] where none is, or several are.
    pub fn find<'a>(&self, settings: &'a [DeclaredSetting]) -> Result<&'a DeclaredSetting, SettingError> {
        let (full, with_value) = (Parted::of(&self.0), self.with_value());
        let full_with_value =
            with_value.as_ref().and_then(|(name, value)| Some((Parted::of(&name.0)?, *value)));
        // What is printed comes first, so that it stands for nothing else.
        let ways: [&dyn Fn(&DeclaredSetting) -> bool; 6] = [
            &|setting| {
                full_with_value.as_ref().is_some_and(|(full, value)| full.is(setting) && has(setting, *value))
            },
            &|setting| full.as_ref().is_some_and(|full| full.is(setting)),
            &|setting| self.names(setting),
            &|setting| self.is_place_of(setting),
            &|setting| self.names_in_short(setting),
            &|setting| {
                with_value.as_ref().is_some_and(|(name, value)| {
                    has(setting, *value)
                        && (name.names(setting) || name.is_place_of(setting) || name.names_in_short(setting))
                })
            },
        ];
        let found = |names: &dyn Fn(&DeclaredSetting) -> bool| -> Vec<&DeclaredSetting> {
            settings.iter().filter(|setting| names(setting)).collect()
        };
        let found = ways.into_iter().map(found).find(|found| !found.is_empty()).unwrap_or_default();
        let [first, others @ ..] = &found[..] else {
            return Err(SettingError::Unknown { name: self.to_string(), near: near(self, settings) });
        };
        if others.is_empty() {
            return Ok(first);
        }
        let mut names: Vec<String> = found.iter().map(ToString::to_string).collect();
        names.sort_unstable();
        names.dedup();
        Err(match &names[..] {
            [setting] => SettingError::SeveralValues {
                setting: setting.clone(),
                values: found.iter().map(|setting| setting.value).collect(),
            },
            _ => SettingError::Ambiguous { name: self.to_string(), settings: names },
        })
    }
}

fn has(setting: &DeclaredSetting, value: GivenValue) -> bool {
    value.in_unit_of(setting).is_ok_and(|value| value == setting.value)
}

impl FromStr for SettingName {
    type Err = InvalidChange;

    fn from_str(text: &str) -> Result<Self, InvalidChange> {
        let has_no_key = Parted::of(text).map_or(text.ends_with(':'), |full| full.key.is_empty());
        if text.is_empty() || has_no_key {
            return Err(InvalidChange::NoKey { text: text.to_owned() });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SettingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What names the setting `key` of the component with the full name `component`, and nothing else.
pub(crate) fn full_setting_name(component: &str, key: &str) -> String {
    let component = match parse_full_name(component) {
        // A colon would be read as the end of it.
        Ok(path) if component.contains(':') => {
            let names = path
                .iter()
                .map(|name| if name.contains(':') { Cow::Owned(in_quotes(name)) } else { quoted(name) });
            let root = path.first().filter(|first| *first == ROOT_NAME).map(|_| ROOT_NAME.into());
            Cow::Owned(root.into_iter().chain(names).collect::<Vec<_>>().join("."))
        }
        _ => Cow::Borrowed(component),
    };
    let is_bare = !key.is_empty()
        && key.trim() == key
        && !key.starts_with('"')
        && !key.contains(|character: char| character == '=' || is_hidden(character));
    let key = if is_bare { Cow::Borrowed(key) } else { Cow::Owned(in_quotes(key)) };
    format!("{component}:{key}")
}

/// A text that was written as [`full_setting_name`] writes it.
struct Parted<'a> {
    /// The full name.
    component: String,
    key: Cow<'a, str>,
}

impl<'a> Parted<'a> {
    /// The parts in front of the first colon that is not in quotes, and behind it.
    fn of(text: &'a str) -> Option<Self> {
        let at = end_of_component(text)?;
        let (component, key) = (text.get(..at)?, text.get(at..)?.strip_prefix(':')?);
        let component = full_name(&parse_full_name(component).ok()?);
        let unquoted = key.starts_with('"').then(|| parse_name(key).ok()).flatten();
        let key = match unquoted.as_deref() {
            Some([key]) => Cow::Owned(key.clone()),
            _ => Cow::Borrowed(key),
        };
        Some(Self { component, key })
    }

    fn is(&self, setting: &DeclaredSetting) -> bool {
        self.component == setting.component && self.key == setting.key
    }
}

/// Where the first colon outside of quotes is. A quote begins where a name does.
fn end_of_component(text: &str) -> Option<usize> {
    let (mut is_quoted, mut is_escaped, mut is_start) = (false, false, true);
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' if is_quoted || is_start => is_quoted = !is_quoted,
            ':' if !is_quoted => return Some(at),
            _ => {}
        }
        is_start = character == '.' && !is_quoted;
    }
    None
}

/// The settings that are nearly called `name`, the nearest first: those of the same key, then those whose key has it in it or the other way round,
/// then those with few letters that differ, in all of the key or in its last parts.
fn near(name: &SettingName, settings: &[DeclaredSetting]) -> Vec<String> {
    let alike = |text: &str| text.to_lowercase().replace('-', "_");
    let name = alike(&name.to_string());
    let key = name.rsplit(':').next().unwrap_or(&name);
    let mut ranked: Vec<(usize, String)> = settings
        .iter()
        .filter_map(|setting| {
            let (known, full) = (alike(&setting.key), setting.to_string());
            let ends = known.match_indices('.').filter_map(|(at, dot)| known.get(at..)?.strip_prefix(dot));
            let of_key =
                std::iter::once(known.as_str()).chain(ends).map(|known| strsim::osa_distance(key, known));
            let of_name =
                [&alike(&full), &alike(&setting.place)].map(|known| strsim::osa_distance(&name, known));
            let differ = of_key.chain(of_name).min().unwrap_or(usize::MAX);
            let is_part = known.contains(key) || key.contains(&known);
            let is_near = is_part || differ <= key.chars().count().div_ceil(3);
            is_near.then_some((if is_part { differ.min(1) } else { differ }, full))
        })
        .collect();
    ranked.sort();
    ranked.dedup();
    ranked.into_iter().take(NEAR).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::bounds::{ComponentBounds, MemoryBounds, MemoryBoundsBuilder};
    use crate::expr::UsageExpr;
    use crate::sizing::settings;

    /// Settings by the paths of their components, their keys and their values.
    struct Declared(Vec<(Vec<String>, String, usize)>);

    impl MemoryBounds for Declared {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            for (path, key, value) in &self.0 {
                let names: Vec<String> = path.iter().map(|name| in_quotes(name)).collect();
                builder.subcomponent(names.join(".")).firm().with_expr(UsageExpr::config(key, *value));
            }
        }
    }

    fn declared(all: &[(&[&str], &str, usize)]) -> Vec<DeclaredSetting> {
        let path = |path: &[&str]| path.iter().map(|name| (*name).to_owned()).collect();
        let all = all.iter().map(|(names, key, value)| (path(names), (*key).to_owned(), *value));
        settings(&ComponentBounds::of(&Declared(all.collect())))
    }

    #[test]
    fn a_full_name_is_quoted_where_it_would_be_read_as_another() {
        let cases: [(&[&str], &str, &str); 9] = [
            (&[], "k", "root:k"),
            (&["a"], "b:c", "a:b:c"),
            (&["a:b"], "c", r#""a:b":c"#),
            (&["root", "a:b"], "c", r#"root.root."a:b":c"#),
            (&["x", "10.0.0.1:80"], "map.k", r#"x."10.0.0.1:80":map.k"#),
            (&["p"], "x:", "p:x:"),
            (&["p"], "k=3", r#"p:"k=3""#),
            (&["p"], r#""a b""#, r#"p:"\"a b\"""#),
            (&["p"], r#"map."a b".k"#, r#"p:map."a b".k"#),
        ];
        for (path, key, name) in cases {
            let settings = declared(&[(path, key, 1)]);
            assert_eq!(settings[0].to_string(), name);
            assert_eq!(name.parse::<SettingName>().unwrap().find(&settings), Ok(&settings[0]));
        }
    }

    #[test]
    fn a_full_name_wins_over_what_else_could_be_read_in_it() {
        let settings = declared(&[(&["a"], "k", 7), (&["x"], "a:k", 5)]);
        for setting in &settings {
            assert_eq!(setting.to_string().parse::<SettingName>().unwrap().find(&settings), Ok(setting));
        }
        let settings = declared(&[(&["a"], "b:c", 5), (&["a:b"], "c", 7)]);
        assert_eq!(
            "b:c".parse::<SettingName>().unwrap().find(&settings).map(ToString::to_string),
            Ok("a:b:c".to_owned())
        );
        // Without quotes it is read as it was before, where nothing else is called so.
        assert_eq!("a:b:c".parse::<SettingName>().unwrap().find(&settings[1..]), Ok(&settings[1]));
    }

    #[test]
    fn a_name_without_a_key_is_refused() {
        for text in ["", ":", "sinks:", r#""a:b":"#, r#"p:"""#] {
            assert!(text.parse::<SettingName>().is_err(), "{text}");
        }
    }

    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof!["[ak:.=\"'\\\\ 1\n]{1,5}", "[ak:=1]{1,4}", Just(ROOT_NAME.to_owned()), any::<String>()]
    }

    proptest! {
        #[test]
        fn every_setting_is_found_by_what_it_is_printed_as(
            all in prop::collection::vec((prop::collection::vec(hostile(), 0..3), hostile(), 0_usize..3), 1..8),
        ) {
            let settings = settings(&ComponentBounds::of(&Declared(all)));
            for setting in &settings {
                let name = setting.to_string();
                let is_alone = settings.iter().filter(|other| other.to_string() == name).count() == 1;
                let found = name.parse::<SettingName>().unwrap().find(&settings);
                if is_alone {
                    prop_assert_eq!(found, Ok(setting), "{}", name);
                } else {
                    let several = matches!(found, Err(SettingError::SeveralValues { setting, .. }) if setting == name);
                    prop_assert!(several, "{}", name);
                }
                let exactly = format!("{name}={}", setting.value.unwrap_or(0));
                prop_assert_eq!(exactly.parse::<SettingName>().unwrap().find(&settings), Ok(setting), "{}", exactly);
            }
        }
    }
}
