//! The server that is measured: one that was named, or one of our own.

use super::args::SiteArgs;
use super::error::BenchError;
use super::own_server::OwnServer;
use super::pin::Cores;
use super::usage::Gauge;
use crate::cli::api::{Api, host_header};
use crate::cli::connection::as_messaging;
use crate::cli::credentials::Credentials;
use crate::cli::error::CliError;
use reqwest::Url;
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

/// The region that a server has unless told otherwise.
const OWN_REGION: &str = "us-east-1";

/// A server to measure.
#[derive(Debug)]
pub(super) struct Site {
    /// Its control plane.
    pub(super) api: Arc<Api>,
    /// For the report: `http://127.0.0.1:8080/`.
    pub(super) endpoint: String,
    /// Where chat is.
    pub(super) messaging: Messaging,
    /// Its process, as far as it is known.
    pub(super) gauge: Gauge,
    /// It, if we started it.
    pub(super) own: Option<OwnServer>,
}

/// A messaging endpoint, found.
#[derive(Debug, Clone)]
pub(super) struct Messaging {
    /// For the report: `ws://127.0.0.1:8080/`.
    pub(super) endpoint: String,
    /// Its address.
    pub(super) address: SocketAddr,
    /// The `Host` header.
    pub(super) host: String,
    /// The handshake's path.
    pub(super) path: String,
    /// For `wss`.
    pub(super) tls: Option<Arc<ClientConfig>>,
}

impl Site {
    /// The server that was named, or one that is started now with this review file.
    pub(super) async fn open(args: &SiteArgs, review_file: Option<&Path>) -> Result<Self, CliError> {
        match &args.endpoint {
            Some(endpoint) => Self::named(endpoint, args).await,
            None => Self::own(args, review_file).await,
        }
    }

    async fn named(endpoint: &Url, args: &SiteArgs) -> Result<Self, CliError> {
        let credentials = Credentials::find(&args.data_dir, |name| std::env::var(name).ok())?;
        let messaging = args.messaging_endpoint.as_ref().unwrap_or(endpoint);
        Ok(Self {
            messaging: Messaging::find(messaging).await?,
            api: Arc::new(Api::new(endpoint.clone(), args.region.clone(), credentials)?),
            endpoint: endpoint.to_string(),
            gauge: Gauge { process_id: args.server_pid },
            own: None,
        })
    }

    async fn own(args: &SiteArgs, review_file: Option<&Path>) -> Result<Self, CliError> {
        let cores = if args.pin { Some(Cores::allowed()?) } else { None };
        cores.as_ref().map(Cores::enter_server).transpose()?;
        let shards = if args.pin { Some(1) } else { args.shards };
        let (server, credentials) = OwnServer::start(shards, review_file).await?;
        cores.as_ref().map(Cores::enter_crowd).transpose()?;
        let api = Api::new(server.endpoint.clone(), OWN_REGION.to_owned(), credentials)?;
        Ok(Self {
            messaging: Messaging::find(&server.endpoint).await?,
            api: Arc::new(api),
            endpoint: server.endpoint.to_string(),
            gauge: Gauge { process_id: Some(server.process_id()) },
            own: Some(server),
        })
    }
}

impl Messaging {
    /// Looks up the address of `url`, which is written with `http` or `https`.
    async fn find(url: &Url) -> Result<Self, BenchError> {
        let failed = |cause: String| BenchError::Endpoint { endpoint: as_messaging(url), cause };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let port = url.port_or_known_default().unwrap_or(443);
        let found = tokio::net::lookup_host((host, port)).await.map_err(|error| failed(error.to_string()))?;
        let address = found.into_iter().next().ok_or_else(|| failed("its name has no address".to_owned()))?;
        let tls = match url.scheme() {
            "https" => Some(Arc::new(tls().map_err(|error| failed(error.to_string()))?)),
            _ => None,
        };
        let path = url.path().to_owned();
        Ok(Self { endpoint: as_messaging(url), address, host: host_header(url), path, tls })
    }
}

/// Trusts whom the system trusts, as the other commands do.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_platform_verifier()?.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messaging_endpoints() {
        let check = async |url: &str, address: &str, host: &str, path: &str| {
            let found = Messaging::find(&Url::parse(url).unwrap()).await.unwrap();
            assert_eq!(found.address, address.parse().unwrap());
            assert_eq!((&*found.host, &*found.path), (host, path));
            assert_eq!(found.tls.is_some(), url.starts_with("https"));
        };
        check("http://127.0.0.1:9", "127.0.0.1:9", "127.0.0.1:9", "/").await;
        check("http://[::1]:9/chat", "[::1]:9", "[::1]:9", "/chat").await;
        check("http://127.0.0.1", "127.0.0.1:80", "127.0.0.1", "/").await;
        check("https://127.0.0.1", "127.0.0.1:443", "127.0.0.1", "/").await;
    }
}
