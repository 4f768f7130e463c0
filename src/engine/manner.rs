//! In whose words standin speaks where a document declares nothing itself.

use crate::engine::prism;
use crate::engine::problem;
use crate::message::Answer;
use crate::message::Refusal;
use crate::message::Request;
use crate::spec::Operation;

/// Whose conventions are kept where a document declares no answer of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Manner {
    /// standin's own: one problem type for each refusal.
    #[default]
    Standin,
    /// Prism's: its problem types, its header field `sl-violations`, and `HEAD` only where it is
    /// declared.
    Prism {
        /// Whether an answer that breaks the contract becomes a problem (`--errors`).
        errors: bool,
    },
}

impl Manner {
    /// Whether this is Prism's.
    pub(crate) const fn is_prism(self) -> bool {
        matches!(self, Self::Prism { .. })
    }

    /// The problem that tells a client of a refusal (RFC 9457).
    pub(crate) fn problem(
        self,
        refusal: &Refusal,
        request: &Request,
        operation: Option<&Operation>,
    ) -> Answer {
        match self {
            Self::Standin => problem::of(refusal),
            Self::Prism { .. } => prism::problem::of(refusal, request, operation),
        }
    }
}
