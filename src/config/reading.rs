//! Settings from a file's text, and from the environment.

use std::path::Path;

use serde::Deserialize;

use super::{ConfigError, NAMES, Settings};

impl Settings {
    /// Reads the text of a `standin.toml`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`] with line and column: an unknown key, a value that means nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::path::Path;
    /// use standin::config::Settings;
    ///
    /// let settings = Settings::from_text("port = 4011\n[mount]\nclerk = \"/clerk\"", Path::new("x"))?;
    /// assert_eq!(settings.port, Some(4011));
    ///
    /// let error = Settings::from_text("seed = 1\nprot = 4011", Path::new("standin.toml"));
    /// let text = error.unwrap_err().to_string();
    /// assert!(text.starts_with("standin.toml:2:1: unknown field `prot`"));
    /// # Ok::<(), standin::config::ConfigError>(())
    /// ```
    pub fn from_text(text: &str, path: &Path) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error| {
            let before = text.get(..error.span().map_or(0, |span| span.start)).unwrap_or_default();
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            ConfigError::File {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                column: before[line_start..].chars().count() + 1,
                reason: error.message().to_owned(),
            }
        })
    }

    /// Reads a `standin.toml`.
    ///
    /// # Errors
    ///
    /// As [`Settings::from_text`], and when the file can't be read.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        Self::from_text(&text, path)
    }

    /// Reads the variables `STANDIN_…`; the warnings say which ones were passed over.
    ///
    /// Unknown ones are none of ours. A value with `://` is what Kubernetes injects for a service
    /// of the name `standin` (`STANDIN_PORT=tcp://10.0.0.1:4010`), never what a person means.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Variable`] for a value that means nothing.
    pub fn from_environment(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(Self, Vec<String>), ConfigError> {
        let mut settings = Self::default();
        let mut warnings = Vec::new();
        for (variable, value) in variables {
            let Some(name) = variable.strip_prefix("STANDIN_") else { continue };
            let name = name.to_ascii_lowercase().replace('_', "-");
            // An empty variable is as good as none, except where that would open a door.
            let says_nothing = value.is_empty() && name != "admin-token";
            if !NAMES.contains(&name.as_str()) || says_nothing {
                continue;
            }
            // Where to pass calls on to is an address, and nothing that Kubernetes injects.
            if value.contains("://") && name != "upstream" {
                warnings.push(format!(
                    "{variable} is ignored: `{value}` looks like what Kubernetes injects, not \
                     like a setting"
                ));
                continue;
            }
            let table: toml::Table = [(name, toml::Value::String(value))].into_iter().collect();
            let layer = Self::deserialize(table).map_err(|error| ConfigError::Variable {
                variable,
                reason: error.message().to_owned(),
            })?;
            settings = settings.or(layer);
        }
        Ok((settings, warnings))
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Settings};

    fn environment(name: &str, value: &str) -> Result<(Settings, Vec<String>), String> {
        Settings::from_environment([(name.to_owned(), value.to_owned())])
            .map_err(|error| error.to_string())
    }

    #[test]
    fn every_name_is_a_setting() {
        for name in NAMES {
            let told = Settings::from_text(&format!("{name} = '?'"), "x".as_ref());
            assert!(
                !told.is_err_and(|error| error.to_string().contains("unknown field")),
                "{name}"
            );
        }
    }

    #[test]
    fn the_environment_is_read_but_not_what_kubernetes_injects() {
        assert_eq!(environment("STANDIN_PORT", "4011").unwrap().0.port, Some(4011));
        assert_eq!(environment("STANDIN_SERVICE_HOST", "10.0.0.1").unwrap().0.host, None);
        let (settings, warnings) = environment("STANDIN_PORT", "tcp://10.0.0.1:4010").unwrap();
        assert_eq!((settings.port, warnings.len()), (None, 1));
        let error = environment("STANDIN_PORT", "many").unwrap_err();
        assert!(error.starts_with("STANDIN_PORT: `many` is no port"), "{error}");
        let reports = environment("STANDIN_GATE", "client,server").unwrap().0.gate;
        assert_eq!(reports.map(|blames| blames.len()), Some(2));
    }

    #[test]
    fn an_upper_layer_beats_a_lower_one() {
        let upper = Settings { port: Some(1), ..Settings::default() };
        let lower = Settings { port: Some(2), seed: Some(3), ..Settings::default() };
        let both = upper.or(lower);
        assert_eq!((both.port, both.seed), (Some(1), Some(3)));
    }
}
