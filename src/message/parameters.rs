//! Parameters of field values: what stands behind the semicolons of `Content-Type` and
//! `Content-Disposition`.

/// How many parameters of one field value are read; nobody who means well sends more.
const MOST: usize = 32;

/// Reads the parameters of a field value: names in lower case, values without their quotes, in
/// order. What is no parameter is passed over; the first of a name counts for [`find`].
///
/// # Examples
///
/// ```
/// use standin::message::parameters;
///
/// let read = parameters::read("text/plain; Charset=\"utf-8\"; x=\"a;\\\"b\"");
/// let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
/// assert_eq!(read, [pair("charset", "utf-8"), pair("x", "a;\"b")]);
/// ```
///
/// # Source
///
/// RFC 9110, section 5.6.6 (parameters) and 5.6.4 (quoted strings).
#[must_use]
pub fn read(field: &str) -> Vec<(String, String)> {
    let mut read = Vec::new();
    let Some((_, mut rest)) = field.split_once(';') else { return read };
    while read.len() < MOST {
        let end = rest.find(['=', ';']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let Some(value) = behind.strip_prefix('=') else {
            // A name without a value, or nothing between two semicolons.
            let Some(next) = behind.strip_prefix(';') else { break };
            rest = next;
            continue;
        };
        let (value, behind) = value_of(value.trim_start());
        read.push((name.trim().to_ascii_lowercase(), value));
        let Some((_, next)) = behind.split_once(';') else { break };
        rest = next;
    }
    read
}

/// The first parameter of that name, which is given in lower case.
#[must_use]
pub fn find(field: &str, name: &str) -> Option<String> {
    read(field).into_iter().find(|(own, _)| own == name).map(|(_, value)| value)
}

/// The value that a text begins with, and what comes behind it.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &quoted[at + 1..]),
            // Old browsers send `C:\file` as it is: only what had to be escaped is unescaped.
            '\\' => match letters.clone().next() {
                Some((_, escaped @ ('"' | '\\'))) => {
                    letters.next();
                    value.push(escaped);
                }
                _ => value.push('\\'),
            },
            _ => value.push(letter),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::find;
    use super::read;

    #[test]
    fn parameters_are_read_however_they_are_written() {
        let table: [(&str, &[(&str, &str)]); 11] = [
            ("a/b", &[]),
            ("a/b;", &[]),
            ("a/b; ;;c=d", &[("c", "d")]),
            ("a/b;c", &[]),
            ("a/b;c;d=e", &[("d", "e")]),
            ("a/b ; C = d ", &[("c", "d")]),
            ("a/b;c=\"d;e=f\";g=h", &[("c", "d;e=f"), ("g", "h")]),
            ("a/b;c=\"d\\\"\\\\e\"", &[("c", "d\"\\e")]),
            ("a/b;c=\"C:\\x\"", &[("c", "C:\\x")]),
            ("a/b;c=\"open", &[("c", "open")]),
            ("a/b;c=\"\u{e9}\" junk;d=e", &[("c", "\u{e9}"), ("d", "e")]),
        ];
        for (text, expected) in table {
            let found = read(text);
            let found: Vec<(&str, &str)> =
                found.iter().map(|(name, value)| (&**name, &**value)).collect();
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(find("a/b;c=1;c=2", "c").as_deref(), Some("1"));
        assert_eq!(read(&format!("a/b{}", ";c=d".repeat(100_000))).len(), super::MOST);
    }
}
