//! Formats that OpenAPI adds to JSON Schema's own: numbers of a machine's width, and kinds of text.
//!
//! The validator asks formats about text alone, so those of numbers are a keyword that lowering
//! writes beside `format`. Formats that nobody defines (`password`, a vendor's own) say nothing.
//!
//! # Source
//!
//! OpenAPI's *Format Registry*; the formats that OpenAPI 3.0.4 lists itself.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use serde_json::Number;

/// The keyword that carries a numeric format.
pub(crate) const NUMBER_KEYWORD: &str = "x-standin-number";

/// Whether text has a format.
type Judge = fn(&str) -> bool;

/// Formats of text with what judges them.
pub(crate) static TEXTS: &[(&str, Judge)] = &[
    ("byte", is_base64),
    ("base64url", is_base64_url),
    ("char", |text| text.chars().nth(1).is_none() && !text.is_empty()),
    ("date-time-local", |text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok()),
    ("time-local", |text| NaiveTime::parse_from_str(text, "%H:%M:%S%.f").is_ok()),
    ("http-date", is_http_date),
    ("imf-fixdate", |text| NaiveDateTime::parse_from_str(text, IMF_FIXDATE).is_ok()),
    ("media-range", is_media_range),
    // Whole numbers beyond what readers keep exactly are written as text.
    ("int64", |text| is_whole(text) && text.parse::<i64>().is_ok()),
    ("uint64", |text| is_whole(text) && text.parse::<u64>().is_ok()),
    ("decimal", is_decimal),
    ("decimal128", |text| is_decimal(text) || matches!(text, "NaN" | "INF" | "-INF")),
    ("sf-boolean", |text| matches!(text, "?0" | "?1")),
    ("sf-token", is_structured_token),
    ("sf-binary", is_structured_binary),
];

/// The preferred form of HTTP's dates (RFC 9110, section 5.6.7).
const IMF_FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// Formats of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberFormat {
    /// Whole, between two bounds.
    Whole(i64, i64),
    /// Whole, 64 bits, unsigned.
    Unsigned,
    /// Within the range of IEEE 754 single precision.
    Float,
    /// Within the range of IEEE 754 double precision.
    Double,
    /// At most 12 digits before the point and 3 behind it.
    Structured,
}

impl NumberFormat {
    /// The format of that name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        /// The largest whole number up to which a double keeps all.
        const EXACT: i64 = 9_007_199_254_740_991;
        /// Fifteen digits: the most that a structured field has.
        const DIGITS: i64 = 999_999_999_999_999;
        let format = match name {
            "int8" => Self::Whole(i8::MIN.into(), i8::MAX.into()),
            "int16" => Self::Whole(i16::MIN.into(), i16::MAX.into()),
            "int32" => Self::Whole(i32::MIN.into(), i32::MAX.into()),
            "int64" => Self::Whole(i64::MIN, i64::MAX),
            "uint8" => Self::Whole(0, u8::MAX.into()),
            "uint16" => Self::Whole(0, u16::MAX.into()),
            "uint32" => Self::Whole(0, u32::MAX.into()),
            "uint64" => Self::Unsigned,
            "double-int" => Self::Whole(-EXACT, EXACT),
            "float" => Self::Float,
            "double" => Self::Double,
            "sf-integer" => Self::Whole(-DIGITS, DIGITS),
            "sf-decimal" => Self::Structured,
            _ => return None,
        };
        Some(format)
    }

    /// Whether a number fits.
    pub(crate) fn holds(self, number: &Number) -> bool {
        match self {
            Self::Whole(least, most) => whole(number).is_some_and(|n| (least..=most).contains(&n)),
            Self::Unsigned => {
                number.is_u64() || whole(number).is_some_and(|n| n >= 0) || {
                    // Beyond what a signed number holds, and still whole.
                    number.as_f64().is_some_and(|n| {
                        n.fract() == 0.0 && (0.0..18_446_744_073_709_551_616.0).contains(&n)
                    })
                }
            }
            Self::Float => number.as_f64().is_some_and(|value| value.abs() <= f64::from(f32::MAX)),
            Self::Double => number.as_f64().is_some_and(f64::is_finite),
            Self::Structured => number.as_f64().is_some_and(|value| {
                let thousands = value * 1000.0;
                value.abs() < 1e12 && (thousands - thousands.round()).abs() < 1e-3
            }),
        }
    }
}

/// The number as a whole one; `1.0` is one.
fn whole(number: &Number) -> Option<i64> {
    /// Two to the sixty-third: the first value that no longer fits. Below zero it fits, but as a
    /// float it most likely was less, and has lost what made it so.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if number.is_f64() {
        let value = number.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and in range, as just checked"
        )]
        return (value.fract() == 0.0 && value.abs() < END).then_some(value as i64);
    }
    number.as_i64()
}

/// Whether text is base64 in either alphabet of RFC 4648, with or without its padding.
///
/// OpenAPI 3.0 names the standard alphabet; servers that write the other are not worth a finding.
pub(crate) fn is_base64(text: &str) -> bool {
    STANDARD.decode(text).is_ok() || is_base64_url(text)
}

/// Bits behind the last whole byte are nobody's loss (RFC 4648, section 3.5: whether they are refused
/// is the reader's choice).
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Whether text is base64 in the alphabet for URLs, with or without its padding.
fn is_base64_url(text: &str) -> bool {
    URL_SAFE.decode(text).is_ok()
}

/// Whether text is a date in one of the three forms that HTTP reads.
fn is_http_date(text: &str) -> bool {
    [IMF_FIXDATE, "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .into_iter()
        .any(|form| NaiveDateTime::parse_from_str(text, form).is_ok())
}

/// Whether text is a media type or range; its parameters are not looked into.
fn is_media_range(text: &str) -> bool {
    let range = text.split(';').next().unwrap_or_default().trim_end();
    range.split_once('/').is_some_and(|(kind, subtype)| {
        is_token(kind) && is_token(subtype) && (kind != "*" || subtype == "*")
    })
}

/// A token as HTTP has it (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A token of a structured field (RFC 8941, section 3.3.4).
fn is_structured_token(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '*')
        && text.bytes().all(|byte| is_token_byte(byte) || b":/".contains(&byte))
}

/// Bytes of a structured field (RFC 8941, section 3.3.5).
fn is_structured_binary(text: &str) -> bool {
    let inner = text.strip_prefix(':').and_then(|text| text.strip_suffix(':'));
    inner.is_some_and(|inner| STANDARD.decode(inner).is_ok())
}

/// A whole number as JSON writes it.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    is_digits(digits) && (digits == "0" || !digits.starts_with('0'))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number of any precision, with an exponent or without.
fn is_decimal(text: &str) -> bool {
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, exponent) = match number.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (number, None),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    is_digits(whole)
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(|text| is_digits(text.strip_prefix(['-', '+']).unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::NumberFormat;
    use super::TEXTS;

    #[test]
    fn numbers_are_bounded_by_their_width() {
        let table = [
            ("int8", "-128", true),
            ("int8", "128", false),
            ("int16", "32768", false),
            ("int32", "2147483647", true),
            ("int32", "2147483648", false),
            ("int32", "1.0", true),
            ("int32", "1.5", false),
            ("int64", "-9223372036854775808", true),
            ("int64", "9223372036854775808", false),
            ("int64", "9223372036854775808.0", false),
            ("int64", "-9223372036854775809", false),
            ("uint8", "255", true),
            ("uint8", "-1", false),
            ("uint16", "65536", false),
            ("uint32", "4294967295", true),
            ("uint64", "18446744073709551615", true),
            ("uint64", "-1", false),
            ("uint64", "1.5", false),
            ("double-int", "9007199254740992", false),
            ("float", "1e39", false),
            ("double", "1e39", true),
            ("sf-integer", "999999999999999", true),
            ("sf-integer", "1000000000000000", false),
            ("sf-decimal", "1.125", true),
            ("sf-decimal", "1.1255", false),
        ];
        for (name, text, holds) in table {
            let format = NumberFormat::find(name).unwrap();
            assert_eq!(format.holds(&serde_json::from_str(text).unwrap()), holds, "{name} {text}");
        }
    }

    #[test]
    fn texts_are_what_the_registry_says() {
        let table = [
            ("byte", "aGk=", true),
            ("byte", "aGk", true),
            ("byte", "aGl=", true),
            ("byte", "-_-_", true),
            ("byte", "a b", false),
            ("base64url", "-_-_", true),
            ("base64url", "+/+/", false),
            ("char", "ß", true),
            ("char", "", false),
            ("char", "ab", false),
            ("date-time-local", "2026-01-31T12:00:00.5", true),
            ("date-time-local", "2026-01-31T12:00:00Z", false),
            ("time-local", "12:00:00", true),
            ("time-local", "25:00:00", false),
            ("http-date", "Sun, 06 Nov 1994 08:49:37 GMT", true),
            ("http-date", "Sunday, 06-Nov-94 08:49:37 GMT", true),
            ("http-date", "Sun Nov  6 08:49:37 1994", true),
            ("http-date", "1994-11-06", false),
            ("imf-fixdate", "Sunday, 06-Nov-94 08:49:37 GMT", false),
            ("media-range", "text/*;q=0.5", true),
            ("media-range", "*/html", false),
            ("media-range", "text", false),
            ("int64", "-9223372036854775808", true),
            ("int64", "9223372036854775808", false),
            ("int64", "007", false),
            ("uint64", "18446744073709551615", true),
            ("uint64", "-1", false),
            ("decimal", "-0.10e+5", true),
            ("decimal", "0x1", false),
            ("decimal128", "NaN", true),
            ("sf-boolean", "?1", true),
            ("sf-boolean", "true", false),
            ("sf-token", "*a/b:c", true),
            ("sf-token", "1a", false),
            ("sf-binary", ":aGk=:", true),
            ("sf-binary", "aGk=", false),
        ];
        for (name, text, fits) in table {
            let (_, judge) = TEXTS.iter().find(|(known, _)| *known == name).unwrap();
            assert_eq!(judge(text), fits, "{name} {text}");
        }
    }
}
