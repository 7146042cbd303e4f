//! Why a well-formed line leaves no trace.

/// The limits that a line can run into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DropReason {
    #[error("there are as many contexts as allowed")]
    ContextLimit,
    #[error("the name is too long")]
    NameTooLong,
    #[error("the name and the tags together are too long")]
    ContextTooLong,
    #[error("there are too many tags")]
    TagLimit,
    #[error("the set has as many members as allowed")]
    SetLimit,
    #[error("the name belongs to a metric of another type")]
    KindConflict,
    #[error("the name is one that a distribution writes as part of itself")]
    NameConflict,
    #[error("the name belongs to the agent's own metrics")]
    ReservedName,
    #[error("a gauge has a later value already")]
    Outdated,
}

impl DropReason {
    pub(crate) const ALL: [Self; 9] = [
        Self::ContextLimit,
        Self::NameTooLong,
        Self::ContextTooLong,
        Self::TagLimit,
        Self::SetLimit,
        Self::KindConflict,
        Self::NameConflict,
        Self::ReservedName,
        Self::Outdated,
    ];

    /// The reason as the value of a label.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::ContextLimit => "context_limit",
            Self::NameTooLong => "name_too_long",
            Self::ContextTooLong => "context_too_long",
            Self::TagLimit => "tag_limit",
            Self::SetLimit => "set_limit",
            Self::KindConflict => "kind_conflict",
            Self::NameConflict => "name_conflict",
            Self::ReservedName => "reserved_name",
            Self::Outdated => "outdated",
        }
    }
}
