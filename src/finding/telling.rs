//! Names that tell of secrets: of parameters, header fields, members.

/// Which way a value travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the client.
    Request,
    /// To the client.
    Response,
}

/// Words that make a name tell of a secret wherever they stand in it.
const TELLING: [&str; 21] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "authorization",
    "cookie",
    "jwt",
    "assertion",
    "credential",
    "apikey",
    "otp",
    "verifier",
    "csrf",
    "xsrf",
    "passcode",
    "cvv",
    "cvc",
    "bearer",
    "mnemonic",
];

/// Kinds of keys and codes that are secrets.
const TELLING_PAIRS: [(&[&str], &str); 4] = [
    (&["api", "access", "private", "signing", "encryption", "session", "license"], "key"),
    (
        &[
            "auth",
            "authorization",
            "verification",
            "recovery",
            "backup",
            "device",
            "reset",
            "login",
            "security",
        ],
        "code",
    ),
    (&["security", "secret"], "answer"),
    (&["card", "credit"], "number"),
];

/// Words of names whose values may be secrets: they are where they were drawn at random.
const HINTING: [&str; 9] =
    ["key", "code", "seed", "salt", "signature", "sig", "hmac", "pin", "ticket"];

/// The first letters of all words above; a test holds them to it.
const BEGINNINGS: [&[u8; 3]; 22] = [
    b"tok", b"sec", b"pas", b"pwd", b"aut", b"coo", b"jwt", b"ass", b"cre", b"api", b"otp", b"ver",
    b"csr", b"key", b"cod", b"xsr", b"cvv", b"cvc", b"bea", b"mne", b"ans", b"num",
];

/// The first letters of these, a bit each: `a` is bit 0.
const FIRST_LETTERS: u32 = {
    let (mut bits, mut number) = (0, 0);
    while number < BEGINNINGS.len() {
        bits |= 1 << (BEGINNINGS[number][0] - b'a');
        number += 1;
    }
    bits
};

/// Words that say what a name hints at is no secret: everybody may know it.
const HARMLESS: [&str; 12] = [
    "public",
    "content",
    "file",
    "commit",
    "git",
    "block",
    "error",
    "country",
    "idempotency",
    "status",
    "postal",
    "currency",
];

/// First words of names that count what is called like a secret: `max_tokens`.
const COUNTING: [&str; 10] =
    ["max", "min", "total", "num", "number", "count", "prompt", "completion", "used", "remaining"];

/// Last words of names that only describe a secret, as in `token_type`.
const DESCRIBING: [&str; 27] = [
    "type",
    "endpoint",
    "uri",
    "url",
    "name",
    "id",
    "at",
    "in",
    "ttl",
    "expiry",
    "expire",
    "expiration",
    "lifetime",
    "supported",
    "count",
    "length",
    "policy",
    "format",
    "limit",
    "status",
    "required",
    "enabled",
    "method",
    "time",
    "algorithm",
    "version",
    "issued",
];

/// Whether a name tells that its value is a secret.
///
/// # Shapes
///
/// | name                          | is a secret                               |
/// |-------------------------------|-------------------------------------------|
/// | `refresh_token`, `apiKey`     | yes                                       |
/// | `X-Auth-Tokens`               | yes                                       |
/// | `token_type`, `cookiePolicy`  | no: the last word says it is about one    |
/// | `code`                        | in a request; in an answer it names an error |
/// | `error_code`, `key`           | no                                        |
#[must_use]
pub fn is_telling(name: &str, way: Way) -> bool {
    if !may_tell(name) {
        return false;
    }
    let words = words(name);
    let words: Vec<&str> = words.iter().map(|word| singular(word)).collect();
    if words == ["code"] {
        return way == Way::Request;
    }
    if words.len() > 1 && COUNTING.contains(&words[0]) {
        return false;
    }
    match words.last() {
        Some(&"auth") => return true,
        Some(last) if !DESCRIBING.contains(last) => {}
        Some(_) | None => return false,
    }
    let is_pair = |pair: &[&str]| match pair {
        [kind, thing] => {
            TELLING_PAIRS.iter().any(|(kinds, it)| it == thing && kinds.contains(kind))
        }
        _ => false,
    };
    words.iter().any(|word| TELLING.contains(word)) || words.windows(2).any(is_pair)
}

/// Whether a name hints that its value may be a secret, of which the value itself can only say.
///
/// # Examples
///
/// ```
/// use standin::finding::telling::is_hinting;
///
/// assert!(is_hinting("key") && is_hinting("x-hub-signature-256"));
/// assert!(!is_hinting("public_key") && !is_hinting("content_hash") && !is_hinting("key_id"));
/// ```
#[must_use]
pub fn is_hinting(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(|word| singular(word)).collect();
    let describes = words.last().is_none_or(|last| DESCRIBING.contains(last));
    let is_harmless = words.iter().any(|word| HARMLESS.contains(word));
    !describes && !is_harmless && words.iter().any(|word| HINTING.contains(word))
}

/// Whether a name only describes something, as its last word says: an id, a type, a time.
#[must_use]
pub fn describes(name: &str) -> bool {
    let words = words(name);
    words.last().is_some_and(|last| DESCRIBING.contains(&singular(last)))
}

/// Whether the beginning of any telling word stands somewhere in a name: quickly said, and no of
/// most names.
fn may_tell(name: &str) -> bool {
    let begins = |letters: &[u8]| {
        let first = letters[0].to_ascii_lowercase().wrapping_sub(b'a');
        if first >= 26 || FIRST_LETTERS & (1 << first) == 0 {
            return false;
        }
        let [one, two, three] =
            [letters[0], letters[1], letters[2]].map(|letter| letter.to_ascii_lowercase());
        // Letter by letter: comparing slices would be a call for each.
        BEGINNINGS.iter().any(|known| known[1] == two && known[0] == one && known[2] == three)
    };
    name.as_bytes().windows(3).any(begins)
}

/// The words of a name in lower case, however it puts them together.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for character in name.chars() {
        let is_new =
            !character.is_ascii_alphanumeric() || (was_small && character.is_ascii_uppercase());
        if is_new && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        was_small = character.is_ascii_lowercase() || character.is_ascii_digit();
        if let Some(word) = words.last_mut().filter(|_| character.is_ascii_alphanumeric()) {
            word.push(character.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(one) if !one.ends_with(['s', 'u', 'i']) => one,
        Some(_) | None => word,
    }
}

#[cfg(test)]
mod tests {
    use super::BEGINNINGS;
    use super::TELLING;
    use super::TELLING_PAIRS;
    use super::Way;
    use super::is_telling;

    #[test]
    fn every_telling_word_has_its_beginning() {
        let things = TELLING_PAIRS.iter().map(|(_, thing)| *thing);
        for word in TELLING.into_iter().chain(things).chain(["auth"]) {
            let known = BEGINNINGS.iter().any(|letters| word.as_bytes().starts_with(*letters));
            assert!(known, "{word}");
        }
    }

    #[test]
    fn names_tell_by_their_words() {
        let secret = "refresh_token apiKey X-API-Key x-ts-device-binding-token client_secret \
            suffixed_cookies Set-Cookie PASSWORD accessToken auth_code code_verifier id_token_hint \
            client_assertion Proxy-Authorization expired_token tokens x_auth new_password";
        for name in secret.split_whitespace() {
            assert!(is_telling(name, Way::Response), "{name}");
        }
        let plain = "token_type error_code key keys user_id auth_session_id token_endpoint \
            client_assertion_type authorized tokenizer status_code passport cookie_policy \
            device_public_key id_token_signing_alg_values_supported auth_time";
        for name in plain.split_whitespace() {
            assert!(!is_telling(name, Way::Request), "{name}");
        }
        assert!(is_telling("code", Way::Request) && !is_telling("code", Way::Response));
    }
}
