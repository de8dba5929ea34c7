//! TLS by the platform's library, where rustls is not compiled in. The only file that
//! names `native_tls`.

use super::error::{TransportError, TransportErrorKind};

/// What gives each client the extra roots and the client's certificate, a certificate and
/// its key; all PEM. They are read once.
pub(super) fn with_tls(
    roots: &[Vec<u8>],
    identity: Option<(&[u8], &[u8])>,
) -> Result<
    Box<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>,
    TransportError,
> {
    let mut all = Vec::new();
    for pem in roots {
        let roots = reqwest::Certificate::from_pem_bundle(pem)
            .map_err(|e| unusable("a certificate cannot be used").with_source(e))?;
        // What is no PEM is read as a bundle of nothing.
        if roots.is_empty() {
            return Err(unusable("a PEM text was given that holds no certificate"));
        }
        all.extend(roots);
    }
    let identity = match identity {
        Some((certificate, key)) => Some(
            reqwest::Identity::from_pkcs8_pem(certificate, key)
                .map_err(|e| unusable("the client's certificate cannot be used").with_source(e))?,
        ),
        None => None,
    };
    Ok(Box::new(move |builder| {
        let builder = builder.tls_certs_merge(all.clone());
        match &identity {
            Some(identity) => builder.identity(identity.clone()),
            None => builder,
        }
    }))
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
