//! What doors see of an engine: its parts, its whole state, and what was found so far.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::Value;

use crate::apis::ActionCall;
use crate::apis::Reply;
use crate::apis::Settings;
use crate::clock::Clock;
use crate::clock::Instant;
use crate::engine::Assumptions;
use crate::engine::Engine;
use crate::engine::Expectations;
use crate::engine::Journal;
use crate::engine::Ledger;
use crate::engine::Service;
use crate::engine::compose;
use crate::engine::sightings;
use crate::finding;
use crate::finding::Finding;
use crate::message::Answer;
use crate::pointer::Pointer;
use crate::store::Family;
use crate::store::StoreError;
use crate::store::World;

impl Engine {
    /// What is served, in the order of mounting.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<Clock> {
        &self.clock
    }

    /// When the engine was made.
    #[must_use]
    pub const fn started(&self) -> Instant {
        self.started
    }

    /// How the engine was started, as far as APIs care.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The world that is played in.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The latest exchanges.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What was found.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What tests have announced.
    #[must_use]
    pub const fn expectations(&self) -> &Expectations {
        &self.expectations
    }

    /// Answers that rest on assumptions.
    #[must_use]
    pub const fn assumptions(&self) -> &Assumptions {
        &self.assumptions
    }

    /// How many requests were seen.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Everything found since the start with lines filled in, worst first, and how many distinct
    /// findings there was no room for. Expectations that nothing met yet are among them.
    #[must_use]
    pub fn total_findings(&self) -> (Vec<Finding>, u64) {
        let (mut findings, dropped) = self.ledger.total();
        let (side, blame) = Expectations::BLAME;
        for (operation, violation) in self.expectations.unmet() {
            let context = finding::Context {
                api: None,
                operation: operation.as_deref(),
                side,
                blame,
                exchange: None,
                world: self.world.name(),
                now: self.clock.now(),
                evidence: None,
                document: None,
            };
            let level = sightings::level(&self.severities, &violation);
            findings.insert(0, Finding { level, ..Finding::new(&violation, &context) });
        }
        (self.locate(findings), dropped)
    }

    /// Fills in the lines of places.
    #[must_use]
    pub fn locate(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        for place in findings.iter_mut().flat_map(|finding| finding.places.iter_mut()) {
            for service in &self.services {
                service.mounted.document.outline().locate(place);
            }
        }
        findings
    }

    /// Makes an action happen; `None` where no served API has it.
    pub async fn act(&self, api: &str, action: &str, body: &Value) -> Option<Answer> {
        let service = self.services.iter().find(|service| &*service.mounted.id == api)?;
        let api = service.api?;
        let action = api.actions.iter().find(|known| known.id == action)?;
        let now = self.clock.now();
        let mut reply = None;
        let done = self
            .store
            .transact(&self.world, api.family, now, &mut |transaction| {
                let call = ActionCall { body, now, settings: &self.settings };
                reply = Some((action.run)(&call, transaction));
            })
            .await;
        let reply = match done {
            Ok(()) => reply?,
            Err(error) => Reply::problem(
                http::StatusCode::SERVICE_UNAVAILABLE,
                "store-unavailable",
                error.to_string(),
            ),
        };
        let setting = self.setting(None, service, None);
        let composed = compose::reply(setting, reply);
        let composed = composed.unwrap_or_else(|refusal| setting.problem(&refusal));
        Some(composed.answer)
    }

    /// The families that are served, each once.
    #[must_use]
    pub fn families(&self) -> Vec<&'static Family> {
        let mut families: Vec<&'static Family> = Vec::new();
        for family in self.services.iter().filter_map(|service| service.api).map(|api| api.family) {
            if families.iter().all(|known| known.id != family.id) {
                families.push(family);
            }
        }
        families
    }

    /// The whole state: family id to the family's collections.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store can not be read.
    pub async fn state(&self) -> Result<Value, StoreError> {
        let families = self.families();
        let states = self.store.snapshot(&self.world, &families, self.clock.now()).await?;
        let named = families.iter().map(|family| family.id.to_owned()).zip(states);
        Ok(Value::Object(named.collect()))
    }

    /// Replaces the whole state, all or nothing; a family that is not named is seeded afresh.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rejected`] with the place that is wrong; the state is then as it was.
    pub async fn restore(&self, state: &Value) -> Result<(), StoreError> {
        let families = self.families();
        let rejected = |place: Pointer, reason: String| StoreError::Rejected { place, reason };
        let Some(given) = state.as_object() else {
            let reason =
                "a state is an object of families, for example {\"clerk\": {…}}".to_owned();
            return Err(rejected(Pointer::root(), reason));
        };
        for name in given.keys() {
            if families.iter().all(|family| family.id != name) {
                let known: Vec<&str> = families.iter().map(|family| family.id).collect();
                let reason =
                    format!("no served family has this name; there are {}", known.join(", "));
                return Err(rejected(Pointer::root().child(name), reason));
            }
        }
        self.replace(families.into_iter().map(|family| (family, given.get(family.id)))).await
    }

    /// Seeds the whole state afresh.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store can not be written.
    pub async fn reset(&self) -> Result<(), StoreError> {
        self.replace(self.families().into_iter().map(|family| (family, None))).await
    }

    async fn replace<'v>(
        &self,
        states: impl Iterator<Item = (&'static Family, Option<&'v Value>)>,
    ) -> Result<(), StoreError> {
        let states: Vec<_> = states.collect();
        self.store.restore(&self.world, &states, self.clock.now()).await
    }

    /// Has every family seeded now rather than at its first call, so that what the seed says of
    /// the past is counted from the start, wherever the clock is moved before that call.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store can not be written.
    pub async fn seed(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        for family in self.families() {
            self.store.transact(&self.world, family, now, &mut |_| ()).await?;
        }
        Ok(())
    }

    /// How often each operation was called: service, operation as the document's outline has it,
    /// calls.
    pub fn calls(&self) -> impl Iterator<Item = (&Service, &crate::spec::Operation, u64)> {
        self.services.iter().flat_map(|service| {
            let described = service.mounted.document.outline().operations.iter();
            described.zip(&service.operations).map(move |(operation, state)| {
                (service, &**operation, state.calls.load(Ordering::Relaxed))
            })
        })
    }
}
