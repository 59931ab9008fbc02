//! What a handler answered, and what it is worth. Pure: it knows neither transport nor room but the room's limit.
//!
//! Source: user guide, "Chat Message Review Handler", "Response Syntax".

use engine::{Draft, ReviewOutcome};
use model::{Attributes, MESSAGE_ATTRIBUTES_MAX_BYTES};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The most that an answer may hold, in bytes. A message of 500 code points, each written as two `\uXXXX`, takes 6,000,
/// attributes as much again.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// The longest reason that a sender is told, in code points; what is longer is cut.
const MAX_REASON_LENGTH: usize = 500;

/// Why an answer is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum AnswerError {
    #[error("it is larger than 64 KiB")]
    TooLarge,
    #[error("it is no JSON object")]
    NotAnObject,
    #[error("its ReviewResult is neither ALLOW nor DENY")]
    ReviewResult,
    #[error("its Content is no string of 1 to as many characters as the room allows")]
    Content,
    #[error("its Attributes are no map of strings of 1 KB at most")]
    Attributes,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    #[serde(borrow)]
    review_result: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    attributes: Option<&'a RawValue>,
}

/// Reads the answer about `draft`, in a room that takes `maximum` code points. Members that nobody knows are passed
/// over, and so are the content and all attributes but `Reason` of a denial.
pub(super) fn parse(body: &[u8], draft: &Draft, maximum: u32) -> Result<ReviewOutcome, AnswerError> {
    if body.len() > MAX_BYTES {
        return Err(AnswerError::TooLarge);
    }
    let answer: Answer<'_> = object(body).ok_or(AnswerError::NotAnObject)?;
    let result: Option<String> = answer.review_result.and_then(|raw| serde_json::from_str(raw.get()).ok());
    match result.as_deref() {
        Some("ALLOW") => allowed(&answer, draft, maximum),
        Some("DENY") => Ok(ReviewOutcome::Denied { reason: answer.attributes.and_then(reason) }),
        _ => Err(AnswerError::ReviewResult),
    }
}

fn allowed(answer: &Answer<'_>, draft: &Draft, maximum: u32) -> Result<ReviewOutcome, AnswerError> {
    let content: Option<String> = answer.content.and_then(|raw| serde_json::from_str(raw.get()).ok());
    let fits = |content: &String| !content.is_empty() && content.chars().count() <= maximum as usize;
    let content = content.filter(fits).ok_or(AnswerError::Content)?;
    let attributes = answer.attributes.map(attributes).transpose()?;
    let is_same = attributes.as_ref().is_none_or(|new| match &draft.attributes {
        Some(old) => new == old,
        None => new.is_empty(),
    });
    if is_same && content == draft.content {
        return Ok(ReviewOutcome::Unchanged);
    }
    Ok(ReviewOutcome::Changed { content, attributes: attributes.filter(|_| !is_same) })
}

fn attributes(raw: &RawValue) -> Result<Attributes, AnswerError> {
    let pairs: BTreeMap<String, String> =
        serde_json::from_str(raw.get()).map_err(|_| AnswerError::Attributes)?;
    Attributes::parse(pairs, MESSAGE_ATTRIBUTES_MAX_BYTES).map_err(|_| AnswerError::Attributes)
}

/// `Attributes.Reason`, if it is a string that says something.
fn reason(attributes: &RawValue) -> Option<Box<str>> {
    #[derive(Deserialize)]
    struct Refusal<'a> {
        #[serde(rename = "Reason", borrow)]
        reason: Option<&'a RawValue>,
    }
    let refusal: Refusal<'_> = object(attributes.get().as_bytes())?;
    let text: String = serde_json::from_str(refusal.reason?.get()).ok()?;
    let cut: String = text.chars().take(MAX_REASON_LENGTH).collect();
    (!cut.is_empty()).then(|| cut.into())
}

/// serde would take a list for a structure.
fn object<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Option<T> {
    if text.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice(text).ok()
}

#[cfg(test)]
mod tests;
