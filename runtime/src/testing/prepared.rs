//! What a [`Replay`](super::Replay) has prepared, and for whom.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::recorded::Recorded;
use super::uploaded::Files;
use crate::schema::Operation;
use crate::transport::{SendOptions, TransportErrorKind};

/// How a panic goes on after the name of a setter.
pub(super) const NO_ANSWER: &str =
    " is said of the answer that was prepared last, and there is none yet: call it after that";

#[derive(Default)]
pub(super) struct State {
    pub(super) answers: VecDeque<Answer>,
    pub(super) prepared: usize,
    pub(super) rules: Vec<Kept>,
    pub(super) requests: Vec<Recorded>,
    pub(super) files: Files,
    /// The requests that nothing answered, in words.
    pub(super) refused: Vec<String>,
    /// What was given last, and to which operation.
    last: Option<(String, String)>,
}

#[derive(Clone)]
pub(super) struct Answer {
    pub(super) latency: Duration,
    pub(super) outcome: Result<http::Response<Bytes>, TransportErrorKind>,
    /// How the body breaks off, if it does.
    pub(super) broken_off: Option<TransportErrorKind>,
    /// Whether it gets a request id where it has none.
    pub(super) is_given_id: bool,
    pub(super) of: Of,
    /// Where it was prepared.
    pub(super) at: String,
}

/// Whose answer it is.
#[derive(Clone)]
pub(super) enum Of {
    Anyone,
    /// Of the operation of this name.
    Named(Cow<'static, str>),
    Operation(&'static Operation),
    /// One that was recorded.
    Recorded {
        product: String,
        version: String,
        name: String,
    },
}

/// What is kept of a rule.
pub(super) struct Kept {
    pub(super) of: Of,
    /// Where it was made.
    pub(super) at: String,
    pub(super) conditions: Vec<Condition>,
    pub(super) answers: VecDeque<Prepared>,
    /// Whether there was an answer, and it was given.
    pub(super) is_spent: bool,
}

/// Why it does not hold for a request, if it does not.
pub(super) type Condition = Arc<dyn Fn(&Recorded) -> Option<String> + Send + Sync>;

pub(super) struct Prepared {
    pub(super) answer: Answer,
    /// How often it may be given; as often as is asked for where there is no number.
    pub(super) times: Option<usize>,
    pub(super) given: usize,
}

/// The name of the operation that a request calls.
fn called<'r>(request: &'r Recorded, options: &SendOptions) -> Option<&'r str> {
    match options.operation {
        Some(operation) => Some(operation.name),
        None => request.operation(),
    }
}

impl State {
    /// The next answer of the sequence, if it is one to this request. `unmet` is why no rule
    /// of its operation answers it.
    ///
    /// # Errors
    /// In words, when there is none.
    pub(super) fn take(
        &mut self,
        request: Recorded,
        options: &SendOptions,
        unmet: Vec<String>,
    ) -> Result<Answer, String> {
        let taken = self.next(request, options, unmet);
        self.refused.extend(taken.as_ref().err().cloned());
        taken
    }

    fn next(
        &mut self,
        request: Recorded,
        options: &SendOptions,
        unmet: Vec<String>,
    ) -> Result<Answer, String> {
        let called = called(&request, options);
        let name = called.unwrap_or("an operation without a name").to_owned();
        let other = self
            .answers
            .front()
            .and_then(|answer| Some((answer.of.other(called, options)?, answer.at.clone())));
        self.requests.push(request);
        let is_next = !self.answers.is_empty() && other.is_none();
        if !is_next && !unmet.is_empty() {
            let why = unmet.join("; ");
            return Err(format!(
                "Replay has no answer for this call of {name}: {why}"
            ));
        }
        if let Some((other, at)) = other {
            return Err(format!(
                "Replay was prepared to answer {other} next ({at}), but {name} was called"
            ));
        }
        if !is_next && !self.rules.is_empty() {
            let others = self.operations().join(", ");
            return Err(format!(
                "Replay was prepared to answer {others}, but {name} was called"
            ));
        }
        let Some(answer) = self.answers.pop_front() else {
            let given = match &self.last {
                Some((what, to)) => format!(" and the last one, {what}, was given to {to};"),
                None => String::new(),
            };
            return Err(format!(
                "Replay has no answer left: {} were prepared,{given} {name} was called",
                self.prepared
            ));
        };
        self.last = Some((answer.kind(options), name));
        Ok(answer)
    }
}

impl Answer {
    /// That it was not used, which is one of `operation`.
    fn unused(&self, operation: &str) -> String {
        let kind = self.kind(&SendOptions::new(Duration::MAX, usize::MAX));
        format!(
            "{kind} to {operation} was not used (prepared at {})",
            self.at
        )
    }

    fn kind(&self, options: &SendOptions) -> String {
        match &self.outcome {
            _ if self.latency > options.timeout => "a timeout".to_owned(),
            Err(kind) => format!("the failure {}", kind.name()),
            Ok(reply) => format!("status {}", reply.status().as_u16()),
        }
    }
}

impl Of {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Anyone => "any operation".to_owned(),
            Self::Named(name) => name.to_string(),
            Self::Operation(operation) => operation.name.to_owned(),
            Self::Recorded { name, .. } => name.clone(),
        }
    }

    /// Whether these are certainly different operations.
    pub(super) fn differs(&self, other: &Self) -> bool {
        let is_any = matches!(self, Self::Anyone) || matches!(other, Self::Anyone);
        !is_any && self.name() != other.name()
    }

    /// Whose answer it is, if it is not that of the operation which is called. A request
    /// that names none may be of any.
    fn other(&self, called: Option<&str>, options: &SendOptions) -> Option<String> {
        let name = match self {
            Self::Anyone => return None,
            Self::Named(name) => name,
            Self::Operation(operation) => operation.name,
            Self::Recorded { name, .. } => name,
        };
        if called.is_some_and(|called| called != name) {
            return Some(name.to_owned());
        }
        let (product, version) = match self {
            Self::Operation(operation) => (operation.product.name, operation.product.version),
            Self::Recorded {
                product, version, ..
            } => (&**product, &**version),
            _ => return None,
        };
        let called = options.operation?.product;
        let is_so = (product, version) == (called.name, called.version);
        (!is_so).then(|| format!("{name} of {product} {version}"))
    }
}

/// A rule of a request's operation.
pub(super) struct Candidate {
    pub(super) index: usize,
    at: String,
    conditions: Vec<Condition>,
    is_left: bool,
    is_spent: bool,
}

impl Candidate {
    /// Why it does not answer a request, if it does not.
    pub(super) fn unmet(&self, request: &Recorded) -> Option<String> {
        let at = &self.at;
        if !self.is_left && self.is_spent {
            return Some(format!("the rule at {at} is used up"));
        }
        match self.conditions.iter().find_map(|unmet| unmet(request)) {
            Some(unmet) => Some(format!("{unmet} (rule at {at})")),
            None if self.is_left => None,
            None => Some(format!("the rule at {at} has no answer")),
        }
    }
}

impl State {
    /// The rules of a request's operation.
    pub(super) fn rules_of(&self, request: &Recorded, options: &SendOptions) -> Vec<Candidate> {
        let called = called(request, options);
        let rules = self.rules.iter().enumerate();
        rules
            .filter(|(_, rule)| rule.of.other(called, options).is_none())
            .map(|(index, rule)| Candidate {
                index,
                at: rule.at.clone(),
                conditions: rule.conditions.clone(),
                is_left: !rule.answers.is_empty(),
                is_spent: rule.is_spent,
            })
            .collect()
    }

    /// What was prepared for other operations, for a request that nothing was prepared for.
    fn operations(&self) -> Vec<String> {
        let rules = self.rules.iter();
        rules
            .map(|rule| format!("{} ({})", rule.of.name(), rule.at))
            .collect()
    }

    /// How many answers are left, without those that are given always.
    pub(super) fn left(&self) -> usize {
        let prepared = self.rules.iter().flat_map(|rule| &rule.answers);
        let of_rules: usize = prepared
            .filter_map(|prepared| Some(prepared.times?.saturating_sub(prepared.given)))
            .sum();
        self.answers.len() + of_rules
    }

    /// What was not used and what had no answer, each in a line.
    pub(super) fn unused(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for answer in &self.answers {
            lines.push(answer.unused(&answer.of.name()));
        }
        for rule in &self.rules {
            let name = rule.of.name();
            if rule.answers.is_empty() && !rule.is_spent {
                let at = &rule.at;
                lines.push(format!("the rule for {name} has no answer (at {at})"));
            }
            for prepared in rule.answers.iter().filter(|answer| answer.is_due()) {
                let mut line = prepared.answer.unused(&name);
                if let (given, Some(times)) = (prepared.given, prepared.times)
                    && times > 1
                {
                    line = format!("{line}: given {given} times of {times}");
                }
                lines.push(line);
            }
        }
        lines.extend(self.refused.iter().cloned());
        lines
    }
}

impl Kept {
    /// Takes the next answer.
    pub(super) fn next(&mut self) -> Option<Answer> {
        let first = self.answers.front_mut()?;
        first.given += 1;
        let answer = first.answer.clone();
        if first.times.is_some_and(|times| first.given >= times) {
            self.answers.pop_front();
            self.is_spent = true;
        }
        Some(answer)
    }
}

impl Prepared {
    fn is_due(&self) -> bool {
        self.times
            .map_or(self.given == 0, |times| self.given < times)
    }
}

/// A place in the test, as compilers write it.
pub(super) fn place(at: &Location<'_>) -> String {
    format!("{}:{}", at.file(), at.line())
}
