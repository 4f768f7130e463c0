//! The endpoints of the control surface, one file for each thing that can be asked about.

mod actions;
mod apis;
mod clock;
mod exchanges;
mod expectations;
mod findings;
mod har;
mod health;
mod metrics;
mod recordings;
mod report;
mod state;
mod stop;

use http::StatusCode;

use crate::message::Answer;
use crate::server::admin::call::Call;
use crate::server::admin::call::Run;
use crate::server::admin::problem::problem;

/// `operationId` and what it does. Actions are not here: each is what its API makes of it.
static ENDPOINTS: &[(&str, Run)] = &[
    ("getHealth", Run::Now(health::get)),
    ("listApis", Run::Now(apis::list)),
    ("listActions", Run::Now(actions::list)),
    ("listExchanges", Run::Now(exchanges::list)),
    ("clearExchanges", Run::Now(exchanges::clear)),
    ("getExchange", Run::Now(exchanges::get)),
    ("listFindings", Run::Now(findings::list)),
    ("clearFindings", Run::Now(findings::clear)),
    ("listExpectations", Run::Now(expectations::list)),
    ("addExpectation", Run::Now(expectations::add)),
    ("clearExpectations", Run::Now(expectations::clear)),
    ("listRecordings", Run::Now(recordings::list)),
    ("getReport", Run::Now(report::get)),
    ("getState", Run::Later(state::get)),
    ("putState", Run::Later(state::put)),
    ("resetState", Run::Later(state::reset)),
    ("getClock", Run::Now(clock::get)),
    ("moveClock", Run::Now(clock::change)),
    ("getMetrics", Run::Later(metrics::get)),
    ("stopServer", Run::Now(stop::stop)),
];

/// Answers a call.
pub(super) async fn answer(call: &Call<'_>) -> Answer {
    if let Some((api, action)) = actions::named(call.operation) {
        return actions::run(call, api, action).await;
    }
    match ENDPOINTS.iter().find(|(id, _)| *id == &*call.operation.id) {
        Some((_, Run::Now(run))) => run(call),
        Some((_, Run::Later(run))) => run(call).await,
        None => problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "answer-failed",
            "the control surface describes this operation and does not have it",
        ),
    }
}
