//! A handler that is a Lambda function, at AWS or behind a compatible API. It builds requests and sends none.
//!
//! Source: Lambda API reference, `Invoke`.

use super::failure::Failure;
use super::transport::origin;
use crate::aws::{Call, CredentialSource, Credentials};
use auth::Scope;
use model::{Region, ReviewHandlerUri, Timestamp};
use reqwest::{Client, Method, RequestBuilder, Url};
use std::fmt::Write as _;

/// The service's name in a signature.
const SERVICE: &str = "lambda";
/// The response header that says that the function failed, though the call did not.
pub(super) const FUNCTION_ERROR: &str = "x-amz-function-error";
const CONTENT_TYPE: &str = "application/json";
const INVOCATION_TYPE: &str = "RequestResponse";

/// How the functions of a mapping are reached.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LambdaTarget {
    /// `None` is AWS's own, in the region of the ARN.
    pub(super) endpoint: Option<Url>,
    /// `None` is the region of the ARN.
    pub(super) region: Option<Region>,
    /// What is invoked instead of what the ARN says.
    pub(super) function: Option<Box<str>>,
    pub(super) credentials: CredentialSource,
}

impl LambdaTarget {
    /// The signed call of the function behind `uri`.
    pub(super) fn request(
        &self,
        client: &Client,
        uri: &ReviewHandlerUri,
        body: Vec<u8>,
        (credentials, now): (&Credentials, Timestamp),
    ) -> Result<RequestBuilder, Failure> {
        let url = self.url(uri)?;
        let headers = [("content-type", CONTENT_TYPE), ("x-amz-invocation-type", INVOCATION_TYPE)];
        let region = self.region.as_ref().map_or_else(|| region_of(uri), Region::as_str);
        let scope = Scope { region, service: SERVICE };
        let call = Call { method: Method::POST, url, headers: &headers, body, scope };
        Ok(call.request(client, credentials, now))
    }

    /// `{endpoint}/2015-03-31/functions/{function}/invocations`. AWS takes the ARN itself, of other accounts too; what
    /// is compatible with it mostly knows bare names only, and the version or alias in the query.
    fn url(&self, uri: &ReviewHandlerUri) -> Result<Url, Failure> {
        let (mut url, (function, qualifier)) = match (&self.endpoint, &self.function) {
            (Some(endpoint), Some(function)) => (endpoint.clone(), (&**function, None)),
            (Some(endpoint), None) => (endpoint.clone(), name_of(uri)),
            (None, function) => {
                let endpoint = format!("https://lambda.{}.amazonaws.com", region_of(uri));
                let endpoint = Url::parse(&endpoint).map_err(|_| Failure::NoUrl)?;
                (endpoint, (function.as_deref().unwrap_or(uri.as_str()), None))
            }
        };
        // A path's dot segments would be resolved before anybody signs.
        if function == "." || function == ".." {
            return Err(Failure::NoUrl);
        }
        let folder = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{folder}/2015-03-31/functions/{}/invocations", encoded(function)));
        if let Some(qualifier) = qualifier {
            url.set_query(Some(&format!("Qualifier={}", encoded(qualifier))));
        }
        Ok(url)
    }

    /// What the log and the metrics call it.
    pub(super) fn name(&self, uri: &ReviewHandlerUri) -> String {
        match &self.endpoint {
            Some(endpoint) => origin(endpoint),
            None => format!("https://lambda.{}.amazonaws.com", region_of(uri)),
        }
    }
}

fn region_of(uri: &ReviewHandlerUri) -> &str {
    uri.as_str().split(':').nth(3).unwrap_or_default()
}

/// The function's bare name, and its version or alias.
fn name_of(uri: &ReviewHandlerUri) -> (&str, Option<&str>) {
    let function = uri.as_str().splitn(7, ':').nth(6).unwrap_or_default();
    match function.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (function, None),
    }
}

/// Percent-encoded but for the unreserved characters of RFC 3986, section 2.3.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len() * 2), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            // Writing to a string does not fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use auth::SecretKey;
    use std::sync::Arc;

    const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:mod";

    fn target(endpoint: Option<&str>, function: Option<&str>) -> LambdaTarget {
        LambdaTarget {
            endpoint: endpoint.map(|url| Url::parse(url).unwrap()),
            region: None,
            function: function.map(Into::into),
            credentials: CredentialSource::Fixed(Arc::new(Credentials {
                access_key_id: "AKIDEXAMPLE".into(),
                secret: SecretKey::parse("secret").unwrap(),
                session_token: None,
            })),
        }
    }

    #[test]
    fn aws_is_asked_by_arn_and_others_by_name() {
        let check = |endpoint: Option<&str>, function: Option<&str>, arn: &str, expected: &str| {
            let url = target(endpoint, function).url(&ReviewHandlerUri::parse(arn).unwrap());
            assert_eq!(url.unwrap().as_str(), expected);
        };
        let aws = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions";
        let arn = "arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Amod";
        check(None, None, ARN, &format!("{aws}/{arn}/invocations"));
        check(None, None, &format!("{ARN}:live"), &format!("{aws}/{arn}%3Alive/invocations"));
        check(None, Some("f"), ARN, &format!("{aws}/f/invocations"));
        let here = "http://127.0.0.1:3002";
        check(Some(here), None, ARN, &format!("{here}/2015-03-31/functions/mod/invocations"));
        check(
            Some(&format!("{here}/x/")),
            None,
            &format!("{ARN}:live"),
            &format!("{here}/x/2015-03-31/functions/mod/invocations?Qualifier=live"),
        );
        check(
            Some(here),
            Some("a b/ü"),
            ARN,
            &format!("{here}/2015-03-31/functions/a%20b%2F%C3%BC/invocations"),
        );
    }

    #[test]
    fn no_arn_reaches_another_path() {
        for name in [".", ".."] {
            let uri =
                ReviewHandlerUri::parse(&format!("arn:aws:lambda:r:123456789012:function:{name}")).unwrap();
            assert_eq!(target(Some("http://127.0.0.1/a/b"), None).url(&uri), Err(Failure::NoUrl));
        }
        let uri = ReviewHandlerUri::parse("arn:aws:lambda:r:123456789012:function:../../x?y#z").unwrap();
        let url = target(Some("http://127.0.0.1"), None).url(&uri).unwrap();
        assert_eq!(url.path(), "/2015-03-31/functions/..%2F..%2Fx%3Fy%23z/invocations");
    }
}
