//! Why a line is not a metric.

use super::Unsupported;

/// The reasons for which a line is dropped before it is looked at closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseError {
    #[error("the line is not UTF-8")]
    NotUtf8,
    #[error("the name is empty")]
    EmptyName,
    #[error("there is no value")]
    MissingValue,
    #[error("there is no type")]
    MissingKind,
    #[error("the type is none of c, g, ms, h, d, s")]
    UnknownKind,
    #[error("a value is not a finite number")]
    InvalidValue,
    #[error("a counter cannot go down; send a gauge, or count ups and downs apart")]
    NegativeCounter,
    #[error("the sample rate is not a number above 0 and up to 1")]
    InvalidRate,
    #[error("the timestamp is not a number of seconds")]
    InvalidTimestamp,
    #[error("what stands behind the comma of the name is not key=value")]
    InvalidTag,
    #[error("a field is there twice")]
    RepeatedField,
    #[error("the lengths of an event are not those of its title and text")]
    InvalidEvent,
    #[error("a service check has no name, or no status from 0 to 3")]
    InvalidServiceCheck,
    /// Nothing is wrong with it.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
}

impl ParseError {
    /// The reasons for which a line is malformed.
    pub(crate) const MALFORMED: [Self; 13] = [
        Self::NotUtf8,
        Self::EmptyName,
        Self::MissingValue,
        Self::MissingKind,
        Self::UnknownKind,
        Self::InvalidValue,
        Self::NegativeCounter,
        Self::InvalidRate,
        Self::InvalidTimestamp,
        Self::InvalidTag,
        Self::RepeatedField,
        Self::InvalidEvent,
        Self::InvalidServiceCheck,
    ];

    /// The reason as the value of a label.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::EmptyName => "empty_name",
            Self::MissingValue => "missing_value",
            Self::MissingKind => "missing_type",
            Self::UnknownKind => "unknown_type",
            Self::InvalidValue => "invalid_value",
            Self::NegativeCounter => "negative_counter",
            Self::InvalidRate => "invalid_rate",
            Self::InvalidTimestamp => "invalid_timestamp",
            Self::InvalidTag => "invalid_tag",
            Self::RepeatedField => "repeated_field",
            Self::InvalidEvent => "invalid_event",
            Self::InvalidServiceCheck => "invalid_service_check",
            Self::Unsupported(kind) => kind.label(),
        }
    }
}
