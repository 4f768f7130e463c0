//! Every place of a request that a secret can be in.

use http::HeaderName;
use http::HeaderValue;
use http::header::HOST;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use standin::message::Request;

/// A request with a secret in it.
#[derive(Clone, Debug)]
pub(crate) struct Planted {
    /// Where the secret is.
    pub(crate) place: String,
    /// `METHOD /target`, then lines of `name: value`.
    pub(crate) head: String,
    /// The content.
    pub(crate) body: Vec<u8>,
    /// Whether nothing around the secret tells that it is one.
    pub(crate) is_unnamed: bool,
}

impl Planted {
    /// The request as one that was recorded.
    pub(crate) fn message(&self) -> Request {
        let mut lines = self.head.lines();
        let line = lines.next().and_then(|line| line.split_once(' '));
        let (method, target) = line.expect("a method and a target");
        let absolute = target.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
        let (host, target) = match absolute {
            Some((host, path)) => (host, format!("/{path}")),
            None => ("localhost", target.to_owned()),
        };
        let mut request = Request::new(method.parse().expect("a method"), &target);
        request.headers.insert(HOST, HeaderValue::from_str(host).expect("a value"));
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            request.headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        request.body = self.body.clone().into();
        request
    }
}

/// Calls of every API: what they are without the secret.
const CALLS: &[&str] = &[
    "GET /v1/sessions",
    "POST /v1/sessions",
    "POST /v1/sessions/sess_active/tokens",
    "POST /v1/sessions/sess_active/verify",
    "POST /v1/sessions/sess_active/refresh",
    "POST /cis/v1/auth-session/start-restricted",
    "POST /cis/v1/auth-session/start-with-authorization",
    "POST /cis/v1/auth-session/authorize",
    "POST /cis/v1/auth-session/status",
    "POST /cis/v1/auth-session/attach-device",
    "POST /oidc/token",
    "GET /cis/v1/sessions/user_alice",
    "DELETE /cis/v1/sessions/user_alice",
    "PUT /v1/sessions",
    "GET /nowhere",
];

/// Header fields, `$` for the secret, `~` for it in percent-encoding.
const FIELDS: &[&str] = &[
    "authorization: Bearer $",
    "authorization: bearer  $",
    "authorization: Bearer $ more",
    "authorization: Basic $",
    "authorization: Token $",
    "authorization: Unheard-Of $",
    "authorization: Digest username=\"ada\", response=\"$\"",
    "authorization: $",
    "authorization: $ $",
    "authorization: Bearer {{secret:1}}$",
    "authorization: Bearer ok\nauthorization: Bearer $",
    "proxy-authorization: Basic $",
    "x-forwarded-authorization: Bearer $",
    "cookie: __session=$; theme=dark",
    "cookie: theme=dark; $",
    "cookie: a=b\ncookie: __client=$",
    "x-api-key: $",
    "api-key: $",
    "apikey: $",
    "x-auth-token: $",
    "x-access-token: $",
    "x-csrf-token: $",
    "x-client-secret: $",
    "x-ts-device-binding-token: $",
    "x-ts-device-binding-token: a\nx-ts-device-binding-token: $",
    "set-device-binding-token: $",
    "x-webauthn-assertion: $",
    "referer: https://app.example.com/callback?code=~&state=1",
    "referer: https://app.example.com/#access_token=~",
    "referer: https://ada:~@app.example.com/",
    "host: ada:~@localhost",
];

/// Header fields that nothing tells of.
const UNNAMED_FIELDS: &[&str] = &[
    "user-agent: client/1.0 ($)",
    "x-request-id: $",
    "prefer: code=200, example=$",
    "content-type: $",
    "content-type: application/json; note=$",
    "accept: text/$",
    "clerk-api-version: $",
    "forwarded: for=$",
];

/// Queries, `$` for the secret, `~` for it in an encoded URL.
const QUERIES: &[&str] = &[
    "token=$",
    "access_token=$&limit=0",
    "limit=0&code=$",
    "client_secret=$",
    "refresh_token=$",
    "id_token_hint=$",
    "api_key=$",
    "apiKey=$",
    "password=$&password=$",
    "auth_code=$",
    "code_verifier=$",
    "sessionToken=$",
    "jwt=$",
    "tok%65n=$",
    "token[]=$",
    "filter[token]=$",
    "user_id=a;token=$",
    "next=%2Fa%3Ftoken%3D$",
    "status=https://ada:~@example.com",
];

const UNNAMED_QUERIES: &[&str] = &["$", "user_id=$", "status=$", "limit=$", "$=1", "a&$&b"];

/// Paths, `$` for the secret. Nothing tells of a segment: ids look like secrets, too.
const UNNAMED_PATHS: &[&str] = &[
    "GET /v1/sessions/$",
    "POST /v1/sessions/$/revoke",
    "PUT /v1/sessions/$",
    "GET /cis/v1/sessions/$",
    "GET /sessions/$",
    "GET /reset/$",
    "GET /reset/a-rather-long-way-to-go-before-anything-comes-that-is-worth-hiding-here/$",
    "GET /%61%20$",
    "GET /a.$.b/%zz",
];

const PATHS: &[&str] =
    &["GET /a;token=$/b", "GET http://ada:$@localhost/v1/sessions?limit=0", "GET /login/token=$"];

/// Forms, `$` for the secret.
const FORMS: &[&str] = &[
    "grant_type=authorization_code&client_id=client_app&client_secret=$&code=x",
    "grant_type=authorization_code&client_id=client_app&client_secret=secret_app&code=$",
    "grant_type=refresh_token&client_id=client_app&client_secret=secret_app&refresh_token=$",
    "grant_type=client_credentials&client_assertion=$&client_assertion_type=a",
    "grant_type=password&username=ada&password=$",
    "client_secret=$&client_secret=$",
    "client%5Fsecret=$",
    "client_secret=$%zz",
    "subject_token=$&unknown=1",
    "token=$",
];

/// Members of JSON objects, `$` for the secret, `~` for it in percent-encoding.
const MEMBERS: &[&str] = &[
    r#""token":"$""#,
    r#""expired_token":"$","refresh_token":"x","request_origin":1"#,
    r#""expired_token":"x","refresh_token":"$""#,
    r#""refresh_token":["$"]"#,
    r#""token":{"value":"$"}"#,
    r#""tokens":[{"deep":[["$"]]}]"#,
    r#""auth_code":"$""#,
    r#""code":"$""#,
    r#""client_secret":"$","client_id":7"#,
    r#""accessToken":"$""#,
    r#""apiKey":"$""#,
    r#""password":"$""#,
    r#""request_headers":{"authorization":["Bearer $"],"cookie":["__session=$"]}"#,
    r#""token":"$","token":null"#,
    r#""t\u006fken":"$""#,
    r#""payload":"{\"token\":\"$\"}""#,
    r#""redirect_uri":"https://app.example.com/?code=~""#,
    r#""redirect_uri":"https://ada:~@app.example.com/""#,
    r#""approval_data":{"token":{"a":"$"}}"#,
    r#""auth_session_id":"Bearer $""#,
];

const UNNAMED_MEMBERS: &[&str] = &[
    r#""user_id":"$""#,
    r#""user_id":["$"]"#,
    r#""auth_session_id":"$""#,
    r#""client_id":"$","username":"$""#,
    r#""$":1"#,
    r#""approval_data":{"$ ":"$"}"#,
    r#""session_expiration":"$""#,
    r#""user_id":"a $ b""#,
];

/// What becomes of a JSON object before it is sent.
const WRAPPINGS: &[(&str, &str, &[u8])] = &[
    ("whole", "application/json", b"{@}"),
    ("in a list", "application/json", b"[{@}]"),
    ("cut off", "application/json", b"{@"),
    ("with a tail", "application/json", b"{@} tail"),
    ("not UTF-8", "application/json", b"{@,\"a\":\"\xff\"}"),
    ("as a form", "application/x-www-form-urlencoded", b"{@}"),
    ("as text", "text/plain", b"{@}"),
    ("without a type", "", b"{@}"),
];

/// Every place, once: each template with one of the calls, in turn.
pub(crate) fn all(secret: &str) -> Vec<Planted> {
    let mut places = Places { secret, calls: CALLS.iter().cycle(), found: Vec::new() };
    for (templates, is_unnamed) in [(FIELDS, false), (UNNAMED_FIELDS, true)] {
        for template in templates {
            let call = places.call();
            let fields = places.filled(template);
            places.add(template, &format!("{call}\n{fields}"), b"{}", is_unnamed);
        }
    }
    for (templates, is_unnamed) in [(QUERIES, false), (UNNAMED_QUERIES, true)] {
        for template in templates {
            let call = places.call();
            let query = places.encoded(template);
            places.add(template, &format!("{call}?{query}"), b"", is_unnamed);
        }
    }
    for (templates, is_unnamed) in [(PATHS, false), (UNNAMED_PATHS, true)] {
        for template in templates {
            let head = places.encoded(template);
            places.add(template, &head, b"", is_unnamed);
        }
    }
    for form in FORMS {
        let body = places.encoded(form);
        for media_type in ["application/x-www-form-urlencoded", "application/json", "text/plain"] {
            let head = format!("POST /oidc/token\ncontent-type: {media_type}");
            places.add(&format!("{form} as {media_type}"), &head, body.as_bytes(), false);
        }
    }
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n$\r\n--x--\r\n";
    let head = format!("{}\ncontent-type: multipart/form-data; boundary=x", places.call());
    let body = places.filled(multipart);
    places.add(multipart, &head, body.as_bytes(), false);
    for (members, is_unnamed) in [(MEMBERS, false), (UNNAMED_MEMBERS, true)] {
        for (template, (how, media_type, wrapping)) in
            members.iter().flat_map(|it| WRAPPINGS.iter().map(move |wrapping| (it, wrapping)))
        {
            let members = places.filled(template);
            let at = wrapping.iter().position(|byte| *byte == b'@').expect("a place for members");
            let body = [&wrapping[..at], members.as_bytes(), &wrapping[at + 1..]].concat();
            let media_type = match *media_type {
                "" => String::new(),
                given => format!("\ncontent-type: {given}"),
            };
            let head = format!("{}{media_type}", places.call());
            places.add(&format!("{template} {how}"), &head, &body, is_unnamed);
        }
    }
    for text in [format!("\"{secret}\""), secret.to_owned()] {
        let head = format!("{}\ncontent-type: application/json", places.call());
        places.add("the whole body", &head, text.as_bytes(), true);
        let head = "POST /oidc/token\ncontent-type: application/x-www-form-urlencoded";
        places.add("the whole form", head, text.as_bytes(), true);
    }
    places.found
}

struct Places<'s> {
    secret: &'s str,
    calls: std::iter::Cycle<std::slice::Iter<'static, &'static str>>,
    found: Vec<Planted>,
}

impl Places<'_> {
    /// The next call, those without a body left out where one is needed.
    fn call(&mut self) -> &'static str {
        self.calls.next().copied().unwrap_or_default()
    }

    fn filled(&self, template: &str) -> String {
        template.replace('$', self.secret).replace('~', &self.encoded("$"))
    }

    fn encoded(&self, template: &str) -> String {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let once = encode(self.secret);
        template.replace('$', &once).replace('~', &encode(&once))
    }

    fn add(&mut self, place: &str, head: &str, body: &[u8], is_unnamed: bool) {
        // Every call has Clerk's key, but for those that plant something in its place.
        let has_own = head.contains("\nauthorization:");
        let key = if has_own { "" } else { "\nauthorization: Bearer sk_test_mock" };
        let line = head.lines().next().unwrap_or_default();
        self.found.push(Planted {
            place: format!("`{place}` ({line})"),
            head: format!("{head}{key}"),
            body: body.to_vec(),
            is_unnamed,
        });
    }
}
