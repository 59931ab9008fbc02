//! Where the server is and who asks: the flags that the client commands share.

use super::api::Api;
use super::credentials::Credentials;
use super::error::CliError;
use crate::config::Config;
use clap::Args;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

/// Which server, and with which access key.
#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub(super) struct ServerArgs {
    /// URL of the server's control plane
    #[arg(
        long,
        env = "HUBBUB_ENDPOINT",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080",
        value_parser = control_url
    )]
    endpoint: Url,

    /// Region that requests are signed for; the server's own
    #[arg(long, env = "HUBBUB_REGION", value_name = "REGION", default_value = "us-east-1")]
    region: String,

    /// Folder in which the server keeps its state; the access key is read from `root-credentials` in it
    ///
    /// An access key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY goes before it, and so do one in
    /// HUBBUB_ROOT_ACCESS_KEY_ID and HUBBUB_ROOT_SECRET_ACCESS_KEY and the file that AWS_SHARED_CREDENTIALS_FILE names.
    #[arg(long, env = "HUBBUB_DATA_DIR", value_name = "DIR", default_value = "./hubbub-data")]
    data_dir: PathBuf,
}

impl ServerArgs {
    /// The server that was named, with the access key that was found.
    pub(super) fn open(&self) -> Result<Api, CliError> {
        let variable = |name: &str| std::env::var(name).ok();
        let credentials = Credentials::find(&self.data_dir, variable)?;
        Api::new(self.endpoint.clone(), self.region.clone(), credentials)
    }

    /// Puts region and data directory as the server's own configuration has them in place of the built-in ones.
    pub(super) fn settle(&mut self, config: &Config) {
        self.region = config.region.to_string();
        self.data_dir.clone_from(&config.data_dir);
    }

    /// Looks for the server where its own configuration says that it listens; every interface is this machine's too.
    pub(super) fn settle_endpoint(&mut self, config: &Config) {
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        let mut address = config.listen;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        if let Ok(url) = Url::parse(&format!("{scheme}://{address}")) {
            self.endpoint = url;
        }
    }

    /// Where the control plane is.
    pub(super) fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// Where chat is, unless a flag says otherwise: the endpoint with `ws` for `http`.
    pub(super) fn messaging_endpoint(&self) -> Url {
        self.endpoint.clone()
    }
}

/// Runs a client command's future on this thread.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Parses the `http://` or `https://` URL of a control plane.
pub(super) fn control_url(text: &str) -> Result<Url, String> {
    parse_url(text, ["http", "https"])
}

/// Parses a `ws://` or `wss://` URL into the `http://` or `https://` one on which its handshake is made.
pub(super) fn messaging_url(text: &str) -> Result<Url, String> {
    let url = parse_url(text, ["ws", "wss"])?;
    Url::parse(&format!("http{}", url.as_str().trim_start_matches("ws"))).map_err(|error| error.to_string())
}

/// `url` as a messaging client writes it.
pub(super) fn as_messaging(url: &Url) -> String {
    format!("ws{}", url.as_str().trim_start_matches("http"))
}

fn parse_url(text: &str, schemes: [&str; 2]) -> Result<Url, String> {
    let [plain, secure] = schemes;
    let url = Url::parse(text)
        .ok()
        .filter(|url| schemes.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty()))
        .ok_or_else(|| {
            format!("expected a URL such as {plain}://127.0.0.1:8080 or {secure}://chat.example.com")
        })?;
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err("it may hold a host, a port and a path, nothing more".to_owned());
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(control_url(text).ok().as_ref().map(Url::as_str), expected, "{text}");
        };
        check("http://127.0.0.1:8080", Some("http://127.0.0.1:8080/"));
        check("https://chat.example.com/prefix", Some("https://chat.example.com/prefix"));
        check("http://[::1]:1", Some("http://[::1]:1/"));
        for wrong in
            ["127.0.0.1:8080", "localhost", "ftp://a", "ws://a", "http://", "http://a/?b", "http://u:p@a"]
        {
            check(wrong, None);
        }
    }

    #[test]
    fn messaging_endpoints_are_asked_over_http_and_shown_as_they_were_written() {
        let check = |text: &str, asked: &str| {
            let url = messaging_url(text).unwrap();
            assert_eq!((url.as_str(), &*as_messaging(&url)), (asked, text));
        };
        check("ws://127.0.0.1:9000/", "http://127.0.0.1:9000/");
        check("wss://edge.example.com/", "https://edge.example.com/");
        assert!(messaging_url("http://127.0.0.1").is_err());
    }
}
