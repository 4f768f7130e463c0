//! What of a request decides which recording answers it, taken from what was sent and from what was
//! recorded in one way.

use std::borrow::Cow;

use http::Method;
use http::header::CONTENT_TYPE;
use http::header::HOST;

use crate::json;
use crate::json::Input;
use crate::message::MediaType;
use crate::message::Request;
use crate::message::parameters;
use crate::params::style::form;
use crate::route::Router;
use crate::route::template;
use crate::tape::outline::Asked;
use crate::tape::replay::matching::Matching;
use crate::tape::replay::shift::Shift;
use crate::tape::snapshot;
use crate::validate::body;

/// Names with values.
pub(crate) type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// What decides, and by whose templates paths are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lens<'l> {
    pub(crate) matching: &'l Matching,
    pub(crate) router: Option<&'l Router>,
    /// How the times of what was sent come to be those of what was recorded.
    pub(crate) shift: Option<Shift>,
}

/// What of a request decides which recording answers it; what does not is left out.
#[derive(Debug)]
pub(crate) struct Essence<'a> {
    pub(crate) method: Cow<'a, str>,
    /// The parts of the path, decoded; a slash inside of one stays apart from those between them.
    pub(crate) path: Vec<Cow<'a, str>>,
    /// The query as a multiset: decoded and sorted.
    pub(crate) query: Pairs<'a>,
    pub(crate) content: Content<'a>,
    /// Header fields without which it is another call, and the host where that counts.
    pub(crate) demanded: Pairs<'a>,
    /// Header fields that tell two recordings of one call apart.
    pub(crate) telling: Pairs<'a>,
}

/// Content, compared by meaning.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    /// No bytes, `null` or `{}`: clients differ in how they send nothing.
    Nothing,
    Json(Input<'a>),
    Form(Pairs<'a>),
    Bytes(Cow<'a, [u8]>),
}

/// Whether a header field tells two recordings of one call apart; that it differs is no miss.
/// `Accept` and `User-Agent` say more about the client than about the call.
fn is_telling(name: &str) -> bool {
    snapshot::is_written(name) && !["accept", "user-agent"].contains(&name)
}

impl<'a> Essence<'a> {
    /// Takes what matters out of a request.
    pub(crate) fn of(request: &'a Request, lens: Lens<'_>) -> Self {
        let fields = request.headers.iter().map(|(name, value)| {
            (Cow::Borrowed(name.as_str()), String::from_utf8_lossy(value.as_bytes()))
        });
        let media_type = request.header(&CONTENT_TYPE).unwrap_or("");
        let content = match lens.matching.reads_body() {
            true => content(plain(request), media_type),
            false => Content::Nothing,
        };
        let query = request.query.as_deref().unwrap_or("");
        let mut essence = Self::made(request.method.as_str(), &request.path, query, content, lens);
        if let Some(shift) = lens.shift {
            essence.shift(shift);
        }
        essence.with_fields(fields, lens)
    }

    /// Takes what matters out of a recorded request; `None` where its content is no base64.
    pub(crate) fn of_recorded(asked: &'a Asked<'a>, lens: Lens<'_>) -> Option<Self> {
        let fields = asked.headers.iter().map(|field| {
            let name = match field.name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                true => Cow::Owned(field.name.to_ascii_lowercase()),
                false => Cow::Borrowed(&*field.name),
            };
            (name, Cow::Borrowed(&*field.value))
        });
        let content = match asked.posted().filter(|_| lens.matching.reads_body()) {
            Some(posted) => {
                let decoded = match posted.bytes().ok()? {
                    Cow::Owned(bytes) => Some(bytes),
                    Cow::Borrowed(_) => None,
                };
                let bytes = match (decoded, posted.text) {
                    (Some(bytes), _) => Cow::Owned(bytes),
                    (None, Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
                    (None, Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
                };
                content(bytes, posted.mime_type)
            }
            None => Content::Nothing,
        };
        let target = asked.target();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut essence = Self::made(&asked.method, path, query, content, lens);
        if lens.matching.host
            && let Some(host) = asked.host()
        {
            essence.demanded.push((Cow::Borrowed("host"), Cow::Borrowed(host)));
        }
        Some(essence.with_fields(fields, lens))
    }

    fn made(
        method: &'a str,
        path: &'a str,
        query: &'a str,
        content: Content<'a>,
        lens: Lens<'_>,
    ) -> Self {
        let Lens { matching, router, .. } = lens;
        let found = router.and_then(|router| {
            let method = Method::from_bytes(method.as_bytes()).ok()?;
            router.find(&method, path).ok()
        });
        let path = match (matching.path, found) {
            (false, _) => Vec::new(),
            // The values decide, and not by which base path somebody came.
            (true, Some(found)) => {
                let template = found.operation.template.split('/').map(|part| {
                    let mut part = part.to_owned();
                    for (name, value) in &found.path_values {
                        part = part.replace(&format!("{{{name}}}"), value);
                    }
                    Cow::Owned(decoded(Cow::Owned(part)).into_owned())
                });
                template.collect()
            }
            (true, None) => path.split('/').map(|part| decoded(Cow::Borrowed(part))).collect(),
        };
        let mut query = sorted_pairs(query);
        query.retain(|(name, _)| matching.query.counts(name));
        let content = matching.pruned(content);
        Self {
            method: Cow::Borrowed(if matching.method { method } else { "" }),
            path,
            query,
            content,
            demanded: Vec::new(),
            telling: Vec::new(),
        }
    }

    fn with_fields(
        mut self,
        fields: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        lens: Lens<'_>,
    ) -> Self {
        let matching = lens.matching;
        for (name, value) in fields {
            if matching.host && name == HOST.as_str() {
                self.demanded.retain(|(name, _)| name != HOST.as_str());
                self.demanded.push((name, value));
            } else if matching.headers.contains(&*name) {
                self.demanded.push((name, value));
            } else if is_telling(&name) && !matching.unheard.contains(&*name) {
                self.telling.push((name, value));
            }
        }
        self.demanded.sort();
        self.telling.sort();
        self
    }

    /// Moves the times of what was sent.
    fn shift(&mut self, shift: Shift) {
        let moved = |pairs: &mut Pairs<'a>| {
            for (name, value) in pairs.iter_mut() {
                if let Some(text) = shift.named(name, value) {
                    *value = Cow::Owned(text);
                }
            }
            pairs.sort();
        };
        moved(&mut self.query);
        match &mut self.content {
            Content::Form(pairs) => moved(pairs),
            Content::Json(input) => {
                let mut value = input.view().to_value().into_owned();
                shift.value("", &mut value, 0);
                *input = Input::Value(value);
            }
            Content::Nothing | Content::Bytes(_) => {}
        }
    }

    /// The method and path, as a person reads them.
    pub(crate) fn target(&self) -> String {
        format!("{} {}", self.method, self.path.join("/"))
    }
}

/// The content of a request without its codings: recordings are written without.
fn plain(request: &Request) -> Cow<'_, [u8]> {
    let codings = body::coding(&request.headers);
    let plain = codings.and_then(|codings| body::inflate::undo(&codings, &request.body).ok());
    plain.map_or(Cow::Borrowed(&*request.body), Cow::Owned)
}

/// A part of a path, decoded.
fn decoded(part: Cow<'_, str>) -> Cow<'_, str> {
    if !part.contains('%') {
        return part;
    }
    match template::decode(&part) {
        Ok(text) => Cow::Owned(text.replace('/', "%2F")),
        Err(_) => part,
    }
}

fn content<'a>(bytes: Cow<'a, [u8]>, media_type: &str) -> Content<'a> {
    let trimmed = bytes.trim_ascii();
    if trimmed.is_empty() || trimmed == b"null" || trimmed == b"{}" {
        return Content::Nothing;
    }
    let parsed = MediaType::parse(media_type);
    if parsed.as_ref().is_some_and(MediaType::is_form) {
        let pairs = match &bytes {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(sorted_pairs),
            Cow::Owned(bytes) => {
                std::str::from_utf8(bytes).ok().map(|text| owned(sorted_pairs(text)))
            }
        };
        return pairs.map_or(Content::Bytes(bytes), Content::Form);
    }
    // Whoever writes parts chooses a new boundary for each call.
    if parsed.as_ref().is_some_and(|it| it.kind == "multipart")
        && let Some(boundary) = parameters::find(media_type, "boundary")
        && !boundary.is_empty()
    {
        let text = String::from_utf8_lossy(&bytes).replace(&*boundary, "boundary");
        return Content::Bytes(Cow::Owned(text.into_bytes()));
    }
    let read = match &bytes {
        Cow::Borrowed(bytes) => json::read(bytes).ok(),
        Cow::Owned(bytes) => json::read(bytes).ok().map(Input::into_owned),
    };
    read.map_or(Content::Bytes(bytes), Content::Json)
}

/// A query or form as a multiset: decoded and sorted.
fn sorted_pairs(text: &str) -> Pairs<'_> {
    let mut pairs: Pairs<'_> = form::pairs(text)
        .into_iter()
        .map(|(name, value)| (name, form::decode(value).unwrap_or(Cow::Borrowed(value))))
        .collect();
    pairs.sort();
    pairs
}

fn owned(pairs: Pairs<'_>) -> Pairs<'static> {
    pairs
        .into_iter()
        .map(|(name, value)| (Cow::Owned(name.into_owned()), Cow::Owned(value.into_owned())))
        .collect()
}
