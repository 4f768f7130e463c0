//! Addresses of the web: what they name, who owns them, and which may be asked.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use fluent_uri::Uri;
use fluent_uri::UriRef;

/// Why an address gives no document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The text is no address with a host.
    #[error("this is no address with a host")]
    NoAddress,
    /// The address begins with `https`.
    #[error("this build has no TLS; fetch the document with another program and give the file")]
    NoTls,
    /// The library was built without sockets.
    #[error(
        "this build fetches nothing; fetch the document with another program and give the file"
    )]
    NoSockets,
    /// The host's name has no address.
    #[error("the host {host} is not known")]
    UnknownHost {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The host is on this machine or in a private network.
    #[error("{host} is {address}, which is no public address")]
    NotPublic {
        /// The host.
        host: String,
        /// Its address.
        address: IpAddr,
    },
    /// Nobody listens there.
    #[error("cannot connect to {host}")]
    Unreachable {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server is not who it is called, or does not come to terms over TLS.
    #[error("no TLS with {host}")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server is too slow.
    #[error("it takes longer than {seconds} seconds")]
    Slow {
        /// The longest time that is waited.
        seconds: u64,
    },
    /// The server sends something else than HTTP, or breaks off.
    #[error("the server's answer breaks off")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server names another address.
    #[error("the server answers {status} and names {location}; give that address, if you trust it")]
    Redirected {
        /// The status.
        status: u16,
        /// The other address.
        location: String,
    },
    /// The server does not give the document.
    #[error("the server answers {status}")]
    Refused {
        /// The status.
        status: u16,
    },
    /// The answer is compressed though nobody asked for that.
    #[error("the answer is compressed ({encoding})")]
    Compressed {
        /// The content coding.
        encoding: String,
    },
    /// The answer is too large.
    #[error("the answer is larger than {mebibytes} MiB")]
    TooLarge {
        /// The limit.
        mebibytes: u64,
    },
    /// The answer is no text.
    #[error("the answer is not UTF-8")]
    NotUtf8,
}

/// Scheme, host and port: what tells one owner from another (RFC 6454, 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    pub(super) host: String,
    pub(super) port: u16,
}

impl Origin {
    /// The origin of an address with `http` or `https`; `None` of anything else.
    pub(super) fn of(url: &str) -> Option<Self> {
        let uri = Uri::parse(url).ok()?;
        let scheme = uri.scheme().as_str().to_ascii_lowercase();
        let usual = match scheme.as_str() {
            "http" => 80,
            "https" => 443,
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.host().is_empty())?;
        let port = authority.port_to_u16().ok()?.unwrap_or(usual);
        let host = authority.host().trim_matches(['[', ']']).to_ascii_lowercase();
        Some(Self { scheme, host, port })
    }

    /// Whether asking needs TLS.
    pub(super) fn is_secret(&self) -> bool {
        self.scheme == "https"
    }
}

/// An address without what stands behind `#`.
pub(super) fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

/// What a reference names in a document of that address (RFC 3986, 5); in its normal form, so
/// that one file has one address.
pub(super) fn resolve(base: &str, reference: &str) -> Option<String> {
    // People write spaces; nothing else that an address may not have is mended.
    let reference = reference.replace(' ', "%20");
    let reference = UriRef::parse(reference.as_str()).ok()?;
    let found = match Uri::parse(without_fragment(base)) {
        Ok(base) => reference.resolve_against(&base).ok()?,
        Err(_) => Uri::parse(reference.as_str().to_owned()).ok()?,
    };
    Some(without_fragment(found.normalize().as_str()).to_owned())
}

/// The text at an address.
///
/// `may_be_private`: the user named this origin; then it may be anywhere.
pub(super) fn fetch(url: &str, may_be_private: bool) -> Result<String, FetchError> {
    let origin = Origin::of(url).ok_or(FetchError::NoAddress)?;
    if origin.is_secret() && cfg!(not(feature = "tls")) {
        return Err(FetchError::NoTls);
    }
    #[cfg(feature = "server")]
    return super::fetch::get(url, &origin, may_be_private);
    #[cfg(not(feature = "server"))]
    {
        let _ = may_be_private;
        Err(FetchError::NoSockets)
    }
}

/// Whether an address is one that everybody can reach: neither this machine, nor a private
/// network, nor a service that clouds offer to their own machines.
///
/// # Source
///
/// IANA, *IPv4 and IPv6 Special-Purpose Address Registries*; RFC 6890.
#[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only who fetches asks"))]
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public4(address),
        IpAddr::V6(address) => is_public6(address),
    }
}

fn is_public4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0 | 10 | 127 | 240..=255, ..] | [169, 254, ..] | [192, 168, ..] => true,
        [100, second, ..] => (64..128).contains(&second),
        [172, second, ..] => (16..32).contains(&second),
        [192, 0, 0 | 2, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [first, ..] => (224..240).contains(&first),
    };
    !special
}

fn is_public6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // IPv4 in other clothes: mapped, translated (RFC 6052), 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            embedded(high, low)
        }
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo and its neighbours, documentation; else what is given out at all.
        [0x2001, second, ..] => second >= 0x200 && second != 0xdb8,
        [first, ..] => first & 0xe000 == 0x2000 && first != 0x3fff,
    }
}

#[cfg(test)]
mod tests {
    use super::{Origin, is_public, resolve};

    #[test]
    fn only_addresses_that_everybody_reaches_are_public() {
        let public = ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.63.0.1", "2606:4700::1111"];
        let special = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
        ];
        for (addresses, expected) in [(&public[..], true), (&special[..], false)] {
            for address in addresses {
                assert_eq!(is_public(address.parse().expect("an address")), expected, "{address}");
            }
        }
    }

    #[test]
    fn references_are_resolved_and_have_one_spelling() {
        let base = "http://API.example.com/v1/openapi.yaml#/info";
        let table = [
            ("pet.yaml", Some("http://api.example.com/v1/pet.yaml")),
            ("./a/../pet%2Eyaml", Some("http://api.example.com/v1/pet.yaml")),
            ("/pet yaml", Some("http://api.example.com/pet%20yaml")),
            ("//other.example/x", Some("http://other.example/x")),
            ("file:///etc/passwd", Some("file:///etc/passwd")),
            ("<no>", None),
        ];
        for (reference, expected) in table {
            assert_eq!(resolve(base, reference).as_deref(), expected, "{reference}");
        }
        assert_eq!(Origin::of("HTTP://A.b:80/x"), Origin::of("http://a.b"));
        assert_ne!(Origin::of("http://a.b:81"), Origin::of("http://a.b"));
        assert_ne!(Origin::of("https://a.b:80"), Origin::of("http://a.b"));
        assert_eq!(Origin::of("ftp://a.b"), None);
    }
}
