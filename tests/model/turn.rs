//! One turn of a play: what is asked, and what the model says will come of it.
//!
//! A model can not know the ids and tokens that an answer will make up, so it gives each a name.
//! `<session.3>` in what is told takes the value at first sight, is that value from then on, and no
//! other name may have it; in what is asked it is that value. `<any>` is whatever stands there.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use serde_json::Value;

/// A call or an action, and what comes of it.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) asked: Asked,
    pub(super) told: Told,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// A call of the API.
    Call { method: Method, target: String, headers: Vec<(&'static str, String)>, body: String },
    /// Something that happens outside the API.
    Action { api: &'static str, name: &'static str, body: Value },
}

/// What the answer says, whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub(super) status: u16,
    /// The content: as many members and items as here, no others.
    pub(super) body: Value,
    /// Header fields; `None`: there is no such field.
    pub(super) headers: Vec<(&'static str, Option<String>)>,
    /// Claims of the tokens that have these names; null: there is no such claim.
    pub(super) claims: Vec<(String, Value)>,
    /// Level, rule, operation and place of every finding.
    pub(super) findings: Vec<String>,
}

impl Told {
    /// An answer of that status and content about which nothing is found.
    pub(super) fn new(status: u16, body: Value) -> Self {
        Self { status, body, ..Self::default() }
    }
}

/// What the names of a play stand for.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Writes out the names in a text.
    pub(super) fn render(&self, text: &str) -> String {
        let mut whole = String::new();
        let mut rest = text;
        while let Some((before, (name, after))) =
            rest.split_once('<').and_then(|(before, tail)| Some((before, tail.split_once('>')?)))
        {
            whole.push_str(before);
            match self.0.get(name) {
                Some(value) => whole.push_str(value),
                None if name.contains('.') => panic!("`{name}` was never seen"),
                // A text of the vendor's that has angle brackets.
                None => whole.push_str(&format!("<{name}>")),
            }
            rest = after;
        }
        whole + rest
    }

    /// Writes out the names in every text of a value.
    pub(super) fn render_all(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.render(text)),
            Value::Array(items) => items.iter().map(|item| self.render_all(item)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.render_all(value))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// Compares what was told with what is seen, and learns the names at first sight.
    pub(super) fn compare(&mut self, told: &Value, seen: &Value, at: &str) -> Result<(), String> {
        match (told, seen) {
            (Value::String(told), seen) => self.compare_text(told, seen, at),
            (Value::Array(told), Value::Array(seen)) if told.len() == seen.len() => {
                let mut pairs = told.iter().zip(seen).enumerate();
                pairs.try_for_each(|(at_item, (told, seen))| {
                    self.compare(told, seen, &format!("{at}/{at_item}"))
                })
            }
            (Value::Object(told), Value::Object(seen)) => {
                if let Some(stray) = seen.keys().find(|name| !told.contains_key(*name)) {
                    return Err(format!("{at}/{stray} is there"));
                }
                told.iter().try_for_each(|(name, told)| match seen.get(name) {
                    Some(seen) => self.compare(told, seen, &format!("{at}/{name}")),
                    None => Err(format!("{at}/{name} is not there")),
                })
            }
            (told, seen) if told == seen => Ok(()),
            (told, seen) => Err(format!("{at} is {seen}, not {told}")),
        }
    }

    fn compare_text(&mut self, told: &str, seen: &Value, at: &str) -> Result<(), String> {
        if told == "<any>" {
            return Ok(());
        }
        let Some(seen) = seen.as_str() else { return Err(format!("{at} is {seen}, not {told}")) };
        let name = told.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
        match name {
            Some(name) if !self.0.contains_key(name) => {
                // Some tokens have no id of their own: two of one second are one text.
                let is_idless = ["id.", "first_jwt."].iter().any(|kind| name.starts_with(kind));
                let other = self.0.iter().find(|(_, value)| *value == seen);
                match other.filter(|_| !is_idless) {
                    Some((other, _)) => Err(format!("{at}: {name} and {other} are both {seen}")),
                    None => {
                        self.0.insert(name.to_owned(), seen.to_owned());
                        Ok(())
                    }
                }
            }
            _ => {
                let told = self.render(told);
                if told == seen { Ok(()) } else { Err(format!("{at} is `{seen}`, not `{told}`")) }
            }
        }
    }

    /// Compares claims of a named token; what is not told may be there.
    pub(super) fn compare_claims(&mut self, name: &str, told: &Value) -> Result<(), String> {
        let token = self.0.get(name).ok_or_else(|| format!("{name} was never seen"))?;
        let payload = token.split('.').nth(1).ok_or_else(|| format!("{name} is no token"))?;
        let bytes = URL_SAFE_NO_PAD.decode(payload).map_err(|error| error.to_string())?;
        let claims: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        let members = told.as_object().expect("claims are an object");
        members.iter().try_for_each(|(claim, told)| {
            let seen = claims.get(claim).unwrap_or(&Value::Null);
            self.compare(told, seen, &format!("{name}/{claim}"))
        })
    }
}

/// The named example of a bundled document: what a refusal says stands there alone.
pub(super) fn example(api: &str, name: &str) -> Value {
    static DOCUMENTS: OnceLock<BTreeMap<&str, Value>> = OnceLock::new();
    let documents = DOCUMENTS.get_or_init(|| {
        let texts = [
            ("clerk-sessions", include_str!("../../openapi/clerk-sessions.yaml")),
            ("transmit-auth-sessions", include_str!("../../openapi/transmit-auth-sessions.yaml")),
            ("transmit-oidc", include_str!("../../openapi/transmit-oidc.yaml")),
            ("transmit-sessions", include_str!("../../openapi/transmit-sessions.yaml")),
        ];
        texts.map(|(api, text)| (api, serde_saphyr::from_str(text).expect("YAML"))).into()
    });
    let place = format!("/components/examples/{name}/value");
    documents[api].pointer(&place).unwrap_or_else(|| panic!("{api} has no example {name}")).clone()
}

/// The index of one of many, counted from the latest; `None` where there is none.
pub(super) fn picked(count: usize, pick: usize) -> Option<usize> {
    count.checked_sub(1).map(|last| last - pick % count)
}
