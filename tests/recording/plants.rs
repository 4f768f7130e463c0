//! Secrets planted in traffic, each in another place and encoding: none is on the disk, in the log
//! or in a report, whichever layout is written.

use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Upstream;
use super::answer;
use super::exchange;
use super::files;
use crate::support::process::Running;
use crate::support::process::standin;

/// What a secret looks like.
#[derive(Clone, Copy, Debug)]
enum Look {
    /// Letters and digits, drawn at random.
    Drawn,
    /// Words that somebody thought of: only a name can tell of it.
    Thought,
    /// A vendor's key.
    Key,
    /// A signed token.
    Jwt,
    /// A private key.
    Pem,
}

use Look::Drawn;
use Look::Jwt;
use Look::Key;
use Look::Pem;
use Look::Thought;

/// In requests: the look, the request line's target, header lines, content. `§` is the secret, `%§`
/// the same percent-encoded, `\§` as a JSON text, `⟦…⟧` what is inside in base64.
const SENT: [(Look, &str, &str, &str); 36] = [
    (Drawn, "/a", "authorization: Bearer §", ""),
    (Key, "/a", "authorization: Bearer §", ""),
    (Drawn, "/a", "authorization: §", ""),
    (Thought, "/a", "authorization: Basic ⟦ada:§⟧", ""),
    (Thought, "/a", "x-api-key: §", ""),
    (Jwt, "/a", "x-forwarded-context: §", ""),
    (Drawn, "/a", "x-nobody-knows-this: §", ""),
    (Thought, "/a", "cookie: theme=dark; sid=§; lang=de", ""),
    (Key, "/a", "user-agent: curl/8 §", ""),
    (Drawn, "/a?access_token=§&page=2", "", ""),
    (Drawn, "/a?api%5Fkey=%§", "", ""),
    (Jwt, "/a?next=%2Fcb%3Fstate%3D1%26t%3D§", "", ""),
    (Thought, "/a?redirect=https%3A%2F%2Fx.test%2Fcb%3Fpassword%3D%§", "", ""),
    (Drawn, "/reset-password/§", "", ""),
    (Jwt, "/verify/§/done", "", ""),
    (Key, "/keys/%§", "", ""),
    (Drawn, "/a", "referer: https://u:§@x.test/b", ""),
    (Thought, "/a", FORM, "grant_type=password&password=%§&scope=openid"),
    (Drawn, "/a", FORM, "client_secret=§"),
    (Drawn, "/a", FORM, "payload=%7B%22refresh_token%22%3A%22§%22%7D"),
    (Thought, "/a", JSON, "{\"user\":{\"password\":\"\\§\"}}"),
    (Drawn, "/a", JSON, "{\"tokens\":[{\"value\":\"§\"}]}"),
    (Thought, "/a", JSON, "{\"credentials\":{\"inner\":{\"deep\":[[\"\\§\"]]}}}"),
    (Thought, "/a", JSON, "[{\"name\":\"password\",\"value\":\"\\§\"}]"),
    (Key, "/a", JSON, "{\"note\":\"use § today\",\"§\":1}"),
    (Drawn, "/a", JSON, "{\"body\":\"{\\\"secret\\\":\\\"§\\\"}\"}"),
    (Jwt, "/a", JSON, "{\"blob\":\"⟦§⟧\"}"),
    (Key, "/a", JSON, "{\"blob\":\"⟦ §⟧\"}"),
    (Key, "/a", JSON, "{\"blob\":\"⟦, §⟧ and more\"}"),
    (Drawn, "/a", JSON, "{\"blob\":\"x⟦{\"password\":\"§\"}⟧\"}"),
    (Pem, "/a", JSON, "{\"pem\":\"\\§\"}"),
    (Drawn, "/a", "content-type: application/xml", "<a><user token=\"§\"/></a>"),
    (
        Thought,
        "/a",
        "content-type: text/xml",
        "<s:Envelope><s:Password>§</s:Password></s:Envelope>",
    ),
    (Pem, "/a", "content-type: text/plain", "my key:\n§\n"),
    (
        Thought,
        "/a",
        PARTS,
        "--b\r\ncontent-disposition: form-data; name=\"password\"\r\n\r\n§\r\n--b--\r\n",
    ),
    (Key, "/a", "content-type: application/octet-stream", "\u{1}\u{2}§\u{3}"),
];

/// In answers: the look, header lines, content.
const ANSWERED: [(Look, &str, &str); 30] = [
    (Drawn, "set-cookie: __session=§; Path=/; HttpOnly", ""),
    (Thought, "set-cookie: a=1; Path=/\r\nset-cookie: b=§; Secure", ""),
    (Drawn, "x-device-binding-token: §", ""),
    (Jwt, "x-anything: §", ""),
    (Jwt, "location: https://x.test/cb#id_token=§", ""),
    (Drawn, "location: /cb?code=§&state=1", ""),
    (Drawn, JSON, "{\"access_token\":\"§\",\"token_type\":\"Bearer\"}"),
    (Jwt, JSON, "{\"object\":\"token\",\"jwt\":\"§\"}"),
    (Jwt, JSON, "{\"list\":[[{\"x\":\"§\"}]]}"),
    (Thought, JSON, "{\"data\":{\"client_secret\":\"\\§\"}}"),
    (Drawn, JSON, "{\"tokens\":[\"§\"]}"),
    (Drawn, JSON, "{\"credentials\":{\"value\":\"§\"}}"),
    (Drawn, JSON, "{\"key\":\"§\",\"id\":\"key_1\"}"),
    (Key, JSON, "{\"message\":\"the key § is revoked\"}"),
    (Drawn, JSON, "{\"message\":\"sent Authorization: Bearer §\",\"authorization\":\"Bearer §\"}"),
    (Drawn, JSON, "{\"url\":\"https://files.test/a?X-Amz-Signature=§&x=1\"}"),
    (Thought, JSON, "{\"dsn\":\"postgres://ada:§@db.test/x\"}"),
    (Drawn, JSON, "{\"otp_code\":123456,\"recovery_codes\":[\"§\"]}"),
    (Key, JSON, "{\"blob\":\"⟦§⟧\"}"),
    (Jwt, JSON, "{\"blob\":\"⟦ §⟧\"}"),
    (Key, JSON, "{\"blob\":\"⟦, §⟧\"}"),
    (Pem, JSON, "{\"private\":\"\\§\"}"),
    (Drawn, "content-type: application/xml", "<r><AccessToken>§</AccessToken></r>"),
    (Thought, "content-type: application/xml", "<r><secret><![CDATA[§]]></secret></r>"),
    (Jwt, "content-type: text/html", "<script>window.t='§'</script>"),
    (Drawn, "content-type: text/plain", "token=§"),
    (Drawn, "content-type: application/x-ndjson", "{\"a\":1}\n{\"session_token\":\"§\"}\n"),
    (Drawn, "content-type: text/event-stream", "event: x\ndata: {\"refresh_token\":\"§\"}\n\n"),
    (Key, "content-type: application/problem+json", "{\"title\":\"no\",\"detail\":\"%7B§%7D\"}"),
    (Jwt, "content-type: image/png", "\u{89}PNG\u{0}§\u{0}"),
];

const JSON: &str = "content-type: application/json";
const FORM: &str = "content-type: application/x-www-form-urlencoded";
const PARTS: &str = "content-type: multipart/form-data; boundary=b";

/// Text that a machine drew, another for each number.
pub(super) fn drawn(number: usize, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(number as u64 + 1);
    let letter = |state: &mut u64| {
        *state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        LETTERS[usize::try_from(*state >> 33).expect("31 bits") % LETTERS.len()] as char
    };
    (0..length).map(|_| letter(&mut state)).collect()
}

/// The secret of a number, and the parts of it that must not be seen.
fn secret(look: Look, number: usize) -> (String, Vec<String>) {
    let text = drawn(number, 32);
    match look {
        Drawn => (text.clone(), vec![text]),
        Thought => {
            let words = format!("correct horse {} battery", drawn(number, 6).to_lowercase());
            // Nothing that must be encoded in a path or a cookie.
            let words = words.replace(' ', ".");
            (words.clone(), vec![words])
        }
        Key => {
            let key = format!("sk_live_{text}");
            (key, vec![text])
        }
        Jwt => {
            let part = |json: String| URL_SAFE_NO_PAD.encode(json);
            let head = part("{\"alg\":\"RS256\",\"kid\":\"ins_1\"}".to_owned());
            let claims =
                part(format!("{{\"sub\":\"user_1\",\"secret\":\"{}\"}}", drawn(number + 500, 24)));
            let token = format!("{head}.{claims}.{text}");
            (token, vec![text, drawn(number + 500, 24), claims])
        }
        Pem => {
            let block = format!(
                "-----BEGIN RSA PRIVATE KEY-----\n{text}\n{}\n-----END RSA PRIVATE KEY-----",
                drawn(number + 900, 64)
            );
            (block, vec![text, drawn(number + 900, 64)])
        }
    }
}

/// A template with its secret.
fn planted(template: &str, secret: &str) -> String {
    let json = serde_json::to_string(secret).expect("text is JSON");
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let filled = template
        .replace("\\§", &json[1..json.len() - 1])
        .replace("%§", &percent)
        .replace('§', secret);
    let Some((head, rest)) = filled.split_once('⟦') else { return filled };
    let (inside, tail) = rest.split_once('⟧').expect("it is closed");
    format!("{head}{}{tail}", STANDARD.encode(inside))
}

/// Every form in which a secret could be found again.
pub(super) fn forms(part: &str) -> Vec<String> {
    let percent: String = part.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut forms = vec![part.to_owned(), percent];
    for skipped in 0..3 {
        // What stands in the middle of base64, whatever stands before and behind it.
        let padded = [&b"xyz"[..skipped], part.as_bytes()].concat();
        let encoded = STANDARD_NO_PAD.encode(&padded);
        let start = [0, 2, 3][skipped];
        let end = encoded.len() - 3;
        forms.push(encoded[start..end].to_owned());
        forms.push(encoded[start..end].replace('+', "-").replace('/', "_"));
    }
    forms
}

/// Sends a request, its content in chunks that end inside of the secret.
fn send(url: &str, secret: &str, (target, fields, body): (&str, &str, &str)) {
    let (target, fields, body) =
        (planted(target, secret), planted(fields, secret), planted(body, secret));
    let method = if body.is_empty() { "GET" } else { "POST" };
    let fields = if fields.is_empty() { fields } else { format!("{fields}\r\n") };
    let head =
        format!("{method} {target} HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n{fields}");
    let pieces = if body.is_empty() {
        vec![format!("{head}\r\n").into_bytes()]
    } else {
        let mut pieces = vec![format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes()];
        let split = body.len().div_ceil(3);
        for piece in body.as_bytes().chunks(split) {
            pieces.push([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
        }
        pieces.push(b"0\r\n\r\n".to_vec());
        pieces
    };
    let answer = exchange(url, &pieces);
    assert!(answer.starts_with(b"HTTP/1.1 "), "{target}: {}", String::from_utf8_lossy(&answer));
}

/// An upstream whose answer `/answers/7` has the seventh plant in it, in chunks.
fn upstream(secrets: Vec<String>) -> Upstream {
    Upstream::acting(move |head, _| {
        let target = head.split(' ').nth(1).unwrap_or_default();
        let number: Option<usize> = target.strip_prefix("/answers/").and_then(|it| it.parse().ok());
        let Some(number) = number else {
            return vec![answer("200 OK", "content-type: application/json\r\n", "{\"ok\":true}")];
        };
        let (_, fields, body) = ANSWERED[number];
        let (fields, body) = (planted(fields, &secrets[number]), planted(body, &secrets[number]));
        let head = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\n{fields}\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        let mut pieces = vec![head.into_bytes()];
        for piece in body.as_bytes().chunks(body.len().div_ceil(3).max(1)) {
            pieces.push([format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat());
        }
        pieces.push(b"0\r\n\r\n".to_vec());
        pieces
    })
}

/// The secrets of all plants, sent and answered: whole, and what must not be seen of them.
fn secrets() -> [Vec<(String, Vec<String>)>; 2] {
    let sent = SENT.iter().enumerate().map(|(number, (look, ..))| secret(*look, number));
    let answered = ANSWERED.iter().enumerate().map(|(at, (look, ..))| secret(*look, 100 + at));
    [sent.collect(), answered.collect()]
}

/// Records all plants with these texts for secrets; whatever standin told beside.
fn record(layout: &str, out: &Path, [sent, answered]: [Vec<String>; 2]) -> Vec<(PathBuf, String)> {
    let upstream = upstream(answered);
    let told = tempfile::tempdir().expect("a folder");
    let mut command = standin(&["record", &upstream.url, "--spec", "clerk-sessions"]);
    command.args(["--layout", layout, "--format", "json", "--port", "0", "-vv"]);
    command.args(["--log", "json", "--fail-on", "never"]).arg("--out").arg(out);
    for format in ["json", "text", "junit", "sarif"] {
        command.arg("--report").arg(format!("{format}={}", told.path().join(format).display()));
    }
    command.env("RUST_LOG", "trace");
    let log = File::create(told.path().join("log")).expect("a log");
    let running = Running::logging(&mut command, log);
    for (secret, (_, target, fields, body)) in sent.iter().zip(SENT) {
        send(&running.url, secret, (target, fields, body));
    }
    for number in 0..ANSWERED.len() {
        send(&running.url, "", (&format!("/answers/{number}"), "", ""));
    }
    running.signal("TERM");
    let (code, events) = running.end();
    assert_eq!(code, 0, "{events}");
    let mut seen = files(told.path());
    seen.push(("events".into(), events));
    seen
}

#[test]
fn no_planted_secret_is_on_the_disk_in_the_log_or_in_a_report() {
    let kept = std::env::var_os("RECORDED").map(PathBuf::from);
    let folder = tempfile::tempdir().expect("a folder");
    let folder = kept.clone().unwrap_or_else(|| folder.path().to_owned());
    let secrets = secrets();
    let whole = || secrets.each_ref().map(|all| all.iter().map(|(text, _)| text.clone()).collect());
    for layout in ["ndjson", "files", "har"] {
        let out = folder.join(layout);
        let mut seen = record(layout, &out, whole());
        let recorded = files(&out);
        let entries = |text: &str| text.matches("\"startedDateTime\"").count();
        let count: usize = recorded.iter().map(|(_, text)| entries(text)).sum();
        assert_eq!(count, SENT.len() + ANSWERED.len());
        seen.extend(recorded);
        let mut leaks = Vec::new();
        for (number, (_, parts)) in secrets.iter().flatten().enumerate() {
            for form in parts.iter().flat_map(|part| forms(part)) {
                for (path, text) in &seen {
                    if let Some(at) = text.find(&form) {
                        let shown: String = text[..at].chars().rev().take(120).collect();
                        let shown: String = shown.chars().rev().collect();
                        leaks.push(format!(
                            "{layout} {number} in {}: {shown}{form}",
                            path.display()
                        ));
                    }
                }
            }
        }
        leaks.dedup_by_key(|leak| leak.split(" in ").next().map(str::to_owned));
        assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    }
    if kept.is_some() {
        // For the scanner of tests/recording/run to compare with.
        let plain = secrets.each_ref().map(|all| vec!["plain".to_owned(); all.len()]);
        record("ndjson", &folder.join("harmless"), plain);
        let [sent, answered] = whole();
        let sent = sent.iter().zip(SENT).map(|(secret, (_, target, fields, body))| {
            [target, fields, body].map(|template| planted(template, secret)).join("\n")
        });
        let answered = answered.iter().zip(ANSWERED).map(|(secret, (_, fields, body))| {
            [fields, body].map(|template| planted(template, secret)).join("\n")
        });
        let raw: Vec<String> = sent.chain(answered).collect();
        fs::create_dir_all(folder.join("unredacted")).expect("a folder");
        fs::write(folder.join("unredacted/traffic.txt"), raw.join("\n")).expect("a file");
    }
}
