//! The root files: of the facade, and of each product's crate.

use super::{doc_comments, doctest, guide, guides, product};
use crate::Options;
use crate::guides::Guide;
use crate::model::Product;
use crate::names::{self, Ident};
use crate::template::{Code, Emit, templates};

templates! {
    fn attributes() -> Code = Attribute { #![cfg_attr(docsrs, feature(doc_cfg))] }
    // Whatever a public signature names is here: apps depend on this crate alone.
    fn exports() -> Code = Items {
        /// The crate whose requests, replies and headers [`Transport`] and [`Interceptor`]
        /// are written with.
        #[doc(no_inline)]
        pub use alicloud_runtime::http;
        #[doc(hidden)]
        pub use alicloud_runtime::wire;
        #[doc(inline)]
        pub use alicloud_runtime::wire::{Boxed, Mismatch, Mismatches, Violation, ViolationKind};
        #[doc(inline)]
        pub use alicloud_runtime::{Diagnosis, EndpointError, Error, ErrorCodes, ErrorRow, Undocumented};
        #[doc(inline)]
        pub use alicloud_runtime::{Operation, OperationKind, Outcome, Product, Sample};
        #[doc(inline)]
        pub use alicloud_runtime::{Attempt, Explanation, Interceptor, UnsignedRequest};
        #[doc(inline)]
        pub use alicloud_runtime::{CallOutcome, CallSummary, Guard, Refusal};
        #[doc(inline)]
        pub use alicloud_runtime::{Body, BoxFuture, Bytes, Call, Client, Reply, Sending};
        #[doc(inline)]
        pub use alicloud_runtime::{Config, Format, Json, Network, Proxy, Retry, Signature};
        #[doc(inline)]
        pub use alicloud_runtime::{ConfigLoader, Origin, OriginRow, Origins, Settings};
        #[doc(inline)]
        pub use alicloud_runtime::{Credentials, CredentialsError, ProvideCredentials};
        #[doc(inline)]
        pub use alicloud_runtime::{InvalidPosition, Items, Paged, Pages, Position, Response};
        #[doc(inline)]
        pub use alicloud_runtime::{Wait, WaitError, Waiter};
        #[doc(inline)]
        pub use alicloud_runtime::{FileContent, FileUrl, PlannedUpload, Progress, UploadStep};
        #[doc(inline)]
        pub use alicloud_runtime::{Download, Downloadable, Downloading, Event, Events, Streamed};
        #[doc(inline)]
        pub use alicloud_runtime::{RawCall, RawClient};
        #[doc(inline)]
        pub use alicloud_runtime::{SendOptions, Transport, TransportError, TransportErrorKind};
        #[doc(inline)]
        pub use alicloud_runtime::{credentials, guide, operation, signature, testing, time, transport};
    }
    // What an app needs beside the operations: a product's crate serves it alone. What the
    // crate has under a name of these is what the name means.
    fn everything() -> Code = Items {
        #[doc(no_inline)]
        pub use alicloud_runtime::*;
    }
    fn product_of(feature: &str, krate: &Ident, name: &Ident) -> Code = Items {
        #[cfg(feature = "__feature")]
        #[doc(no_inline)]
        pub use __krate as __name;
    }
    fn readme() -> Code = Items {
        #[cfg(doctest)]
        #[doc = include_str!("../README.md")]
        struct Readme;
    }
}

/// The facade's `src/lib.rs`.
pub(super) fn facade(products: &[Product], options: &Options) -> impl Emit {
    move |code: &mut Code| {
        let name = &options.crate_name;
        code.inner_doc(&guide::guide(products, options));
        code.item(attributes());
        code.item(exports());
        for product in products {
            let krate = names::krate(&names::package(name, &product.feature));
            code.item(product_of(&product.feature, &krate, &product.module));
        }
    }
}

/// The `src/lib.rs` of a product's crate.
pub(super) fn product(product: &Product, guides: &[Guide], facade: &str) -> impl Emit {
    move |code: &mut Code| {
        let name = names::package(facade, &product.feature);
        let mut docs = guides::introduction(product, guides);
        docs.append(&doc_comments::krate(product, &name, facade));
        if let Some(program) = doctest::own_program(product, &names::krate(&name)) {
            docs.example("no_run", program.as_str());
        }
        code.inner_doc(&docs);
        code.item(attributes()).item(everything());
        let modules = |code: &mut Code| {
            guides::declaration(product, guides).emit(code);
            product::declarations(product).emit(code);
        };
        product::contents(product, modules, Some(&names::krate(&name))).emit(code);
        code.item(readme());
    }
}
