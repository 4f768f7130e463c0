//! How a request differs from a recorded one: what a miss is explained by, and the last word on
//! whether two calls are the same.

use std::borrow::Cow;
use std::collections::BTreeSet;

use http::header::AUTHORIZATION;
use serde_json::Value;

use crate::finding::mask;
use crate::json::Kind;
use crate::json::Members;
use crate::json::View;
use crate::tape::placeholder;
use crate::tape::replay::essence::Content;
use crate::tape::replay::essence::Essence;

/// What other credentials weigh, compared with any other header field.
const CREDENTIALS: usize = 100;

/// How deep JSON is compared; serde_json reads no deeper.
const DEEPEST: usize = 128;

impl Essence<'_> {
    /// How alike two targets are, from 0 to 1.
    pub(crate) fn likeness(&self, sent: &str) -> f64 {
        likeness(&self.target(), sent)
    }

    /// How much the header fields that tell two recordings of one call apart are others than were
    /// recorded; credentials count most.
    pub(crate) fn disagreement(&self, sent: &Essence<'_>) -> usize {
        let names = self.telling.iter().chain(&sent.telling);
        let names: BTreeSet<&str> = names.map(|(name, _)| &**name).collect();
        let text = |essence: &Self, name: &str| -> Option<String> {
            let field = essence.telling.iter().find(|(own, _)| own == name);
            field.map(|(_, value)| value.to_string())
        };
        let other = |name: &str| {
            let field = sent.telling.iter().find(|(own, _)| own == name);
            field.map(|(_, value)| value.to_string())
        };
        let weight = |name: &str| if name == AUTHORIZATION.as_str() { CREDENTIALS } else { 1 };
        names
            .into_iter()
            .filter(|name| match (text(self, name), other(name)) {
                (Some(recorded), Some(sent)) => !placeholder::matches(&recorded, &sent),
                (None, None) => false,
                (Some(_), None) | (None, Some(_)) => true,
            })
            .map(weight)
            .sum()
    }

    /// What a sent request has otherwise than this recorded one; empty: it is the same call.
    pub(crate) fn differences(&self, sent: &Essence<'_>) -> Vec<String> {
        let mut found = Vec::new();
        let is_head = sent.method == "HEAD" && self.method == "GET";
        if self.method != sent.method && !is_head {
            found.push(format!("the method: recorded {}, sent {}", self.method, sent.method));
        }
        let is_part =
            |(recorded, sent): (&Cow<'_, str>, &Cow<'_, str>)| placeholder::matches(recorded, sent);
        if self.path.len() != sent.path.len() || !self.path.iter().zip(&sent.path).all(is_part) {
            let (recorded, sent) = (self.path.join("/"), sent.path.join("/"));
            let (recorded, sent) = (mask::target(&recorded), mask::target(&sent));
            found.push(format!("the path: recorded {recorded}, sent {sent}"));
        }
        pairs_difference("the query", &self.query, &sent.query, &mut found);
        pairs_difference("the header", &self.demanded, &sent.demanded, &mut found);
        match (&self.content, &sent.content) {
            (Content::Nothing, Content::Nothing) => {}
            (Content::Json(recorded), Content::Json(sent)) => {
                value_difference("", recorded.view(), sent.view(), &mut found);
            }
            (Content::Form(recorded), Content::Form(sent)) => {
                pairs_difference("the form", recorded, sent, &mut found);
            }
            (Content::Bytes(recorded), Content::Bytes(sent)) if is_same(recorded, sent) => {}
            (recorded, sent) => {
                found.push(format!("the body: recorded {}, sent {}", recorded.word(), sent.word()));
            }
        }
        found
    }
}

/// How alike two targets are, from 0 to 1.
pub(crate) fn likeness(recorded: &str, sent: &str) -> f64 {
    const COMPARED: usize = 200;
    let cut = |text: &str| text.chars().take(COMPARED).collect::<String>();
    strsim::normalized_levenshtein(&cut(recorded), &cut(sent))
}

/// Whether content is the same, placeholders aside where it is text.
fn is_same(recorded: &[u8], sent: &[u8]) -> bool {
    let text = |bytes| std::str::from_utf8(bytes).ok();
    recorded == sent
        || text(recorded)
            .zip(text(sent))
            .is_some_and(|(recorded, sent)| placeholder::matches(recorded, sent))
}

/// Whether `sent` is the recorded value: members in any order, numbers by value.
fn is_same_value(recorded: View<'_>, sent: View<'_>, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    match (recorded.kind(), sent.kind()) {
        (Kind::Null, Kind::Null) => true,
        (Kind::Bool(recorded), Kind::Bool(sent)) => recorded == sent,
        (Kind::Text(recorded), Kind::Text(sent)) => placeholder::matches(recorded, sent),
        (Kind::Number(recorded), Kind::Number(sent)) => {
            recorded == sent || recorded.as_f64() == sent.as_f64()
        }
        (Kind::Array(recorded), Kind::Array(sent)) => {
            recorded.count() == sent.count()
                && recorded
                    .iter()
                    .zip(sent.iter())
                    .all(|(recorded, sent)| is_same_value(recorded, sent, depth + 1))
        }
        (Kind::Object(recorded), Kind::Object(sent)) => {
            recorded.count() == sent.count()
                && recorded.iter().all(|(name, recorded)| {
                    sent.get(name).is_some_and(|sent| is_same_value(recorded, sent, depth + 1))
                })
        }
        (_, _) => false,
    }
}

impl Content<'_> {
    const fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Json(_) => "JSON",
            Self::Form(_) => "a form",
            Self::Bytes(_) => "other content",
        }
    }
}

fn pairs_difference(
    place: &str,
    recorded: &[(Cow<'_, str>, Cow<'_, str>)],
    sent: &[(Cow<'_, str>, Cow<'_, str>)],
    found: &mut Vec<String>,
) {
    let mut rest: Vec<&(Cow<'_, str>, Cow<'_, str>)> = sent.iter().collect();
    for (name, value) in recorded {
        let same = rest
            .iter()
            .position(|(sent_name, sent)| sent_name == name && placeholder::matches(value, sent));
        let named = same.or_else(|| rest.iter().position(|(sent_name, _)| sent_name == name));
        let recorded = shown(name, &Value::String(value.to_string()));
        let name = mask::text(name);
        match named {
            Some(index) => {
                let (_, sent) = rest.remove(index);
                if same.is_none() {
                    let sent = shown(&name, &Value::String(sent.to_string()));
                    found.push(format!("`{name}` in {place}: recorded {recorded}, sent {sent}"));
                }
            }
            None => found.push(format!("`{name}` in {place}: recorded {recorded}, not sent")),
        }
    }
    for (name, value) in rest {
        let sent = shown(name, &Value::String(value.to_string()));
        found.push(format!("`{}` in {place}: not recorded, sent {sent}", mask::text(name)));
    }
}

fn value_difference(at: &str, recorded: View<'_>, sent: View<'_>, found: &mut Vec<String>) {
    if is_same_value(recorded, sent, 0) {
        return;
    }
    if let (Some(recorded), Some(sent)) = (recorded.members(), sent.members()) {
        return members_difference(at, recorded, sent, found);
    }
    let place = match at {
        "" => "the body".to_owned(),
        at => format!("`{}` in the body", mask::text(at)),
    };
    let (recorded, sent) = (shown(at, &recorded.to_value()), shown(at, &sent.to_value()));
    found.push(format!("{place}: recorded {recorded}, sent {sent}"));
}

fn members_difference(at: &str, recorded: Members<'_>, sent: Members<'_>, found: &mut Vec<String>) {
    for (name, recorded) in recorded.iter() {
        let at = format!("{at}/{name}");
        match sent.get(name) {
            Some(sent) => value_difference(&at, recorded, sent, found),
            None => {
                let recorded = shown(&at, &recorded.to_value());
                found.push(format!("`{at}` in the body: recorded {recorded}, not sent"));
            }
        }
    }
    for (name, sent) in sent.iter().filter(|(name, _)| recorded.get(name).is_none()) {
        let at = format!("{at}/{name}");
        let sent = shown(&at, &sent.to_value());
        found.push(format!("`{}` in the body: not recorded, sent {sent}", mask::text(&at)));
    }
}

/// A value under its name, or at the place in the body that the name is the end of.
fn shown(at: &str, value: &Value) -> String {
    mask::show(at.split('/'), value)
}
