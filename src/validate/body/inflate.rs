//! Content codings undone, so that what is compressed can be judged, within bounds.
//!
//! # Source
//!
//! RFC 9110, section 8.4.1 (`gzip`, `deflate`; `x-gzip` is the same); RFC 7932 (`br`);
//! RFC 8878 (`zstd`).

use std::io::Read;

use brotli_decompressor::Decompressor;
use flate2::read::DeflateDecoder;
use flate2::read::MultiGzDecoder;
use flate2::read::ZlibDecoder;
use ruzstd::decoding::StreamingDecoder;

/// The most that content may become, in bytes: as much as a body may have that is judged.
const MOST_BYTES: u64 = 10 * 1024 * 1024;

/// How many codings are undone of one content, one around the other.
const MOST_CODINGS: usize = 4;

/// Why a coding is not undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Nobody here knows it.
    Unknown,
    /// What is inside is larger than what is judged.
    TooLarge,
    /// The bytes are not of that coding.
    Malformed(String),
}

/// Undoes `codings`, in the order in which they were applied, parted by commas.
///
/// # Errors
///
/// [`Kept`] where that can not be done, or may not.
pub fn undo(codings: &str, bytes: &[u8]) -> Result<Vec<u8>, Kept> {
    let names: Vec<&str> = codings.split(',').map(str::trim).collect();
    if names.len() > MOST_CODINGS {
        return Err(Kept::Unknown);
    }
    let mut names = names.iter().rev();
    let mut inner = names.next().map_or_else(|| Ok(bytes.to_vec()), |name| one(name, bytes))?;
    for name in names {
        inner = one(name, &inner)?;
    }
    Ok(inner)
}

fn one(name: &str, bytes: &[u8]) -> Result<Vec<u8>, Kept> {
    match name.to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" => bounded(MultiGzDecoder::new(bytes)),
        // What the name means is zlib; what many send is what is inside of it.
        "deflate" => match bounded(ZlibDecoder::new(bytes)) {
            Err(Kept::Malformed(_)) => bounded(DeflateDecoder::new(bytes)),
            read => read,
        },
        "br" => bounded(Decompressor::new(bytes, 4096)),
        "zstd" => match StreamingDecoder::new(bytes) {
            Ok(decoder) => bounded(decoder),
            Err(error) => Err(Kept::Malformed(error.to_string())),
        },
        _ => Err(Kept::Unknown),
    }
}

fn bounded(decoder: impl Read) -> Result<Vec<u8>, Kept> {
    let mut inside = Vec::new();
    let read = decoder.take(MOST_BYTES + 1).read_to_end(&mut inside);
    read.map_err(|error| Kept::Malformed(error.to_string()))?;
    if inside.len() as u64 > MOST_BYTES { Err(Kept::TooLarge) } else { Ok(inside) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use flate2::write::GzEncoder;
    use flate2::write::ZlibEncoder;

    use super::Kept;
    use super::undo;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    #[test]
    fn every_coding_that_clients_ask_for_is_undone() {
        let text = b"{\"id\":1}".as_slice();
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(text).expect("memory takes all");
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(text).expect("memory takes all");
        let zstd = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 8, 0x41, 0, 0].iter().chain(text);
        let table: [(&str, Vec<u8>); 6] = [
            ("GZIP", gzip(text)),
            ("gzip, x-gzip", gzip(&gzip(text))),
            ("deflate", zlib.finish().expect("memory takes all")),
            ("deflate", raw.finish().expect("memory takes all")),
            // One piece that is not compressed, as both formats allow.
            ("br", [&[0x8b, 0x03, 0x80][..], text, &[0x03]].concat()),
            ("zstd", zstd.copied().collect()),
        ];
        for (coding, bytes) in table {
            assert_eq!(undo(coding, &bytes).as_deref(), Ok(text), "{coding}");
        }
    }

    #[test]
    fn what_can_not_be_undone_is_told_apart() {
        let bomb = gzip(&vec![0; 11 * 1024 * 1024]);
        assert_eq!(undo("gzip", &bomb), Err(Kept::TooLarge));
        assert_eq!(undo("compress", b""), Err(Kept::Unknown));
        assert_eq!(undo("gzip,gzip,gzip,gzip,gzip", b""), Err(Kept::Unknown));
        for coding in ["gzip", "deflate", "br", "zstd"] {
            let broken = undo(coding, b"\xffno such thing");
            assert!(matches!(broken, Err(Kept::Malformed(_))), "{coding}: {broken:?}");
        }
    }
}
