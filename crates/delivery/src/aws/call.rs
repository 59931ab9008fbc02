//! One signed call. It builds requests and sends none.

use super::credentials::Credentials;
use crate::secret::SecretText;
use auth::{Scope, SignedRequest, Signer};
use model::Timestamp;
use reqwest::{Client, Method, RequestBuilder, Url};

/// A call that is to be signed.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// All of its own, in lower case; `host` is added. All of them are signed.
    pub(crate) headers: &'a [(&'static str, &'a str)],
    pub(crate) body: Vec<u8>,
    pub(crate) scope: Scope<'a>,
}

impl Call<'_> {
    /// The request, signed.
    pub(crate) fn request(
        self,
        client: &Client,
        credentials: &Credentials,
        now: Timestamp,
    ) -> RequestBuilder {
        let host = host_header(&self.url);
        let mut headers: Vec<(&str, &[u8])> = vec![("host", host.as_bytes())];
        headers.extend(self.headers.iter().map(|(name, value)| (*name, value.as_bytes())));
        let signed = SignedRequest {
            method: self.method.as_str(),
            path: self.url.path(),
            query: self.url.query().unwrap_or_default(),
            headers: &headers,
            body: &self.body,
        };
        let signer = Signer {
            access_key_id: &credentials.access_key_id,
            secret: &credentials.secret,
            session_token: credentials.session_token.as_ref().map(SecretText::reveal),
            scope: self.scope,
        };
        let added = signer.sign(&signed, now);
        let mut request = client.request(self.method, self.url);
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        for (name, value) in added {
            request = request.header(name, value);
        }
        request.body(self.body)
    }
}

/// `Host` as it goes over the wire: the port only where it is not the scheme's own.
fn host_header(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
