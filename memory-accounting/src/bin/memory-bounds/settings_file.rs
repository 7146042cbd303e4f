//! Values from the settings file of the program itself.

mod near;
mod place;

use std::path::Path;

use memory_accounting::sizing::{Change, DeclaredSetting, GivenValue, InvalidValue, SettingName};
use serde_json::Value;

use self::near::near;
use self::place::{Step, is_at};
use crate::startup_table::{self, StartupTable, StartupTableError};

/// What a settings file says about the settings of some bounds.
#[derive(Debug, Default)]
pub(crate) struct SettingsFile {
    pub(crate) changes: Vec<Change>,
    /// What is no setting.
    pub(crate) unused: Vec<Unused>,
    /// What it says of the start.
    pub(crate) startup: Option<StartupTable>,
}

/// What is no setting.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unused {
    /// Its dotted path.
    pub(crate) key: String,
    /// What was probably meant.
    pub(crate) near: Option<String>,
}

/// Which tables of a settings file are meant, where that is said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tables<'a> {
    /// The one that all else is below of.
    pub(crate) under: Option<&'a str>,
    /// The one with the start-up settings.
    pub(crate) startup: Option<&'a str>,
}

/// Why a settings file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsFileError {
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: std::io::Error },
    #[error("{path} is in no format that is known; its name must end in .toml, .yaml, .yml or .json")]
    Format { path: String },
    #[error("{path} cannot be understood: {error}")]
    Content { path: String, error: String },
    #[error("{path} has no table `{table}`")]
    NoTable { path: String, table: String },
    #[error("{path}, `{key}`: {error}")]
    Value { path: String, key: String, error: String },
}

/// Reads the file at `path` as values of `settings`.
pub(crate) fn read(
    path: &Path,
    tables: Tables<'_>,
    settings: &[DeclaredSetting],
) -> Result<SettingsFile, SettingsFileError> {
    let shown = || path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|error| SettingsFileError::Read { path: shown(), error })?;
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let format = Format::of(extension).ok_or_else(|| SettingsFileError::Format { path: shown() })?;
    let mut content = format
        .parse(&text)
        .map_err(|error| SettingsFileError::Content { path: shown(), error: error.trim_end().to_owned() })?;
    let no_table = |table: &str| SettingsFileError::NoTable { path: shown(), table: table.to_owned() };
    if let Some(table) = tables.under {
        let below = path_of(table).iter().try_fold(&content, |value, key| value.get(key));
        content = below.cloned().ok_or_else(|| no_table(table))?;
    }
    if !content.is_object() && !content.is_null() {
        let error = "it holds no table of settings".to_owned();
        return Err(SettingsFileError::Content { path: shown(), error });
    }
    let startup = StartupTable::read(&content, tables.startup, settings).map_err(|error| {
        let table = tables.startup.unwrap_or(startup_table::USUAL);
        match error {
            StartupTableError::Missing => no_table(table),
            StartupTableError::Wrong(error) => {
                SettingsFileError::Value { path: shown(), key: table.to_owned(), error }
            }
        }
    })?;
    values_of(&content, settings, startup).map_err(|(key, error)| SettingsFileError::Value {
        path: shown(),
        key,
        error,
    })
}

/// The keys of a table as it is named, in quotes where TOML has them.
pub(crate) fn path_of(table: &str) -> Vec<String> {
    let Ok(mut rest) = toml::from_str::<toml::Table>(&format!("[{table}]")) else {
        return table.split('.').map(str::to_owned).collect();
    };
    let mut path = Vec::new();
    while let Some((key, value)) = std::mem::take(&mut rest).into_iter().next() {
        path.push(key);
        if let toml::Value::Table(below) = value {
            rest = below;
        }
    }
    path
}

#[derive(Clone, Copy)]
enum Format {
    Toml,
    Yaml,
    Json,
}

impl Format {
    fn of(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    fn parse(self, text: &str) -> Result<Value, String> {
        match self {
            Self::Toml => toml::from_str(text).map_err(|error| error.to_string()),
            Self::Yaml => {
                let mut value: yaml_serde::Value =
                    yaml_serde::from_str(text).map_err(|error| error.to_string())?;
                value.apply_merge().map_err(|error| error.to_string())?;
                Ok(of_yaml(value))
            }
            Self::Json => serde_json::from_str(text).map_err(|error| error.to_string()),
        }
    }
}

/// The same as JSON, where every key is a text.
fn of_yaml(value: yaml_serde::Value) -> Value {
    match value {
        yaml_serde::Value::Mapping(mapping) => {
            let pairs = mapping.into_iter().filter_map(|(key, value)| {
                let key = match key {
                    yaml_serde::Value::String(key) => key,
                    key => serde_json::to_value(key).ok()?.to_string(),
                };
                Some((key, of_yaml(value)))
            });
            Value::Object(pairs.collect())
        }
        yaml_serde::Value::Sequence(items) => Value::Array(items.into_iter().map(of_yaml).collect()),
        yaml_serde::Value::Tagged(tagged) => of_yaml(tagged.value),
        value => serde_json::to_value(value).unwrap_or_default(),
    }
}

/// What `content` says about `settings`, beside what is in the `startup` table. A value belongs to the setting that is declared to stand where it does. Of
/// those that are declared by hand nothing is known but their component and their key: the component is then the table and the key the rest of the path, or, where
/// there is none, the key is all of it.
fn values_of(
    content: &Value,
    settings: &[DeclaredSetting],
    startup: Option<StartupTable>,
) -> Result<SettingsFile, (String, String)> {
    let mut file = SettingsFile { startup, ..SettingsFile::default() };
    let mut leaves = Vec::new();
    collect(content, &mut Vec::new(), &mut leaves);
    // An empty file holds nothing at all.
    leaves.retain(|(path, _)| !path.is_empty());
    let mut used = Vec::new();
    for (path, value) in leaves {
        if file.startup.as_ref().is_some_and(|table| table.has(&place::raw(&path))) {
            continue;
        }
        let key = place::raw(&path).join(".");
        let is_by_hand = |setting: &&DeclaredSetting| setting.place == setting.key;
        let names: Vec<SettingName> = (0..path.len()).filter_map(|depth| name(&path, depth)).collect();
        let ways: [&dyn Fn(&&DeclaredSetting) -> bool; 3] = [
            &|setting| {
                if is_by_hand(setting) {
                    names.iter().any(|name| name.names(setting))
                } else {
                    is_at(&path, &setting.place)
                }
            },
            &|setting| is_by_hand(setting) && is_at(&path, &setting.key),
            // Of a component with a file of its own, which was registered under a name.
            &|setting| (1..path.len()).any(|depth| place::is_at_below(&path, depth, setting)),
        ];
        let of_value = ways.iter().map(|way| settings.iter().filter(way).collect::<Vec<_>>());
        let of_value = of_value.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
        if of_value.is_empty() {
            file.unused.push(Unused { key, near: None });
            continue;
        }
        used.extend(of_value.iter().map(|setting| setting.place.as_str()));
        if value.is_null() {
            // As if it was not there.
            continue;
        }
        let value = given(value).map_err(|error| (key.clone(), error))?;
        for setting in of_value {
            // By name: where that stands for several values, the file does not say which.
            let name = setting.to_string().parse::<SettingName>();
            let change = name
                .map(|name| Change::new(name, value))
                .map_err(|error| (key.clone(), error.to_string()))?;
            let setting = change.find(settings).map_err(|error| (key.clone(), error.to_string()))?;
            setting.taken(value).map_err(|error| (key.clone(), error.to_string()))?;
            file.changes.push(change);
        }
    }
    let startup = file.startup.as_ref();
    let of_startup = startup_table::KEYS
        .map(|key| format!("{}.{key}", startup.map_or(startup_table::USUAL, |table| table.name.as_str())));
    let known = settings.iter().map(|setting| setting.place.as_str());
    let known: Vec<&str> =
        known.filter(|place| !used.contains(place)).chain(of_startup.iter().map(String::as_str)).collect();
    for unused in &mut file.unused {
        unused.near = near(&unused.key, &known);
    }
    Ok(file)
}

/// The name of the setting whose component is the first `depth` of `path`, in quotes whatever is in them.
fn name(path: &[Step], depth: usize) -> Option<SettingName> {
    let (component, key) = path.split_at_checked(depth)?;
    let component: Vec<String> =
        place::raw(component).into_iter().map(|name| Value::from(name).to_string()).collect();
    format!("{}:{}", component.join("."), place::raw(key).join(".")).parse().ok()
}

fn collect<'a>(value: &'a Value, path: &mut Vec<Step>, leaves: &mut Vec<(Vec<Step>, &'a Value)>) {
    let mut below = |key, value| {
        path.push(key);
        collect(value, path, leaves);
        path.pop();
    };
    match value {
        Value::Object(object) => object.iter().for_each(|(key, value)| below(Step::Key(key.clone()), value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| below(Step::Item(index), value));
        }
        value => leaves.push((path.clone(), value)),
    }
}

/// What a value of a file is as one of a setting.
fn given(value: &Value) -> Result<GivenValue, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    text.parse().map_err(|error: InvalidValue| error.to_string())
}

#[cfg(test)]
mod tests {
    use memory_accounting::sizing::{self, DeclaredSetting};
    use memory_accounting::{ComponentRegistry, UsageExpr};
    use serde_json::json;

    use super::*;

    /// Settings by component and key, all of them 1.
    fn settings(named: &[(&str, &str)]) -> Vec<DeclaredSetting> {
        let registry = ComponentRegistry::default();
        for (component, key) in named {
            registry.get_or_create(component).bounds_builder().firm().with_expr(UsageExpr::config(*key, 1));
        }
        sizing::settings(&registry.as_bounds())
    }

    /// What `content` changes, and what it does not.
    fn read(content: &Value, settings: &[DeclaredSetting]) -> (Vec<String>, Vec<String>) {
        let file = values_of(content, settings, None).unwrap();
        let changes = file.changes.iter().map(|change| {
            let setting = change.find(settings).unwrap();
            let value = change.value().in_unit_of(setting).unwrap();
            format!("{setting}={}", value.map_or("unlimited".to_owned(), |value| value.to_string()))
        });
        (changes.collect(), file.unused.into_iter().map(|unused| unused.key).collect())
    }

    #[test]
    fn a_value_is_the_settings_of_the_component_whose_table_it_stands_in() {
        let settings =
            settings(&[("", "limit"), ("cache", "limit"), ("cache.\"a.b\"", "limit"), ("1", "old.limit")]);
        let content = json!({
            "limit": 2, "cache": {"limit": "3KiB", "a.b": {"limit": "unlimited"}}, "1": {"old": {"limit": true}},
        });
        assert_eq!(
            read(&content, &settings),
            (
                ["1:old.limit=1", "cache.\"a.b\":limit=unlimited", "cache:limit=3072", "root:limit=2",]
                    .map(str::to_owned)
                    .to_vec(),
                vec![]
            )
        );
    }

    #[test]
    fn a_key_that_is_whole_changes_every_setting_of_that_key() {
        let settings = settings(&[("a", "pool.size"), ("b", "pool.size")]);
        let content = json!({"pool": {"size": 9, "name": "x", "none": null}, "list": [{"size": 1}]});
        assert_eq!(
            read(&content, &settings),
            (
                vec!["a:pool.size=9".to_owned(), "b:pool.size=9".to_owned()],
                vec!["list.0.size".to_owned(), "pool.name".to_owned(), "pool.none".to_owned()]
            )
        );
    }

    #[test]
    fn what_is_not_there_keeps_its_value_and_what_is_wrong_is_told() {
        let settings = settings(&[("", "limit")]);
        assert_eq!(read(&json!({"limit": null}), &settings), (vec![], vec![]));
        let wrong = values_of(&json!({"limit": 1.5}), &settings, None).unwrap_err();
        assert!(wrong.1.starts_with("`1.5` is no value"), "{wrong:?}");
        let registry = ComponentRegistry::default();
        for value in [1, 2] {
            registry.bounds_builder().firm().with_expr(UsageExpr::config("limit", value));
        }
        let twice = sizing::settings(&registry.as_bounds());
        let wrong = values_of(&json!({"limit": 3}), &twice, None).unwrap_err();
        assert!(wrong.1.starts_with("`root:limit` stands for several values, 1 and 2"), "{wrong:?}");
    }

    #[test]
    fn a_table_is_named_as_in_toml_or_by_dots_alone() {
        for (table, path) in [
            ("a.b", &["a", "b"][..]),
            (r#"a."10.0.0.1:80".b"#, &["a", "10.0.0.1:80", "b"]),
            ("größe.x/y", &["größe", "x/y"]),
        ] {
            assert_eq!(path_of(table), path);
        }
    }

    #[test]
    fn the_formats_say_the_same() {
        let expected = json!({"a": {"b": 1, "c": "64MiB"}, "8": [true]});
        let parsed = [
            Format::Toml.parse("8 = [true]\n[a]\nb = 1\nc = \"64MiB\""),
            Format::Yaml.parse("a: &all\n  <<: {b: 1}\n  c: 64MiB\n8: [true]"),
            Format::Json.parse(r#"{"a": {"b": 1, "c": "64MiB"}, "8": [true]}"#),
        ];
        assert_eq!(parsed, [Ok(expected.clone()), Ok(expected.clone()), Ok(expected)]);
    }
}
