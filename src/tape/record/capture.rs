//! Content kept while it passes by, as long as there is room.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use ring::digest;

use crate::tape::entry::Unkept;
use crate::tape::record::IN_FLIGHT;

/// Content as far as it has passed by.
pub struct Capture {
    kept: Kept,
    length: u64,
    most_bytes: usize,
    in_flight: Arc<AtomicUsize>,
}

enum Kept {
    Whole(Vec<u8>),
    /// There was too much of it: only its digest goes on.
    Digest(Box<digest::Context>, &'static str),
}

impl std::fmt::Debug for Capture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Capture").field("length", &self.length).finish_non_exhaustive()
    }
}

impl Capture {
    pub(super) const fn new(most_bytes: usize, in_flight: Arc<AtomicUsize>) -> Self {
        Self { kept: Kept::Whole(Vec::new()), length: 0, most_bytes, in_flight }
    }

    /// Keeps a piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.length += piece.len() as u64;
        match &mut self.kept {
            Kept::Digest(context, _) => context.update(piece),
            Kept::Whole(bytes) => {
                let in_flight = self.in_flight.fetch_add(piece.len(), Ordering::Relaxed);
                let reason = if bytes.len() + piece.len() > self.most_bytes {
                    "it is larger than what is kept of a content"
                } else if in_flight + piece.len() > IN_FLIGHT {
                    "too much content was passing by at the same time"
                } else {
                    bytes.extend_from_slice(piece);
                    return;
                };
                self.in_flight.fetch_sub(bytes.len() + piece.len(), Ordering::Relaxed);
                let mut context = digest::Context::new(&digest::SHA256);
                context.update(bytes);
                context.update(piece);
                self.kept = Kept::Digest(Box::new(context), reason);
            }
        }
    }

    /// Keeps no more of it, nor what was kept.
    pub fn leave(&mut self, reason: &'static str) {
        if let Kept::Whole(bytes) = &self.kept {
            self.in_flight.fetch_sub(bytes.len(), Ordering::Relaxed);
            let mut context = digest::Context::new(&digest::SHA256);
            context.update(bytes);
            self.kept = Kept::Digest(Box::new(context), reason);
        }
    }

    /// How many bytes have passed by.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// All of it, or what is known of it.
    pub(super) fn into_content(mut self) -> Result<Vec<u8>, Unkept> {
        let bytes = self.length;
        match std::mem::replace(&mut self.kept, Kept::Whole(Vec::new())) {
            Kept::Whole(kept) => {
                self.in_flight.fetch_sub(kept.len(), Ordering::Relaxed);
                Ok(kept)
            }
            Kept::Digest(context, reason) => {
                let sha256 = hexadecimal(context.finish().as_ref());
                Err(Unkept { bytes, sha256, reason: reason.to_owned() })
            }
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        if let Kept::Whole(kept) = &self.kept {
            self.in_flight.fetch_sub(kept.len(), Ordering::Relaxed);
        }
    }
}

/// What is known of content that is not kept for another reason.
pub(super) fn unkept(bytes: &[u8], reason: String) -> Unkept {
    let sha256 = hexadecimal(digest::digest(&digest::SHA256, bytes).as_ref());
    Unkept { bytes: bytes.len() as u64, sha256, reason }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;

    use super::Capture;

    #[test]
    fn what_is_too_large_is_told_by_length_and_digest_and_takes_no_room() {
        let in_flight = Arc::<AtomicUsize>::default();
        let mut capture = Capture::new(4, Arc::clone(&in_flight));
        capture.push(b"abc");
        assert_eq!(in_flight.load(Ordering::Relaxed), 3);
        capture.push(b"de");
        capture.push(b"f");
        assert_eq!((capture.length(), in_flight.load(Ordering::Relaxed)), (6, 0));
        let unkept = capture.into_content().expect_err("it is larger than 4 bytes");
        // As `printf abcdef | sha256sum` says.
        let sha256 = "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721";
        assert_eq!((unkept.bytes, &*unkept.sha256), (6, sha256));
        let mut capture = Capture::new(4, Arc::clone(&in_flight));
        capture.push(b"abcd");
        assert_eq!(capture.into_content().expect("it is small enough"), b"abcd");
        assert_eq!(in_flight.load(Ordering::Relaxed), 0);
    }
}
