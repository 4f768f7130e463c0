//! Takes secrets out of exchanges that are written down or shown: stable placeholders, equal ones
//! for equal secrets.
//!
//! What a secret is says [`secret`]: by name where the name tells, by shape wherever it stands, and
//! inside of base64 and percent-encoding. To that come here what a document marks ([`Marks`]), what
//! the user says ([`Policy`]), and what was a secret anywhere before ([`Register`]). Nothing is
//! redacted while a call is answered; who shows or writes an exchange does it then.

mod content;
mod fields;
mod further;
mod json;
mod lengths;
mod marks;
mod policy;
mod register;
mod standing;
mod stored;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::finding::personal;
use crate::finding::personal::Personal;
use crate::finding::random;
use crate::finding::secret;
use crate::finding::secret::Search;
use crate::finding::telling;
use crate::finding::telling::Way;
use crate::tape::entry::Entry;
use crate::tape::entry::Token;
use crate::tape::placeholder;
use crate::tape::placeholder::Kind;
use crate::token;

pub use lengths::Lengths;
pub use marks::Marks;
pub use policy::Pattern;
pub use policy::PatternError;
pub use policy::Policy;
pub use register::Register;
pub(crate) use register::RegisterError;

/// Takes secrets out, and remembers which got which placeholder.
#[derive(Debug, Default)]
pub struct Redactor {
    policy: Arc<Policy>,
    register: Arc<Register>,
    marks: Option<Arc<Marks>>,
    /// What the tokens of the entry say.
    tokens: BTreeMap<String, Token>,
    /// Whether the entry has secrets that were never seen before.
    has_learned: bool,
    /// Whether it takes anything out that is no placeholder yet.
    found: usize,
}

impl Redactor {
    /// One that takes out what `policy` says.
    #[must_use]
    pub fn new(policy: Arc<Policy>, register: Arc<Register>) -> Self {
        Self { policy, register, ..Self::default() }
    }

    /// Has the document of the next entries say what its secrets are.
    pub fn marked(&mut self, marks: Option<Arc<Marks>>) -> &mut Self {
        self.marks = marks;
        self
    }

    /// How many places it has put a placeholder in.
    #[must_use]
    pub const fn found(&self) -> usize {
        self.found
    }

    /// Takes the secrets out of an entry.
    pub fn entry(&mut self, entry: &mut Entry) {
        (self.has_learned, self.tokens) = (false, BTreeMap::new());
        self.pass(entry);
        // What was learned last may stand where nobody would look for it, before.
        if self.has_learned {
            self.pass(entry);
        }
        let tokens = std::mem::take(&mut self.tokens);
        if !tokens.is_empty() {
            entry.own.get_or_insert_default().tokens.extend(tokens);
        }
    }

    fn pass(&mut self, entry: &mut Entry) {
        let request = &mut entry.request;
        self.fields(&mut request.headers, Way::Request);
        request.url = self.url(&request.url);
        for pair in &mut request.query_string {
            pair.name = self.shapes(&pair.name);
            pair.value = self.named(&pair.name, &pair.value, Way::Request);
        }
        // Cookies stand among the header fields, too: nobody needs them twice.
        request.cookies.clear();
        if let Some(content) = &mut request.post_data {
            let (text, encoding) = (&mut content.text, &mut content.encoding);
            self.content(&content.mime_type, text, encoding, Way::Request);
            content.mime_type = self.prose(&content.mime_type, Way::Request);
        }
        let response = &mut entry.response;
        self.fields(&mut response.headers, Way::Response);
        response.redirect_url = self.address(&response.redirect_url);
        response.cookies.clear();
        let content = &mut response.content;
        if let Some(text) = &mut content.text {
            self.content(&content.mime_type, text, &mut content.encoding, Way::Response);
        }
        if let Some(own) = &mut entry.own {
            self.fields(&mut own.request_trailers, Way::Request);
            self.fields(&mut own.response_trailers, Way::Response);
        }
    }

    /// Takes the secrets out of a URL, or of a path with its query.
    pub fn target(&mut self, target: &str) -> String {
        let marks = self.marks.clone();
        let path = target.split('?').next().unwrap_or_default();
        let marked = marks.as_ref().map(|marks| marks.segments(path)).unwrap_or_default();
        let is_secret = |name: &str| self.tells(name, Way::Request);
        let told: Vec<(usize, usize)> = marked
            .into_iter()
            .filter(|(name, is_marked, _)| *is_marked || is_secret(name))
            .map(|(_, _, range)| (range.start, range.end))
            .collect();
        let mut shown = target.to_owned();
        for (start, end) in told.into_iter().rev() {
            let plain = percent_encoding::percent_decode_str(&target[start..end]);
            let plain = plain.decode_utf8_lossy().into_owned();
            let placeholder = self.secret(&plain);
            shown.replace_range(start..end, &placeholder);
        }
        self.address(&shown)
    }

    fn url(&mut self, url: &str) -> String {
        let plain = placeholder::unescape(url).into_owned();
        let shown = self.target(&plain);
        placeholder::escape(&shown).into_owned()
    }

    /// An address, of a request or in a text.
    fn address(&mut self, text: &str) -> String {
        self.searching(Way::Request, |search, stand_in| {
            secret::replace_in_target(text, search, stand_in).into_owned()
        })
    }

    fn named(&mut self, name: &str, text: &str, way: Way) -> String {
        let is_marked = self.is_marked(way, "", name);
        if (self.tells(name, way) || is_marked) && !text.is_empty() {
            return self.secret(text);
        }
        if random::is_random(text) && telling::is_hinting(name) && self.is_open(name) {
            return self.secret(text);
        }
        match self.personal(name).filter(|_| !text.is_empty()) {
            Some(kind) => self.placeholder(kind, text),
            None => self.prose(text, way),
        }
    }

    /// Text that somebody wrote: `token: abc` is one, wherever it stands.
    fn prose(&mut self, text: &str, way: Way) -> String {
        self.searching(way, |search, stand_in| secret::replace(text, search, stand_in).into_owned())
    }

    /// A text in JSON: what a server says in prose of a token is no token.
    fn said(&mut self, text: &str, way: Way) -> String {
        match way {
            Way::Request => self.prose(text, way),
            Way::Response => self.shapes(text),
        }
    }

    /// Text in which only shapes tell.
    fn shapes(&mut self, text: &str) -> String {
        let (policy, register) = (Arc::clone(&self.policy), Arc::clone(&self.register));
        let more = |text: &str, found: &mut Vec<Range<usize>>| {
            further::find(&policy, &register, text, found);
        };
        let search = Search::SHAPES.with(&more);
        secret::replace(text, search, &mut |secret| self.secret(secret)).into_owned()
    }

    /// Searches with all that is known here.
    fn searching(
        &mut self,
        way: Way,
        replace: impl FnOnce(Search<'_>, secret::StandIn<'_>) -> String,
    ) -> String {
        let (policy, register) = (Arc::clone(&self.policy), Arc::clone(&self.register));
        let marks = self.marks.clone();
        let tells = |name: &str| {
            let is_marked = || marks.as_ref().is_some_and(|marks| marks.has(way, "", name));
            policy
                .says(name)
                .unwrap_or_else(|| tells(&policy, marks.as_deref(), name, way) || is_marked())
        };
        let more = |text: &str, found: &mut Vec<Range<usize>>| {
            further::find(&policy, &register, text, found);
        };
        let search = Search::told(&tells).with(&more);
        replace(search, &mut |secret| self.secret(secret))
    }

    fn tells(&self, name: &str, way: Way) -> bool {
        tells(&self.policy, self.marks.as_deref(), name, way)
    }

    /// Whether nobody said that values of this name are harmless.
    fn is_open(&self, name: &str) -> bool {
        self.policy.says(name) != Some(false)
    }

    fn is_marked(&self, way: Way, parent: &str, name: &str) -> bool {
        let is_marked = |marks: &Arc<Marks>| marks.has(way, parent, name);
        self.is_open(name) && self.marks.as_ref().is_some_and(is_marked)
    }

    /// What kind of personal data a name tells of, where that is to be taken out.
    fn personal(&self, name: &str) -> Option<Kind> {
        let kind = if self.policy.personal { personal::kind_of_name(name) } else { None };
        kind.filter(|_| self.is_open(name)).map(kind_of)
    }

    /// The placeholder of a whole secret; one that already is a placeholder stays.
    fn secret(&mut self, text: &str) -> String {
        let kind = if looks_like_jwt(text) {
            Kind::Jwt
        } else if text.trim_start().starts_with("-----BEGIN ") {
            Kind::Pem
        } else if let Some(kind) = personal::kind_of_text(text).filter(|_| self.policy.personal) {
            kind_of(kind)
        } else {
            Kind::Secret
        };
        self.placeholder(kind, text)
    }

    fn placeholder(&mut self, kind: Kind, text: &str) -> String {
        let is_placeholder = matches!(placeholder::find(text), Some(("", _, "")));
        if is_placeholder || text.is_empty() || self.policy.allows(text) {
            return text.to_owned();
        }
        let (kind, number, is_new) = self.register.number(kind, text);
        self.has_learned |= is_new;
        self.found += 1;
        if kind == Kind::Jwt {
            self.keep(number, text);
        }
        placeholder::write(kind, number)
    }

    /// Keeps what a token says, so that it can be signed again.
    fn keep(&mut self, number: usize, text: &str) {
        let name = format!("{}:{number}", Kind::Jwt.as_str());
        if self.tokens.contains_key(&name) {
            return;
        }
        let Some((header, claims)) = token::decode_unverified(text) else { return };
        // Kept beside it before it is looked into: a token may have itself for a claim.
        self.tokens.insert(name.clone(), Token::default());
        let mut harmless = |value: &Value| -> Map<String, Value> {
            let text = self.json(&value.to_string(), Way::Response, 1);
            serde_json::from_str(&text).unwrap_or_default()
        };
        let token = Token { header: harmless(&header), claims: harmless(&claims) };
        self.tokens.insert(name, token);
    }
}

/// Whether a name tells that its value is a secret: as the user says, or the document, or everybody.
fn tells(policy: &Policy, marks: Option<&Marks>, name: &str, way: Way) -> bool {
    policy.says(name).unwrap_or_else(|| {
        telling::is_telling(name, way) || marks.is_some_and(|marks| marks.is_key(name))
    })
}

const fn kind_of(kind: Personal) -> Kind {
    match kind {
        Personal::Email => Kind::Email,
        Personal::Ip => Kind::Ip,
        Personal::Phone => Kind::Phone,
        Personal::Person => Kind::Person,
        Personal::Address => Kind::Address,
    }
}

/// A signed token as they are really made: its header is a JSON object in base64.
fn looks_like_jwt(text: &str) -> bool {
    text.starts_with("eyJ") && placeholder::is_jwt(text)
}
