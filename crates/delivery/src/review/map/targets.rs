//! The two kinds of target, out of what a review file says of them.

use crate::aws::Workshop;
use crate::declaration::{DeclarationError, Fault, Given, Place, parse_endpoint, parse_url};
use crate::review::definition::{HttpDefinition, LambdaDefinition};
use crate::review::http::HttpTarget;
use crate::review::lambda::LambdaTarget;
use model::Region;

/// A function's ARN with its version has 170 characters at most.
const MAX_FUNCTION_LENGTH: usize = 170;
const FUNCTION: Fault = Fault::Must("have 1 to 170 characters");

pub(super) fn lambda_target(
    definition: LambdaDefinition,
    place: &Place,
    workshop: &Workshop<'_>,
) -> Result<LambdaTarget, DeclarationError> {
    let endpoint = parse_endpoint(definition.endpoint.as_ref(), &place.at("endpoint"))?;
    let region = definition.region.as_deref().map(Region::parse).transpose();
    let region = region.map_err(|_| place.at("region").wrong(Fault::Region))?;
    let function: Option<Box<str>> = definition.function.map(Into::into);
    let fits =
        |name: &str| (1..=MAX_FUNCTION_LENGTH).contains(&name.chars().count()) && !matches!(name, "." | "..");
    place.at("function").check(function.as_deref().is_none_or(fits), || FUNCTION)?;
    let credentials = workshop.credentials(definition.credentials, &place.at("credentials"))?;
    Ok(LambdaTarget { endpoint, region, function, credentials })
}

pub(super) fn http_target(
    definition: HttpDefinition,
    place: &Place,
    workshop: &Workshop<'_>,
) -> Result<HttpTarget, DeclarationError> {
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
