//! What happens outside an API: a user logs in, a device completes WebAuthn.
//!
//! Each action has a path of its own in the document, so that its body has a schema; what it does
//! stands with its API.

use http::StatusCode;
use serde_json::json;

use crate::message::Answer;
use crate::server::admin::CONTRACT;
use crate::server::admin::call::Call;
use crate::server::admin::call::ok;
use crate::server::admin::problem::marked;
use crate::server::admin::problem::problem;
use crate::spec::Operation;

/// The API and the action that an operation's path names, if it is that of an action.
pub(super) fn named(operation: &Operation) -> Option<(&str, &str)> {
    let (api, action) = operation.template.strip_prefix("/apis/")?.split_once("/actions/")?;
    Some((api, action))
}

/// The actions of one API.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let id = call.arguments.path_text("api").unwrap_or_default();
    let Some(service) = call.engine().services().iter().find(|service| &*service.mounted.id == id)
    else {
        return not_served(call, id);
    };
    let actions = service.api.map_or(&[][..], |api| api.actions);
    let operations = &CONTRACT.document.operations;
    let described: Vec<_> = actions
        .iter()
        .filter_map(|action| {
            let operation =
                operations.iter().find(|operation| named(operation) == Some((id, action.id)))?;
            Some(json!({
                "id": action.id,
                "path": format!("/_standin{}", operation.template),
                "operation": &*operation.id,
                "summary": action.summary,
            }))
        })
        .collect();
    ok(&json!({ "actions": described }))
}

/// Makes an action happen.
pub(super) async fn run(call: &Call<'_>, api: &str, action: &str) -> Answer {
    match call.engine().act(api, action, call.body).await {
        Some(answer) => marked(answer),
        None => not_served(call, api),
    }
}

fn not_served(call: &Call<'_>, api: &str) -> Answer {
    let served: Vec<&str> =
        call.engine().services().iter().map(|service| &*service.mounted.id).collect();
    let title = format!("`{api}` is not served; there are {}", served.join(", "));
    problem(StatusCode::NOT_FOUND, "api-unknown", title)
}
