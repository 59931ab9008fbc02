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
    const MARKS: [&str; 4] = ["invalid type: ", "invalid value: ", "unknown field `", "unknown variant `"];
    // The first one is serde's; those behind it may be a part of the value.
    let first = MARKS.into_iter().filter_map(|mark| Some((message.find(mark)?, mark))).min();
    let Some((at, mark)) = first else { return message.to_owned() };
    let (head, rest) =
        (message.get(..at).unwrap_or_default(), message.get(at + mark.len()..).unwrap_or_default());
    if mark.starts_with("invalid") {
        let kind = rest.split([' ', ',']).next().unwrap_or_default();
        let expected = rest.rsplit_once(", expected").map_or("", |(_, expected)| expected);
        return format!("{head}invalid type: {kind}, expected{expected}");
    }
    // What follows the value is made of names of ours; the value may hold anything.
    let (name, tail) = rest
        .rsplit_once("`, expected ")
        .map(|(name, tail)| (name, format!(", expected {tail}")))
        .or_else(|| rest.rsplit_once('`').map(|(name, tail)| (name, tail.to_owned())))
        .unwrap_or_default();
    let is_name = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let shown = if is_name && mark == "unknown field `" { name } else { "…" };
    format!("{head}{mark}{shown}`{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the refusals are looked at")]
    struct Declared {
        kind: Kind,
        #[serde(default)]
        limit: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Http,
        Lambda,
    }

    #[test]
    fn refusals_show_no_value() {
        let check = |toml: &str, expected: &str| {
            let error = toml::from_str::<Declared>(toml).unwrap_err();
            let shown = place(toml, &error);
            assert!(shown.contains(expected) && !shown.contains("hush"), "{shown}");
        };
        let variant = "unknown variant `…`, expected `http` or `lambda`";
        check("kind = 'hush'", variant);
        check("kind = 'invalid type: hush'", variant);
        check("kind = 'unknown field `hush`, expected hush'", variant);
        check("kind = 'http'\nlimit = 'hush'", "invalid type: string, expected u32");
        check("kind = 'http'\nlimit = 'hush, expected hush'", "invalid type: string, expected u32");
        check("'hush-hush' = 1", "unknown field `…`, expected `kind` or `limit`");
        check("'a` hush' = 1", "unknown field `…`, expected `kind` or `limit`");
        check("limits = 1", "unknown field `limits`, expected `kind` or `limit`");
    }

    #[test]
    fn json_shows_no_value_either() {
        let error = serde_json::from_str::<Declared>(r#"{"kind":"hush"}"#).unwrap_err();
        let shown = without_values(&error.to_string());
        assert!(shown.starts_with("unknown variant `…`, expected `http` or `lambda` at line 1"), "{shown}");
    }
}
