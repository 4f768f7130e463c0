//! The bundled APIs: their documents and their real behaviour.
//!
//! An API is data: its document, its operations as pure functions of a call and a transaction, the
//! actions that stand for what happens outside the API, and the table that turns refusals into the
//! vendor's own errors. Error texts are nowhere in the code: they are the named examples of the
//! document.

pub mod call;
pub mod clerk;
mod kept;
mod plausible;
pub mod reply;
pub mod transmit;

use std::sync::Arc;

use serde_json::Value;

pub use call::AuthMode;
pub use call::Call;
pub use call::Settings;
pub use reply::Reply;

use crate::clock::Instant;
use crate::message::Refusal;
use crate::spec::Bundled;
use crate::spec::Document;
use crate::spec::LoadError;
use crate::spec::Operation;
use crate::store::Family;
use crate::store::Transaction;

/// One operation's behaviour: everything between the validated request and the response.
pub type Operate = fn(&Call<'_>, &mut Transaction<'_>) -> Reply;

/// A bundled API.
#[derive(Debug)]
pub struct Api {
    /// Its id, equal to the file name of its document: `clerk-sessions`.
    pub id: &'static str,
    /// What it shares state with.
    pub family: &'static Family,
    /// Its document, `openapi/<id>.yaml`.
    pub document: &'static Bundled,
    /// Ids of APIs that are served with it, whether or not they were named.
    pub companions: &'static [&'static str],
    /// Whether the vendor's own client leaves out the base path on foreign hosts.
    pub client_drops_base_path: bool,
    /// Whether credentials are checked: errors are the vendor's own answers, not findings. Runs
    /// before the operation, in the same transaction.
    pub authorize: fn(&Call<'_>, &mut Transaction<'_>) -> Result<(), Reply>,
    /// `operationId` and behaviour, for every operation of the document.
    pub operations: &'static [(&'static str, Operate)],
    /// What can happen outside the API.
    pub actions: &'static [Action],
    /// The vendor's own error for a refusal; `None`: problem+json.
    pub refuse: fn(&Refusal, Option<&Operation>) -> Option<Reply>,
    /// `curl` lines for a person to try, with `{url}` for the server's address: title and line.
    pub greetings: &'static [(&'static str, &'static str)],
}

/// Something that happens outside the API and changes its state: a user logs in, a device
/// completes WebAuthn.
#[derive(Debug)]
pub struct Action {
    /// Its name in the path: `sign-in`.
    pub id: &'static str,
    /// What it stands for, one sentence.
    pub summary: &'static str,
    /// What it does; the body was validated against `standin-admin.yaml`.
    pub run: fn(&ActionCall<'_>, &mut Transaction<'_>) -> Reply,
}

/// What an action is given.
#[derive(Clone, Copy, Debug)]
pub struct ActionCall<'c> {
    /// The body; an empty object where none was sent.
    pub body: &'c Value,
    /// Now.
    pub now: Instant,
    /// How the server was started.
    pub settings: &'c Settings,
}

/// Every bundled API, in the order in which they are shown.
pub static APIS: &[&Api] =
    &[&transmit::SESSIONS, &transmit::AUTH_SESSIONS, &transmit::OIDC, &clerk::SESSIONS];

/// Names that stand for several APIs: a vendor's whole family.
#[must_use]
pub fn named(name: &str) -> Vec<&'static Api> {
    let direct = APIS.iter().copied().filter(|api| api.id == name || api.family.id == name);
    let mut found: Vec<&'static Api> = Vec::new();
    for api in direct {
        for id in std::iter::once(api.id).chain(api.companions.iter().copied()) {
            let member = APIS.iter().copied().find(|member| member.id == id);
            if let Some(member) =
                member.filter(|member| found.iter().all(|known| known.id != member.id))
            {
                found.push(member);
            }
        }
    }
    found
}

/// Loads the document of a bundled API, once a process: every server of a test suite shares it,
/// and with it the compiled schemas.
///
/// # Errors
///
/// [`LoadError`], which the tests rule out for every document in [`APIS`].
pub fn load(api: &Api) -> Result<Arc<Document>, LoadError> {
    api.document.load()
}
