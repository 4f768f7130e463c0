//! Reads a private RSA key from PEM, and says what else it was if it was none.
//!
//! The frame is RFC 7468's; what is inside goes to `ring` as it is. Keys with a passphrase are
//! refused: a mock has nowhere to ask for one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::error::KeyRejected;
use ring::signature::RsaKeyPair;

/// How `ring` reads one of the two encodings.
type Parse = fn(&[u8]) -> Result<RsaKeyPair, KeyRejected>;

/// Why a file can't be the signing key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no PEM frame at all.
    #[error("no PEM block found; give a private RSA key, as `openssl genrsa 2048` writes it")]
    NotPem,
    /// The PEM block is something else than a private RSA key in the clear.
    #[error(
        "the PEM block is a `{label}`; a private RSA key without passphrase is needed, as \
         `openssl genrsa 2048` writes it"
    )]
    WrongKind {
        /// What stands behind `BEGIN`.
        label: String,
    },
    /// What stands in the frame is not base64.
    #[error("the PEM block `{label}` is not valid base64; is the file cut off?")]
    NotBase64 {
        /// What stands behind `BEGIN`.
        label: String,
    },
    /// The key was read, but can't sign.
    #[error("the RSA key can't be used ({reason}); it needs 2048 to 4096 bits")]
    Rejected {
        /// What `ring` says of it.
        reason: String,
    },
}

/// Reads the first private key of a PEM text: PKCS#1 or PKCS#8.
pub(super) fn read(pem: &[u8]) -> Result<RsaKeyPair, KeyError> {
    let text = String::from_utf8_lossy(pem);
    let mut labels = Vec::new();
    let mut rest = &*text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, body)) = after.split_once("-----") else { break };
        let (body, next) = body.split_once("-----END ").unwrap_or((body, ""));
        rest = next;
        // `Proc-Type: 4,ENCRYPTED` is how OpenSSL marks a passphrase in the old frame.
        let parse: Option<Parse> = match label {
            _ if body.contains("ENCRYPTED") => None,
            "RSA PRIVATE KEY" => Some(RsaKeyPair::from_der),
            "PRIVATE KEY" => Some(RsaKeyPair::from_pkcs8),
            _ => None,
        };
        let Some(parse) = parse else {
            labels.push(label.to_owned());
            continue;
        };
        let compact: String = body.split_ascii_whitespace().collect();
        let der = STANDARD
            .decode(compact)
            .map_err(|_| KeyError::NotBase64 { label: label.to_owned() })?;
        return parse(&der).map_err(|error| KeyError::Rejected { reason: error.to_string() });
    }
    Err(labels.into_iter().next().map_or(KeyError::NotPem, |label| KeyError::WrongKind { label }))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::super::test_key::TEST_KEY;
    use super::read;

    /// What PKCS#8 (RFC 5958) puts before a PKCS#1 key: version 0, rsaEncryption, octet string.
    const PKCS8_INNER: [u8; 18] = [2, 1, 0, 48, 13, 6, 9, 42, 134, 72, 134, 247, 13, 1, 1, 1, 5, 0];

    fn long(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("a short key").to_be_bytes();
        [&[tag, 0x82], &length[..], content].concat()
    }

    #[test]
    fn both_frames_of_a_private_key_are_read() {
        let pkcs8 = long(48, &[&PKCS8_INNER[..], &long(4, &TEST_KEY)].concat());
        for (label, der) in [("RSA PRIVATE KEY", &TEST_KEY[..]), ("PRIVATE KEY", &pkcs8)] {
            let body = STANDARD.encode(der);
            let pem =
                format!("Bag Attributes\n-----BEGIN {label}-----\n{body}\n-----END {label}-----");
            assert_eq!(read(pem.as_bytes()).map(|key| key.public().modulus_len()), Ok(256));
        }
    }
}
