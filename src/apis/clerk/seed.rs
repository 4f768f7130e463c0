//! What every fresh world begins with: enough that the first call shows something.
//!
//! There is a session in every status and a user for every reason not to sign in. Ids are readable
//! and stay the same from run to run; times are relative to the start.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::apis::clerk::birth;
use crate::apis::clerk::lifecycle;
use crate::apis::clerk::record::Bar;
use crate::apis::clerk::record::Member;
use crate::apis::clerk::record::ORGANIZATIONS;
use crate::apis::clerk::record::Organization;
use crate::apis::clerk::record::REFRESH_TOKENS;
use crate::apis::clerk::record::RefreshToken;
use crate::apis::clerk::record::SECRET_KEYS;
use crate::apis::clerk::record::SESSIONS;
use crate::apis::clerk::record::SecretKey;
use crate::apis::clerk::record::Status;
use crate::apis::clerk::record::TEMPLATES;
use crate::apis::clerk::record::Template;
use crate::apis::clerk::record::USERS;
use crate::apis::clerk::record::User;
use crate::apis::clerk::token::ISSUER;
use crate::clock::Instant;
use crate::generated::clerk_sessions::types::SessionTask;
use crate::store::Transaction;

const HOUR: i64 = 60 * 60 * 1000;
const DAY: i64 = 24 * HOUR;

/// Fills a fresh world.
pub(super) fn seed(transaction: &mut Transaction<'_>) {
    for key in ["sk_test_mock", "sk_live_mock"] {
        transaction.put(&SECRET_KEYS, SecretKey { key: key.to_owned() });
    }
    users(transaction);
    transaction.put(&ORGANIZATIONS, engines());
    transaction.put(&TEMPLATES, hasura());
    sessions(transaction);
}

fn users(transaction: &mut Transaction<'_>) {
    let created_at = before(transaction.now(), 90 * DAY);
    for (id, first, last, bar) in [
        ("user_ada", "Ada", "Lovelace", None),
        ("user_charles", "Charles", "Babbage", None),
        ("user_mary", "Mary", "Somerville", None),
        ("user_banned", "Guy", "Fawkes", Some(Bar::Banned)),
        ("user_deactivated", "Rip", "Van Winkle", Some(Bar::Deactivated)),
        ("user_deprovisioned", "Ebenezer", "Scrooge", Some(Bar::Deprovisioned)),
    ] {
        let email = format!("{}@example.com", first.to_lowercase());
        let attributes = json!({
            "first_name": first,
            "last_name": last,
            "username": first.to_lowercase(),
            "primary_email_address": email,
            "email_verified": true,
            "public_metadata": { "plan": "analytical" },
            "unsafe_metadata": {},
        });
        let user = User {
            id: id.parse().expect("seeded ids are not empty"),
            bar,
            created_at,
            attributes: members(attributes),
        };
        transaction.put(&USERS, user.clone());
    }
}

fn engines() -> Organization {
    let member = |user: &str, role: &str, permissions: &[&str]| Member {
        user_id: user.to_owned(),
        role: role.to_owned(),
        permissions: permissions.iter().map(|permission| (*permission).to_owned()).collect(),
    };
    Organization {
        id: "org_engines".to_owned(),
        name: "Engines".to_owned(),
        slug: "engines".to_owned(),
        members: vec![
            member(
                "user_ada",
                "org:admin",
                &["org:programs:read", "org:programs:write", "org:members:read"],
            ),
            member("user_charles", "org:member", &["org:programs:read"]),
        ],
    }
}

fn hasura() -> Template {
    let claims = json!({
        "aud": "hasura",
        "name": "{{user.full_name || 'nobody'}}",
        "email": "{{user.primary_email_address}}",
        "https://hasura.io/jwt/claims": {
            "x-hasura-allowed-roles": ["user"],
            "x-hasura-default-role": "user",
            "x-hasura-user-id": "{{user.id}}",
            "x-hasura-org-id": "{{org.id}}",
        },
    });
    Template {
        name: "hasura".to_owned(),
        claims: members(claims),
        lifetime: 60,
        allowed_clock_skew: 5,
    }
}

/// One session in every status, the oldest first, so that the active one is listed first.
fn sessions(transaction: &mut Transaction<'_>) {
    for (id, user, client, status, age) in [
        ("sess_abandoned", "user_ada", "client_ada_library", Status::Active, 60 * DAY),
        ("sess_expired", "user_ada", "client_ada_library", Status::Active, 20 * DAY),
        ("sess_removed", "user_ada", "client_ada_laptop", Status::Removed, 6 * DAY),
        ("sess_replaced", "user_ada", "client_ada_laptop", Status::Replaced, 5 * DAY),
        ("sess_ended", "user_ada", "client_ada_laptop", Status::Ended, 4 * DAY),
        ("sess_revoked", "user_ada", "client_ada_phone", Status::Revoked, 3 * DAY),
        ("sess_impersonated", "user_mary", "client_charles_desk", Status::Active, 2 * HOUR),
        ("sess_pending", "user_charles", "client_charles_desk", Status::Pending, HOUR),
        ("sess_active", "user_ada", "client_ada_laptop", Status::Active, HOUR / 2),
    ] {
        let latest = birth::activity(transaction);
        let mut session = birth::at(
            before(transaction.now(), age),
            id.parse().expect("seeded ids begin with sess_"),
            user.parse().expect("seeded ids are not empty"),
            client.parse().expect("seeded ids are not empty"),
        );
        session.status = status;
        if !lifecycle::is_running(status) {
            session.updated_at = later(session.updated_at, HOUR / 4);
        }
        match id {
            "sess_abandoned" => session.expire_at = later(session.created_at, 90 * DAY),
            "sess_pending" => {
                session.tasks = Some(vec![SessionTask { key: "choose-organization".to_owned() }])
            }
            "sess_impersonated" => {
                session.actor = Some(members(
                    json!({ "iss": ISSUER, "sid": "sess_pending", "sub": "user_charles" }),
                ));
            }
            "sess_active" => {
                session.last_active_organization_id = Some("org_engines".to_owned());
                session.latest_activity = Some(latest);
                let token = "refresh_of_sess_active".to_owned();
                transaction.put(&REFRESH_TOKENS, RefreshToken { session_id: id.to_owned(), token });
            }
            _ => {}
        }
        transaction.put(&SESSIONS, session.clone());
    }
}

fn before(instant: Instant, millis: i64) -> Instant {
    Instant::from_millis(instant.as_millis().saturating_sub(millis))
}

/// Never after the last instant that there is.
fn later(millis: i64, by: i64) -> i64 {
    millis.saturating_add(by).min(Instant::LAST.as_millis())
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}
