//! Trying other values: what is said to each line that is typed.

use std::collections::HashMap;

use memory_accounting::sizing::{
    self, Change, DeclaredSetting, GivenValue, InvalidValue, SettingError, SettingName,
};
use memory_accounting::{ComponentBounds, StartupSettings};

use super::rows;
use crate::answer::Verdict;
use crate::limit::Limit;
use crate::size::{amount, bytes, grouped, parse_size, value};
use crate::solve;

pub(super) const HELP: &str = "\
N=VALUE or COMPONENT:KEY=VALUE tries a value, N or COMPONENT:KEY tells more about a setting;
`limit 30MiB` tries another limit of the process; `table`, `all` where that is not all, `tree`, `undo`, `reset`, `help`, `quit`";

/// How many settings are in the table of somebody who sits before it.
const AT_A_GLANCE: usize = 40;

/// The settings as they are numbered, and what was tried.
pub(super) struct Session {
    declared: ComponentBounds,
    /// Biggest first, as they were declared: a number stays that of its setting.
    numbered: Vec<DeclaredSetting>,
    tried: Vec<(DeclaredSetting, Option<usize>)>,
    available_bytes: Option<usize>,
    /// What of a limit is set aside.
    settings: StartupSettings,
    /// The limit that was tried, as it was written.
    limit: Option<String>,
}

pub(super) enum Reply {
    Text(String),
    End,
}

impl Session {
    pub(super) fn new(declared: ComponentBounds, available_bytes: Option<usize>) -> Self {
        let by_size = rows::by_size(&declared, available_bytes);
        let numbered = by_size.into_iter().map(|(setting, _)| setting).collect();
        Self {
            declared,
            numbered,
            tried: Vec::new(),
            available_bytes,
            settings: StartupSettings::default(),
            limit: None,
        }
    }

    /// Sets aside of a limit that is tried what these settings say.
    pub(super) fn with_settings(self, settings: StartupSettings) -> Self {
        Self { settings, ..self }
    }

    /// The answer to a line.
    pub(super) fn reply(&mut self, line: &str) -> Reply {
        Reply::Text(match line.trim() {
            "" => return Reply::Text(self.total()),
            "quit" | "exit" | "q" => return Reply::End,
            "help" | "?" => HELP.to_owned(),
            "table" => self.table_at_a_glance(),
            "all" => self.table(),
            "tree" => self.bounds().to_string(),
            "reset" => {
                self.tried.clear();
                self.total()
            }
            "undo" => match self.tried.pop() {
                Some((setting, _)) => {
                    format!("{setting} = {}\n{}", value(self.value_of(&setting)), self.total())
                }
                None => "nothing was tried".to_owned(),
            },
            line => match line.strip_prefix("limit ").filter(|rest| !rest.trim_start().starts_with('=')) {
                Some(limit) => self.try_limit(limit.trim()),
                None => self.reply_about_a_setting(line),
            }
            .unwrap_or_else(|error| error),
        })
    }

    fn reply_about_a_setting(&mut self, line: &str) -> Result<String, String> {
        match line.rsplit_once('=') {
            Some((name, value)) => self.try_value(name.trim(), value.trim()),
            None => self.find(line).map(|setting| self.tell(setting)),
        }
    }

    /// Goes by another limit of the process.
    fn try_limit(&mut self, text: &str) -> Result<String, String> {
        let limit = Limit::tried(parse_size(text)?, self.settings.clone());
        self.available_bytes = Some(limit.available_bytes().map_err(|error| error.to_string())?);
        self.limit = Some(text.to_owned());
        Ok(self.total())
    }

    /// Everything: the total, and all settings.
    pub(super) fn table(&self) -> String {
        self.table_of(usize::MAX)
    }

    /// The same with the biggest settings alone where there are many.
    pub(super) fn table_at_a_glance(&self) -> String {
        let table = self.table_of(AT_A_GLANCE);
        match self.numbered.len().saturating_sub(AT_A_GLANCE) {
            0 => table,
            more => format!("{table}\nand {} more; `all` lists them", grouped(more)),
        }
    }

    fn table_of(&self, most: usize) -> String {
        let bounds = self.bounds();
        let now = rows::by_size(&bounds, self.available_bytes);
        let now: HashMap<_, _> = now.iter().map(|(now, solution)| (identity(now), (now, solution))).collect();
        let numbered = self.numbered.iter().enumerate().take(most).filter_map(|(index, setting)| {
            let (component, key, _) = identity(setting);
            let (now, solution) = now.get(&(component, key, self.value_of(setting)))?;
            Some((index.saturating_add(1), DeclaredSetting::clone(now), **solution))
        });
        let table = rows::written(&numbered.collect::<Vec<_>>(), self.available_bytes);
        format!("{}\n\n{table}", self.total())
    }

    /// Whether what was tried fits; where nothing has to, it does.
    pub(super) fn verdict(&self) -> Verdict {
        let fits = |available| total(&self.bounds()).is_some_and(|bytes| bytes <= available);
        if self.available_bytes.is_none_or(fits) { Verdict::Fits } else { Verdict::DoesNotFit }
    }

    /// How to ask for the same again.
    pub(super) fn farewell(&self) -> String {
        let mut last: Vec<&(DeclaredSetting, Option<usize>)> = Vec::new();
        for tried in &self.tried {
            last.retain(|(setting, _)| *setting != tried.0);
            last.push(tried);
        }
        let flags = last
            .into_iter()
            .map(|(setting, tried)| format!("--set {}", quoted(&self.change(setting, *tried))));
        let limit = self.limit.iter().map(|limit| format!("--limit {}", quoted(limit)));
        let flags = limit.chain(flags).collect::<Vec<_>>().join(" ");
        if flags.is_empty() { flags } else { format!("to ask for the same again: {flags}") }
    }

    /// A change as it is written, so that it is this setting and no other that is changed.
    fn change(&self, setting: &DeclaredSetting, tried: Option<usize>) -> String {
        let number = |value: Option<usize>| value.map_or("unlimited".to_owned(), |value| value.to_string());
        let of_name = self.numbered.iter().filter(|other| other.to_string() == setting.to_string());
        let present = if of_name.count() > 1 { format!("={}", number(setting.value)) } else { String::new() };
        format!("{setting}{present}={}", number(tried))
    }

    fn try_value(&mut self, name: &str, text: &str) -> Result<String, String> {
        let setting = match self.find(name) {
            Ok(setting) => setting.clone(),
            // Of a program that has no setting of that name.
            Err(_) if name == "limit" && !self.has_a_limit() => return self.try_limit(text),
            Err(error) => return Err(error),
        };
        let given = text.parse::<GivenValue>().map_err(|error: InvalidValue| error.to_string())?;
        let tried = setting.taken(given).map_err(|error| error.to_string())?;
        let before = value(self.value_of(&setting));
        self.tried.push((setting.clone(), tried));
        Ok(format!("{setting}: {before} → {}\n{}", value(tried), self.total()))
    }

    /// Whether a setting may be meant by `limit`.
    fn has_a_limit(&self) -> bool {
        let name = "limit".parse::<SettingName>();
        name.is_ok_and(|name| !matches!(name.find(&self.numbered), Err(SettingError::Unknown { .. })))
    }

    /// The setting of a number, or of a name.
    fn find(&self, name: &str) -> Result<&DeclaredSetting, String> {
        if let Ok(number) = name.parse::<usize>() {
            let setting = number.checked_sub(1).and_then(|index| self.numbered.get(index));
            return setting.ok_or_else(|| format!("there is no setting {name}; `table` lists them"));
        }
        let name: SettingName = name.parse().map_err(|_| HELP.to_owned())?;
        name.find(&self.numbered).map_err(|error| error.to_string())
    }

    fn tell(&self, setting: &DeclaredSetting) -> String {
        let bounds = self.bounds();
        let settings = sizing::settings(&bounds);
        let (component, key, _) = identity(setting);
        let now = (component, key, self.value_of(setting));
        let solved = settings.iter().find(|setting| identity(setting) == now).and_then(|setting| {
            let limit_bytes = self.available_bytes.unwrap_or(usize::MAX);
            let solution = sizing::solve(&bounds, setting, limit_bytes)?;
            Some(solve::text(&bounds, setting, &solution, self.available_bytes))
        });
        solved.unwrap_or_default()
    }

    /// The value that a setting has now.
    fn value_of(&self, setting: &DeclaredSetting) -> Option<usize> {
        let mut tried = self.tried.iter().rev();
        tried.find(|(other, _)| other == setting).map_or(setting.value, |(_, value)| *value)
    }

    /// The bounds with what was tried.
    fn bounds(&self) -> ComponentBounds {
        let changes: Vec<Change> =
            self.tried.iter().map(|(setting, value)| Change::of(setting, *value)).collect();
        // All of them are settings of these bounds.
        sizing::what_if(&self.declared, &changes).unwrap_or_else(|_| self.declared.clone())
    }

    fn total(&self) -> String {
        let bounds = self.bounds();
        let (total, minimum) = (total(&bounds), bounds.total_minimum_required_bytes());
        let declared = format!(
            "{} are declared, of which {} are needed up front",
            amount(total),
            amount(Some(minimum).filter(|bytes| *bytes < usize::MAX))
        );
        let Some(available) = self.available_bytes else { return declared };
        let verdict = match total {
            Some(total) if total <= available => {
                format!("fits, {} are left", bytes((available - total) as u64))
            }
            Some(total) => format!("does not fit, {} too much", bytes((total - available) as u64)),
            None => "does not fit".to_owned(),
        };
        format!("{declared}; the limit leaves {} for that: {verdict}", bytes(available as u64))
    }
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.:/=+,@".contains(letter);
    if text.chars().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// What tells a setting from all others.
fn identity(setting: &DeclaredSetting) -> (&str, &str, Option<usize>) {
    (&setting.component, &setting.key, setting.value)
}

/// The bytes declared, where `None` is unbounded.
fn total(bounds: &ComponentBounds) -> Option<usize> {
    sizing::evaluate_with(bounds, |_, _, value| value)
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::process::Command;

    use memory_accounting::{ComponentRegistry, UsageExpr};

    use super::*;
    #[cfg(unix)]
    use crate::declared;
    use crate::samples;

    fn session() -> Session {
        Session::new(samples::usual(), Some(3 << 19))
    }

    fn said(session: &mut Session, line: &str) -> String {
        match session.reply(line) {
            Reply::Text(text) => text,
            Reply::End => panic!("`{line}` ended it"),
        }
    }

    #[test]
    fn values_are_tried_and_taken_back() {
        let mut session = session();
        assert_eq!(session.verdict(), Verdict::DoesNotFit);
        assert_eq!(
            said(&mut session, "1 = 512"),
            "cache:entries: 1,024 → 512\n\
             1.5 MiB are declared, of which 1.0 MiB are needed up front; the limit leaves 1.5 MiB for that: fits, 0 B are left"
        );
        assert_eq!(session.verdict(), Verdict::Fits);
        assert_eq!(
            said(&mut session, "queue:queue_bytes=unlimited"),
            "queue:queue_bytes: 1,048,576 → unlimited\n\
             more bytes than can be counted are declared, of which more bytes than can be counted are needed up front; the limit leaves 1.5 MiB for that: does not fit"
        );
        assert!(
            said(&mut session, "undo").starts_with("queue:queue_bytes = 1,048,576\n1.5 MiB are declared")
        );
        said(&mut session, "entries=5");
        assert!(
            said(&mut session, "undo").starts_with("cache:entries = 512\n1.5 MiB"),
            "to what was tried before"
        );
        assert_eq!(session.farewell(), "to ask for the same again: --set cache:entries=512");
        assert!(said(&mut session, "reset").starts_with("2.0 MiB are declared"));
        assert_eq!(
            (said(&mut session, "undo").as_str(), session.farewell().as_str()),
            ("nothing was tried", "")
        );
        assert!(matches!(session.reply(" quit "), Reply::End));
    }

    #[test]
    fn what_cannot_be_tried_is_told_why() {
        let mut session = session();
        for (line, expected) in [
            ("entires=1", "no setting is called `entires`; near it: `cache:entries`"),
            ("3=1", "there is no setting 3; `table` lists them"),
            ("0", "there is no setting 0; `table` lists them"),
            ("=1", HELP),
        ] {
            assert_eq!(said(&mut session, line), expected);
        }
        assert!(said(&mut session, "1=many").starts_with("`many` is no value; write a whole number"));
        assert_eq!(session.farewell(), "");
    }

    #[test]
    fn another_limit_is_tried() {
        let mut settings = StartupSettings::default();
        settings.slop_factor = 0.5;
        let mut session = session().with_settings(settings);
        let fits = "2.0 MiB are declared, of which 1.0 MiB are needed up front; the limit leaves 15.0 MiB for that: fits, 13.0 MiB are left";
        assert_eq!(said(&mut session, "limit = 30MiB"), fits);
        assert_eq!(said(&mut session, "limit 30 MiB"), fits);
        assert_eq!(session.verdict(), Verdict::Fits);
        said(&mut session, "1=5");
        assert_eq!(session.farewell(), "to ask for the same again: --limit '30 MiB' --set cache:entries=5");
        assert_eq!(
            said(&mut session, "limit much"),
            "`much` is no size; write bytes, or a unit such as 512MiB"
        );
        let with_one = ComponentRegistry::default();
        with_one.bounds_builder().firm().with_expr(UsageExpr::config("limit", 7));
        let mut session = Session::new(with_one.as_bounds(), None);
        assert!(said(&mut session, "limit=5").starts_with("root:limit: 7 → 5"));
        assert!(said(&mut session, "limit 1KiB").contains("the limit leaves 870 B"));
    }

    #[test]
    fn the_table_shows_what_was_tried_under_the_same_numbers() {
        let mut session = session();
        said(&mut session, "1=1");
        assert_eq!(
            said(&mut session, "table"),
            "1.0 MiB are declared, of which 1.0 MiB are needed up front; the limit leaves 1.5 MiB for that: fits, 511.0 KiB are left\n\n\
             #  setting                          value    takes     each   doubled  fits up to\n\
             1  cache:entries                        1  1.0 KiB  1.0 KiB  +1.0 KiB         512\n\
             2  queue:queue_bytes  1,048,576 (1.0 MiB)  1.0 MiB      1 B  +1.0 MiB   1,571,840"
        );
        let table = Session::new(samples::usual(), None).table();
        assert_eq!(
            table.lines().nth(2),
            Some("#  setting                          value    takes     each   doubled")
        );
    }

    #[test]
    fn of_many_settings_the_biggest_are_shown_first() {
        let registry = ComponentRegistry::default();
        for number in 0..60 {
            let setting = UsageExpr::config(format!("bytes_{number}"), number);
            registry.bounds_builder().firm().with_expr(setting);
        }
        let mut session = Session::new(registry.as_bounds(), None);
        let shown = said(&mut session, "table");
        assert_eq!(
            (shown.lines().count(), shown.lines().last()),
            (44, Some("and 20 more; `all` lists them"))
        );
        assert_eq!(said(&mut session, "all").lines().count(), 63);
    }

    #[test]
    fn one_setting_is_told_about() {
        let mut session = session();
        assert_eq!(
            said(&mut session, "1"),
            "cache:entries fits with at most 512\n\
             it is 1,024 now, and 2.0 MiB are declared in all\n\
             the limit leaves 1.5 MiB for that\n\
             each unit takes 1.0 KiB\n\
             one entry is computed from it:\n  root.cache.firm (table)"
        );
        let mut without_limit = Session::new(samples::usual(), None);
        assert!(said(&mut without_limit, "entries").starts_with("it is 1,024 now"));
    }

    /// What is declared where the flags of the farewell are given, as a shell hands them over.
    #[cfg(unix)]
    fn obeyed(session: &Session, declared: &ComponentBounds) -> ComponentBounds {
        let farewell = session.farewell();
        let flags = farewell.strip_prefix("to ask for the same again: ").unwrap();
        let words = Command::new("sh").args(["-c", &format!("printf '%s\\0' {flags}")]).output().unwrap();
        let words = String::from_utf8(words.stdout).unwrap();
        let words = words.split_terminator('\0').filter(|word| *word != "--set");
        let changes: Vec<Change> = words.map(|word| word.parse().unwrap()).collect();
        declared::changed(declared, &changes).unwrap().0
    }

    #[cfg(unix)]
    #[test]
    fn what_is_said_at_the_end_asks_for_the_same_again() {
        let registry = ComponentRegistry::default();
        for (component, key, value) in [
            ("", "limit", 10),
            ("", "limit", 200),
            ("a.\"it's $HOME\"", "limit", 30),
            ("a.\"größe x\"", "of;key", 40),
            ("b", "limit", 50),
        ] {
            let setting = UsageExpr::config(key, value);
            registry.get_or_create(component).bounds_builder().firm().with_expr(setting);
        }
        let declared = registry.as_bounds();
        let mut session = Session::new(declared.clone(), None);
        for (number, value) in ["1", "unlimited", "3", "4", "5"].iter().enumerate() {
            said(&mut session, &format!("{}={value}", number + 1));
        }
        assert_eq!(obeyed(&session, &declared), session.bounds());
        let words = ["root:limit=200=1", "b:limit=unlimited", r#"'a."größe x":of;key=3'"#];
        assert!(session.farewell().contains(&words.join(" --set ")), "{}", session.farewell());
    }

    #[test]
    fn two_values_under_one_key_are_tried_one_by_one() {
        let sum = UsageExpr::sum("", UsageExpr::config("size", 5), UsageExpr::config("size", 7));
        let mut session = Session::new(samples::bounds(UsageExpr::constant("", 0), sum), None);
        assert!(said(&mut session, "size=1").contains("stands for several values, 7 and 5"));
        assert!(said(&mut session, "1=5").starts_with("queue:size: 7 → 5\n10 B are declared"));
        assert!(said(&mut session, "2=1").starts_with("queue:size: 5 → 1\n6 B are declared"));
    }
}
