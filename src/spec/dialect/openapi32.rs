//! OpenAPI 3.2, and what comes after it as far as it is alike.

use serde_json::Value;

use crate::finding::rule;
use crate::json::plain;
use crate::pointer::Pointer;
use crate::spec::dialect::Dialect;
use crate::spec::dialect::Null;
use crate::spec::dialect::Spelling;
use crate::spec::lower::vocabulary::OPENAPI_31;
use crate::spec::read;
use crate::spec::read::Grammar;
use crate::spec::resolve;
use crate::spec::tree::Node;

/// OpenAPI 3.2.0, and later versions of OpenAPI 3.
///
/// A later version may mean something else by a word, so that one is told of: "occasionally,
/// non-backwards compatible changes may be made in minor versions" (OpenAPI 3.2.0, *Versions and
/// Deprecation*). Not to read it at all would help nobody.
pub static DIALECT: Dialect = Dialect {
    id: "openapi32",
    recognises: |members| members.get("openapi").and_then(minor).is_some_and(|minor| minor >= 2),
    read: |tree, wrong| {
        let version = tree.root().get("openapi").map(Node::to_value);
        if version.as_ref().and_then(minor) > Some(2) {
            let title = "is a version that standin reads as OpenAPI 3.2, the latest that it knows";
            let place = Pointer::root().child("openapi");
            wrong.add(vec![resolve::complaint(&rule::NOT_JUDGED, place, title)]);
        }
        read::read(tree, wrong, &GRAMMAR)
    },
    spelling: Some(Spelling {
        null: Null::Type,
        has_content: true,
        schemes: &["components", "securitySchemes"],
    }),
};

/// The members of a path item that are operations: those of the versions before, and `query`.
pub(in crate::spec) const METHODS: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// The member of a path item that has operations of further methods.
pub(in crate::spec) const FURTHER_METHODS: &str = "additionalOperations";

static GRAMMAR: Grammar = Grammar {
    vocabulary: &OPENAPI_31,
    schemas: "/components/schemas",
    security_schemes: "/components/securitySchemes",
    methods: &METHODS,
    further_styles: &["cookie", "querystring"],
    further_methods: Some(FURTHER_METHODS),
    base_paths: read::openapi3_base_paths,
    call: read::openapi3,
};

/// The second number of a version of OpenAPI 3.
fn minor(version: &Value) -> Option<u32> {
    // `openapi: 3.2`, which YAML reads as a number.
    let version = plain(version);
    version.strip_prefix("3.")?.split('.').next()?.parse().ok()
}
