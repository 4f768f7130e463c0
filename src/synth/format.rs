//! Texts in the formats of JSON Schema and of OpenAPI's registry.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::synth::random::Random;
use crate::synth::words;

/// How a text grows to a length.
#[derive(Clone, Copy)]
enum Growth {
    /// Not at all.
    None,
    /// By letters at its end.
    End,
    /// By letters at its start, a dot now and then.
    Labels,
    /// By letters before its `@`, then by labels behind it.
    Mail,
    /// By digits at a fraction of seconds, before this ending.
    Fraction(&'static str),
    /// By groups of base64.
    Groups,
}

/// Each format, a plain text of it (Prism's, where that is valid), a short one, and how it grows.
const FORMATS: &[(&str, &str, &str, Growth)] = &[
    ("date-time", "2019-08-24T14:15:22Z", "2019-08-24T14:15:22Z", Growth::Fraction("Z")),
    ("date", "2019-08-24", "2019-08-24", Growth::None),
    ("time", "14:15:22Z", "14:15:22Z", Growth::Fraction("Z")),
    ("date-time-local", "2019-08-24T14:15:22", "2019-08-24T14:15:22", Growth::Fraction("")),
    ("time-local", "14:15:22", "14:15:22", Growth::Fraction("")),
    ("duration", "P1D", "P1D", Growth::None),
    ("email", "user@example.com", "a@b.co", Growth::Mail),
    ("idn-email", "пользователь@пример.ру", "a@b.co", Growth::Mail),
    ("hostname", "example.com", "a", Growth::Labels),
    ("idn-hostname", "example.com", "a", Growth::Labels),
    ("ipv4", "192.168.0.1", "1.1.1.1", Growth::None),
    ("ipv6", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "::1", Growth::None),
    ("uri", "http://example.com", "a:b", Growth::End),
    ("uri-reference", "../dictionary", "", Growth::End),
    ("iri", "http://example.com", "a:b", Growth::End),
    ("iri-reference", "../dictionary", "", Growth::End),
    ("uri-template", "http://example.com/{endpoint}", "", Growth::End),
    ("uuid", "095be615-a8ad-4c33-8e9c-c7612fbf6c9f", "", Growth::None),
    ("json-pointer", "/json/pointer", "", Growth::End),
    ("relative-json-pointer", "1/relative/json/pointer", "0", Growth::End),
    ("regex", "^example$", "a", Growth::End),
    ("byte", "c3RyaW5n", "", Growth::Groups),
    ("base64url", "c3RyaW5n", "", Growth::Groups),
    ("char", "a", "a", Growth::None),
    ("http-date", "Sat, 24 Aug 2019 14:15:22 GMT", "", Growth::None),
    ("imf-fixdate", "Sat, 24 Aug 2019 14:15:22 GMT", "", Growth::None),
    ("media-range", "application/json", "*/*", Growth::End),
    ("int64", "1", "1", Growth::None),
    ("uint64", "1", "1", Growth::None),
    ("decimal", "1.5", "1", Growth::None),
    ("decimal128", "1.5", "1", Growth::None),
    ("sf-boolean", "?1", "?1", Growth::None),
    ("sf-token", "example", "a", Growth::End),
    ("sf-binary", ":c3RyaW5n:", "::", Growth::None),
];

/// Whether a format says how a text looks.
pub(crate) fn has_form(name: &str) -> bool {
    FORMATS.iter().any(|(known, ..)| *known == name)
}

/// A text of a format and a length, as far as the format goes with it; `None` as `random` makes
/// the plain one.
pub(super) fn text(
    name: &str,
    random: Option<&mut Random>,
    (least, most): (usize, usize),
) -> Option<String> {
    let (_, plain, short, growth) = FORMATS.iter().find(|(known, ..)| *known == name)?;
    let mut text = match random {
        Some(random) => varied(name, random).unwrap_or_else(|| (*plain).to_owned()),
        None => (*plain).to_owned(),
    };
    if text.len() > most {
        (*short).clone_into(&mut text);
    }
    if text.len() < least {
        grow(&mut text, least, *growth);
    }
    if matches!(growth, Growth::Groups) && text.len() > most {
        text = "A".repeat(if most % 4 == 1 { most - 1 } else { most });
    }
    Some(text)
}

fn grow(text: &mut String, least: usize, growth: Growth) {
    /// The most characters before the `@` (RFC 5321, section 4.5.3.1.1).
    const LOCAL: usize = 64;
    let missing = least - text.len();
    match growth {
        Growth::None => {}
        Growth::End => text.push_str(&"a".repeat(missing)),
        Growth::Labels => text.insert_str(0, &labels(missing)),
        Growth::Mail => {
            let at = text.find('@').unwrap_or(0);
            let before = missing.min(LOCAL - at.min(LOCAL));
            let behind = labels(missing - before);
            text.insert_str(at + 1, &behind);
            text.insert_str(0, &"a".repeat(before));
        }
        Growth::Fraction(ending) => {
            let end = text.len() - ending.len();
            let digits = "0".repeat(missing.saturating_sub(1).max(1));
            text.insert_str(end, &format!(".{digits}"));
        }
        Growth::Groups => {
            let length = if least % 4 == 1 { least + 1 } else { least };
            *text = "A".repeat(length);
        }
    }
}

/// Labels of a host's name, each with its dot, of a length in all.
fn labels(length: usize) -> String {
    /// Letters of a label and its dot: far from the 63 that are allowed.
    const LABEL: usize = 30;
    if length == 1 {
        // A dot needs a letter before it: a letter goes to the label behind.
        return "a".to_owned();
    }
    let mut text = String::new();
    while text.len() < length {
        let left = length - text.len();
        let taken = if left <= LABEL + 1 { left } else { LABEL };
        text.push_str(&"a".repeat(taken - 1));
        text.push('.');
    }
    text
}

/// A text of a format, another each time.
fn varied(name: &str, random: &mut Random) -> Option<String> {
    let date = |random: &mut Random| {
        let (year, month, day) =
            (random.between(2015, 2030), random.between(1, 12), random.between(1, 28));
        format!("{year}-{month:02}-{day:02}")
    };
    let time = |random: &mut Random| {
        let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
        format!("{hour:02}:{minute:02}:{second:02}")
    };
    let word = |random: &mut Random| words::word(random);
    let text = match name {
        "date-time" => format!("{}T{}Z", date(random), time(random)),
        "date" => date(random),
        "time" => format!("{}Z", time(random)),
        "date-time-local" => format!("{}T{}", date(random), time(random)),
        "time-local" => time(random),
        "duration" => {
            let unit = ["D", "W", "M", "Y"].get(random.below(4)).copied().unwrap_or("D");
            format!("P{}{unit}", random.between(1, 30))
        }
        "email" | "idn-email" => words::mail(random),
        "hostname" | "idn-hostname" => words::host(random),
        "ipv4" => format!("198.51.100.{}", random.between(1, 254)),
        "ipv6" => {
            format!("2001:db8::{:x}:{:x}", random.between(1, 65535), random.between(1, 65535))
        }
        "uri" | "iri" => format!("https://{}/{}", words::host(random), word(random)),
        "uri-reference" | "iri-reference" => format!("/{}/{}", word(random), word(random)),
        "uri-template" => format!("/{}/{{{}}}", word(random), word(random)),
        "uuid" => uuid(random),
        "json-pointer" => format!("/{}/{}", word(random), random.below(10)),
        "relative-json-pointer" => format!("{}/{}", random.below(4), word(random)),
        "regex" => format!("^{}$", word(random)),
        "byte" => STANDARD.encode(words::sentence(random)),
        "base64url" => URL_SAFE_NO_PAD.encode(words::sentence(random)),
        "char" => char::from(b'a' + u8::try_from(random.below(26)).unwrap_or(0)).to_string(),
        "int64" | "uint64" => random.below(1_000_000).to_string(),
        "decimal" | "decimal128" => format!("{}.{:02}", random.below(1000), random.below(100)),
        "sf-boolean" => format!("?{}", random.below(2)),
        "sf-token" => word(random).to_owned(),
        "sf-binary" => format!(":{}:", STANDARD.encode(word(random))),
        "http-date" | "imf-fixdate" => {
            // The 24th to the 30th of August 2019, the first of which is a Saturday.
            let day = random.below(7);
            let name = ["Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri"].get(day)?;
            format!("{name}, {} Aug 2019 {} GMT", 24 + day, time(random))
        }
        _ => return None,
    };
    Some(text)
}

/// A UUID of version 4.
fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.bits(), random.bits());
    let bits = (u128::from(high) << 64) | u128::from(low);
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid().to_string()
}
