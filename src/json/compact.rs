//! JSON without the white space between its parts, piece by piece as it passes.

use bytes::Bytes;

/// Takes white space out of JSON that comes in pieces; values stay as they are written.
///
/// # Examples
///
/// ```
/// use standin::json::Compactor;
///
/// let mut compactor = Compactor::default();
/// assert_eq!(compactor.pass("{ \"a b\\\" \": ".into()), "{\"a b\\\" \":");
/// assert_eq!(compactor.pass("\n 1.0 }\n".into()), "1.0}");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Compactor {
    is_text: bool,
    is_escaped: bool,
}

impl Compactor {
    /// The next piece; what has no such white space is not copied.
    pub fn pass(&mut self, piece: Bytes) -> Bytes {
        let kept = |state: &mut Self, byte: u8| state.keeps(byte);
        let mut state = *self;
        let Some(first) = piece.iter().position(|byte| !kept(&mut state, *byte)) else {
            *self = state;
            return piece;
        };
        let mut compact = Vec::with_capacity(piece.len());
        compact.extend_from_slice(&piece[..first]);
        compact.extend(piece[first + 1..].iter().filter(|byte| kept(&mut state, **byte)));
        *self = state;
        compact.into()
    }

    fn keeps(&mut self, byte: u8) -> bool {
        match (self.is_text, byte) {
            (true, _) if self.is_escaped => self.is_escaped = false,
            (true, b'\\') => self.is_escaped = true,
            (_, b'"') => self.is_text = !self.is_text,
            (false, b' ' | b'\t' | b'\r' | b'\n') => return false,
            (true | false, _) => {}
        }
        true
    }
}
