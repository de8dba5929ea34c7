//! [`Guard`]: denies operations by what is known of them, before any I/O.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::schema::{Operation, OperationKind};

/// Denies operations before anything is sent, and before credentials are fetched.
///
/// What it denies is decided by what the metadata says of the operation that is called:
/// whether it changes anything, costs money, or can destroy or interrupt something. It
/// holds for typed calls and calls by name, pages, waiters, blocking calls, dry runs and
/// [`Replay`](crate::testing::Replay). [`explain`](crate::Call::explain) sends nothing, so
/// it is not denied; it tells that the call would be.
///
/// Nothing is known of an operation that is called by its name, so the worst is assumed: a
/// write, of high risk, that costs money. The call can say otherwise
/// ([`RawCall::read_only`](crate::RawCall::read_only),
/// [`not_paid`](crate::RawCall::not_paid),
/// [`not_high_risk`](crate::RawCall::not_high_risk)), and is believed. Where whoever writes
/// the calls is not trusted with that, deny calls by name with
/// [`deny_by_name`](Self::deny_by_name).
///
/// A guard is a help against mistakes, and no substitute for a RAM policy: the service
/// knows nothing of it.
///
/// ```
/// # use alicloud_runtime as alicloud;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), alicloud::Error> {
/// # let replay = alicloud::testing::Replay::new().respond(200, r#"{"RequestId": "1"}"#);
/// # let config = replay.config();
/// use alicloud::{Guard, RawClient};
///
/// let config = config.guard(Guard::read_only().deny_paid());
/// let ga = RawClient::rpc(&config, "Ga", "2019-11-20");
///
/// let error = ga.call("DeleteAccelerator").await.unwrap_err();
/// assert!(error.is_denied());
/// assert_eq!(error.denied_by(), Some("read_only"));
/// assert!(replay.requests().is_empty());
///
/// ga.call("ListAccelerators").read_only().not_paid().await?;
/// # assert_eq!(replay.requests().len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Guard {
    rules: Vec<Rule>,
    /// Product and operation.
    exempt: Vec<(String, String)>,
}

#[derive(Clone)]
enum Rule {
    ReadOnly,
    Paid,
    HighRisk,
    ByName,
    Own(String, Arc<dyn Fn(&Operation) -> bool + Send + Sync>),
}

/// Which rule denied an operation, and why.
#[derive(Debug)]
pub(crate) struct Denial {
    pub(crate) rule: Cow<'static, str>,
    message: String,
}

impl Guard {
    /// Creates a guard that denies nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a guard that denies every operation which changes something, or is
    /// not known not to.
    pub fn read_only() -> Self {
        Self::new().with(Rule::ReadOnly)
    }

    /// Denies operations that the service charges for, or for what they make; and calls by
    /// name that do not say [`not_paid`](crate::RawCall::not_paid).
    #[must_use]
    pub fn deny_paid(self) -> Self {
        self.with(Rule::Paid)
    }

    /// Denies operations that the service counts among those which can destroy or interrupt
    /// something; and calls by name that say neither
    /// [`not_high_risk`](crate::RawCall::not_high_risk) nor
    /// [`read_only`](crate::RawCall::read_only).
    #[must_use]
    pub fn deny_high_risk(self) -> Self {
        self.with(Rule::HighRisk)
    }

    /// Denies calls by name, whatever they say of themselves.
    #[must_use]
    pub fn deny_by_name(self) -> Self {
        self.with(Rule::ByName)
    }

    /// Denies the operations for which `denies` is true. `rule` names it in errors.
    ///
    /// ```
    /// # use alicloud_runtime as alicloud;
    /// use alicloud::Guard;
    ///
    /// let guard = Guard::new().deny_if("Ga alone", |operation| operation.product.name != "Ga");
    /// ```
    #[must_use]
    pub fn deny_if(
        self,
        rule: impl Into<String>,
        denies: impl Fn(&Operation) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.with(Rule::Own(rule.into(), Arc::new(denies)))
    }

    /// Exempts an operation from all rules of this guard, by its name and that of its product
    /// (`"Ga"`, in any case). Other guards of the configuration still apply.
    ///
    /// A call by name is exempt by the name that it gives, and is believed that its method,
    /// path and parameters are that operation's. Where it should not be, deny calls by name in
    /// a guard of their own: `config.guard(Guard::new().deny_by_name())`.
    #[must_use]
    pub fn allow(mut self, product: impl Into<String>, operation: impl Into<String>) -> Self {
        self.exempt.push((product.into(), operation.into()));
        self
    }

    fn with(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// # Errors
    /// The first rule that denies the operation.
    pub(crate) fn check(&self, operation: &Operation) -> Result<(), Denial> {
        let is_exempt = self.exempt.iter().any(|(product, name)| {
            product.eq_ignore_ascii_case(operation.product.name) && name == operation.name
        });
        match self.rules.iter().find(|rule| rule.denies(operation)) {
            Some(rule) if !is_exempt => Err(rule.denial(operation)),
            _ => Ok(()),
        }
    }
}

impl Rule {
    fn denies(&self, operation: &Operation) -> bool {
        match self {
            Self::ReadOnly => operation.kind == OperationKind::Write,
            Self::Paid => operation.paid,
            Self::HighRisk => operation.high_risk,
            Self::ByName => operation.by_name,
            Self::Own(_, denies) => denies(operation),
        }
    }

    fn name(&self) -> Cow<'static, str> {
        match self {
            Self::ReadOnly => "read_only".into(),
            Self::Paid => "deny_paid".into(),
            Self::HighRisk => "deny_high_risk".into(),
            Self::ByName => "deny_by_name".into(),
            Self::Own(name, _) => name.clone().into(),
        }
    }

    fn denial(&self, operation: &Operation) -> Denial {
        let (known, unknown, says) = match self {
            Self::ReadOnly => ("it writes", "is not known to only read", "`read_only`"),
            Self::Paid => ("it costs money", "may cost money", "`not_paid`"),
            Self::HighRisk => (
                "it can destroy or interrupt something",
                "may be of high risk",
                "`read_only` or `not_high_risk`",
            ),
            Self::ByName | Self::Own(..) => ("", "", ""),
        };
        let reason = match self {
            Self::ByName => ": it is called by name".to_owned(),
            Self::Own(..) => String::new(),
            _ if operation.by_name => {
                format!(": it is called by name and {unknown}, unless the call says {says}")
            }
            _ => format!(": {known}"),
        };
        let rule = self.name();
        let (product, name) = (operation.product.name, operation.name);
        let message = format!(
            "the configuration's guard denies it by the rule `{rule}`{reason}; \
             `Guard::allow(\"{product}\", \"{name}\")` exempts it"
        );
        Denial { rule, message }
    }
}

impl fmt::Display for Guard {
    /// Writes the names of its rules, and how many operations are exempt.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<_> = self.rules.iter().map(Rule::name).collect();
        f.write_str(&rules.join(" + "))?;
        match self.exempt.len() {
            0 => Ok(()),
            exempt => write!(f, " but {exempt}"),
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ApiStyle, Product};

    static GA: Product = Product::new("Ga", "2019-11-20", ApiStyle::Rpc);
    static READ: Operation = Operation::read(&GA, "ListAcls");
    static PAID_READ: Operation = Operation::read(&GA, "Translate").paid();
    static WRITE: Operation = Operation::write(&GA, "CreateAcl");
    static RISKY: Operation = Operation::write(&GA, "DeleteAcl").high_risk();
    static BY_NAME: Operation = Operation::write(&GA, "Unknown")
        .paid()
        .high_risk()
        .by_name();

    fn denied(guard: &Guard, operation: &Operation) -> Option<String> {
        guard.check(operation).err().map(|d| d.rule.into_owned())
    }

    #[test]
    fn each_rule_denies_what_it_names_and_nothing_else() {
        let by = |rule: &str| Some(rule.to_owned());
        for (guard, expected) in [
            (Guard::new(), [None, None, None, None, None]),
            (
                Guard::read_only(),
                [
                    None,
                    None,
                    by("read_only"),
                    by("read_only"),
                    by("read_only"),
                ],
            ),
            (
                Guard::new().deny_paid(),
                [None, by("deny_paid"), None, None, by("deny_paid")],
            ),
            (
                Guard::new().deny_high_risk(),
                [None, None, None, by("deny_high_risk"), by("deny_high_risk")],
            ),
            (
                Guard::new().deny_by_name(),
                [None, None, None, None, by("deny_by_name")],
            ),
            (
                Guard::new().deny_if("lists", |operation| operation.name.starts_with("List")),
                [by("lists"), None, None, None, None],
            ),
            (
                Guard::read_only().deny_paid().allow("ga", "DeleteAcl"),
                [
                    None,
                    by("deny_paid"),
                    by("read_only"),
                    None,
                    by("read_only"),
                ],
            ),
        ] {
            let found = [&READ, &PAID_READ, &WRITE, &RISKY, &BY_NAME]
                .map(|operation| denied(&guard, operation));
            assert_eq!(found, expected, "{guard:?}");
        }
    }

    #[test]
    fn a_denial_says_which_rule_why_and_how_to_allow_it() {
        let message = |guard: Guard, operation| {
            let denial = guard.check(operation).expect_err("denied");
            denial.to_string()
        };
        assert_eq!(
            message(Guard::read_only(), &WRITE),
            "the configuration's guard denies it by the rule `read_only`: it writes; \
             `Guard::allow(\"Ga\", \"CreateAcl\")` exempts it"
        );
        let by_name = message(Guard::new().deny_paid(), &BY_NAME);
        let why = "it is called by name and may cost money, unless the call says `not_paid`";
        assert!(by_name.contains(why), "{by_name}");
        // What an operation is exempt from is this guard alone, and by product.
        assert!(
            Guard::read_only()
                .allow("Ecs", "CreateAcl")
                .check(&WRITE)
                .is_err()
        );
    }
}
