//! JSON text read into one row of nodes, each value before its parts.
//!
//! `{"a":[1,2]}` is five nodes: the object, the name `a`, the array, two numbers. An array and an
//! object know where the node behind their last part stands. Texts without escapes stay where they
//! came in.

use std::borrow::Cow;

use foldhash::HashSet;
use foldhash::HashSetExt;
use serde_json::Number;

use crate::json::Place;
use crate::json::View;

/// Room for nodes that is made at once: what the bodies of most calls have, and the most.
const USUAL: usize = 24;
const ROOMY: usize = 1024;

/// How many bytes a node stands for at the least, as a rule.
const SHORT: usize = 4;

/// How deep a value may nest to be read here; serde_json knows how deep it may be at all.
const DEEPEST: usize = 100;

/// How many digits every number has that 64 bits surely hold.
const WHOLE: usize = 18;

/// The bytes at which reading a text stops: its end, escapes, and what may not stand there.
const STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        stops[byte] = true;
        byte += 1;
    }
    stops[b'"' as usize] = true;
    stops[b'\\' as usize] = true;
    stops
};

/// JSON text, read into one row of nodes; no two members of an object have one name.
#[derive(Clone, Debug)]
pub struct Flat<'t> {
    nodes: Vec<Node<'t>>,
}

/// A value, or the name of a member.
#[derive(Clone, Debug)]
pub(super) enum Node<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    Array { count: usize, end: usize },
    Object { count: usize, end: usize },
}

impl Node<'_> {
    /// Where what follows this node and all its parts stands, if it stands itself at `at`.
    pub(super) fn end(&self, at: usize) -> usize {
        match self {
            Self::Array { end, .. } | Self::Object { end, .. } => *end,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => at + 1,
        }
    }

    /// One bit of 64, the same for two names that are the same.
    fn mark(&self) -> u64 {
        let Self::Text(name) = self else { return 0 };
        let name = name.as_bytes();
        let ends = name.first().zip(name.last());
        let (first, last) = ends.map_or((0, 0), |(first, last)| (*first, *last));
        1 << ((name.len() + 5 * usize::from(first) + 13 * usize::from(last)) % 64)
    }

    /// How many items or members it has.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Array { count, .. } | Self::Object { count, .. } => *count,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => 0,
        }
    }
}

impl<'t> Flat<'t> {
    /// Reads a text that is one JSON value; `None` where it is none, where it nests deeply, and
    /// where an object has two members of one name, which a row can not leave out once it is
    /// written.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let room = (text.len() / SHORT).clamp(USUAL, ROOMY);
        let mut reader = Reader { text, next: 0, nodes: Vec::with_capacity(room) };
        reader.value(0)?;
        reader.white();
        (reader.next == text.len()).then_some(Self { nodes: reader.nodes })
    }

    /// The whole.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::Flat(Place { nodes: &self.nodes, at: 0 })
    }
}

/// How far a text was read. Whatever is unusual goes to serde_json: what it takes is JSON here, and
/// nothing else is.
struct Reader<'t> {
    text: &'t str,
    next: usize,
    nodes: Vec<Node<'t>>,
}

impl<'t> Reader<'t> {
    /// The byte that comes next.
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.next).copied()
    }

    /// Passes over white space.
    fn white(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.next += 1;
        }
    }

    /// Passes over white space and this byte, if it comes next.
    fn takes(&mut self, byte: u8) -> bool {
        if self.byte() != Some(byte) {
            self.white();
            if self.byte() != Some(byte) {
                return false;
            }
        }
        self.next += 1;
        true
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.white();
        match self.byte()? {
            b'"' => {
                self.next += 1;
                self.text()
            }
            b'{' if depth < DEEPEST => self.object(depth + 1),
            b'[' if depth < DEEPEST => self.array(depth + 1),
            b'-' | b'0'..=b'9' => self.number(),
            b'n' => self.word("null", Node::Null),
            b't' => self.word("true", Node::Bool(true)),
            b'f' => self.word("false", Node::Bool(false)),
            _ => None,
        }
    }

    fn word(&mut self, word: &str, node: Node<'t>) -> Option<()> {
        self.text.get(self.next..)?.starts_with(word).then(|| {
            self.next += word.len();
            self.nodes.push(node);
        })
    }

    /// A text whose quote was passed over.
    fn text(&mut self) -> Option<()> {
        let start = self.next;
        let (mut has_escapes, bytes) = (false, self.text.as_bytes());
        loop {
            let rest = bytes.get(self.next..)?;
            self.next += rest.iter().position(|byte| STOPS[usize::from(*byte)])?;
            match bytes[self.next] {
                b'"' => break,
                b'\\' => {
                    has_escapes = true;
                    self.next += 2;
                }
                _ => return None,
            }
        }
        self.next += 1;
        let text = match has_escapes {
            false => Cow::Borrowed(self.text.get(start..self.next - 1)?),
            true => Cow::Owned(serde_json::from_str(self.text.get(start - 1..self.next)?).ok()?),
        };
        self.nodes.push(Node::Text(text));
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let rest = &self.text.as_bytes()[self.next..];
        let (mut value, mut digits) = (0_u64, 0);
        while let Some(digit @ b'0'..=b'9') = rest.get(digits)
            && digits < WHOLE
        {
            value = value * 10 + u64::from(digit - b'0');
            digits += 1;
        }
        let is_whole = match (rest.first(), rest.get(digits)) {
            (_, Some(b'.' | b'e' | b'E' | b'0'..=b'9')) => false,
            (Some(b'0'), _) => digits == 1,
            _ => digits > 0,
        };
        let (number, length) = match is_whole {
            true => (Number::from(value), digits),
            false => {
                let is_part = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let length = rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len());
                let text = self.text.get(self.next..self.next + length)?;
                (serde_json::from_str(text).ok()?, length)
            }
        };
        self.next += length;
        self.nodes.push(Node::Number(number));
        Some(())
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.next += 1;
        let (at, mut count) = (self.nodes.len(), 0);
        self.nodes.push(Node::Null);
        if !self.takes(b']') {
            loop {
                self.value(depth)?;
                count += 1;
                if !self.takes(b',') {
                    break;
                }
            }
            self.takes(b']').then_some(())?;
        }
        self.nodes[at] = Node::Array { count, end: self.nodes.len() };
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.next += 1;
        let (at, mut count) = (self.nodes.len(), 0);
        self.nodes.push(Node::Null);
        let (mut marks, mut might_be_twins) = (0, false);
        if !self.takes(b'}') {
            loop {
                self.takes(b'"').then_some(())?;
                self.text()?;
                let mark = self.nodes.last().map_or(0, Node::mark);
                might_be_twins |= marks & mark != 0;
                marks |= mark;
                self.takes(b':').then_some(())?;
                self.value(depth)?;
                count += 1;
                if !self.takes(b',') {
                    break;
                }
            }
            self.takes(b'}').then_some(())?;
        }
        if might_be_twins && self.has_twins(at, count) {
            return None;
        }
        self.nodes[at] = Node::Object { count, end: self.nodes.len() };
        Some(())
    }

    /// Whether two members of the object at `at` have one name.
    fn has_twins(&self, at: usize, count: usize) -> bool {
        let mut next = at + 1;
        let mut names = (0..count).filter_map(|_| {
            let Node::Text(name) = &self.nodes[next] else { return None };
            next = self.nodes[next + 1].end(next + 1);
            Some(&**name)
        });
        let mut seen = HashSet::with_capacity(count);
        !names.all(|name| seen.insert(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::json::Input;
    use crate::json::read;

    #[test]
    fn every_text_reads_as_serde_json_reads_it() {
        let many: Vec<String> = (0..40).map(|number| format!("\"{number}\":[{number}]")).collect();
        let many = format!("{{{}}}", many.join(","));
        let deep = "[".repeat(200);
        let [nested, too_nested] =
            [120, 128].map(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
        let texts = [
            r#"{"a":[1,-2,0.5,1e3,18446744073709551615,true,false,null,"\u00e9\n"],"b":{},"":{"a":[]}}"#,
            r#"{"a":1,"b":2,"a":3}"#,
            r#"[{"a":{"b":[],"c":{}},"d":"e"},[[]],"\u0041"]"#,
            r#"{"\u0061":1,"a":2}"#,
            &many,
            "  7 ",
            "\"\u{e9}\"",
            "",
            "{",
            "[1,]",
            "{} {}",
            "nul",
            "1e999",
            "[0,-0,-1,123456789012345678,1234567890123456789,12345678901234567890123]",
            "01",
            "-",
            "-01",
            "1.",
            "1e5",
            "+1",
            ".5",
            "[1 2]",
            r#"{"a" 1}"#,
            r#"{"a":1,}"#,
            r#"{1:1}"#,
            "\"a\tb\"",
            "\"a",
            r#""a\"#,
            r#""\""#,
            r#""\x""#,
            r#"["a\\","b\"c\u00e9\ud83d\ude00"]"#,
            "tru",
            "truex",
            " [ 1 , { } , [ ] ] \n",
            "[1]x",
            "\"\\ud800\"",
            &deep,
            &nested,
            &too_nested,
        ];
        for text in texts {
            let own = read(text.as_bytes()).map(|input| input.view().to_value().into_owned());
            let own = own.map_err(|error| error.to_string());
            let other = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
            assert_eq!(own, other, "{text}");
        }
        let (own, other) = (read(b"[\"\xff\"]"), serde_json::from_slice::<Value>(b"[\"\xff\"]"));
        assert_eq!(own.unwrap_err().to_string(), other.unwrap_err().to_string());
    }

    #[test]
    fn a_member_is_found_by_its_name_however_many_there_are() {
        for count in [1, 15, 16, 17, 40] {
            let members: Vec<String> =
                (0..count).map(|number| format!("\"m{number}\":{{\"x\":[{number}]}}")).collect();
            let text = format!("{{{}}}", members.join(","));
            let input = read(text.as_bytes()).unwrap();
            assert!(matches!(input, Input::Flat(_)), "{count}");
            let value = input.view().to_value().into_owned();
            for view in [input.view(), (&value).into()] {
                for number in 0..count {
                    let found = view.get(&format!("m{number}")).and_then(|found| found.get("x"));
                    assert_eq!(*found.unwrap().to_value(), serde_json::json!([number]));
                }
                assert!(view.get("m").is_none());
                assert!(view.get("x").is_none());
            }
        }
    }

    #[test]
    fn two_members_of_one_name_are_found_wherever_they_stand() {
        for count in [2, 16, 17, 40] {
            let mut names: Vec<usize> = (0..count).collect();
            names[count - 1] = 0;
            let members: Vec<String> =
                names.iter().map(|name| format!("\"{name}\":{{}}")).collect();
            let text = format!("[{{{}}}]", members.join(","));
            assert!(matches!(read(text.as_bytes()), Ok(Input::Value(_))), "{count}");
        }
    }
}
