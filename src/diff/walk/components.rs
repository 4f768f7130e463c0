//! What is declared under a name: schemas, and security schemes with their flows and scopes.

use serde_json::Value;

use super::Walk;
use crate::diff::Difference;
use crate::diff::rules::operations;
use crate::diff::rules::security;
use crate::finding::Level;
use crate::finding::Rule;
use crate::pointer::Pointer;
use crate::spec::Document;

/// Where schemas and security schemes with names stand: in 3.x, and in 2.0.
const SCHEMAS: [&str; 2] = ["/components/schemas", "/definitions"];
const SCHEMES: [&str; 2] = ["/components/securitySchemes", "/securityDefinitions"];

/// The addresses of a flow.
const URLS: [(&str, &Rule); 4] = [
    ("deviceAuthorizationUrl", &security::COMPONENT_DEVICE_URL_CHANGED),
    ("authorizationUrl", &security::COMPONENT_URL_CHANGED),
    ("tokenUrl", &security::COMPONENT_TOKEN_URL_CHANGED),
    ("refreshUrl", &security::COMPONENT_REFRESH_URL_CHANGED),
];

impl Walk<'_> {
    /// Compares what has names.
    pub(super) fn components(&mut self) {
        self.named_schemas();
        let [base, revision] = [self.base, self.revision].map(|it| declared(it, &SCHEMES));
        let at = |all: &[(String, Value, Pointer)], name: &str| {
            all.iter().position(|(own, _, _)| own == name)
        };
        for (name, was, place) in &base {
            let Some(found) = at(&revision, name) else {
                let title = format!("the security scheme `{name}` is gone");
                let gone = Difference::new(&security::COMPONENT_REMOVED, title);
                self.found.push(gone.between(place, None));
                continue;
            };
            let (_, is, now) = &revision[found];
            self.scheme(name, (was, place), (is, now));
        }
        for (name, _, place) in &revision {
            if at(&base, name).is_none() {
                let title = format!("the security scheme `{name}` is new");
                let new = Difference::new(&security::COMPONENT_ADDED, title);
                self.found.push(new.between(None, place));
            }
        }
    }

    fn named_schemas(&mut self) {
        let [base, revision] = [self.base, self.revision].map(|it| names(it, &SCHEMAS));
        for (name, place) in base {
            if !revision.iter().any(|(other, _)| *other == name) {
                let title = format!("the schema `{name}` is gone");
                let gone = Difference::new(&operations::SCHEMA_REMOVED, title);
                self.found.push(gone.between(&place, None));
            }
        }
    }

    fn scheme(&mut self, name: &str, base: (&Value, &Pointer), revision: (&Value, &Pointer)) {
        let (was, is) = (way(base.0), way(revision.0));
        if was != is {
            let title = format!("credentials of `{name}` travel as {is}, and did as {was}");
            let told = Difference::new(&security::COMPONENT_TYPE_CHANGED, title);
            let told = told.between(base.1, revision.1);
            let told = told.changed(Some(was), Some(is));
            let level = self.level_of(name);
            self.found.push(Difference { level, ..told });
            return;
        }
        let is_set = |value: &Value| value.get("deprecated") == Some(&Value::Bool(true));
        let change = match (is_set(base.0), is_set(revision.0)) {
            (false, true) => Some((&security::COMPONENT_DEPRECATED, "is deprecated")),
            (true, false) => Some((&security::COMPONENT_REACTIVATED, "is deprecated no more")),
            _ => None,
        };
        if let Some((rule, word)) = change {
            let title = format!("the security scheme `{name}` {word}");
            self.found.push(Difference::new(rule, title).between(base.1, revision.1));
        }
        let url = |value: &Value| {
            member(value, "openIdConnectUrl").or_else(|| member(value, "oauth2MetadataUrl"))
        };
        if url(base.0) != url(revision.0) {
            let title = format!("the provider of `{name}` describes itself elsewhere");
            let told = Difference::new(&security::COMPONENT_DISCOVERY_CHANGED, title);
            let told = told.between(base.1, revision.1).changed(url(base.0), url(revision.0));
            self.found.push(told);
        }
        self.flows(name, base, revision);
        self.documentation(base.1, revision.1);
    }

    /// How bad it is that credentials travel in another way: nothing, where none demands them.
    fn level_of(&self, name: &str) -> Level {
        let demanded = |document: &Document| {
            document.operations.iter().any(|operation| {
                let mut all = operation.security.iter().flatten();
                all.any(|requirement| requirement.scheme == name)
            })
        };
        match demanded(self.base) && demanded(self.revision) {
            true => Level::Error,
            false => Level::Info,
        }
    }

    fn flows(&mut self, name: &str, base: (&Value, &Pointer), revision: (&Value, &Pointer)) {
        let (was, is) = (flows(base.0), flows(revision.0));
        let tell = |rule, title: String, was, is| {
            Difference::new(rule, title).between(base.1, revision.1).changed(was, is)
        };
        for (kind, flow) in &was {
            let Some((_, now)) = is.iter().find(|(other, _)| other == kind) else {
                let title = format!("tokens of `{name}` can not be had by `{kind}` any more");
                let rule = &security::COMPONENT_FLOW_REMOVED;
                self.found.push(tell(rule, title, Some(kind.clone()), None));
                continue;
            };
            for (url, rule) in URLS {
                let (was, is) = (member(flow, url), member(now, url));
                if was != is {
                    let title = format!("the `{url}` of `{name}` is another");
                    self.found.push(tell(rule, title, was, is));
                }
            }
            self.scopes(name, (flow, now), (base.1, revision.1));
        }
        for (kind, _) in is.iter().filter(|(kind, _)| !was.iter().any(|(other, _)| other == kind)) {
            let title = format!("tokens of `{name}` can be had by `{kind}` as well");
            let rule = &security::COMPONENT_FLOW_ADDED;
            self.found.push(tell(rule, title, None, Some(kind.clone())));
        }
    }

    fn scopes(&mut self, name: &str, (was, is): (&Value, &Value), at: (&Pointer, &Pointer)) {
        let scopes = |flow: &Value| {
            let scopes = flow.get("scopes").and_then(Value::as_object).cloned();
            scopes.unwrap_or_default()
        };
        let (was, is) = (scopes(was), scopes(is));
        let mut tell = |rule, title: String, was: Option<&Value>, is: Option<&Value>| {
            let text = |value: Option<&Value>| value.map(crate::json::plain);
            let told = Difference::new(rule, title).between(at.0, at.1);
            self.found.push(told.changed(text(was), text(is)));
        };
        for (scope, before) in &was {
            match is.get(scope) {
                None => {
                    let title = format!("the scope `{scope}` of `{name}` is gone");
                    tell(&security::COMPONENT_SCOPE_REMOVED, title, Some(before), None);
                }
                Some(now) if now != before => {
                    let title = format!("the scope `{scope}` of `{name}` is described otherwise");
                    tell(&security::COMPONENT_SCOPE_CHANGED, title, Some(before), Some(now));
                }
                Some(_) => {}
            }
        }
        for (scope, now) in is.iter().filter(|(scope, _)| !was.contains_key(*scope)) {
            let title = format!("the scope `{scope}` of `{name}` is new");
            tell(&security::COMPONENT_SCOPE_ADDED, title, None, Some(now));
        }
    }
}

/// All that is declared at either of some places, behind references.
fn declared(document: &Document, places: &[&str]) -> Vec<(String, Value, Pointer)> {
    let found = places.iter().flat_map(|at| Walk::members_at(document, &Pointer::new(*at)));
    found.collect()
}

fn names(document: &Document, places: &[&str]) -> Vec<(String, Pointer)> {
    let each = places.iter().flat_map(|at| {
        let at = Pointer::new(*at);
        let names = document.names(&at);
        names.into_iter().map(move |name| (at.child(&name), name)).map(|(at, name)| (name, at))
    });
    each.collect()
}

fn member(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// In which way credentials of a scheme travel, in words that all versions share.
fn way(scheme: &Value) -> String {
    let text = |name| member(scheme, name).unwrap_or_default();
    match &*text("type") {
        "apiKey" => format!("the {} `{}`", text("in"), text("name")),
        "basic" => "http basic".to_owned(),
        "http" if text("scheme").is_empty() => "http of a scheme without a name".to_owned(),
        "http" => format!("http {}", text("scheme").to_ascii_lowercase()),
        other => other.to_owned(),
    }
}

/// The flows of a scheme by their names in OpenAPI 3; Swagger 2.0 has one, in the scheme itself.
fn flows(scheme: &Value) -> Vec<(String, Value)> {
    if let Some(flow) = scheme.get("flow").and_then(Value::as_str) {
        let name = match flow {
            "accessCode" => "authorizationCode",
            "application" => "clientCredentials",
            other => other,
        };
        return vec![(name.to_owned(), scheme.clone())];
    }
    let flows = scheme.get("flows").and_then(Value::as_object).into_iter().flatten();
    let flows = flows.filter(|(name, _)| !name.starts_with("x-"));
    flows.map(|(name, flow)| (name.clone(), flow.clone())).collect()
}
