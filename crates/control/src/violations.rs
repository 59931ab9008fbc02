//! What is wrong with the members of one request, gathered so that the caller hears all of it at once.

use crate::OperationError;
use model::Violation;
use serde::Serialize;

/// One entry of a `ValidationException`'s `fieldList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldViolation {
    /// The member, such as `name` or `messageReviewHandler/uri`.
    pub name: String,
    /// What it broke; never its value, which may be sensitive.
    pub message: String,
}

/// How many are told; a list with a hundred thousand wrong items is not answered with as many sentences.
const MOST: usize = 32;

/// The violations of one request.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<FieldViolation>);

impl Violations {
    /// The value if there is one; otherwise its violation is kept.
    pub(crate) fn keep<T>(&mut self, name: &str, parsed: Result<T, Violation>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(violation) => {
                self.refuse(name, violation.describe(&format!("/{name}")));
                None
            }
        }
    }

    /// Keeps what is wrong with a member.
    pub(crate) fn refuse(&mut self, name: &str, message: String) {
        if self.0.len() < MOST {
            self.0.push(FieldViolation { name: name.into(), message });
        }
    }

    /// What `build` makes of the values that were kept; the violations if there are any.
    ///
    /// `build` gives `None` only where a violation was kept.
    pub(crate) fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, OperationError> {
        if !self.0.is_empty() {
            return Err(OperationError::Validation(self.0));
        }
        build().ok_or_else(|| OperationError::internal("a member is missing without a violation"))
    }
}

/// The error for one member, in other words than the model's.
pub(crate) fn refused_member(name: &str, message: String) -> OperationError {
    OperationError::Validation(vec![FieldViolation { name: name.into(), message }])
}

/// The error for one member that only the operation itself could judge.
pub(crate) fn violated(name: &str, violation: &Violation) -> OperationError {
    let message = violation.describe(&format!("/{name}"));
    OperationError::Validation(vec![FieldViolation { name: name.into(), message }])
}
