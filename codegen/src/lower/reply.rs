//! The successful reply: which of the documented ones, and what its body is.

use crate::diagnostics::Pointer;
use crate::metadata::{Api, Schema};
use crate::model::{ReplyBody, Side};

use super::Context;
use super::draft::{Draft, Ty};
use super::namespace::Namespace;
use super::types::Types;

impl<'a> Context<'a> {
    /// The response's types; the first draft is the response.
    pub(super) fn reply(
        &mut self,
        api: &'a Api<'a>,
        at: &Pointer<'_>,
    ) -> (Vec<Draft<'a>>, ReplyBody) {
        let at = at.key("responses");
        let mut types = Types::new(self, Side::Response);
        let Some((status, schema)) = success(api) else {
            return (types.drafts, ReplyBody::Empty);
        };
        let at = at.key(status);
        let at = at.key("schema");
        let target = types.target(schema).unwrap_or(schema);
        let is_object = &*target.kind == "object"
            && target.properties.as_ref().is_some_and(|p| !p.0.is_empty())
            && target.additional_properties.is_none();
        if is_object {
            types.root(schema, target, &at);
            return (types.drafts, ReplyBody::Object);
        }
        let mut namespace = Namespace::default();
        let ident = namespace.field(types.context, "body", "", &at);
        let mut body = types.field("body", ident, schema, &mut namespace, &at);
        let kind = match (&*target.kind, &*target.format) {
            ("string", "binary" | "byte") | ("file", _) => {
                body.ty = Ty::Bytes;
                ReplyBody::Binary
            }
            _ => ReplyBody::Document,
        };
        types.drafts[0].description = target.described();
        types.drafts[0].fields = vec![body];
        (types.drafts, kind)
    }
}

/// Whether a success is documented without a body beside one that has a body.
pub(super) fn or_empty(api: &Api<'_>) -> bool {
    let mut others = api
        .responses
        .iter()
        .filter(|(status, reply)| is_success(status) && *status != "200" && reply.schema.is_none());
    success(api).is_some() && others.next().is_some()
}

/// The documented 200 with a schema, or else the first success that has one.
fn success<'a>(api: &'a Api<'a>) -> Option<(&'a str, &'a Schema<'a>)> {
    let documented = || {
        api.responses
            .iter()
            .filter(|(status, _)| is_success(status))
            .filter_map(|(status, reply)| Some((status, reply.schema.as_ref()?)))
    };
    documented()
        .find(|(status, _)| *status == "200")
        .or_else(|| documented().next())
}

fn is_success(status: &str) -> bool {
    status.len() == 3 && status.starts_with('2')
}
