//! More operations in the shape of generated code: a read that pages by number or
//! by token, a write without idempotency token and with secrets, a ROA call.

use alicloud_runtime::operation::{ApiStyle, ReplyBody};
use alicloud_runtime::wire::{self, Field, Object, Place, Schema, Style, Value};
use alicloud_runtime::{ErrorKind, ErrorRow, Operation, OperationKind, Paged, Product, Sample};

use crate::associate::GA;

macro_rules! object {
    ($name:ident { $($index:tt $field:ident: $type:ty = $schema:expr,)* }) => {
        #[derive(Default)]
        pub(crate) struct $name { $(pub(crate) $field: $type,)* }
        impl Object for $name {
            fn schema(&self) -> &'static Schema {
                const { &Schema { name: stringify!($name), fields: &[$($schema,)*] } }
            }
            fn get(&self, index: usize) -> &dyn Value {
                match index { $($index => &self.$field,)* _ => unreachable!("no such field") }
            }
            fn get_mut(&mut self, index: usize) -> &mut dyn Value {
                match index { $($index => &mut self.$field,)* _ => unreachable!("no such field") }
            }
        }
        wire::object!($name);
    };
}

const fn query(name: &'static str) -> Field {
    Field {
        name,
        ..Field::query("")
    }
}
const fn member(name: &'static str) -> Field {
    Field {
        name,
        ..Field::member("")
    }
}

/// An enum without documented errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoError {}

impl ErrorKind for NoError {
    fn rows() -> &'static [(Self, ErrorRow)] {
        &[]
    }
}

pub(crate) const READ: Operation = Operation::read(&GA, "ListListeners");

object!(List {
    0 page_number: Option<i64> = query("PageNumber"),
    1 page_size: Option<i64> = query("PageSize"),
    2 next_token: Option<String> = query("NextToken"),
    3 max_results: Option<i64> = query("MaxResults"),
});
object!(Listener { 0 state: String = member("State"), });
object!(Listed {
    0 request_id: String = member("RequestId"),
    1 total_count: Option<i64> = member("TotalCount"),
    2 next_token: String = member("NextToken"),
    3 listeners: Vec<Listener> = member("Listeners"),
});

impl alicloud_runtime::Response for Listed {
    fn operation() -> &'static Operation {
        &READ
    }
    const SAMPLES: &'static [Sample] = &[];
}
impl Paged for Listed {
    type Item = Listener;
    fn into_items(self) -> Vec<Listener> {
        self.listeners
    }
}

pub(crate) static BY_NUMBER: Operation = READ
    .page_number(0, 1)
    .page_size(1)
    .page_items(&[3])
    .page_total(&[1]);
pub(crate) static BY_TOKEN: Operation = READ.page_token(2, &[2]).page_items(&[3]).page_total(&[1]);
pub(crate) static BY_EITHER: Operation = READ
    .page_token(2, &[2])
    .page_token_size(3)
    .page_number(0, 1)
    .page_size(1)
    .page_items(&[3])
    .page_total(&[1]);

object!(SetPassword {
    0 user: Option<String> = query("User"),
    1 password: Option<String> = Field { secret: true, ..query("Password") },
    2 notes: Vec<String> = Field { name: "Notes", place: Place::Form, style: Style::Json, secret: true, ..Field::query("") },
    3 dry_run: Option<bool> = query("DryRun"),
});
object!(Done { 0 request_id: String = member("RequestId"), });

impl alicloud_runtime::Response for Done {
    fn operation() -> &'static Operation {
        &SET_PASSWORD
    }
}

pub(crate) static SET_PASSWORD: Operation = Operation {
    name: "SetPassword",
    kind: OperationKind::Write,
    dry_run: Some(3),
    ..READ
};

static CS: Product = Product::new("CS", "2015-12-15", ApiStyle::Roa);

object!(Scale {
    0 cluster: Option<String> = Field { place: Place::Path, required: true, ..query("ClusterId") },
    1 trace: Option<String> = Field { place: Place::Header, ..query("x-acs-trace") },
    2 all: Option<bool> = query("all"),
    3 body: Option<ScaleBody> = Field { place: Place::Body, ..query("body") },
});
object!(ScaleBody { 0 count: Option<i64> = member("count"), });

pub(crate) static SCALE: Operation = Operation {
    product: &CS,
    name: "ScaleCluster",
    method: "PUT",
    path: "/clusters/{ClusterId}/scale",
    kind: OperationKind::Write,
    ..READ
};

object!(Download { 0 body: Option<alicloud_runtime::Bytes> = member("body"), });

impl alicloud_runtime::Response for Download {
    fn operation() -> &'static Operation {
        &DOWNLOAD
    }
}

pub(crate) static DOWNLOAD: Operation = Operation {
    name: "Download",
    reply: ReplyBody::Binary,
    ..READ
};

pub(crate) static DELETE: Operation = Operation {
    name: "Delete",
    kind: OperationKind::Write,
    reply: ReplyBody::Empty,
    ..READ
};

object!(Config { 0 config: String = member("config"), });

impl alicloud_runtime::Response for Config {
    fn operation() -> &'static Operation {
        &GET_CONFIG
    }
}

/// Its reply documents no request id.
pub(crate) static GET_CONFIG: Operation = Operation {
    product: &CS,
    name: "GetConfig",
    ..READ
};

object!(Names { 0 body: Vec<String> = member("body"), });

impl alicloud_runtime::Response for Names {
    fn operation() -> &'static Operation {
        &LIST_NAMES
    }
}

/// Its reply is a list.
pub(crate) static LIST_NAMES: Operation = Operation {
    name: "ListNames",
    reply: ReplyBody::Document,
    ..READ
};
