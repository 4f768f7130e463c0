//! JSON rewritten where it stands: what is no secret stays as it was written, white space, order,
//! members that are there twice and numbers of any length included.
//!
//! The text is known to be JSON, so this only has to tell names from values. Nothing is called for
//! what is nested, so no depth is too deep.

use serde::de::IgnoredAny;

/// Where a value stands.
#[derive(Debug)]
pub(super) struct Place<'p> {
    /// The name of the member that it is, or that the arrays around it are; empty at the root.
    pub(super) name: &'p str,
    /// The same of the object that has this member.
    pub(super) parent: &'p str,
    /// Whether the value is named by one beside it (`{"name": "token", "value": …}`).
    pub(super) is_named: bool,
    /// Whether a name around it tells of secrets.
    pub(super) is_around: bool,
}

/// Something that stands in JSON.
#[derive(Debug)]
pub(super) enum Leaf<'l> {
    /// The name of a member.
    Name(&'l str),
    /// A text.
    Text(&'l str),
    /// A number, as written.
    Number(&'l str),
}

/// Who says what stands in place of what; `None`: it stays.
pub(super) trait Visitor {
    /// What stands in place of a leaf.
    fn visit(&mut self, place: &Place<'_>, leaf: &Leaf<'_>) -> Option<String>;
    /// Whether a name tells of secrets.
    fn tells(&self, name: &str) -> bool;
}

/// Names of members that name what stands beside them.
const NAMING: [&str; 6] = ["name", "key", "field", "header", "param", "id"];

/// Names of members that are named by others.
const NAMED: [&str; 4] = ["value", "values", "val", "content"];

/// A container that is open.
struct Open {
    is_object: bool,
    /// The name of the member that it is.
    own: String,
    /// Whether its name, or one around it, tells.
    is_telling: bool,
    /// The name of the member that is read.
    member: String,
    /// Whether a name has been read, and its value has not.
    is_at_value: bool,
    /// Whether a member said that the value beside it is a secret.
    names_secret: bool,
}

/// Whether a text is JSON of more than one word.
pub(super) fn is_json(text: &str) -> bool {
    let begins = text.trim_start().as_bytes().first();
    begins.is_some_and(|byte| b"{[\"-0123456789tfn".contains(byte))
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Rewrites a text that is JSON; `None` where nothing changes.
pub(super) fn rewrite(text: &str, visitor: &mut dyn Visitor) -> Option<String> {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let (mut written, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                let (name, is_around) = open.last().map_or(("", false), Open::inner);
                let is_telling = is_around || visitor.tells(name);
                let own = name.to_owned();
                open.push(Open {
                    is_object: *byte == b'{',
                    // An array is no member of its own: its items are what it is.
                    member: if *byte == b'[' { own.clone() } else { String::new() },
                    own,
                    is_telling,
                    is_at_value: false,
                    names_secret: false,
                });
            }
            b'}' | b']' => {
                open.pop();
                done(&mut open);
            }
            b'"' => {
                let end = at + 1 + quoted(&bytes[at + 1..]) + 1;
                let raw = &text[at..end];
                // Half a pair of surrogates is JSON, and no text: it is looked into as it stands.
                let plain: String =
                    serde_json::from_str(raw).unwrap_or_else(|_| raw.trim_matches('"').to_owned());
                let is_name = open.last().is_some_and(|it| it.is_object && !it.is_at_value);
                let replaced = if is_name {
                    let (place, leaf) = (place(&open), Leaf::Name(&plain));
                    visitor.visit(&place, &leaf)
                } else {
                    let place = place(&open);
                    visitor.visit(&place, &Leaf::Text(&plain))
                };
                if let Some(replaced) = replaced {
                    written.push_str(&text[copied..at]);
                    written.push_str(&serde_json::Value::String(replaced).to_string());
                    copied = end;
                }
                if is_name {
                    if let Some(inner) = open.last_mut() {
                        (inner.member, inner.is_at_value) = (plain, true);
                    }
                } else {
                    let tells = visitor.tells(&plain);
                    if let Some(inner) = open.last_mut().filter(|it| tells && it.is_object) {
                        let names = NAMING.iter().any(|it| inner.member.eq_ignore_ascii_case(it));
                        inner.names_secret |= names;
                    }
                    done(&mut open);
                }
                at = end;
                continue;
            }
            b'-' | b'0'..=b'9' => {
                let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                let length = bytes[at..].iter().take_while(|byte| is_part(byte)).count();
                let raw = &text[at..at + length];
                if let Some(replaced) = visitor.visit(&place(&open), &Leaf::Number(raw)) {
                    written.push_str(&text[copied..at]);
                    written.push_str(&serde_json::Value::String(replaced).to_string());
                    copied = at + length;
                }
                done(&mut open);
                at += length;
                continue;
            }
            b't' | b'f' | b'n' => {
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                done(&mut open);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    (copied > 0).then(|| {
        written.push_str(&text[copied..]);
        written
    })
}

impl Open {
    /// The name of the value that is read in it, and whether a name around that tells.
    fn inner(&self) -> (&str, bool) {
        (&self.member, self.is_telling)
    }
}

fn place(open: &[Open]) -> Place<'_> {
    let Some(inner) = open.last() else {
        return Place { name: "", parent: "", is_named: false, is_around: false };
    };
    // The object that has the member, past the arrays between.
    let holder = open.iter().rev().find(|it| it.is_object);
    let is_named =
        inner.names_secret && NAMED.iter().any(|it| inner.member.eq_ignore_ascii_case(it));
    Place {
        name: &inner.member,
        parent: holder.map_or("", |it| &it.own),
        is_named,
        is_around: inner.is_telling,
    }
}

/// A value has ended: what follows in an object is a name again.
fn done(open: &mut [Open]) {
    if let Some(inner) = open.last_mut().filter(|it| it.is_object) {
        inner.is_at_value = false;
    }
}

/// The length of a text up to its closing quote.
fn quoted(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) {
        if bytes[at + found] == b'"' {
            return at + found;
        }
        at += found + 2;
        if at >= bytes.len() {
            break;
        }
    }
    bytes.len().saturating_sub(1)
}
