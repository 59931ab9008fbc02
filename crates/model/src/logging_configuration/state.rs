//! Where a logging configuration stands, and what that allows. Knows neither who asks nor who delivers.

use crate::Violation;

/// Where a configuration stands. Only `ACTIVE` ones receive; one in `UPDATING` goes on with the destination before.
///
/// Source: API reference, `LoggingConfigurationState`. What each state allows is ours: AWS only says that a resource
/// must not be changed while a change is under way (`ConflictException`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggingConfigurationState {
    /// Made; whether its destination can be written to is being found out.
    Creating,
    /// The destination could not be written to when the configuration was made.
    CreateFailed,
    /// To be deleted; what was accepted for it is being delivered.
    Deleting,
    /// To be deleted, but what was accepted for it was not delivered in time.
    DeleteFailed,
    /// Changed; whether its destination can be written to is being found out.
    Updating,
    /// The destination could not be written to when the configuration was changed.
    UpdateFailed,
    /// In use.
    Active,
}

use LoggingConfigurationState as State;

const SPELLINGS: &[&str] =
    &["CREATING", "CREATE_FAILED", "DELETING", "DELETE_FAILED", "UPDATING", "UPDATE_FAILED", "ACTIVE"];

impl LoggingConfigurationState {
    /// All states, in the order of the API reference.
    pub const ALL: [Self; 7] = [
        Self::Creating,
        Self::CreateFailed,
        Self::Deleting,
        Self::DeleteFailed,
        Self::Updating,
        Self::UpdateFailed,
        Self::Active,
    ];

    /// Parses the API's spelling.
    ///
    /// # Errors
    /// [`Violation::Enum`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(Violation::Enum(SPELLINGS))
    }

    /// The API's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::CreateFailed => "CREATE_FAILED",
            Self::Deleting => "DELETING",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::Updating => "UPDATING",
            Self::UpdateFailed => "UPDATE_FAILED",
            Self::Active => "ACTIVE",
        }
    }

    /// Whether it may be changed: not amid a change, and not once it is to be deleted.
    #[must_use]
    pub const fn allows_update(self) -> bool {
        matches!(self, State::Active | State::CreateFailed | State::UpdateFailed)
    }

    /// Whether it may be deleted: not amid a change. A deletion that failed may be asked for again.
    #[must_use]
    pub const fn allows_deletion(self) -> bool {
        !matches!(self, State::Creating | State::Updating | State::Deleting)
    }

    /// Whether a room may have it: not once it is to be deleted.
    #[must_use]
    pub const fn allows_attachment(self) -> bool {
        !matches!(self, State::Deleting | State::DeleteFailed)
    }

    /// What follows when its destination was tried, with or without success; none if nobody was waiting for that.
    #[must_use]
    pub const fn after_probe(self, is_good: bool) -> Option<Self> {
        match (self, is_good) {
            (State::Creating | State::Updating, true) => Some(State::Active),
            (State::Creating, false) => Some(State::CreateFailed),
            (State::Updating, false) => Some(State::UpdateFailed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_is_parsed_and_no_other() {
        assert_eq!(State::ALL.map(State::as_str), *SPELLINGS);
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Ok(state));
        }
        for wrong in ["", "active", "ACTIVE ", "DELETED"] {
            assert_eq!(State::parse(wrong), Err(Violation::Enum(SPELLINGS)), "{wrong}");
        }
    }

    #[test]
    fn each_state_allows_what_the_table_says() {
        //                            update deletion attachment
        let table = [
            (State::Creating, [false, false, true]),
            (State::CreateFailed, [true, true, true]),
            (State::Deleting, [false, false, false]),
            (State::DeleteFailed, [false, true, false]),
            (State::Updating, [false, false, true]),
            (State::UpdateFailed, [true, true, true]),
            (State::Active, [true, true, true]),
        ];
        assert_eq!(table.map(|(state, _)| state), State::ALL);
        for (state, allowed) in table {
            let found = [state.allows_update(), state.allows_deletion(), state.allows_attachment()];
            assert_eq!(found, allowed, "{state:?}");
        }
    }

    #[test]
    fn a_probe_settles_only_what_waits_for_one() {
        for state in State::ALL {
            let (good, bad) = match state {
                State::Creating => (Some(State::Active), Some(State::CreateFailed)),
                State::Updating => (Some(State::Active), Some(State::UpdateFailed)),
                _ => (None, None),
            };
            assert_eq!((state.after_probe(true), state.after_probe(false)), (good, bad), "{state:?}");
        }
    }
}
