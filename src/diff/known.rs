//! Levels and known differences, as oasdiff's files list them.

use crate::finding::Finding;
use crate::finding::Level;

/// Levels of rules by their ids; `None`: not told at all.
#[derive(Clone, Debug, Default)]
pub struct Levels(Vec<(String, Option<Level>)>);

/// A line that is none of a rule and its level.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is `{text}`, not a rule and one of err, warn, info, none")]
pub struct LevelsError {
    line: usize,
    text: String,
}

impl Levels {
    /// Reads a rule and its level a line; what follows a `#` is passed over. A rule that nobody has
    /// changes nothing: the file may be written for another version.
    ///
    /// # Errors
    ///
    /// [`LevelsError`] where a line is something else.
    pub fn read(text: &str) -> Result<Self, LevelsError> {
        let mut levels = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let said = line.split('#').next().unwrap_or_default();
            let mut words = said.split_whitespace();
            let Some(rule) = words.next() else { continue };
            let level = match (words.next().map(str::to_lowercase).as_deref(), words.next()) {
                (Some("err" | "error"), None) => Some(Level::Error),
                (Some("warn" | "warning"), None) => Some(Level::Warning),
                (Some("info"), None) => Some(Level::Info),
                (Some("none"), None) => None,
                _ => return Err(LevelsError { line: number + 1, text: line.trim().to_owned() }),
            };
            levels.push((rule.to_owned(), level));
        }
        Ok(Self(levels))
    }

    /// What the file says of a rule, if anything; the last line counts.
    #[must_use]
    pub fn of(&self, rule: &str) -> Option<Option<Level>> {
        self.0.iter().rev().find(|(id, _)| id == rule).map(|(_, level)| *level)
    }
}

/// Differences that are known, a line each: the method and the path, and what is told of them.
#[derive(Clone, Debug, Default)]
pub struct Ignored(Vec<String>);

/// Words that join a rule's id and that its sentence spells otherwise or leaves out.
const SPELLED: [(&str, &[&str]); 0] = [];

impl Ignored {
    /// Reads a line each; empty ones are passed over.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let lines = text.lines().map(|line| line.trim().to_lowercase());
        Self(lines.filter(|line| !line.is_empty()).collect())
    }

    /// Whether a line is about this finding.
    ///
    /// It is if it has its method and path, and then either its title or its rule, or a sentence of
    /// oasdiff's: all words of the rule's id, and every name and value that the finding has.
    #[must_use]
    pub fn has(&self, finding: &Finding) -> bool {
        let call = finding.evidence.as_deref().unwrap_or_default().to_lowercase();
        let call = call.split(" → ").next().unwrap_or_default();
        let title = finding.title.to_lowercase();
        self.0.iter().any(|line| {
            let Some((_, rest)) = line.split_once(call).filter(|_| has_words(line, call)) else {
                return false;
            };
            rest.contains(&title)
                || rest
                    .split_whitespace()
                    .any(|word| word.trim_matches(['[', ']', ',']) == finding.rule)
                || is_sentence(rest, finding)
        })
    }
}

/// Whether a text stands in a line as words of their own.
fn has_words(line: &str, words: &str) -> bool {
    let ends =
        |at: Option<char>| at.is_none_or(|it| it.is_whitespace() || "`'\",.:;()[]".contains(it));
    line.match_indices(words).any(|(at, _)| {
        ends(line[..at].chars().next_back()) && ends(line[at + words.len()..].chars().next())
    })
}

/// Whether a sentence of oasdiff's is about a finding.
fn is_sentence(sentence: &str, finding: &Finding) -> bool {
    let plain: String = sentence.chars().filter(|it| it.is_alphanumeric()).collect();
    let spelled = |word: &str| {
        let other = SPELLED.iter().find(|(own, _)| *own == word);
        plain.contains(word)
            || other.is_some_and(|(_, all)| all.iter().any(|it| plain.contains(it)))
    };
    let mut names =
        finding.instance.split(['/', '.']).filter(|name| !name.is_empty() && *name != "*");
    let values = [finding.got.as_deref(), finding.expected.as_deref()];
    let has = |text: &str| has_words(sentence, &text.to_lowercase());
    finding.rule.split('-').all(spelled)
        && names.next_back().is_none_or(has)
        && values.into_iter().flatten().all(has)
}
