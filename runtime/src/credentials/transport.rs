//! The transport that credentials are fetched through: the proxy of the
//! environment for everything but the instance's own metadata server, which no
//! proxy reaches.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::context::METADATA_HOST;
use crate::future::BoxFuture;
use crate::transport::{Body, Http, HttpOptions, SendOptions, Transport, TransportError};

/// Sends metadata requests directly and others through `outside`.
#[derive(Debug)]
pub(crate) struct MetadataBypass {
    outside: Arc<dyn Transport>,
    /// Made when it is needed, which outside of ECS is never.
    inside: OnceLock<Arc<dyn Transport>>,
}

impl MetadataBypass {
    pub(crate) fn new(outside: Arc<dyn Transport>) -> Self {
        Self {
            outside,
            inside: OnceLock::new(),
        }
    }

    fn inside(&self) -> Result<&Arc<dyn Transport>, TransportError> {
        if let Some(inside) = self.inside.get() {
            return Ok(inside);
        }
        // Next door or not there at all.
        let options = HttpOptions::default()
            .no_proxy()
            .connect_timeout(Duration::from_secs(1));
        let http: Arc<dyn Transport> = Arc::new(Http::new(&options)?);
        Ok(self.inside.get_or_init(|| http))
    }
}

impl Transport for MetadataBypass {
    fn send(
        &self,
        request: http::Request<Body>,
        options: SendOptions,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        if request.uri().host() != Some(METADATA_HOST) {
            return self.outside.send(request, options);
        }
        match self.inside() {
            Ok(inside) => inside.send(request, options),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Replay;

    #[tokio::test]
    async fn only_the_metadata_server_is_asked_directly() {
        let (outside, inside) = (
            Replay::new().respond(200, "o"),
            Replay::new().respond(200, "i"),
        );
        let bypass = MetadataBypass {
            outside: Arc::new(outside),
            inside: OnceLock::from(Arc::new(inside) as Arc<dyn Transport>),
        };
        for (url, answer) in [
            ("http://100.100.100.200/latest/api/token", "i"),
            ("https://sts.aliyuncs.com/", "o"),
        ] {
            let request = http::Request::get(url)
                .body(Body::empty())
                .expect("a request");
            let reply = bypass
                .send(request, SendOptions::default())
                .await
                .expect("a reply");
            let body = reply.into_body().collect(1).await.expect("a body");
            assert_eq!(body, answer);
        }
    }
}
