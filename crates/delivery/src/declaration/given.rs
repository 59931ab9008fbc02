//! Secrets, which stand in the file or elsewhere.

use super::error::{Fault, MAX_SECRET_LENGTH, Place};
use super::{DeclarationError, DeclarationSources};
use crate::secret::SecretText;
use std::path::PathBuf;

/// A secret as it may stand in the file: itself, or where it is.
pub(crate) struct Given {
    pub(crate) text: Option<SecretText>,
    pub(crate) variable: Option<String>,
    pub(crate) file: Option<PathBuf>,
}

impl Given {
    /// The secret, less its line end; `None` where none is given. `names` are the members that may hold it.
    pub(crate) fn fetch(
        self,
        place: &Place,
        names: &'static str,
        sources: DeclarationSources<'_>,
    ) -> Result<Option<SecretText>, DeclarationError> {
        let secret = match (self.text, self.variable, self.file) {
            (None, None, None) => return Ok(None),
            (Some(text), None, None) => text,
            (None, Some(name), None) => {
                let value = (sources.variable)(&name).map(SecretText::new);
                value.ok_or_else(|| place.wrong(Fault::NoVariable(name)))?
            }
            (None, None, Some(path)) => {
                let text = (sources.text_of)(&path).map(SecretText::new);
                text.map_err(|source| place.wrong(Fault::Unreadable { path, source }))?
            }
            _ => return Err(place.wrong(Fault::TakesOne(names))),
        };
        let secret = secret.reveal().trim_end_matches(['\r', '\n']);
        place.check(is_visible(secret, MAX_SECRET_LENGTH), || Fault::Secret)?;
        Ok(Some(SecretText::new(secret.to_owned())))
    }
}

/// What may stand in a header without being mistaken for something else.
pub(crate) fn is_visible(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
