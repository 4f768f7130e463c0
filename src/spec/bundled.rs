//! The documents that come with the program, read when it was built.
//!
//! `build.rs` has parsed them to write their types; what it saw is kept as JSON, which a start
//! reads ten times faster than YAML. The text itself stays for places.

use std::sync::Arc;
use std::sync::OnceLock;

use crate::spec::Document;
use crate::spec::LoadError;
use crate::spec::load;

/// Why a bundled document can be read.
const READ: &str = "the build has read this document";

/// A document of `openapi/`.
#[derive(Debug)]
pub struct Bundled {
    /// What places are shown under: `openapi/clerk-sessions.yaml`.
    pub name: &'static str,
    /// The text as a person wrote it.
    pub text: &'static str,
    /// The same as JSON, members in their order.
    pub json: &'static str,
    /// Where everything stands in the text, as [`position::list`] writes it.
    ///
    /// [`position::list`]: crate::spec::position::list
    pub places: &'static [u8],
    /// What of it a start needs, as JSON: its title, and its operations without what they carry.
    pub outline: &'static str,
    loaded: OnceLock<Arc<Document>>,
    outlined: OnceLock<Document>,
}

impl Bundled {
    /// The document, read once a process: every server of a test suite shares it, and with it the
    /// compiled schemas.
    ///
    /// # Errors
    ///
    /// Those of [`load::bundled`]; the build rules them out.
    pub fn load(&self) -> Result<Arc<Document>, LoadError> {
        if let Some(document) = self.loaded.get() {
            return Ok(Arc::clone(document));
        }
        let document = Arc::new(load::bundled(self)?);
        Ok(Arc::clone(self.loaded.get_or_init(|| document)))
    }

    /// The document, read once a process when somebody first looks into it.
    pub(super) fn whole(&self) -> &Document {
        self.loaded.get_or_init(|| Arc::new(load::bundled(self).expect(READ)))
    }

    /// Its outline, read once a process.
    pub(super) fn outline(&self) -> &Document {
        self.outlined.get_or_init(|| load::outline(self).expect(READ))
    }
}

macro_rules! bundled {
    ($file:literal, $module:literal) => {
        Bundled {
            name: concat!("openapi/", $file),
            text: include_str!(concat!("../../openapi/", $file)),
            json: include_str!(concat!(env!("OUT_DIR"), "/", $module, ".json")),
            places: include_bytes!(concat!(env!("OUT_DIR"), "/", $module, ".places")),
            outline: include_str!(concat!(env!("OUT_DIR"), "/", $module, ".outline")),
            loaded: OnceLock::new(),
            outlined: OnceLock::new(),
        }
    };
}

/// All of them, the control surface's own included.
pub static ALL: &[&Bundled] =
    &[&CLERK_SESSIONS, &STANDIN_ADMIN, &TRANSMIT_AUTH_SESSIONS, &TRANSMIT_OIDC, &TRANSMIT_SESSIONS];

/// Clerk, *Sessions*.
pub static CLERK_SESSIONS: Bundled = bundled!("clerk-sessions.yaml", "clerk_sessions");

/// The control surface of standin itself.
pub static STANDIN_ADMIN: Bundled = bundled!("standin-admin.yaml", "standin_admin");

/// Transmit Security, *Auth Sessions*.
pub static TRANSMIT_AUTH_SESSIONS: Bundled =
    bundled!("transmit-auth-sessions.yaml", "transmit_auth_sessions");

/// Transmit Security, what of OIDC its sessions need.
pub static TRANSMIT_OIDC: Bundled = bundled!("transmit-oidc.yaml", "transmit_oidc");

/// Transmit Security, *Sessions*.
pub static TRANSMIT_SESSIONS: Bundled = bundled!("transmit-sessions.yaml", "transmit_sessions");
