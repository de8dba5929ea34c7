//! Which TLS is compiled in, and which errors are its own.

use super::error::{TransportError, TransportErrorKind};

/// Whether an error is one of the TLS protocol.
pub(super) fn tls_error(error: &(dyn std::error::Error + 'static)) -> bool {
    #[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
    return super::rustls::is_error(error);
    #[cfg(all(
        feature = "native-tls",
        not(any(feature = "rustls", feature = "rustls-aws-lc"))
    ))]
    return super::native::is_error(error);
    #[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc", feature = "native-tls")))]
    {
        let _ = error;
        false
    }
}

/// Whether an error says that the other side does not speak TLS at all.
pub(super) fn is_not_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    #[cfg(any(feature = "rustls", feature = "rustls-aws-lc"))]
    return super::rustls::is_not_tls(error);
    #[cfg(not(any(feature = "rustls", feature = "rustls-aws-lc")))]
    {
        let _ = error;
        false
    }
}

/// Whether HTTPS is compiled in.
pub(super) const HAS_TLS: bool = cfg!(any(
    feature = "rustls",
    feature = "rustls-aws-lc",
    feature = "native-tls"
));

pub(super) const WITHOUT_TLS: &str = "this was built without TLS: enable the feature `rustls` (or \
                           `rustls-aws-lc`, or `native-tls`)";

/// Refuses HTTPS where it is not compiled in.
pub(crate) fn speaks(scheme: Option<&str>) -> Result<(), TransportError> {
    if HAS_TLS || scheme != Some("https") {
        return Ok(());
    }
    Err(TransportError::new(TransportErrorKind::Tls, WITHOUT_TLS))
}
