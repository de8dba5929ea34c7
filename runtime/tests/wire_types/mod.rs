//! Types as the generator writes them, with a bit of everything.

#![allow(dead_code, reason = "each test binary uses a part")]

use alicloud_runtime::{
    Bytes, Json,
    wire::{self, Boxed, Field, Limit, Object, Place, Schema, Style, Value},
};
use std::collections::BTreeMap;

/// Writes `Object` as the generator does.
macro_rules! object {
    ($side:ident $type:ident { $($member:ident: $field:expr,)* }) => {
        impl Object for $type {
            fn schema(&self) -> &'static Schema {
                const {
                    &Schema { name: stringify!($type), fields: &[$($field),*] }
                }
            }
            fn get(&self, index: usize) -> &dyn Value {
                let fields: &[&dyn Value] = &[$(&self.$member),*];
                fields[index]
            }
            fn get_mut(&mut self, index: usize) -> &mut dyn Value {
                let mut fields: Vec<&mut dyn Value> = vec![$(&mut self.$member),*];
                fields.swap_remove(index)
            }
        }
        wire::$side!($type);
    };
}

const fn member(name: &'static str) -> Field {
    Field {
        name,
        ..Field::member("")
    }
}

const fn query(name: &'static str) -> Field {
    Field {
        name,
        ..Field::query("")
    }
}

/// A reply with every kind of field.
#[derive(Default)]
pub(crate) struct Response {
    pub(crate) request_id: String,
    pub(crate) total: Option<i64>,
    pub(crate) ratio: Option<f64>,
    pub(crate) success: Option<bool>,
    pub(crate) owner: Option<Item>,
    pub(crate) items: Vec<Item>,
    pub(crate) regions: Vec<Item>,
    pub(crate) zones: Vec<String>,
    pub(crate) ports: Vec<i64>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) any: Json,
    pub(crate) anys: Vec<Json>,
    pub(crate) data: Option<Bytes>,
    pub(crate) matrix: Vec<Vec<i64>>,
}

object!(object Response {
    request_id: member("RequestId"),
    total: member("Total"),
    ratio: member("Ratio"),
    success: member("Success"),
    owner: member("Owner"),
    items: member("Items"),
    regions: Field {
        wrapper: Some("Region"),
        ..member("Regions")
    },
    zones: Field {
        wrapper: Some("Zone"),
        ..member("Zones")
    },
    ports: member("Ports"),
    tags: member("Tags"),
    any: member("Any"),
    anys: member("Anys"),
    data: member("Data"),
    matrix: member("Matrix"),
});

/// Contains itself.
#[derive(Default)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) weight: Option<i64>,
    pub(crate) token: String,
    pub(crate) inner: Option<Boxed<Item>>,
}

object!(object Item {
    id: member("Id"),
    weight: member("Weight"),
    token: Field {
        secret: true,
        ..member("Token")
    },
    inner: member("Inner"),
});

/// The seed operation's request.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) region_id: Option<String>,
    pub(crate) client_token: Option<String>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) port: Option<i64>,
    pub(crate) ratio: Option<f64>,
    pub(crate) names: Vec<String>,
    pub(crate) password: Option<String>,
    pub(crate) config: Option<Certificate>,
    pub(crate) dry_run: Option<bool>,
    pub(crate) kind: Option<String>,
}

object!(request Request {
    region_id: Field {
        required: true,
        ..query("RegionId")
    },
    client_token: Field {
        limits: &[
            Limit::MaxLength(64),
            Limit::Chars(&[('\0', '\x7f')], "ASCII characters")
        ],
        ..query("ClientToken")
    },
    certificates: Field {
        style: Style::Flat,
        required: true,
        limits: &[Limit::MinItems(1), Limit::MaxItems(10)],
        ..query("Certificates")
    },
    port: Field {
        limits: &[Limit::Min(1), Limit::Max(65535)],
        ..query("Port")
    },
    ratio: Field {
        limits: &[Limit::MinFloat(0.0), Limit::MaxFloat(1.5)],
        ..query("Ratio")
    },
    names: Field {
        style: Style::Simple,
        limits: &[Limit::MaxItems(2), Limit::MinLength(2)],
        ..query("Names")
    },
    password: Field {
        secret: true,
        limits: &[Limit::MinLength(8)],
        ..query("Password")
    },
    config: Field {
        style: Style::Json,
        ..query("Config")
    },
    dry_run: query("DryRun"),
    kind: Field {
        limits: &[Limit::Only("DOMAIN")],
        ..query("Kind")
    },
});

/// An item of the seed operation's list.
#[derive(Default)]
pub(crate) struct Certificate {
    pub(crate) id: Option<String>,
    pub(crate) domain: Option<String>,
}

object!(request Certificate {
    id: Field {
        required: true,
        ..member("Id")
    },
    domain: Field {
        required: true,
        ..member("Domain")
    },
});

/// A ROA request.
#[derive(Default)]
pub(crate) struct RoaRequest {
    pub(crate) cluster: Option<String>,
    pub(crate) rest: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) body: Option<Item>,
}

object!(request RoaRequest {
    cluster: Field {
        place: Place::Path,
        ..member("ClusterId")
    },
    rest: Field {
        place: Place::Path,
        ..member("requestPath")
    },
    language: Field {
        place: Place::Header,
        ..member("x-acs-language")
    },
    body: Field {
        place: Place::Body,
        ..member("body")
    },
});

/// A request whose body is a file, with a form parameter beside it.
#[derive(Default)]
pub(crate) struct Upload {
    pub(crate) kind: Option<String>,
    pub(crate) file: Option<Bytes>,
}

object!(request Upload {
    kind: query("Type"),
    file: Field {
        place: Place::RawBody,
        ..member("file")
    },
});

/// A request whose body is a list.
#[derive(Default)]
pub(crate) struct ListBody {
    pub(crate) body: Vec<Item>,
}

object!(request ListBody {
    body: Field {
        place: Place::Body,
        ..member("body")
    },
});

/// A request whose body is a document in a text.
#[derive(Default)]
pub(crate) struct TextBody {
    pub(crate) body: Option<String>,
}

object!(request TextBody {
    body: Field {
        place: Place::RawBody,
        ..member("body")
    },
});

/// A request that is a form.
#[derive(Default)]
pub(crate) struct FormOnly {
    pub(crate) name: Option<String>,
}

object!(request FormOnly {
    name: Field {
        place: Place::Form,
        ..member("Name")
    },
});

/// A request whose body is a list of texts.
#[derive(Default)]
pub(crate) struct WholeBody {
    pub(crate) body: Vec<String>,
}

object!(request WholeBody {
    body: Field {
        place: Place::BodyIfSet,
        ..member("body")
    },
});

/// A reply whose list has items of another name in XML.
#[derive(Default)]
pub(crate) struct NamedItems {
    pub(crate) clusters: Vec<String>,
}

object!(object NamedItems {
    clusters: Field {
        xml_item: Some("clusterDetail"),
        ..member("clusters")
    },
});
