//! STUB (reader): recorded exchanges as a source of answers.

use http::StatusCode;

use crate::finding::Violation;
use crate::message::Answer;
use crate::message::Request;

/// Recorded exchanges, ready to be played.
#[derive(Debug)]
pub struct Tape {}

impl Tape {
    /// Answers a request from the recordings: the answer, the miss if there was one, and why.
    #[must_use]
    pub fn answer(&self, _request: &Request) -> (Answer, Option<Violation>, String) {
        (Answer::empty(StatusCode::NOT_FOUND), None, String::new())
    }
}
