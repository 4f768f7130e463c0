//! What is no secret stays: a recording in which nothing can be read is none.

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;
use standin::message::Answer;
use standin::message::Request;
use standin::tape::Entry;
use standin::tape::redact::Redactor;

/// Values of the kinds that answers are full of, fifty of each.
fn values(number: u64) -> Vec<(&'static str, Value)> {
    let mix = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hex = format!("{mix:016x}{:016x}", mix.rotate_left(17));
    let long = format!("{hex}{:016x}{:016x}", mix.rotate_left(31), mix.rotate_left(47));
    let id = |prefix: &str| format!("{prefix}_2{}", &hex[..26]);
    let uuid = format!(
        "{}-{}-4{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    );
    vec![
        ("id", json!(id("sess"))),
        ("user_id", json!(id("user"))),
        ("uuid", json!(uuid)),
        ("commit_id", json!(&long[..40])),
        ("sha256", json!(long)),
        ("created_at", json!(1_767_225_600_000_u64 + number)),
        ("updated", json!(format!("2026-01-{:02}T10:{:02}:00.123Z", number % 28 + 1, number % 60))),
        (
            "status",
            json!(
                ["active", "revoked", "expired", "abandoned"]
                    [usize::try_from(number % 4).unwrap_or(0)]
            ),
        ),
        ("title", json!(format!("Chapter {number}: the token economy and its secrets"))),
        ("url", json!(format!("https://api.example.com/v1/sessions/{}?page={number}", id("sess")))),
    ]
}

#[test]
fn of_five_hundred_harmless_values_at_most_one_in_a_hundred_is_taken_out() {
    let mut redactor = Redactor::default();
    let (mut taken, mut count) = (Vec::new(), 0);
    for number in 1..=50 {
        let members: serde_json::Map<String, Value> =
            values(number).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let mut request =
            Request::new(Method::GET, &format!("/v1/sessions/{}", members["id"].as_str().unwrap()));
        for (name, value) in [("x-request-id", &members["uuid"]), ("x-client-id", &members["id"])] {
            let value = HeaderValue::from_str(value.as_str().unwrap()).unwrap();
            request.headers.insert(HeaderName::from_static(name), value);
        }
        let media_type = HeaderValue::from_static("application/json");
        let mut answer = Answer::json(StatusCode::OK, media_type, json!({ "data": [members] }));
        answer.headers.insert(
            "etag",
            HeaderValue::from_str(&format!("\"{}\"", members["sha256"].as_str().unwrap())).unwrap(),
        );
        let before = Entry::from_messages(&request, &answer, Instant::from_millis(0));
        let mut after = before.clone();
        redactor.entry(&mut after);
        count += members.len();
        let value: Value =
            serde_json::from_str(after.response.content.text.as_deref().unwrap()).unwrap();
        for (name, member) in &members {
            if value["data"][0][name] != *member {
                taken.push(format!("{name}: {member}"));
            }
        }
        assert_eq!(before.request, after.request);
        assert_eq!(before.response.headers, after.response.headers);
    }
    assert_eq!(count, 500);
    assert!(taken.len() <= 5, "{} are taken out: {taken:#?}", taken.len());
}

#[test]
fn what_is_no_secret_stays_as_it_was_written() {
    let texts = [
        "{ \"a\" : 1.0, \"a\": 12345678901234567890123, \"b\": \"\\u00e9\", \"max_tokens\": 4096 }",
        "[1e400, -0, {\"token_type\": \"Bearer\"}]",
        "event: ping\ndata: {\"n\" : 1}\n\n",
        "name,age\nAda,36\n",
    ];
    for text in texts {
        let media_type = "text/plain";
        let answer = Answer::text(StatusCode::OK, media_type, text);
        let mut entry =
            Entry::from_messages(&Request::new(Method::GET, "/"), &answer, Instant::from_millis(0));
        Redactor::default().entry(&mut entry);
        assert_eq!(entry.response.content.text.as_deref(), Some(text));
    }
}
