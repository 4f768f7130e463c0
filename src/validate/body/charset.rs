//! Character encodings: bytes to text by the `charset` that a media type names.

use std::borrow::Cow;

use encoding_rs::Encoding;
use encoding_rs::UTF_8;

use crate::validate::body::Fault;

/// Decodes text; what names no `charset` is UTF-8.
///
/// # Errors
///
/// [`Fault`] where the bytes are no text of that encoding, or nobody knows the encoding.
///
/// # Source
///
/// RFC 6657, section 3: UTF-8 is the default of new text types, and US-ASCII, the old default, is
/// part of it. Names are those of the WHATWG Encoding Standard.
pub(super) fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, Fault> {
    let encoding = match charset {
        None => UTF_8,
        Some(name) => Encoding::for_label(name.as_bytes()).ok_or_else(|| unknown(name))?,
    };
    if encoding == UTF_8 {
        let text = utf8(bytes).map_err(|fault| match charset {
            // Who named it has to keep to it.
            Some(_) => fault,
            None => Fault {
                help: fault.help.map(|help| help + ", or name its charset in Content-Type"),
                ..fault
            },
        });
        return text.map(Cow::Borrowed);
    }
    let (text, encoding, is_broken) = encoding.decode(bytes);
    if is_broken {
        let help = "write the text in the charset that Content-Type names, or name the right one";
        return Err(Fault::new(format!("is no text of the charset {}", encoding.name()), help));
    }
    Ok(text)
}

/// Decodes XML: by the `charset` of its media type, its byte order mark, or its own declaration.
///
/// # Errors
///
/// As of [`decode`].
///
/// # Source
///
/// RFC 7303, section 3; XML 1.0, appendix F.
pub(super) fn decode_xml<'b>(
    bytes: &'b [u8],
    charset: Option<&str>,
) -> Result<Cow<'b, str>, Fault> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decode(&bytes[length..], Some(encoding.name()));
    }
    let declared = charset.is_none().then(|| declared_encoding(bytes)).flatten();
    decode(bytes, charset.or(declared.as_deref()))
}

/// The `encoding` of an XML declaration, which is ASCII in all encodings that have no mark.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    /// Longer than any declaration that says all it can.
    const LONGEST: usize = 200;
    let head = &bytes[..bytes.len().min(LONGEST)];
    let head: String = head.iter().copied().map(char::from).collect();
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, behind) = declaration.split_once("encoding")?;
    let behind = behind.trim_start().strip_prefix('=')?.trim_start();
    let quote = behind.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    behind[1..].split_once(quote).map(|(name, _)| name.to_owned())
}

/// Reads bytes as UTF-8.
///
/// # Errors
///
/// [`Fault`] with the first byte that is none.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        Fault::new("is no UTF-8", format!("look at byte {byte}; write the text in UTF-8"))
    })
}

fn unknown(name: &str) -> Fault {
    let help = "write the text in UTF-8, and say so";
    Fault { is_unsupported: true, ..Fault::new(format!("has the unknown charset `{name}`"), help) }
}
