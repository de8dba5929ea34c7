//! The examples of an operation: doc tests that run, without a network. And those of
//! clients and of the crate, which call for real and are compiled only.

use super::examples::{self, Example, Sent};
use super::replies;
use crate::docs::Doc;
use crate::model::{
    ErrorVariant, Operation, OperationKind, Place, Product, ReplyBody, Sample, Type,
};
use crate::names::{self, Ident};
use crate::template::{Code, Emit, Raw, templates};

/// Where an example stands: what it imports the product from.
#[derive(Clone, Copy)]
pub(super) enum Home<'n> {
    /// The product's own crate: `use alicloud_ga::{self as ga, …}`.
    Product(&'n Ident),
    /// The facade: `use alicloud::ga::{self, …}`.
    Facade(&'n Ident),
}

impl<'n> Home<'n> {
    /// The crate.
    fn krate(self) -> &'n Ident {
        match self {
            Home::Product(krate) | Home::Facade(krate) => krate,
        }
    }

    /// Imports the product, and of it an operation's module.
    fn imports(self, product: &Ident, module: &Ident, alias: &Ident) -> Code {
        match self {
            Home::Product(krate) if module == alias => own_unaliased(krate, product, module).code(),
            Home::Product(krate) => own(krate, product, module, alias).code(),
            Home::Facade(krate) if module == alias => {
                imports_unaliased(krate, product, module).code()
            }
            Home::Facade(krate) => imports(krate, product, module, alias).code(),
        }
    }
}

templates! {
    fn own(krate: &Ident, product: &Ident, module: &Ident, alias: &Ident) -> Code = Items {
        use __krate::{self as __product, __module as __alias};
    }
    fn own_unaliased(krate: &Ident, product: &Ident, module: &Ident) -> Code = Items {
        use __krate::{self as __product, __module};
    }
    fn imports(krate: &Ident, product: &Ident, module: &Ident, alias: &Ident) -> Code = Items {
        use __krate::__product::{self, __module as __alias};
    }
    fn imports_unaliased(krate: &Ident, product: &Ident, module: &Ident) -> Code = Items {
        use __krate::__product::{self, __module};
    }
    fn import_replay(krate: &Ident) -> Code = Items { use __krate::testing::Replay; }
    fn only_with(feature: &str) -> Code = Attribute { #[cfg(feature = "__feature")] }
    fn nothing_without(feature: &str) -> Code = Items {
        #[cfg(not(feature = "__feature"))]
        fn main() {}
    }
    fn program(
        krate: &Ident,
        product: &Ident,
        method: &Ident,
        request: impl Emit,
    ) -> Code = Items {
        #[tokio::main(flavor = "current_thread")]
        async fn main() -> Result<(), __krate::Error> {
            let config = __krate::Config::from_env().await?;
            let client = __product::Client::new(&config);
            let request = __request;
            let response = client.__method(request).await?;
            println!("{response:#?}");
            Ok(())
        }
    }
    fn real_client(krate: &Ident, product: &Ident) -> Code = Statements {
        let config = __krate::Config::from_env().await?;
        let client = __product::Client::new(&config);
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
        let replay = Replay::new().error(__module::ErrorKind::__variant);
    }
    fn client(product: &Ident) -> Code = Statements {
        let client = __product::Client::new(&replay.config());
    }
    fn client_without_retries(krate: &Ident, product: &Ident) -> Code = Statements {
        let client = __product::Client::new(&replay.config().retry(__krate::Retry::off()));
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
    fn replay_events(data: impl Emit) -> Code = Statements {
        let replay = Replay::new().events([__data]);
    }
    fn event_loop(method: &Ident) -> Code = Statements {
        let mut events = client.__method(request).events();
        while let Some(event) = events.next().await {
            let event = event?;
            println!("{:?}", event.data);
        }
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
            Some(__module::ErrorKind::__variant) => assert_eq!(error.status(), Some(__status)),
            _ => return Err(error.into()),
        }
    }
}

/// What is the same in the examples of an operation.
struct Scene {
    krate: Ident,
    imports: Code,
    replay: Code,
    opening: Code,
    closing: Code,
    alias: Ident,
    request: Code,
    complete: bool,
    sent: Option<Sent>,
}

impl Scene {
    /// `None` where no request can be made up.
    fn new(product: &Product, operation: &Operation, home: Home<'_>) -> Option<Self> {
        let krate = home.krate();
        let alias = names::alias(&operation.ident, &[&product.module, krate]);
        let Example {
            code,
            complete,
            sent,
        } = examples::request(operation, &alias)?;
        let imports = home.imports(&product.module, &operation.ident, &alias);
        let (opening, closing) = main(krate).code().split_braces();
        Some(Self {
            krate: krate.clone(),
            imports,
            replay: import_replay(krate).code(),
            opening: opening.hidden(),
            closing: closing.hidden(),
            alias,
            request: code,
            complete,
            sent,
        })
    }

    /// What rustdoc is told of an example: one that could not be given all that its operation
    /// requires would fail, so it is compiled alone.
    fn info(&self) -> &'static str {
        if self.complete { "" } else { "no_run" }
    }

    /// The same, for a place that is there without the product's feature too.
    fn only_with(self, feature: &str) -> Self {
        let condition = only_with(feature).code().hidden();
        let mut imports = nothing_without(feature).code().hidden();
        imports.line(&condition).line(&self.imports);
        let mut opening = condition;
        opening.line(&self.opening);
        Self {
            imports,
            opening,
            ..self
        }
    }
}

/// Adds the examples to the operation's comment.
pub(super) fn add(doc: &mut Doc, product: &Product, operation: &Operation, krate: &Ident) {
    let Some(scene) = Scene::new(product, operation, Home::Product(krate)) else {
        return;
    };
    doc.paragraph().words("# Examples").paragraph();
    success(doc, product, operation, &scene);
    if operation.events {
        events(doc, product, operation, &scene);
    }
    let heading = "A documented error, matched:";
    failure(doc, product, operation, &scene, heading);
}

/// The operation that stands for its product in examples: the first that only reads
/// and is not deprecated, or else the first.
pub(super) fn typical<'p>(product: &'p Product<'p>) -> Option<&'p Operation<'p>> {
    let mut all = product.operations.iter();
    let is_harmless = |it: &&Operation| it.kind == OperationKind::Read && it.deprecated.is_none();
    all.clone().find(is_harmless).or_else(|| all.next())
}

/// Adds an example to the client's comment.
pub(super) fn client_example(doc: &mut Doc, product: &Product, krate: &Ident) {
    let scene = typical(product).and_then(|operation| {
        Some((
            operation,
            Scene::new(product, operation, Home::Product(krate))?,
        ))
    });
    let Some((operation, scene)) = scene else {
        return;
    };
    let mut code = Code::new();
    code.line(&scene.imports)
        .item(&scene.opening)
        .line(real_client(krate, &product.module))
        .item(request(&scene.request))
        .line(call(&operation.ident))
        .line(&scene.closing);
    doc.example("no_run", code.as_str());
}

/// A whole program that calls an operation of the product, by the product's own crate.
pub(super) fn own_program(product: &Product, krate: &Ident) -> Option<Code> {
    let operation = typical(product)?;
    let scene = Scene::new(product, operation, Home::Product(krate))?;
    let program = program(krate, &product.module, &operation.ident, &scene.request);
    let mut code = Code::new();
    code.line(&scene.imports).item(program);
    Some(code)
}

/// Adds a whole program that calls the operation.
pub(super) fn whole_program(
    doc: &mut Doc,
    product: &Product,
    operation: &Operation,
    krate: &Ident,
) {
    let Some(scene) = Scene::new(product, operation, Home::Facade(krate)) else {
        return;
    };
    let scene = scene.only_with(&product.feature);
    let program = program(krate, &product.module, &operation.ident, &scene.request);
    let mut code = Code::new();
    code.line(&scene.imports)
        .item(only_with(&product.feature).code().hidden())
        .line(program);
    doc.example("no_run", code.as_str());
}

/// Adds a test of a documented error of the product, for a place outside of its module;
/// what is not about the error is hidden.
pub(super) fn matched_error(doc: &mut Doc, product: &Product, krate: &Ident) {
    let all = || {
        product
            .operations
            .iter()
            .filter(|it| it.deprecated.is_none())
    };
    let status = |it: &&Operation| clearest(&it.errors).map(|(_, status)| status);
    // One of the request tells more than one of the service.
    let found = all()
        .find(|it| status(it).is_some_and(|status| status < 500))
        .or_else(|| all().find(|it| status(it).is_some()));
    let Some(operation) = found else { return };
    if let Some(scene) = Scene::new(product, operation, Home::Facade(krate)) {
        let scene = scene.only_with(&product.feature);
        failure(doc, product, operation, &scene, "");
    }
}

/// Adds a test of the operation, for a place outside of the product's module.
pub(super) fn offline(doc: &mut Doc, product: &Product, operation: &Operation, krate: &Ident) {
    if let Some(scene) = Scene::new(product, operation, Home::Facade(krate)) {
        success(doc, product, operation, &scene.only_with(&product.feature));
    }
}

/// The documented reply, or an empty one.
fn success(doc: &mut Doc, product: &Product, operation: &Operation, scene: &Scene) {
    // The replay answers with the first one.
    let sample = operation.samples.iter().find_map(|sample| match sample {
        Sample::Json(text) => Some(text),
        Sample::Xml(_) => None,
    });
    let sample = sample.and_then(|text| replies::reply(operation, text));
    let (reply, field) = match sample {
        Some(sample) => (replay_sample(&scene.alias).code(), sample.field),
        None => (replay_body(empty_reply(operation)).code(), None),
    };
    let mut steps = Code::new();
    steps
        .line(reply)
        .line(client(&product.module))
        .item(request(&scene.request));
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
    code.line(&scene.imports).line(&scene.replay);
    code.item(&scene.opening);
    code.line(&steps).line(&scene.closing);
    doc.example(scene.info(), code.as_str());
}

/// The same reply as events. What the first example showed is hidden.
fn events(doc: &mut Doc, product: &Product, operation: &Operation, scene: &Scene) {
    doc.words("The same as events, which are there as soon as the service sends them:");
    doc.paragraph();
    let sample = operation.samples.iter().find_map(|sample| match sample {
        Sample::Json(text) => replies::event(operation, text),
        Sample::Xml(_) => None,
    });
    let mut code = scene.imports.hidden();
    code.line(scene.replay.hidden()).line(&scene.opening);
    code.line(replay_events(|code: &mut Code| {
        match &sample {
            Some(sample) => code.row(Raw(sample)),
            None => code.element(empty_reply(operation)),
        };
    }));
    code.line(client(&product.module).code().hidden())
        .line(request(&scene.request).code().hidden());
    code.line(event_loop(&operation.ident)).line(&scene.closing);
    doc.example(scene.info(), code.as_str());
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
fn failure(
    doc: &mut Doc,
    product: &Product,
    operation: &Operation,
    scene: &Scene,
    heading: &'static str,
) {
    let Some((error, status)) = clearest(&operation.errors) else {
        return;
    };
    doc.words(heading).paragraph();
    let mut code = scene.imports.hidden();
    code.line(scene.replay.hidden()).line(&scene.opening);
    code.line(replay_error(&scene.alias, &error.ident));
    // Some codes would be retried.
    code.line(
        client_without_retries(&scene.krate, &product.module)
            .code()
            .hidden(),
    )
    .line(request(&scene.request).code().hidden());
    let (module, method) = (&scene.alias, &operation.ident);
    code.line(failed_call(module, method, &error.ident, status));
    code.line(&scene.closing);
    doc.example(scene.info(), code.as_str());
}

/// An error that stands for the others: documented once, under a status that says that
/// the request is wrong, or else that the service is.
fn clearest<'o>(errors: &'o [ErrorVariant<'_>]) -> Option<(&'o ErrorVariant<'o>, u16)> {
    let of = |statuses: std::ops::Range<u16>| {
        errors.iter().find_map(|error| match error.rows.as_slice() {
            [row] if statuses.contains(&row.status) && !row.code.contains(['%', '{', '$', '<']) => {
                Some((error, row.status))
            }
            _ => None,
        })
    };
    of(400..500).or_else(|| of(500..600))
}

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
