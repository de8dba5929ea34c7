//! The crate's root file.

use crate::docs::Doc;
use crate::model::Product;
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn attributes() -> Code = Attribute { #![cfg_attr(docsrs, feature(doc_cfg))] }
    // A line each, as rustfmt would have them: this file is not kept from it.
    fn exports() -> Code = Items {
        pub use alicloud_runtime::{Any, Diagnosis, EndpointError, Error, ErrorKind, ErrorRow};
        pub use alicloud_runtime::{Attempt, Explanation, Interceptor, UnsignedRequest};
        pub use alicloud_runtime::{Body, Bytes, Call, Reply, Sending};
        pub use alicloud_runtime::{Config, Format, Json, Network, Proxy, Retry, Signature};
        pub use alicloud_runtime::{Credentials, CredentialsError, ProvideCredentials};
        pub use alicloud_runtime::{Items, Pages, Wait, WaitError};
        pub use alicloud_runtime::{RawCall, RawClient};
        pub use alicloud_runtime::{Transport, TransportError, TransportErrorKind};
        pub use alicloud_runtime::{credentials, signature, testing, transport, wire::Boxed};
    }
    fn module(feature: &str, name: &Ident) -> Code = Items {
        #[cfg(feature = "__feature")]
        #[rustfmt::skip]
        pub mod __name;
    }
}

/// `src/lib.rs`.
pub(super) fn contents(products: &[Product]) -> impl Emit {
    move |code: &mut Code| {
        code.inner_doc(&docs(products));
        code.item(attributes());
        code.item(exports());
        for product in products {
            code.item(module(&product.feature, &product.module));
        }
    }
}

fn docs(products: &[Product]) -> Doc {
    let mut doc = Doc::new();
    doc.words(
        "Typed clients for the APIs of Alibaba Cloud, generated from its published metadata.",
    );
    doc.paragraph();
    doc.words("Each product is a module behind a feature of its own; none is on by default.");
    doc.words(" A product has a `Client`, and for each operation a method and a module with its");
    doc.words(
        " `Request`, `Response` and `Error`. Methods return a [`Call`], which `.await` sends.",
    );
    doc.paragraph()
        .words("| Module | Product | Version | Feature |\n|---|---|---|---|");
    for product in products {
        doc.words("\n| ")
            .words("`")
            .ident(&product.module)
            .words("` | ");
        doc.code(product.name).words(" | ").code(product.version);
        doc.words(" | ").code(&product.feature).words(" |");
    }
    doc.paragraph()
        .words("Other features: `serde` (requests and responses by their names on the wire),");
    doc.words(" `blocking` (calls without an async runtime), and one for the TLS library.");
    doc
}
