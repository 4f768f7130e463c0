//! Whether one pattern allows all that another does: decided on their automata, not by trying.

use std::collections::HashMap;
use std::collections::VecDeque;

use regex_automata::Anchored;
use regex_automata::dfa::Automaton;
use regex_automata::dfa::StartKind;
use regex_automata::dfa::dense;
use regex_automata::dfa::dense::DFA;
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;

/// The most bytes that an automaton may take.
const MOST_BYTES: usize = 4 << 20;

/// The most states of both automata together that are looked at.
const MOST_STATES: usize = 200_000;

/// A text that matches a pattern and not the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inclusion {
    /// Every text that matches the one matches the other.
    Holds,
    /// This text matches the one and not the other.
    Breaks(String),
}

/// Whether every text that `narrow` matches is one that `wide` matches; `None` where that is too
/// much work, or a pattern is of a kind that no automaton reads (look-around, references back).
pub(crate) fn includes(wide: &str, narrow: &str) -> Option<Inclusion> {
    let (wide, narrow, text) = (automaton(wide)?, automaton(narrow)?, texts()?);
    Search { wide, narrow, text }.run()
}

fn automaton(pattern: &str) -> Option<DFA<Vec<u32>>> {
    let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
    build(&translated)
}

/// All texts there are.
fn texts() -> Option<DFA<Vec<u32>>> {
    build(r"\A(?s:.)*\z")
}

fn build(pattern: &str) -> Option<DFA<Vec<u32>>> {
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .dfa_size_limit(Some(MOST_BYTES))
        .determinize_size_limit(Some(MOST_BYTES));
    dense::Builder::new()
        .configure(config)
        .thompson(thompson::Config::new().nfa_size_limit(Some(MOST_BYTES)))
        .build(pattern)
        .ok()
}

/// How far one automaton has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    State(StateID),
    /// It has matched: whatever follows, the text matches.
    Matched,
}

impl At {
    fn start(automaton: &DFA<Vec<u32>>) -> Option<Self> {
        let config = start::Config::new().anchored(Anchored::No);
        automaton.start_state(&config).ok().map(Self::State)
    }

    fn next(self, automaton: &DFA<Vec<u32>>, byte: u8) -> Self {
        let Self::State(state) = self else { return self };
        let next = automaton.next_state(state, byte);
        if automaton.is_match_state(next) { Self::Matched } else { Self::State(next) }
    }

    fn accepts(self, automaton: &DFA<Vec<u32>>) -> bool {
        match self {
            Self::Matched => true,
            Self::State(state) => automaton.is_match_state(automaton.next_eoi_state(state)),
        }
    }

    fn is_dead(self, automaton: &DFA<Vec<u32>>) -> bool {
        matches!(self, Self::State(state) if automaton.is_dead_state(state))
    }
}

type Place = (At, At, StateID);

/// The search for the shortest text that one matches and the other does not.
struct Search {
    wide: DFA<Vec<u32>>,
    narrow: DFA<Vec<u32>>,
    text: DFA<Vec<u32>>,
}

impl Search {
    fn run(&self) -> Option<Inclusion> {
        let At::State(text) = At::start(&self.text)? else { return None };
        let first = (At::start(&self.wide)?, At::start(&self.narrow)?, text);
        let bytes = self.bytes();
        // By which byte, and from which place, each was come to.
        let mut seen: HashMap<Place, Option<(Place, u8)>> = HashMap::from([(first, None)]);
        let mut open = VecDeque::from([first]);
        while let Some(place) = open.pop_front() {
            let (wide, narrow, text) = place;
            let is_text = self.text.is_match_state(self.text.next_eoi_state(text));
            if is_text && narrow.accepts(&self.narrow) && !wide.accepts(&self.wide) {
                return written(&seen, place).map(Inclusion::Breaks);
            }
            if wide == At::Matched || narrow.is_dead(&self.narrow) {
                continue;
            }
            for byte in &bytes {
                let text = self.text.next_state(text, *byte);
                if self.text.is_dead_state(text) || self.text.is_quit_state(text) {
                    continue;
                }
                let next = (wide.next(&self.wide, *byte), narrow.next(&self.narrow, *byte), text);
                if seen.contains_key(&next) {
                    continue;
                }
                if seen.len() >= MOST_STATES {
                    return None;
                }
                seen.insert(next, Some((place, *byte)));
                open.push_back(next);
            }
        }
        Some(Inclusion::Holds)
    }

    /// One byte of each kind that any of the automata tells apart, those that are read easily first.
    fn bytes(&self) -> Vec<u8> {
        let mut kinds = Vec::new();
        let mut bytes = Vec::new();
        let plain = (b'a'..=b'z').chain(b'0'..=b'9').chain(b'A'..=b'Z').chain(0x20..0x7f);
        for byte in plain.chain(0..=u8::MAX) {
            let kind = [&self.wide, &self.narrow, &self.text]
                .map(|automaton| automaton.byte_classes().get(byte));
            if !kinds.contains(&kind) {
                kinds.push(kind);
                bytes.push(byte);
            }
        }
        bytes
    }
}

/// The text by which a place was come to.
fn written(seen: &HashMap<Place, Option<(Place, u8)>>, place: Place) -> Option<String> {
    let mut bytes = Vec::new();
    let mut at = place;
    while let Some(Some((before, byte))) = seen.get(&at) {
        bytes.push(*byte);
        at = *before;
    }
    bytes.reverse();
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::Inclusion;
    use super::includes;

    #[test]
    fn a_pattern_holds_another_or_a_text_shows_that_it_does_not() {
        let breaks = |text: &str| Some(Inclusion::Breaks(text.to_owned()));
        let cases = [
            (r"^[\w\s]+$", r"^\w+$", Some(Inclusion::Holds)),
            (r"^\w+$", r"^[\w\s]+$", breaks(" ")),
            ("^[a-z]{1,5}$", "^[a-z]{2,4}$", Some(Inclusion::Holds)),
            ("^[a-z]{2,4}$", "^[a-z]{1,5}$", breaks("a")),
            ("b", "abc", Some(Inclusion::Holds)),
            ("abc", "b", breaks("b")),
            (".*", "^[0-9]+$", Some(Inclusion::Holds)),
            ("^é$", "^[é]$", Some(Inclusion::Holds)),
            ("(?=a)", "b", None),
        ];
        for (wide, narrow, expected) in cases {
            assert_eq!(includes(wide, narrow), expected, "{wide} of {narrow}");
        }
    }
}
