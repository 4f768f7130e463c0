//! Where an upstream is, and where a proxy on the way to it is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::Uri;
use http::uri::Authority;
use http::uri::Scheme;
use percent_encoding::percent_decode_str;

/// What is no address of a server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It can not be read, or has no host.
    #[error("`{text}` is no URL of a server, such as `https://api.example.com/v1`")]
    Malformed {
        /// What was given.
        text: String,
    },
    /// Nobody here speaks its protocol.
    #[error("`{text}` begins with neither `http://` nor `https://`")]
    Scheme {
        /// What was given.
        text: String,
    },
    /// It has more than a path behind its host.
    #[error("`{text}` has a query, which calls have of their own")]
    Query {
        /// What was given.
        text: String,
    },
    /// It names a user.
    #[error("the URL of {host} names a user; clients send their own credentials")]
    Credentials {
        /// Its host and port.
        host: String,
    },
    /// A proxy that is spoken to over TLS.
    #[error("the proxy `{text}` is no `http://host:port`; only such ones are spoken to")]
    Proxy {
        /// What was given, without its credentials.
        text: String,
    },
}

/// The address of a server: scheme, host, port, and a path that all calls have before theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// [`AddressError`] where it is none of a server that can be asked.
    ///
    /// # Examples
    ///
    /// ```
    /// use standin::upstream::Address;
    ///
    /// let address: Address = Address::parse("https://api.example.com/v1/")?;
    /// assert_eq!((address.prefix(), address.port()), ("/v1", 443));
    /// assert!(Address::parse("ftp://example.com").is_err());
    /// # Ok::<(), standin::upstream::AddressError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let malformed = || AddressError::Malformed { text: text.to_owned() };
        let uri: Uri = text.parse().map_err(|_| malformed())?;
        let parts = uri.into_parts();
        let scheme = parts.scheme.ok_or_else(malformed)?;
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(AddressError::Scheme { text: text.to_owned() });
        }
        let authority = parts.authority.filter(|it| !it.host().is_empty()).ok_or_else(malformed)?;
        if let Some((_, host)) = authority.as_str().rsplit_once('@') {
            return Err(AddressError::Credentials { host: host.to_owned() });
        }
        let target = parts.path_and_query;
        if target.as_ref().is_some_and(|target| target.query().is_some()) {
            return Err(AddressError::Query { text: text.to_owned() });
        }
        let path = target.as_ref().map_or("", |target| target.path());
        let prefix = path.trim_end_matches('/').to_owned();
        Ok(Self { scheme, authority, prefix })
    }

    /// The path that all calls have before theirs; without a slash at its end.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        let usual = if self.is_secret() { 443 } else { 80 };
        self.authority.port_u16().unwrap_or(usual)
    }

    /// Whether it is asked over TLS.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// The host as names are looked up: an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host().trim_matches(['[', ']'])
    }

    pub(super) fn scheme(&self) -> Scheme {
        self.scheme.clone()
    }

    pub(super) const fn authority(&self) -> &Authority {
        &self.authority
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

/// A proxy that stands between here and the upstream.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    authority: Authority,
    credentials: Option<HeaderValue>,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Proxy").field(&self.authority).finish()
    }
}

impl Proxy {
    /// Reads a URL, `http://[user[:password]@]host[:port]`.
    ///
    /// # Errors
    ///
    /// [`AddressError::Proxy`] where it is none.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let shown = || match text.rsplit_once('@') {
            Some((_, host)) => format!("…@{host}"),
            None => text.to_owned(),
        };
        let malformed = || AddressError::Proxy { text: shown() };
        let uri: Uri = text.parse().map_err(|_| malformed())?;
        if uri.scheme() != Some(&Scheme::HTTP) {
            return Err(malformed());
        }
        let given = uri.authority().ok_or_else(malformed)?.as_str();
        let (user, host) = match given.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, given),
        };
        let authority: Authority = host.parse().map_err(|_| malformed())?;
        let credentials = match user {
            Some(user) => Some(basic(user).ok_or_else(malformed)?),
            None => None,
        };
        Ok(Self { authority, credentials })
    }

    pub(super) fn host(&self) -> &str {
        self.authority.host().trim_matches(['[', ']'])
    }

    pub(super) fn port(&self) -> u16 {
        self.authority.port_u16().unwrap_or(80)
    }

    /// What it wants as `Proxy-Authorization`.
    pub(super) const fn credentials(&self) -> Option<&HeaderValue> {
        self.credentials.as_ref()
    }
}

/// User and password of a URL as credentials (RFC 7617).
fn basic(user: &str) -> Option<HeaderValue> {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let mut plain: Vec<u8> = percent_decode_str(name).collect();
    plain.push(b':');
    plain.extend(percent_decode_str(password));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(plain))).ok()?;
    value.set_sensitive(true);
    Some(value)
}
