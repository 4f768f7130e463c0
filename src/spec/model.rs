//! The one model that every description is lowered to, whatever its version.
//!
//! Read by routing, parameters, validation, synthesis and the judges. Every part remembers its
//! place in the user's file as a [`Pointer`]; nothing here knows which OpenAPI version it came from.

use std::ops::Deref;
use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use serde_json::Map;
use serde_json::Value;

use crate::json::Written;
use crate::message::MediaType;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::spec::read::Later;

/// One call that an API offers.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The `operationId`; made from method and path where the document has none.
    pub id: Arc<str>,
    /// The method.
    pub method: Method,
    /// The path template, as written.
    pub template: Arc<str>,
    /// Base paths of the servers in force, without trailing slash, without duplicates, in order;
    /// the empty text where a server has none.
    pub base_paths: Vec<String>,
    /// What it does, one line.
    pub summary: Option<String>,
    /// Marked deprecated.
    pub deprecated: bool,
    /// All `x-…` members of the operation.
    pub extensions: Map<String, Value>,
    /// How well it is known, where that is stated here.
    pub basis: Option<Basis>,
    /// Where it stands.
    pub pointer: Pointer,
    /// What is said and answered; [`Call`] stands for it.
    pub(in crate::spec) call: Later,
}

/// What is said and answered in one call: the part of an [`Operation`] that is read when somebody
/// first asks for it, as a member of the operation itself.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// Parameters of path, query, header and cookie; path item's and operation's merged.
    pub parameters: Vec<Parameter>,
    /// The declared content of requests.
    pub request_body: Option<RequestBody>,
    /// The declared responses, exact codes before ranges before `default`.
    pub responses: Vec<Arc<Response>>,
    /// Alternatives, each a list of schemes that must all be satisfied; empty: no credentials.
    pub security: Vec<Vec<Requirement>>,
    /// Where these alternatives stand: at the operation, or at the document's root.
    pub security_pointer: Pointer,
}

/// How well a statement of the document is known (`x-standin-basis`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It was documented or observed.
    Known,
    /// Nobody outside the vendor knows.
    Assumed {
        /// What was decided, and why.
        note: Arc<str>,
    },
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParameterLocation {
    /// In the path template.
    Path,
    /// In the query.
    Query,
    /// In a header field.
    Header,
    /// In a cookie.
    Cookie,
}

/// How a parameter's value is written (OpenAPI 3.2.0, *Style Values*; Swagger 2.0,
/// `collectionFormat`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Style {
    /// `a,b`, in paths and headers; 2.0's `csv` there.
    Simple,
    /// `key=a&key=b` or `key=a,b`, in queries and cookies; 2.0's `multi` and `csv` there.
    Form,
    /// `.a,b` or `.a.b`, in paths.
    Label,
    /// `;key=a,b` or `;key=a;key=b`, in paths.
    Matrix,
    /// `key=a%20b`, in queries; 2.0's `ssv`, wherever it stands.
    SpaceDelimited,
    /// `key=a%7Cb`, in queries; 2.0's `pipes`, wherever it stands.
    PipeDelimited,
    /// `key=a%09b`: 2.0's `tsv`, wherever it stands.
    TabDelimited,
    /// `key[a]=1&key[b]=2`, in queries.
    DeepObject,
    /// `key=a; key=b`, in cookies, nothing in it encoded.
    Cookie,
    /// The whole query is one value (`in: querystring`).
    QueryString,
}

/// A declared parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name; header names compare without case.
    pub name: String,
    /// The header field that it travels in; `None` where it travels elsewhere, or where no field
    /// can have the name.
    pub field: Option<HeaderName>,
    /// Where it travels.
    pub location: ParameterLocation,
    /// Whether a call must have it.
    pub required: bool,
    /// How its value is written.
    pub style: Style,
    /// Whether lists and objects are written one item a key.
    pub explode: bool,
    /// Whether an empty text stands for none at all (`allowEmptyValue`).
    pub may_be_empty: bool,
    /// What its text is, where `content` describes it and no style takes it apart.
    pub media_type: Option<MediaType>,
    /// The form that a whole query is, where the document says how its properties are written: it is
    /// read as a body of that content is.
    pub form: Option<Box<Content>>,
    /// Its schema.
    pub schema: Option<SchemaId>,
    /// Marked deprecated.
    pub deprecated: bool,
    /// All `x-…` members.
    pub extensions: Map<String, Value>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// The declared content of requests.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// Whether a call must have a body.
    pub required: bool,
    /// By media type, as written.
    pub content: Vec<Content>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// Content of one media type.
#[derive(Clone, Debug)]
pub struct Content {
    /// The media type or range.
    pub media_type: MediaType,
    /// The parameters that are declared with it and make it another than the type without them;
    /// names in lower case.
    pub parameters: Vec<(String, String)>,
    /// Its schema.
    pub schema: Option<SchemaId>,
    /// The schema of each item, where the content is a sequence (OpenAPI 3.2, *Sequential Media
    /// Types*).
    pub item_schema: Option<SchemaId>,
    /// How the properties of a form or the parts of multipart content are written.
    pub encoding: Encodings,
    /// The media type as the field `Content-Type` has it.
    pub header: HeaderValue,
    /// Its examples by name; a lone `example` is named `example`.
    pub examples: Vec<Arc<Example>>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// How the properties or parts of one content are written (OpenAPI 3.2.0, *Encoding Object*); what
/// is not listed is written as its schema's type suggests.
#[derive(Clone, Debug, Default)]
pub struct Encodings {
    /// By the name of the property.
    pub by_name: Vec<(String, Encoding)>,
    /// By position, where parts have no names.
    pub prefix: Vec<Encoding>,
    /// Of all parts behind those.
    pub item: Option<Box<Encoding>>,
}

/// How one property or part is written.
#[derive(Clone, Debug)]
pub struct Encoding {
    /// The media types or ranges that it may have; empty where none are declared.
    pub content_type: Vec<MediaType>,
    /// The declared header fields of a part.
    pub headers: Vec<Header>,
    /// How a form writes the value; `None` where it is written by its media type.
    pub style: Option<Style>,
    /// Whether lists and objects are written one item a key.
    pub explode: bool,
    /// Whether reserved characters may stand as they are.
    pub allow_reserved: bool,
    /// How the parts of a part that is multipart itself are written.
    pub nested: Encodings,
    /// Where it stands.
    pub pointer: Pointer,
}

impl Encodings {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.prefix.is_empty() && self.item.is_none()
    }

    /// Whether they are about parts in order, which a list is.
    #[must_use]
    pub fn lists(&self) -> bool {
        !self.prefix.is_empty() || self.item.is_some()
    }

    /// The encoding of a property.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Encoding> {
        self.by_name.iter().find(|(own, _)| own == name).map(|(_, encoding)| encoding)
    }

    /// The encoding of the part at a position.
    #[must_use]
    pub fn at(&self, position: usize) -> Option<&Encoding> {
        self.prefix.get(position).or(self.item.as_deref())
    }
}

impl Content {
    /// Content of a media type without parameters, with nothing said of it but its schema.
    #[must_use]
    pub fn new(media_type: MediaType, schema: Option<SchemaId>, pointer: Pointer) -> Self {
        // A media type is made of characters that every field value may have.
        let header = HeaderValue::from_str(&media_type.to_string());
        Self {
            header: header.unwrap_or(HeaderValue::from_static("application/octet-stream")),
            media_type,
            parameters: Vec::new(),
            schema,
            item_schema: None,
            encoding: Encodings::default(),
            examples: Vec::new(),
            pointer,
        }
    }

    /// The media type as the document declares it, with its parameters.
    #[must_use]
    pub fn name(&self) -> &str {
        self.header.to_str().unwrap_or_default()
    }
}

/// A named example.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its name.
    pub name: String,
    /// Its value, as JSON.
    pub json: Written,
    /// All `x-…` members.
    pub extensions: Map<String, Value>,
    /// How well it is known, where that is stated here.
    pub basis: Option<Basis>,
    /// Where it stands (behind the reference, where there is one).
    pub pointer: Pointer,
}

impl Example {
    /// Its value.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.json.value()
    }
}

/// Which statuses a response is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatusPattern {
    /// One status code.
    Exact(u16),
    /// `4XX`: the first digit.
    Range(u16),
    /// Everything else.
    Default,
}

/// A declared response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The statuses it is for.
    pub status: StatusPattern,
    /// The declared header fields.
    pub headers: Vec<Header>,
    /// By media type, as written; empty: no content.
    pub content: Vec<Content>,
    /// All `x-…` members.
    pub extensions: Map<String, Value>,
    /// How well it is known, where that is stated here.
    pub basis: Option<Basis>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// A declared response header field.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// The header field; `None` where no field can have the name.
    pub field: Option<HeaderName>,
    /// Whether the response must have it.
    pub required: bool,
    /// How its value is written.
    pub style: Style,
    /// Whether objects are written with `=` between names and values.
    pub explode: bool,
    /// What its text is, where `content` describes it and no style takes it apart.
    pub media_type: Option<MediaType>,
    /// Its schema.
    pub schema: Option<SchemaId>,
    /// An example value, from the header or from its schema.
    pub example: Option<Value>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// One scheme that an alternative of `security` demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The scheme's name under `components/securitySchemes`.
    pub scheme: String,
    /// What the scheme is.
    pub kind: SecurityScheme,
    /// The scopes or roles it must carry.
    pub scopes: Vec<String>,
}

/// How credentials travel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecurityScheme {
    /// `Authorization: Bearer …`, of type `http`.
    Bearer,
    /// `Authorization: Bearer …` with a token that may carry scopes: type `oauth2`.
    OAuth2,
    /// The same, of type `openIdConnect`.
    OpenIdConnect,
    /// `Authorization: Basic …`.
    Basic,
    /// A key of its own.
    ApiKey {
        /// The parameter's name.
        name: String,
        /// Where it travels (query, header or cookie).
        location: ParameterLocation,
    },
    /// `Authorization` of another scheme, such as `Digest`.
    Http {
        /// The scheme's name in the document's words.
        scheme: String,
    },
    /// A certificate of the client, which nobody here sees.
    MutualTls,
    /// A scheme that the document does not declare, or not so that it could be judged.
    Unknown,
}

impl SecurityScheme {
    /// The name of the key that it has of its own, and where that travels.
    #[must_use]
    pub fn key(&self) -> Option<(&str, ParameterLocation)> {
        let Self::ApiKey { name, location } = self else { return None };
        Some((name, *location))
    }
}

impl Deref for Operation {
    type Target = Call;

    fn deref(&self) -> &Call {
        self.call.get(self)
    }
}

impl Operation {
    /// The response that is declared for `status`, the most exact first.
    #[must_use]
    pub fn response(&self, status: StatusCode) -> Option<&Response> {
        let mut declared = self.responses.iter().map(Arc::as_ref);
        declared.find(|response| response.status.covers(status.as_u16()))
    }
}

impl StatusPattern {
    /// Whether the pattern covers `status`.
    #[must_use]
    pub const fn covers(self, status: u16) -> bool {
        match self {
            Self::Exact(code) => code == status,
            Self::Range(class) => status / 100 == class,
            Self::Default => true,
        }
    }
}

impl Response {
    /// The named example, of whatever media type.
    #[must_use]
    pub fn example(&self, name: &str) -> Option<(&Content, &Example)> {
        self.content.iter().find_map(|content| {
            content
                .examples
                .iter()
                .find(|example| example.name == name)
                .map(|found| (content, &**found))
        })
    }
}
