//! Texts that match a pattern.
//!
//! A pattern is read into what it demands of each character, and a text is written along it. What
//! look-around and back references demand is only tried: whoever asks judges the text.

use fancy_regex::Assertion;
use fancy_regex::Expr;
use fancy_regex::LookAround;
use regex_syntax::hir::Class;
use regex_syntax::hir::HirKind;

use crate::synth::random::Random;

/// How often something is repeated that has no upper bound, beyond its least.
const REPEATED: usize = 4;

/// How deep a pattern may nest.
const DEEPEST: usize = 60;

/// The longest text of a pattern, in characters.
const LONGEST: usize = 20_000;

/// How many parts of a pattern are written for one text.
const MOST_STEPS: usize = 100_000;

/// Letters that are written where a pattern leaves everything open.
const FILLING: &[(char, char)] = &[('a', 'z')];

/// What stands for any character.
const ANY: &[(char, char)] =
    &[('a', 'z'), ('a', 'z'), ('A', 'Z'), ('0', '9'), ('!', '!'), ('#', '&')];

/// A pattern that was read.
#[derive(Debug)]
pub(super) struct Pattern {
    node: Node,
    /// Whether a text may go on before or behind what the pattern speaks of.
    opens: bool,
    closes: bool,
    /// Whether a text that was written along it may still not match.
    pub(super) is_guess: bool,
}

/// A part of a pattern.
#[derive(Debug)]
enum Node {
    /// Nothing.
    Empty,
    /// One character of some ranges.
    Class(Vec<(char, char)>),
    /// One after the other.
    All(Vec<Node>),
    /// One of several, each with the length of its shortest text, and that of the shortest.
    One(Vec<(usize, Node)>, usize),
    /// A group, by its number.
    Group(usize, Box<Node>),
    /// What a group had.
    Again(usize),
    /// A part several times; the length of its shortest text.
    Repeat { part: Box<Node>, each: usize, least: usize, most: usize },
    /// What has to follow, whatever the rest says: a hint.
    Ahead(Box<Node>),
}

impl Pattern {
    /// Reads a pattern of ECMA-262; `None` where nobody can.
    pub(super) fn read(pattern: &str) -> Option<Self> {
        let translated = jsonschema_regex::to_rust_regex(pattern);
        let text = translated.as_deref().unwrap_or(pattern);
        let tree = Expr::parse_tree(text).ok()?;
        let mut reader = Reader { groups: 0, is_guess: false };
        let node = reader.node(&tree.expr, 0)?;
        let (opens, closes) = (!is_anchored(&tree.expr, true), !is_anchored(&tree.expr, false));
        Some(Self { node, opens, closes, is_guess: reader.is_guess })
    }

    /// A text of `least` to `most` characters; another one each time.
    pub(super) fn sample(&self, random: &mut Random, least: usize, most: usize) -> String {
        let shortest = self.node.shortest();
        let mut writer = Writer {
            text: String::new(),
            count: 0,
            steps: 0,
            wanted: least.saturating_sub(shortest),
            room: most.min(LONGEST).saturating_sub(shortest),
            groups: Vec::new(),
            hints: Vec::new(),
            random,
        };
        writer.write(&self.node);
        let Writer { mut text, mut count, hints, random, .. } = writer;
        for hint in hints {
            weave(&mut text, &hint, random);
        }
        while count < least && (self.opens || self.closes) && count < LONGEST {
            let letter = letter(FILLING, random);
            if self.closes {
                text.push(letter)
            } else {
                text.insert(0, letter)
            }
            count += 1;
        }
        text
    }
}

/// Puts what a look-ahead asks for over characters of the text, where it is longer.
fn weave(text: &mut String, hint: &str, random: &mut Random) {
    let letters: Vec<char> = text.chars().collect();
    let Some(slack) = letters.len().checked_sub(hint.chars().count()) else { return };
    if hint.is_empty() || letters.is_empty() {
        return;
    }
    let at = random.between(0, slack);
    let behind = letters.iter().skip(at + hint.chars().count());
    *text = letters.iter().take(at).copied().chain(hint.chars()).chain(behind.copied()).collect();
}

/// Whether every text of an expression begins (or ends) at an anchor.
#[expect(clippy::wildcard_enum_match_arm, reason = "few of many expressions are anchors")]
fn is_anchored(expression: &Expr, at_start: bool) -> bool {
    match expression {
        Expr::Assertion(Assertion::StartText | Assertion::StartLine { .. }) => at_start,
        Expr::Assertion(Assertion::EndText | Assertion::EndLine { .. }) => !at_start,
        Expr::Concat(list) => {
            let mut list = list.iter().filter(|part| !matches!(part, Expr::LookAround(..)));
            let outer = if at_start { list.next() } else { list.next_back() };
            outer.is_some_and(|part| is_anchored(part, at_start))
        }
        Expr::Alt(list) => list.iter().all(|part| is_anchored(part, at_start)),
        Expr::Group(inner) => is_anchored(inner, at_start),
        _ => false,
    }
}

/// The walk that reads.
struct Reader {
    groups: usize,
    is_guess: bool,
}

impl Reader {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is not in ECMA-262")]
    fn node(&mut self, expression: &Expr, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let deeper = depth + 1;
        let node = match expression {
            Expr::Empty => Node::Empty,
            Expr::Any { .. } => Node::Class(ANY.to_vec()),
            Expr::Assertion(assertion) => {
                let is_edge = matches!(
                    assertion,
                    Assertion::StartText
                        | Assertion::EndText
                        | Assertion::StartLine { .. }
                        | Assertion::EndLine { .. }
                );
                self.is_guess |= !is_edge;
                Node::Empty
            }
            Expr::GeneralNewline { .. } => Node::Class(vec![('\n', '\n')]),
            Expr::Literal { val, .. } => {
                Node::All(val.chars().map(|letter| Node::Class(vec![(letter, letter)])).collect())
            }
            Expr::Concat(list) => {
                let list = list.iter().map(|part| self.node(part, deeper));
                Node::All(list.collect::<Option<_>>()?)
            }
            Expr::Alt(list) => {
                let list = list.iter().map(|part| {
                    let node = self.node(part, deeper)?;
                    Some((node.shortest(), node))
                });
                let list: Vec<(usize, Node)> = list.collect::<Option<_>>()?;
                let shortest = list.iter().map(|(length, _)| *length).min().unwrap_or(0);
                Node::One(list, shortest)
            }
            Expr::Group(inner) => {
                self.groups += 1;
                let number = self.groups;
                Node::Group(number, Box::new(self.node(inner, deeper)?))
            }
            Expr::Repeat { child, lo, hi, .. } => {
                let part = Box::new(self.node(child, deeper)?);
                Node::Repeat { each: part.shortest(), part, least: *lo, most: *hi }
            }
            Expr::Delegate { inner, .. } => Node::Class(class(inner)?),
            Expr::Backref { group, .. } => Node::Again(*group),
            Expr::AtomicGroup(inner) => self.node(inner, deeper)?,
            Expr::LookAround(inner, kind) => {
                self.is_guess = true;
                let inner = self.node(inner, deeper)?;
                match kind {
                    LookAround::LookAhead => Node::Ahead(Box::new(inner)),
                    LookAround::LookAheadNeg
                    | LookAround::LookBehind
                    | LookAround::LookBehindNeg => Node::Empty,
                }
            }
            _ => return None,
        };
        Some(node)
    }
}

/// The ranges of a class, those that can be typed first where there are any.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is no class is one character")]
fn class(text: &str) -> Option<Vec<(char, char)>> {
    let parsed = regex_syntax::Parser::new().parse(text).ok()?;
    let ranges: Vec<(char, char)> = match parsed.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().map(|range| (range.start(), range.end())).collect()
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
        HirKind::Literal(literal) => {
            let letter = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            vec![(letter, letter)]
        }
        _ => return None,
    };
    let within = |low: char, high: char| -> Vec<(char, char)> {
        let cut = ranges.iter().map(|(from, to)| (low.max(*from), high.min(*to)));
        cut.filter(|(from, to)| from <= to).collect()
    };
    let letters: Vec<_> =
        [('a', 'z'), ('A', 'Z'), ('0', '9')].into_iter().flat_map(|(a, b)| within(a, b)).collect();
    let typed = within('!', '~');
    let usual = if letters.is_empty() { typed } else { letters };
    Some(if usual.is_empty() { ranges } else { usual })
}

impl Node {
    /// The length of its shortest text; what is nested was counted when it was read.
    fn shortest(&self) -> usize {
        match self {
            Self::Empty | Self::Again(_) | Self::Ahead(_) => 0,
            Self::Class(_) => 1,
            Self::All(list) => list.iter().map(Self::shortest).fold(0, usize::saturating_add),
            Self::One(_, shortest) => *shortest,
            Self::Group(_, inner) => inner.shortest(),
            Self::Repeat { each, least, .. } => each.saturating_mul(*least),
        }
    }
}

/// The walk that writes.
struct Writer<'r> {
    text: String,
    count: usize,
    steps: usize,
    /// How many characters are wanted beyond the shortest text.
    wanted: usize,
    /// How many there may be beyond it.
    room: usize,
    groups: Vec<(usize, String)>,
    hints: Vec<String>,
    random: &'r mut Random,
}

impl Writer<'_> {
    fn write(&mut self, node: &Node) {
        self.steps += 1;
        if self.is_full() {
            return;
        }
        match node {
            Node::Empty => {}
            Node::Class(ranges) => {
                let letter = letter(ranges, self.random);
                self.text.push(letter);
                self.count += 1;
            }
            Node::All(list) => list.iter().for_each(|part| self.write(part)),
            Node::One(list, shortest) => {
                let room = self.room;
                let fitting: Vec<&(usize, Node)> =
                    list.iter().filter(|(length, _)| length - shortest <= room).collect();
                if let Some((length, part)) = self.random.pick(&fitting) {
                    self.spend(length - shortest);
                    self.write(part);
                }
            }
            Node::Group(number, inner) => {
                let before = self.text.len();
                self.write(inner);
                let written = self.text.get(before..).unwrap_or_default().to_owned();
                self.groups.push((*number, written));
            }
            Node::Again(number) => {
                let found = self.groups.iter().rev().find(|(group, _)| group == number);
                let again = found.map(|(_, text)| text.clone()).unwrap_or_default();
                self.count += again.chars().count();
                self.text.push_str(&again);
            }
            Node::Repeat { part, each, least, most } => self.repeat(part, *each, *least, *most),
            Node::Ahead(inner) => {
                let (before, count) = (self.text.len(), self.count);
                let (wanted, room) = (self.wanted, self.room);
                (self.wanted, self.room) = (0, 2);
                self.write(inner);
                (self.wanted, self.room, self.count) = (wanted, room, count);
                self.hints.push(self.text.split_off(before));
            }
        }
    }

    const fn is_full(&self) -> bool {
        self.count >= LONGEST || self.steps >= MOST_STEPS
    }

    fn repeat(&mut self, part: &Node, each: usize, least: usize, most: usize) {
        let possible = most.saturating_sub(least);
        let room = self.room.checked_div(each).unwrap_or(REPEATED);
        let needed = self.wanted.checked_div(each).unwrap_or(0);
        let needed = needed + usize::from(each > 0 && needed * each < self.wanted);
        let some = self.random.between(0, REPEATED);
        let more = needed.max(some).min(possible).min(room);
        self.spend(more * each);
        for _ in 0..least.saturating_add(more) {
            if self.is_full() {
                break;
            }
            self.write(part);
        }
    }

    const fn spend(&mut self, count: usize) {
        self.wanted = self.wanted.saturating_sub(count);
        self.room = self.room.saturating_sub(count);
    }
}

/// One character of some ranges.
fn letter(ranges: &[(char, char)], random: &mut Random) -> char {
    let Some((from, to)) = random.pick(ranges).copied() else { return 'a' };
    let span = (to as usize) - (from as usize);
    let code = (from as usize) + random.between(0, span);
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use crate::synth::random::Random;

    #[test]
    fn a_text_matches_the_pattern_that_it_was_written_along() {
        let patterns = [
            "^[a-z]{3,5}$",
            "^(cat|dog)s?$",
            r"^\d{4}-\d{2}$",
            "abc",
            r"^\w+@\w+\.com$",
            "^[^/]+/[^/]+$",
            r"^(\w)\1$",
            r"^\p{Lu}\p{Ll}*$",
            "^(?:[A-F0-9]{2}:){5}[A-F0-9]{2}$",
            "^$|^x+$",
            r"[\s\S]+",
        ];
        for text in patterns {
            let pattern = Pattern::read(text).unwrap();
            let judge = fancy_regex::Regex::new(text).unwrap();
            for seed in 0..50 {
                let sample = pattern.sample(&mut Random::new(seed, 0), 0, 100);
                assert!(judge.is_match(&sample).unwrap(), "{text} {sample:?}");
            }
        }
    }

    #[test]
    fn a_text_has_the_length_that_is_wanted_where_the_pattern_leaves_it_open() {
        for (text, least, most) in
            [("^[a-z]+$", 40, 40), ("abc", 10, 12), ("^(ab)*c?$", 7, 7), ("^a{2,}b{0,9}$", 2, 2)]
        {
            let pattern = Pattern::read(text).unwrap();
            for seed in 0..20 {
                let sample = pattern.sample(&mut Random::new(seed, 0), least, most);
                assert!((least..=most).contains(&sample.len()), "{text} {sample:?}");
            }
        }
    }
}
