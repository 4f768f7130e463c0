//! Content: of requests, and media types, whichever way they travel.

use std::collections::BTreeSet;

use super::Pair;
use super::Place;
use super::Walk;
use crate::diff::Effect;
use crate::diff::rules::bodies;
use crate::diff::rules::responses;
use crate::diff::schema::Carrier;
use crate::diff::schema::Seat;
use crate::finding::Rule;
use crate::finding::Side;
use crate::message::MediaType;
use crate::spec::Operation;
use crate::spec::model::Content;
use crate::spec::model::Encoding;
use crate::spec::model::Encodings;

/// How the media type of one content became that of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kinship {
    Same,
    Generalized,
    Specialized,
    Rewritten,
}

impl Walk<'_> {
    /// Compares the content of requests.
    pub(super) fn request_body(&mut self, pair: Pair<'_, Operation>, place: &Place) {
        let place = place.in_request("");
        let (base, revision) = match (&pair.base.request_body, &pair.revision.request_body) {
            (None, None) => return,
            (None, Some(new)) => {
                let (rule, effect, title) = match new.required {
                    true => (&bodies::ADDED_REQUIRED, Effect::Narrows, "must have content now"),
                    false => (&bodies::ADDED_OPTIONAL, Effect::Widens, "may have content now"),
                };
                let told = place.difference(rule, effect, format!("the request {title}"));
                self.found.push(told.between(&pair.base.pointer, &new.pointer));
                return;
            }
            (Some(gone), None) => {
                let title = "the request has no content any more".to_owned();
                let told = place.difference(&bodies::REMOVED, Effect::Narrows, title);
                self.found.push(told.between(&gone.pointer, &pair.revision.pointer));
                return;
            }
            (Some(base), Some(revision)) => (base, revision),
        };
        let change = match (base.required, revision.required) {
            (false, true) => Some((&bodies::BECAME_REQUIRED, Effect::Narrows, "required")),
            (true, false) => Some((&bodies::BECAME_OPTIONAL, Effect::Widens, "optional")),
            _ => None,
        };
        if let Some((rule, effect, word)) = change {
            let title = format!("the request's content became {word}");
            let told = place.difference(rule, effect, title);
            self.found.push(told.between(&base.pointer, &revision.pointer));
        }
        self.documentation(&base.pointer, &revision.pointer);
        let holders = Pair { base: &base.pointer, revision: &revision.pointer };
        self.contents(Pair { base: &base.content, revision: &revision.content }, holders, &place);
    }

    /// Compares the content of one message, media type by media type.
    pub(super) fn contents(
        &mut self,
        pair: Pair<'_, Vec<Content>>,
        holders: Pair<'_, crate::pointer::Pointer>,
        place: &Place,
    ) {
        let is_answer = place.side == Side::Response;
        let mut open: Vec<&Content> = pair.revision.iter().collect();
        let mut left: Vec<&Content> = Vec::new();
        for content in pair.base {
            match open.iter().position(|other| content.name() == other.name()) {
                Some(at) => {
                    let same = Pair { base: content, revision: open.remove(at) };
                    self.content(same, Kinship::Same, place);
                }
                None => left.push(content),
            }
        }
        for content in left {
            let mut kin = open.iter().map(|other| kinship(content, other, is_answer)).enumerate();
            if let Some((at, kinship)) = kin.find_map(|(at, kin)| Some((at, kin?))) {
                let matched = Pair { base: content, revision: open.remove(at) };
                self.content(matched, kinship, place);
                continue;
            }
            // A range that was there before takes it as well.
            let range = pair.revision.iter().find(|range| {
                range.media_type.precision() < 2 && range.media_type.matches(&content.media_type)
            });
            match range.filter(|_| !is_answer) {
                Some(range) => {
                    let matched = Pair { base: content, revision: range };
                    self.content(matched, Kinship::Generalized, place);
                }
                None => {
                    let (rule, message) = match is_answer {
                        true => (&responses::MEDIA_TYPE_REMOVED, "the response comes"),
                        false => (&bodies::MEDIA_TYPE_REMOVED, "the request is taken"),
                    };
                    let title = format!("{message} as `{}` no more", content.name());
                    let told = place.difference(rule, Effect::Narrows, title);
                    let told = told.changed(Some(content.name().to_owned()), None);
                    self.found.push(told.between(&content.pointer, holders.revision));
                }
            }
        }
        for content in open {
            let (rule, message) = match is_answer {
                true => (&responses::MEDIA_TYPE_ADDED, "the response comes"),
                false => (&bodies::MEDIA_TYPE_ADDED, "the request is taken"),
            };
            let title = format!("{message} as `{}` as well", content.name());
            let told = place.difference(rule, Effect::Widens, title);
            let told = told.changed(None, Some(content.name().to_owned()));
            self.found.push(told.between(holders.base, &content.pointer));
        }
    }

    fn content(&mut self, pair: Pair<'_, Content>, kinship: Kinship, place: &Place) {
        let Pair { base, revision } = pair;
        let place = &place.as_media_type(base.name());
        let is_answer = place.side == Side::Response;
        let word = place.word();
        let (was, is) = (base.name(), revision.name());
        let renamed: Option<(&'static Rule, Effect, &str)> = match (kinship, is_answer) {
            (Kinship::Same, _) => None,
            (Kinship::Generalized, true) => {
                Some((&responses::MEDIA_TYPE_GENERALIZED, Effect::Widens, "more general"))
            }
            (Kinship::Generalized, false) => {
                Some((&bodies::MEDIA_TYPE_GENERALIZED, Effect::Widens, "more general"))
            }
            (Kinship::Specialized, true) => {
                Some((&responses::MEDIA_TYPE_SPECIALIZED, Effect::Narrows, "more special"))
            }
            (Kinship::Specialized, false) => {
                Some((&bodies::MEDIA_TYPE_SPECIALIZED, Effect::Narrows, "more special"))
            }
            (Kinship::Rewritten, _) => {
                Some((&responses::MEDIA_TYPE_CHANGED, Effect::Same, "another"))
            }
        };
        if let Some((rule, effect, how)) = renamed {
            let title = format!("the {word}'s media type `{was}` became `{is}`, which is {how}");
            let told = place.difference(rule, effect, title);
            let told = told.changed(Some(was.to_owned()), Some(is.to_owned()));
            self.found.push(told.between(&base.pointer, &revision.pointer));
        }
        let holders = Pair { base: &base.pointer, revision: &revision.pointer };
        let seat = Seat {
            direction: place.direction(),
            carrier: Carrier::Body,
            is_required: false,
            is_repeated: false,
            is_loose: is_loose(&base.media_type) && is_loose(&revision.media_type),
        };
        self.schemas(place, seat, base.schema, revision.schema, holders);
        self.item_schemas(pair, seat, place);
        self.encodings(pair, place);
        // In 2.0, content is no part of its own.
        if !self.is_2 {
            self.documentation(&base.pointer, &revision.pointer);
        }
    }

    fn item_schemas(&mut self, pair: Pair<'_, Content>, seat: Seat, place: &Place) {
        let Pair { base, revision } = pair;
        let holders = Pair { base: &base.pointer, revision: &revision.pointer };
        let is_answer = place.side == Side::Response;
        let (rule, effect, word) = match (base.item_schema, revision.item_schema, is_answer) {
            (None, None, _) => return,
            (Some(_), Some(_), _) => {
                let place = place.within("/*");
                self.schemas(&place, seat, base.item_schema, revision.item_schema, holders);
                return;
            }
            (None, Some(_), true) => (&responses::ITEM_SCHEMA_ADDED, Effect::Narrows, "have a"),
            (None, Some(_), false) => (&bodies::ITEM_SCHEMA_ADDED, Effect::Narrows, "have a"),
            (Some(_), None, true) => (&responses::ITEM_SCHEMA_REMOVED, Effect::Widens, "have no"),
            (Some(_), None, false) => (&bodies::ITEM_SCHEMA_REMOVED, Effect::Widens, "have no"),
        };
        let title = format!("the items of the {} {word} schema now", place.word());
        let told = place.within("/*").difference(rule, effect, title);
        self.found.push(told.between(holders.base, holders.revision));
    }

    fn encodings(&mut self, pair: Pair<'_, Content>, place: &Place) {
        let Pair { base, revision } = pair;
        let rule = match place.side {
            Side::Response => &responses::ENCODING_CHANGED,
            Side::Request | Side::Document => &bodies::ENCODING_CHANGED,
        };
        let holders = Pair { base: &base.pointer, revision: &revision.pointer };
        for (name, was, is) in differing(&base.encoding, &revision.encoding) {
            let title = format!("`{name}` is written as {is}, and was as {was}");
            let told =
                place.within(format!("/{name}")).difference(rule, Effect::Incomparable, title);
            let told = told.changed(Some(was), Some(is));
            self.found.push(told.between(holders.base, holders.revision));
        }
    }
}

/// How one media type became another, if it did.
fn kinship(base: &Content, revision: &Content, is_answer: bool) -> Option<Kinship> {
    let (was, is) = (&base.media_type, &revision.media_type);
    let is_suffixed = |special: &MediaType, general: &MediaType| {
        let suffix = special.subtype.rsplit_once('+').map(|(_, suffix)| suffix);
        special.kind == general.kind && suffix == Some(&*general.subtype)
    };
    let covers = |general: &MediaType, special: &MediaType| {
        // A server that takes JSON takes no JSON of a special kind; a client that reads it, does.
        general.matches(special) || (is_answer && is_suffixed(special, general))
    };
    let (more, fewer) = (covers(is, was), covers(was, is));
    let has_all = |one: &Content, other: &Content| {
        one.parameters.iter().all(|parameter| other.parameters.contains(parameter))
    };
    let (adds, drops) = (has_all(base, revision), has_all(revision, base));
    match (more, fewer) {
        (false, false) => None,
        (true, true) if adds && drops => Some(Kinship::Same),
        (true, _) if drops => Some(Kinship::Generalized),
        (_, true) if adds && revision.parameters.is_empty() => Some(Kinship::Specialized),
        _ if is_answer => Some(Kinship::Rewritten),
        (_, true) => Some(Kinship::Specialized),
        _ => None,
    }
}

/// Whether values are written as text from which types are read.
fn is_loose(media_type: &MediaType) -> bool {
    let is_xml = media_type.subtype == "xml" || media_type.subtype.ends_with("+xml");
    is_xml || media_type.is_form() || media_type.kind == "multipart"
}

/// The properties or parts that are written in another way, how they were and how they are.
fn differing(base: &Encodings, revision: &Encodings) -> Vec<(String, String, String)> {
    let names: BTreeSet<&str> =
        [base, revision].iter().flat_map(|it| &it.by_name).map(|(name, _)| &**name).collect();
    let mut places: Vec<(String, Option<&Encoding>, Option<&Encoding>)> = names
        .into_iter()
        .map(|name| (name.to_owned(), base.named(name), revision.named(name)))
        .collect();
    let count = base.prefix.len().max(revision.prefix.len());
    let parts = (0..count).map(|at| (at.to_string(), base.at(at), revision.at(at)));
    places.extend(parts);
    places.push(("*".to_owned(), base.item.as_deref(), revision.item.as_deref()));
    let told = places.into_iter().map(|(name, was, is)| (name, told(was), told(is)));
    told.filter(|(_, was, is)| was != is).collect()
}

/// How a property or part is written.
fn told(encoding: Option<&Encoding>) -> String {
    let Some(encoding) = encoding else { return "its type suggests".to_owned() };
    let mut parts: Vec<String> = encoding.content_type.iter().map(ToString::to_string).collect();
    if let Some(style) = encoding.style {
        parts.push(format!("{style:?}").to_ascii_lowercase());
        parts.extend(encoding.explode.then(|| "exploded".to_owned()));
    }
    parts.extend(encoding.allow_reserved.then(|| "reserved characters as they are".to_owned()));
    parts.extend(encoding.headers.iter().map(|header| {
        let name = header.name.to_ascii_lowercase();
        format!("{}{name}", if header.required { "with " } else { "perhaps with " })
    }));
    let nested = &encoding.nested;
    let named = nested.by_name.iter().map(|(name, inner)| (name.clone(), inner));
    let placed = nested.prefix.iter().enumerate().map(|(at, inner)| (at.to_string(), inner));
    let others = nested.item.iter().map(|inner| ("*".to_owned(), &**inner));
    let inner = named.chain(placed).chain(others);
    parts.extend(inner.map(|(name, inner)| format!("{name}: {}", told(Some(inner)))));
    match parts.is_empty() {
        true => "its type suggests".to_owned(),
        false => parts.join(", "),
    }
}
