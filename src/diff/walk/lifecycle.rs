//! Deprecation, sunset and stability of operations and parameters.

use serde_json::Map;
use serde_json::Value;

use super::Pair;
use super::Place;
use super::Walk;
use crate::clock::Instant;
use crate::diff::Difference;
use crate::diff::rules::lifecycle;
use crate::diff::rules::operations;
use crate::diff::rules::parameters;
use crate::finding::Rule;
use crate::pointer::Pointer;
use crate::spec::Document;
use crate::spec::Operation;
use crate::spec::model::Parameter;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Names of the extension that says until when something stays.
const SUNSET: &str = "x-sunset";

/// The name of the extension that says how stable something is.
const STABILITY: &str = "x-stability-level";

/// Stability levels, the least stable first.
const STABILITIES: [&str; 4] = ["draft", "alpha", "beta", "stable"];

/// Until when something stays.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sunset {
    /// Nothing is said.
    Unsaid,
    /// What is said can not be read.
    Unread(String),
    /// Until this day, in days since 1970-01-01.
    Day(i64, String),
}

impl Sunset {
    fn of(extensions: &Map<String, Value>) -> Self {
        match extensions.get(SUNSET) {
            None | Some(Value::Null) => Self::Unsaid,
            Some(Value::String(text)) => day(text)
                .map_or_else(|| Self::Unread(text.clone()), |day| Self::Day(day, text.clone())),
            Some(other) => Self::Unread(other.to_string()),
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::Unsaid => None,
            Self::Unread(text) | Self::Day(_, text) => Some(text.clone()),
        }
    }
}

/// The day of a date, or of an instant, as RFC 3339 writes them.
fn day(text: &str) -> Option<i64> {
    let instant = Instant::parse(text).or_else(|_| Instant::parse(&format!("{text}T00:00:00Z")));
    instant.ok().map(|instant| instant.as_millis().div_euclid(DAY))
}

/// The rules of one kind of thing that can be deprecated.
struct Rules {
    deprecated: &'static Rule,
    deprecated_with_sunset: &'static Rule,
    reactivated: &'static Rule,
    missing: &'static Rule,
    unread: &'static Rule,
    changed_unread: &'static Rule,
    too_small: &'static Rule,
    changed_too_small: &'static Rule,
    deleted: &'static Rule,
}

static OPERATIONS: Rules = Rules {
    deprecated: &lifecycle::ENDPOINT_DEPRECATED,
    deprecated_with_sunset: &lifecycle::ENDPOINT_DEPRECATED_WITH_SUNSET,
    reactivated: &lifecycle::ENDPOINT_REACTIVATED,
    missing: &lifecycle::DEPRECATED_SUNSET_MISSING,
    unread: &lifecycle::DEPRECATED_SUNSET_PARSE,
    changed_unread: &operations::API_PATH_SUNSET_PARSE,
    too_small: &lifecycle::SUNSET_TOO_SMALL,
    changed_too_small: &lifecycle::SUNSET_CHANGED_TOO_SMALL,
    deleted: &lifecycle::SUNSET_DELETED,
};

static PARAMETERS: Rules = Rules {
    deprecated: &lifecycle::PARAMETER_DEPRECATED,
    deprecated_with_sunset: &lifecycle::PARAMETER_DEPRECATED,
    reactivated: &lifecycle::PARAMETER_REACTIVATED,
    missing: &lifecycle::PARAMETER_SUNSET_MISSING,
    unread: &lifecycle::PARAMETER_SUNSET_PARSE,
    changed_unread: &lifecycle::PARAMETER_SUNSET_PARSE,
    too_small: &lifecycle::PARAMETER_SUNSET_TOO_SMALL,
    changed_too_small: &lifecycle::PARAMETER_SUNSET_CHANGED_TOO_SMALL,
    deleted: &lifecycle::PARAMETER_SUNSET_DELETED,
};

/// What can be deprecated.
struct Lasting<'p> {
    deprecated: bool,
    extensions: &'p Map<String, Value>,
    pointer: &'p Pointer,
}

impl<'p> From<&'p Operation> for Lasting<'p> {
    fn from(it: &'p Operation) -> Self {
        Self { deprecated: it.deprecated, extensions: &it.extensions, pointer: &it.pointer }
    }
}

impl<'p> From<&'p Parameter> for Lasting<'p> {
    fn from(it: &'p Parameter) -> Self {
        Self { deprecated: it.deprecated, extensions: &it.extensions, pointer: &it.pointer }
    }
}

impl Walk<'_> {
    /// What became of an operation's promises.
    pub(super) fn operation_lifecycle(&mut self, pair: Pair<'_, Operation>, place: &Place) {
        let (base, revision) = (Lasting::from(pair.base), Lasting::from(pair.revision));
        self.lasting("the operation", &OPERATIONS, (&base, &revision), place);
        self.stability((&base, &revision), place);
    }

    /// What became of a parameter's promises.
    pub(super) fn parameter_lifecycle(
        &mut self,
        name: &str,
        pair: Pair<'_, Parameter>,
        place: &Place,
    ) {
        let (base, revision) = (Lasting::from(pair.base), Lasting::from(pair.revision));
        self.lasting(name, &PARAMETERS, (&base, &revision), place);
    }

    fn lasting(
        &mut self,
        name: &str,
        rules: &Rules,
        (base, revision): (&Lasting<'_>, &Lasting<'_>),
        place: &Place,
    ) {
        let (was, is) = (Sunset::of(base.extensions), Sunset::of(revision.extensions));
        let mut tell = |rule, title: String| {
            let told = place.by_rule(rule, title).between(base.pointer, revision.pointer);
            self.found.push(told.changed(was.text(), is.text()));
        };
        let today = self.options.now.as_millis().div_euclid(DAY);
        let is_beta = stability(revision.extensions) == Some("beta");
        let grace = match is_beta {
            true => i64::from(self.options.grace_days_beta),
            false => i64::from(self.options.grace_days),
        };
        match (base.deprecated, revision.deprecated) {
            (true, false) => tell(rules.reactivated, format!("{name} is deprecated no more")),
            (false, true) => match &is {
                Sunset::Unsaid if grace > 0 && !is_unstable(revision.extensions) => tell(
                    rules.missing,
                    format!("{name} is deprecated, and does not say until when it stays"),
                ),
                Sunset::Unsaid => tell(rules.deprecated, format!("{name} is deprecated")),
                Sunset::Unread(text) => tell(rules.unread, unread(name, text)),
                Sunset::Day(day, text) if grace > 0 && *day < today + grace => tell(
                    rules.too_small,
                    format!("{name} is deprecated and stays only until {text}, not {grace} days"),
                ),
                Sunset::Day(_, text) => tell(
                    rules.deprecated_with_sunset,
                    format!("{name} is deprecated and stays until {text}"),
                ),
            },
            (true, true) if was != is => match (&was, &is) {
                (Sunset::Unsaid, Sunset::Unsaid) => {}
                (_, Sunset::Unsaid) => {
                    tell(
                        rules.deleted,
                        format!("{name} does not say any more until when it stays"),
                    );
                }
                (_, Sunset::Unread(text)) | (Sunset::Unread(text), _) => {
                    tell(rules.changed_unread, unread(name, text));
                }
                (Sunset::Day(before, _), Sunset::Day(day, text))
                    if day < before && *day < (today + grace).max(*before) =>
                {
                    let title = format!("{name} stays only until {text}, earlier than was said");
                    tell(rules.changed_too_small, title);
                }
                (_, Sunset::Day(day, text)) if *day < today + grace => tell(
                    rules.too_small,
                    format!("{name} stays only until {text}, not {grace} days"),
                ),
                _ => {}
            },
            _ => {}
        }
    }

    fn stability(&mut self, (base, revision): (&Lasting<'_>, &Lasting<'_>), place: &Place) {
        let said = |of: &Lasting<'_>| of.extensions.get(STABILITY).cloned();
        let (was, is) = (said(base), said(revision));
        let mut tell = |rule, title: String| {
            let text = |value: &Option<Value>| value.as_ref().map(crate::json::plain);
            let told = place.by_rule(rule, title).between(base.pointer, revision.pointer);
            self.found.push(told.changed(text(&was), text(&is)));
        };
        let rank = |value: &Option<Value>| match value {
            None => Some(STABILITIES.len() - 1),
            Some(value) => STABILITIES.iter().position(|known| value.as_str() == Some(known)),
        };
        match (rank(&was), rank(&is)) {
            (Some(before), Some(now)) if now < before => tell(
                &lifecycle::STABILITY_DECREASED,
                format!("is {} and was {}", STABILITIES[now], STABILITIES[before]),
            ),
            (Some(before), Some(now)) if now > before => tell(
                &lifecycle::STABILITY_INCREASED,
                format!("is {} and was {}", STABILITIES[now], STABILITIES[before]),
            ),
            (Some(_), Some(_)) => {}
            (_, None) | (None, _) => {
                let title = format!("has a stability level that is none of {STABILITIES:?}");
                tell(&lifecycle::INVALID_STABILITY, title);
            }
        }
    }

    /// Tells of a stability level of a schema that is none, where it was another.
    pub(super) fn stability_of_schema(&mut self, base: &Pointer, revision: &Pointer) {
        let said = |document: &Document, at: &Pointer| document.part(&at.child(STABILITY));
        let (was, is) = (said(self.base, base), said(self.revision, revision));
        let is_none = |value: &Value| !STABILITIES.iter().any(|it| value.as_str() == Some(it));
        if was != is
            && let Some(value) = is.filter(is_none)
        {
            let title = format!("has a stability level that is none of {STABILITIES:?}");
            let told = Difference::new(&lifecycle::INVALID_STABILITY, title);
            let told = told.between(base, revision);
            self.found.push(told.changed(None, Some(crate::json::plain(&value))));
        }
    }

    /// What it means that an operation is gone.
    pub(super) fn removal(
        &self,
        operation: &Operation,
        is_path_gone: bool,
    ) -> (&'static Rule, String) {
        let today = self.options.now.as_millis().div_euclid(DAY);
        let either = |path, method| if is_path_gone { path } else { method };
        if is_unstable(&operation.extensions) {
            let title = "is gone; it was never promised to be stable".to_owned();
            return (&operations::API_REMOVED_UNSTABLE, title);
        }
        if !operation.deprecated {
            let rule = either(&operations::API_PATH_REMOVED, &operations::API_REMOVED);
            return (rule, "is gone, and was not deprecated".to_owned());
        }
        match Sunset::of(&operation.extensions) {
            Sunset::Unread(text) => {
                let title =
                    format!("is gone, and nobody can read until when it was to stay: {text}");
                (&operations::API_PATH_SUNSET_PARSE, title)
            }
            Sunset::Day(day, text) if today < day => {
                let rule = either(
                    &operations::API_PATH_REMOVED_BEFORE_SUNSET,
                    &operations::API_REMOVED_BEFORE_SUNSET,
                );
                (rule, format!("is gone before {text}, until when it was to stay"))
            }
            Sunset::Unsaid | Sunset::Day(..) => {
                let rule = either(
                    &operations::API_PATH_REMOVED_DEPRECATED,
                    &operations::API_REMOVED_DEPRECATED,
                );
                (rule, "is gone, as was announced".to_owned())
            }
        }
    }

    /// What it means that a parameter is gone.
    pub(super) fn parameter_removal(
        &self,
        name: &str,
        parameter: &Parameter,
    ) -> (&'static Rule, String) {
        let today = self.options.now.as_millis().div_euclid(DAY);
        if !parameter.deprecated {
            return (&parameters::REMOVED, format!("{name} is gone"));
        }
        match Sunset::of(&parameter.extensions) {
            Sunset::Unread(text) => (&lifecycle::PARAMETER_SUNSET_PARSE, unread(name, &text)),
            Sunset::Day(day, text) if today < day => (
                &parameters::REMOVED_BEFORE_SUNSET,
                format!("{name} is gone before {text}, until when it was to stay"),
            ),
            Sunset::Unsaid | Sunset::Day(..) => {
                (&parameters::REMOVED_DEPRECATED, format!("{name} is gone, as was announced"))
            }
        }
    }
}

fn unread(name: &str, text: &str) -> String {
    format!("{name} stays until `{text}`, which is no date of RFC 3339")
}

fn stability(extensions: &Map<String, Value>) -> Option<&str> {
    extensions.get(STABILITY)?.as_str()
}

/// Whether nothing is promised: drafts and alphas may go at any time.
fn is_unstable(extensions: &Map<String, Value>) -> bool {
    matches!(stability(extensions), Some("draft" | "alpha"))
}
