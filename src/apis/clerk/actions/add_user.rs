//! A user is added, or replaced.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::apis::Action;
use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::generated::clerk_sessions::types::SessionUserId;
use crate::store::Transaction;

pub(super) const ACTION: Action =
    Action { id: "add-user", summary: "A user is added; one of the same id is replaced.", run };

fn run(call: &ActionCall<'_>, transaction: &mut Transaction<'_>) -> Reply {
    let id = super::text(call, "id").and_then(|id| SessionUserId::try_from(id).ok());
    let id = id.unwrap_or_else(|| {
        SessionUserId::try_from(format!("user_{}", transaction.base62(27)))
            .expect("the text is not empty")
    });
    let mut attributes: Map<String, Value> = Map::new();
    for (name, value) in call.body.as_object().into_iter().flatten() {
        match name.as_str() {
            "id" => {}
            "email" => {
                attributes.insert("primary_email_address".to_owned(), value.clone());
            }
            _ => {
                attributes.insert(name.clone(), value.clone());
            }
        }
    }
    for metadata in ["public_metadata", "unsafe_metadata"] {
        attributes.entry(metadata).or_insert_with(|| json!({}));
    }
    let user = User { id, bar: None, created_at: call.now, attributes };
    transaction.put(&USERS, user.clone());
    Reply::ok(&json!({ "user": user }))
}
