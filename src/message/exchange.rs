//! One call, whole: what was asked, what was answered, what was wrong with it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use http::StatusCode;

use crate::clock::Instant;
use crate::finding::Blame;
use crate::finding::Context;
use crate::finding::Finding;
use crate::finding::Side;
use crate::finding::Sighting;
use crate::finding::mask;
use crate::message::answer::Answer;
use crate::message::request::Request;

/// A request with its answer, as the journal keeps it and recordings write it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its number in the journal, from 1.
    pub number: u64,
    /// When the request came in.
    pub started: Instant,
    /// How long answering took.
    pub duration: Duration,
    /// The isolated world that it happened in.
    pub world: Arc<str>,
    /// Where it belongs.
    pub subject: Subject,
    /// What was asked.
    pub request: Request,
    /// What was answered.
    pub answer: Answer,
    /// What was wrong with either.
    pub findings: Vec<Sighting>,
    /// Why it was answered so: the source, the nearest operation, the recording and what differed.
    pub why: Cow<'static, str>,
}

/// What a call was about, as far as one was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The API's id.
    pub api: Option<Arc<str>>,
    /// The `operationId`.
    pub operation: Option<Arc<str>>,
    /// The path template of the operation, for metrics and reports.
    pub template: Option<Arc<str>>,
    /// The name of the description.
    pub document: Option<Arc<str>>,
}

impl Exchange {
    /// The request in one line: what proves a finding.
    #[must_use]
    pub fn line(&self) -> Line<'_> {
        Line { method: &self.request.method, path: &self.request.path, status: self.answer.status }
    }

    /// The call as findings want to know it.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context {
            api: self.subject.api.as_deref(),
            operation: self.subject.operation.as_deref(),
            side: Side::Request,
            blame: Blame::Client,
            exchange: Some(self.number),
            world: &self.world,
            now: self.started,
            evidence: Some(self.line().to_string()),
            document: self.subject.document.as_deref(),
        }
    }

    /// What was wrong, told whole.
    #[must_use]
    pub fn told(&self) -> Vec<Finding> {
        let context = self.context();
        self.findings.iter().map(|sighting| sighting.told(&context)).collect()
    }
}

/// A call in one line, its secrets masked: `POST /v1/sessions → 422`.
#[derive(Clone, Copy, Debug)]
pub struct Line<'e> {
    /// The method.
    pub method: &'e Method,
    /// The path as it was called.
    pub path: &'e str,
    /// The status of the answer.
    pub status: StatusCode,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = mask::shorten_target(self.path);
        write!(formatter, "{} {path} → {}", self.method, self.status.as_u16())
    }
}
