//! What the runtime knows of a product and an operation: static data, written by
//! the generator.

/// A product version, as its metadata describes it.
#[derive(Debug)]
pub struct Product {
    /// The product's code as published, e.g. `Ga`.
    pub name: &'static str,
    /// The API version that every request names, e.g. `2019-11-20`.
    pub version: &'static str,
    /// RPC or ROA: how the gateway routes a request.
    pub style: ApiStyle,
    /// The gateway that serves it: signature, host, headers.
    pub gateway: Gateway,
    /// The published endpoints: `(region, host)`, sorted by region.
    pub endpoints: &'static [(&'static str, &'static str)],
    /// The hosts inside of a VPC that the product's rule does not give, likewise.
    pub vpc: &'static [(&'static str, &'static str)],
    /// The region to use where neither the configuration nor the call names one:
    /// set for products with one central region.
    pub default_region: Option<&'static str>,
    /// Error codes that every operation of the product can answer with.
    pub errors: &'static [ErrorRow],
}

/// Generated descriptions are chains of these, which say what there is.
impl Product {
    /// A product version without hosts and error codes, at the common gateway.
    pub const fn new(name: &'static str, version: &'static str, style: ApiStyle) -> Self {
        Self {
            name,
            version,
            style,
            gateway: Gateway::Acs,
            endpoints: &[],
            vpc: &[],
            default_region: None,
            errors: &[],
        }
    }
    /// It is served by this gateway.
    pub const fn gateway(mut self, gateway: Gateway) -> Self {
        self.gateway = gateway;
        self
    }
    /// It has these hosts: `(region, host)`, sorted by region.
    pub const fn endpoints(mut self, hosts: &'static [(&'static str, &'static str)]) -> Self {
        self.endpoints = hosts;
        self
    }
    /// It has these hosts inside of a VPC, likewise.
    pub const fn vpc(mut self, hosts: &'static [(&'static str, &'static str)]) -> Self {
        self.vpc = hosts;
        self
    }
    /// It is in this region, whatever the configuration says.
    pub const fn default_region(mut self, region: &'static str) -> Self {
        self.default_region = Some(region);
        self
    }
    /// Every operation of it can answer with these codes.
    pub const fn errors(mut self, rows: &'static [ErrorRow]) -> Self {
        self.errors = rows;
        self
    }
}

/// The gateway that serves a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gateway {
    /// Alibaba Cloud's common one: signed as the configuration says.
    Acs,
    /// The same, in front of products that take the older signature alone.
    AcsV1,
    /// That of PDS: the older signature, and a host that begins with the domain.
    Pds,
}

/// How a gateway routes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiStyle {
    /// By the name of the operation; the path is `/`.
    Rpc,
    /// By method and path.
    Roa,
}

/// An operation, as its metadata describes it.
#[derive(Debug)]
pub struct Operation {
    /// Its product version.
    pub product: &'static Product,
    /// Its name on the wire, e.g. `ListAccelerators`.
    pub name: &'static str,
    /// The HTTP method that the official clients use.
    pub method: &'static str,
    /// `/` for RPC; for ROA a template such as `/clusters/{ClusterId}`.
    pub path: &'static str,
    /// Whether it changes anything: decides what may be retried.
    pub kind: OperationKind,
    /// Sent without credentials.
    pub anonymous: bool,
    /// Index of the request field that takes the region.
    pub region: Option<usize>,
    /// Index of the request field that makes a write idempotent.
    pub idempotency_token: Option<usize>,
    /// Index of the request field that asks for a check without effect.
    pub dry_run: Option<usize>,
    /// The service counts it among the operations that can destroy or interrupt
    /// something.
    pub high_risk: bool,
    /// The service charges for it, or for what it makes.
    pub paid: bool,
    /// The service can also answer it with server-sent events.
    pub events: bool,
    /// It goes on after its reply: the operation of the same product that tells how it
    /// went, e.g. `ListAsynJobs`.
    pub outcome: Option<&'static str>,
    /// What a reply's body is.
    pub reply: ReplyBody,
    /// How its lists are paged through.
    pub paging: Option<Paging>,
}

/// Generated descriptions are chains of these, which say what is not so by default:
/// sent with POST to `/`, signed, answered with an object.
impl Operation {
    /// An operation that changes nothing.
    pub const fn read(product: &'static Product, name: &'static str) -> Self {
        Self {
            product,
            name,
            method: "POST",
            path: "/",
            kind: OperationKind::Read,
            anonymous: false,
            region: None,
            idempotency_token: None,
            dry_run: None,
            high_risk: false,
            paid: false,
            events: false,
            outcome: None,
            reply: ReplyBody::Object,
            paging: None,
        }
    }
    /// An operation that changes something, or is not known not to.
    pub const fn write(product: &'static Product, name: &'static str) -> Self {
        let mut operation = Self::read(product, name);
        operation.kind = OperationKind::Write;
        operation
    }
    /// It is sent with this method, to this path.
    pub const fn http(mut self, method: &'static str, path: &'static str) -> Self {
        self.method = method;
        self.path = path;
        self
    }
    /// It is sent without credentials.
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
    /// The request field at this index takes the region.
    pub const fn region(mut self, field: usize) -> Self {
        self.region = Some(field);
        self
    }
    /// The request field at this index makes it idempotent.
    pub const fn idempotency_token(mut self, field: usize) -> Self {
        self.idempotency_token = Some(field);
        self
    }
    /// The request field at this index asks for a check without effect.
    pub const fn dry_run(mut self, field: usize) -> Self {
        self.dry_run = Some(field);
        self
    }
    /// It can destroy or interrupt something.
    pub const fn high_risk(mut self) -> Self {
        self.high_risk = true;
        self
    }
    /// It costs money.
    pub const fn paid(mut self) -> Self {
        self.paid = true;
        self
    }
    /// The service can also answer it with server-sent events.
    pub const fn events(mut self) -> Self {
        self.events = true;
        self
    }
    /// This operation tells how it went.
    pub const fn outcome(mut self, operation: &'static str) -> Self {
        self.outcome = Some(operation);
        self
    }
    /// Its reply's body is this.
    pub const fn reply(mut self, body: ReplyBody) -> Self {
        self.reply = body;
        self
    }
    /// It pages so.
    pub const fn paging(mut self, paging: Paging) -> Self {
        self.paging = Some(paging);
        self
    }
}

/// Whether an operation changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// Changes nothing: safe to send again.
    Read,
    /// Changes something, or is not known not to.
    Write,
}

/// What the body of a successful reply is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyBody {
    /// An object with the response's fields.
    Object,
    /// Any other document (a list, a text, a map): the response's only field.
    Document,
    /// Bytes: the response's only field.
    Binary,
    /// Nothing that the metadata describes.
    Empty,
}

/// How an operation pages. Paths are field indices from the root.
#[derive(Clone, Copy, Debug)]
pub enum Paging {
    /// By a page number that the caller counts up.
    Number {
        /// Request field with the page's number.
        page: usize,
        /// The number of the first page.
        first: i64,
        /// Request field with the page's size.
        size: Option<usize>,
        /// Path of the reply's list.
        items: &'static [usize],
        /// Path of the reply's total.
        total: Option<&'static [usize]>,
    },
    /// By a token that each reply gives for the next request.
    Token {
        /// Request field with the token.
        token: usize,
        /// Path of the reply's next token.
        next: &'static [usize],
        /// Path of the reply's list, where it is known which one.
        items: Option<&'static [usize]>,
    },
}

/// One documented row of an operation's error table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorRow {
    /// The HTTP status; 0 where the documentation gives none.
    pub status: u16,
    /// The code as the service spells it; `%s` and the like stand for any text.
    pub code: &'static str,
    /// The message as the service words it; may hold placeholders.
    pub message: &'static str,
    /// What it means, from the documentation; empty where it says nothing.
    pub meaning: &'static str,
}

impl ErrorRow {
    /// A row: status, code, message, meaning.
    pub const fn new(
        status: u16,
        code: &'static str,
        message: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            status,
            code,
            message,
            meaning,
        }
    }
}

/// An operation's error enum: its documented codes.
pub trait ErrorKind: Copy + Send + Sync + 'static {
    /// The error table: each row with its variant. A variant that the service
    /// documents under several statuses or spellings has a row for each.
    fn rows() -> &'static [(Self, ErrorRow)];
}

/// A documented sample reply of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// A JSON body.
    Json(&'static str),
    /// An XML body.
    Xml(&'static str),
}

/// A generated response.
pub trait Response: crate::wire::Object + Default {
    /// The operation that it answers.
    fn operation() -> &'static Operation;
    /// The documented sample replies.
    const SAMPLES: &'static [Sample] = &[];
}

/// A response with a list to page through.
pub trait Paged: Response {
    /// What the list holds.
    type Item: Send + 'static;
    /// The page's items.
    fn into_items(self) -> Vec<Self::Item>;
}
