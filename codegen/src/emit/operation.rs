//! An operation's file: its documentation, its types, its errors, its description
//! and the client method that calls it.

use super::types::Side;
use super::{descriptor, doctest, errors, structs, texts, types};
use crate::docs::Doc;
use crate::model::{Operation, Product};
use crate::names::Ident;
use crate::template::{Code, Emit, templates};

templates! {
    fn imports() -> Code = Items { use alicloud_runtime::{operation, wire}; }
    fn method(docs: &Doc, name: &Ident) -> Code = Members {
        #[doc = "__docs"]
        #[inline]
        pub fn __name(&self, request: Request) -> alicloud_runtime::Call<Response, Error> {
            alicloud_runtime::Call::new(&self.0, Box::new(request))
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
        let mut docs = texts::operation(product, operation);
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
    let no_note = |_| "";
    if let Some((request, nested)) = operation.request.split_first() {
        let note = |parameter| texts::filled(operation, parameter);
        let docs = texts::request(operation);
        structs::add(code, request, Side::Request, &docs, note);
        let holders = texts::Holders::of(&operation.request);
        for item in nested {
            let docs = texts::nested(item, &holders);
            structs::add(code, item, Side::Request, &docs, no_note);
        }
    }
    if let Some((response, nested)) = operation.response.split_first() {
        let docs = texts::response(operation, response);
        structs::add(code, response, Side::Response, &docs, no_note);
        code.item(descriptor::reply(operation));
        descriptor::ways(code, operation);
        if let Some(pages) = descriptor::pages(operation) {
            code.item(pages);
        }
        let holders = texts::Holders::of(&operation.response);
        for item in nested {
            let docs = texts::nested(item, &holders);
            structs::add(code, item, Side::Response, &docs, no_note);
        }
    }
}

/// The client's method.
fn call(operation: &Operation) -> impl Emit {
    |code: &mut Code| {
        let docs = texts::method(operation);
        let method = method(&docs, &operation.ident);
        match &operation.deprecated {
            Some(note) => code.call(method.code().with_attribute(types::deprecated(note))),
            None => code.call(method),
        };
    }
}
