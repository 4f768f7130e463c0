//! How an error is told: the whole chain of causes, then a hint where there is one.

use std::io;

use anyhow::Error;

use crate::engine::BuildError;
use crate::server::BindError;

/// Writes an error with its causes and a hint.
pub(crate) fn text(error: &Error) -> String {
    let mut text = format!("standin: {error}\n");
    let mut said = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Errors that only pass another on would say everything twice.
        if cause != said {
            text.push_str(&format!("  caused by: {cause}\n"));
            said = cause;
        }
    }
    if let Some(hint) = hint(error) {
        text.push_str(&format!("  hint: {hint}\n"));
    }
    text
}

/// What to do about it.
fn hint(error: &Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        if let Some(bind) = cause.downcast_ref::<BindError>() {
            return bind_hint(bind.source.kind());
        }
        match cause.downcast_ref::<BuildError>()? {
            BuildError::UnknownApi { .. } => Some("`standin apis` lists what is bundled"),
            BuildError::Conflict(_) => Some("serve them apart, for example --mount clerk=/clerk"),
            BuildError::UnknownMount { .. } => Some("name the API among the SPECs, too"),
            BuildError::UnknownRule { .. }
            | BuildError::MalformedMount { .. }
            | BuildError::ReservedMount { .. }
            | BuildError::RepeatedMount { .. }
            | BuildError::RepeatedId { .. } => None,
        }
    })
}

fn bind_hint(kind: io::ErrorKind) -> Option<&'static str> {
    let hints = [
        (
            io::ErrorKind::AddrInUse,
            "another standin may be running; use --port 0 to take any free port",
        ),
        (io::ErrorKind::PermissionDenied, "ports below 1024 need privileges; use --port 4010"),
        (
            io::ErrorKind::AddrNotAvailable,
            "this machine has no such address; use --host 0.0.0.0 for all of them",
        ),
    ];
    hints.into_iter().find(|(known, _)| *known == kind).map(|(_, hint)| hint)
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::text;
    use crate::engine::BuildError;

    #[test]
    fn the_chain_is_told_once_and_ends_with_a_hint() {
        let cause = BuildError::UnknownApi { name: "x".into(), known: vec!["clerk".into()] };
        let error = Err::<(), _>(cause).context("cannot start").unwrap_err();
        assert_eq!(
            text(&error),
            "standin: cannot start\n  caused by: `x` is no bundled API; there are clerk\n  \
             hint: `standin apis` lists what is bundled\n"
        );
    }
}
