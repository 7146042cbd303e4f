//! Why a line is not a metric.

/// The reasons for which a line is counted as malformed and dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseError {
    #[error("the line is not UTF-8")]
    NotUtf8,
    #[error("events are not supported")]
    UnsupportedEvent,
    #[error("service checks are not supported")]
    UnsupportedServiceCheck,
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
    #[error("a counter cannot go down")]
    NegativeCounter,
    #[error("the sample rate is not a number above 0 and up to 1")]
    InvalidRate,
    #[error("a field is there twice")]
    RepeatedField,
    #[error("a field is neither rate, tags nor a known extension")]
    UnknownField,
}

impl ParseError {
    pub(crate) const ALL: [Self; 12] = [
        Self::NotUtf8,
        Self::UnsupportedEvent,
        Self::UnsupportedServiceCheck,
        Self::EmptyName,
        Self::MissingValue,
        Self::MissingKind,
        Self::UnknownKind,
        Self::InvalidValue,
        Self::NegativeCounter,
        Self::InvalidRate,
        Self::RepeatedField,
        Self::UnknownField,
    ];

    /// The reason as the value of a label.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::UnsupportedEvent => "unsupported_event",
            Self::UnsupportedServiceCheck => "unsupported_service_check",
            Self::EmptyName => "empty_name",
            Self::MissingValue => "missing_value",
            Self::MissingKind => "missing_type",
            Self::UnknownKind => "unknown_type",
            Self::InvalidValue => "invalid_value",
            Self::NegativeCounter => "negative_counter",
            Self::InvalidRate => "invalid_rate",
            Self::RepeatedField => "repeated_field",
            Self::UnknownField => "unknown_field",
        }
    }
}
