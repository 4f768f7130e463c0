//! Security: alternatives of schemes, an operation's own before the document's.

use serde_json::Value;

use crate::finding::rule;
use crate::pointer::Pointer;
use crate::spec::model::ParameterLocation;
use crate::spec::model::Requirement;
use crate::spec::model::SecurityScheme;
use crate::spec::read::Reader;
use crate::spec::read::items;
use crate::spec::read::members;
use crate::spec::read::text;
use crate::spec::tree::Node;

impl<'d> Reader<'d> {
    /// The alternatives in force for an operation, and where they stand.
    pub(super) fn security(
        &mut self,
        operation: &'d Value,
        at: &Pointer,
    ) -> (Vec<Vec<Requirement>>, Pointer) {
        let (declared, at) = match operation.get("security") {
            Some(own) => (Some(own), at.child("security")),
            None => (self.head().get("security"), Pointer::new("/security")),
        };
        if declared.is_some_and(|declared| !declared.is_array()) {
            self.malformed(at.clone(), "is no list of alternatives; nothing is demanded");
        }
        let mut alternatives = Vec::new();
        for (number, alternative) in items(declared) {
            let mut requirements = Vec::new();
            for (name, scopes) in members(Some(alternative)) {
                let place = at.child(number.to_string()).child(name);
                requirements.push(Requirement {
                    scheme: name.clone(),
                    kind: self.scheme(name, place),
                    scopes: items(Some(scopes))
                        .filter_map(|(_, scope)| scope.as_str().map(str::to_owned))
                        .collect(),
                });
            }
            alternatives.push(requirements);
        }
        (alternatives, at)
    }

    fn scheme(&mut self, name: &str, place: Pointer) -> SecurityScheme {
        let unknown = SecurityScheme::Unknown;
        let at = Pointer::new(self.grammar.security_schemes).child(name);
        let Some(value) = self.resolver.part(&at, Node::to_value) else {
            let title = format!("demands the security scheme `{name}`, which is not declared");
            self.resolver.report(&rule::REFERENCE_BROKEN, place, title);
            return unknown;
        };
        let Some((value, at)) = self.follow(value, at) else { return unknown };
        match (text(value, "type").unwrap_or_default(), text(value, "scheme")) {
            ("oauth2", _) => SecurityScheme::OAuth2,
            ("openIdConnect", _) => SecurityScheme::OpenIdConnect,
            // Swagger 2.0 has it as a type.
            ("basic", _) => SecurityScheme::Basic,
            ("apiKey", _) => self.api_key(value, &at),
            ("http", Some(scheme)) => http(scheme),
            ("http", None) => {
                self.malformed(at, "is an HTTP scheme without a name (`scheme`)");
                unknown
            }
            ("mutualTLS", _) => {
                let title = "demands a certificate of the client, which is not judged";
                self.resolver.report(&rule::NOT_JUDGED, at, title);
                SecurityScheme::MutualTls
            }
            (other, _) => {
                let title = format!("is of the type `{other}`, which no security scheme has");
                self.malformed(at.child("type"), title);
                unknown
            }
        }
    }

    fn api_key(&mut self, value: &Value, at: &Pointer) -> SecurityScheme {
        let location = match text(value, "in") {
            Some("query") => Some(ParameterLocation::Query),
            Some("header") => Some(ParameterLocation::Header),
            Some("cookie") => Some(ParameterLocation::Cookie),
            _ => None,
        };
        match (location, text(value, "name")) {
            (Some(location), Some(name)) => {
                SecurityScheme::ApiKey { name: name.to_owned(), location }
            }
            _ => {
                self.malformed(at.clone(), "is an API key without a name or a place to travel");
                SecurityScheme::Unknown
            }
        }
    }
}

/// A scheme of HTTP by its name, which compares without case (RFC 9110, section 11.1).
fn http(scheme: &str) -> SecurityScheme {
    match &*scheme.to_ascii_lowercase() {
        "bearer" => SecurityScheme::Bearer,
        "basic" => SecurityScheme::Basic,
        _ => SecurityScheme::Http { scheme: scheme.to_owned() },
    }
}
