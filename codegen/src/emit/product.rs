//! A product's file: its documentation, its client, its description, its modules.

use super::{descriptor, doctest, errors, texts};
use crate::docs::Doc;
use crate::model::{ApiStyle, Product, Waiter};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn client(docs: &Doc) -> Code = Items {
        #[doc = "__docs"]
        #[derive(Clone, Debug)]
        pub struct Client(alicloud_runtime::Client);
    }
    fn constructor() -> Code = Items {
        impl Client {
            /// A client with this configuration. Nothing is connected until a call is sent.
            #[inline]
            pub fn new(config: &alicloud_runtime::Config) -> Self {
                Self(alicloud_runtime::Client::new(config, product()))
            }

            /// Calls an operation by its name, with the parameters as they are written on the
            /// wire: one that is newer than this client. See [`alicloud_runtime::Client::call`].
            #[inline]
            pub fn call(&self, operation: &str) -> alicloud_runtime::RawCall {
                self.0.call(operation)
            }
        }
    }
    fn as_ref() -> Code = Items {
        impl AsRef<alicloud_runtime::Client> for Client {
            #[inline]
            fn as_ref(&self) -> &alicloud_runtime::Client {
                &self.0
            }
        }
    }
    fn description(
        name: &str,
        version: &str,
        style: impl Emit,
        endpoints: impl Emit,
        region: impl Emit,
        errors: impl Emit,
    ) -> Code = Items {
        /// What the runtime knows of the product.
        #[inline]
        pub const fn product() -> &'static alicloud_runtime::operation::Product {
            const {
                &alicloud_runtime::operation::Product {
                    name: "__name",
                    version: "__version",
                    style: __style,
                    endpoints: &[__endpoints],
                    default_region: __region,
                    errors: &[__errors],
                }
            }
        }
    }
    fn rpc() -> Code = Value { alicloud_runtime::operation::ApiStyle::Rpc }
    fn roa() -> Code = Value { alicloud_runtime::operation::ApiStyle::Roa }
    fn endpoint(region: &str, host: &str) -> Code = Row { ("__region", "__host") }
    fn some(value: &str) -> Code = Value { Some("__value") }
    fn none() -> Code = Value { None }
    fn module(name: &Ident) -> Code = Items { pub mod __name; }
    // A service may name an operation as itself.
    fn inception() -> Code = Attribute { #[allow(clippy::module_inception)] }
    fn inline_module(name: &Ident, contents: impl Emit) -> Code = Items {
        pub mod __name {
            __contents!{}
        }
    }
}

/// The contents of the product's module; `modules` are those of its operations. The
/// client's example names the crate that it imports; without one there is none.
pub(super) fn contents(product: &Product, modules: impl Emit, krate: Option<&Ident>) -> impl Emit {
    move |code: &mut Code| {
        let mut docs = texts::client(product);
        if let Some(krate) = krate {
            doctest::client_example(&mut docs, product, krate);
        }
        code.inner_doc(&texts::product(product))
            .item(|code: &mut Code| modules.emit(code));
        code.item(client(&docs));
        code.item(constructor()).item(as_ref());
        if product
            .waiters
            .iter()
            .any(|waiter| can_ask(product, waiter))
        {
            code.item(waiters(product));
        }
        describe(code, product);
    }
}

/// Declares the modules of the operations, each in a file of its own.
pub(super) fn declarations(product: &Product) -> impl Emit {
    |code: &mut Code| {
        for operation in &product.operations {
            if operation.ident == product.module {
                code.line(inception());
            }
            code.line(module(&operation.ident));
        }
    }
}

/// A module with its contents.
pub(super) fn nested(name: &Ident, contents: impl Emit) -> impl Emit {
    inline_module(name, contents)
}

fn describe(code: &mut Code, product: &Product) {
    let endpoints = |code: &mut Code| {
        for (region, host) in &product.endpoints {
            code.row(endpoint(region, host));
        }
    };
    let rows = |code: &mut Code| {
        for row in product.errors.iter().flat_map(|error| &error.rows) {
            code.row(errors::row_of(row));
        }
    };
    let style = match product.style {
        ApiStyle::Rpc => rpc().code(),
        ApiStyle::Roa => roa().code(),
    };
    let region = match &product.default_region {
        Some(region) => some(region).code(),
        None => none().code(),
    };
    code.item(description(
        product.name,
        product.version,
        style,
        endpoints,
        region,
        rows,
    ));
}

templates! {
    fn waiter(
        docs: &Doc,
        name: &Ident,
        module: &Ident,
        text: &str,
        path: impl Emit,
        success: impl Emit,
        failure: impl Emit,
        interval: u64,
        deadline: u64,
    ) -> Code = Members {
        #[doc = "__docs"]
        #[inline]
        pub fn __name(
            &self,
            request: __module::Request,
        ) -> alicloud_runtime::Wait<impl Fn() -> alicloud_runtime::Call<__module::Response, __module::Error> + use<>> {
            let client = self.clone();
            let waiter = const {
                &alicloud_runtime::Waiter {
                    name: "__text",
                    path: __path,
                    success: &[__success],
                    failure: &[__failure],
                    success_codes: &[],
                    interval: std::time::Duration::from_secs(__interval),
                    deadline: std::time::Duration::from_secs(__deadline),
                }
            };
            alicloud_runtime::Wait::new(waiter, move || client.__module(request.clone()))
        }
    }
    fn methods(members: impl Emit) -> Code = Items {
        impl Client {
            __members!{}
        }
    }
}

/// The client's methods that wait.
fn waiters(product: &Product) -> impl Emit {
    methods(|code: &mut Code| {
        for waiter in &product.waiters {
            if can_ask(product, waiter) {
                code.item(wait(waiter));
            }
        }
    })
}

/// An overlay names operations; one that is not generated cannot be asked.
fn can_ask(product: &Product, waiter: &Waiter) -> bool {
    product
        .operations
        .iter()
        .any(|operation| operation.ident == waiter.operation)
}

fn wait(item: &Waiter) -> impl Emit {
    |code: &mut Code| {
        code.call(waiter(
            &texts::waiter(item),
            &item.ident,
            &item.operation,
            item.ident.as_str().trim_start_matches("wait_until_"),
            descriptor::path(&item.path),
            texts_of(&item.success),
            texts_of(&item.failure),
            item.interval_seconds,
            item.deadline_seconds,
        ));
    }
}

fn texts_of(values: &[String]) -> impl Emit {
    move |code: &mut Code| {
        for value in values {
            code.element(value.as_str());
        }
    }
}
