//! A document that is read as far as somebody needs it.
//!
//! A start needs of each document only which calls it has; most runs then call one or two of the
//! APIs.

use std::ops::Deref;
use std::sync::Arc;

use crate::spec::Bundled;
use crate::spec::Document;

/// A document: whoever looks into it has it read whole, whoever asks for its outline does not.
#[derive(Clone, Debug)]
pub enum Described {
    /// Read already.
    Whole(Arc<Document>),
    /// Comes with the program.
    Bundled(&'static Bundled),
}

impl Described {
    /// What tells its calls apart: name and title, and of each operation all but parameters,
    /// content, responses and security. Places are found as in the whole.
    #[must_use]
    pub fn outline(&self) -> &Document {
        match self {
            Self::Whole(document) => document,
            Self::Bundled(bundled) => bundled.outline(),
        }
    }
}

impl Deref for Described {
    type Target = Document;

    fn deref(&self) -> &Document {
        match self {
            Self::Whole(document) => document,
            Self::Bundled(bundled) => bundled.whole(),
        }
    }
}

impl From<Arc<Document>> for Described {
    fn from(document: Arc<Document>) -> Self {
        Self::Whole(document)
    }
}

#[cfg(test)]
mod tests {
    use super::Described;
    use crate::pointer::Pointer;
    use crate::spec::bundled;

    #[test]
    fn an_outline_tells_of_a_document_what_the_whole_tells() {
        for bundled in bundled::ALL {
            let whole = Described::Bundled(bundled);
            let outline = whole.outline();
            assert_eq!((&outline.name, &outline.title), (&whole.name, &whole.title));
            assert_eq!(outline.operations.len(), whole.operations.len());
            for (told, operation) in outline.operations.iter().zip(&whole.operations) {
                assert_eq!(told.id, operation.id);
                assert_eq!(told.method, operation.method);
                assert_eq!(told.template, operation.template);
                assert_eq!(told.base_paths, operation.base_paths);
                assert_eq!(told.summary, operation.summary);
                assert_eq!(told.deprecated, operation.deprecated);
                assert_eq!(told.extensions, operation.extensions);
                assert_eq!(told.basis, operation.basis);
                assert_eq!(told.pointer, operation.pointer);
            }
            let info = Pointer::new("/info/title");
            assert_eq!(outline.position(&info), whole.position(&info));
            assert!(outline.violations().is_empty(), "{:?}", outline.violations());
        }
    }
}
