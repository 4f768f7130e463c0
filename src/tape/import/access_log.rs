//! Access logs, one JSON object a line: method, path and status, and when; neither header fields nor
//! contents.
//!
//! Every gateway names its members otherwise, so they are found by any of their usual names, at the
//! top or one level below.
//!
//! # Source
//!
//! nginx (`log_format … escape=json`), Apache (`mod_log_config`), Caddy, Traefik, Kong (`http-log`),
//! Envoy and the load balancers of clouds, as their manuals show them.

use std::io;

use http::Method;
use http::StatusCode;
use serde_json::Value;

use crate::clock::Instant;
use crate::tape::import::Format;
use crate::tape::import::Sink;
use crate::tape::import::Source;
use crate::tape::import::malformed;
use crate::tape::import::ndjson;
use crate::tape::sketch::Sketch;

pub(super) static FORMAT: Format = Format {
    id: "access_log",
    what: "an access log, one JSON object a line",
    ending: None,
    recognises,
    read,
};

/// A call of which little more is known than that it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Logged {
    pub(crate) method: Method,
    /// The path, with its query if that was written.
    pub(crate) target: String,
    pub(crate) host: Option<String>,
    pub(crate) status: StatusCode,
    pub(crate) at: Option<Instant>,
}

const METHODS: [&str; 6] =
    ["method", "request_method", "requestMethod", "RequestMethod", "http_method", "verb"];
const TARGETS: [&str; 14] = [
    "request_uri",
    "requestUri",
    "uri",
    "path",
    "url",
    "RequestPath",
    "request_path",
    "requestPath",
    "http_path",
    "requestUrl",
    "http.url",
    "url.path",
    "target",
    "resource",
];
const STATUSES: [&str; 9] = [
    "status",
    "status_code",
    "statusCode",
    "response_status",
    "DownstreamStatus",
    "response_code",
    "http_status",
    "code",
    "http.status_code",
];
/// A whole request line: `GET /a HTTP/1.1`.
const LINES: [&str; 3] = ["request", "request_line", "requestLine"];
const HOSTS: [&str; 6] = ["host", "http_host", "RequestHost", "authority", "server_name", "domain"];
const TIMES: [&str; 10] = [
    "time",
    "timestamp",
    "@timestamp",
    "time_iso8601",
    "time_local",
    "ts",
    "msec",
    "started_at",
    "StartUTC",
    "start_time",
];
/// Where else members may stand.
const BELOW: [&str; 6] = ["request", "req", "response", "res", "http", "httpRequest"];

fn recognises(sketch: &Sketch) -> bool {
    let has = |names: &[&str]| {
        names.iter().any(|name| {
            sketch.has(name) || BELOW.iter().any(|below| sketch.has(&format!("{below}.{name}")))
        })
    };
    let is_call = has(&METHODS) && has(&TARGETS) || LINES.iter().any(|name| sketch.has(name));
    // What is asked and what is answered is a mapping of WireMock's, unless somebody says when.
    let is_mapping = sketch.has("request") && sketch.has("response") && !has(&TIMES);
    let is_exchange =
        sketch.is_entry() || sketch.has("log") || sketch.has("mappings") || is_mapping;
    sketch.begins_with_line && is_call && has(&STATUSES) && !is_exchange
}

fn read(source: &mut Source<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    ndjson::lines(source, &mut |line, _, text| match serde_json::from_slice(text) {
        Ok(value) => match logged(&value) {
            Some(call) => sink.call(line, call),
            None => {
                let reason = "no call: it has no method, path and status together";
                sink.wrong(malformed(line, reason));
            }
        },
        Err(error) => sink.wrong(malformed(line, &format!("no JSON: {error}"))),
    })
}

/// The call that a line tells of.
fn logged(line: &Value) -> Option<Logged> {
    let text = |value: &Value| match value {
        Value::String(text) if !text.is_empty() && text != "-" => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            None
        }
    };
    let named = |names: &[&str]| {
        let own = names.iter().filter_map(|name| line.get(name));
        let below = BELOW.iter().filter_map(|below| line.get(below));
        let below = below.flat_map(|part| names.iter().filter_map(|name| part.get(name)));
        own.chain(below).find_map(text)
    };
    let whole = named(&LINES).filter(|text| text.contains(' '));
    let mut words = whole.as_deref().unwrap_or_default().split(' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let method = named(&METHODS).unwrap_or_else(|| first.to_owned());
    let target = named(&TARGETS).or_else(|| second.map(str::to_owned))?;
    let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).ok()?;
    let status: u16 = named(&STATUSES)?.parse().ok()?;
    let host = named(&HOSTS);
    let plain = crate::tape::entry::target(&target).to_owned();
    Some(Logged {
        method,
        target: plain,
        host,
        status: StatusCode::from_u16(status).ok()?,
        at: named(&TIMES).as_deref().and_then(time),
    })
}

/// A time in one of the ways in which logs write it.
fn time(text: &str) -> Option<Instant> {
    if let Ok(number) = text.parse::<f64>() {
        // Seconds with a fraction, or milliseconds, or finer: told by how many there are.
        let mut millis = if number < 1e11 { number * 1000.0 } else { number };
        while millis >= 1e14 {
            millis /= 1000.0;
        }
        return Some(Instant::from_millis(millis as i64));
    }
    let common = || chrono::DateTime::parse_from_str(text, "%d/%b/%Y:%H:%M:%S %z").ok();
    Instant::parse(text)
        .ok()
        .or_else(|| common().map(|time| Instant::from_millis(time.timestamp_millis())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::logged;

    #[test]
    fn calls_are_found_however_a_gateway_names_their_parts() {
        let lines = [
            json!({"request_method": "GET", "request_uri": "/a?b=1", "status": 200, "msec": 1.5}),
            json!({"request": "GET /a?b=1 HTTP/1.1", "status": "200",
                "time_local": "01/Jan/1970:00:00:01 +0000"}),
            json!({"request": {"method": "GET", "uri": "/a?b=1", "host": "h"}, "status": 200, "ts": 1.5}),
            json!({"request": {"method": "GET", "uri": "/a?b=1"}, "response": {"status": 200},
                "started_at": 1_500}),
            json!({"RequestMethod": "GET", "RequestPath": "/a?b=1", "DownstreamStatus": 200,
                "StartUTC": "1970-01-01T00:00:01Z"}),
            json!({"method": "get", "url": "https://h/a?b=1", "statusCode": 200}),
        ];
        for line in lines {
            let call = logged(&line);
            let told = call.map(|call| format!("{} {} {}", call.method, call.target, call.status));
            assert_eq!(told.as_deref(), Some("GET /a?b=1 200 OK"), "{line}");
        }
        assert_eq!(logged(&json!({"level": "info", "msg": "started", "status": 200})), None);
    }
}
