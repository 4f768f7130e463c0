//! The claims of tokens that a JWT template defines.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::apis::clerk::record::Member;
use crate::apis::clerk::record::Organization;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::Template;
use crate::apis::clerk::record::User;
use crate::apis::clerk::token::ISSUER;
use crate::apis::clerk::token::shortcode;
use crate::clock::Instant;

/// Claims that a template can not define: every token has them, or session tokens alone do.
pub(in crate::apis::clerk) const RESERVED: [&str; 11] =
    ["azp", "exp", "fea", "iat", "iss", "jti", "nbf", "pla", "sid", "sub", "v"];

/// What a template token is made of.
#[derive(Clone, Copy, Debug)]
pub(in crate::apis::clerk) struct Making<'m> {
    /// The template.
    pub(in crate::apis::clerk) template: &'m Template,
    /// The session that it is made for.
    pub(in crate::apis::clerk) session: &'m Session,
    /// Its user, where the state still has one.
    pub(in crate::apis::clerk) user: Option<&'m User>,
    /// The organization that is active in it, with the user's membership.
    pub(in crate::apis::clerk) organization: Option<(&'m Organization, &'m Member)>,
    /// How many seconds it shall live, where somebody said so.
    pub(in crate::apis::clerk) lifetime: Option<i64>,
    /// The token's own id.
    pub(in crate::apis::clerk) id: &'m str,
    /// Now.
    pub(in crate::apis::clerk) now: Instant,
}

/// The claims: those of every token, then the template's own.
///
/// A template token never says `sid` or `v`, and nothing of plans and features.
pub(in crate::apis::clerk) fn claims(making: Making<'_>) -> Value {
    let template = making.template;
    let issued = making.now.as_secs();
    let expires = issued.saturating_add(making.lifetime.unwrap_or(template.lifetime));
    let mut claims = Map::new();
    for (name, value) in [
        ("exp", json!(expires)),
        ("iat", json!(issued)),
        ("iss", json!(ISSUER)),
        ("jti", json!(making.id)),
        ("nbf", json!(issued.saturating_sub(template.allowed_clock_skew))),
        ("sub", json!(making.session.user_id)),
    ] {
        claims.insert(name.to_owned(), value);
    }
    let context = context(making);
    for (name, claim) in &template.claims {
        if !RESERVED.contains(&name.as_str()) {
            claims.insert(name.clone(), shortcode::expand(claim, &context));
        }
    }
    Value::Object(claims)
}

/// What shortcodes can name.
fn context(making: Making<'_>) -> Value {
    let mut user = making.user.map(|user| user.attributes.clone()).unwrap_or_default();
    user.insert("id".to_owned(), json!(making.session.user_id));
    if let Some(record) = making.user {
        user.insert("created_at".to_owned(), json!(record.created_at));
    }
    if !user.contains_key("full_name") {
        let names: Vec<&str> = ["first_name", "last_name"]
            .iter()
            .filter_map(|name| user.get(*name).and_then(Value::as_str))
            .collect();
        if !names.is_empty() {
            let full = names.join(" ");
            user.insert("full_name".to_owned(), Value::String(full));
        }
    }
    let organization = making.organization.map(|(organization, member)| {
        json!({
            "id": organization.id,
            "name": organization.name,
            "slug": organization.slug,
            "role": member.role,
            "permissions": member.permissions,
        })
    });
    json!({
        "user": user,
        "org": organization,
        "session": { "id": making.session.id, "actor": making.session.actor },
    })
}
