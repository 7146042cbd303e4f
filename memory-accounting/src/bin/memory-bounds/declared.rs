//! The bounds that are asked about: read, and with other values where such were given.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use clap::Args;
use memory_accounting::ComponentBounds;
use memory_accounting::sizing::{self, Change, DeclaredSetting};
use serde::Serialize;

use crate::answer::note;
use crate::document::Document;
use crate::running::Limit;
use crate::settings_file::{self, SettingsFile, Tables, Unused};
use crate::size::value;
use crate::startup_table::StartupTable;

/// Bounds, and other values for their settings.
#[derive(Debug, Args)]
pub(crate) struct DeclaredArguments {
    /// The bounds, as the program writes them with `serde_json::to_writer(file, &registry.as_bounds())`, or a snapshot of a running program;
    /// `-` reads standard input
    #[arg(value_name = "BOUNDS.json")]
    bounds: PathBuf,

    /// Another value for a setting, such as `cache:max_entries=5000`; the component may be left out where one alone has the key.
    /// Values are whole numbers, as in the program's own settings file, sizes such as 64MiB, in whatever unit the file has them, true, false
    /// and unlimited. Of several values under one key, COMPONENT:KEY=7=VALUE changes the one that is 7. May be given several times
    #[arg(long, value_name = "COMPONENT:KEY=VALUE")]
    set: Vec<Change>,

    /// Values from the program's own settings file, TOML, YAML or JSON by its ending; --set overrides them. What the file does not
    /// name keeps the value it has in the bounds. Keys that nearly name a setting are told on standard error
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,

    /// Take only what is below this table of the settings file, such as config.agent in the values of a Helm chart
    #[arg(long, value_name = "TABLE", requires = "settings")]
    under: Option<String>,

    /// Table of the settings file in which the program keeps its start-up settings (`limit`, `slop_factor`, `slop`, `mode`), such as service.memory; --limit and
    /// --slop override it. Where this is not given it is `memory`, if the file has such settings there
    #[arg(long, value_name = "TABLE", requires = "settings")]
    startup: Option<String>,

    /// List on standard error what is in the settings file and is no setting of the bounds
    #[arg(long, requires = "settings")]
    unused: bool,
}

/// Bounds as they would be with the values that were given.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) bounds: ComponentBounds,
    /// What the program had to fit, where they are those of a snapshot that says so.
    pub(crate) limit: Option<Limit>,
    /// What the settings file says of the start.
    pub(crate) startup: Option<StartupTable>,
    pub(crate) changes: Vec<Changed>,
    /// What the settings file holds that is no setting.
    pub(crate) unused: Vec<String>,
}

/// A setting that has got another value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Changed {
    /// What names it.
    #[serde(skip)]
    name: String,
    pub(crate) component: String,
    pub(crate) key: String,
    pub(crate) from: Option<usize>,
    pub(crate) to: Option<usize>,
}

impl DeclaredArguments {
    pub(crate) fn read(&self) -> Result<Declared, Box<dyn Error>> {
        let (bounds, limit) = Document::read(&self.bounds)?.into_bounds()?;
        let file = match &self.settings {
            Some(path) => {
                let tables = Tables { under: self.under.as_deref(), startup: self.startup.as_deref() };
                settings_file::read(path, tables, &sizing::settings(&bounds))?
            }
            None => SettingsFile::default(),
        };
        for Unused { key, near } in &file.unused {
            match near {
                Some(near) => note(format_args!("`{key}` is no setting of the bounds; near it: `{near}`")),
                None if self.unused => note(format_args!("`{key}` is no setting of the bounds")),
                // The program may have settings that are not about memory.
                None => {}
            }
        }
        let is_nothing_near = file.unused.iter().all(|unused| unused.near.is_none());
        let is_of_another = file.changes.is_empty() && !file.unused.is_empty() && is_nothing_near;
        if let Some(path) = self.settings.as_ref().filter(|_| is_of_another) {
            note(format_args!(
                "nothing in {} is a setting of the bounds; --unused lists what is in it, --under takes one table of it",
                path.display()
            ));
        }
        let unused = file.unused.into_iter().map(|unused| unused.key).collect();
        let changes: Vec<Change> = file.changes.into_iter().chain(self.set.iter().cloned()).collect();
        let (bounds, changes) = changed(&bounds, &changes)?;
        Ok(Declared { bounds, limit, startup: file.startup, changes, unused })
    }
}

/// `bounds` with `changes`, and what is another value.
pub(crate) fn changed(
    bounds: &ComponentBounds,
    changes: &[Change],
) -> Result<(ComponentBounds, Vec<Changed>), sizing::SettingError> {
    let settings = sizing::settings(bounds);
    let mut last: Vec<(&DeclaredSetting, Option<usize>)> = Vec::new();
    for change in changes {
        let setting = change.find(&settings)?;
        last.retain(|(other, _)| *other != setting);
        last.push((setting, setting.taken(change.value())?));
    }
    last.retain(|(setting, value)| setting.value != *value);
    let exactly: Vec<Change> = last.iter().map(|(setting, value)| Change::of(setting, *value)).collect();
    let changes = last.into_iter().map(|(setting, to)| Changed {
        name: setting.to_string(),
        component: setting.component.clone(),
        key: setting.key.clone(),
        from: setting.value,
        to,
    });
    Ok((sizing::what_if(bounds, &exactly)?, changes.collect()))
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, from, to, .. } = self;
        write!(f, "{name}: {} → {}", value(*from), value(*to))
    }
}

impl Declared {
    /// What was changed, a line each, to stand in front of what follows from it.
    pub(crate) fn preface(&self) -> String {
        self.changes.iter().flat_map(|changed| [changed.to_string(), "\n".to_owned()]).collect()
    }
}
