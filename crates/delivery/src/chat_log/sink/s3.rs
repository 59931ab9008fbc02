//! Objects in S3, at AWS or behind a compatible API.
//!
//! Source: S3 API reference, `PutObject`. The call is signed as every other one is: all that stands in the path of our
//! objects means itself, so that S3's own rule of encoding changes nothing.

use super::api::Api;
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
        let target = self.api.target();
        let url = url(target.endpoint.as_ref(), &target.region, target.path_style, (&self.bucket, key));
        let url = url.ok_or_else(|| SinkError::NotFound("the bucket's name makes no URL".into()))?;
        let hash = Signer::payload_hash(&body);
        let headers = [("content-type", content_type), ("x-amz-content-sha256", hash.as_str())];
        let call = self.api.call(SERVICE, (Method::PUT, url), &headers, body);
        call.await.map(drop).map_err(|refusal| refusal.error)
    }
}

/// The bucket stands in the path where the file says so, at an endpoint, and where its name has a dot, for which AWS's
/// certificate does not hold; else in the host.
fn url(
    endpoint: Option<&Url>,
    region: &Region,
    path_style: Option<bool>,
    (bucket, key): (&str, &str),
) -> Option<Url> {
    let mut url = match endpoint {
        Some(endpoint) => endpoint.clone(),
        None => Url::parse(&format!("https://s3.{region}.amazonaws.com/")).ok()?,
    };
    let folder = url.path().trim_end_matches('/').to_owned();
    if path_style.unwrap_or(endpoint.is_some() || bucket.contains('.')) {
        // A path's dot segments would be resolved before anybody signs.
        let is_segment = !matches!(bucket, "." | "..");
        url.set_path(&format!("{folder}/{bucket}/{key}"));
        return is_segment.then_some(url);
    }
    let host = format!("{bucket}.{}", url.host_str()?);
    url.set_host(Some(&host)).ok()?;
    url.set_path(&format!("{folder}/{key}"));
    Some(url)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_stands_in_the_path_or_in_the_host() {
        let check = |endpoint: Option<&str>, path_style: Option<bool>, bucket: &str, expected: &str| {
            let endpoint = endpoint.map(|url| Url::parse(url).unwrap());
            let region = Region::parse("eu-west-1").unwrap();
            let url = url(endpoint.as_ref(), &region, path_style, (bucket, "AWSLogs/1_x.gz"));
            assert_eq!(url.as_ref().map_or("", Url::as_str), expected, "{bucket}");
        };
        check(None, None, "logs", "https://logs.s3.eu-west-1.amazonaws.com/AWSLogs/1_x.gz");
        check(None, None, "my.logs", "https://s3.eu-west-1.amazonaws.com/my.logs/AWSLogs/1_x.gz");
        check(None, Some(true), "logs", "https://s3.eu-west-1.amazonaws.com/logs/AWSLogs/1_x.gz");
        let here = Some("http://s3.example.com:9000");
        check(here, None, "logs", "http://s3.example.com:9000/logs/AWSLogs/1_x.gz");
        check(here, Some(false), "logs", "http://logs.s3.example.com:9000/AWSLogs/1_x.gz");
        check(Some("http://127.0.0.1/a/"), None, "...", "http://127.0.0.1/a/.../AWSLogs/1_x.gz");
        check(Some("http://127.0.0.1/a/"), None, "..", "");
        check(Some("http://127.0.0.1"), Some(false), "logs", "");
    }
}
