//! Secrets that are known by their own shape, wherever they stand.

use std::ops::Range;

use crate::finding::random::is_random;
use crate::finding::secret::is_value;
use crate::finding::secret::is_word;
use crate::finding::secret::run;

/// How vendors' keys and signed tokens begin, and how long they are at least.
///
/// # Source
///
/// The vendors' own pages: JWTs (RFC 7515), Clerk and Stripe (`sk_`, `rk_`, `whsec_`), GitHub
/// (`ghp_`, `gho_`, `ghs_`, `ghu_`, `ghr_`, `github_pat_`), GitLab (`glpat-`), Slack (`xoxb-`,
/// `xoxp-`, `xapp-`), AWS (`AKIA`, `ASIA`), Google (`AIza`, `GOCSPX-`, `ya29.`), npm, PyPI, SendGrid
/// (`SG.`), DigitalOcean (`dop_v1_`), Hugging Face (`hf_`), OpenAI and Anthropic (`sk-`), Shopify
/// (`shpat_`).
const PREFIXES: [(&str, usize); 26] = [
    ("eyJ", 12),
    ("sk_", 8),
    ("rk_live", 12),
    ("rk_test", 12),
    ("whsec_", 12),
    ("sk-", 24),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("ghr_", 20),
    ("github_pat_", 24),
    ("glpat-", 20),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("xapp-", 16),
    ("AKIA", 20),
    ("ASIA", 20),
    ("AIza", 35),
    ("GOCSPX-", 20),
    ("ya29.", 20),
    ("npm_", 30),
    ("pypi-", 24),
    ("SG.", 30),
    ("dop_v1_", 30),
    ("shpat_", 24),
];

/// The first letters of these, a bit each: `@` is bit 0.
const FIRST_LETTERS: u64 = {
    let (mut bits, mut number) = (0, 0);
    while number < PREFIXES.len() {
        bits |= 1 << (PREFIXES[number].0.as_bytes()[0] - b'@');
        number += 1;
    }
    bits
};

const PEM: &str = "-----BEGIN ";

/// The prefix that stands at the beginning of some bytes.
fn prefix(bytes: &[u8]) -> Option<&'static (&'static str, usize)> {
    let first = bytes.first()?.wrapping_sub(b'@');
    if first >= 64 || FIRST_LETTERS & (1 << first) == 0 {
        return None;
    }
    PREFIXES.iter().find(|(prefix, _)| bytes.starts_with(prefix.as_bytes()))
}

/// Whether something may have a shape at all, quickly said.
pub(super) fn may_be_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    (0..bytes.len()).any(|at| prefix(&bytes[at..]).is_some()) || text.contains(PEM)
}

/// Adds the places of all that has the shape of a secret.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if let Some((_, least)) = prefix(&bytes[at..])
            && is_boundary(&bytes[..at])
        {
            let end = at + run(&text[at..], |byte| is_word(byte) || byte == b'.');
            if end - at >= *least {
                found.push(at..end);
                at = end;
                continue;
            }
        }
        at += 1;
    }
    let mut end = 0;
    for (at, _) in text.match_indices(PEM) {
        if at >= end {
            end = pem_end(text, at);
            found.push(at..end);
        }
    }
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let is_authority = |byte: u8| !byte.is_ascii_whitespace() && !b"/?#\"'<>".contains(&byte);
        let authority = &text[start..start + run(&text[start..], is_authority)];
        found.extend(authority.rfind('@').map(|at| start..start + at));
    }
    credentials(text, found);
    quoted(text, found);
}

/// Where the block ends that begins at `at`: behind its last line, or with the text.
fn pem_end(text: &str, at: usize) -> usize {
    let Some(end) = text[at..].find("-----END ").map(|end| at + end) else { return text.len() };
    let behind = end + "-----END ".len();
    text[behind..].find("-----").map_or(end, |dashes| behind + dashes + 5)
}

/// What follows a scheme in the middle of a sentence, where it was drawn at random.
fn quoted(text: &str, found: &mut Vec<Range<usize>>) {
    for scheme in ["earer ", "asic "] {
        for (at, _) in text.match_indices(scheme) {
            let start = at + scheme.len();
            let end = start + run(&text[start..], is_value);
            if is_random(&text[start..end]) {
                found.push(start..end);
            }
        }
    }
}

/// Values of the form that `Authorization` has, whatever they are called: a whole text, or a
/// quoted one inside it.
fn credentials(text: &str, found: &mut Vec<Range<usize>>) {
    let starts = std::iter::once(0).chain(text.match_indices('"').map(|(at, _)| at + 1));
    for start in starts {
        let (mut rest, mut is_credential) = (&text[start..], false);
        while let Some(tail) = ["basic ", "bearer ", "dpop "].iter().find_map(|scheme| {
            let (word, tail) = rest.split_at_checked(scheme.len())?;
            word.eq_ignore_ascii_case(scheme).then_some(tail)
        }) {
            (rest, is_credential) = (tail.trim_start_matches(' '), true);
        }
        if !is_credential {
            continue;
        }
        let at = text.len() - rest.len();
        let is_whole = start == 0;
        let length = if is_whole { rest.find('"') } else { Some(run(rest, is_value)) };
        let length = length.unwrap_or(rest.len());
        // What a server demands (`Bearer realm="…"`) is no secret, and there may be nothing.
        let is_demand = is_whole && length < rest.len() && rest[..length].ends_with('=');
        if length > 0 && !is_demand {
            found.push(at..at + length);
        }
    }
}

/// Whether a word can begin behind `before`; `%3D` ends one as `=` does.
fn is_boundary(before: &[u8]) -> bool {
    match before {
        [.., b'%', first, second] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit() => {
            true
        }
        [.., last] => !is_word(*last),
        [] => true,
    }
}
