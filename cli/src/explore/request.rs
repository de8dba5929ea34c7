//! [`Request`]: an operation with parameters, as far as they are right.

use alicloud_codegen::model::{Field, Struct, Type};
use alicloud_runtime::wire::{self, Dynamic, DynamicObject, Object, ViolationKind};
use serde_json::{Map, Value as Json};

use super::call::{self, Answer, Signed};
use super::caller::Caller;
use super::events::{self, Listening};
use super::masked;
use super::parameters::{Parameters, Problem};
use super::program;
use super::spec::{Operation, either};
use crate::metadata::nearest;

/// An operation with parameters.
pub struct Request {
    operation: Operation,
    members: Map<String, Json>,
    record: DynamicObject,
    problems: Vec<Problem>,
    hints: Vec<Problem>,
}

impl Request {
    pub(super) fn new(operation: Operation, parameters: &Parameters) -> Self {
        let members = parameters.0.clone();
        let mut reader = Reader {
            operation,
            problems: Vec::new(),
            hints: Vec::new(),
            is_mocked: false,
        };
        let record = match operation.structs().first() {
            Some(root) => reader.object(root, &members, ""),
            None => DynamicObject::default(),
        };
        let Reader {
            mut problems,
            hints,
            ..
        } = reader;
        problems.extend(violations(operation, &record));
        Self {
            operation,
            members,
            record,
            problems,
            hints,
        }
    }

    /// Returns the operation.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Returns the problems: unknown names, values of another type, what is required and missing, what
    /// is out of its documented bounds. The client refuses to send such a request.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns the hints: values that are not among those that are documented, parameters that
    /// the service advises against.
    pub fn hints(&self) -> &[Problem] {
        &self.hints
    }

    /// The parameters as JSON, with `***` for what is secret.
    pub fn masked(&self) -> Map<String, Json> {
        masked::members(self.operation.structs(), 0, &self.members)
    }

    /// A whole program that calls the operation with these parameters: it compiles in an app
    /// that `cargo alicloud add` was run in. What is secret is read from the environment.
    pub fn rust(&self) -> String {
        program::program(self.operation, &self.members, self.wants_events())
    }

    /// The lines that call it, for a function that has nothing of it yet: the client, the call.
    pub fn rust_call(&self) -> String {
        program::call(self.operation, &self.members, self.wants_events())
    }

    /// The expression alone that makes the request, and the `use` that it needs.
    pub fn rust_request(&self) -> String {
        program::request(self.operation, &self.members)
    }

    /// The command of the `aliyun` command line that does the same. What is secret is read
    /// from the environment.
    pub fn aliyun(&self) -> String {
        call::aliyun(self.operation, &self.record)
    }

    /// Signs it, step by step; nothing is sent.
    ///
    /// # Errors
    /// If it cannot be: no region where one is needed, a path without its parameter.
    pub async fn sign(&self, caller: &Caller) -> Result<Signed, alicloud_runtime::Error> {
        call::sign(self.operation, self.record(false), caller).await
    }

    /// Whether the reply is to come as server-sent events: the parameter that asks for them is
    /// true, or the operation has them and no parameter for that.
    pub fn wants_events(&self) -> bool {
        events::are_wanted(self.operation, &self.record)
    }

    /// Sends it. Whoever calls this has asked before, where [`Operation::risk`] says so.
    pub async fn send(&self, caller: &Caller) -> Answer {
        let Some(mut listening) = self.listen(caller) else {
            return match self.problems.as_slice() {
                [] => call::send(self.operation, self.record_for(caller), caller).await,
                problems => Answer::not_sent(problems),
            };
        };
        let mut events = Vec::new();
        while let Some(event) = listening.next().await {
            events.push(event);
        }
        Answer {
            events,
            ..listening.answer()
        }
    }

    /// Sends it, and hears its reply event by event; nothing where it is wrong, or where the
    /// reply [does not come as events](Self::wants_events).
    pub fn listen(&self, caller: &Caller) -> Option<Listening> {
        let is_right = self.problems.is_empty() && self.wants_events();
        is_right.then(|| Listening::new(self.operation, self.record_for(caller), caller))
    }

    /// What is sent. Nothing but the call goes to a mock server, and no file to the service that
    /// stores it otherwise: a URL stands for it.
    fn record_for(&self, caller: &Caller) -> DynamicObject {
        self.record(caller.is_of_mock())
    }

    fn record(&self, is_mocked: bool) -> DynamicObject {
        // What is wrong was found when it was read for the first time.
        let mut reader = Reader {
            operation: self.operation,
            problems: Vec::new(),
            hints: Vec::new(),
            is_mocked,
        };
        match self.operation.structs().first() {
            Some(root) => reader.object(root, &self.members, ""),
            None => DynamicObject::default(),
        }
    }
}

/// What the client would refuse; but for what it fills in.
fn violations(operation: Operation, record: &DynamicObject) -> Vec<Problem> {
    let fields = record.schema().fields;
    let filled = [operation.model.region, operation.model.idempotency_token];
    let is_filled = |path: &str| {
        let filled = filled.iter().flatten();
        filled.into_iter().any(|index| fields[*index].name == path)
    };
    let violations = wire::preflight(record).into_iter();
    violations
        .filter(|it| !(it.kind == ViolationKind::Missing && is_filled(&it.path)))
        .map(|it| Problem::new(it.path.clone(), it.kind.to_string()))
        .collect()
}

/// Reads JSON as the types of the operation.
struct Reader {
    operation: Operation,
    problems: Vec<Problem>,
    hints: Vec<Problem>,
    /// Whether a URL stands for each file that would be uploaded.
    is_mocked: bool,
}

impl Reader {
    fn object(
        &mut self,
        item: &'static Struct<'static>,
        members: &Map<String, Json>,
        path: &str,
    ) -> DynamicObject {
        let structs = self.operation.structs();
        let index = structs.iter().position(|it| it.ident == item.ident);
        let schema = self.operation.described().schemas[index.unwrap_or_default()];
        let join = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        for name in members.keys() {
            if !item.fields.iter().any(|field| field.name == name) {
                let near = nearest(name, item.fields.iter().map(|field| field.name));
                let mut message = format!("is no parameter of {}", self.operation.name());
                if !near.is_empty() {
                    message.push_str(&format!("; did you mean {}?", either(&near)));
                }
                self.problems.push(Problem::new(join(name), message));
            }
        }
        let fields = item
            .fields
            .iter()
            .map(|field| match members.get(field.name) {
                None | Some(Json::Null) => Dynamic::Unset,
                Some(value) => {
                    let path = join(field.name);
                    self.hint(field, value, &path);
                    match path_of(field, value) {
                        Some(file) if self.is_mocked && field.file_url && is_readable(file) => {
                            Dynamic::Text(url_of(file))
                        }
                        Some(file) => Dynamic::File(std::path::Path::new(file).into()),
                        None => self.value(&field.ty, value, &path),
                    }
                }
            });
        DynamicObject::new(schema, fields.collect())
    }

    fn hint(&mut self, field: &Field<'_>, value: &Json, path: &str) {
        if field.deprecated {
            self.hints.push(Problem::new(path, "is deprecated"));
        }
        let texts: &[Json] = match value {
            Json::Array(items) => items,
            one => std::slice::from_ref(one),
        };
        for text in texts.iter().filter_map(Json::as_str) {
            let values = || field.values.iter().map(|it| it.value);
            if values().next().is_some() && !values().any(|value| value == text) {
                let some: Vec<_> = match nearest(text, values()).as_slice() {
                    [] => values().take(8).collect(),
                    near => near.to_vec(),
                };
                let message = format!(
                    "is none of its documented values, such as {}",
                    either(&some)
                );
                self.hints.push(Problem::new(path, message));
            }
        }
    }

    fn value(&mut self, ty: &'static Type, value: &Json, path: &str) -> Dynamic {
        let read = match (ty, value) {
            (_, Json::Null) => Some(Dynamic::Unset),
            (Type::Bool, Json::Bool(value)) => Some(Dynamic::Bool(*value)),
            (Type::Int, Json::Number(number)) => number.as_i64().map(Dynamic::Int),
            (Type::Float, Json::Number(number)) => number.as_f64().map(Dynamic::Float),
            (Type::Text, Json::String(text)) => Some(Dynamic::Text(text.clone())),
            (Type::Bytes, Json::String(text)) => Some(Dynamic::Bytes(text.clone().into())),
            (Type::Any, value) => Some(Dynamic::Json(value.clone())),
            (Type::List(item), Json::Array(items)) => {
                let items = items.iter().enumerate();
                let read = items.map(|(at, each)| {
                    if each.is_null() {
                        let message = "is missing: a later item is set";
                        self.problems
                            .push(Problem::new(format!("{path}.{}", at + 1), message));
                    }
                    self.value(item, each, &format!("{path}.{}", at + 1))
                });
                Some(Dynamic::List(read.collect()))
            }
            (Type::Map(item), Json::Object(entries)) => {
                let entries = entries.iter();
                let read = entries.map(|(key, each)| {
                    (
                        key.clone(),
                        self.value(item, each, &format!("{path}.{key}")),
                    )
                });
                Some(Dynamic::Map(read.collect()))
            }
            (Type::Struct(ident), Json::Object(members)) => {
                let structs = self.operation.structs().iter();
                let item = structs.into_iter().find(|it| it.ident == *ident);
                item.map(|item| Dynamic::Object(self.object(item, members, path)))
            }
            _ => None,
        };
        read.unwrap_or_else(|| {
            let message = format!("is {}, and is to be {}", found(value), wanted(ty));
            self.problems.push(Problem::new(path, message));
            Dynamic::Unset
        })
    }
}

/// The path of a file that a parameter takes, written `file://PATH`. No service reads such a
/// URL.
pub(super) fn path_of<'v>(field: &Field<'_>, value: &'v Json) -> Option<&'v str> {
    let takes_file = field.file_url || field.ty == Type::Bytes;
    value
        .as_str()
        .filter(|_| takes_file)?
        .strip_prefix("file://")
}

/// Whether a file is one that a client would upload; it says itself what is wrong with others.
fn is_readable(file: &str) -> bool {
    std::fs::File::open(file).is_ok_and(|file| file.metadata().is_ok_and(|it| it.is_file()))
}

/// What stands for an uploaded file.
fn url_of(file: &str) -> String {
    let name = std::path::Path::new(file).file_name().unwrap_or_default();
    let name = alicloud_mock::percent::encode(&name.to_string_lossy());
    format!("https://uploaded.example/{name}")
}

fn found(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(number) if number.is_f64() => "a number with a fraction",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

fn wanted(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "true or false",
        Type::Int => "an integer",
        Type::Float => "a number",
        Type::Text | Type::Bytes => "a text",
        Type::Any => "any JSON",
        Type::List(_) => "a list",
        Type::Map(_) | Type::Struct(_) => "an object",
    }
}
