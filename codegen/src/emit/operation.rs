//! An operation's file: its documentation, its types, its errors, its description
//! and the client method that calls it.

use super::doc_comments::Filled;
use super::{descriptor, doc_comments, doctest, errors, structs, types};
use crate::docs::Doc;
use crate::model::{Operation, Product, Side};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn imports() -> Code = Items { use alicloud_runtime::{operation, wire}; }
    fn method(docs: &Doc, name: &Ident) -> Code = Members {
        #[doc = "__docs"]
        #[inline]
        pub fn __name(&self, request: Request) -> alicloud_runtime::Call<Response, ErrorKind> {
            alicloud_runtime::Call::new(&self.0, request)
        }
    }
    fn client(method: impl Emit) -> Code = Items {
        impl super::Client {
            __method!{}
        }
    }
}

/// The contents of the operation's module. Examples name the crate that they
/// import; without one there are none.
pub(super) fn contents(
    product: &Product,
    operation: &Operation,
    krate: Option<&Ident>,
) -> impl Emit {
    move |code: &mut Code| {
        let mut docs = doc_comments::operation(product, operation);
        if let Some(krate) = krate {
            doctest::add(&mut docs, product, operation, krate);
        }
        code.inner_doc(&docs).item(imports());
        sides(code, operation);
        errors::add(code, operation);
        code.item(client(call(operation)));
    }
}

/// The request, the response, and the types in them.
fn sides(code: &mut Code, operation: &Operation) {
    let not_filled = |_| Filled::No;
    if let Some((request, nested)) = operation.request.split_first() {
        let filled = |parameter| doc_comments::filled(operation, parameter);
        let docs = doc_comments::request(operation);
        structs::add(code, request, Side::Request, &docs, filled);
        let holders = doc_comments::Holders::of(&operation.request);
        for item in nested {
            let docs = doc_comments::nested(item, &holders);
            structs::add(code, item, Side::Request, &docs, not_filled);
        }
    }
    if let Some((response, nested)) = operation.response.split_first() {
        let docs = doc_comments::response(operation, response);
        structs::add(code, response, Side::Response, &docs, not_filled);
        code.item(descriptor::reply(operation));
        descriptor::ways(code, operation);
        if let Some(pages) = descriptor::pages(operation) {
            code.item(pages);
        }
        let holders = doc_comments::Holders::of(&operation.response);
        for item in nested {
            let docs = doc_comments::nested(item, &holders);
            structs::add(code, item, Side::Response, &docs, not_filled);
        }
    }
}

/// The client's method.
fn call(operation: &Operation) -> impl Emit {
    |code: &mut Code| {
        let docs = doc_comments::method(operation);
        let method = method(&docs, &operation.ident);
        match &operation.deprecated {
            Some(note) => code.call(method.code().with_attribute(types::deprecated(note))),
            None => code.call(method),
        };
    }
}
