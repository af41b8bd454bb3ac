//! The certificate of a console that is reached without a proxy (spec 8.15).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::WebTls;

/// The certificate, read again when one of its files changes.
#[derive(Clone)]
pub(super) struct Certificate {
    files: WebTls,
    read: Option<(FileTimes, TlsAcceptor)>,
}

type FileTimes = [Option<SystemTime>; 2];

impl Certificate {
    /// The one in these files.
    ///
    /// # Errors
    /// Where they don't hold one, or can't be read.
    pub(super) fn of(files: &WebTls) -> anyhow::Result<Self> {
        let mut certificate = Self { files: files.clone(), read: None };
        let acceptor = certificate.acceptor_of_files()?;
        certificate.read = Some((certificate.times(), acceptor));
        Ok(certificate)
    }

    /// What takes connections: by the newest certificate that could be read.
    pub(super) fn acceptor(&mut self) -> Option<TlsAcceptor> {
        let times = self.times();
        if self.read.as_ref().is_none_or(|(known, _)| *known != times) {
            match self.acceptor_of_files() {
                Ok(acceptor) => self.read = Some((times, acceptor)),
                Err(error) => {
                    tracing::error!("the one before is used on: {error:#}");
                    if let Some((known, _)) = &mut self.read {
                        *known = times;
                    }
                }
            }
        }
        self.read.as_ref().map(|(_, acceptor)| acceptor.clone())
    }

    fn times(&self) -> FileTimes {
        [&self.files.cert_file, &self.files.key_file]
            .map(|file| std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok()) // One that is gone has none.
    }

    fn acceptor_of_files(&self) -> anyhow::Result<TlsAcceptor> {
        let advice =
            |file: &PathBuf| format!("the certificate of the console: {} can't be used", file.display());
        let WebTls { cert_file, key_file } = &self.files;
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert_file)
            .and_then(Iterator::collect)
            .with_context(|| advice(cert_file))?;
        let key = PrivateKeyDer::from_pem_file(key_file).with_context(|| advice(key_file))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let settings = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .with_context(|| advice(cert_file))?;
        Ok(TlsAcceptor::from(Arc::new(settings)))
    }
}
