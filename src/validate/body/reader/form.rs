//! HTML forms: an object, its members of the types that the schema gives them.

use std::borrow::Cow;
use std::slice;

use foldhash::HashMap;
use foldhash::HashMapExt;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::json::Input;
use crate::message::MediaType;
use crate::params::style::form;
use crate::params::style::form::Pairs;
use crate::validate::body::Fault;
use crate::validate::body::Sent;
use crate::validate::body::charset;
use crate::validate::body::piece::Named;
use crate::validate::body::piece::Piece;
use crate::validate::body::reader::Reader;
use crate::validate::body::styled;
use crate::validate::body::writer;

/// `application/x-www-form-urlencoded`.
pub(super) static READER: Reader =
    Reader { id: "form", takes: MediaType::is_form, read, write: Some(writer::form) };

/// How many pairs are looked through for each name before they are grouped.
const FEW: usize = 32;

/// How many pairs are read.
const MOST: usize = 10_000;

/// Keys that the schema does not declare are kept as what `additionalProperties` makes of them.
fn read<'b>(sent: &Sent<'_, 'b>, _: &mut Vec<Violation>) -> Result<Option<Input<'b>>, Fault> {
    if memchr::memchr_iter(b'&', sent.bytes).count() >= MOST {
        return Err(Fault::new(format!("has more than {MOST} members"), "send fewer"));
    }
    let pairs = form::pairs(charset::utf8(sent.bytes)?);
    let groups = (pairs.len() > FEW).then(|| grouped(&pairs));
    let target = sent.target();
    let mut object = Map::new();
    let whole = (target, &sent.content.encoding);
    let styled = styled::read(whole, "member", (&pairs, form::decode), &mut object)?;
    let mut few = Vec::new();
    for (key, _) in &pairs {
        if object.contains_key(&**key) || styled.iter().any(|styled| styled.owns(key)) {
            continue;
        }
        let encoding = sent.content.encoding.named(key);
        let (holder, target) = (target, target.property(key));
        let member = Named { word: "member", name: key, holder, target, encoding };
        let mut values: &[&str] = match &groups {
            Some(groups) => groups.get(&**key).map_or(&[], Vec::as_slice),
            None => {
                few.clear();
                few.extend(pairs.iter().filter(|(own, _)| own == key).map(|(_, value)| *value));
                &few
            }
        };
        if values.len() > 1 && !member.target.wants_list() && !member.is_declared() {
            // Nobody said that an undeclared key comes once: the last one counts, as in JSON.
            values = &values[values.len() - 1..];
        }
        let value = if let [only] = values {
            member.value(slice::from_ref(&piece(&member, only)?))?
        } else {
            let pieces = values.iter().map(|value| piece(&member, value));
            member.value(&pieces.collect::<Result<Vec<_>, _>>()?)?
        };
        object.insert(key.clone().into_owned(), value);
    }
    Ok(Some(Input::Value(Value::Object(object))))
}

/// The values of each key, in order.
fn grouped<'p>(pairs: &'p Pairs<'p>) -> HashMap<&'p str, Vec<&'p str>> {
    let mut groups: HashMap<&str, Vec<&str>> = HashMap::with_capacity(pairs.len());
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}

/// One value of the form, decoded.
fn piece<'b>(member: &Named<'_>, value: &'b str) -> Result<Piece<'b>, Fault> {
    let bytes = match form::decode(value) {
        Ok(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
        Ok(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        Err(malformed) => {
            let help = Some("percent-encode it; the sign % itself is %25".to_owned());
            return Err(member.fault(&malformed.to_string(), help));
        }
    };
    Ok(Piece { media_type: None, charset: None, bytes, read: None })
}
