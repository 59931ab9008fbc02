//! The credentials that a file names, and what becomes of them. Connects to nothing.

use super::credentials::{CredentialSource, Credentials};
use crate::declaration::{
    DeclarationError, DeclarationSources, Fault, Given, MAX_KEY_ID_LENGTH, MAX_SECRET_LENGTH, Place,
    is_visible,
};
use crate::secret::SecretText;
use auth::SecretKey;
use serde::{Deserialize, Deserializer};
use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;

/// `"default"`, or an access key.
#[derive(Debug, Default)]
pub(crate) enum CredentialsDefinition {
    #[default]
    Default,
    Key(KeyDefinition),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyDefinition {
    access_key_id: SecretText,
    secret_access_key: Option<SecretText>,
    secret_env: Option<String>,
    secret_file: Option<PathBuf>,
    session_token: Option<SecretText>,
}

/// Not an untagged enum: its refusals would not say which member is wrong.
impl<'de> Deserialize<'de> for CredentialsDefinition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(word) if word == "default" => Ok(Self::Default),
            table @ serde_json::Value::Object(_) => {
                KeyDefinition::deserialize(table).map(Self::Key).map_err(Error::custom)
            }
            _ => Err(Error::custom("expected \"default\" or a table with an access key")),
        }
    }
}

/// What the definitions of one file share.
pub(crate) struct Workshop<'a> {
    pub(crate) sources: DeclarationSources<'a>,
    /// One for all that want it: whatever is fetched is fetched once.
    of_environment: OnceCell<CredentialSource>,
}

impl<'a> Workshop<'a> {
    pub(crate) const fn new(sources: DeclarationSources<'a>) -> Self {
        Self { sources, of_environment: OnceCell::new() }
    }

    /// Where the key comes from that a definition names. Fetches none from outside of this machine.
    pub(crate) fn credentials(
        &self,
        definition: CredentialsDefinition,
        place: &Place,
    ) -> Result<CredentialSource, DeclarationError> {
        match definition {
            CredentialsDefinition::Key(key) => {
                Ok(CredentialSource::Fixed(Arc::new(access_key(key, place, self.sources)?)))
            }
            CredentialsDefinition::Default => self.of_environment(place),
        }
    }

    fn of_environment(&self, place: &Place) -> Result<CredentialSource, DeclarationError> {
        if let Some(source) = self.of_environment.get() {
            return Ok(source.clone());
        }
        let source = CredentialSource::of_environment(self.sources.variable);
        let source = source.map_err(|what| place.wrong(Fault::Unusable(what)))?;
        Ok(self.of_environment.get_or_init(|| source).clone())
    }
}

fn access_key(
    key: KeyDefinition,
    place: &Place,
    sources: DeclarationSources<'_>,
) -> Result<Credentials, DeclarationError> {
    const NAMES: &str = "`secret_access_key`, `secret_env` or `secret_file`";
    let given = Given { text: key.secret_access_key, variable: key.secret_env, file: key.secret_file };
    let secret = given.fetch(place, NAMES, sources)?.ok_or_else(|| place.wrong(Fault::NeedsOne(NAMES)))?;
    let access_key_id = key.access_key_id.reveal();
    let is_id = is_visible(access_key_id, MAX_KEY_ID_LENGTH) && !access_key_id.contains('/');
    place.at("access_key_id").check(is_id, || Fault::KeyId)?;
    let is_token =
        key.session_token.as_ref().is_none_or(|token| is_visible(token.reveal(), MAX_SECRET_LENGTH));
    place.at("session_token").check(is_token, || Fault::Secret)?;
    Ok(Credentials {
        access_key_id: access_key_id.to_owned(),
        secret: SecretKey::parse(secret.reveal()).map_err(|error| place.wrong(error.into()))?,
        session_token: key.session_token,
    })
}
