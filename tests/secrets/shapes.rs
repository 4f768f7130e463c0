//! Secrets made up, and how one is recognised wherever it may have got to.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// What a secret looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A JSON Web Token.
    Jwt,
    /// A vendor's key for tests.
    TestKey,
    /// A vendor's key for production.
    LiveKey,
    /// Letters and digits: known only by the name that it stands under.
    Bare,
    /// `Basic` with user and password in base64.
    Basic,
}

/// Those that are known for secrets by themselves.
pub(crate) const SHAPED: [Shape; 3] = [Shape::Jwt, Shape::TestKey, Shape::LiveKey];

/// Those that only what stands around them tells of.
pub(crate) const UNSHAPED: [Shape; 2] = [Shape::Bare, Shape::Basic];

impl Shape {
    /// A new secret of this shape: what is sent, and the part of it that nobody may see.
    pub(crate) fn make(self, runner: &mut TestRunner) -> (String, String) {
        let mut text = |pattern: &'static str| -> String {
            let tree = proptest::string::string_regex(pattern).expect("a pattern").new_tree(runner);
            tree.expect("a text").current()
        };
        let whole = match self {
            Self::Jwt => {
                text("eyJ[a-zA-Z0-9_-]{17,33}\\.eyJ[a-zA-Z0-9_-]{20,60}\\.[a-zA-Z0-9_-]{43}")
            }
            Self::TestKey => format!("sk_{}_{}", "test", text("[a-zA-Z0-9]{32,42}")),
            Self::LiveKey => format!("sk_{}_{}", "live", text("[a-zA-Z0-9]{32,42}")),
            Self::Bare => text("[a-zA-Z0-9]{32,44}"),
            Self::Basic => {
                let password = text("[a-zA-Z0-9]{32,40}");
                let pair = STANDARD.encode(format!("user:{password}"));
                return (format!("Basic {pair}"), password);
            }
        };
        (whole.clone(), whole)
    }
}

/// How long the pieces are that a secret is known by.
pub(crate) const PIECE: usize = 12;

/// Pieces of every text that gives a secret away: itself and its encodings, base64 at every
/// alignment. What many secrets begin with is none.
pub(crate) fn pieces(secret: &str) -> Vec<Vec<u8>> {
    let mut texts = vec![secret.to_owned()];
    texts.push(utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string());
    for before in ["", "x", "xx"] {
        texts.push(STANDARD.encode(format!("{before}{secret}")));
        texts.push(URL_SAFE_NO_PAD.encode(format!("{before}{secret}")));
    }
    let mut pieces = Vec::new();
    for text in texts {
        let own = text.as_bytes().get(12..text.len() - 4).unwrap_or_default();
        pieces.extend(own.windows(PIECE).step_by(4).map(<[u8]>::to_vec));
    }
    pieces
}

/// The pieces that stand in a text: where, and whose. Secrets and their encodings have neither
/// spaces nor quotes in them, so only long words are looked at.
pub(crate) fn pieces_in(text: &str, pieces: &HashMap<Vec<u8>, usize>) -> Vec<(usize, usize)> {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.%+/=".contains(byte);
    let mut found = Vec::new();
    let mut start = 0;
    for word in text.as_bytes().split(|byte| !is_inside(byte)) {
        for (at, window) in word.windows(PIECE).enumerate() {
            found.extend(pieces.get(window).map(|index| (start + at, *index)));
        }
        start += word.len() + 1;
    }
    found
}
