//! The examples of an operation: doc tests that run, without a network.

use super::examples::{self, Example, Sent};
use crate::docs::Doc;
use crate::model::{ErrorVariant, Operation, Place, ReplyBody, Sample, Type};
use crate::names::{self, Ident};
use crate::template::{Code, Emit, templates};

templates! {
    fn imports(krate: &Ident, module: &Ident, alias: &Ident) -> Code = Items {
        use __krate::testing::Replay;
        use __krate::{__module as __alias, Client};
    }
    fn imports_unaliased(krate: &Ident, module: &Ident) -> Code = Items {
        use __krate::testing::Replay;
        use __krate::{__module, Client};
    }
    fn main(krate: &Ident) -> Code = Items {
        #[tokio::main(flavor = "current_thread")]
        async fn main() -> Result<(), __krate::Error> {
            Ok(())
        }
    }
    fn replay_sample(module: &Ident) -> Code = Statements {
        let replay = Replay::new().sample::<__module::Response>();
    }
    fn replay_body(body: &str) -> Code = Statements {
        let replay = Replay::new().respond(200, "__body");
    }
    fn replay_error(module: &Ident, variant: &Ident) -> Code = Statements {
        let replay = Replay::new().error(__module::Error::__variant);
    }
    fn client() -> Code = Statements {
        let client = Client::new(&replay.config());
    }
    fn request(value: impl Emit) -> Code = Statements {
        let request = __value;
    }
    fn call(method: &Ident) -> Code = Statements {
        let response = client.__method(request).await?;
    }
    fn call_unread(method: &Ident) -> Code = Statements {
        client.__method(request).await?;
    }
    fn assert_field(field: &Ident, value: impl Emit) -> Code = Statements {
        assert_eq!(response.__field, __value);
    }
    fn assert_query(name: &str, value: &str) -> Code = Statements {
        let sent = &replay.requests()[0];
        assert_eq!(sent.query("__name"), Some("__value"));
    }
    fn assert_form(name: &str, value: &str) -> Code = Statements {
        let sent = &replay.requests()[0];
        assert_eq!(sent.form("__name"), Some("__value"));
    }
    fn assert_header(name: &str, value: &str) -> Code = Statements {
        let sent = &replay.requests()[0];
        assert_eq!(sent.header("__name"), Some("__value"));
    }
    fn assert_operation(name: &str) -> Code = Statements {
        let sent = &replay.requests()[0];
        assert_eq!(sent.operation(), Some("__name"));
    }
    fn failed_call(module: &Ident, method: &Ident, variant: &Ident, status: u16) -> Code = Statements {
        let error = client.__method(request).await.unwrap_err();
        match error.kind() {
            Some(__module::Error::__variant) => assert_eq!(error.status(), Some(__status)),
            _ => return Err(error.into()),
        }
    }
}

/// What is the same in both examples of an operation.
struct Scene {
    imports: Code,
    opening: Code,
    closing: Code,
    alias: Ident,
    request: Code,
    sent: Option<Sent>,
}

/// Adds the examples to the operation's comment.
pub(super) fn add(doc: &mut Doc, operation: &Operation, krate: &Ident) {
    let alias = names::alias(&operation.ident, &[krate]);
    let Some(Example { code, sent }) = examples::request(operation, &alias) else {
        return;
    };
    let imports = if alias == operation.ident {
        imports_unaliased(krate, &operation.ident).code()
    } else {
        imports(krate, &operation.ident, &alias).code()
    };
    let (opening, closing) = main(krate).code().split_braces();
    let (opening, closing) = (opening.hidden(), closing.hidden());
    let scene = Scene {
        imports,
        opening,
        closing,
        alias,
        request: request(code).code(),
        sent,
    };

    doc.paragraph().words("# Examples").paragraph();
    success(doc, operation, &scene);
    failure(doc, operation, &scene);
}

/// The documented reply, or an empty one.
fn success(doc: &mut Doc, operation: &Operation, scene: &Scene) {
    // The replay answers with the first one.
    let sample = operation.samples.iter().find_map(|sample| match sample {
        Sample::Json(text) => Some(text),
        Sample::Xml(_) => None,
    });
    let sample = sample.and_then(|text| examples::reply(operation, text));
    let (reply, field) = match sample {
        Some(sample) => (replay_sample(&scene.alias).code(), sample.field),
        None => (replay_body(empty_reply(operation)).code(), None),
    };
    let mut steps = Code::new();
    steps.line(reply).line(client()).item(&scene.request);
    match &field {
        Some((field, value)) => steps
            .line(call(&operation.ident))
            .item(assert_field(field, value)),
        None => steps.line(call_unread(&operation.ident)),
    };
    let sent = scene.sent.as_ref().and_then(assert_sent);
    match sent {
        Some(sent) => steps.line(sent),
        None if field.is_none() => steps.line(assert_operation(operation.name)),
        None => &mut steps,
    };
    let mut code = Code::new();
    code.line(&scene.imports).item(&scene.opening);
    code.line(&steps).line(&scene.closing);
    doc.example(&code);
}

fn assert_sent(sent: &Sent) -> Option<Code> {
    // A header cannot hold more.
    let is_plain = sent.text.bytes().all(|b| matches!(b, b'!'..=b'~'));
    match sent.place {
        Place::Query => Some(assert_query(&sent.name, &sent.text).code()),
        Place::Form => Some(assert_form(&sent.name, &sent.text).code()),
        Place::Header if is_plain => Some(assert_header(&sent.name, &sent.text).code()),
        _ => None,
    }
}

/// A documented error, matched. What the first example showed is hidden.
fn failure(doc: &mut Doc, operation: &Operation, scene: &Scene) {
    let Some((error, status)) = clearest(&operation.errors) else {
        return;
    };
    doc.words("A documented error, matched:").paragraph();
    let mut code = scene.imports.hidden();
    code.line(&scene.opening);
    code.line(replay_error(&scene.alias, &error.ident));
    code.line(client().code().hidden())
        .line(scene.request.hidden());
    code.line(failed_call(
        &scene.alias,
        &operation.ident,
        &error.ident,
        status,
    ));
    code.line(&scene.closing);
    doc.example(&code);
}

/// An error that the client reports at once: documented once, under a status that
/// says that the request is wrong.
fn clearest<'o>(errors: &'o [ErrorVariant<'_>]) -> Option<(&'o ErrorVariant<'o>, u16)> {
    errors.iter().find_map(|error| {
        let [row] = error.rows.as_slice() else {
            return None;
        };
        let is_plain = (400..500).contains(&row.status)
            && !matches!(row.status, 408 | 425 | 429)
            && !row.code.contains(['%', '{', '$', '<'])
            && !RETRIED.iter().any(|word| row.code.contains(word));
        is_plain.then_some((error, row.status))
    })
}

/// Words in codes that mean that a later attempt may go well.
const RETRIED: &[&str] = &[
    "Throttl",
    "throttl",
    "Flow",
    "TooMany",
    "Limit",
    "Unavailable",
    "Busy",
    "Timeout",
    "TimeOut",
    "Internal",
    "Signature",
    "Retry",
    "Frequent",
    "Qps",
];

/// A reply without content, of the form that the operation's replies have.
fn empty_reply(operation: &Operation) -> &'static str {
    let body = operation
        .response
        .first()
        .and_then(|response| response.fields.first());
    match (operation.reply, body.map(|field| &field.ty)) {
        (ReplyBody::Empty, _) => "",
        (ReplyBody::Binary, _) => "bytes",
        (ReplyBody::Document, Some(Type::List(_))) => "[]",
        (ReplyBody::Document, Some(Type::Text)) => "\"text\"",
        (ReplyBody::Document, Some(Type::Int | Type::Float)) => "1",
        (ReplyBody::Document, Some(Type::Bool)) => "true",
        _ => "{}",
    }
}
