//! Where in a text a JSON pointer points to: line and column, for YAML and JSON alike.
//!
//! Values are read without positions, because almost nobody asks for one; when a diagnostic is
//! to be shown, one walk over the parser's events finds the place. `build.rs` includes this very
//! file, so it depends on `saphyr-parser` and serde alone. JSON has a walk of its own, for
//! the parser refuses tabs and surrogate pairs that JSON allows. It judges nothing: a text that
//! doesn't parse has positions up to its fault.

use std::cmp::Ordering;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser, Span};

/// A place in a text.
///
/// # Units
///
/// Both numbers begin with 1; columns count characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, beginning with 1.
    pub line: usize,
    /// The column in characters, beginning with 1.
    pub column: usize,
}

/// Finds the place of a JSON pointer: of the key for a member, of the item for an array's item.
///
/// The walk ends as soon as the place is found. What stands behind an alias (`*name`) or a merge
/// key (`<<: *name`) has the place where it is written, at the anchor.
///
/// # Examples
///
/// ```
/// use standin::spec::position::{Position, find};
///
/// let text = "info:\n  title: Sessions\ntags: [a, b]\n";
/// assert_eq!(find(text, "/info/title"), Some(Position { line: 2, column: 3 }));
/// assert_eq!(find(text, "/tags/1"), Some(Position { line: 3, column: 11 }));
/// assert_eq!(find(text, "/info/version"), None);
/// ```
pub fn find(text: &str, pointer: &str) -> Option<Position> {
    let mut target = pointer.to_owned();
    // Each round follows one alias to an anchor further up; the bound only guards the guard.
    for _ in 0..64 {
        let mut found = None;
        let detours = walk(text, &mut |at, position| {
            if at == target {
                found = Some(position);
            }
            found.is_some()
        });
        if found.is_some() {
            return found;
        }
        target = detours.iter().find_map(|detour| detour.follow(&target))?;
    }
    None
}

/// Bytes of a place in a list: the hash of its pointer, its line and its column.
const PLACE: usize = 16;

/// Lists the places of all pointers of a text, in one walk, for [`look_up`].
///
/// A pointer is listed by its hash, which takes a tenth of its room. What stands behind an alias
/// is not listed a second time: [`find`] finds it.
///
/// # Shapes
///
/// Places of 16 bytes in the order of their hashes: the hash in 8 bytes, the line and the column in
/// 4 each, the lowest byte first.
pub fn list(text: &str) -> Vec<u8> {
    let mut places: Vec<(u64, u32, u32)> = Vec::new();
    let small = |number| u32::try_from(number).unwrap_or(u32::MAX);
    walk(text, &mut |pointer, position| {
        places.push((hash(pointer), small(position.line), small(position.column)));
        false
    });
    // Of two that are the same, the first one written counts: the order of writing stays.
    places.sort_by_key(|(hash, _, _)| *hash);
    places.dedup_by_key(|(hash, _, _)| *hash);
    let mut bytes = Vec::with_capacity(places.len() * PLACE);
    for (hash, line, column) in places {
        bytes.extend(hash.to_le_bytes());
        bytes.extend(line.to_le_bytes());
        bytes.extend(column.to_le_bytes());
    }
    bytes
}

/// A hash that is the same in the build and ever after (FNV-1a, its bits mixed once more).
fn hash(pointer: &str) -> u64 {
    let hash = pointer.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The members of JSON objects whose key stands twice, with the places of the first two, in the
/// order of the second ones. What lies inside of such a member is not looked at.
pub fn doubles(text: &str) -> Vec<(String, [Position; 2])> {
    let mut places: HashMap<String, Position> = HashMap::new();
    let mut found: Vec<(String, [Position; 2])> = Vec::new();
    let mut inside = String::from("\n");
    walk(text, &mut |pointer, position| {
        let is_inside = pointer.strip_prefix(&*inside).is_some_and(|rest| rest.starts_with('/'));
        match places.get(pointer) {
            _ if is_inside => {}
            Some(first) => {
                found.push((pointer.to_owned(), [*first, position]));
                inside.clear();
                inside.push_str(pointer);
            }
            None => {
                places.insert(pointer.to_owned(), position);
            }
        }
        false
    });
    found
}

/// The place of a pointer in what [`list`] made, which nothing has to be made of first.
///
/// # Examples
///
/// ```
/// use standin::spec::position::{Position, list, look_up};
///
/// let places = list("info:\n  title: Sessions\n");
/// assert_eq!(look_up(&places, "/info/title"), Some(Position { line: 2, column: 3 }));
/// assert_eq!(look_up(&places, "/info/version"), None);
/// ```
pub fn look_up(places: &[u8], pointer: &str) -> Option<Position> {
    let hash = hash(pointer);
    let (mut from, mut to) = (0, places.len() / PLACE);
    while from < to {
        let middle = usize::midpoint(from, to);
        let place = places.get(middle * PLACE..(middle + 1) * PLACE)?;
        let (listed, place) = place.split_first_chunk::<8>()?;
        match hash.cmp(&u64::from_le_bytes(*listed)) {
            Ordering::Less => to = middle,
            Ordering::Equal => {
                let (line, column) = place.split_first_chunk::<4>()?;
                let number = |bytes| usize::try_from(u32::from_le_bytes(bytes)).ok();
                let (line, column) = (number(*line)?, number(column.try_into().ok()?)?);
                return Some(Position { line, column });
            }
            Ordering::Greater => from = middle + 1,
        }
    }
    None
}

/// An alias met on the way: what lies below `from` is written below `to`.
struct Detour {
    from: String,
    to: String,
}

impl Detour {
    fn follow(&self, target: &str) -> Option<String> {
        let rest = target.strip_prefix(&self.from)?;
        rest.starts_with('/').then(|| format!("{}{rest}", self.to))
    }
}

/// An array or object that the walk is inside of.
struct Open {
    /// Length of the pointer of the container itself.
    length: usize,
    /// The next index of an array; `None` in an object.
    next_index: Option<usize>,
    /// The object's key whose value comes next.
    key: Option<(String, Position)>,
}

/// Where the walk stands.
#[derive(Default)]
struct Walk {
    pointer: String,
    open: Vec<Open>,
    anchors: HashMap<usize, String>,
    detours: Vec<Detour>,
}

/// Walks the events of the first document and tells `visit` each pointer with its place, until
/// `visit` returns true or the text ends; returns the aliases met.
fn walk(text: &str, visit: &mut dyn FnMut(&str, Position) -> bool) -> Vec<Detour> {
    let begins_as_json = text.trim_start().starts_with(['{', '[']);
    if begins_as_json && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        walk_json(text, visit);
        return Vec::new();
    }
    let mut walk = Walk::default();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        let done = match event {
            Event::Scalar(value, ..) if walk.expects_key() => {
                walk.read_key(value.into_owned(), position(span));
                false
            }
            Event::Scalar(_, _, anchor, _) => {
                let (place, _) = walk.step_into(position(span));
                walk.name(anchor);
                let done = visit(&walk.pointer, place);
                walk.step_out();
                done
            }
            Event::Alias(anchor) => {
                let (place, merge) = walk.step_into(position(span));
                walk.note_detour(anchor, merge);
                let done = visit(&walk.pointer, place);
                walk.step_out();
                done
            }
            Event::SequenceStart(anchor, _) => {
                let (place, _) = walk.step_into(position(span));
                walk.name(anchor);
                walk.enter(Some(0));
                visit(&walk.pointer, place)
            }
            Event::MappingStart(anchor, _) => {
                let (place, _) = walk.step_into(position(span));
                walk.name(anchor);
                walk.enter(None);
                visit(&walk.pointer, place)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                walk.open.pop();
                walk.step_out();
                false
            }
            Event::DocumentEnd => true,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {
                false
            }
        };
        if done {
            break;
        }
    }
    walk.detours
}

/// Walks a text that is known to be JSON.
fn walk_json(text: &str, visit: &mut dyn FnMut(&str, Position) -> bool) {
    let mut walk = Walk::default();
    let mut letters = Letters { text, place: Position { line: 1, column: 1 } };
    loop {
        letters.skip(|letter| letter.is_whitespace() || matches!(letter, ',' | ':'));
        let (here, before) = (letters.place, letters.text);
        let Some(first) = letters.next() else { return };
        if matches!(first, '}' | ']') {
            walk.open.pop();
            walk.step_out();
            continue;
        }
        if first == '"' {
            while let Some(letter) = letters.next().filter(|letter| *letter != '"') {
                if letter == '\\' {
                    letters.next();
                }
            }
            if walk.expects_key() {
                let raw = &before[..before.len() - letters.text.len()];
                walk.read_key(serde_json::from_str(raw).unwrap_or_default(), here);
                continue;
            }
        }
        let (place, _) = walk.step_into(here);
        if visit(&walk.pointer, place) {
            return;
        }
        match first {
            '{' => walk.enter(None),
            '[' => walk.enter(Some(0)),
            '"' => walk.step_out(),
            _ => {
                letters
                    .skip(|letter| !letter.is_whitespace() && !matches!(letter, ',' | '}' | ']'));
                walk.step_out();
            }
        }
    }
}

/// What is left of a text, and where that stands.
struct Letters<'a> {
    text: &'a str,
    place: Position,
}

impl Letters<'_> {
    fn next(&mut self) -> Option<char> {
        let letter = self.text.chars().next()?;
        self.text = &self.text[letter.len_utf8()..];
        match letter {
            '\n' => self.place = Position { line: self.place.line + 1, column: 1 },
            _ => self.place.column += 1,
        }
        Some(letter)
    }

    fn skip(&mut self, unwanted: fn(char) -> bool) {
        while self.text.chars().next().is_some_and(unwanted) {
            self.next();
        }
    }
}

impl Walk {
    /// Whether the next scalar is a key of the innermost object.
    fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|inner| inner.next_index.is_none() && inner.key.is_none())
    }

    fn read_key(&mut self, key: String, place: Position) {
        if let Some(inner) = self.open.last_mut() {
            inner.key = Some((key, place));
        }
    }

    /// Appends the step from the innermost container to the value that begins; returns the
    /// value's place (its key's, in an object) and whether the key is a merge key.
    fn step_into(&mut self, here: Position) -> (Position, bool) {
        let Some(inner) = self.open.last_mut() else { return (here, false) };
        if let Some(index) = &mut inner.next_index {
            self.pointer.push_str(&format!("/{index}"));
            *index += 1;
            return (here, false);
        }
        // A key that is itself an object or array has no pointer; it gets an empty step.
        let (key, place) = inner.key.take().unwrap_or_else(|| (String::new(), here));
        self.pointer.push('/');
        self.pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        (place, key == "<<")
    }

    fn step_out(&mut self) {
        self.pointer.truncate(self.open.last().map_or(0, |inner| inner.length));
    }

    fn enter(&mut self, next_index: Option<usize>) {
        self.open.push(Open { length: self.pointer.len(), next_index, key: None });
    }

    /// Remembers what an anchor names; 0 is the parser's word for "no anchor".
    fn name(&mut self, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, self.pointer.clone());
        }
    }

    fn note_detour(&mut self, anchor: usize, merge: bool) {
        let Some(to) = self.anchors.get(&anchor).cloned() else { return };
        let from = match merge {
            true => self.pointer.trim_end_matches("/<<").to_owned(),
            false => self.pointer.clone(),
        };
        self.detours.push(Detour { from, to });
    }
}

fn position(span: Span) -> Position {
    Position { line: span.start.line(), column: span.start.col() + 1 }
}

#[cfg(test)]
mod tests {
    use super::{Position, find, list, look_up};

    fn at(text: &str, pointer: &str) -> Option<(usize, usize)> {
        find(text, pointer).map(|Position { line, column }| (line, column))
    }

    #[test]
    fn yaml_and_json_have_the_same_pointers() {
        let yaml = "paths:\n  /a/{id}:\n    get:\n      tags:\n        - x\n        - y: 1\n";
        assert_eq!(at(yaml, ""), Some((1, 1)));
        assert_eq!(at(yaml, "/paths/~1a~1{id}"), Some((2, 3)));
        assert_eq!(at(yaml, "/paths/~1a~1{id}/get/tags/0"), Some((5, 11)));
        assert_eq!(at(yaml, "/paths/~1a~1{id}/get/tags/1/y"), Some((6, 11)));
        let json =
            "{\n\t\"a\": {\"b~c\": [1,\n{\"d\":null}]}, \"e\":\"\\ud83d\\ude00 \\/\", \"f\":1}";
        assert_eq!(at(json, "/a/b~0c"), Some((2, 8)));
        assert_eq!(at(json, "/a/b~0c/1/d"), Some((3, 2)));
        assert_eq!(at(json, "/f"), Some((3, 38)));
    }

    #[test]
    fn aliases_and_merge_keys_lead_to_their_anchor() {
        let text = "base: &base\n  one: {two: 2}\ncopy: *base\nmerged:\n  <<: *base\n  three: 3\n";
        assert_eq!(at(text, "/copy"), Some((3, 1)));
        assert_eq!(at(text, "/copy/one/two"), Some((2, 9)));
        assert_eq!(at(text, "/merged/one"), Some((2, 3)));
        assert_eq!(at(text, "/merged/three"), Some((6, 3)));
        assert_eq!(at(text, "/merged/four"), None);
    }

    #[test]
    fn a_broken_text_has_positions_up_to_its_fault() {
        let text = "a: 1\nb: [1, 2\nc: }\n";
        assert_eq!(at(text, "/a"), Some((1, 1)));
        assert_eq!(at(text, "/c"), None);
    }

    #[test]
    fn the_list_has_every_place_once() {
        let text = "b: [1, {ä: 2}]\na:\na-b: 3\n\"c\\td\": 4\n";
        let places = list(text);
        let pointers = ["", "/a", "/a-b", "/b", "/b/0", "/b/1", "/b/1/ä", "/c\td"];
        assert_eq!(places.len(), pointers.len() * super::PLACE);
        for pointer in pointers {
            let found = find(text, pointer);
            assert_eq!((look_up(&places, pointer), found.is_some()), (found, true), "{pointer}");
        }
        assert_eq!(look_up(&places, "/c"), None);
        assert_eq!(look_up(&[], ""), None);
    }
}
