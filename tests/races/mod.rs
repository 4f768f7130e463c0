//! Races: many clients ask for what only one can have, in process and over sockets.
//!
//! All requests of a round are under way before the first answer is looked at, so that whatever
//! the server does not do in one step shows.

mod replacement;
mod winners;

use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use serde_json::Value;
use standin::Server;
use standin::finding::Blame;
use standin::finding::Level;
use standin::message::Request;
use tokio::sync::Barrier;

use crate::support::wire;
use crate::support::wire::Wire;

/// How many clients race.
const CLIENTS: usize = 200;

/// How often they do, unless `RACE_ROUNDS` says otherwise: what an unoptimised build does in
/// seconds; `RACE_ROUNDS=1000 cargo test --release races::` is the whole of it.
const ROUNDS: usize = 10;

/// How often this run has the clients race.
fn rounds() -> usize {
    match std::env::var("RACE_ROUNDS") {
        Ok(text) => text.parse().expect("RACE_ROUNDS is a number of rounds"),
        Err(_) => ROUNDS,
    }
}

/// What every client of a round sends.
#[derive(Clone, Debug)]
struct Shot {
    method: Method,
    path: String,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    status: u16,
    body: String,
}

impl Outcome {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

impl Shot {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: String::new() }
    }

    /// With credentials that the bundled APIs take.
    fn by(mut self, authorization: &'static str) -> Self {
        self.headers.push(("authorization", authorization));
        self
    }

    fn with(mut self, content_type: &'static str, body: impl Into<String>) -> Self {
        self.headers.push(("content-type", content_type));
        self.body = body.into();
        self
    }

    fn request(&self) -> Request {
        let mut request = Request::new(self.method.clone(), &self.path);
        for (name, value) in &self.headers {
            let name = HeaderName::from_static(name);
            request.headers.insert(name, HeaderValue::from_static(value));
        }
        request.body = self.body.clone().into();
        request
    }

    fn bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let headers: String = headers.collect();
        wire::request(&format!("{} {}", self.method, self.path), &headers, &self.body)
    }
}

/// The clients of one server.
enum Crowd {
    /// Tasks that call the engine.
    InProcess,
    /// Connections that stay open.
    OverSockets(Vec<Wire>),
}

impl Crowd {
    async fn over_sockets(server: &Server) -> Self {
        let mut wires = Vec::new();
        for _ in 0..CLIENTS {
            wires.push(Wire::connect(server.address()).await);
        }
        Self::OverSockets(wires)
    }

    /// Has every client send the same at once; what came back, in no order.
    async fn race(&mut self, server: &Server, shot: &Shot) -> Vec<Outcome> {
        match self {
            Self::InProcess => in_process(server, shot).await,
            Self::OverSockets(wires) => {
                let bytes = shot.bytes();
                for wire in wires.iter_mut() {
                    assert!(wire.send(&bytes).await, "the server keeps the connection");
                }
                let mut outcomes = Vec::with_capacity(wires.len());
                for wire in wires {
                    let reply = wire.answer().await.expect("the server answers");
                    outcomes.push(Outcome { status: reply.status, body: reply.body });
                }
                outcomes
            }
        }
    }
}

async fn in_process(server: &Server, shot: &Shot) -> Vec<Outcome> {
    let barrier = Arc::new(Barrier::new(CLIENTS));
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (engine, barrier) = (Arc::clone(server.engine()), Arc::clone(&barrier));
            let request = shot.request();
            tokio::spawn(async move {
                barrier.wait().await;
                let answer = engine.answer(request).await;
                let body = String::from_utf8_lossy(answer.body.bytes()).into_owned();
                Outcome { status: answer.status.as_u16(), body }
            })
        })
        .collect();
    let mut outcomes = Vec::with_capacity(CLIENTS);
    for task in tasks {
        outcomes.push(task.await.expect("answering does not panic"));
    }
    outcomes
}

/// Nobody but the losing clients did anything wrong, and they only what is said.
fn assert_sound(server: &Server) {
    let findings = server.findings();
    let broken = findings.all().iter().filter(|finding| finding.level > Level::Info);
    let own: Vec<_> = broken.filter(|finding| finding.blame == Blame::Standin).collect();
    assert!(own.is_empty(), "standin was wrong: {own:#?}");
}
