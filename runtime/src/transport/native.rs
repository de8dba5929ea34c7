//! TLS by the platform's library, where rustls is not compiled in. The only file that
//! names `native_tls`.

use super::reqwest::HttpOptions;
use super::{TransportError, TransportErrorKind};

/// With the extra roots and the client's certificate.
pub(super) fn configure(
    mut builder: reqwest::ClientBuilder,
    options: &HttpOptions,
) -> Result<reqwest::ClientBuilder, TransportError> {
    for pem in &options.roots {
        let roots = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|e| unusable("a certificate cannot be used").with_source(e))?;
        // What is no PEM is read as a bundle of nothing.
        if roots.is_empty() {
            return Err(unusable("a PEM text was given that holds no certificate"));
        }
        builder = builder.tls_certs_merge(roots);
    }
    if let Some(identity) = &options.identity {
        let identity = reqwest::Identity::from_pkcs8_pem(&identity.certificate, &identity.key)
            .map_err(|e| unusable("the client's certificate cannot be used").with_source(e))?;
        builder = builder.identity(identity);
    }
    Ok(builder)
}

fn unusable(why: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Tls, why)
}

/// Whether an error is one of the TLS protocol; a connection that ends within the
/// handshake is none, though the library reports it.
pub(super) fn is_error(error: &(dyn std::error::Error + 'static)) -> bool {
    let is_cut = || {
        let mut causes = std::iter::successors(error.source(), |error| error.source());
        causes.any(|cause| cause.is::<std::io::Error>())
            || error.to_string().contains("unexpected EOF")
    };
    error.is::<native_tls::Error>() && !is_cut()
}
