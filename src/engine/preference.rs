//! What a call asks for: one of the declared answers, an example by name, an answer made anew.
//!
//! Prism's convention, in the syntax of RFC 7240 (`Prefer: code=404, example=cat`) or, for callers
//! that can not set header fields, in the query (`?__code=404&__example=cat`). The header is
//! honoured on the bundled APIs too: a banned user or a rate limit can be had without bringing the
//! state there.

use std::borrow::Cow;

use http::HeaderMap;
use http::HeaderName;
use http::StatusCode;

use crate::message::Refusal;
use crate::message::Request;
use crate::message::Unanswered;
use crate::message::parameters;
use crate::route::template;

/// The header's name; the `http` crate does not list it.
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// What is asked for, as far as standin knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preference {
    /// The status that the answer shall have.
    pub(crate) code: Option<StatusCode>,
    /// The example that shall be sent.
    pub(crate) example: Option<String>,
    /// Whether content is made from schemas though there are examples, or not though everything
    /// else is.
    pub(crate) dynamic: Option<bool>,
    /// The server that the call is for.
    pub(crate) server: Option<String>,
}

impl Preference {
    /// Reads the header fields, as calls of bundled APIs have them.
    ///
    /// # Errors
    ///
    /// [`Unanswered::PreferenceMalformed`] where a preference has a value that it can not have.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut preference = Self::default();
        for value in headers.get_all(PREFER) {
            let Ok(text) = value.to_str() else { continue };
            for (name, value) in parameters::read(&preferences(text)) {
                preference.take(&name, value)?;
            }
        }
        Ok(preference)
    }

    /// Reads the header fields, or where there are none the query.
    ///
    /// # Errors
    ///
    /// [`Unanswered::PreferenceMalformed`] where a preference has a value that it can not have.
    pub(crate) fn of_call(request: &Request) -> Result<Self, Refusal> {
        if request.headers.contains_key(PREFER) {
            return Self::of_headers(&request.headers);
        }
        let mut preference = Self::default();
        let Some(query) = request.query.as_deref().filter(|query| query.contains("__")) else {
            return Ok(preference);
        };
        for pair in query.split('&') {
            if let Some((name, value)) = pair.strip_prefix("__").and_then(|it| it.split_once('=')) {
                let value = value.replace('+', " ");
                // What can not be decoded stands for itself.
                let plain = template::decode(&value).map(Cow::into_owned);
                preference.take(name, plain.unwrap_or(value))?;
            }
        }
        Ok(preference)
    }

    /// Whether an answer is asked for, in place of the one that is due.
    pub(crate) const fn asks_for_answer(&self) -> bool {
        self.code.is_some() || self.example.is_some()
    }

    /// Takes one preference; those that standin does not know are passed over, as RFC 7240,
    /// section 2, wants, and the first of a name counts.
    fn take(&mut self, name: &str, value: String) -> Result<(), Refusal> {
        let malformed = |expected| {
            let asked = format!("{name}={value}");
            Refusal::Unanswered(Unanswered::PreferenceMalformed { asked, expected })
        };
        match name {
            "code" if self.code.is_none() => {
                let is_code = value.len() == 3;
                let code = value.parse().ok().filter(|_| is_code).map(StatusCode::from_u16);
                let code = code.and_then(Result::ok);
                self.code = Some(code.ok_or_else(|| malformed("a status code of three digits"))?);
            }
            "dynamic" if self.dynamic.is_none() => {
                let dynamic = value.parse().map_err(|_| malformed("`true` or `false`"))?;
                self.dynamic = Some(dynamic);
            }
            "example" if self.example.is_none() => self.example = Some(value),
            "server" if self.server.is_none() => self.server = Some(value),
            _ => {}
        }
        Ok(())
    }
}

/// The preferences of one field value, each as a parameter is written, behind a semicolon.
///
/// RFC 7240 has commas between them; semicolons are taken as well, because people write them.
fn preferences(text: &str) -> String {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let written = text.chars().map(|letter| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match letter {
            '"' if !was_escaped => is_quoted = !is_quoted,
            '\\' if is_quoted && !was_escaped => is_escaped = true,
            ',' if !is_quoted => return ';',
            _ => {}
        }
        letter
    });
    std::iter::once(';').chain(written).collect()
}

#[cfg(test)]
mod tests {
    use super::preferences;
    use crate::message::parameters;

    #[test]
    fn preferences_end_at_commas_outside_of_quotes() {
        let table: [(&str, &[(&str, &str)]); 5] = [
            ("code=404", &[("code", "404")]),
            ("code=404, Example=cat", &[("code", "404"), ("example", "cat")]),
            ("code=404; example=cat", &[("code", "404"), ("example", "cat")]),
            (r#"example="a, \"b\"; c",code=200"#, &[("example", r#"a, "b"; c"#), ("code", "200")]),
            ("respond-async", &[]),
        ];
        for (text, expected) in table {
            let read = parameters::read(&preferences(text));
            let read: Vec<(&str, &str)> =
                read.iter().map(|(name, value)| (&**name, &**value)).collect();
            assert_eq!(read, expected, "{text}");
        }
    }
}
