//! Objects in S3, at AWS or behind a compatible API.
//!
//! Source: S3 API reference, `PutObject`. The call is signed as every other one is: all that stands in the path of our
//! objects means itself, so that S3's own rule of encoding changes nothing.

use super::api::{Api, aws_url};
use super::{SinkParts, joined, key};
use crate::chat_log::batch::{LogBatch, SinkError};
use auth::Signer;
use flate2::Compression;
use flate2::write::GzEncoder;
use model::{AccountId, Region};
use reqwest::{Method, Url};
use std::io::{self, Write as _};
use tokio::runtime::Handle;

const SERVICE: &str = "s3";

pub(super) struct S3 {
    api: Api,
    bucket: Box<str>,
    region: Region,
    runtime: Handle,
}

impl S3 {
    pub(super) fn new(api: Api, bucket: &str, parts: SinkParts) -> Self {
        Self { api, bucket: bucket.into(), region: parts.region, runtime: parts.runtime }
    }

    pub(super) async fn deliver(&self, batch: &mut LogBatch) -> Result<(), SinkError> {
        let Some(key) = key::object(batch, &self.region) else { return Ok(()) };
        let body = compressed(joined(batch), &self.runtime).await?;
        self.put(&key, "application/gzip", body).await?;
        batch.records.clear();
        Ok(())
    }

    pub(super) async fn probe(&self, account: AccountId) -> Result<(), SinkError> {
        let text = b"hubbub may write chat logs into this bucket.\n".to_vec();
        self.put(&key::probe_object(account), "text/plain", text).await
    }

    async fn put(&self, key: &str, content_type: &str, body: Vec<u8>) -> Result<(), SinkError> {
        let hash = Signer::payload_hash(&body);
        let headers = [("content-type", content_type), ("x-amz-content-sha256", hash.as_str())];
        let call = self.api.call(SERVICE, (Method::PUT, self.url(key)?), &headers, body);
        call.await.map(drop).map_err(|refusal| refusal.error)
    }

    /// The bucket stands in the path where the file says so, at an endpoint, and where its name has a dot, for which
    /// AWS's certificate does not hold; else in the host.
    fn url(&self, key: &str) -> Result<Url, SinkError> {
        let (target, bucket) = (self.api.target(), &*self.bucket);
        let is_in_path = target.path_style.unwrap_or(target.endpoint.is_some() || bucket.contains('.'));
        let mut url = match &target.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => aws_url(&format!("s3.{}.amazonaws.com", target.region))?,
        };
        let folder = url.path().trim_end_matches('/').to_owned();
        if is_in_path {
            url.set_path(&format!("{folder}/{bucket}/{key}"));
            return Ok(url);
        }
        let host = format!("{bucket}.{}", url.host_str().unwrap_or_default());
        url.set_host(Some(&host)).map_err(|_| SinkError::NotFound("its name makes no URL".into()))?;
        url.set_path(&format!("{folder}/{key}"));
        Ok(url)
    }
}

/// Compresses off the runtime's threads: 5 MiB take a tenth of a second.
pub(super) async fn compressed(lines: Vec<u8>, runtime: &Handle) -> Result<Vec<u8>, SinkError> {
    let compressing = runtime.spawn_blocking(move || gzip(&lines));
    let compressed =
        compressing.await.map_err(|_| SinkError::Passing("the server is shutting down".into()))?;
    compressed.map_err(|error| SinkError::Passing(error.to_string().into()))
}

/// The header tells no time, so that a repetition is the same to the byte.
fn gzip(lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(lines.len() / 4), Compression::default());
    encoder.write_all(lines)?;
    encoder.finish()
}
