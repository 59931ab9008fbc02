//! Why such a file is not taken: what is wrong, and where.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// The longest secret that is taken.
pub(crate) const MAX_SECRET_LENGTH: usize = 4_096;
/// The longest name of a variable that is shown.
const MAX_VARIABLE_LENGTH: usize = 64;
/// AWS names no key id that is longer.
pub(crate) const MAX_KEY_ID_LENGTH: usize = 128;

/// Why a review file or a destinations file is not taken: what is wrong, and where. Never shows a secret, nor a URL.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct DeclarationError {
    place: String,
    fault: Fault,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("there are more than {0}")]
    TooMany(usize),
    /// Something of one member alone.
    #[error("must {0}")]
    Must(&'static str),
    #[error(
        "must be a URL that begins with http:// or https://, without a user name, of at most 2048 characters"
    )]
    Url,
    #[error("must be a URL without a query")]
    Query,
    #[error("must be the name of a region")]
    Region,
    #[error("has no meaning {0}")]
    Meaningless(&'static str),
    #[error("needs {0}, one of them")]
    NeedsOne(&'static str),
    #[error("takes {0}, only one of them")]
    TakesOne(&'static str),
    #[error("must have 1 to {MAX_SECRET_LENGTH} visible ASCII characters")]
    Secret,
    #[error("must have 1 to {MAX_KEY_ID_LENGTH} visible ASCII characters")]
    KeyId,
    #[error("{0}")]
    SecretKey(#[from] auth::SecretKeyError),
    #[error("the environment has no variable {}", shown(.0))]
    NoVariable(String),
    #[error("cannot read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Unusable(String),
    #[error("there is another one of this name")]
    NameTaken,
    /// What a part that has rules of its own says.
    #[error("{0}")]
    Inner(Box<dyn Error + Send + Sync>),
}

/// A variable's name, unless somebody wrote the secret itself there.
fn shown(name: &str) -> &str {
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    let goes_on = bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if begins && goes_on && name.len() <= MAX_VARIABLE_LENGTH { name } else { "of that name, which is none" }
}

/// Where in the file something stands.
pub(crate) struct Place(String);

impl Place {
    /// The whole file's list of this name, or its table.
    pub(crate) fn list(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub(crate) fn item(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    pub(crate) fn at(&self, member: &str) -> Self {
        Self(format!("{}.{member}", self.0))
    }

    pub(crate) fn wrong(&self, fault: Fault) -> DeclarationError {
        DeclarationError { place: self.0.clone(), fault }
    }

    pub(crate) fn check(
        &self,
        is_right: bool,
        fault: impl FnOnce() -> Fault,
    ) -> Result<(), DeclarationError> {
        if is_right { Ok(()) } else { Err(self.wrong(fault())) }
    }
}
