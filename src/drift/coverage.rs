//! Coverage: how much of what a document promises was seen at all, so that a reader knows how far
//! "no findings" can be trusted. Plain data; reports render it.

use serde::Serialize;

use crate::finding::Side;
use crate::pointer::Pointer;

/// How much of some documents was seen, whole and part by part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// All kinds together.
    pub total: Share,
    /// Operations that were called.
    pub operations: Share,
    /// Parameters of requests, and declared header fields of responses.
    pub parameters: Share,
    /// Properties of schemas, each place in the document once.
    pub properties: Share,
    /// Values of enumerations.
    pub enum_values: Share,
    /// Declared statuses, ranges and `default` among them.
    pub statuses: Share,
    /// Media types of requests and responses.
    pub media_types: Share,
    /// The same, API by API.
    pub apis: Vec<ApiCoverage>,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many were seen.
    pub seen: u64,
    /// How many there are.
    pub all: u64,
}

/// What was seen of one API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiCoverage {
    /// The API's id.
    pub api: String,
    /// The name that the document was loaded under.
    pub document: String,
    /// Its operations, in the document's order.
    pub operations: Vec<OperationCoverage>,
    /// Schemas that stand apart from the operations, which may share them, in the order of places.
    pub schemas: Vec<SchemaCoverage>,
}

/// What was seen of one operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationCoverage {
    /// The `operationId`.
    pub operation: String,
    /// The method.
    pub method: String,
    /// The path template with its base path.
    pub path: String,
    /// How often it was called.
    pub calls: u64,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// What was seen of one schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemaCoverage {
    /// Its place in the document, such as `/components/schemas/Session`.
    pub pointer: Pointer,
    /// Its properties and the values of its enumerations.
    pub parts: Vec<Part>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// A parameter, or a declared header field of a response.
    Parameter,
    /// A declared status.
    Status,
    /// A media type.
    MediaType,
    /// A property of a schema.
    Property,
    /// A value of an enumeration.
    EnumValue,
}

/// One documented thing that traffic may show.
///
/// # Shapes
///
/// | `kind`       | `name`                                     |
/// |--------------|--------------------------------------------|
/// | `parameter`  | `query.limit`, `header.retry-after`        |
/// | `status`     | `200`, `4XX`, `default`                    |
/// | `media-type` | `application/json`, `200 application/json` |
/// | `property`   | `data/*/id`, seen from the schema          |
/// | `enum-value` | `status = "active"`                        |
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Which message it is part of; `document` where it may be either.
    pub side: Side,
    /// What it is called.
    pub name: String,
    /// Whether it was seen.
    pub seen: bool,
    /// Its place in the document.
    pub pointer: Pointer,
    /// The line of that place, counted from 1, where it is known.
    pub line: Option<usize>,
}

impl Share {
    /// Counts one more.
    pub const fn count(&mut self, is_seen: bool) {
        self.all += 1;
        self.seen += is_seen as u64;
    }

    /// The share in per cent, rounded down; all of nothing is 100.
    #[must_use]
    pub const fn percent(self) -> u64 {
        match (self.seen * 100).checked_div(self.all) {
            Some(percent) => percent,
            None => 100,
        }
    }
}

impl Coverage {
    /// The shares by name, in the order in which tables show them.
    #[must_use]
    pub const fn shares(&self) -> [(&'static str, Share); 6] {
        [
            ("operations", self.operations),
            ("parameters", self.parameters),
            ("properties", self.properties),
            ("enum values", self.enum_values),
            ("statuses", self.statuses),
            ("media types", self.media_types),
        ]
    }

    /// The coverage of some APIs, added up.
    #[must_use]
    pub fn of(apis: Vec<ApiCoverage>) -> Self {
        let mut coverage = Self::default();
        for api in &apis {
            for operation in &api.operations {
                coverage.operations.count(operation.calls > 0);
            }
            let own = api.operations.iter().flat_map(|operation| &operation.parts);
            let shared = api.schemas.iter().flat_map(|schema| &schema.parts);
            for part in own.chain(shared) {
                let share = match part.kind {
                    PartKind::Parameter => &mut coverage.parameters,
                    PartKind::Status => &mut coverage.statuses,
                    PartKind::MediaType => &mut coverage.media_types,
                    PartKind::Property => &mut coverage.properties,
                    PartKind::EnumValue => &mut coverage.enum_values,
                };
                share.count(part.seen);
            }
        }
        for (_, share) in coverage.shares() {
            coverage.total.seen += share.seen;
            coverage.total.all += share.all;
        }
        coverage.apis = apis;
        coverage
    }
}
