//! A product: its modules, its client, its description.

use super::{descriptor, doc_comments, doctest, errors};
use crate::docs::Doc;
use crate::model::{ApiStyle, Gateway, Product, Waiter};
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
            /// Creates a client with this configuration. Nothing is connected until a call is sent.
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
    fn description(product: impl Emit) -> Code = Items {
        /// Describes the product to the runtime.
        #[inline]
        pub(crate) const fn product() -> &'static alicloud_runtime::operation::Product {
            use alicloud_runtime::operation::{ApiStyle, Product};
            const { __product!{} }
        }
    }
    fn called(name: &str, version: &str, style: impl Emit) -> Code = Value {
        &Product::new("__name", "__version", __style)
    }
    fn older_signature() -> Code = Link { .gateway(alicloud_runtime::operation::Gateway::AcsV1) }
    fn pds() -> Code = Link { .gateway(alicloud_runtime::operation::Gateway::Pds) }
    fn endpoints(all: impl Emit) -> Code = Link { .endpoints(&[__all]) }
    fn vpc(all: impl Emit) -> Code = Link { .vpc(&[__all]) }
    fn default_region(name: &str) -> Code = Link { .default_region("__name") }
    fn codes(all: impl Emit) -> Code = Link { .errors(const { &[__all] }) }
    fn rpc() -> Code = Value { ApiStyle::Rpc }
    fn roa() -> Code = Value { ApiStyle::Roa }
    fn endpoint(region: &str, host: &str) -> Code = Row { ("__region", "__host") }
    fn module(name: &Ident) -> Code = Items { pub mod __name; }
    // A service may name an operation as itself.
    fn inception() -> Code = Attribute { #[allow(clippy::module_inception)] }
    fn inline_module(name: &Ident, contents: impl Emit) -> Code = Items {
        pub mod __name {
            __contents!{}
        }
    }
}

/// The contents of the product's crate or module; `modules` are those of its operations.
/// The client's example names the crate that it imports; without one there is none.
pub(super) fn contents(product: &Product, modules: impl Emit, krate: Option<&Ident>) -> impl Emit {
    move |code: &mut Code| {
        let mut docs = doc_comments::client(product);
        if let Some(krate) = krate {
            doctest::client_example(&mut docs, product, krate);
        }
        code.item(|code: &mut Code| modules.emit(code));
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
    code.item(description(called_as(product)));
}

/// The product in so many words: what differs from one without hosts and codes.
fn called_as(product: &Product) -> impl Emit {
    let rows = |code: &mut Code| {
        for row in product.errors.iter().flat_map(|error| &error.rows) {
            code.row(errors::row_of(row));
        }
    };
    let mut links = Vec::new();
    match product.gateway {
        Gateway::Acs => {}
        Gateway::AcsV1 => links.push(older_signature().code()),
        Gateway::Pds => links.push(pds().code()),
    }
    if !product.endpoints.is_empty() {
        links.push(endpoints(hosts(&product.endpoints)).code());
    }
    if !product.vpc.is_empty() {
        links.push(vpc(hosts(&product.vpc)).code());
    }
    let region = product.default_region.as_deref();
    links.extend(region.map(|name| default_region(name).code()));
    if !product.errors.is_empty() {
        links.push(codes(rows).code());
    }
    move |code: &mut Code| {
        let style = match product.style {
            ApiStyle::Rpc => rpc().code(),
            ApiStyle::Roa => roa().code(),
        };
        code.call(called(product.name, product.version, style));
        code.chain(&links);
    }
}

fn hosts(rows: &[(String, String)]) -> impl Emit {
    move |code: &mut Code| {
        for (region, host) in rows {
            code.row(endpoint(region, host));
        }
    }
}

templates! {
    fn waiter(
        docs: &Doc,
        name: &Ident,
        module: &Ident,
        waiter: impl Emit,
    ) -> Code = Members {
        #[doc = "__docs"]
        #[inline]
        pub fn __name(
            &self,
            request: __module::Request,
        ) -> alicloud_runtime::Wait<__module::Response, __module::ErrorKind> {
            self.__module(request).wait(const { __waiter!{} })
        }
    }
    fn waits(name: &str, path: impl Emit) -> Code = Value {
        &alicloud_runtime::Waiter::new("__name", __path)
    }
    fn success(states: impl Emit) -> Code = Link { .success(&[__states]) }
    fn failure(states: impl Emit) -> Code = Link { .failure(&[__states]) }
    fn success_codes(codes: impl Emit) -> Code = Link { .success_codes(&[__codes]) }
    fn interval(seconds: u64) -> Code = Link { .interval(std::time::Duration::from_secs(__seconds)) }
    fn deadline(seconds: u64) -> Code = Link { .deadline(std::time::Duration::from_secs(__seconds)) }
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
            &doc_comments::waiter(item),
            &item.ident,
            &item.operation,
            waits_for(item),
        ));
    }
}

/// What is waited for.
fn waits_for(item: &Waiter) -> impl Emit {
    let mut links = Vec::new();
    if !item.success.is_empty() {
        links.push(success(literals(&item.success)).code());
    }
    if !item.failure.is_empty() {
        links.push(failure(literals(&item.failure)).code());
    }
    if !item.gone.is_empty() {
        links.push(success_codes(literals(&item.gone)).code());
    }
    links.push(interval(item.interval_seconds).code());
    links.push(deadline(item.deadline_seconds).code());
    move |code: &mut Code| {
        let name = item.ident.as_str().trim_start_matches("wait_until_");
        code.call(waits(name, descriptor::path(&item.path)));
        code.chain(&links);
    }
}

fn literals(values: &[String]) -> impl Emit {
    move |code: &mut Code| {
        for value in values {
            code.element(value.as_str());
        }
    }
}
