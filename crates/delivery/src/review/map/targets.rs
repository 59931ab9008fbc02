//! The two kinds of target, out of what a review file says of them.

use super::error::{Fault, MAX_KEY_ID_LENGTH, MAX_SECRET_LENGTH, Place};
use super::given::{Given, is_visible};
use super::{ReviewMapError, Workshop};
use crate::review::credentials::{CredentialSource, Credentials};
use crate::review::definition::{CredentialsDefinition, HttpDefinition, KeyDefinition, LambdaDefinition};
use crate::review::http::HttpTarget;
use crate::review::lambda::LambdaTarget;
use crate::review::secret::SecretText;
use auth::SecretKey;
use model::Region;
use reqwest::Url;
use std::sync::Arc;

const MAX_URL_LENGTH: usize = 2_048;
/// A function's ARN with its version has 170 characters at most.
const MAX_FUNCTION_LENGTH: usize = 170;

pub(super) fn lambda_target(
    definition: LambdaDefinition,
    place: &Place,
    workshop: &Workshop<'_>,
) -> Result<LambdaTarget, ReviewMapError> {
    let endpoint = definition.endpoint.as_ref().map(|text| parse_url(text, &place.at("endpoint")));
    let endpoint = endpoint.transpose()?;
    let has_query = endpoint.as_ref().is_some_and(|url| url.query().is_some());
    place.at("endpoint").check(!has_query, || Fault::Query)?;
    let region = definition.region.as_deref().map(Region::parse).transpose();
    let region = region.map_err(|_| place.at("region").wrong(Fault::Region))?;
    let function: Option<Box<str>> = definition.function.map(Into::into);
    let fits =
        |name: &str| (1..=MAX_FUNCTION_LENGTH).contains(&name.chars().count()) && !matches!(name, "." | "..");
    place.at("function").check(function.as_deref().is_none_or(fits), || Fault::Function)?;
    let here = place.at("credentials");
    let credentials = match definition.credentials {
        CredentialsDefinition::Key(key) => {
            CredentialSource::Fixed(Arc::new(access_key(key, &here, workshop)?))
        }
        CredentialsDefinition::Default => workshop.of_environment(&here)?,
    };
    Ok(LambdaTarget { endpoint, region, function, credentials })
}

fn access_key(
    key: KeyDefinition,
    place: &Place,
    workshop: &Workshop<'_>,
) -> Result<Credentials, ReviewMapError> {
    const NAMES: &str = "`secret_access_key`, `secret_env` or `secret_file`";
    let given = Given { text: key.secret_access_key, variable: key.secret_env, file: key.secret_file };
    let secret =
        given.fetch(place, NAMES, workshop.sources)?.ok_or_else(|| place.wrong(Fault::NeedsOne(NAMES)))?;
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

pub(super) fn http_target(
    definition: HttpDefinition,
    place: &Place,
    workshop: &Workshop<'_>,
) -> Result<HttpTarget, ReviewMapError> {
    let url = parse_url(&definition.url, &place.at("url"))?;
    let HttpDefinition { bearer, bearer_env, bearer_file, .. } = definition;
    let bearer = Given { text: bearer, variable: bearer_env, file: bearer_file };
    let bearer =
        bearer.fetch(&place.at("bearer"), "`bearer`, `bearer_env` or `bearer_file`", workshop.sources)?;
    let HttpDefinition { hmac_secret, hmac_secret_env, hmac_secret_file, .. } = definition;
    let hmac_secret = Given { text: hmac_secret, variable: hmac_secret_env, file: hmac_secret_file };
    let names = "`hmac_secret`, `hmac_secret_env` or `hmac_secret_file`";
    let hmac_secret = hmac_secret.fetch(&place.at("hmac_secret"), names, workshop.sources)?;
    Ok(HttpTarget { url, bearer, hmac_secret })
}

fn parse_url(text: &SecretText, place: &Place) -> Result<Url, ReviewMapError> {
    let url = Url::parse(text.reveal()).ok().filter(|url| {
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        is_web && is_anonymous && url.fragment().is_none() && url.as_str().len() <= MAX_URL_LENGTH
    });
    url.ok_or_else(|| place.wrong(Fault::Url))
}
