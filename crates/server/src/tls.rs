//! The server's certificate: read at start, read again when its files change.

use crate::config::Tls;
use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Why the certificate or its key is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or holds nothing of its kind.
    #[error("cannot read {}: {reason}; check tls.certificate and tls.private_key", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The two do not belong together, or are of no known kind.
    #[error("the certificate {} and its key do not fit: {reason}", certificate.display())]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// The certificate that is shown now.
pub(crate) struct Certificates {
    files: Tls,
    current: ArcSwap<CertifiedKey>,
    read_at: Mutex<Vec<Option<SystemTime>>>,
}

impl std::fmt::Debug for Certificates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificates({})", self.files.certificate.display())
    }
}

impl Certificates {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`]
    pub(crate) fn open(files: &Tls) -> Result<Arc<Self>, TlsError> {
        let read_at = Mutex::new(changed_at(files));
        let current = ArcSwap::from_pointee(read(files)?);
        Ok(Arc::new(Self { files: files.clone(), current, read_at }))
    }

    /// Reads the files again if they have changed. A broken pair is logged and the old one stays.
    pub(crate) fn reload(&self) {
        let changed = changed_at(&self.files);
        let mut read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
        if *read_at == changed {
            return;
        }
        *read_at = changed;
        match read(&self.files) {
            Ok(key) => {
                self.current.store(Arc::new(key));
                tracing::info!(certificate = %self.files.certificate.display(), "the certificate was read again");
            }
            Err(error) => tracing::error!(%error, "the new certificate is not used; the old one stays"),
        }
    }

    /// What accepts connections with it. HTTP/1.1 only, as the server speaks.
    ///
    /// # Errors
    /// [`TlsError::Pair`] when the cryptographic library offers no protocol, which it does.
    pub(crate) fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, TlsError> {
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| self.files.pair(&error))?;
        let mut config =
            builder.with_no_client_auth().with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

impl Tls {
    fn pair(&self, reason: &impl ToString) -> TlsError {
        TlsError::Pair { certificate: self.certificate.clone(), reason: reason.to_string() }
    }
}

fn changed_at(files: &Tls) -> Vec<Option<SystemTime>> {
    let changed = |path: &PathBuf| std::fs::metadata(path).and_then(|found| found.modified()).ok();
    [&files.certificate, &files.private_key].into_iter().map(changed).collect()
}

fn read(files: &Tls) -> Result<CertifiedKey, TlsError> {
    let unusable = |path: &Path, reason: String| TlsError::File { path: path.to_owned(), reason };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(&files.certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(unusable(&files.certificate, "it holds no certificate".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.private_key)
        .map_err(|error| unusable(&files.private_key, error.to_string()))?;
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|error| files.pair(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn write(files: &Tls, age: Duration) -> Vec<u8> {
        let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        for (path, text) in
            [(&files.certificate, pair.cert.pem()), (&files.private_key, pair.signing_key.serialize_pem())]
        {
            std::fs::write(path, text).unwrap();
            let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000) - age;
            std::fs::File::options().write(true).open(path).unwrap().set_modified(changed).unwrap();
        }
        pair.cert.der().to_vec()
    }

    #[test]
    fn a_changed_pair_is_shown_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        let files = Tls { certificate: path("cert.pem"), private_key: path("key.pem") };
        let old = write(&files, Duration::from_secs(9));
        let certificates = Certificates::open(&files).unwrap();
        let shown = || certificates.current.load().cert.first().unwrap().to_vec();
        assert_eq!(shown(), old);
        let new = write(&files, Duration::from_secs(5));
        certificates.reload();
        assert_eq!(shown(), new);
        std::fs::write(&files.private_key, "nonsense").unwrap();
        certificates.reload();
        assert_eq!(shown(), new);
        assert!(Certificates::open(&files).unwrap_err().to_string().contains("key.pem"));
    }
}
