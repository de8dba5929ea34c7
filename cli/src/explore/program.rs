//! Rust that calls an operation with some parameters: it compiles, whatever they are, as long
//! as they are of their types.

use alicloud_codegen::model::{Field, Struct, Type};
use alicloud_codegen::names;
use serde_json::{Map, Value as Json};

use super::request::path_of;
use super::spec::Operation;

/// A whole `main.rs`.
pub(super) fn program(
    operation: Operation,
    members: &Map<String, Json>,
    wants_events: bool,
) -> String {
    let module = operation.spec.module();
    let method = operation.method();
    let writer = Writer::new(operation);
    let request = writer.root(members, INDENT);
    let region = region(operation, members);
    let import = writer.import();
    let call = format!("client.{method}(request)");
    let (call, shown) = ending(operation, &call, wants_events);
    format!(
        r#"// In build.rs: fn main() {{ alicloud_build::generate(); }}
include!(concat!(env!("OUT_DIR"), "/alicloud.rs"));

{import}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let config = alicloud_runtime::Config::from_env().await?{region};
    let client = {module}::Client::new(&config);
    let request = {request};
    {call}
    {shown}
    Ok(())
}}
"#
    )
}

/// The statement that sends a call, and the one that shows what came.
fn ending(operation: Operation, call: &str, wants_events: bool) -> (String, String) {
    if operation.is_download() {
        let sent = format!("let bytes = {call}.download().to_file({FILE:?}).await?;");
        let shown = format!(r#"println!("{{bytes}} bytes are in {FILE}");"#);
        return (sent, shown);
    }
    if wants_events {
        let shown = "while let Some(event) = events.next().await {\n        \
                     println!(\"{:#?}\", event?.data);\n    }";
        return (
            format!("let mut events = {call}.events();"),
            shown.to_owned(),
        );
    }
    let shown = r#"println!("{response:#?}");"#;
    (format!("let response = {call}.await?;"), shown.to_owned())
}

/// Where a program puts a reply that is a file.
const FILE: &str = "reply.bin";

/// Sets the region, where the product has several.
fn region(operation: Operation, members: &Map<String, Json>) -> String {
    if operation.spec.product.default_region.is_some() {
        return String::new();
    }
    let region = members.get("RegionId").and_then(Json::as_str);
    format!(
        ".region({:?})",
        region.unwrap_or(operation.spec.default_region())
    )
}

/// The client and the call, without imports.
pub(super) fn call(
    operation: Operation,
    members: &Map<String, Json>,
    wants_events: bool,
) -> String {
    let (module, method) = (operation.spec.module(), operation.method());
    let writer = Writer {
        operation,
        alias: format!("{module}::{method}"),
    };
    let (region, request) = (region(operation, members), writer.root(members, 0));
    let call = format!("client.{method}({request})");
    let call = match wants_events {
        true => format!("let mut events = {call}.events();"),
        false => format!("let reply = {call}.await?;"),
    };
    format!(
        "let client = {module}::Client::new(&alicloud_runtime::Config::from_env().await?{region});\n\
         {call}\n"
    )
}

/// The import and the expression.
pub(super) fn request(operation: Operation, members: &Map<String, Json>) -> String {
    let writer = Writer::new(operation);
    format!(
        "{}\n\nlet request = {};\n",
        writer.import(),
        writer.root(members, 0)
    )
}

struct Writer {
    operation: Operation,
    /// What the module of the operation is called.
    alias: String,
}

/// How deep the code of a request stands, in `main`.
const INDENT: usize = 4;

impl Writer {
    fn new(operation: Operation) -> Self {
        let alias = names::alias(&operation.model.ident, &[&operation.spec.product.module]);
        Self {
            operation,
            alias: alias.as_str().to_owned(),
        }
    }

    fn import(&self) -> String {
        let (module, method) = (self.operation.spec.module(), self.operation.method());
        match self.alias == method {
            true => format!("use {module}::{method};"),
            false => format!("use {module}::{method} as {};", self.alias),
        }
    }

    fn root(&self, members: &Map<String, Json>, indent: usize) -> String {
        match self.operation.structs().first() {
            Some(root) => self.object(root, members, indent),
            None => format!("{}::Request::new()", self.alias),
        }
    }

    /// A type's builder: one line per field, in the order of the documentation.
    fn object(
        &self,
        item: &'static Struct<'static>,
        members: &Map<String, Json>,
        indent: usize,
    ) -> String {
        self.object_of(item, members, None, indent)
    }

    /// A type's builder: a line a field, in the order of the documentation. Of an object that is
    /// secret as a whole, `secret` is the variable that the names of its members follow.
    fn object_of(
        &self,
        item: &'static Struct<'static>,
        members: &Map<String, Json>,
        secret: Option<&str>,
        indent: usize,
    ) -> String {
        let mut code = format!("{}::{}::new()", self.alias, item.ident);
        for field in &item.fields {
            let value = members.get(field.name).filter(|value| !value.is_null());
            let value = value.and_then(|value| match secret {
                None => self.argument(field, value, indent + 4),
                Some(of) => {
                    self.secret(&field.ty, value, inner_variable(of, field.name), indent + 4)
                }
            });
            if let Some(value) = value {
                let line = format!("\n{:1$}.{2}({value})", "", indent + 4, field.ident);
                code.push_str(&line);
            }
        }
        code
    }

    /// What the setter of a field takes; nothing for a value of another type.
    fn argument(
        &self,
        field: &'static Field<'static>,
        value: &Json,
        indent: usize,
    ) -> Option<String> {
        if let Some(path) = path_of(field, value) {
            return Some(format!("std::path::Path::new({path:?})"));
        }
        match (&field.ty, value) {
            (ty, value) if field.secret => self.secret(ty, value, variable(field.name), indent),
            (Type::List(item), Json::Array(values)) => {
                if values.is_empty() {
                    return None;
                }
                let values = values
                    .iter()
                    .map(|value| self.item(item, value, indent + 4));
                Some(list("[", values.collect::<Option<Vec<_>>>()?, "]", indent))
            }
            (Type::Map(item), Json::Object(entries)) => {
                if entries.is_empty() {
                    return None;
                }
                let pairs = entries.iter().map(|(key, value)| {
                    let value = self.item(item, value, indent + 4)?;
                    Some(format!("({key:?}, {value})"))
                });
                Some(list("[", pairs.collect::<Option<Vec<_>>>()?, "]", indent))
            }
            (ty, value) => self.item(ty, value, indent),
        }
    }

    /// A secret, each of its values read from a variable of the environment.
    fn secret(
        &self,
        ty: &'static Type,
        value: &Json,
        name: String,
        indent: usize,
    ) -> Option<String> {
        let read = format!("std::env::var({name:?})?");
        Some(match (ty, value) {
            (Type::Bool, Json::Bool(_)) => format!("{read}.parse::<bool>()?"),
            (Type::Int, Json::Number(_)) => format!("{read}.parse::<i64>()?"),
            (Type::Float, Json::Number(_)) => format!("{read}.parse::<f64>()?"),
            (Type::Text, Json::String(_)) => read,
            (Type::Bytes, Json::String(_)) => format!("alicloud_runtime::Bytes::from({read})"),
            (Type::Any, Json::String(_)) => format!("alicloud_runtime::Json::from({read})"),
            (Type::Any, _) => format!("{read}.parse::<alicloud_runtime::Json>()?"),
            (Type::List(_), Json::Array(values)) if values.is_empty() => return None,
            (Type::List(item), Json::Array(values)) => {
                let many = values.len();
                let values = values.iter().enumerate();
                let values = values.map(|(index, value)| {
                    self.secret(item, value, item_variable(&name, index, many), indent + 4)
                });
                list("vec![", values.collect::<Option<Vec<_>>>()?, "]", indent)
            }
            (Type::Map(_), Json::Object(entries)) if entries.is_empty() => return None,
            (Type::Map(item), Json::Object(entries)) => {
                let pairs = entries.iter().map(|(key, value)| {
                    let value = self.secret(item, value, inner_variable(&name, key), indent + 4)?;
                    Some(format!("({key:?}.to_owned(), {value})"))
                });
                let pairs = pairs.collect::<Option<Vec<_>>>()?;
                list("std::collections::BTreeMap::from([", pairs, "])", indent)
            }
            (Type::Struct(ident), Json::Object(members)) => {
                let structs = self.operation.structs().iter();
                let item = structs.into_iter().find(|it| it.ident == *ident)?;
                self.object_of(item, members, Some(&name), indent)
            }
            _ => return None,
        })
    }

    /// A value where something converts texts.
    fn item(&self, ty: &'static Type, value: &Json, indent: usize) -> Option<String> {
        match (ty, value) {
            (Type::Text | Type::Bytes, Json::String(text)) => Some(format!("{text:?}")),
            _ => self.exact(ty, value, indent),
        }
    }

    /// A value of just its type.
    fn exact(&self, ty: &'static Type, value: &Json, indent: usize) -> Option<String> {
        Some(match (ty, value) {
            (Type::Bool, Json::Bool(value)) => value.to_string(),
            (Type::Int, Json::Number(number)) => number.as_i64()?.to_string(),
            (Type::Float, Json::Number(number)) => format!("{:?}", number.as_f64()?),
            (Type::Text, Json::String(text)) => format!("{text:?}.to_owned()"),
            (Type::Bytes, Json::String(text)) => {
                format!("alicloud_runtime::Bytes::from({text:?})")
            }
            (Type::Any, Json::String(text)) => format!("alicloud_runtime::Json::from({text:?})"),
            (Type::Any, value) => {
                let text = raw(&value.to_string());
                format!("{text}.parse::<alicloud_runtime::Json>()?")
            }
            (Type::List(item), Json::Array(values)) => {
                let values = values
                    .iter()
                    .map(|value| self.exact(item, value, indent + 4));
                list("vec![", values.collect::<Option<Vec<_>>>()?, "]", indent)
            }
            (Type::Map(item), Json::Object(entries)) => {
                let pairs = entries.iter().map(|(key, value)| {
                    let value = self.exact(item, value, indent + 4)?;
                    Some(format!("({key:?}.to_owned(), {value})"))
                });
                let pairs = pairs.collect::<Option<Vec<_>>>()?;
                list("std::collections::BTreeMap::from([", pairs, "])", indent)
            }
            (Type::Struct(ident), Json::Object(members)) => {
                let item = self
                    .operation
                    .structs()
                    .iter()
                    .find(|it| it.ident == *ident)?;
                self.object(item, members, indent)
            }
            _ => return None,
        })
    }
}

/// Items on one line where they are short, else on a line each.
fn list(open: &str, items: Vec<String>, close: &str, indent: usize) -> String {
    let line = items.join(", ");
    if !line.contains('\n') && line.len() < 60 {
        return format!("{open}{line}{close}");
    }
    let mut code = open.to_owned();
    for item in items {
        code.push_str(&format!("\n{:1$}{item},", "", indent + 4));
    }
    code.push_str(&format!("\n{:1$}{close}", "", indent));
    code
}

/// A raw literal with as many `#` as the text needs.
fn raw(text: &str) -> String {
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// The environment variable that a secret parameter is read from: `DbPassword` is
/// `DB_PASSWORD`.
pub(super) fn variable(name: &str) -> String {
    names::field(name)
        .as_str()
        .trim_end_matches('_')
        .to_uppercase()
}

/// The variable of an item of a secret list: `PIN`, and `PIN_1`, `PIN_2` where there are several.
pub(super) fn item_variable(list: &str, index: usize, many: usize) -> String {
    match many {
        1 => list.to_owned(),
        _ => format!("{list}_{}", index + 1),
    }
}

/// The variable of something that is named inside of a secret.
pub(super) fn inner_variable(of: &str, name: &str) -> String {
    format!("{of}_{}", variable(name))
}
