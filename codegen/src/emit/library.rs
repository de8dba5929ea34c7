//! The root files: of the facade, and of each product's crate.

use super::{product, texts};
use crate::docs::Doc;
use crate::model::Product;
use crate::names::{self, Ident};
use crate::template::{Code, Emit, templates};

templates! {
    fn attributes() -> Code = Attribute { #![cfg_attr(docsrs, feature(doc_cfg))] }
    // What an app needs beside the operations: a product's crate serves it alone.
    fn exports() -> Code = Items {
        pub use alicloud_runtime::{Any, Diagnosis, EndpointError, Error, ErrorKind, ErrorRow};
        pub use alicloud_runtime::{Attempt, Explanation, Interceptor, Unsigned};
        pub use alicloud_runtime::{Body, Bytes, Call, Reply, Sending};
        pub use alicloud_runtime::{Config, Format, Json, Network, Proxy, Retry, Signature};
        pub use alicloud_runtime::{Credentials, CredentialsError, ProvideCredentials};
        pub use alicloud_runtime::{Items, Pages, Wait, WaitError};
        pub use alicloud_runtime::{RawCall, RawClient};
        pub use alicloud_runtime::{Transport, TransportError, TransportErrorKind};
        pub use alicloud_runtime::{credentials, signature, testing, transport, wire::Boxed};
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
pub(super) fn facade(products: &[Product], name: &str) -> impl Emit {
    move |code: &mut Code| {
        code.inner_doc(&docs(products, name));
        code.item(attributes());
        code.item(exports());
        for product in products {
            let krate = names::krate(&names::package(name, &product.feature));
            code.item(product_of(&product.feature, &krate, &product.module));
        }
    }
}

/// The `src/lib.rs` of a product's crate.
pub(super) fn product(product: &Product, facade: &str) -> impl Emit {
    move |code: &mut Code| {
        let krate = names::package(facade, &product.feature);
        code.inner_doc(&texts::krate(product, &krate, facade));
        code.item(attributes());
        code.item(exports());
        product::contents(product, product::declarations(product)).emit(code);
        code.item(readme());
    }
}

fn docs(products: &[Product], name: &str) -> Doc {
    let mut doc = Doc::new();
    doc.words(
        "Typed clients for the APIs of Alibaba Cloud, generated from its published metadata.",
    );
    doc.paragraph();
    doc.words("Each product is a crate of its own, and here a module behind a feature; none is on");
    doc.words(
        " by default. A product has a `Client`, and for each operation a method and a module",
    );
    doc.words(" with its `Request`, `Response` and `Error`. Methods return a [`Call`], which");
    doc.words(" `.await` sends.");
    doc.paragraph().words(
        "| Module, feature | Crate | Product | Version | Operations |\n|---|---|---|---|---|",
    );
    for product in products {
        doc.words("\n| `").ident(&product.module).words("`");
        if product.feature != product.module.as_str() {
            doc.words(", ").code(&product.feature);
        }
        doc.words(" | ")
            .code(&names::package(name, &product.feature));
        doc.words(" | ")
            .code(product.name)
            .words(" | ")
            .code(product.version);
        doc.words(" | ")
            .number(product.operations.len())
            .words(" |");
    }
    doc.paragraph()
        .words("Other features: `serde` (requests and responses by their names on the wire),");
    doc.words(" `blocking` (calls without an async runtime), and one for the TLS library.");
    doc
}
