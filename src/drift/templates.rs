//! Paths that no document has, with what is data in them left out.
//!
//! What the documents say of the beginning of a path holds for it too: where they have
//! `/sessions/{session_id}`, `/sessions/any/tokens` is `/sessions/{session_id}/tokens`. Behind that, what
//! looks like data is.

use std::collections::BTreeMap;

use crate::drift::kind;
use crate::route::Mounted;
use crate::route::base_path;

/// How many segments are looked at.
const DEPTH: usize = 64;

/// The beginnings of all paths that documents have.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    /// By the segment as it is written.
    next: BTreeMap<String, Templates>,
    /// What is data here: its name, and what follows.
    data: Option<(String, Box<Templates>)>,
}

impl Templates {
    /// The templates of documents.
    pub(crate) fn of(mounted: &[Mounted]) -> Self {
        let mut root = Self::default();
        for place in mounted {
            for operation in &place.document.outline().operations {
                for (path, _) in base_path::paths(&place.prefix, operation) {
                    root.add(&path);
                }
            }
        }
        root
    }

    fn add(&mut self, path: &str) {
        let mut at = self;
        for segment in path.split('/').skip(1).take(DEPTH) {
            at = if segment.starts_with('{') && segment.ends_with('}') {
                let new = || (segment.to_owned(), Box::default());
                &mut at.data.get_or_insert_with(new).1
            } else {
                at.next.entry(segment.to_owned()).or_default()
            };
        }
    }

    /// A path with what is data in it left out: `/users/123` is `/users/{id}`.
    pub(crate) fn template(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap_or(path);
        let mut text = String::with_capacity(path.len());
        let mut at = Some(self);
        for segment in path.split('/').skip(1) {
            text.push('/');
            let known = at.and_then(|at| at.next.get(segment));
            let data = at.and_then(|at| at.data.as_ref()).filter(|_| !segment.is_empty());
            match (known, data) {
                (Some(next), _) => {
                    text.push_str(segment);
                    at = Some(next);
                }
                (None, Some((name, next))) => {
                    text.push_str(name);
                    at = Some(next);
                }
                (None, None) => {
                    text.push_str(&kind::settled(segment));
                    at = None;
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Templates;

    #[test]
    fn what_documents_have_in_common_with_a_path_names_its_data() {
        let mut templates = Templates::default();
        templates.add("/v1/sessions/{session_id}/revoke");
        let table = [
            ("/v1/sessions/any/tokens?x=1", "/v1/sessions/{session_id}/tokens"),
            ("/v1/sessions/any/tokens/17", "/v1/sessions/{session_id}/tokens/{id}"),
            ("/v1/users/123/posts", "/v1/users/{id}/posts"),
            ("/", "/"),
        ];
        for (path, expected) in table {
            assert_eq!(templates.template(path), expected);
        }
    }
}
