//! Both planes under TLS, and a certificate that changes.

use crate::house::{House, Viewer};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

fn write_certificate(folder: &Path) -> rustls::pki_types::CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

#[tokio::test]
async fn the_control_plane_and_chat_work_under_tls() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = write_certificate(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let flags = [("tls.certificate", path("cert.pem")), ("tls.private_key", path("key.pem"))];
    let flags: Vec<_> = flags.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let root = reqwest::Certificate::from_der(&certificate).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([root]).build().unwrap();
    let house = House::new(&flags).await.with_client(client.clone());
    let response = client.head(house.url("/healthz")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("strict-transport-security"));
    let room = house.room().await;
    let token = house.token(&room, "ann").await;

    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let address = house.server.local_addr();
    let mut request = format!("wss://{address}/").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", token.parse().unwrap());
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let name = rustls::pki_types::ServerName::from(address.ip());
    let stream = tokio_rustls::TlsConnector::from(Arc::new(tls)).connect(name, stream).await.unwrap();
    let (socket, _) = client_async(request, stream).await.unwrap();
    let mut ann = Viewer(socket);
    for n in 0..50 {
        let content = format!("{n}:{}", "x".repeat(400));
        let event = json!({"roomIdentifier": room, "eventName": "app:x", "attributes": {"a": content}});
        assert_eq!(house.call("SendEvent", event).await.0, 200);
    }
    for n in 0..50 {
        let frame = ann.frame().await;
        assert!(frame["Attributes"]["a"].as_str().unwrap().starts_with(&format!("{n}:")), "{frame}");
    }
    ann.send(json!({"Action": "SEND_MESSAGE", "Content": "sealed"})).await;
    assert_eq!(ann.frame().await["Content"], "sealed");
}
