//! Requests that the base takes and the revision does not.

use http::StatusCode;
use serde_json::Value;

use super::Both;
use super::Prover;
use super::Witness;
use super::answers;
use crate::diff::Difference;
use crate::finding::Level;
use crate::finding::Side;
use crate::message::Answer;
use crate::message::Request;
use crate::route::template;
use crate::route::template::Segment;
use crate::spec::Document;
use crate::spec::Operation;
use crate::spec::model::Content;
use crate::spec::model::Parameter;
use crate::synth;
use crate::synth::Variation;
use crate::validate::request;
use crate::validate::request::Demands;

/// What a call is made with instead of its plainest: a value of a parameter, or other content.
type Tried<'v> = (Option<(&'v Parameter, &'v Value)>, Option<(&'v Content, Option<&'v Value>)>);

impl<'d> Prover<'d> {
    /// A request that proves a difference.
    pub(super) fn request(&mut self, difference: &Difference, both: Both<'d>) -> Option<Witness> {
        let value = match &difference.schemas {
            Some(schemas) => Some((self.value(schemas, Side::Request)?, &schemas.holders.0)),
            None => None,
        };
        let parameter = value.as_ref().and_then(|(value, holder)| {
            let mut all = both.base.parameters.iter();
            all.find(|parameter| parameter.pointer == **holder).map(|it| (it, value))
        });
        let contents = || both.base.request_body.iter().flat_map(|body| &body.content);
        let content = value.as_ref().and_then(|(value, holder)| {
            let mut all = contents();
            all.find(|content| content.pointer == **holder).map(|it| (it, Some(value)))
        });
        // Whatever else differs may be what the revision minds: the plainest call comes first.
        let mut variations: Vec<Tried<'_>> = Vec::new();
        match (&value, parameter, content) {
            (Some(_), Some(parameter), _) => variations.push((Some(parameter), None)),
            (Some(_), None, Some(content)) => variations.push((None, Some(content))),
            (Some(_), None, None) => return None,
            (None, ..) => {
                variations.push((None, None));
                variations.extend(contents().map(|content| (None, Some((content, None)))));
            }
        }
        let made = variations.into_iter().find_map(|(parameter, content)| {
            let variation = Variation { parameter, content };
            let request = synth::varied(self.base, both.base, &variation)?;
            let is_plain = difference.schemas.is_none();
            let forbidden = forbidden(self.revision, both, &request, difference, is_plain)?;
            Some((request, forbidden))
        });
        let (request, forbidden) = made?;
        let answer = answers::of_success(self.base, both.base);
        let answer = answer.unwrap_or_else(|| Answer::empty(StatusCode::OK));
        Some(Witness { request, answer, side: Side::Request, forbidden })
    }
}

/// What the revision says of a request, where it does not take it for the reason that a difference
/// gives.
fn forbidden(
    revision: &Document,
    both: Both<'_>,
    request: &Request,
    difference: &Difference,
    is_plain: bool,
) -> Option<String> {
    let values = path_values(both.base, both.revision, request)?;
    let demands = Demands { credentials: true, ..Demands::default() };
    let reading = request::read(revision, both.revision, &values, request, demands);
    let errors = reading.violations.iter().filter(|it| it.level() == Level::Error);
    let place = difference.revision.as_ref();
    let reason = errors.clone().find(|violation| {
        let is_there = place.is_some_and(|place| {
            let (one, other) = (violation.place.as_str(), place.as_str());
            one.starts_with(other) || other.starts_with(one)
        });
        let about = violation.instance_text();
        is_there || (!difference.at.is_empty() && (about == difference.at || !is_plain))
    });
    // Of what the request is as a whole, any reason will do.
    let reason = reason.or_else(|| errors.clone().next().filter(|_| difference.at.is_empty()));
    reason.map(|violation| violation.title.clone())
}

/// The values of the path of a request, by the names of the revision.
fn path_values(
    base: &Operation,
    revision: &Operation,
    request: &Request,
) -> Option<Vec<(String, String)>> {
    let base_path = base.base_paths.first().map_or("", String::as_str);
    let path = request.path.strip_prefix(base_path)?;
    let (segments, _) = template::parse(&base.template);
    let (_, names) = template::parse(&revision.template);
    let mut values = Vec::new();
    for (segment, part) in segments.iter().zip(path.trim_start_matches('/').split('/')) {
        if let Segment::Pattern(pattern) = segment {
            let decoded = template::decode(part).ok()?;
            let mut captured = Vec::new();
            pattern.capture(&decoded, 0, &mut captured).then_some(())?;
            let parts = captured.iter().map(|it| template::encoded(part, &it.range).to_owned());
            values.extend(parts);
        }
    }
    (values.len() == names.len()).then(|| names.into_iter().zip(values).collect())
}
