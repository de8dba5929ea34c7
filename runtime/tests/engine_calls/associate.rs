//! `AssociateAdditionalCertificatesWithListener`, in the shape of generated code.

use alicloud_runtime::operation::ApiStyle;
use alicloud_runtime::wire::{self, Field, Limit, Object, Schema, Style, Value};
use alicloud_runtime::{ErrorKind, ErrorRow, Operation, Product, Sample};

#[derive(Default)]
pub(crate) struct Request {
    pub(crate) region_id: Option<String>,
    pub(crate) client_token: Option<String>,
    pub(crate) accelerator_id: Option<String>,
    pub(crate) listener_id: Option<String>,
    pub(crate) certificates: Vec<Certificate>,
}

impl Request {
    /// The documented example.
    pub(crate) fn example() -> Self {
        Self {
            region_id: None,
            client_token: None,
            accelerator_id: Some("ga-bp1odcab8tmno0hdq****".into()),
            listener_id: Some("lsr-bp1bpn0kn908w4nbw****".into()),
            certificates: vec![Certificate {
                id: Some("6092**-cn-hangzhou".into()),
                domain: Some("example.com".into()),
            }],
        }
    }
}

impl Object for Request {
    fn schema(&self) -> &'static Schema {
        const {
            &Schema {
                name: "Request",
                fields: &[
                    Field {
                        name: "RegionId",
                        required: true,
                        ..Field::query("")
                    },
                    Field {
                        name: "ClientToken",
                        limits: &[Limit::MaxLength(64)],
                        ..Field::query("")
                    },
                    Field {
                        name: "AcceleratorId",
                        required: true,
                        ..Field::query("")
                    },
                    Field {
                        name: "ListenerId",
                        required: true,
                        ..Field::query("")
                    },
                    Field {
                        name: "Certificates",
                        style: Style::Flat,
                        required: true,
                        limits: &[Limit::MinItems(1), Limit::MaxItems(10)],
                        ..Field::query("")
                    },
                ],
            }
        }
    }
    fn get(&self, index: usize) -> &dyn Value {
        match index {
            0 => &self.region_id,
            1 => &self.client_token,
            2 => &self.accelerator_id,
            3 => &self.listener_id,
            _ => &self.certificates,
        }
    }
    fn get_mut(&mut self, index: usize) -> &mut dyn Value {
        match index {
            0 => &mut self.region_id,
            1 => &mut self.client_token,
            2 => &mut self.accelerator_id,
            3 => &mut self.listener_id,
            _ => &mut self.certificates,
        }
    }
}
wire::object!(Request);

#[derive(Default)]
pub(crate) struct Certificate {
    pub(crate) id: Option<String>,
    pub(crate) domain: Option<String>,
}

impl Object for Certificate {
    fn schema(&self) -> &'static Schema {
        const {
            &Schema {
                name: "Certificate",
                fields: &[
                    Field {
                        name: "Id",
                        required: true,
                        ..Field::member("")
                    },
                    Field {
                        name: "Domain",
                        required: true,
                        ..Field::member("")
                    },
                ],
            }
        }
    }
    fn get(&self, index: usize) -> &dyn Value {
        match index {
            0 => &self.id,
            _ => &self.domain,
        }
    }
    fn get_mut(&mut self, index: usize) -> &mut dyn Value {
        match index {
            0 => &mut self.id,
            _ => &mut self.domain,
        }
    }
}
wire::object!(Certificate);

#[derive(Default)]
pub(crate) struct Response {
    pub(crate) request_id: String,
    pub(crate) listener_id: String,
}

impl Object for Response {
    fn schema(&self) -> &'static Schema {
        const {
            &Schema {
                name: "Response",
                fields: &[
                    Field {
                        name: "RequestId",
                        ..Field::member("")
                    },
                    Field {
                        name: "ListenerId",
                        ..Field::member("")
                    },
                ],
            }
        }
    }
    fn get(&self, index: usize) -> &dyn Value {
        match index {
            0 => &self.request_id,
            _ => &self.listener_id,
        }
    }
    fn get_mut(&mut self, index: usize) -> &mut dyn Value {
        match index {
            0 => &mut self.request_id,
            _ => &mut self.listener_id,
        }
    }
}
wire::object!(Response);

pub(crate) const JSON_SAMPLE: &str = r#"{
  "RequestId" : "6FEA0CF3-D3B9-43E5-A304-D217037876A8",
  "ListenerId" : "lsr-bp1bpn0kn908w4nbw****"
}"#;
pub(crate) const XML_SAMPLE: &str = "<AssociateAdditionalCertificatesWithListenerResponse>
    <RequestId>6FEA0CF3-D3B9-43E5-A304-D217037876A8</RequestId>
    <ListenerId>lsr-bp1bpn0kn908w4nbw****</ListenerId>
</AssociateAdditionalCertificatesWithListenerResponse>";

impl alicloud_runtime::Response for Response {
    fn operation() -> &'static Operation {
        operation()
    }
    const SAMPLES: &'static [Sample] = &[Sample::Json(JSON_SAMPLE), Sample::Xml(XML_SAMPLE)];
}

macro_rules! errors {
    ($($kind:ident $status:literal $code:literal $message:literal $meaning:literal)*) => {
        // `UnknownError` is the service's name.
        #[allow(clippy::enum_variant_names)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Error { $($kind,)* }
        impl ErrorKind for Error {
            const OPERATION: &'static str = "AssociateAdditionalCertificatesWithListener";
            fn rows() -> &'static [(Self, ErrorRow)] {
                const { &[$((Self::$kind, ErrorRow::new($status, $code, $message, $meaning)),)*] }
            }
        }
    };
}
errors! {
    ProtocalIllegalListener 400 "ProtocalIllegal.Listener" "The specified listener protocol is invalid." "The listener's protocol is not HTTPS."
    NotExistAccelerator 400 "NotExist.Accelerator" "The accelerated instance does not exist." "There is no accelerator of that id."
    StateErrorAccelerator 400 "StateError.Accelerator" "The state of the accelerated instance is invalid." "The accelerator is busy."
    QuotaExceededListener 400 "QuotaExceeded.Listener" "The maximum number of listeners is exceeded." "No more listeners."
    PortRangeIllegalListener 400 "PortRangeIllegal.Listener" "The specified listener port range is invalid." "The ports are not valid."
    PortConflictListener 400 "PortConflict.Listener" "The listener port configuration is in conflict." "Another listener has that port."
    QuotaExceededListenerPort 400 "QuotaExceeded.ListenerPort" "The maximum number of listener ports is exceeded." "No more ports."
    PortRangeIllegalExceedGaAbility 400 "PortRangeIllegal.ExceedGaAbility" "The listener port range is invalid." "One wide range a protocol."
    PortRangeIllegalUdp 400 "PortRangeIllegal.UDP" "UDP ports 250, 4789, and 4790 are system reserved ports." "Reserved ports."
    SystemPortListener 400 "SystemPort.Listener" "Ports 65500-65535 are system reserved ports." "Reserved ports."
    PortRangesMustOne 400 "PortRanges.MustOne" "The portRanges must be one for HTTPS and HTTP type listener." "One port only."
    ResourceQuotaFull 400 "Resource.QuotaFull" "The quota is full." "The quota is used up."
    ForbbidenSubUser 400 "Forbbiden.SubUser" "The user is not allowed." "A RAM user without the permission."
    Forbidden 403 "Forbidden" "User not authorized." "No permission."
    UnknownError 500 "UnknownError" "The request failed for an unknown reason." "Something in the service."
    InvalidParameter 400 "InvalidParameter.%s" "The parameter %s is not valid." "A parameter is not valid."
}

pub(crate) static GA: Product = Product::new("Ga", "2019-11-20", ApiStyle::Rpc)
    .endpoints(&[("cn-hangzhou", "ga.cn-hangzhou.aliyuncs.com")])
    .default_region("cn-hangzhou")
    .errors(&[ErrorRow::new(
        400,
        "Throttling.User",
        "Request was denied due to user flow control.",
        "Too many calls.",
    )]);

pub(crate) fn operation() -> &'static Operation {
    const {
        &Operation::write(&GA, "AssociateAdditionalCertificatesWithListener")
            .region(0)
            .idempotency_token(1)
    }
}
