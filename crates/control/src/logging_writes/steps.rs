//! Which step a state asks for, when the configuration is deleted and when the server starts. Decides, and does
//! nothing.

use model::LoggingConfigurationState as State;

/// How a configuration ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// It has never received anything.
    AtOnce,
    /// What it accepted is delivered first.
    Flush,
    /// What it accepted could not be delivered, and is given up.
    Discard,
}

impl Ending {
    /// How one ends that stood in `before` when it was to be deleted. In UPDATE_FAILED it may have been in use earlier.
    pub(super) const fn of(before: State) -> Self {
        match before {
            State::CreateFailed => Self::AtOnce,
            State::DeleteFailed => Self::Discard,
            State::Creating | State::Deleting | State::Updating | State::UpdateFailed | State::Active => {
                Self::Flush
            }
        }
    }
}

/// What the start of the server does about a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resumption {
    /// It receives again.
    Open,
    /// Its destination is tried again. One in UPDATING does not receive before that: where its chat went until the
    /// update is not in the store.
    Prove,
    /// Its end is tried again.
    End,
    /// It stays as it is.
    Nothing,
}

impl Resumption {
    pub(super) const fn of(state: State) -> Self {
        match state {
            State::Active => Self::Open,
            State::Creating | State::Updating => Self::Prove,
            State::Deleting => Self::End,
            State::CreateFailed | State::UpdateFailed | State::DeleteFailed => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_steps() {
        let table = [
            (State::Creating, None, Resumption::Prove),
            (State::CreateFailed, Some(Ending::AtOnce), Resumption::Nothing),
            (State::Deleting, None, Resumption::End),
            (State::DeleteFailed, Some(Ending::Discard), Resumption::Nothing),
            (State::Updating, None, Resumption::Prove),
            (State::UpdateFailed, Some(Ending::Flush), Resumption::Nothing),
            (State::Active, Some(Ending::Flush), Resumption::Open),
        ];
        assert_eq!(table.map(|(state, ..)| state), State::ALL);
        for (state, ending, resumption) in table {
            let found = state.allows_deletion().then(|| Ending::of(state));
            assert_eq!((found, Resumption::of(state)), (ending, resumption), "{state:?}");
        }
    }
}
