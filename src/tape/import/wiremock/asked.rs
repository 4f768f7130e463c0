//! What a mapping asks of a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde_json::Value;

use super::Reading;
use super::Wrong;
use crate::tape::stub::Condition;
use crate::tape::stub::Likeness;
use crate::tape::stub::Part;
use crate::tape::stub::Pattern;
use crate::tape::stub::Test;
use crate::tape::stub::Url;
use crate::tape::stub::is_path;

/// How deep conditions may be nested.
const DEEPEST: usize = 16;

/// Method, target and conditions.
pub(super) fn read(
    reading: &mut Reading<'_>,
    request: &Value,
) -> Result<(Option<Method>, Url, Vec<Condition>), Wrong> {
    let mut url = Url::Any;
    let mut conditions = Vec::new();
    let method = reading.method(request)?;
    for (name, value) in request.as_object().into_iter().flatten() {
        let at = format!("/request/{name}");
        let text = || -> Result<&str, Wrong> {
            value.as_str().ok_or_else(|| (at.clone(), format!("`{name}` is no text")))
        };
        let pattern = || {
            Pattern::new(text()?).map_err(|reason| (at.clone(), format!("no pattern: {reason}")))
        };
        match name.as_str() {
            _ if value.is_null() => {}
            "method" => {}
            "url" => url = Url::Whole(text()?.to_owned()),
            "urlPath" => url = Url::Path(text()?.to_owned()),
            "urlPattern" => url = Url::WholePattern(pattern()?),
            "urlPathPattern" => url = Url::PathPattern(pattern()?),
            "urlPathTemplate" => {
                url = Url::PathPattern(template(text()?).map_err(|reason| (at, reason))?);
            }
            "pathParameters" => {
                let template = request["urlPathTemplate"].as_str().unwrap_or("");
                let number =
                    |name: &str| template.split('/').position(|part| part == format!("{{{name}}}"));
                for (name, test) in value.as_object().into_iter().flatten() {
                    let at = format!("{at}/{name}");
                    match number(name) {
                        Some(number) => {
                            let part = Part::Segment(number, name.clone());
                            add(reading, &mut conditions, part, test, &at)?;
                        }
                        None => reading.not_known(&at, name),
                    }
                }
            }
            "queryParameters" => named(reading, &mut conditions, Part::Query, value, &at)?,
            "formParameters" => named(reading, &mut conditions, Part::Form, value, &at)?,
            "cookies" => named(reading, &mut conditions, Part::Cookie, value, &at)?,
            "headers" => {
                let header = |name: String| Part::Header(name.to_ascii_lowercase());
                named(reading, &mut conditions, header, value, &at)?;
            }
            "basicAuthCredentials" | "basicAuth" => {
                let part = |name: &str| value[name].as_str().unwrap_or_default();
                let pair = format!("{}:{}", part("username"), part("password"));
                let text = format!("Basic {}", STANDARD.encode(pair));
                let test = Test::Equal { text, ignores_case: false };
                conditions.push(Condition { part: Part::Header("authorization".to_owned()), test });
            }
            "bodyPatterns" => {
                for (number, test) in value.as_array().into_iter().flatten().enumerate() {
                    let at = format!("{at}/{number}");
                    add(reading, &mut conditions, Part::Body, test, &at)?;
                }
            }
            other => reading.not_known(&at, other),
        }
    }
    Ok((method, url, conditions))
}

/// Conditions of what has a name.
fn named(
    reading: &mut Reading<'_>,
    conditions: &mut Vec<Condition>,
    part: impl Fn(String) -> Part,
    tests: &Value,
    at: &str,
) -> Result<(), Wrong> {
    for (name, test) in tests.as_object().into_iter().flatten() {
        let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        add(reading, conditions, part(name.clone()), test, &place)?;
    }
    Ok(())
}

fn add(
    reading: &mut Reading<'_>,
    conditions: &mut Vec<Condition>,
    part: Part,
    test: &Value,
    at: &str,
) -> Result<(), Wrong> {
    // What is not known is told, and the mapping left out.
    if let Some(test) = self::test(reading, test, at, DEEPEST)? {
        conditions.push(Condition { part, test });
    }
    Ok(())
}

/// One test, or several that all have to hold.
fn test(
    reading: &mut Reading<'_>,
    value: &Value,
    at: &str,
    depth: usize,
) -> Result<Option<Test>, Wrong> {
    let wrong = |reason: String| (at.to_owned(), reason);
    let members = value.as_object().ok_or_else(|| wrong("this is no condition".to_owned()))?;
    let depth = depth.checked_sub(1).ok_or_else(|| wrong("it is nested too deep".to_owned()))?;
    let is_set = |name: &str| members.get(name).and_then(Value::as_bool).unwrap_or(false);
    let mut tests = Vec::new();
    for (name, value) in members {
        let text = || value.as_str().ok_or_else(|| wrong(format!("`{name}` is no text")));
        let pattern =
            || Pattern::new(text()?).map_err(|reason| wrong(format!("no pattern: {reason}")));
        let place = format!("{at}/{name}");
        let list = |reading: &mut Reading<'_>| -> Result<Vec<Test>, Wrong> {
            let mut tests = Vec::new();
            for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                tests.extend(self::test(reading, item, &format!("{place}/{number}"), depth)?);
            }
            Ok(tests)
        };
        let found = match name.as_str() {
            "caseInsensitive" | "ignoreArrayOrder" | "ignoreExtraElements" => continue,
            "equalTo" => {
                Test::Equal { text: text()?.to_owned(), ignores_case: is_set("caseInsensitive") }
            }
            "binaryEqualTo" => {
                let bytes = STANDARD.decode(text()?);
                Test::Bytes(bytes.map_err(|_| wrong("this is no base64".to_owned()))?)
            }
            "contains" => Test::Contains(text()?.to_owned()),
            "doesNotContain" => Test::Not(Box::new(Test::Contains(text()?.to_owned()))),
            "matches" => Test::Pattern(pattern()?),
            "doesNotMatch" => Test::Not(Box::new(Test::Pattern(pattern()?))),
            "absent" => match value.as_bool() {
                Some(false) => Test::Not(Box::new(Test::Absent)),
                Some(true) | None => Test::Absent,
            },
            "equalToJson" => Test::Json {
                value: match value.as_str() {
                    Some(text) => serde_json::from_str(text)
                        .map_err(|error| wrong(format!("`equalToJson` is no JSON: {error}")))?,
                    None => value.clone(),
                },
                likeness: Likeness {
                    ignores_order: is_set("ignoreArrayOrder"),
                    ignores_more: is_set("ignoreExtraElements"),
                },
            },
            "matchesJsonPath" => match json_path(reading, value, at, depth)? {
                Some(test) => test,
                None => continue,
            },
            "and" => Test::And(list(reading)?),
            "or" => Test::Or(list(reading)?),
            "hasExactly" => Test::Exactly(list(reading)?),
            "includes" => Test::Includes(list(reading)?),
            "not" => match self::test(reading, value, &place, depth)? {
                Some(test) => Test::Not(Box::new(test)),
                None => continue,
            },
            other => {
                reading.not_known(&place, other);
                continue;
            }
        };
        tests.push(found);
    }
    Ok(match tests.len() {
        0 => None,
        1 => tests.pop(),
        _ => Some(Test::And(tests)),
    })
}

/// A path, alone or with what is asked of what it leads to.
fn json_path(
    reading: &mut Reading<'_>,
    value: &Value,
    at: &str,
    depth: usize,
) -> Result<Option<Test>, Wrong> {
    let wrong = |reason: String| (at.to_owned(), reason);
    let (path, test) = match value {
        Value::String(path) => (path.clone(), None),
        Value::Object(members) => {
            let path = members.get("expression").and_then(Value::as_str).unwrap_or_default();
            let mut rest = members.clone();
            rest.remove("expression");
            let test = self::test(reading, &Value::Object(rest), at, depth)?;
            (path.to_owned(), test.map(Box::new))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            return Err(wrong("`matchesJsonPath` is no path".to_owned()));
        }
    };
    if !is_path(&path) {
        reading.not_known(at, &path);
        return Ok(None);
    }
    Ok(Some(Test::Path { path, test }))
}

/// The pattern of a path with `{name}` in it.
fn template(text: &str) -> Result<Pattern, String> {
    let mut pattern = String::new();
    let mut rest = text;
    while let Some((before, (_, behind))) =
        rest.split_once('{').and_then(|(before, inside)| Some((before, inside.split_once('}')?)))
    {
        pattern.push_str(&fancy_regex::escape(before));
        pattern.push_str("[^/]+");
        rest = behind;
    }
    pattern.push_str(&fancy_regex::escape(rest));
    Pattern::new(&pattern)
}
