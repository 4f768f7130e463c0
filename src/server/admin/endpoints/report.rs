//! The report of this run so far, in any format.

use http::StatusCode;

use crate::message::Answer;
use crate::report;
use crate::report::summary;
use crate::server::admin::call;
use crate::server::admin::call::Call;
use crate::server::admin::problem::problem;

/// Sums up and tells.
pub(super) fn get(call: &Call<'_>) -> Answer {
    let reporting = &call.surface.reporting;
    let name = call.arguments.query_text("format").unwrap_or("json");
    let report = summary::of(call.engine(), &reporting.command, reporting.gate.clone());
    match report::find(name) {
        Some(format) if format.id == "json" => call::ok(&report),
        Some(format) => Answer::text(StatusCode::OK, format.media_type, (format.render)(&report)),
        None => {
            let title = format!("there is no report format `{name}`");
            problem(StatusCode::UNPROCESSABLE_ENTITY, "format-unknown", title)
        }
    }
}
