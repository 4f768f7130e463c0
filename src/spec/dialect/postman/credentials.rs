//! The credentials that a collection, folder or request shows.

use serde_json::Value;

use crate::pointer::Pointer;
use crate::spec::dialect::postman::Security;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Requirement;
use crate::spec::model::SecurityScheme;
use crate::spec::read::items;
use crate::spec::read::text;

/// Reads the member `auth`; `None` where there is none, and what is further up counts.
pub(super) fn read(holder: &Value, at: &Pointer) -> Option<Security> {
    let auth = holder.get("auth")?;
    let at = at.child("auth");
    let kind = if auth.is_null() { "noauth" } else { text(auth, "type")? };
    let scheme = match kind {
        "noauth" => return Some((Vec::new(), at)),
        "basic" => SecurityScheme::Basic,
        "bearer" => SecurityScheme::Bearer,
        "oauth2" if is(auth, "addTokenTo", "queryParams") => {
            key("access_token", ParameterLocation::Query)
        }
        "oauth2" => SecurityScheme::Bearer,
        "apikey" => {
            let location = match setting(auth, "in") {
                Some("query") => ParameterLocation::Query,
                _ => ParameterLocation::Header,
            };
            key(setting(auth, "key").unwrap_or("Authorization"), location)
        }
        "digest" => SecurityScheme::Http { scheme: "Digest".to_owned() },
        _ => SecurityScheme::Unknown,
    };
    let requirement = Requirement { scheme: kind.to_owned(), kind: scheme, scopes: Vec::new() };
    Some((vec![vec![requirement]], at))
}

fn key(name: &str, location: ParameterLocation) -> SecurityScheme {
    SecurityScheme::ApiKey { name: name.to_owned(), location }
}

fn is(auth: &Value, name: &str, value: &str) -> bool {
    setting(auth, name) == Some(value)
}

/// A setting of the kind in force: a list of names and values in 2.1, an object in 2.0.
fn setting<'d>(auth: &'d Value, name: &str) -> Option<&'d str> {
    let settings = auth.get(text(auth, "type")?)?;
    let mut listed = items(Some(settings)).map(|(_, setting)| setting);
    let listed = listed.find(|setting| text(setting, "key") == Some(name));
    listed.and_then(|setting| text(setting, "value")).or_else(|| text(settings, name))
}
