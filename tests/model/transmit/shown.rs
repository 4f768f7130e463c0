//! What callers of Transmit's APIs show: access tokens, proofs of clients, binding tokens, URIs.

/// Whether a call keeps the base path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Base {
    Kept,
    Dropped,
}

impl Base {
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Kept => "/cis",
            Self::Dropped => "",
        }
    }
}

/// The access token that a caller shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    Nothing,
    Basic,
    Foreign,
    Fresh(&'static str),
    Issued(usize),
}

/// How a client proves itself to the token endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) enum Proof {
    Body,
    Basic,
    Both,
    Wrong,
    Nothing,
}

pub(super) type Fields<N> = Vec<(N, String)>;

impl Proof {
    /// Header fields and form fields.
    pub(super) fn shown(self, client: &str) -> (Fields<&'static str>, Fields<&'static str>) {
        let form =
            |secret: String| vec![("client_id", client.to_owned()), ("client_secret", secret)];
        let basic = || {
            use base64::Engine as _;
            let pair = format!("{client}:secret_{client}");
            let pair = base64::engine::general_purpose::STANDARD.encode(pair);
            vec![("authorization", format!("Basic {pair}"))]
        };
        let secret = format!("secret_{client}");
        match self {
            Self::Body => (Vec::new(), form(secret)),
            Self::Basic => (basic(), Vec::new()),
            Self::Both => (basic(), form(secret)),
            Self::Wrong => (Vec::new(), form("wrong".to_owned())),
            Self::Nothing => (Vec::new(), Vec::new()),
        }
    }
}

/// The binding token that a device shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token {
    Nothing,
    Wrong,
    First,
    Second,
    Other,
}

/// The redirect URI that is named.
#[derive(Clone, Copy, Debug)]
pub(super) enum Redirect {
    Nothing,
    First,
    Second,
    Foreign,
}

impl Redirect {
    pub(super) const fn uri(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::First => Some("https://app.example.com/callback"),
            Self::Second => Some("https://app.example.com/other"),
            Self::Foreign => Some("https://elsewhere.example.com/callback"),
        }
    }
}
