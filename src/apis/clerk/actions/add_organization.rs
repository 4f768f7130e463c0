//! An organization is added with its members, or replaced.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::record::Member;
use crate::apis::clerk::record::ORGANIZATIONS;
use crate::apis::clerk::record::Organization;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::store::Transaction;

pub(super) const ACTION: Action = Action {
    id: "add-organization",
    summary: "An organization is added with its members; one of the same id is replaced.",
    run,
};

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let name = super::needed(call, "name");
    let slug = super::text(call, "slug").map_or_else(|| slug_of(name), str::to_owned);
    let members: Vec<Member> = call
        .body
        .get("members")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|member| Member::deserialize(member).ok())
        .collect();
    let stranger =
        members.iter().find(|member| transaction.get::<User>(&USERS, &member.user_id).is_none());
    if let Some(stranger) = stranger {
        return super::unknown("user", &stranger.user_id, "add-user");
    }
    let id = match super::text(call, "id") {
        Some(id) => id.to_owned(),
        None => format!("org_{}", transaction.base62(27)),
    };
    let organization = Organization { id, name: name.to_owned(), slug, members };
    transaction.put(&ORGANIZATIONS, organization.clone());
    Reply::ok(&json!({ "organization": organization }))
}

/// The name in lower case, with a hyphen for whatever is no letter or digit.
fn slug_of(name: &str) -> String {
    let words = name.split(|character: char| !character.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
    words.collect::<Vec<_>>().join("-")
}
