//! The crate's root file.

use super::guide;
use crate::Options;
use crate::model::Product;
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn attributes() -> Code = Attribute { #![cfg_attr(docsrs, feature(doc_cfg))] }
    // A line each, as rustfmt would have them: this file is not kept from it. Whatever a
    // public signature names is here: apps depend on this crate alone.
    fn exports() -> Code = Items {
        /// The crate whose requests, replies and headers [`Transport`] and [`Interceptor`]
        /// are written with.
        #[doc(no_inline)]
        pub use alicloud_runtime::http;
        #[doc(hidden)]
        pub use alicloud_runtime::wire;
        #[doc(inline)]
        pub use alicloud_runtime::wire::{Boxed, Mismatch, Violation, ViolationKind};
        #[doc(inline)]
        pub use alicloud_runtime::{Any, Diagnosis, EndpointError, Error, ErrorKind, ErrorRow};
        #[doc(inline)]
        pub use alicloud_runtime::{Attempt, Explanation, Interceptor, UnsignedRequest};
        #[doc(inline)]
        pub use alicloud_runtime::{Body, BoxFuture, Bytes, Call, Client, Reply, Sending};
        #[doc(inline)]
        pub use alicloud_runtime::{Config, Format, Json, Network, Proxy, Retry, Signature};
        #[doc(inline)]
        pub use alicloud_runtime::{Credentials, CredentialsError, ProvideCredentials};
        #[doc(inline)]
        pub use alicloud_runtime::{Items, Paged, Pages, Response, Wait, WaitError, Waiter};
        #[doc(inline)]
        pub use alicloud_runtime::{RawCall, RawClient};
        #[doc(inline)]
        pub use alicloud_runtime::{SendOptions, Transport, TransportError, TransportErrorKind};
        #[doc(inline)]
        pub use alicloud_runtime::{credentials, operation, signature, testing, transport};
    }
    fn module(feature: &str, name: &Ident) -> Code = Items {
        #[cfg(feature = "__feature")]
        #[rustfmt::skip]
        pub mod __name;
    }
}

/// `src/lib.rs`.
pub(super) fn contents(products: &[Product], options: &Options) -> impl Emit {
    move |code: &mut Code| {
        code.inner_doc(&guide::guide(products, options));
        code.item(attributes());
        code.item(exports());
        for product in products {
            code.item(module(&product.feature, &product.module));
        }
    }
}
