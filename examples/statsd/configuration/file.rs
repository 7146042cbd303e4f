//! Reading the configuration from a TOML file, with errors that point at the line to change.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Configuration;

impl Configuration {
    /// Reads the file at `path`; settings it does not name keep their defaults.
    pub(crate) fn read(path: &Path) -> Result<Self, FileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| FileError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, FileError> {
        let malformed = |error: &toml::de::Error, key: Option<String>| FileError::Content {
            path: path.to_owned(),
            line: line_of(text, error.span()),
            key: key.map(|key| format!("{key}: ")).unwrap_or_default(),
            message: error.message().replace('\n', ", "),
        };
        let document = toml::Deserializer::parse(text).map_err(|error| malformed(&error, None))?;
        serde_path_to_error::deserialize(document).map_err(|error| {
            let key = error.path().to_string();
            malformed(error.inner(), (key != ".").then_some(key))
        })
    }
}

/// Why a configuration file was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// It is missing or unreadable.
    #[error("cannot read the configuration file {}; check the path given with --config", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// It is not TOML, or a setting has the wrong name, type or range.
    #[error("{}, line {line}: {key}{message}", path.display())]
    Content { path: PathBuf, line: usize, key: String, message: String },
}

/// The line, from 1, at which the span starts.
fn line_of(text: &str, span: Option<Range<usize>>) -> usize {
    let before = span.and_then(|span| text.as_bytes().get(..span.start)).unwrap_or_default();
    before.split(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use memory_accounting::StartupMode;

    use super::*;

    fn parse(text: &str) -> Result<Configuration, String> {
        Configuration::parse(Path::new("agent.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn unnamed_settings_keep_their_defaults() {
        let configuration =
            parse("[memory]\nlimit = \"64MiB\"\nmode = \"observe\"\n[aggregator]\ncontext_limit = 7\n")
                .unwrap();
        assert_eq!(configuration.memory.limit_bytes, Some(64 << 20));
        assert_eq!(configuration.memory.mode, StartupMode::Observe);
        assert_eq!(configuration.aggregator.context_limit.get(), 7);
        assert_eq!(configuration.aggregator.set_limit.get(), 256);
        assert_eq!(configuration.source.address.get().port(), 8125);
    }

    #[test]
    fn the_sample_is_the_defaults_and_names_every_setting() {
        let sample = include_str!("../statsd.toml");
        assert_eq!(parse(sample).unwrap(), Configuration::default());
        // With what is commented out in it, it is still one.
        let all =
            sample.replace("\n# limit =", "\nlimit =").replace("\n# receive_buffer", "\nreceive_buffer");
        let all = parse(&all).unwrap();
        assert_eq!(all.memory.limit_bytes, Some(64 << 20));
        assert_eq!(all.source.receive_buffer_bytes.unwrap().get(), 4 << 20);
        // What is missing in the sample is named by the error about a key that nothing has.
        for part in ["source", "aggregator", "destination"] {
            let error = parse(&format!("[{part}]\nnothing = 1\n")).unwrap_err();
            let (_, known) = error.split_once("expected one of ").unwrap();
            for key in known.split(", ").map(|key| key.trim_matches('`')) {
                assert!(
                    sample.contains(&format!("\n{key} = ")) || sample.contains(&format!("\n# {key} = ")),
                    "{key}"
                );
            }
        }
    }

    #[test]
    fn a_wrong_type_names_file_line_and_key() {
        assert_eq!(
            parse("\n[aggregator]\ncontext_limit = \"many\"\n").unwrap_err(),
            "agent.toml, line 3: aggregator.context_limit: invalid type: string \"many\", expected usize"
        );
    }

    #[test]
    fn a_number_out_of_range_names_the_range() {
        assert_eq!(
            parse("[source]\nmax_packet_bytes = 70000\n").unwrap_err(),
            "agent.toml, line 2: source.max_packet_bytes: 70000 is out of range, expected 1 to 65507"
        );
    }

    #[test]
    fn a_size_that_is_none_says_how_one_is_written() {
        assert_eq!(
            parse("[memory]\nlimit = \"much\"\n").unwrap_err(),
            "agent.toml, line 2: memory.limit: `much` is no size; write whole bytes, or a text with a unit such as \"64MiB\""
        );
        assert_eq!(
            parse("[memory]\nlimit = -1\n").unwrap_err(),
            "agent.toml, line 2: memory.limit: `-1` is no size; write whole bytes, or a text with a unit such as \"64MiB\""
        );
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let error = parse("[source]\nport = 8125\n").unwrap_err();
        assert!(error.starts_with("agent.toml, line 2: source.port: unknown field `port`"), "{error}");
    }

    #[test]
    fn broken_toml_names_the_line() {
        let error = parse("[source]\nport = \n").unwrap_err();
        assert!(error.starts_with("agent.toml, line 2: "), "{error}");
        assert_eq!(error.lines().count(), 1);
    }
}
