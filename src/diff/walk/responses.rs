//! Answers: which status of the base is which of the revision, their fields and links.

use std::sync::Arc;

use serde_json::Value;

use super::Pair;
use super::Place;
use super::Walk;
use crate::diff::Effect;
use crate::diff::rules::responses;
use crate::diff::schema::Carrier;
use crate::diff::schema::Seat;
use crate::pointer::Pointer;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::spec::Document;
use crate::spec::Operation;
use crate::spec::model::Header;
use crate::spec::model::Response;
use crate::spec::model::StatusPattern;

impl Walk<'_> {
    /// Compares the responses of two operations.
    pub(super) fn responses(&mut self, pair: Pair<'_, Operation>, place: &Place) {
        let (base, revision) = (&pair.base.responses, &pair.revision.responses);
        let find = |among: &[Arc<Response>], status| {
            among.iter().position(|response| response.status == status)
        };
        for response in base {
            let status = response.status;
            let same = find(revision, status);
            // What a range of the revision covers is declared still; what `default` covers was
            // declared before as well if the base has that.
            let covering = || {
                let is_new = |it: &Response| find(base, it.status).is_none();
                revision.iter().position(|it| covers(it.status, status) && is_new(it))
            };
            match same.or_else(covering) {
                Some(at) => {
                    let pair = Pair { base: &**response, revision: &*revision[at] };
                    // In 2.0, what a response's content is stands elsewhere.
                    let places = (&response.pointer, &pair.revision.pointer);
                    if self.is_2 || !self.is_same(places.0, places.1) {
                        self.response(pair, &place.in_response(&told(status)));
                    }
                }
                None => {
                    let is_part = |it: &&Arc<Response>| {
                        covers(status, it.status) && find(base, it.status).is_none()
                    };
                    let covered: Vec<&Arc<Response>> = revision.iter().filter(is_part).collect();
                    for inner in &covered {
                        let pair = Pair { base: &**response, revision: &***inner };
                        self.response(pair, &place.in_response(&told(inner.status)));
                    }
                    if covered.is_empty() {
                        self.lost(response, pair.revision, place);
                    }
                }
            }
        }
        for response in revision {
            let status = response.status;
            let is_known = base.iter().any(|it| {
                it.status == status
                    || (covers(status, it.status) && find(revision, it.status).is_none())
                    || covers(it.status, status) && it.status != StatusPattern::Default
            });
            if !is_known {
                let (rule, word) = match is_success(status) {
                    true => (&responses::SUCCESS_ADDED, "of success "),
                    false => (&responses::OTHER_ADDED, ""),
                };
                let title = format!("a further status {word}is `{}`", told(status));
                let place = place.in_response(&told(status));
                let new = place.difference(rule, Effect::Same, title);
                self.found.push(new.between(&pair.base.pointer, &response.pointer));
            }
        }
    }

    fn lost(&mut self, response: &Response, revision: &Operation, place: &Place) {
        let status = response.status;
        let (rule, word) = match is_success(status) {
            true => (&responses::SUCCESS_REMOVED, "of success "),
            false => (&responses::OTHER_REMOVED, ""),
        };
        let title = format!("the status {word}`{}` is gone", told(status));
        let gone = place.in_response(&told(status)).by_rule(rule, title);
        self.found.push(gone.between(&response.pointer, &revision.pointer));
    }

    fn response(&mut self, pair: Pair<'_, Response>, place: &Place) {
        let Pair { base, revision } = pair;
        let holders = Pair { base: &base.pointer, revision: &revision.pointer };
        self.headers(pair, place);
        self.contents(Pair { base: &base.content, revision: &revision.content }, holders, place);
        self.links(holders, place);
        let both = [&base.extensions, &revision.extensions];
        self.extension_members(both, (&base.pointer, &revision.pointer), Some(place));
        self.documentation(&base.pointer, &revision.pointer);
    }

    fn headers(&mut self, pair: Pair<'_, Response>, place: &Place) {
        let status = place.status.clone().unwrap_or_default();
        let same = |one: &Header, other: &Header| one.name.eq_ignore_ascii_case(&other.name);
        let at = |header: &Header| place.within(format!("header.{}", header.name.to_lowercase()));
        for base in &pair.base.headers {
            let Some(revision) = pair.revision.headers.iter().find(|it| same(base, it)) else {
                let (rule, word) = match base.required {
                    true => (&responses::REQUIRED_HEADER_REMOVED, "every response had"),
                    false => (&responses::OPTIONAL_HEADER_REMOVED, "a response could have"),
                };
                let title = format!("the header `{}` is gone that {word}", base.name);
                let gone = at(base).difference(rule, Effect::Widens, title);
                self.found.push(gone.between(&base.pointer, &pair.revision.pointer));
                continue;
            };
            let place = at(base);
            let change = match (base.required, revision.required) {
                (true, false) => {
                    Some((&responses::HEADER_BECAME_OPTIONAL, Effect::Widens, "may lack"))
                }
                (false, true) => {
                    Some((&responses::HEADER_BECAME_REQUIRED, Effect::Narrows, "must have"))
                }
                _ => None,
            };
            if let Some((rule, effect, word)) = change {
                let title = format!("the response {status} {word} the header `{}`", base.name);
                let told = place.difference(rule, effect, title);
                self.found.push(told.between(&base.pointer, &revision.pointer));
            }
            let deprecated = |document: &Document, header: &Header| {
                document.is_true(&header.pointer.child("deprecated"))
            };
            let change = match (deprecated(self.base, base), deprecated(self.revision, revision)) {
                (false, true) => Some((&responses::HEADER_DEPRECATED, "is deprecated")),
                (true, false) => Some((&responses::HEADER_REACTIVATED, "is deprecated no more")),
                _ => None,
            };
            if let Some((rule, word)) = change {
                let title = format!("the header `{}` {word}", base.name);
                let told = place.by_rule(rule, title).between(&base.pointer, &revision.pointer);
                self.found.push(told);
            }
            let both = Pair { base, revision };
            if base.media_type != revision.media_type || !self.is_written_alike(both) {
                let title = format!("the header `{}` is written in another way", base.name);
                let rule = &responses::HEADER_STYLE_CHANGED;
                let told = place.difference(rule, Effect::Incomparable, title);
                self.found.push(told.between(&base.pointer, &revision.pointer));
            }
            let seat = Seat {
                direction: place.direction(),
                carrier: Carrier::Header,
                is_required: false,
                is_repeated: false,
                is_loose: base.media_type.is_none(),
            };
            let holders = Pair { base: &base.pointer, revision: &revision.pointer };
            self.schemas(&place, seat, base.schema, revision.schema, holders);
            self.documentation(&base.pointer, &revision.pointer);
        }
        for new in &pair.revision.headers {
            if !pair.base.headers.iter().any(|it| same(it, new)) {
                let title = format!("the header `{}` is new", new.name);
                let told = at(new).difference(&responses::HEADER_ADDED, Effect::Same, title);
                self.found.push(told.between(&pair.base.pointer, &new.pointer));
            }
        }
    }

    /// Whether every value that both schemas of a header allow is written in the same way.
    fn is_written_alike(&self, pair: Pair<'_, Header>) -> bool {
        let Pair { base, revision } = pair;
        let has = |types| {
            let allows = |schemas: &Schemas, header: &Header| {
                header.schema.is_some_and(|schema| schemas.types(schema).has(types))
            };
            allows(&self.base.schemas, base) && allows(&self.revision.schemas, revision)
        };
        let is_as_before = base.explode == revision.explode && base.style == revision.style;
        (!has(Types::OBJECT) || is_as_before)
            && (!has(Types::ARRAY) || base.style == revision.style)
    }

    fn links(&mut self, holders: Pair<'_, Pointer>, place: &Place) {
        let links = |document, at: &Pointer| Self::members_at(document, &at.child("links"));
        let base = links(self.base, holders.base);
        let mut revision = links(self.revision, holders.revision);
        for (name, was, at) in base {
            let found = revision.iter().position(|(other, _, _)| *other == name);
            let Some((_, is, now_at)) = found.map(|found| revision.remove(found)) else {
                let title = format!("the link `{name}` is gone");
                let told = place.by_rule(&responses::LINK_REMOVED, title);
                self.found.push(told.between(&at, holders.revision));
                continue;
            };
            if self.link(&was, self.base) != self.link(&is, self.revision) {
                let title = format!("the link `{name}` leads elsewhere, or takes other values");
                let told = place.by_rule(&responses::LINK_CHANGED, title);
                self.found.push(told.between(&at, &now_at));
            }
            self.documentation(&at, &now_at);
        }
        for (name, _, at) in revision {
            let title = format!("the link `{name}` is new");
            let told = place.by_rule(&responses::LINK_ADDED, title);
            self.found.push(told.between(holders.base, &at));
        }
    }

    /// What a link means: the operation by method and path, and what it is given.
    fn link(&self, link: &Value, document: &Document) -> Vec<Value> {
        let id = link.get("operationId").and_then(Value::as_str);
        let operation = id.and_then(|id| document.operation(id));
        let reference = link.get("operationRef").and_then(Value::as_str);
        let referred = || {
            let at = Pointer::new(reference?.strip_prefix('#')?);
            document.operations.iter().find(|operation| operation.pointer == at)
        };
        let target = match operation.or_else(referred) {
            Some(operation) => format!("{} {}", operation.method, operation.template),
            None => reference.or(id).unwrap_or_default().to_owned(),
        };
        let member = |name| link.get(name).cloned().unwrap_or_default();
        vec![target.into(), member("parameters"), member("requestBody"), member("server")]
    }
}

/// Whether whatever one status is for, the other is for as well.
fn covers(wide: StatusPattern, narrow: StatusPattern) -> bool {
    match (wide, narrow) {
        (StatusPattern::Range(class), StatusPattern::Exact(status)) => status / 100 == class,
        (StatusPattern::Default, StatusPattern::Exact(_) | StatusPattern::Range(_)) => true,
        _ => false,
    }
}

fn is_success(status: StatusPattern) -> bool {
    matches!(status, StatusPattern::Exact(200..300) | StatusPattern::Range(2))
}

/// A status as documents write it.
fn told(status: StatusPattern) -> String {
    match status {
        StatusPattern::Exact(status) => status.to_string(),
        StatusPattern::Range(class) => format!("{class}XX"),
        StatusPattern::Default => "default".to_owned(),
    }
}
