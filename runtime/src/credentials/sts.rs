//! The Security Token Service, API version 2015-04-01: where it is, and the reply
//! that its `AssumeRole…` operations share.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::context::Context;
use super::credentials::Credentials;
use super::error::CredentialsError;
use super::remote::{Address, KeyNames, Server, access_key, origin};
use crate::endpoint::is_region;
use crate::time::{Clock, format_iso8601};

/// Where STS is.
pub(crate) const ENDPOINT: &str = "ALIBABA_CLOUD_STS_ENDPOINT";
const REGION: &str = "ALIBABA_CLOUD_STS_REGION";
const VPC: &str = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";

pub(super) const VERSION: &str = "2015-04-01";
/// One exchange with STS, from connecting to the last byte.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_SESSION: Duration = Duration::from_secs(3600);
const MIN_SESSION: Duration = Duration::from_secs(900);

/// Where STS is: said, or by the rule `sts[-vpc].<region>.aliyuncs.com`, without a
/// region `sts.aliyuncs.com`.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoint {
    pub(super) explicit: Option<Address>,
    pub(super) region: Option<String>,
    pub(super) vpc: bool,
}

impl Endpoint {
    /// As the context says, or the environment.
    pub(super) fn from_context(context: &Context) -> Self {
        Self::from_profile(context, |_| None)
    }

    /// As the context says, or the environment, or `sts_endpoint` and `sts_region` of a
    /// profile.
    pub(super) fn from_profile<'a>(
        context: &Context,
        profile: impl Fn(&str) -> Option<&'a str>,
    ) -> Self {
        let environment = &context.environment;
        let said = |variable, key| {
            let variable = environment.var(variable);
            variable.or_else(|| profile(key).map(str::to_owned))
        };
        Self {
            explicit: (context.sts_endpoint.clone())
                .or_else(|| said(ENDPOINT, "sts_endpoint").map(Address::new)),
            region: said(REGION, "sts_region"),
            vpc: environment.is_true(VPC),
        }
    }

    /// `https://host`, without a slash at the end.
    pub(super) fn origin(&self) -> Result<String, String> {
        let suffix = if self.vpc { "-vpc" } else { "" };
        match (&self.explicit, &self.region) {
            (Some(explicit), _) => origin(explicit),
            (None, Some(region)) => {
                if !is_region(region) {
                    return Err(format!(
                        "the STS region {region:?} is no region: letters, digits and `-` are"
                    ));
                }
                Ok(format!("https://sts{suffix}.{region}.aliyuncs.com"))
            }
            (None, None) => Ok("https://sts.aliyuncs.com".to_owned()),
        }
    }
}

/// What both operations are told of the session.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) role_arn: String,
    pub(super) name: Option<String>,
    pub(super) duration: Duration,
    pub(super) policy: Option<String>,
}

impl Session {
    pub(super) fn new(role_arn: impl Into<String>) -> Self {
        Self {
            role_arn: role_arn.into(),
            name: None,
            duration: DEFAULT_SESSION,
            policy: None,
        }
    }

    /// The parameters, once they are known to make sense.
    pub(super) fn parameters(&self, clock: &Clock) -> Result<Vec<(&'static str, String)>, String> {
        if self.role_arn.is_empty() {
            return Err("the role's ARN is empty".to_owned());
        }
        if self.duration < MIN_SESSION {
            return Err(format!(
                "a session lasts at least {} seconds, not {}",
                MIN_SESSION.as_secs(),
                self.duration.as_secs()
            ));
        }
        let name = self.name.clone().unwrap_or_else(|| {
            let digits = format_iso8601(clock.now()).replace(['-', ':'], "");
            format!("alicloud-rust-{digits}")
        });
        let mut parameters = vec![
            ("RoleArn", self.role_arn.clone()),
            ("RoleSessionName", name),
            ("DurationSeconds", self.duration.as_secs().to_string()),
        ];
        parameters.extend(self.policy.clone().map(|policy| ("Policy", policy)));
        Ok(parameters)
    }
}

/// Sends a request and takes `Credentials` out of the reply.
pub(super) async fn call(
    server: &Server,
    request: Request<Bytes>,
    secrets: &[&str],
) -> Result<Credentials, CredentialsError> {
    let mut reply = server.object(request, secrets).await?;
    let Some(Value::Object(mut key)) = reply.remove("Credentials") else {
        return Err(server.error("the reply of STS has no `Credentials`"));
    };
    access_key(&mut key, &KeyNames::PASCAL, true)
        .map_err(|e| server.error(format!("in the reply of STS {e}")))
}

/// The settings that both ways of taking on a role have.
macro_rules! session_options {
    ($provider:ident) => {
        impl $provider {
            /// Sets the session's name in audit logs: 2 to 64 of `A-Z a-z 0-9 . @ - _`.
            /// Default: `alicloud-rust-` and the time.
            #[must_use]
            pub fn session_name(mut self, name: impl Into<String>) -> Self {
                self.0.settings.session.name = Some(name.into());
                self
            }

            /// Sets how long a session lasts: at least 900 seconds; default 3600.
            /// The role bounds it from above.
            #[must_use]
            pub fn session_duration(mut self, duration: Duration) -> Self {
                self.0.settings.session.duration = duration;
                self
            }

            /// Sets a policy that narrows what the session may do: a JSON document.
            #[must_use]
            pub fn policy(mut self, policy: impl Into<String>) -> Self {
                self.0.settings.session.policy = Some(policy.into());
                self
            }

            /// Sets the region whose STS is asked. Default: the central
            /// `sts.aliyuncs.com`.
            #[must_use]
            pub fn sts_region(mut self, region: impl Into<String>) -> Self {
                self.0.settings.endpoint.region = Some(region.into());
                self
            }

            /// Asks the region's STS over its VPC endpoint.
            #[must_use]
            pub fn vpc(mut self, vpc: bool) -> Self {
                self.0.settings.endpoint.vpc = vpc;
                self
            }

            /// Sets where STS is: a host, or a URL for `http`.
            #[must_use]
            pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
                self.0.settings.endpoint.explicit =
                    Some($crate::credentials::remote::Address::new(endpoint));
                self
            }

            /// Where STS is, as a file or the environment says it.
            pub(in crate::credentials) fn at(mut self, endpoint: Endpoint) -> Self {
                self.0.settings.endpoint = endpoint;
                self
            }

            /// The session, as a file says it.
            pub(in crate::credentials) fn session(mut self, session: Session) -> Self {
                self.0.settings.session = session;
                self
            }
        }
    };
}
pub(super) use session_options;
