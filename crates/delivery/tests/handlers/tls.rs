//! TLS and proxies.

use crate::house::{FELL_BACK, House, Plan, WORDS, http};
use crate::lambda::fixed_key;
use crate::log;
use crate::peer::{Peer, Reply};
use delivery::ReviewLabel;
use rcgen::generate_simple_self_signed;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

#[test]
fn a_certificate_that_nobody_vouches_for_is_not_spoken_to() {
    let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
        let error = connection.complete_io(&mut stream).unwrap_err();
        assert!(error.to_string().contains("alert"), "{error}");
    });
    let house = House::http("untrusted", &format!("https://localhost:{port}/"));
    assert_eq!(house.say(WORDS), FELL_BACK);
    assert_eq!(house.results("untrusted"), [(ReviewLabel::FallbackUnreachable, 1)]);
    server.join().unwrap();
    log::wait_for(&["function:untrusted", "a review handler fails", "ertificate"]);
}

/// What a proxy is asked when `HTTPS_PROXY` names it, and `NO_PROXY` is as given.
fn seen_by_proxy(name: &str, url: &str, no_proxy: &str) -> Option<String> {
    let proxy = Peer::start(|_| Reply::Last(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n".to_vec()));
    let address = proxy.url("");
    let variables =
        [("HTTPS_PROXY", address.as_str()), ("HTTP_PROXY", address.as_str()), ("NO_PROXY", no_proxy)];
    let file = http(name, url, "");
    let house = House::new(name, &Plan { file: &file, variables: &variables, ..Plan::default() });
    assert_eq!(house.say(WORDS), FELL_BACK);
    assert_eq!(house.results(name), [(ReviewLabel::FallbackUnreachable, 1)]);
    (proxy.connections() > 0)
        .then(|| proxy.next())
        .map(|request| format!("{} {}", request.method, request.target))
}

#[test]
fn a_proxy_is_asked_for_https_to_other_machines_only() {
    let far = "https://reviews.invalid/";
    assert_eq!(seen_by_proxy("far", far, ""), Some("CONNECT reviews.invalid:443".to_owned()));
    assert_eq!(seen_by_proxy("excepted", far, "reviews.invalid"), None);
    assert_eq!(seen_by_proxy("near", "https://127.0.0.1:9/", ""), None);
    assert_eq!(seen_by_proxy("plain", "http://reviews.invalid/", ""), None);
}

#[test]
fn aws_is_asked_by_region_when_no_endpoint_is_given() {
    let proxy = Peer::start(|_| Reply::Last(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n".to_vec()));
    let address = proxy.url("");
    let file = format!("[[handler]]\nkind = \"lambda\"\narn = \"*\"\n{}", fixed_key());
    let variables = [("https_proxy", address.as_str())];
    let house = House::new("at-aws", &Plan { file: &file, variables: &variables, ..Plan::default() });
    assert_eq!(house.say(WORDS), FELL_BACK);
    assert_eq!(proxy.next().target, "lambda.us-west-2.amazonaws.com:443");
}
