//! What schemas say that no value decides: defaults, discriminators, what will go.

use chrono::DateTime;
use chrono::NaiveDate;
use serde_json::Value;

use crate::diff::schema::compare::About;
use crate::diff::schema::compare::Comparer;
use crate::diff::schema::compare::Spot;
use crate::diff::schema::compare::Told;
use crate::diff::schema::rules;
use crate::diff::schema::shape::Shape;
use crate::diff::schema::values::is_equal;
use crate::diff::schema::values::plain;
use crate::pointer::Pointer;
use crate::schema::nearest::DISCRIMINATOR;

/// How stable something is, least first (`x-stability-level`).
const STABILITIES: [&str; 4] = ["draft", "alpha", "beta", "stable"];

impl Comparer<'_> {
    /// Compares what no value decides.
    pub(super) fn notes(&mut self, base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
        // What must always be there never takes its default.
        let is_idle = told.spot.is_whole && told.spot.seat.is_required;
        let spot = Spot { is_hidden: told.spot.is_hidden || is_idle, ..told.spot };
        let mut own = Told::new(spot);
        defaults(base, revision, &mut own);
        told.take("", &own.changes);
        discriminators(base, revision, told);
        deprecation(base, revision, told);
        stability(base, revision, told);
        let xml = |shape: &Shape<'_>| shape.first("xml").map(|(_, value)| value.clone());
        if xml(base) != xml(revision) {
            let about = About::at(base.place_of("xml"), revision.place_of("xml"));
            told.tell(&rules::XML_CHANGED, about, "is written otherwise in XML");
        }
    }
}

fn defaults(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    const KEYWORD: &str = "default";
    let of = |shape: &Shape<'_>| shape.first(KEYWORD).map(|(_, value)| value.clone());
    let about = About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD));
    match (of(base), of(revision)) {
        (None, None) => {}
        (Some(was), Some(is)) if is_equal(&was, &is) => {}
        (None, Some(is)) => {
            let is = plain(&is);
            let title = format!("the default is `{is}` now");
            told.tell(&rules::DEFAULT_ADDED, About { is: Some(is), ..about }, title);
        }
        (Some(was), None) => {
            let was = plain(&was);
            let title = format!("the default was `{was}`, and is gone");
            told.tell(&rules::DEFAULT_REMOVED, About { was: Some(was), ..about }, title);
        }
        (Some(was), Some(is)) => {
            let (was, is) = (plain(&was), plain(&is));
            let title = format!("the default changed from `{was}` to `{is}`");
            told.tell(&rules::DEFAULT_CHANGED, about.values(was, is), title);
        }
    }
}

fn discriminators(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    let of = |shape: &Shape<'_>| shape.first(DISCRIMINATOR).map(|(_, value)| value.clone());
    let place = |shape: &Shape<'_>| shape.place_of(DISCRIMINATOR);
    let about = || About::at(place(base), place(revision));
    let (old, new) = match (of(base), of(revision)) {
        (None, None) => return,
        (None, Some(_)) => {
            return told.tell(&rules::DISCRIMINATOR_ADDED, about(), "has a discriminator now");
        }
        (Some(_), None) => {
            let title = "has no discriminator any more";
            return told.tell(&rules::DISCRIMINATOR_REMOVED, about(), title);
        }
        (Some(old), Some(new)) => (old, new),
    };
    let name = |value: &Value| plain(&value["propertyName"]);
    let (was, is) = (name(&old), name(&new));
    if was != is {
        let title = format!("the discriminator's property changed from `{was}` to `{is}`");
        let about = about().values(was, is);
        told.tell(&rules::DISCRIMINATOR_NAME_CHANGED, about, title);
    }
    let tags = |value: &Value| value["tags"].as_object().cloned().unwrap_or_default();
    let target = |value: &Value| {
        let key = Pointer::new(value.as_str().unwrap_or_default());
        key.last().map(std::borrow::Cow::into_owned)
    };
    let (old, new) = (tags(&old), tags(&new));
    for (tag, was) in &old {
        match new.get(tag) {
            None => {
                let title = format!("the discriminator names `{tag}` no more");
                told.tell(&rules::DISCRIMINATOR_MAPPING_DELETED, about(), title);
            }
            Some(is) if target(was) != target(is) => {
                let title = format!("the discriminator's `{tag}` names another schema");
                told.tell(&rules::DISCRIMINATOR_MAPPING_CHANGED, about(), title);
            }
            Some(_) => {}
        }
    }
    for tag in new.keys().filter(|tag| !old.contains_key(*tag)) {
        let title = format!("the discriminator names `{tag}` now");
        told.tell(&rules::DISCRIMINATOR_MAPPING_ADDED, about(), title);
    }
}

fn deprecation(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    const KEYWORD: &str = "deprecated";
    let about = || About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD));
    match (base.is(KEYWORD), revision.is(KEYWORD)) {
        (false, true) => match revision.first("x-sunset").map(|(_, value)| plain(value)) {
            None => told.tell(&rules::DEPRECATED, about(), "is deprecated now"),
            Some(day) if is_day(&day) => {
                let title = format!("is deprecated now, and ends on {day}");
                told.tell(&rules::DEPRECATED_WITH_SUNSET, about(), title);
            }
            Some(day) => {
                let title = format!("is deprecated now, and `x-sunset` is no day: {day}");
                told.tell(&rules::SUNSET_INVALID, about(), title);
            }
        },
        (true, false) => told.tell(&rules::REACTIVATED, about(), "is deprecated no more"),
        (true, true) | (false, false) => {}
    }
}

/// Whether a text is a day, or an instant (RFC 3339).
fn is_day(text: &str) -> bool {
    text.parse::<NaiveDate>().is_ok() || DateTime::parse_from_rfc3339(text).is_ok()
}

fn stability(base: &Shape<'_>, revision: &Shape<'_>, told: &mut Told) {
    const KEYWORD: &str = "x-stability-level";
    let of = |shape: &Shape<'_>| {
        let level = shape.first(KEYWORD).and_then(|(_, value)| value.as_str());
        STABILITIES.iter().position(|known| Some(*known) == level)
    };
    let (Some(was), Some(is)) = (of(base), of(revision)) else { return };
    let about = About::at(base.place_of(KEYWORD), revision.place_of(KEYWORD));
    let title = format!("went from {} to {}", STABILITIES[was], STABILITIES[is]);
    match was.cmp(&is) {
        std::cmp::Ordering::Less => told.tell(&rules::STABILITY_INCREASED, about, title),
        std::cmp::Ordering::Greater => told.tell(&rules::STABILITY_DECREASED, about, title),
        std::cmp::Ordering::Equal => {}
    }
}
