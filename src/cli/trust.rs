//! TLS on the command line: certificates out of files, or one that is made, with how to trust it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::clock::Clock;
use crate::config::Settings;
use crate::config::value::TlsChoice;
use crate::server::Builder;
use crate::tls::Identity;

/// A certificate that was made, in a file for clients to read as long as the server runs.
#[derive(Debug)]
pub(crate) struct Made(PathBuf);

impl Made {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// How a person has clients trust it.
    pub(crate) fn told(&self, url: &str) -> String {
        let path = self.0.display();
        format!(
            "\nThe certificate was made for this run; have clients trust it:\n  \
             curl --cacert {path} {url}/_standin/health\n  \
             NODE_EXTRA_CA_CERTS={path} (Node.js) · SSL_CERT_FILE={path} (OpenSSL, Go, Python) · \
             REQUESTS_CA_BUNDLE={path} (requests)\n"
        )
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // Whoever took it away before was right to.
        let _ = fs::remove_file(&self.0);
    }
}

/// Has a server speak TLS, where the settings say so.
pub(crate) fn secure(
    builder: Builder,
    settings: &Settings,
) -> anyhow::Result<(Builder, Option<Made>)> {
    match (&settings.tls, &settings.tls_cert, &settings.tls_key) {
        (None, None, None) => Ok((builder, None)),
        (_, Some(chain), Some(key)) => {
            let read = |path: &Path| {
                fs::read(path).with_context(|| format!("cannot read {}", path.display()))
            };
            let identity = Identity::from_pem(&read(chain)?, &read(key)?);
            let files = || format!("{} and {}", chain.display(), key.display());
            Ok((builder.tls(identity.with_context(files)?), None))
        }
        (_, Some(_), None) => bail!("--tls-cert needs its private key: --tls-key FILE"),
        (_, None, Some(_)) => bail!("--tls-key needs its certificate: --tls-cert FILE"),
        (Some(TlsChoice::SelfSigned), None, None) => {
            let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
            names.extend(
                settings.host.filter(|host| !host.is_unspecified()).map(|it| it.to_string()),
            );
            names.dedup();
            let (identity, pem) = Identity::self_signed(names, Clock::real().now())?;
            let name = format!("standin-{}.pem", std::process::id());
            let path = std::env::temp_dir().join(name);
            // Nobody else's file is written into: what stands there is taken away first.
            let _ = fs::remove_file(&path);
            let file = fs::File::create_new(&path);
            let written =
                file.and_then(|mut file| std::io::Write::write_all(&mut file, pem.as_bytes()));
            written.with_context(|| format!("cannot write {}", path.display()))?;
            Ok((builder.tls(identity), Some(Made(path))))
        }
    }
}
