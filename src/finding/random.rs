//! Text that nobody would think of: what a machine drew at random, and how sure that is.

/// Shortest text that is taken for random, in bytes.
const LEAST: usize = 16;

/// Least information that random text has, in bits.
const BITS: f64 = 56.0;

/// Whether a word was drawn at random: long, of letters and digits mixed without a system.
///
/// Times, versions, addresses and UUIDs are not: they identify, and are shown everywhere.
///
/// # Examples
///
/// ```
/// use standin::finding::random::is_random;
///
/// assert!(is_random("9f86d081884c7d659a2feaa0c55ad015"));
/// assert!(is_random("Tr0ub4dor.xK9-vQ2mLp"));
/// assert!(!is_random("2026-01-01T00:00:00.000Z"));
/// assert!(!is_random("user.session.created.v2"));
/// assert!(!is_random("550e8400-e29b-41d4-a716-446655440000"));
/// ```
#[must_use]
pub fn is_random(text: &str) -> bool {
    if text.len() < LEAST || !text.bytes().all(is_part) || is_uuid(text) {
        return false;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    // Words have no digits between their letters, times no letters between their digits; names that
    // are put together of words change less often than letters that were drawn.
    let changes = changes(text);
    let is_mixed =
        if digits >= 2 { changes * 4 >= text.len() } else { changes * 5 >= text.len() * 2 };
    letters >= 4 && is_mixed && bits(text) >= BITS
}

/// Whether a byte may stand in a token.
#[must_use]
pub const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=')
}

/// How often a text changes between digits, small letters, capitals and signs.
fn changes(text: &str) -> usize {
    let class = |byte: &u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    text.as_bytes().windows(2).filter(|pair| class(&pair[0]) != class(&pair[1])).count()
}

/// Shannon's measure of a text, by the frequency of its bytes.
fn bits(text: &str) -> f64 {
    let mut counts = [0_u32; 128];
    for byte in text.bytes() {
        counts[usize::from(byte & 0x7f)] += 1;
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let used = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count));
    used.map(|count| -count * (count / length).log2()).sum()
}

/// Whether a text has the form of a UUID.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::is_random;

    #[test]
    fn what_a_machine_drew_is_told_from_what_a_person_wrote() {
        let drawn = "a3f1c9e07b2d4f6880cc Zm9vYmFyMTIzNDU2Nzg5cXdl \
            wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY r8K2mPq9Zx4Lw7Tn YrQAdHcjxNd2drviEFngeoAtaYquiAFN";
        for text in drawn.split_whitespace() {
            assert!(is_random(text), "{text}");
        }
        let written = "application/json;charset 2026-01-01T00:00:00Z 1767225600000 \
            sess_active client_ada_laptop Wed,01Jan2026 https://api.example.com/v1/sessions \
            organization-membership-2 com.example.v2.sessions.list 192.168.100.200 \
            aaaaaaaaaaaaaaaaaaaaaaaa 550e8400-e29b-41d4-a716-446655440000 user_2aBcD \
            getUserSessionsByOrganizationId";
        for text in written.split_whitespace() {
            assert!(!is_random(text), "{text}");
        }
    }
}
