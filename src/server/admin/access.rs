//! Who may use the control surface.
//!
//! It can change the state and stop the server, so it is open only where strangers are not: on
//! loopback, and there not to pages of other sites, which reach loopback through the browser of
//! whoever runs the tests. A token opens it from everywhere.

use std::net::IpAddr;

use http::HeaderName;
use http::StatusCode;
use http::header::HOST;
use http::header::ORIGIN;
use http::header::WWW_AUTHENTICATE;
use http::uri::Authority;
use ring::digest;

use crate::message::Answer;
use crate::message::Refusal;
use crate::message::Request;
use crate::server::admin::problem::problem;
use crate::server::admin::refused;
use crate::validate::security::bearer;

/// Who may use the control surface.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Access {
    /// Closed, health aside.
    pub closed: bool,
    /// The token that opens it.
    pub token: Option<String>,
}

impl Access {
    /// Whether anybody can come in at a listener on loopback, or off it.
    pub(crate) const fn is_open(&self, is_loopback: bool) -> bool {
        !self.closed && (is_loopback || self.token.is_some())
    }
}

/// The door of the surface.
#[derive(Debug)]
pub(super) struct Guard {
    access: Access,
    is_loopback: bool,
}

impl Guard {
    pub(super) const fn new(access: Access, is_loopback: bool) -> Self {
        Self { access, is_loopback }
    }

    /// What a call is answered that may not come in; `None`: it may.
    ///
    /// | surface                 | call                     | answer |
    /// |-------------------------|--------------------------|--------|
    /// | closed                  | any                      | 404    |
    /// | with a token            | with it                  | let in |
    /// | with a token            | without it, with another | 401    |
    /// | without, off loopback   | any                      | 404    |
    /// | without, on loopback    | foreign Host or Origin   | 403    |
    /// | without, on loopback    | any other                | let in |
    pub(super) fn refuse(&self, request: &Request) -> Option<Answer> {
        if self.access.closed {
            return Some(hidden());
        }
        match &self.access.token {
            Some(token) => refuse_by_token(request, token),
            None if !self.is_loopback => Some(hidden()),
            None => refuse_by_origin(request),
        }
    }
}

/// Like a path that does not exist.
fn hidden() -> Answer {
    refused(&Refusal::PathUnknown { nearest: Vec::new() })
}

fn refuse_by_token(request: &Request, token: &str) -> Option<Answer> {
    match bearer::read(&request.headers) {
        Ok(sent) if is_equal(sent.as_bytes(), token.as_bytes()) => None,
        Ok(_) => {
            let title = "the token is another than that of --admin-token";
            let mut answer = problem(StatusCode::UNAUTHORIZED, "token-wrong", title);
            let scheme = http::HeaderValue::from_static("Bearer");
            answer.headers.insert(WWW_AUTHENTICATE, scheme);
            Some(answer)
        }
        Err(problem) => {
            let challenges = vec!["Bearer".to_owned()];
            Some(refused(&Refusal::CredentialsMissing { problem, challenges }))
        }
    }
}

/// Compares in a time that tells nothing of where the two differ: the digests are compared whole.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let one = digest::digest(&digest::SHA256, one);
    let other = digest::digest(&digest::SHA256, other);
    let pairs = one.as_ref().iter().zip(other.as_ref());
    pairs.fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}

/// Keeps out pages of other sites: a name that was rebound to loopback shows in `Host`, a page
/// that calls loopback as what it is shows in `Origin`.
fn refuse_by_origin(request: &Request) -> Option<Answer> {
    let foreign = |name: &HeaderName, what: &str| {
        let title = format!(
            "the {what} is not this server's: call it as 127.0.0.1 or localhost, or configure --admin-token and send the token"
        );
        Some(problem(StatusCode::FORBIDDEN, &format!("{name}-foreign"), title))
    };
    let mut host = None;
    for value in request.headers.get_all(HOST) {
        let Some(authority) = value.to_str().ok().filter(|text| is_loopback_name(text)) else {
            return foreign(&HOST, "Host");
        };
        host = Some(authority.to_ascii_lowercase());
    }
    for value in request.headers.get_all(ORIGIN) {
        let origin = value.to_str().ok().map(str::to_ascii_lowercase);
        let authority = origin.as_deref().and_then(|origin| origin.strip_prefix("http://"));
        if authority.is_none() || authority != host.as_deref() {
            return foreign(&ORIGIN, "Origin");
        }
    }
    None
}

/// Whether an authority names this very machine: an address of loopback, `localhost`, or a name
/// below it (RFC 6761, section 6.3), whatever the port.
fn is_loopback_name(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    // Nothing but a port stands beside the host, however much like a host it may look.
    let port = authority.as_str().strip_prefix(authority.host());
    if !port.is_some_and(|port| port.is_empty() || port.starts_with(':')) {
        return false;
    }
    let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&host);
    let is_address = |address: IpAddr| address.to_canonical().is_loopback();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<IpAddr>().is_ok_and(is_address)
}

#[cfg(test)]
mod tests {
    use super::is_equal;
    use super::is_loopback_name;

    #[test]
    fn only_names_of_this_machine_pass() {
        for own in ["localhost", "LOCALHOST:4010", "127.0.0.1:1", "[::1]:80", "[::1]", "127.9.9.9"]
        {
            assert!(is_loopback_name(own), "{own}");
        }
        let foreign = ["", "evil.example", "localhost.evil.example", "10.0.0.1", "127.0.0.1.x:1"];
        let odd = ["127.0.0.1:80@evil.example", "localhost@evil.example", "[::1]evil.example"];
        for foreign in foreign.iter().chain(&odd) {
            assert!(!is_loopback_name(foreign), "{foreign}");
        }
    }

    #[test]
    fn tokens_compare_whole() {
        assert!(is_equal(b"secret", b"secret"));
        assert!(!is_equal(b"secret", b"secre") && !is_equal(b"", b"secret"));
    }
}
