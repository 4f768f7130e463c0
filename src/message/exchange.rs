//! One call, whole: what was asked, what was answered, what was wrong with it.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Instant;
use crate::finding::Finding;
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
    /// The API's id, where one was found.
    pub api: Option<Arc<str>>,
    /// The `operationId`, where one was found.
    pub operation: Option<Arc<str>>,
    /// The path template of the operation, for metrics and reports.
    pub template: Option<Arc<str>>,
    /// What was asked.
    pub request: Arc<Request>,
    /// What was answered.
    pub answer: Arc<Answer>,
    /// What was wrong with either.
    pub findings: Vec<Finding>,
    /// Why it was answered so: the source, the nearest operation, the recording and what differed.
    pub why: String,
}
