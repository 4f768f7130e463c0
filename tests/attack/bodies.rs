//! Bodies that are not what they should be: each API has its own error for them.

use standin::Server;

use crate::attack::ask;
use crate::attack::assert_serves;
use crate::attack::assert_unhurt;
use crate::support;
use crate::support::calls::KEY;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// An operation with a body, and the API's error for one that can not be read.
struct Door {
    path: &'static str,
    content_type: &'static str,
    /// Where the error's code stands.
    code_at: &'static str,
    malformed: &'static str,
}

const DOORS: [Door; 4] = [
    Door {
        path: "/v1/sessions",
        content_type: JSON,
        code_at: "/errors/0/code",
        malformed: "request_body_invalid",
    },
    Door {
        path: "/cis/v1/auth-session/attach-device",
        content_type: JSON,
        code_at: "/error_code",
        malformed: "invalid_request",
    },
    Door {
        path: "/oidc/token",
        content_type: FORM,
        code_at: "/error",
        malformed: "invalid_request",
    },
    Door {
        path: "/_standin/clock",
        content_type: JSON,
        code_at: "/type",
        malformed: "urn:standin:problem:request-invalid",
    },
];

async fn everything() -> Server {
    support::start(Server::builder().fixed_clock(support::start_instant())).await
}

/// Posts bytes: status and the error's code.
async fn post(server: &Server, door: &Door, more: &str, body: &[u8]) -> (u16, String) {
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\nauthorization: {KEY}\r\ncontent-type: {}\r\n{more}\
         content-length: {}\r\n\r\n",
        door.path,
        door.content_type,
        body.len()
    );
    let bytes = [head.as_bytes(), body].concat();
    let reply = ask(server.address(), bytes).await.expect("the API answers");
    let code = reply.json().pointer(door.code_at).cloned().unwrap_or_default();
    (reply.status, code.as_str().unwrap_or_default().to_owned())
}

/// Bodies that are no JSON, however they go on.
fn malformed() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = ["{", "{]", "nul", "{\"a\":1,}", "{'a':1}", "[1 2]", "\"\\x\""]
        .iter()
        .map(|text| text.as_bytes().to_vec())
        .collect();
    bodies.push(b"\xff\xfe\x00{\x00}".to_vec());
    bodies.push(b"{\"user_id\":\"\xc3\x28\"}".to_vec());
    bodies.push(b"{\"user_id\":\"a\0b\"}".to_vec());
    bodies.push(b"{\"user_id\":\"\\ud800\"}".to_vec());
    bodies.push(b"\xef\xbb\xbf{}".to_vec());
    bodies.push(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".to_vec());
    bodies.push(vec![b'['; 10_000]);
    bodies.push(["{\"a\":".repeat(10_000), "}".repeat(10_000)].concat().into_bytes());
    bodies.push(["[".repeat(10_000), "]".repeat(10_000)].concat().into_bytes());
    bodies
}

#[tokio::test]
async fn what_is_no_json_gets_the_apis_own_error() {
    let server = everything().await;
    for door in DOORS.iter().filter(|door| door.content_type == JSON) {
        let status = if door.path.starts_with("/_standin") { 422 } else { 400 };
        for body in malformed() {
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let (got, code) = post(&server, door, "", &body).await;
            assert_eq!((got, &*code), (status, door.malformed), "{} {shown}", door.path);
        }
    }
    assert_serves(server.address()).await;
    assert_unhurt(&server);
}

#[tokio::test]
async fn wrong_types_get_the_apis_own_error() {
    let server = everything().await;
    for door in DOORS.iter().filter(|door| door.content_type == JSON) {
        for body in ["null", "[]", "7", "\"text\"", "true", "1e999", "-0", "{\"user_id\":[[]]}"] {
            let (status, code) = post(&server, door, "", body.as_bytes()).await;
            assert!([400, 422].contains(&status), "{} {body}: {status} {code}", door.path);
            assert!(!code.is_empty(), "{} {body} has an error of its own", door.path);
        }
    }
    assert_unhurt(&server);
}

#[tokio::test]
async fn what_is_no_form_gets_the_apis_own_error() {
    let server = everything().await;
    let door = &DOORS[2];
    let bodies: [&[u8]; 7] = [
        b"%",
        b"grant_type=%zz",
        b"grant_type=%ff%fe",
        b"grant_type=\xff",
        b"grant_type=a&grant_type=b",
        b"{\"grant_type\":\"client_credentials\"}",
        &[b'&'; 100_000],
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        let (status, code) = post(&server, door, "", body).await;
        assert_eq!((status, &*code), (400, door.malformed), "{shown}");
    }
    assert_unhurt(&server);
}

#[tokio::test]
async fn of_keys_that_come_twice_the_last_counts_for_everybody() {
    let server = everything().await;
    // What is judged and what is played must be the same: here the first would be refused.
    let body = br#"{"user_id":7,"user_id":"user_ada"}"#;
    assert_eq!(post(&server, &DOORS[0], "", body).await.0, 200);
    let body = br#"{"user_id":"user_ada","user_id":7}"#;
    let (status, code) = post(&server, &DOORS[0], "", body).await;
    assert_eq!((status, &*code), (422, "form_param_value_invalid"));
    assert_unhurt(&server);
}

#[tokio::test]
async fn what_is_compressed_is_not_unpacked() {
    let server = everything().await;
    // `{}` repeated would be small; whoever unpacks it can be made to unpack anything.
    let packed =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\0\0\0";
    for door in DOORS.iter().filter(|door| door.content_type == JSON) {
        let (status, code) = post(&server, door, "content-encoding: gzip\r\n", packed).await;
        assert!([400, 415, 422].contains(&status), "{} {status} {code}", door.path);
    }
    assert_unhurt(&server);
}
