//! STUB (reader helper): everything that can be said of a request.

use serde_json::Value;

use crate::finding::Violation;
use crate::message::MediaType;
use crate::message::Refusal;
use crate::message::Request;
use crate::params::Arguments;
use crate::spec::Document;
use crate::spec::model::Operation;
use crate::validate::security::Credentials;

/// A request, read: the values it carries, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The decoded parameters.
    pub arguments: Arguments,
    /// The content as JSON (forms become objects of text); `None` where there is none.
    pub body: Option<Value>,
    /// The content's media type.
    pub media_type: Option<MediaType>,
    /// The credentials that were sent.
    pub credentials: Credentials,
    /// The response media types that the client accepts, best first; empty: anything.
    pub accept: Vec<MediaType>,
    /// Everything that is wrong, in the order of reading.
    pub violations: Vec<Violation>,
    /// Why the call must be refused: at least one violation of level error. The most basic reason
    /// wins: credentials, not acceptable, media type, then parameters and body.
    pub refusal: Option<Refusal>,
}

/// Options that change what counts as a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demands {
    /// Whether missing credentials count.
    pub credentials: bool,
}

/// Reads and judges a request.
#[must_use]
pub fn read(
    _document: &Document,
    _operation: &Operation,
    _path_values: &[(String, String)],
    _request: &Request,
    _demands: Demands,
) -> Reading {
    todo!()
}
