//! The cases that fields are renamed to.

use crate::diagnostics::likely;

/// How all fields of a type are renamed, as serde names the cases.
#[derive(Clone, Copy)]
pub(crate) enum RenameRule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: [(&str, RenameRule); 8] = [
    ("lowercase", RenameRule::Lower),
    ("UPPERCASE", RenameRule::Upper),
    ("PascalCase", RenameRule::Pascal),
    ("camelCase", RenameRule::Camel),
    ("snake_case", RenameRule::Snake),
    ("SCREAMING_SNAKE_CASE", RenameRule::ScreamingSnake),
    ("kebab-case", RenameRule::Kebab),
    ("SCREAMING-KEBAB-CASE", RenameRule::ScreamingKebab),
];

impl RenameRule {
    /// The rule that serde calls `name`, or a message that says which there are.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        if let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == name) {
            return Ok(*rule);
        }
        let known = RULES.map(|(known, _)| format!("`{known}`")).join(", ");
        Err(match likely(name, RULES.map(|(known, _)| known)) {
            Some(likely) => {
                format!("there is no case `{name}`; `{likely}` was probably meant. There are {known}")
            }
            None => format!("there is no case `{name}`; there are {known}"),
        })
    }

    /// The key of a variant called `name`, which is taken to be in Pascal case, as serde takes it.
    pub(crate) fn apply_to_variant(self, name: &str) -> String {
        let snake = || {
            let mut snake = String::new();
            for (position, letter) in name.char_indices() {
                if position > 0 && letter.is_uppercase() {
                    snake.push('_');
                }
                snake.push(letter.to_ascii_lowercase());
            }
            snake
        };
        match self {
            Self::Pascal => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => {
                let mut letters = name.chars();
                letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
            }
            Self::Snake => snake(),
            Self::ScreamingSnake => snake().to_ascii_uppercase(),
            Self::Kebab => snake().replace('_', "-"),
            Self::ScreamingKebab => snake().to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// The config key of a field called `name`, which is taken to be in snake case, as serde takes it.
    pub(crate) fn apply(self, name: &str) -> String {
        let pascal = || -> String {
            name.split('_')
                .map(|word| {
                    let mut letters = word.chars();
                    letters
                        .next()
                        .map(|first| first.to_ascii_uppercase())
                        .into_iter()
                        .chain(letters)
                        .collect::<String>()
                })
                .collect()
        };
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Pascal => pascal(),
            Self::Camel => {
                let pascal = pascal();
                let mut letters = pascal.chars();
                letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
            }
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_names_a_field_as_serde_does() {
        let named = RULES.map(|(_, rule)| rule.apply("max_open_files"));
        let expected = [
            "max_open_files",
            "MAX_OPEN_FILES",
            "MaxOpenFiles",
            "maxOpenFiles",
            "max_open_files",
            "MAX_OPEN_FILES",
            "max-open-files",
            "MAX-OPEN-FILES",
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn every_case_names_a_variant_as_serde_does() {
        let named = RULES.map(|(_, rule)| rule.apply_to_variant("DiskV2"));
        assert_eq!(
            named,
            ["diskv2", "DISKV2", "DiskV2", "diskV2", "disk_v2", "DISK_V2", "disk-v2", "DISK-V2"]
        );
    }
}
