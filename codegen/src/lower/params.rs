//! Request parameters: where each travels and in which style.

use rustc_hash::FxHashMap;

use crate::diagnostics::{Kind, Pointer};
use crate::format_errors::LEFT_OUT;
use crate::metadata::{Api, Parameter, Schema};
use crate::model::{ApiStyle, Place, Side, Style};

use super::Context;
use super::draft::{Draft, DraftField, Ty};
use super::namespace::Namespace;
use super::types::Types;

impl<'a> Context<'a> {
    /// The request's types; the first draft holds the parameters.
    pub(super) fn parameters(
        &mut self,
        operation: &str,
        api: &'a Api<'a>,
        at: &Pointer<'_>,
    ) -> Vec<Draft<'a>> {
        let at = at.key("parameters");
        let mut types = Types::new(self, Side::Request);
        let mut namespace = Namespace::default();
        let mut fields = Vec::with_capacity(api.parameters.len());
        let mut seen: FxHashMap<&str, &Parameter<'a>> = FxHashMap::default();
        for (index, parameter) in api.parameters.iter().enumerate() {
            let at = at.index(index);
            if parameter.name == *LEFT_OUT || parameter.place == *LEFT_OUT {
                continue;
            }
            // The service makes it; it takes none.
            if parameter.schema.read_only.0 && &*parameter.place != "path" {
                continue;
            }
            let is_body = &*parameter.place == "body";
            if !is_body && types.context.is_nameless(&parameter.name, &at.key("name")) {
                continue;
            }
            if let Some(first) = seen.get(&*parameter.name)
                && !types.context.keeps_both(operation, first, parameter, &at)
            {
                continue;
            }
            seen.entry(&parameter.name).or_insert(parameter);
            fields.extend(types.parameter(parameter, &mut namespace, &at));
        }
        types.drafts[0].fields = fields;
        types.drafts
    }

    /// Two parameters of one name: reported, with the choice that is made. In two
    /// places both can be sent; in one place the first wins.
    fn keeps_both(
        &mut self,
        operation: &str,
        first: &Parameter<'_>,
        second: &Parameter<'_>,
        at: &Pointer<'_>,
    ) -> bool {
        let name = &second.name;
        let (message, both) = if first.place != second.place {
            let places = format!("`{}` and `{}`", first.place, second.place);
            (
                format!(
                    "`{operation}` has two parameters of the name `{name}`, in {places}; both are kept"
                ),
                true,
            )
        } else if first.schema.kind != second.schema.kind || first.style != second.style {
            (
                format!(
                    "`{operation}` has two parameters of the name `{name}` that differ in type or style; the first one is used"
                ),
                false,
            )
        } else {
            (
                format!(
                    "`{operation}` has two parameters of the name `{name}`; the first one is used"
                ),
                false,
            )
        };
        self.fault(
            &at.key("name"),
            false,
            message,
            "remove one of the two, in an overlay if the file is a published one",
        );
        both
    }
}

impl<'a> Types<'_, 'a> {
    fn parameter(
        &mut self,
        parameter: &'a Parameter<'a>,
        namespace: &mut Namespace<'a>,
        at: &Pointer<'_>,
    ) -> Option<DraftField<'a>> {
        let is_body = &*parameter.place == "body";
        // A body's name is not on the wire; it has the same one everywhere.
        let wire = if is_body { "body" } else { &*parameter.name };
        let place = self.place(parameter, at)?;
        let name_at = at.key("name");
        let rust_name = match is_body {
            // The official clients' name is that of the type.
            true => &*parameter.schema.rust_name,
            false => parameter.schema.given_name(),
        };
        let ident = namespace.field(self.context, wire, rust_name, &name_at);
        let schema_at = at.key("schema");
        let mut drafted = self.field(wire, ident, &parameter.schema, namespace, &schema_at);
        drafted.field.style = self.style(parameter, &drafted.ty, at);
        drafted.field.place = place;
        if place == Place::Body && !has_parts(&parameter.schema, &drafted.ty) {
            drafted.field.place = Place::BodyIfSet;
        }
        // Text as a body is sent as it is: it is a document already.
        if place == Place::Body && drafted.ty == Ty::Text {
            drafted.field.place = Place::RawBody;
            if std::mem::take(&mut drafted.field.file_url) {
                self.file_note(&schema_at);
            }
            let target = self.target(&parameter.schema);
            if target.is_some_and(|schema| matches!(&*schema.format, "binary" | "byte")) {
                drafted.ty = Ty::Bytes;
                drafted.field.limits.clear();
            }
        }
        Some(drafted)
    }

    fn place(&mut self, parameter: &'a Parameter<'a>, at: &Pointer<'_>) -> Option<Place> {
        Some(match &*parameter.place {
            "query" => Place::Query,
            "formData" => Place::Form,
            "path" if self.context.style == ApiStyle::Rpc => {
                self.context.fault(
                    &at.key("in"),
                    false,
                    "a path parameter of an operation that has no path of its own; it is sent in the query",
                    "write `in: query`: RPC operations are sent to `/`",
                );
                Place::Query
            }
            "path" => Place::Path,
            "header" => Place::Header,
            "body" => Place::Body,
            "host" => Place::Host,
            other => {
                self.context.degraded(
                    Kind::UnknownPlace,
                    &at.key("in"),
                    format!("the place `{other}` is unknown"),
                    "the parameter is left out",
                    "write one of query, formData, body, path, header, host",
                );
                return None;
            }
        })
    }

    /// Scalars have one form only. Lists and objects without a style are flattened,
    /// as the official clients do.
    fn style(&mut self, parameter: &Parameter<'_>, ty: &Ty, at: &Pointer<'_>) -> Style {
        let published = parameter.style.as_deref().unwrap_or("");
        let style = match published {
            "" | "repeatList" | "flat" => Style::Flat,
            "json" => Style::Json,
            "simple" => Style::Simple,
            "spaceDelimited" => Style::Space,
            "pipeDelimited" => Style::Pipe,
            "xml" if &*parameter.place == "body" => {
                self.context.unfit(
                    &at.key("style"),
                    "the style `xml` is spoken by gateways of their own only",
                    "write json",
                );
                Style::Text
            }
            // Whatever its style is called: a body is a JSON document.
            _ if &*parameter.place == "body" => Style::Text,
            other => {
                self.context.degraded(
                    Kind::UnknownStyle,
                    &at.key("style"),
                    format!("the style `{other}` is unknown"),
                    "it is written as if it had none",
                    "write one of repeatList, flat, json, simple, spaceDelimited, pipeDelimited",
                );
                Style::Flat
            }
        };
        match (&*parameter.place, ty) {
            ("query" | "formData", Ty::List(_) | Ty::Map(_) | Ty::Struct(_) | Ty::Any) => style,
            ("header" | "path", Ty::List(_)) => Style::Simple,
            _ => Style::Text,
        }
    }
}

/// Whether the official clients take the parts of a body one by one: then they send a
/// document even where none is set, and else nothing.
fn has_parts(schema: &Schema<'_>, ty: &Ty) -> bool {
    match ty {
        Ty::List(item) => matches!(**item, Ty::Struct(_)),
        _ => {
            schema.reference.is_none()
                && schema.properties.as_ref().is_some_and(|p| !p.0.is_empty())
        }
    }
}
