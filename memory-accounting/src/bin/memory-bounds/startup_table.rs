//! What the program's own settings file says of its start.

use memory_accounting::StartupSettings;
use memory_accounting::sizing::DeclaredSetting;
use serde_json::{Map, Value};

use crate::settings_file::path_of;

/// The table where a program keeps its `StartupSettings`.
#[derive(Clone, Debug)]
pub(crate) struct StartupTable {
    /// Where it stands in the file.
    pub(crate) name: String,
    pub(crate) settings: StartupSettings,
    /// Whether it says what is set aside.
    pub(crate) sets_aside: bool,
}

/// Where it is looked for if nobody says where it is.
pub(crate) const USUAL: &str = "memory";

/// Its keys.
pub(crate) const KEYS: [&str; 5] = ["limit", "slop_factor", "slop", "mode", "limiter"];

/// Why there is none.
#[derive(Debug)]
pub(crate) enum StartupTableError {
    Missing,
    Wrong(String),
}

impl StartupTable {
    /// The one that is `named`, of which all keys have to be known, else the usual one: that may have others, and is none where a setting of the bounds
    /// stands there.
    pub(crate) fn read(
        content: &Value,
        named: Option<&str>,
        settings: &[DeclaredSetting],
    ) -> Result<Option<Self>, StartupTableError> {
        let name = named.unwrap_or(USUAL);
        let table =
            path_of(name).iter().try_fold(content, |value, key| value.get(key)).and_then(Value::as_object);
        let Some(table) = table else {
            return if named.is_some() { Err(StartupTableError::Missing) } else { Ok(None) };
        };
        let is_of_the_bounds = |setting: &DeclaredSetting| {
            setting.place.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
        };
        let mut table: Map<String, Value> = table.clone();
        if named.is_none() {
            table.retain(|key, _| KEYS.contains(&key.as_str()));
            if table.is_empty() || settings.iter().any(is_of_the_bounds) {
                return Ok(None);
            }
        }
        let sets_aside = table.contains_key("slop_factor") || table.contains_key("slop");
        let settings = serde_json::from_value(Value::Object(table));
        let settings = settings.map_err(|error| StartupTableError::Wrong(error.to_string()))?;
        Ok(Some(Self { name: name.to_owned(), settings, sets_aside }))
    }

    /// Whether it has what stands at `path` in the file.
    pub(crate) fn has(&self, path: &[String]) -> bool {
        let table = path_of(&self.name);
        path.starts_with(&table) && path.get(table.len()).is_some_and(|key| KEYS.contains(&key.as_str()))
    }
}
