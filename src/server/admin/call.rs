//! What an endpoint is given: the call, read and found right.

use std::future::Future;
use std::pin::Pin;

use http::HeaderValue;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::engine::Engine;
use crate::message::Answer;
use crate::params::Arguments;
use crate::server::admin::Surface;
use crate::spec::Operation;
use crate::validate::accept::Accept;

/// A call that keeps to the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'c> {
    /// The surface that is called.
    pub(super) surface: &'c Surface,
    /// What is called.
    pub(super) operation: &'c Operation,
    /// The parameters.
    pub(super) arguments: &'c Arguments,
    /// The body; null where there is none.
    pub(super) body: &'c Value,
    /// What the client accepts.
    pub(super) accept: &'c Accept,
}

/// An answer on its way.
pub(super) type Answering<'c> = Pin<Box<dyn Future<Output = Answer> + Send + 'c>>;

/// What an endpoint does: at once, or when the store is ready.
#[derive(Clone, Copy, Debug)]
pub(super) enum Run {
    /// At once.
    Now(fn(&Call<'_>) -> Answer),
    /// When something has been waited for.
    Later(for<'c> fn(&'c Call<'c>) -> Answering<'c>),
}

impl Call<'_> {
    /// The engine that is asked about.
    pub(super) fn engine(&self) -> &Engine {
        &self.surface.engine
    }
}

/// An answer of status 200 with `value`.
pub(super) fn ok(value: &impl Serialize) -> Answer {
    json(StatusCode::OK, value)
}

/// An answer with `value`.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let value = serde_json::to_value(value).unwrap_or_default();
    Answer::json(status, HeaderValue::from_static("application/json"), value)
}

/// The answer of what is done and has nothing to say.
pub(super) fn done() -> Answer {
    Answer::empty(StatusCode::NO_CONTENT)
}
