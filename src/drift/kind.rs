//! What kind of name a piece of a path or a key is: one that a document would write down, or one of
//! many that data brings, such as an id.
//!
//! The answer depends on the text alone, so that whoever reads another part of the same traffic
//! comes to the same one. What only many samples can tell is learned elsewhere (`group`).

use std::borrow::Cow;

use crate::pointer::Pointer;

/// What stands for every id.
pub(crate) const ID: &str = "{id}";

/// What stands for every name of a map whose keys are data.
pub(crate) const NAME: &str = "{name}";

/// What stands for every index.
const INDEX: &str = "*";

/// How long a word of letters and digits is before it may be an id.
const LONG: usize = 8;

/// Whether a name is data: a number, a UUID, a hash, a date, an address, an id with a prefix.
///
/// # Shapes
///
/// | text                                      | is data |
/// |-------------------------------------------|---------|
/// | `123`, `-7`                               | yes     |
/// | `0b0f5a0c-6b2e-4a53-9c1f-1c9d2f2b6a10`    | yes     |
/// | `sess_2fGzQ9rJmXk3`, `user-8d3f5a21`      | yes     |
/// | `9c1185a5c5e9fc54`, `2026-05-12`          | yes     |
/// | `ada@example.com`, `{{secret:1}}`         | yes     |
/// | `users`, `v1`, `oauth2`, `line_1`, `sha256` | no    |
#[must_use]
pub(crate) fn is_data(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.contains('@') || text.starts_with("{{") {
        return true;
    }
    let bare = text.strip_prefix('-').unwrap_or(text);
    if digits == 0 || text.is_empty() {
        return false;
    }
    if digits == bare.len() || is_uuid(text) || is_date(text) {
        return true;
    }
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && text.len() >= LONG * 2 {
        return true;
    }
    let words = text.split(['_', '-', '.', ':', '~', '%', '=']);
    words.filter(|word| word.len() >= LONG).any(is_random)
}

/// Whether a word mixes letters and digits as nobody writes them.
fn is_random(word: &str) -> bool {
    let mut changes = 0;
    let mut before = None;
    for byte in word.bytes() {
        let is_digit = byte.is_ascii_digit();
        changes += usize::from(before.is_some_and(|before| before != is_digit));
        before = Some(is_digit);
    }
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    is_number || changes >= 2
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let mut groups = text.split('-');
    let fits = |length: &usize| {
        groups.next().is_some_and(|group| {
            group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    lengths.iter().all(fits) && groups.next().is_none()
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// A name as it is grouped under: itself, or what stands for data.
#[must_use]
pub(crate) fn settled(name: &str) -> Cow<'_, str> {
    if is_data(name) { Cow::Borrowed(ID) } else { Cow::Borrowed(name) }
}

/// A place in a message with what is data in it left out: `/data/0/u_8a2f91c0` is `/data/*/{id}`.
#[must_use]
pub(crate) fn place(instance: &Pointer) -> String {
    let mut text = String::new();
    for token in instance.as_str().split('/').skip(1) {
        let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        let token = if is_index { Cow::Borrowed(INDEX) } else { settled(token) };
        text.extend(["/", &token]);
    }
    text
}

/// The same place where its names proved to be data.
#[must_use]
pub(crate) fn blurred(place: &str) -> String {
    let blur = |token| match token {
        "" | ID | INDEX | NAME => token,
        _ => NAME,
    };
    place.split('/').map(blur).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::blurred;
    use super::is_data;
    use super::place;
    use crate::pointer::Pointer;

    #[test]
    fn ids_are_told_from_names() {
        let data = "123 -7 0b0f5a0c-6b2e-4a53-9c1f-1c9d2f2b6a10 sess_2fGzQ9rJmXk3 user-8d3f5a21 \
            9c1185a5c5e9fc54 2026-05-12 2026-05-12T10:00:00Z ada@example.com {{secret:1}} \
            01ARZ3NDEKTSV4RRFFQ69G5FAV inv_00012345";
        for text in data.split_whitespace() {
            assert!(is_data(text), "{text}");
        }
        let names = "users v1 oauth2 line_1 sha256 address2 iso_3166 x-ratelimit-limit api.v2 base64 \
            created_at mp3 h264";
        for text in names.split_whitespace() {
            assert!(!is_data(text), "{text}");
        }
    }

    #[test]
    fn what_is_data_is_left_out_of_places() {
        assert_eq!(place(&Pointer::new("/data/17/name")), "/data/*/name");
        assert_eq!(blurred("/data/*/name"), "/{name}/*/{name}");
    }
}
