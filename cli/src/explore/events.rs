//! A reply that comes as server-sent events: [`Listening`], which hears one after the other.

use alicloud_codegen::model::{ReplyBody, Struct, Type};
use alicloud_runtime::wire::{DynamicObject, Object as _, View};
use alicloud_runtime::{Error, Events, Undocumented};
use serde::Serialize;

use super::call::{self, Answer, Document};
use super::caller::Caller;
use super::spec::Operation;

/// A server-sent event.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HeardEvent {
    /// The last id that the service gave to an event; empty where it gives none.
    pub id: String,
    /// The type; `message` where the service names none.
    pub event: String,
    /// The data: JSON indented, other text as it is.
    pub data: String,
}

/// A request whose reply is being heard, event by event.
pub struct Listening {
    operation: Operation,
    events: Events<Document, Undocumented>,
    heard: usize,
    failure: Option<Error<Undocumented>>,
}

impl Listening {
    pub(super) fn new(operation: Operation, record: DynamicObject, caller: &Caller) -> Self {
        let caller = match operation.model.event_switch {
            Some(_) => caller.clone(),
            None => caller.clone().with_mock_events(),
        };
        Self {
            operation,
            events: call::call::<Document>(operation, record, &caller).events(),
            heard: 0,
            failure: None,
        }
    }

    /// The next event, as soon as the service sends it; `None` after the last one, and after a
    /// failure. It is sent when the first one is asked for.
    pub async fn next(&mut self) -> Option<HeardEvent> {
        match self.events.next().await? {
            Ok(event) => {
                self.heard += 1;
                Some(HeardEvent {
                    data: call::text(&event.body),
                    id: event.id,
                    event: event.event,
                })
            }
            Err(error) => {
                self.failure = Some(error);
                None
            }
        }
    }

    /// How many events came so far.
    pub fn heard(&self) -> usize {
        self.heard
    }

    /// What became of it, but for the events.
    pub fn answer(self) -> Answer {
        let headers = self.events.headers().map(call::headers);
        match self.failure {
            Some(error) => Answer::failed(self.operation, &error.into()),
            None => Answer {
                success: true,
                request_id: self.events.request_id().map(str::to_owned),
                headers: headers.unwrap_or_default(),
                ..Answer::default()
            },
        }
    }
}

/// Whether an operation can answer with events.
pub(super) fn are_possible(operation: Operation) -> bool {
    let reply = operation.model.reply;
    operation.model.events && matches!(reply, ReplyBody::Object | ReplyBody::Document)
}

/// The name of the parameter that asks for events, where there is one.
pub(super) fn switch(operation: Operation) -> Option<String> {
    let path = operation.model.event_switch.as_deref()?;
    let mut item: Option<&Struct<'_>> = operation.structs().first();
    let mut names = Vec::new();
    for step in path {
        let field = item?.fields.get(*step)?;
        names.push(field.name);
        item = match &field.ty {
            Type::Struct(ident) => operation.structs().iter().find(|it| it.ident == *ident),
            _ => None,
        };
    }
    Some(names.join("."))
}

/// Whether a request is answered with events: its parameter says so, or there is none to say.
pub(super) fn are_wanted(operation: Operation, record: &DynamicObject) -> bool {
    if !are_possible(operation) {
        return false;
    }
    let Some(path) = &operation.model.event_switch else {
        return true;
    };
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    let mut value = record.get(*first);
    for step in rest {
        match value.view() {
            View::Object(object) => value = object.get(*step),
            _ => return false,
        }
    }
    matches!(value.view(), View::Bool(true))
}
