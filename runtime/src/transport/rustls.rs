//! The rustls configuration of [`super::Http`]. The only file that names `rustls`.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;

use super::{TransportError, TransportErrorKind};

/// TLS 1.2 and 1.3, verified against the platform's roots and the extra ones. All
/// certificates and keys are PEM; `identity` is a certificate and its key.
pub(super) fn client_config(
    roots: &[Vec<u8>],
    identity: Option<(&[u8], &[u8])>,
) -> Result<ClientConfig, TransportError> {
    let provider = provider();
    let roots = certificates(roots)?;
    let verifier = if roots.is_empty() {
        Verifier::new(provider.clone())
    } else {
        Verifier::new_with_extra_roots(roots, provider.clone())
    }
    .map_err(|e| unusable("the root certificates cannot be used", e))?;

    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| unusable("the TLS provider cannot be used", e))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    match identity {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => {
            let chain = certificates(&[certificate])?;
            let key = PrivateKeyDer::from_pem_slice(key)
                .map_err(|e| unusable("the client's key is no PEM key", e))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|e| unusable("the client's certificate cannot be used", e))
        }
    }
}

/// The app's provider, where it installed one for the process; else ours.
fn provider() -> Arc<CryptoProvider> {
    match CryptoProvider::get_default() {
        Some(installed) => installed.clone(),
        #[cfg(feature = "rustls")]
        None => Arc::new(rustls::crypto::ring::default_provider()),
        #[cfg(not(feature = "rustls"))]
        None => Arc::new(rustls::crypto::aws_lc_rs::default_provider()),
    }
}

fn certificates(pems: &[impl AsRef<[u8]>]) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let mut all = Vec::new();
    for pem in pems {
        let before = all.len();
        for certificate in CertificateDer::pem_slice_iter(pem.as_ref()) {
            all.push(certificate.map_err(|e| unusable("a certificate is no valid PEM", e))?);
        }
        if all.len() == before {
            let message = "a PEM text was given that holds no certificate";
            return Err(TransportError::new(TransportErrorKind::Tls, message));
        }
    }
    Ok(all)
}

fn unusable(
    message: &str,
    error: impl std::error::Error + Send + Sync + 'static,
) -> TransportError {
    TransportError::new(TransportErrorKind::Tls, format!("{message}: {error}")).with_source(error)
}

/// Whether an error is one of the TLS protocol.
pub(super) fn is_error(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<rustls::Error>()
}

/// Whether an error says that what came was no TLS.
pub(super) fn is_not_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(
        error.downcast_ref::<rustls::Error>(),
        Some(rustls::Error::InvalidMessage(_))
    )
}
