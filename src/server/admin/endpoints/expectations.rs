//! Violations that tests make on purpose.

use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::engine::Expectation;
use crate::finding::rule;
use crate::message::Answer;
use crate::server::admin::call;
use crate::server::admin::call::Call;
use crate::server::admin::call::done;
use crate::server::admin::call::ok;
use crate::server::admin::problem::problem;

/// Everything announced.
pub(super) fn list(call: &Call<'_>) -> Answer {
    ok(&json!({ "expectations": call.engine().expectations().list() }))
}

/// Announces a violation; of an operation or rule that does not exist it could never come.
pub(super) fn add(call: &Call<'_>) -> Answer {
    let text = |name: &str| call.body.get(name).and_then(Value::as_str).map(str::to_owned);
    let (operation, named) = (text("operation"), text("rule").unwrap_or_default());
    if rule::find(&named).is_none() {
        return unknown("rule", &named, rule::RULES.iter().map(|rule| rule.id));
    }
    if let Some(id) = &operation {
        let served = call.engine().calls().map(|(_, operation, _)| &*operation.id);
        let served: Vec<&str> = served.collect();
        if !served.contains(&id.as_str()) {
            return unknown("operation", id, served.into_iter());
        }
    }
    let times = call.body.get("times").and_then(Value::as_u64).unwrap_or(1);
    let expectation = Expectation { operation, rule: named, times, met: 0 };
    call.engine().expectations().add(expectation.clone());
    call::json(StatusCode::CREATED, &expectation)
}

/// Takes everything back.
pub(super) fn clear(call: &Call<'_>) -> Answer {
    call.engine().expectations().clear();
    done()
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Answer {
    let nearest = known
        .max_by(|one, other| strsim::jaro(one, name).total_cmp(&strsim::jaro(other, name)))
        .unwrap_or_default();
    let title = format!("there is no {what} `{name}`; the nearest is `{nearest}`");
    problem(StatusCode::UNPROCESSABLE_ENTITY, &format!("{what}-unknown"), title)
}
