//! Servers: the addresses at which an operation is found.

use std::sync::Arc;

use serde_json::Value;

use super::Pair;
use super::Place;
use super::Walk;
use crate::diff::Difference;
use crate::diff::rules::servers;
use crate::json::plain;
use crate::pointer::Pointer;
use crate::spec::Document;
use crate::spec::Operation;

/// Most addresses that the variables of one server are put into.
const MOST: usize = 64;

impl Walk<'_> {
    /// Compares the servers of two operations; those of the whole document are compared once.
    pub(super) fn servers(
        &mut self,
        pair: Pair<'_, Operation>,
        written: Pair<'_, Value>,
        place: &Place,
    ) {
        let own = |document: &Document, operation: &Operation, value: &Value| {
            let item = || document.part(&operation.pointer.parent()?.child("servers"));
            value.get("servers").cloned().or_else(item)
        };
        let was = own(self.base, pair.base, written.base);
        let is = own(self.revision, pair.revision, written.revision);
        if was.is_none() && is.is_none() {
            self.schemes(pair, written, place);
            return;
        }
        let whole = |document: &Document| document.part(&Pointer::new("/servers"));
        let was = addresses(was.or_else(|| whole(self.base)).as_ref());
        let is = addresses(is.or_else(|| whole(self.revision)).as_ref());
        let pointers = (pair.base.pointer.clone(), pair.revision.pointer.clone());
        self.moved(&was, &is, (&pointers.0, &pointers.1), Some(place));
    }

    /// Compares the protocols of two operations of Swagger 2.0.
    fn schemes(&mut self, pair: Pair<'_, Operation>, written: Pair<'_, Value>, place: &Place) {
        let own = |value: &Value| -> Option<Vec<String>> {
            let schemes = value.get("schemes")?.as_array()?;
            Some(schemes.iter().map(|scheme| format!("{}://", plain(scheme))).collect())
        };
        let whole = |document: &Document| {
            own(&serde_json::json!({"schemes": document.part(&Pointer::new("/schemes"))}))
        };
        let (was, is) = (own(written.base), own(written.revision));
        if was.is_some() || is.is_some() {
            let was = was.or_else(|| whole(self.base)).unwrap_or_default();
            let is = is.or_else(|| whole(self.revision)).unwrap_or_default();
            self.moved(&was, &is, (&pair.base.pointer, &pair.revision.pointer), Some(place));
        }
    }

    /// Compares the servers of the whole document.
    pub(super) fn global_servers(&mut self) {
        let (was, is) = (all(self.base), all(self.revision));
        let at = |document: &Document| match document.part(&Pointer::new("/servers")) {
            Some(_) => Pointer::new("/servers"),
            None => Pointer::root(),
        };
        let (base, revision) = (at(self.base), at(self.revision));
        self.moved(&was, &is, (&base, &revision), None);
        let both = [self.base, self.revision].map(defaults);
        for (key, was) in &both[0] {
            let mut now = both[1].iter().filter(|(other, _)| other == key).map(|(_, is)| is);
            let Some(is) = now.clone().next().filter(|_| !now.any(|is| is == was)) else {
                continue;
            };
            let title = format!("`{}` of the server's address is `{is}` unless chosen", key.1);
            let told = Difference::new(&servers::VARIABLE_DEFAULT_CHANGED, title);
            let told = told.between(&base, &revision);
            self.found.push(told.changed(Some(was.clone()), Some(is.clone())));
        }
    }

    fn moved(
        &mut self,
        was: &[String],
        is: &[String],
        at: (&Pointer, &Pointer),
        place: Option<&Place>,
    ) {
        let mut tell = |rule, title: String, was: Option<&String>, is: Option<&String>| {
            let call = place.map(|place| Arc::clone(&place.call));
            let told = Difference { call, ..Difference::new(rule, title) };
            self.found.push(told.between(at.0, at.1).changed(was.cloned(), is.cloned()));
        };
        let is_left = was.iter().any(|address| is.contains(address));
        for address in was.iter().filter(|address| !is.contains(address)) {
            let rule = if is_left { &servers::REMOVED } else { &servers::MOVED };
            let now = is.first().filter(|_| !is_left);
            tell(rule, format!("is found at `{address}` no more"), Some(address), now);
        }
        for address in is.iter().filter(|address| !was.contains(address)) {
            tell(&servers::ADDED, format!("is found at `{address}`"), None, Some(address));
        }
    }
}

/// The addresses of the whole document; put together where it says them in parts.
fn all(document: &Document) -> Vec<String> {
    let part = |name: &str| document.part(&Pointer::root().child(name));
    let text = |name: &str| part(name).as_ref().and_then(Value::as_str).map(str::to_owned);
    let parts = ["host", "basePath", "schemes"];
    if parts.iter().all(|name| part(name).is_none()) {
        return addresses(part("servers").as_ref());
    }
    let base_path = text("basePath").unwrap_or_default();
    let Some(host) = text("host") else { return vec![trimmed(&base_path)] };
    let schemes = part("schemes").and_then(|it| it.as_array().cloned()).unwrap_or_default();
    let mut schemes: Vec<String> = schemes.iter().map(plain).collect();
    if schemes.is_empty() {
        schemes.push("https".to_owned());
    }
    let each = schemes.iter().map(|scheme| trimmed(&format!("{scheme}://{host}{base_path}")));
    each.collect()
}

/// The addresses of servers, variables with a list of values put in; without any, the document's
/// own host.
fn addresses(servers: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    for server in servers.and_then(Value::as_array).into_iter().flatten() {
        let url = server.get("url").and_then(Value::as_str).unwrap_or("/");
        let mut urls = vec![url.to_owned()];
        for (name, variable) in
            server.get("variables").and_then(Value::as_object).into_iter().flatten()
        {
            let values = variable.get("enum").and_then(Value::as_array).cloned();
            let values = values.unwrap_or_default();
            if !values.is_empty() && urls.len() * values.len() <= MOST {
                let fill = |url: &String| {
                    let filled =
                        values.iter().map(|it| url.replace(&format!("{{{name}}}"), &plain(it)));
                    filled.collect::<Vec<_>>()
                };
                urls = urls.iter().flat_map(fill).collect();
            }
        }
        found.extend(
            urls.iter()
                .map(|url| trimmed(url))
                .filter(|url| !found.contains(url))
                .collect::<Vec<_>>(),
        );
    }
    if found.is_empty() {
        found.push("/".to_owned());
    }
    found
}

fn trimmed(url: &str) -> String {
    let url = url.trim_end_matches('/');
    if url.is_empty() { "/".to_owned() } else { url.to_owned() }
}

/// A server's address, and the name of a variable in it.
type Variable = (String, String);

/// The values that variables have unless others are chosen.
fn defaults(document: &Document) -> Vec<(Variable, String)> {
    let mut found = Vec::new();
    let servers = document.part(&Pointer::new("/servers"));
    for server in servers.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let url = server.get("url").map(plain).unwrap_or_default();
        let variables = server.get("variables").and_then(Value::as_object);
        for (name, variable) in variables.into_iter().flatten() {
            if let Some(default) = variable.get("default") {
                found.push(((url.clone(), name.clone()), plain(default)));
            }
        }
    }
    found
}
