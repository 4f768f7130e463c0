//! The rules that findings name: data, listed once, read by help, reports and tests.
//!
//! A rule's id is public: it is SARIF's `ruleId`, the key of `--severity`, of expectations and of
//! baselines. Its texts are what `standin` shows when somebody asks what the rule means.

use crate::finding::level::Level;

/// What can be wrong, independent of where.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable, kebab-case.
    pub id: &'static str,
    /// The level unless `--severity` says otherwise.
    pub level: Level,
    /// What it reports, one sentence.
    pub what: &'static str,
    /// Why it breaks somebody.
    pub why: &'static str,
}

macro_rules! rules {
    ($($(#[$note:meta])* $name:ident = $id:literal, $level:ident, $what:literal, $why:literal;)*) => {
        $($(#[$note])* #[doc = $what] pub static $name: Rule = Rule { id: $id, level: Level::$level, what: $what, why: $why };)*
        /// Every rule, in the order of a call's way through standin.
        pub static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    REFERENCE_BROKEN = "reference-broken", Error, "A reference in the document leads nowhere.", "What it should describe is not described, and is not judged.";
    REFERENCE_CYCLIC = "reference-cyclic", Error, "References in the document lead round in a circle.", "Nothing can satisfy what never ends; the last step is not judged.";
    OPERATION_UNSERVED = "operation-unserved", Error, "An operation that the document declares can not be served.", "Whoever calls it gets no answer that means anything.";
    DOCUMENT_MALFORMED = "document-malformed", Warning, "A part of the document has a shape that its standard does not allow.", "Tools read it differently or not at all; standin passes over it.";
    EXAMPLE_MISMATCH = "example-mismatch", Warning, "An example in the document breaks its own schema.", "Whoever trusts the example sends or expects what the schema forbids.";
    OVERLAY_UNMATCHED = "overlay-unmatched", Warning, "An action of an overlay selects nothing.", "The change that it was written for is not made.";
    SCHEMA_UNUSABLE = "schema-unusable", Warning, "A schema of the document can not be compiled.", "What it forbids passes unseen.";
    PATH_UNKNOWN = "path-unknown", Error, "No operation has this path.", "The real server answers 404, whatever the mock does.";
    METHOD_NOT_ALLOWED = "method-not-allowed", Error, "The path exists, the method on it does not.", "The real server answers 405.";
    BASE_PATH_DROPPED = "base-path-dropped", Warning, "The call left out the base path of the document's servers.", "It works here and not on the real host.";
    OPERATION_DEPRECATED = "operation-deprecated", Info, "The operation is marked deprecated.", "It will go; its successor should be called.";
    OPERATION_RETIRED = "operation-retired", Warning, "The operation does not exist in the API version that the client asked for.", "The real server refuses it under that version.";
    PARAMETER_DEPRECATED = "parameter-deprecated", Info, "A parameter that is marked deprecated was sent.", "It will go; what takes its place should be sent.";
    FIELD_DEPRECATED = "field-deprecated", Info, "A property that is marked deprecated was seen.", "It will go; what takes its place should be read or sent.";
    UNDOCUMENTED_OPERATION = "undocumented-operation", Error, "Traffic has an operation that the document does not have.", "Nothing of it is described, so nothing of it is judged, and a mock of the document answers 404 or 405.";
    UNDOCUMENTED_PARAMETER = "undocumented-parameter", Warning, "A parameter was sent that the operation does not declare.", "It may change or go without notice, and a client made from the document can not send it.";
    UNDOCUMENTED_HEADER = "undocumented-header", Warning, "A response has a header field that the document does not declare.", "It may change or go without notice, and a client made from the document does not read it.";
    UNDOCUMENTED_FIELD = "undocumented-field", Warning, "A body has a property that its schema does not name.", "It may change or go without notice, and a client made from the document does not read it.";
    UNDOCUMENTED_CONTENT = "undocumented-content", Warning, "A request has content, and the operation declares none.", "It may be ignored tomorrow, and a client made from the document can not send it.";
    UNDOCUMENTED_CREDENTIALS = "undocumented-credentials", Warning, "Credentials were sent to an operation that declares none.", "A client made from the document does not send them.";
    DOCUMENTED_UNSEEN = "documented-unseen", Info, "Something that the document has was never seen.", "No finding about it is no proof that it is right.";
    COVERAGE_LOW = "coverage-low", Error, "Less of the document was seen than was asked for.", "That nothing was found says little about what was not seen.";
    PARAMETER_MISSING = "parameter-missing", Error, "A required parameter was not sent.", "The real server refuses the call.";
    PARAMETER_MALFORMED = "parameter-malformed", Error, "A parameter can not be read in its declared style.", "The real server reads something else, or nothing.";
    PARAMETER_MISMATCH = "parameter-mismatch", Error, "A parameter's value breaks its schema.", "The real server refuses the call.";
    CREDENTIALS_MISSING = "credentials-missing", Error, "No credentials of a declared security scheme were sent.", "The real server answers 401.";
    CREDENTIALS_MALFORMED = "credentials-malformed", Error, "Credentials were sent in a form that the security scheme does not have.", "The real server answers 401.";
    SCOPE_INSUFFICIENT = "scope-insufficient", Error, "The token that was sent lacks a scope that the operation demands.", "The real server answers 403.";
    MEDIA_TYPE_UNSUPPORTED = "media-type-unsupported", Error, "The request body has a media type that the operation does not declare.", "The real server answers 415 or misreads the body.";
    CONTENT_CODING_UNSUPPORTED = "content-coding-unsupported", Error, "The request body is compressed, or coded otherwise.", "The real server answers 415 or misreads the body, unless it says that it takes the coding.";
    NOT_ACCEPTABLE = "not-acceptable", Error, "The Accept header excludes everything that the operation can answer.", "The real server answers 406 or ignores the header.";
    REQUEST_BODY_MISSING = "request-body-missing", Error, "A required request body was not sent.", "The real server refuses the call.";
    REQUEST_BODY_MALFORMED = "request-body-malformed", Error, "The request body can not be read as its media type.", "The real server refuses the call.";
    REQUEST_BODY_MISMATCH = "request-body-mismatch", Error, "The request body breaks its schema.", "The real server refuses the call or stores something else.";
    REQUEST_BODY_TOO_LARGE = "request-body-too-large", Error, "The request body is larger than the server takes.", "The real server answers 413.";
    PREFERENCE_UNKNOWN = "preference-unknown", Warning, "The Prefer header asks for a status or example that the document does not declare.", "The forced answer that a test relies on does not exist.";
    RESPONSE_STATUS_UNDECLARED = "response-status-undeclared", Error, "The response has a status that the operation does not declare.", "A client built from the document has no case for it.";
    RESPONSE_MEDIA_TYPE_UNDECLARED = "response-media-type-undeclared", Error, "The response has a media type that the document does not declare.", "A client built from the document can not read it.";
    RESPONSE_BODY_MISSING = "response-body-missing", Error, "The response has no body where the document declares one.", "A client built from the document fails to read it.";
    RESPONSE_BODY_MALFORMED = "response-body-malformed", Error, "The response body can not be read as its media type.", "A client fails to read it.";
    RESPONSE_BODY_MISMATCH = "response-body-mismatch", Error, "The response body breaks its schema.", "A client built from the document reads something wrong or nothing.";
    RESPONSE_HEADER_MISSING = "response-header-missing", Error, "A required response header was not sent.", "A client that relies on it fails.";
    RESPONSE_HEADER_MISMATCH = "response-header-mismatch", Error, "A response header breaks its schema.", "A client that reads it gets something wrong.";
    NOT_JUDGED = "not-judged", Info, "Something passed that could not be judged.", "No finding about it is no proof that it is right.";
    UPSTREAM_FAILED = "upstream-failed", Error, "The upstream gave no answer, or broke off in the middle of one.", "Whoever calls it gets none either.";
    EXPECTATION_MET = "expectation-met", Info, "A violation that a test makes on purpose was seen.", "Nothing breaks: the test expected it.";
    EXPECTATION_UNMET = "expectation-unmet", Error, "A violation that a test said it would make was never seen.", "The test does not test what it claims.";
    RECORDING_MISSED = "recording-missed", Error, "No recorded exchange matches the request.", "The recordings no longer cover what the client does.";
    RECORDING_MALFORMED = "recording-malformed", Error, "A recorded exchange can not be read.", "What it proved is lost.";
    RECORDING_SECRET = "recording-secret", Error, "A recording holds a secret.", "Whoever reads the recording has it.";
    RECORDING_FAILED = "recording-failed", Error, "An exchange can not be written down.", "It happened, and is missing in the recording.";
    RECORDING_UNSUPPORTED = "recording-unsupported", Warning, "A recording asks for something that is not done when it is replayed.", "The replayed answer is not what its writer meant.";
    RECORDING_INCOMPLETE = "recording-incomplete", Warning, "Content that was answered was not written down.", "It is replayed without that content.";
    RECORDING_UNUSED = "recording-unused", Warning, "A recorded exchange was never asked for.", "The client no longer does what was recorded, or never came to it.";
    PARITY_STATUS = "parity-status", Error, "The mock answers a recorded request with another status than the API did.", "Whoever tests against the mock tests for an answer that does not come.";
    PARITY_HEADER = "parity-header", Warning, "The mock answers a recorded request with other header fields than the API did.", "A client that reads the field finds something else in the mock.";
    PARITY_SHAPE = "parity-shape", Error, "The mock's content has other members, or members of other types, than the API's.", "A client that fits the mock does not fit the API.";
    PARITY_VALUE = "parity-value", Warning, "The mock's content says another word than the API's where the words are fixed.", "A client that branches on the word takes another way.";
    BASELINE_STALE = "baseline-stale", Info, "A finding that the baseline knows was not found again.", "The baseline would hide it if it came back.";
    ANSWER_FAILED = "answer-failed", Error, "standin could not make an answer.", "A bug in standin or in the description that it plays.";
}

/// Finds a rule by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
