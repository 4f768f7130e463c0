//! One binary for every capability: linking once is what keeps the suite quick.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod admin; // the control surface, by its own document
mod apis; // the bundled APIs, by their generated clients
mod architecture; // the shape of the code itself
mod attack; // traffic that means harm: refused, outlived, and the next call served
mod bodies; // contents by kind of media type, in both directions
mod cli; // usage, settings, errors, what a person is told
mod composition; // which alternative is judged, what may not travel, formats
mod corpora; // documents and verdicts that others made
mod dialects; // what each version of OpenAPI means
mod diff; // what changed between two descriptions
mod drift; // where recorded traffic departs from a description
mod exchanges; // every operation asked and answered, as snapshots
mod findings; // what is found is grouped, located and blamed
mod fuzz; // whatever bytes come in, some things hold
mod generated; // what build.rs wrote from the documents
mod generation; // values made from schemas
mod lint; // what a person is told of a broken document
mod loading; // documents of many files, from anywhere, hostile or huge
mod lowering; // what OpenAPI's own keywords come to mean
mod model; // the bundled APIs against a reference model of each
mod mutation; // every constraint of every bundled document, broken in turn
mod negotiation; // which of the declared answers is sent
mod params; // parameters: text to values by style and schema
mod parity; // the mock against what a vendor answered
mod playing; // any document: answered from its examples and schemas
mod proxy; // calls passed on to another server
mod races; // many at once for what only one can have
mod readme; // every command that README shows
mod record_replay; // recordings: written, read back, served again
mod recording; // what passes by is written down, and no secret ever
mod refusals; // what a stranger is told of a broken request
mod replaying; // recordings of any tool: found, explained, imported
mod reports; // one report, told in every format
mod routing; // methods and paths to operations
mod running; // a server in a process of its own: scripts, signals, reports
mod schema_changes;
mod schemas; // what is valid, and how a breach is told
mod second_opinion; // schemas against a second validator
mod secrets; // what is never told, wherever it was sent
mod security; // credentials of the declared schemes
mod serving; // what every answer does, whatever the API
mod spec; // documents to the one model
mod stores; // what every store promises
mod support; // what several capabilities share
mod tokens; // JSON Web Tokens: signing, recognising, keys, JWK
mod validation; // contents of requests and responses
