//! Header fields that end at a connection, and those that go on.
//!
//! # Source
//!
//! RFC 9110, sections 7.6.1 (`Connection` and what it names), 10.1.1 (`Expect`) and 10.1.4 (`TE`);
//! RFC 9113, section 8.2.3 (cookies in pieces).

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::header::CONNECTION;
use http::header::CONTENT_LENGTH;
use http::header::COOKIE;
use http::header::EXPECT;
use http::header::HOST;
use http::header::PROXY_AUTHENTICATE;
use http::header::PROXY_AUTHORIZATION;
use http::header::TE;
use http::header::TRANSFER_ENCODING;
use http::header::UPGRADE;

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");

/// Fields that speak of one connection, whether `Connection` names them or not.
const OF_CONNECTION: [HeaderName; 6] = [
    KEEP_ALIVE,
    PROXY_CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// What goes on of a request's fields; `upgrades` where it asks for another protocol, and is to.
#[must_use]
pub fn of_request(headers: &HeaderMap, upgrades: bool) -> HeaderMap {
    let mut passed = headers.clone();
    let takes_trailers = listed(headers, &TE).any(|word| word.eq_ignore_ascii_case("trailers"));
    let protocol = passed.get(UPGRADE).cloned();
    strip(&mut passed);
    // The upstream's host is its address; the length is told again by whoever sends the content,
    // and whoever waits for `100 Continue` was told so here.
    for name in [HOST, CONTENT_LENGTH, EXPECT, TE] {
        passed.remove(name);
    }
    if takes_trailers {
        passed.insert(TE, HeaderValue::from_static("trailers"));
    }
    if passed.get_all(COOKIE).iter().nth(1).is_some() {
        let pieces: Vec<&[u8]> =
            headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
        if let Ok(whole) = HeaderValue::from_bytes(&pieces.join(&b"; "[..])) {
            passed.insert(COOKIE, whole);
        }
    }
    if let Some(protocol) = protocol.filter(|_| upgrades) {
        passed.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        passed.insert(UPGRADE, protocol);
    }
    passed
}

/// Takes out of an answer's fields what ends here.
pub fn of_answer(headers: &mut HeaderMap) {
    strip(headers);
}

/// Whether a request asks for another protocol on its connection.
///
/// HTTP/2 without TLS is none: some clients ask for it with every call, and whoever agreed would
/// speak past everybody who judges (RFC 9113, section 3.1 has dropped it).
#[must_use]
pub fn asks_upgrade(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|protocol| !protocol.as_bytes().eq_ignore_ascii_case(b"h2c"))
        && listed(headers, &CONNECTION).any(|word| word.eq_ignore_ascii_case("upgrade"))
}

fn strip(headers: &mut HeaderMap) {
    if headers.contains_key(CONNECTION) {
        let named: Vec<HeaderName> = listed(headers, &CONNECTION)
            .filter_map(|word| HeaderName::from_bytes(word.as_bytes()).ok())
            .collect();
        for name in named {
            headers.remove(name);
        }
        headers.remove(CONNECTION);
    }
    for name in OF_CONNECTION {
        headers.remove(name);
    }
}

/// The words of a field that lists them.
fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let fields = headers.get_all(name).iter().filter_map(|field| field.to_str().ok());
    fields.flat_map(|field| field.split(',')).map(str::trim).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::HeaderName;
    use http::HeaderValue;

    use super::asks_upgrade;
    use super::of_request;

    fn fields(lines: &[(&str, &str)]) -> HeaderMap {
        let parsed = lines.iter().map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            (name, HeaderValue::from_str(value).expect("a value"))
        });
        parsed.fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(name, value);
            all
        })
    }

    #[test]
    fn what_speaks_of_one_connection_ends_there() {
        let sent = [
            ("Connection", "close, X-Mine"),
            ("connection", " x-other ,,Keep-Alive"),
            ("X-Mine", "1"),
            ("x-other", "2"),
            ("Keep-Alive", "timeout=5"),
            ("Proxy-Connection", "keep-alive"),
            ("Proxy-Authorization", "Basic eA=="),
            ("TE", "gzip, trailers;q=1"),
            ("Transfer-Encoding", "chunked"),
            ("Upgrade", "h2c"),
            ("Host", "elsewhere.example"),
            ("Content-Length", "3"),
            ("Expect", "100-continue"),
            ("Trailer", "digest"),
            ("X-Kept", "a"),
            ("X-Kept", "b"),
        ];
        let expected = fields(&[("trailer", "digest"), ("x-kept", "a"), ("x-kept", "b")]);
        assert_eq!(of_request(&fields(&sent), false), expected);
    }

    #[test]
    fn trailers_are_taken_where_the_client_takes_them_and_cookies_are_made_whole() {
        let sent = fields(&[("te", "deflate, Trailers"), ("cookie", "a=1"), ("cookie", "b=2")]);
        let expected = fields(&[("te", "trailers"), ("cookie", "a=1; b=2")]);
        assert_eq!(of_request(&sent, false), expected);
    }

    #[test]
    fn another_protocol_is_asked_for_again() {
        let sent = fields(&[("connection", "Upgrade"), ("upgrade", "websocket")]);
        let expected = fields(&[("connection", "upgrade"), ("upgrade", "websocket")]);
        assert_eq!(of_request(&sent, true), expected);
        assert_eq!(of_request(&sent, false), HeaderMap::new());
        assert!(asks_upgrade(&sent));
        let sent = fields(&[("connection", "Upgrade, HTTP2-Settings"), ("upgrade", "h2c")]);
        assert!(!asks_upgrade(&sent));
    }
}
