//! Files in which people declare things: TOML, or JSON where the name ends in `.json`; read whole and strictly. Knows
//! none of the things.
//!
//! **Invariant:** no error shows a value out of a file: it may be a secret that stands in a wrong place.

use delivery::{DeclarationError, DeclarationSources};
use serde::de::DeserializeOwned;
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The largest file that is read.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum DeclaredFileError {
    /// It, or a file that it names, cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is neither TOML nor JSON of the right shape.
    #[error("{}: {detail}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        detail: String,
    },
    /// What is declared in it is wrong.
    #[error("{}: {source}", path.display())]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        source: DeclarationError,
    },
}

/// Reads a file of the shape of `T` and makes of it what `judge` makes, which may look into the environment and into
/// files beside this one.
///
/// # Errors
/// [`DeclaredFileError`]
pub(crate) fn compile<T: DeserializeOwned, M>(
    path: &Path,
    judge: impl FnOnce(T, DeclarationSources<'_>) -> Result<M, DeclarationError>,
) -> Result<M, DeclaredFileError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let sources = DeclarationSources {
        variable: &|name| std::env::var(name).ok(),
        text_of: &|file| Ok(read_text(&folder.join(file)).map_err(std::io::Error::other)?.to_string()),
    };
    judge(read(path)?, sources).map_err(|source| DeclaredFileError::Wrong { path: path.to_owned(), source })
}

/// Reads a file of the shape of `T`.
///
/// # Errors
/// [`DeclaredFileError`]
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, DeclaredFileError> {
    let text = read_text(path)?;
    let malformed = |detail: String| DeclaredFileError::Malformed { path: path.to_owned(), detail };
    if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("json")) {
        return toml::from_str(&text).map_err(|error| malformed(place(&text, &error)));
    }
    if !text.trim_start().starts_with('{') {
        // serde would take a list for a structure.
        return Err(malformed("expected an object".to_owned()));
    }
    serde_json::from_str(&text).map_err(|error| malformed(without_values(&error.to_string())))
}

/// The text of a file, which may be a secret.
///
/// # Errors
/// [`DeclaredFileError::Unreadable`], also for more than 16 MiB.
pub(crate) fn read_text(path: &Path) -> Result<Zeroizing<String>, DeclaredFileError> {
    let unreadable = |source| DeclaredFileError::Unreadable { path: path.to_owned(), source };
    if fs::metadata(path).map_err(unreadable)?.len() > MAX_BYTES {
        return Err(unreadable(std::io::Error::other("it is larger than 16 MiB")));
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(unreadable)
}

fn place(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, without_values(error.message()))
}

/// serde's words for a value in the wrong place or a field that there is not, without the value and without a name that
/// is none.
fn without_values(message: &str) -> String {
    let (head, rest) = match message.split_once("invalid type: ").or(message.split_once("invalid value: ")) {
        Some((head, rest)) => (head, rest),
        None => return without_odd_names(message),
    };
    let kind = rest.split([' ', ',']).next().unwrap_or_default();
    let expected = rest.rsplit_once(", expected").map_or("", |(_, expected)| expected);
    format!("{head}invalid type: {kind}, expected{expected}")
}

fn without_odd_names(message: &str) -> String {
    let Some((head, rest)) = message.split_once("unknown field `") else { return message.to_owned() };
    let Some((name, tail)) = rest.split_once('`') else { return message.to_owned() };
    let is_name = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let shown = if is_name { name } else { "…" };
    format!("{head}unknown field `{shown}`{tail}")
}
