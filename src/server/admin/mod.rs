//! The control surface under `/_standin/`: what a test, a person or a CI job asks a running standin.
//!
//! It has a document of its own, `openapi/standin-admin.yaml`, and goes through the same floors as
//! the APIs: routed, read and judged by it, its answers too. Nothing of it is journalled.

mod access;
mod call;
mod endpoints;
mod metrics;
mod problem;

use std::sync::Arc;
use std::sync::LazyLock;

use http::Method;
use serde_json::Value;

pub use access::Access;
pub use metrics::Metrics;

use crate::engine;
use crate::engine::Composed;
use crate::engine::Engine;
use crate::finding::Blame;
use crate::finding::Context;
use crate::finding::Finding;
use crate::finding::Side;
use crate::message::Answer;
use crate::message::Refusal;
use crate::message::Request;
use crate::report::Gate;
use crate::route::Match;
use crate::route::Mounted;
use crate::route::Router;
use crate::server::Stop;
use crate::server::admin::access::Guard;
use crate::server::admin::call::Call;
use crate::spec::Document;
use crate::spec::Operation;
use crate::spec::bundled;
use crate::validate;
use crate::validate::request::Demands;

/// The id of the surface's own document.
const ID: &str = "standin-admin";

/// How a run is told in reports: what ran, and what makes it fail.
#[derive(Clone, Debug)]
pub struct Reporting {
    /// What ran, as the user typed it: `serve`, `replay`.
    pub command: String,
    /// What decides the exit code.
    pub gate: Gate,
}

impl Default for Reporting {
    fn default() -> Self {
        Self { command: "serve".to_owned(), gate: Gate::new(&[Blame::Client]) }
    }
}

/// The control surface of one engine.
#[derive(Debug)]
pub struct Surface {
    engine: Arc<Engine>,
    metrics: Arc<Metrics>,
    reporting: Reporting,
    guard: Guard,
    stop: Stop,
}

/// The surface's own document, and its way to an operation.
#[derive(Debug)]
struct Contract {
    document: Arc<Document>,
    router: Router,
}

/// The contract: read when somebody first asks the surface, because many runs never do, and once a
/// process.
static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let document = bundled::STANDIN_ADMIN.load().expect("the build has read this document");
    let mounted = Mounted::unmoved(ID, Arc::clone(&document));
    let router = Router::new(&[mounted]).expect("one document has no rival for its paths");
    Contract { document, router }
});

impl Surface {
    /// Makes the surface of an engine; `is_loopback` tells where it is listened for.
    #[must_use]
    pub fn new(
        engine: Arc<Engine>,
        metrics: Arc<Metrics>,
        reporting: Reporting,
        access: Access,
        is_loopback: bool,
        stop: Stop,
    ) -> Self {
        let guard = Guard::new(access, is_loopback);
        Self { engine, metrics, reporting, guard, stop }
    }

    /// Answers one call.
    pub async fn answer(&self, request: Request) -> Answer {
        let found = CONTRACT.router.find(&request.method, &request.path);
        // The health check is open by its path, so that a wrong method is told as such to anybody.
        let named = match &found {
            Ok(found) => Some(&found.operation),
            Err(miss) => miss.operation.and_then(|number| CONTRACT.document.operations.get(number)),
        };
        let is_health = named.is_some_and(|operation| &*operation.id == "getHealth");
        if !is_health && let Some(refused) = self.guard.refuse(&request) {
            return refused;
        }
        let found = match found {
            Ok(found) => found,
            Err(miss) => return refused(&miss.refusal),
        };
        let mut answer = self.respond(&request, &found).await;
        self.judge(&found.operation, &request.method, &answer);
        if request.method == Method::HEAD {
            engine::without_content(&mut answer);
        }
        answer
    }

    async fn respond(&self, request: &Request, found: &Match) -> Answer {
        let reading = validate::request::read(
            &CONTRACT.document,
            &found.operation,
            &found.path_values,
            request,
            // Whether the token is the right one was asked at the door.
            Demands { credentials: false, ..Demands::default() },
        );
        if let Some(refusal) = &reading.refusal {
            return refused(refusal);
        }
        let body = reading.body.as_ref().map(|body| body.view().to_value());
        let call = Call {
            surface: self,
            operation: &found.operation,
            arguments: &reading.arguments,
            body: body.as_deref().unwrap_or(&Value::Null),
            accept: &reading.accept,
        };
        endpoints::answer(&call).await
    }

    /// Holds the surface to its own document: an answer that breaks it is standin's fault, and is
    /// told like any other.
    fn judge(&self, operation: &Operation, method: &Method, answer: &Answer) {
        let violations = validate::response::read(&CONTRACT.document, operation, method, answer);
        let context = Context {
            api: Some(ID),
            operation: Some(&operation.id),
            side: Side::Response,
            blame: Blame::Standin,
            exchange: None,
            world: self.engine.world().name(),
            now: self.engine.clock().now(),
            evidence: Some(format!("{method} {} → {}", operation.template, answer.status.as_u16())),
            document: Some(&CONTRACT.document.name),
        };
        let findings: Vec<Finding> =
            violations.iter().map(|violation| Finding::new(violation, &context)).collect();
        self.engine.ledger().record(&findings);
    }
}

/// Every answer of the surface to what it will not serve is a problem.
fn refused(refusal: &Refusal) -> Answer {
    Composed::problem(refusal).answer
}
