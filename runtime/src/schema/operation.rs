//! An operation, as static data.

use std::time::Duration;

use super::paging::{NumberPaging, Paging, TokenPaging};
use super::product::Product;

/// An operation, as its metadata describes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Operation {
    /// The product version.
    pub product: &'static Product,
    /// The name on the wire, e.g. `ListAccelerators`.
    pub name: &'static str,
    /// The HTTP method that the official clients use.
    pub method: &'static str,
    /// `/` for RPC; for ROA a template such as `/clusters/{ClusterId}`.
    pub path: &'static str,
    /// Read or write: decides what may be retried.
    pub kind: OperationKind,
    /// Sent without credentials.
    pub anonymous: bool,
    /// Counted by the service among the operations that can destroy or interrupt
    /// something.
    pub high_risk: bool,
    /// Charged for by the service, or for what it makes.
    pub paid: bool,
    /// Called by its name: nothing is known of it but what the call says, so that it is
    /// taken for a write, of high risk, that costs money.
    pub by_name: bool,
    /// Server-sent events: the service can also answer with them.
    pub events: bool,
    /// The path of the parameter that asks for events: field indices, from the request
    /// down. Empty where no parameter does.
    pub event_switch: &'static [usize],
    /// The operation to ask how it went, where it goes on after its reply.
    pub outcome: Option<Outcome>,
    /// Index of the request field that takes the region.
    pub region: Option<usize>,
    /// Index of the request field that makes a write idempotent.
    pub idempotency_token: Option<usize>,
    /// Index of the request field that asks for a check without effect.
    pub dry_run: Option<usize>,
    /// The kind of body that a successful reply has.
    pub reply: ReplyBody,
    /// A success of another status than 200 may have no body.
    pub or_empty: bool,
    /// Uploads: a parameter takes the URL of a file, or a file that is sent before the call.
    pub uploads: bool,
    /// The paging of its lists.
    pub paging: Paging,
}

/// Generated descriptions are chains of these, which say what is not so by default:
/// sent with POST to `/`, signed, answered with an object.
impl Operation {
    /// Describes an operation that changes nothing.
    pub const fn read(product: &'static Product, name: &'static str) -> Self {
        Self {
            product,
            name,
            method: "POST",
            path: "/",
            kind: OperationKind::Read,
            anonymous: false,
            high_risk: false,
            paid: false,
            by_name: false,
            events: false,
            event_switch: &[],
            outcome: None,
            region: None,
            idempotency_token: None,
            dry_run: None,
            reply: ReplyBody::Object,
            or_empty: false,
            uploads: false,
            paging: Paging::NONE,
        }
    }
    /// Describes an operation that changes something, or is not known not to.
    pub const fn write(product: &'static Product, name: &'static str) -> Self {
        let mut operation = Self::read(product, name);
        operation.kind = OperationKind::Write;
        operation
    }
    /// Sets the method and the path.
    pub const fn http(mut self, method: &'static str, path: &'static str) -> Self {
        self.method = method;
        self.path = path;
        self
    }
    /// Marks it as sent without credentials.
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
    /// Marks it as one that can destroy or interrupt something.
    pub const fn high_risk(mut self) -> Self {
        self.high_risk = true;
        self
    }
    /// Marks it as one that costs money.
    pub const fn paid(mut self) -> Self {
        self.paid = true;
        self
    }
    /// Marks it as one that is called by its name.
    pub const fn by_name(mut self) -> Self {
        self.by_name = true;
        self
    }
    /// Marks it as one that the service can also answer with server-sent events.
    pub const fn events(mut self) -> Self {
        self.events = true;
        self
    }
    /// Names the truth value at this path of the request that asks for those events.
    pub const fn event_switch(mut self, path: &'static [usize]) -> Self {
        self.event_switch = path;
        self
    }
    /// Names the operation that tells how it went: asked at this interval in milliseconds, so many
    /// times at most; 0 where nothing is said.
    pub const fn outcome(mut self, operation: &'static str, interval: u64, times: u64) -> Self {
        let said = interval > 0;
        let limit = Duration::from_millis(interval.saturating_mul(times));
        self.outcome = Some(Outcome {
            operation,
            interval: if said {
                Some(Duration::from_millis(interval))
            } else {
                None
            },
            limit: if said && times > 0 { Some(limit) } else { None },
        });
        self
    }
    /// Sets the index of the request field that takes the region.
    pub const fn region(mut self, field: usize) -> Self {
        self.region = Some(field);
        self
    }
    /// Sets the index of the request field that makes it idempotent.
    pub const fn idempotency_token(mut self, field: usize) -> Self {
        self.idempotency_token = Some(field);
        self
    }
    /// Sets the index of the request field that asks for a check without effect.
    pub const fn dry_run(mut self, field: usize) -> Self {
        self.dry_run = Some(field);
        self
    }
    /// Sets the kind of body that a successful reply has.
    pub const fn reply(mut self, body: ReplyBody) -> Self {
        self.reply = body;
        self
    }
    /// Marks its reply as one without a body where the status is a success, but not
    /// 200.
    pub const fn or_empty(mut self) -> Self {
        self.or_empty = true;
        self
    }
    /// Marks it as one with a parameter that takes a file, which is uploaded before the call.
    pub const fn uploads(mut self) -> Self {
        self.uploads = true;
        self
    }
}

/// Paging, as links of the chain that describes an operation.
impl Operation {
    /// Sets the request field whose token it pages by; the next one is at this path of
    /// the reply.
    pub const fn page_token(mut self, token: usize, next: &'static [usize]) -> Self {
        self.paging.token = Some(TokenPaging {
            token,
            next,
            size: None,
        });
        self
    }
    /// Sets the request field with the size of pages that are asked for by token.
    pub const fn page_token_size(mut self, field: usize) -> Self {
        if let Some(token) = &mut self.paging.token {
            token.size = Some(field);
        }
        self
    }
    /// Sets the request field whose number it pages by; the first page has this one.
    pub const fn page_number(mut self, page: usize, first: i64) -> Self {
        self.paging.number = Some(NumberPaging {
            page,
            first,
            size: None,
        });
        self
    }
    /// Sets the request field with the size of pages that are asked for by number.
    pub const fn page_size(mut self, field: usize) -> Self {
        if let Some(number) = &mut self.paging.number {
            number.size = Some(field);
        }
        self
    }
    /// Sets the path of the reply's list that it pages through.
    pub const fn page_items(mut self, path: &'static [usize]) -> Self {
        self.paging.items = Some(path);
        self
    }
    /// Sets the path of the reply's total.
    pub const fn page_total(mut self, path: &'static [usize]) -> Self {
        self.paging.total = Some(path);
        self
    }
}

/// The operation to ask how another one went that goes on after its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Outcome {
    /// The operation of the same product to ask, e.g. `ListAsynJobs`.
    pub operation: &'static str,
    /// The pause between two calls, where the service says it.
    pub interval: Option<Duration>,
    /// The time to ask at most, where the service says it.
    pub limit: Option<Duration>,
}

/// The effect of an operation: it reads or it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationKind {
    /// Changes nothing: safe to send again.
    Read,
    /// Changes something, or is not known not to.
    Write,
}

/// The kind of body that a successful reply has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReplyBody {
    /// An object with the response's fields; where one of them is the request's id, the
    /// reply holds that, in the body or in a header.
    Object,
    /// Any other document (a list, a string, a map): the response's only field.
    Document,
    /// Bytes: the response's only field.
    Binary,
    /// Nothing that the metadata describes.
    Empty,
    /// It is not known: a call by name. Any document; nothing only where the product is
    /// not RPC, since those answer with an object at least.
    Any,
}

/// A documented sample reply of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sample {
    /// A JSON body.
    Json(&'static str),
    /// An XML body.
    Xml(&'static str),
}
