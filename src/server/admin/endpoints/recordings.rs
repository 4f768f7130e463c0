//! The recordings that are replayed: which there are, how often each was played, what none answers.

use serde_json::Value;
use serde_json::json;

use crate::message::Answer;
use crate::server::admin::call::Call;
use crate::server::admin::call::ok;

/// How many recordings are listed unless the call says so.
const LIMIT: u64 = 100;

/// The recordings that the filter lets pass, and every call that none answered.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let number = |name: &str, otherwise: u64| {
        let number = call.arguments.query.get(name).and_then(Value::as_u64).unwrap_or(otherwise);
        usize::try_from(number).unwrap_or(usize::MAX)
    };
    let wanted = call.arguments.query.get("used").and_then(Value::as_bool);
    let Some(tape) = call.engine().tape() else {
        return ok(&json!({
            "recordings": [], "matching": 0, "total": 0, "after": 0, "more": false, "missed": 0,
            "misses": [],
        }));
    };
    let (after, limit) = (number("after", 0), number("limit", LIMIT));
    // One more tells whether there are more.
    let (mut uses, matching) = tape.uses(after, limit.saturating_add(1), |count| {
        wanted.is_none_or(|wanted| wanted == (count > 0))
    });
    let more = uses.len() > limit;
    uses.truncate(limit);
    let after = uses.last().map_or(after, |last| last.number);
    let recordings: Vec<Value> = uses
        .iter()
        .map(|it| {
            json!({
                "number": it.number, "recording": it.origin, "request": it.request,
                "used": it.count,
            })
        })
        .collect();
    let (missed, misses) = tape.misses();
    let misses: Vec<Value> = misses
        .into_iter()
        .map(|(request, count)| json!({ "request": request, "count": count }))
        .collect();
    ok(&json!({
        "recordings": recordings, "matching": matching, "total": tape.len(), "after": after,
        "more": more, "missed": missed, "misses": misses,
    }))
}
