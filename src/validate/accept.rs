//! Content negotiation: which media types a client takes, and whether anything declared is one.

use http::HeaderMap;
use http::header::ACCEPT;

use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::message::MediaType;
use crate::spec::model::Operation;
use crate::spec::model::StatusPattern;

/// A media range with its weight, in thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Weighted {
    range: MediaType,
    weight: u16,
}

/// What a client accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accept(Vec<Weighted>);

impl Accept {
    /// Reads the `Accept` header fields; what is no media range in them is left out, and nothing
    /// at all means anything.
    ///
    /// # Source
    ///
    /// RFC 9110, sections 12.4.2 (weights) and 12.5.1.
    #[must_use]
    pub fn read(headers: &HeaderMap) -> Self {
        let mut ranges: Vec<Weighted> = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(','))
            .filter_map(|text| {
                Some(Weighted { range: MediaType::parse(text)?, weight: weight(text) })
            })
            .collect();
        ranges.sort_by_key(|each| std::cmp::Reverse((each.weight, each.range.precision())));
        Self(ranges)
    }

    /// The accepted types and ranges, best first; none: anything.
    pub fn ranges(&self) -> impl Iterator<Item = &MediaType> {
        self.0.iter().filter(|each| each.weight > 0).map(|each| &each.range)
    }

    /// Whether the client takes `offered`.
    #[must_use]
    pub fn takes(&self, offered: &MediaType) -> bool {
        self.rank(offered).is_some()
    }

    /// How much the client likes `offered`, 0 best; `None` where it does not take it. The most
    /// exact range that covers a type decides, and what ranges weigh alike is liked in the order
    /// of their writing.
    #[must_use]
    pub fn rank(&self, offered: &MediaType) -> Option<usize> {
        if self.0.is_empty() {
            return Some(0);
        }
        // The first of the most exact: the list is in the order of liking.
        let covering = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, each)| each.range.matches(offered) || offered.matches(&each.range))
            .min_by_key(|(_, each)| std::cmp::Reverse(each.range.precision()));
        covering.filter(|(_, each)| each.weight > 0).map(|(rank, _)| rank)
    }
}

/// The weight of one range; one that can not be read counts as none given.
fn weight(text: &str) -> u16 {
    let given = text.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
    });
    let given = given.filter(|weight| (0.0..=1.0).contains(weight)).unwrap_or(1.0);
    // In range by the filter above; RFC 9110 gives weights three digits.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
    let thousandths = (given * 1000.0).round() as u16;
    thousandths
}

/// The violation where nothing that the operation answers in success is acceptable.
///
/// Errors are always acceptable: a client that is refused would rather read why.
#[must_use]
pub fn judge(operation: &Operation, accept: &Accept) -> Option<(Vec<String>, Violation)> {
    if accept.0.is_empty() {
        return None;
    }
    let success = operation.responses.iter().filter(|response| is_success(response.status));
    let offered: Vec<&MediaType> =
        success.flat_map(|response| &response.content).map(|content| &content.media_type).collect();
    if offered.is_empty() || offered.iter().any(|media_type| accept.takes(media_type)) {
        return None;
    }
    let mut names: Vec<String> = offered.iter().map(ToString::to_string).collect();
    names.dedup();
    let title = format!("the Accept header excludes {}", names.join(", "));
    let asked = accept.0.iter().map(|each| each.range.to_string()).collect::<Vec<_>>();
    let violation = Violation {
        name: Some("accept".to_owned()),
        place: operation.pointer.child("responses"),
        got: Some(asked.join(", ")),
        expected: Some(names.join(" or ")),
        ..Violation::new(&rule::NOT_ACCEPTABLE, Location::Header, title)
    };
    Some((names, violation))
}

const fn is_success(status: StatusPattern) -> bool {
    match status {
        StatusPattern::Exact(code) => code / 100 == 2,
        StatusPattern::Range(class) => class == 2,
        StatusPattern::Default => false,
    }
}
