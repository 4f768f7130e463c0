//! Which proxies a call came by: one that comes back is not sent round again.
//!
//! # Source
//!
//! RFC 9110, section 7.6.3: a gateway adds itself to `Via` in each request, under a name of its own
//! where its address is nobody's business, and may find itself there.

use std::hash::BuildHasher;
use std::hash::RandomState;

use http::HeaderMap;
use http::HeaderValue;
use http::Version;
use http::header::VIA;

/// What a proxy is called among those that a call comes by: no two have the same name.
#[derive(Clone, Debug)]
pub struct Name(String);

impl Name {
    /// A name that nobody has.
    #[must_use]
    pub fn new() -> Self {
        // Keyed anew each time: two in one process are told apart, too.
        Self(format!("standin-{:016x}", RandomState::new().hash_one(0)))
    }

    /// Whether a request came by this proxy before.
    #[must_use]
    pub fn is_known_to(&self, headers: &HeaderMap) -> bool {
        let fields = headers.get_all(VIA).iter().filter_map(|field| field.to_str().ok());
        let mut hops = fields.flat_map(|field| field.split(','));
        // A protocol, a name, and perhaps a comment.
        hops.any(|hop| hop.split_ascii_whitespace().nth(1) == Some(&self.0))
    }

    /// Says that a request which was received in `version` came by this proxy.
    pub fn add_to(&self, headers: &mut HeaderMap, version: Version) {
        let version = match version {
            Version::HTTP_10 => "1.0",
            Version::HTTP_2 => "2",
            _ => "1.1",
        };
        if let Ok(hop) = HeaderValue::from_str(&format!("{version} {}", self.0)) {
            headers.append(VIA, hop);
        }
    }
}

impl Default for Name {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::HeaderValue;
    use http::Version;
    use http::header::VIA;

    use super::Name;

    #[test]
    fn a_proxy_knows_its_own_name_among_others() {
        let (own, other) = (Name::new(), Name::new());
        let mut headers = HeaderMap::new();
        headers.insert(VIA, HeaderValue::from_static("1.0 fred, 1.1 p.example.net (Apache/1.1)"));
        assert!(!own.is_known_to(&headers));
        other.add_to(&mut headers, Version::HTTP_2);
        assert!(!own.is_known_to(&headers) && other.is_known_to(&headers));
        own.add_to(&mut headers, Version::HTTP_11);
        assert!(own.is_known_to(&headers) && other.is_known_to(&headers));
        assert_eq!(headers.get_all(VIA).iter().count(), 3);
    }
}
