//! Counts and times.

use http::StatusCode;

use crate::message::Answer;
use crate::server::admin::call::Answering;
use crate::server::admin::call::Call;
use crate::server::admin::problem;

/// Measures what changes by itself, then writes everything.
pub(super) fn get<'c>(call: &'c Call<'c>) -> Answering<'c> {
    Box::pin(async move {
        let state = match call.engine().state().await {
            Ok(state) => state,
            Err(error) => return problem::of_store(&error),
        };
        let metrics = &call.surface.metrics;
        metrics.measure(&state, call.engine().journal().len());
        let asks_for_open = |range: &crate::message::MediaType| {
            range.kind == "application" && range.subtype == "openmetrics-text"
        };
        let (media_type, text) = if call.accept.ranges().next().is_some_and(asks_for_open) {
            ("application/openmetrics-text; version=1.0.0; charset=utf-8", metrics.open_metrics())
        } else {
            ("text/plain; version=0.0.4; charset=utf-8", metrics.prometheus())
        };
        Answer::text(StatusCode::OK, media_type, text)
    })
}
