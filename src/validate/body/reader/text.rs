//! Text: one value, of the type that the schema gives it.

use std::borrow::Cow;

use crate::finding::Violation;
use crate::json::Input;
use crate::validate::body::Fault;
use crate::validate::body::Sent;
use crate::validate::body::charset;
use crate::validate::body::reader::Reader;

/// `text/…`.
pub(super) static READER: Reader =
    Reader { id: "text", takes: |media_type| media_type.kind == "text", read, write: None };

fn read<'b>(sent: &Sent<'_, 'b>, _: &mut Vec<Violation>) -> Result<Option<Input<'b>>, Fault> {
    let text = charset::decode(sent.bytes, sent.parameter("charset").as_deref())?;
    let target = sent.target();
    if let Cow::Borrowed(text) = text
        && target.is_text()
    {
        return Ok(Some(Input::Text(text)));
    }
    Ok(Some(Input::Value(target.text(text))))
}
