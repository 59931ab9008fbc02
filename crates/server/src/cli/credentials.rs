//! Which access key signs: from the environment or from the file that the server's first start wrote. Asks nobody
//! over a network.

use crate::credentials_file::{self, FILE_NAME};
use auth::SecretKey;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The most that is read of it; the two keys take about 150 bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// An access key, and where it came from.
#[derive(Debug)]
pub(super) struct Credentials {
    /// The public half.
    pub(super) access_key_id: String,
    /// The secret half.
    pub(super) secret: SecretKey,
    /// Belongs to a temporary key of AWS.
    pub(super) session_token: Option<Zeroizing<String>>,
    /// For errors: "the environment (AWS_ACCESS_KEY_ID)".
    pub(super) source: String,
}

/// Why there is no usable access key.
#[derive(Debug, thiserror::Error)]
pub(super) enum CredentialsError {
    /// Nowhere.
    #[error(
        "no access key: {} does not exist; run this where the server was started, name its folder with --data-dir, or \
         set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        .0.display()
    )]
    Missing(PathBuf),
    /// The file is there but cannot be read.
    #[error("cannot read the access key in {}: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// The file lacks one of the two.
    #[error("{} has no aws_access_key_id and aws_secret_access_key under [default]", .0.display())]
    Incomplete(PathBuf),
    /// One variable of a pair is set.
    #[error("{0} is set but {1} is not")]
    HalfSet(&'static str, &'static str),
    /// A secret that cannot be one.
    #[error("the secret access key from {0} is not 1 to 128 visible ASCII characters")]
    BadSecret(String),
}

/// Key id and secret variables, in the order in which they are looked at.
const VARIABLES: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    ("HUBBUB_ROOT_ACCESS_KEY_ID", "HUBBUB_ROOT_SECRET_ACCESS_KEY"),
];

/// The variable that names a file of credentials. Source: AWS SDKs and tools reference guide, "Shared config and
/// credentials files".
const SHARED_FILE: &str = "AWS_SHARED_CREDENTIALS_FILE";

impl Credentials {
    /// The first of: `AWS_*` variables, `HUBBUB_ROOT_*` variables, the file that `AWS_SHARED_CREDENTIALS_FILE` names,
    /// `root-credentials` in `data_dir`. A variable that is empty counts as unset.
    pub(super) fn find(
        data_dir: &Path,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, CredentialsError> {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        for (index, (id_name, secret_name)) in VARIABLES.into_iter().enumerate() {
            match (set(id_name), set(secret_name).map(Zeroizing::new)) {
                (Some(id), Some(secret)) => {
                    let is_aws = index == 0;
                    let token = if is_aws { set("AWS_SESSION_TOKEN").map(Zeroizing::new) } else { None };
                    return Self::new(id, &secret, token, format!("the environment ({id_name})"));
                }
                (Some(_), None) => return Err(CredentialsError::HalfSet(id_name, secret_name)),
                (None, Some(_)) => return Err(CredentialsError::HalfSet(secret_name, id_name)),
                (None, None) => {}
            }
        }
        match set(SHARED_FILE) {
            Some(path) => Self::read(Path::new(&path)),
            None => Self::read(&data_dir.join(FILE_NAME)),
        }
    }

    fn read(path: &Path) -> Result<Self, CredentialsError> {
        let mut text = Zeroizing::new(String::new());
        let read =
            std::fs::File::open(path).and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text));
        match read {
            Ok(_) => {}
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                return Err(CredentialsError::Missing(path.to_owned()));
            }
            Err(cause) => return Err(CredentialsError::Unreadable { path: path.to_owned(), cause }),
        }
        let (id, secret) =
            credentials_file::parse(&text).ok_or_else(|| CredentialsError::Incomplete(path.to_owned()))?;
        Self::new(id.to_owned(), secret, None, path.display().to_string())
    }

    fn new(
        access_key_id: String,
        secret: &str,
        session_token: Option<Zeroizing<String>>,
        source: String,
    ) -> Result<Self, CredentialsError> {
        match SecretKey::parse(secret) {
            Ok(secret) => Ok(Self { access_key_id, secret, session_token, source }),
            Err(_) => Err(CredentialsError::BadSecret(source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(variables: &[(&str, &str)], data_dir: &Path) -> Result<(String, String), String> {
        let look =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Credentials::find(data_dir, look)
            .map(|found| (found.access_key_id, found.source))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_place_that_has_a_key_wins() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE_NAME);
        std::fs::write(&file, "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n").unwrap();
        let root = [("HUBBUB_ROOT_ACCESS_KEY_ID", "ROOT"), ("HUBBUB_ROOT_SECRET_ACCESS_KEY", "s")];
        let aws = [("AWS_ACCESS_KEY_ID", "AWS"), ("AWS_SECRET_ACCESS_KEY", "s")];
        let id = |variables: &[(&str, &str)]| find(variables, folder.path()).unwrap().0;
        assert_eq!(id(&[root, aws].concat()), "AWS");
        assert_eq!(id(&root), "ROOT");
        assert_eq!(id(&[("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")]), "FILE");
        assert_eq!(find(&[], folder.path()).unwrap().1, file.display().to_string());
    }

    #[test]
    fn what_is_missing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let error = |variables: &[(&str, &str)]| find(variables, folder.path()).unwrap_err();
        assert!(error(&[]).contains("root-credentials does not exist"), "{}", error(&[]));
        assert_eq!(
            error(&[("AWS_ACCESS_KEY_ID", "A")]),
            "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"
        );
        assert_eq!(
            error(&[("HUBBUB_ROOT_SECRET_ACCESS_KEY", "A")]),
            "HUBBUB_ROOT_SECRET_ACCESS_KEY is set but HUBBUB_ROOT_ACCESS_KEY_ID is not"
        );
        let bad = error(&[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "hush hush")]);
        assert!(bad.contains("visible ASCII") && !bad.contains("hush"), "{bad}");
        std::fs::write(folder.path().join(FILE_NAME), "[default]\n").unwrap();
        assert!(error(&[]).contains("has no aws_access_key_id"), "{}", error(&[]));
    }
}
