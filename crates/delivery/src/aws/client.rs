//! The HTTP client of one endpoint: its pool of connections, its TLS, its proxy. Knows no request.
//!
//! Connections speak HTTP/1.1, are kept while nobody uses them for [`IDLE`], and follow no redirect. A call that gets
//! one which has just become free leaves the one that it began to open to be finished behind its back; so that such do
//! not pile up before a handler that accepts none, setting one up is bounded in time as well, and how many are kept is
//! too.

use reqwest::{Client, NoProxy, Proxy, Url};
use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

/// How long a connection is kept that nobody uses. Longer than the minute in which a quiet room says nothing.
const IDLE: Duration = Duration::from_secs(90);
/// How many connections are kept that nobody uses: more than 2,000 reviews a second need which take 200 ms each.
const MOST_IDLE: usize = 512;
/// How often the kernel looks whether an idle connection still stands.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A client for `url`, or for AWS itself where there is none. What takes longer than `connect_limit` is no connection.
///
/// A proxy is used only for what `HTTPS_PROXY` is meant for: `https` to another machine that `NO_PROXY` does not name.
/// What speaks plain `http` lives in the house, and two hundred milliseconds leave no time for a detour.
pub(crate) fn build(
    url: Option<&Url>,
    variable: &dyn Fn(&str) -> Option<String>,
    connect_limit: Duration,
) -> Result<Client, String> {
    let mut builder = Client::builder()
        .http1_only()
        .tcp_nodelay(true)
        .tcp_keepalive(KEEP_ALIVE)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(MOST_IDLE)
        .connect_timeout(connect_limit)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .user_agent(concat!("hubbub/", env!("CARGO_PKG_VERSION")));
    if url.is_some_and(|url| url.scheme() == "http") {
        // Without TLS no certificates of the system are needed.
        builder = builder.tls_certs_only([]);
    } else if !url.is_some_and(is_this_machine)
        && let Some(proxy) = proxy(variable)?
    {
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|_| "no TLS client can be made: has the system no certificates?".to_owned())
}

/// The innermost reason why a call did not get through; `None` where it could not even be made. The outer ones repeat
/// the URL, whose query may hold a secret.
pub(crate) fn innermost(error: &reqwest::Error) -> Option<String> {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let is_inner = cause.downcast_ref::<reqwest::Error>().is_none();
    is_inner.then(|| cause.to_string())
}

fn proxy(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Proxy>, String> {
    let either =
        |names: [&str; 2]| names.into_iter().find_map(|name| variable(name).filter(|it| !it.is_empty()));
    let Some(url) = either(["HTTPS_PROXY", "https_proxy"]) else { return Ok(None) };
    let excepted = either(["NO_PROXY", "no_proxy"]).and_then(|names| NoProxy::from_string(&names));
    let proxy = Proxy::https(url).map_err(|_| "HTTPS_PROXY is no URL of a proxy".to_owned())?;
    Ok(Some(proxy.no_proxy(excepted)))
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;
    use tokio::net::TcpSocket;
    use tokio::time::timeout;

    /// Nothing but the client's own limit ends the wait: the kernel would try for two minutes.
    #[tokio::test(flavor = "current_thread")]
    async fn nobody_waits_longer_for_a_connection_than_the_limit() {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let wait = Duration::from_millis(100);
        let queue: Vec<_> = std::iter::from_fn(|| TcpStream::connect_timeout(&address, wait).ok()).collect();
        assert!(queue.len() < 100, "the queue is full");
        let url = Url::parse(&format!("http://{address}/")).unwrap();
        let client = build(Some(&url), &|_| None, wait).unwrap();
        let error = timeout(Duration::from_secs(30), client.post(url).send()).await.unwrap().unwrap_err();
        assert!(error.is_connect() && error.is_timeout(), "{error:?}");
    }
}
