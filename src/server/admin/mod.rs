//! STUB (keeper): the control surface under `/_standin/`.

use std::sync::Arc;

use http::StatusCode;

use crate::engine::Engine;
use crate::engine::Listener;
use crate::message::Answer;
use crate::message::Exchange;
use crate::message::Request;
use crate::server::Stop;
use crate::spec::LoadError;

/// Who may use the control surface.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Access {
    /// Closed, health aside.
    pub closed: bool,
    /// The token that opens it.
    pub token: Option<String>,
}

/// Counts and times for Prometheus.
#[derive(Debug, Default)]
pub struct Metrics {}

impl Listener for Metrics {
    fn hear(&self, _exchange: &Exchange) {}
}

/// The control surface.
#[derive(Debug)]
pub struct Surface {}

impl Surface {
    /// Makes the surface of an engine.
    ///
    /// # Errors
    ///
    /// [`LoadError`] when its own document is broken, which the tests rule out.
    pub fn new(
        _engine: Arc<Engine>,
        _metrics: Arc<Metrics>,
        _access: Access,
        _is_loopback: bool,
        _stop: Stop,
    ) -> Result<Self, LoadError> {
        Ok(Self {})
    }

    /// Answers one call.
    pub async fn answer(&self, _request: Request) -> Answer {
        Answer::empty(StatusCode::NOT_FOUND)
    }
}
