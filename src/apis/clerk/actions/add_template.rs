//! A JWT template is added, or replaced.

use http::StatusCode;
use serde_json::json;

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::record::TEMPLATES;
use crate::apis::clerk::record::Template;
use crate::apis::clerk::token::template::RESERVED;
use crate::apis::clerk::whole;
use crate::store::Transaction;

pub(super) const ACTION: Action = Action {
    id: "add-template",
    summary: "A JWT template is added; one of the same name is replaced.",
    run,
};

/// How many seconds a template's tokens live unless it says so.
const LIFETIME: i64 = 60;
/// By how many seconds `nbf` lies before `iat` unless the template says so.
const SKEW: i64 = 5;

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let claims = super::object(call, "claims");
    if let Some(reserved) = RESERVED.iter().find(|name| claims.contains_key(**name)) {
        let title = format!("no template can define the claim {reserved}: leave it out");
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Reply::problem(status, "jwt-template-reserved-claim", title);
    }
    let number = |name| call.body.get(name).and_then(whole::number);
    let template = Template {
        name: super::needed(call, "name").to_owned(),
        claims,
        lifetime: number("lifetime").unwrap_or(LIFETIME),
        allowed_clock_skew: number("allowed_clock_skew").unwrap_or(SKEW),
    };
    transaction.put(&TEMPLATES, template.clone());
    Reply::ok(&json!({ "template": template }))
}
