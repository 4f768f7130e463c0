//! What an exchange says of the length and digest of its content, kept right when that changes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use ring::digest;
use ring::digest::Algorithm;

use crate::tape::entry::Entry;
use crate::tape::entry::Named;

/// Digests by their names in `Digest` (RFC 3230) and `Content-Digest` (RFC 9530).
const DIGESTS: [(&str, &Algorithm); 3] = [
    ("sha-256", &digest::SHA256),
    ("sha-512", &digest::SHA512),
    ("sha", &digest::SHA1_FOR_LEGACY_USE_ONLY),
];

/// Fields that hold digests under their names.
const NAMING: [&str; 3] = ["content-digest", "repr-digest", "digest"];

/// What the content of one side was, before anything was taken out.
#[derive(Clone, Debug, Default)]
pub struct Lengths {
    /// The bytes, decoded; `None` where there was nothing, or it was not kept.
    before: Option<Vec<u8>>,
    is_coded: bool,
}

impl Lengths {
    /// Remembers content that is about to be redacted.
    #[must_use]
    pub fn of(headers: &HeaderMap, content: Option<&[u8]>) -> Self {
        let is_coded = headers.contains_key(http::header::CONTENT_ENCODING);
        Self { before: content.map(<[u8]>::to_vec), is_coded }
    }

    /// Has the request say what is true of its content now.
    pub fn mend_request(&self, entry: &mut Entry) {
        let Some(content) = &entry.request.post_data else { return };
        let Some(after) = bytes(&content.text, content.encoding.as_deref()) else { return };
        if self.mend(&mut entry.request.headers, &after) {
            entry.request.body_size = i64::try_from(after.len()).unwrap_or(-1);
        }
    }

    /// Has the answer say what is true of its content now.
    pub fn mend_response(&self, entry: &mut Entry) {
        let content = &mut entry.response.content;
        let text = content.text.as_deref().unwrap_or_default();
        let Some(after) = bytes(text, content.encoding.as_deref()) else { return };
        if self.mend(&mut entry.response.headers, &after) {
            content.size = i64::try_from(after.len()).unwrap_or(-1);
            // What travelled was something else.
            entry.response.body_size = content.size;
            content.compression = None;
        }
    }

    /// Whether anything had to be mended.
    fn mend(&self, fields: &mut Vec<Named>, after: &[u8]) -> bool {
        let Some(before) = self.before.as_deref().filter(|before| *before != after) else {
            return false;
        };
        for field in fields {
            match field.name.to_ascii_lowercase().as_str() {
                "content-length" => field.value = after.len().to_string(),
                // Of coded content they are about what travelled, which is no more.
                "etag" => field.value = tag(&field.value, before, after),
                name if NAMING.contains(&name) => {
                    field.value = digests(&field.value, (!self.is_coded).then_some(before), after);
                }
                _ => {}
            }
        }
        true
    }
}

fn bytes(text: &str, encoding: Option<&str>) -> Option<Vec<u8>> {
    match encoding {
        None => Some(text.as_bytes().to_vec()),
        Some(_) => STANDARD.decode(text).ok(),
    }
}

/// Digests of what is there now where they were those of what was there; what was wrong before
/// stays wrong, because somebody may look for that.
fn digests(value: &str, before: Option<&[u8]>, after: &[u8]) -> String {
    let items = value.split(',').map(|item| {
        let Some((name, digest)) = item.split_once('=') else { return item.to_owned() };
        let known = DIGESTS.iter().find(|(own, _)| own.eq_ignore_ascii_case(name.trim()));
        let Some((_, algorithm)) = known else { return item.to_owned() };
        let (mark, plain) = match digest.trim().strip_prefix(':') {
            Some(inner) => (":", inner.trim_end_matches(':')),
            None => ("", digest.trim()),
        };
        let encoded = |content: &[u8]| STANDARD.encode(digest::digest(algorithm, content));
        match before {
            Some(before) if encoded(before) != plain => item.to_owned(),
            Some(_) | None => format!("{name}={mark}{}{mark}", encoded(after)),
        }
    });
    items.collect::<Vec<_>>().join(",")
}

/// An entity tag that is a digest of the content, made anew; any other is a name.
fn tag(value: &str, before: &[u8], after: &[u8]) -> String {
    for (_, algorithm) in DIGESTS {
        let encode: [fn(&[u8]) -> String; 2] = [hexadecimal, |bytes| STANDARD.encode(bytes)];
        for encode in encode {
            let digest = encode(digest::digest(algorithm, before).as_ref());
            if value.contains(&digest) {
                return value.replace(&digest, &encode(digest::digest(algorithm, after).as_ref()));
            }
        }
    }
    value.to_owned()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
