//! The claims of session tokens, in version 1 and 2.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::apis::clerk::record::Member;
use crate::apis::clerk::record::Organization;
use crate::apis::clerk::record::Session;
use crate::apis::clerk::record::Status;
use crate::apis::clerk::token::ISSUER;
use crate::apis::clerk::token::permission::Compact;
use crate::clock::Instant;

/// How long a session token lives, in seconds.
const LIFETIME: i64 = 60;
/// By how many seconds `nbf` lies before `iat`.
const SKEW: i64 = 10;

/// What a session token is made of.
#[derive(Clone, Copy, Debug)]
pub(in crate::apis::clerk) struct Making<'m> {
    /// The session, as it stands now.
    pub(in crate::apis::clerk) session: &'m Session,
    /// The organization that is active in it, with the user's membership.
    pub(in crate::apis::clerk) organization: Option<(&'m Organization, &'m Member)>,
    /// The origin that the token is for; none for tokens that a server asked for.
    pub(in crate::apis::clerk) origin: Option<&'m str>,
    /// How many seconds it shall live, where somebody said so.
    pub(in crate::apis::clerk) lifetime: Option<i64>,
    /// The token's own id.
    pub(in crate::apis::clerk) id: &'m str,
    /// Now.
    pub(in crate::apis::clerk) now: Instant,
}

/// The claims: of version 2, or of version 1 for callers that do not know it.
pub(in crate::apis::clerk) fn claims(making: Making<'_>, second: bool) -> Value {
    let session = making.session;
    let issued = making.now.as_secs();
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    if let Some(origin) = making.origin {
        put("azp", json!(origin));
    }
    put("exp", json!(issued.saturating_add(making.lifetime.unwrap_or(LIFETIME))));
    let compact = making.organization.map(|(_, member)| Compact::of(&member.permissions));
    if let Some(compact) = compact.as_ref().filter(|compact| second && !compact.map.is_empty()) {
        put("fea", json!(compact.fea()));
    }
    // Minutes since the first factor; nobody has a second one here.
    let minutes = making.now.since(Instant::from_millis(session.created_at)).as_secs() / 60;
    put("fva", json!([minutes, -1]));
    put("iat", json!(issued));
    put("iss", json!(ISSUER));
    if second {
        put("jti", json!(making.id));
    }
    put("nbf", json!(issued.saturating_sub(SKEW)));
    if let Some((organization, member)) = making.organization {
        if second {
            put("o", compacted(organization, member, compact.as_ref()));
        } else {
            put("org_id", json!(organization.id));
            put("org_permissions", json!(member.permissions));
            put("org_role", json!(member.role));
            put("org_slug", json!(organization.slug));
        }
    }
    put("sid", json!(session.id));
    if second {
        let pending = session.status == Status::Pending;
        put("sts", json!(if pending { "pending" } else { "active" }));
    }
    put("sub", json!(session.user_id));
    if second {
        put("v", json!(2));
    }
    if let Some(actor) = &session.actor {
        put("act", json!(actor));
    }
    Value::Object(claims)
}

fn compacted(organization: &Organization, member: &Member, compact: Option<&Compact>) -> Value {
    let mut claim = Map::new();
    claim.insert("id".to_owned(), json!(organization.id));
    claim.insert("slg".to_owned(), json!(organization.slug));
    let role = member.role.strip_prefix("org:").unwrap_or(&member.role);
    claim.insert("rol".to_owned(), json!(role));
    if let Some(compact) = compact.filter(|compact| !compact.map.is_empty()) {
        claim.insert("per".to_owned(), json!(compact.per()));
        claim.insert("fpm".to_owned(), json!(compact.fpm()));
    }
    Value::Object(claim)
}
