//! Formats that OpenAPI adds to JSON Schema's own: numbers of a machine's width, and base64.
//!
//! The validator asks formats about text alone, so those of numbers are a keyword that lowering
//! writes beside `format`. Formats that nobody defines (`password`, a vendor's own) say nothing.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;
use serde_json::Number;

/// The keyword that carries a numeric format.
pub(crate) const NUMBER_KEYWORD: &str = "x-standin-number";

/// Formats of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberFormat {
    /// Whole, 32 bits, signed.
    Int32,
    /// Whole, 64 bits, signed.
    Int64,
    /// Within the range of IEEE 754 single precision.
    Float,
    /// Within the range of IEEE 754 double precision.
    Double,
}

impl NumberFormat {
    /// The format of that name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        match name {
            "int32" => Some(Self::Int32),
            "int64" => Some(Self::Int64),
            "float" => Some(Self::Float),
            "double" => Some(Self::Double),
            _ => None,
        }
    }

    /// Whether a number fits.
    pub(crate) fn holds(self, number: &Number) -> bool {
        match self {
            Self::Int32 => whole(number).is_some_and(|whole| i32::try_from(whole).is_ok()),
            Self::Int64 => whole(number).is_some(),
            Self::Float => number.as_f64().is_some_and(|value| value.abs() <= f64::from(f32::MAX)),
            Self::Double => number.as_f64().is_some_and(f64::is_finite),
        }
    }
}

/// The number as a whole one; `1.0` is one.
fn whole(number: &Number) -> Option<i64> {
    /// Two to the sixty-third: the first value that no longer fits.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if number.is_f64() {
        let value = number.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and in range, as just checked"
        )]
        return (value.fract() == 0.0 && (-END..END).contains(&value)).then_some(value as i64);
    }
    number.as_i64()
}

/// Whether text is base64 in either alphabet of RFC 4648, with or without its padding.
///
/// OpenAPI 3.0 names the standard alphabet; servers that write the other are not worth a finding.
pub(crate) fn is_base64(text: &str) -> bool {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const ENGINES: [GeneralPurpose; 2] = [
        GeneralPurpose::new(&alphabet::STANDARD, CONFIG),
        GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG),
    ];
    ENGINES.iter().any(|engine| engine.decode(text).is_ok())
}

#[cfg(test)]
mod tests {
    use super::NumberFormat;
    use super::is_base64;

    fn holds(format: NumberFormat, text: &str) -> bool {
        format.holds(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn whole_numbers_are_bounded_by_their_width() {
        assert!(holds(NumberFormat::Int32, "2147483647"));
        assert!(!holds(NumberFormat::Int32, "2147483648"));
        assert!(holds(NumberFormat::Int32, "1.0"));
        assert!(!holds(NumberFormat::Int32, "1.5"));
        assert!(holds(NumberFormat::Int64, "-9223372036854775808"));
        assert!(!holds(NumberFormat::Int64, "9223372036854775808"));
        assert!(!holds(NumberFormat::Int64, "9223372036854775808.0"));
        assert!(!holds(NumberFormat::Float, "1e39"));
        assert!(holds(NumberFormat::Double, "1e39"));
    }

    #[test]
    fn padding_of_base64_may_be_left_out() {
        assert!(is_base64("aGk="));
        assert!(is_base64("aGk"));
        assert!(is_base64("-_-_"));
        assert!(!is_base64("a b"));
    }
}
