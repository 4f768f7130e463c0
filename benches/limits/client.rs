//! One connection of a client that waits for every answer, on the thread that calls.

use tokio::runtime::Runtime;

use crate::wire;
use crate::wire::Reply;
use crate::wire::Wire;

/// Said of a body that is JSON.
pub(crate) const JSON: &str = "content-type: application/json\r\n";

/// Said of a body that is a form.
pub(crate) const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Client {
    runtime: Runtime,
    wire: Wire,
}

impl Client {
    /// Connects; `url` has no path.
    pub(crate) fn connect(url: &str) -> Self {
        let authority = url.strip_prefix("http://").expect("an http URL");
        let address = authority.parse().expect("an address with a port");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let runtime = runtime.expect("a runtime starts");
        let wire = runtime.block_on(Wire::connect(address));
        Self { runtime, wire }
    }

    /// Sends a request and waits for its answer; `fields` are whole lines, each with its end.
    pub(crate) fn call(&mut self, line: &str, fields: &str, body: &str) -> Reply {
        let answered = self.runtime.block_on(self.wire.ask(wire::request(line, fields, body)));
        answered.unwrap_or_else(|| panic!("the connection was closed after {line}"))
    }
}

/// A text member of an answer.
pub(crate) fn member(reply: &Reply, pointer: &str) -> String {
    let value = reply.json();
    let text = value.pointer(pointer).and_then(serde_json::Value::as_str);
    text.unwrap_or_else(|| panic!("no {pointer} in {value}")).to_owned()
}
