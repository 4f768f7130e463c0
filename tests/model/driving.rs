//! Plays generated steps against an engine in process, and holds every answer to the model.
//!
//! Nothing here knows an API. The clock stands where the model says; findings are read from the
//! journal. At the end the model is asked for the turns that show everything, they are played, the
//! state is taken out and put back, and they are played again: a state that no restart would take
//! is an impossible one.

use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use proptest::strategy::Strategy;
use proptest::test_runner::Config;
use proptest::test_runner::TestCaseError;
use proptest::test_runner::TestError;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use standin::apis::AuthMode;
use standin::clock::Clock;
use standin::clock::Instant;
use standin::engine::Engine;
use standin::engine::InProcess;
use standin::engine::Options;
use standin::engine::Played;
use standin::finding::Blame;
use standin::store::MemoryStore;
use tower_service::Service;

use crate::model::turn::Asked;
use crate::model::turn::Names;
use crate::model::turn::Told;
use crate::model::turn::Turn;
use crate::support::plays;

/// The longest sequence of steps.
pub(super) const LONGEST: usize = 50;

/// How a vendor's APIs behave, as a plain data structure with pure transitions.
pub(super) trait Model: Debug {
    /// What can be done.
    type Step: Debug;

    /// The family that is played.
    const FAMILY: &'static str;

    /// The state in which a play begins, as a state file has it.
    fn state(&self) -> Value;

    /// How strictly credentials are checked.
    fn mode(&self) -> AuthMode;

    /// The instant, in milliseconds.
    fn now(&self) -> i64;

    /// Takes a step: the model moves, and says what that is made of. Waiting is no turn.
    fn step(&mut self, step: &Self::Step) -> Vec<Turn>;

    /// Turns that get what looking takes.
    fn before_looking(&mut self) -> Vec<Turn>;

    /// Turns that change nothing and show everything.
    fn look(&mut self) -> Vec<Turn>;
}

/// Runs generated plays; the smallest that fails is told, with the seed that found it.
///
/// `PROPTEST_CASES` says how many, `PROPTEST_RNG_SEED` which.
pub(super) fn run<M: Model>(cases: u32, plays: impl Strategy<Value = (M, Vec<M::Step>)>) {
    let config = Config { max_shrink_iters: 4_000, ..plays::config(cases) };
    let seed = config.rng_seed.to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut runner = TestRunner::new(config);
    let outcome = runner.run(&plays, |(model, steps)| {
        runtime.block_on(play(model, &steps)).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Abort(reason)) => panic!("{reason}"),
        Err(TestError::Fail(reason, (model, steps))) => {
            let steps: Vec<String> = steps.iter().map(|step| format!("  {step:?}")).collect();
            let (mode, steps) = (model.mode(), steps.join("\n"));
            panic!(
                "{reason}\nin mode {mode:?} after\n{steps}\nfound with PROPTEST_RNG_SEED={seed}"
            );
        }
    }
}

/// Plays one sequence.
async fn play<M: Model>(mut model: M, steps: &[M::Step]) -> Result<(), String> {
    let mut stage = Stage::new(&model);
    stage.restore(&model.state()).await?;
    for (number, step) in steps.iter().enumerate() {
        let turns = model.step(step);
        stage.clock.set(Instant::from_millis(model.now()));
        for turn in turns {
            let told = stage.turn(&turn).await;
            told.map_err(|reason| format!("step {number}, {step:?}: {reason}\n{turn:?}"))?;
        }
    }
    let show = async |stage: &mut Stage, turns: &[Turn], when: &str| {
        for turn in turns {
            let told = stage.turn(turn).await;
            told.map_err(|reason| format!("{when}: {reason}\n{turn:?}"))?;
        }
        Ok::<(), String>(())
    };
    let turns = model.before_looking();
    show(&mut stage, &turns, "at the end").await?;
    let turns = model.look();
    show(&mut stage, &turns, "at the end").await?;
    let state = stage.engine.state().await.map_err(|error| error.to_string())?;
    stage.restore(&state).await?;
    show(&mut stage, &turns, "after putting the state back").await
}

/// Where a play happens.
struct Stage {
    engine: Arc<Engine>,
    clock: Arc<Clock>,
    door: InProcess,
    names: Names,
}

impl Stage {
    fn new<M: Model>(model: &M) -> Self {
        let clock = Arc::new(Clock::fixed(Instant::from_millis(model.now())));
        let mut options = Options::default();
        options.played = vec![Played::Bundled(M::FAMILY.to_owned())];
        options.auth = model.mode();
        options.clock = Arc::clone(&clock);
        let engine = Engine::new(&options, Arc::new(MemoryStore::new(0)));
        let engine = Arc::new(engine.expect("the family is bundled"));
        Self { door: InProcess::new(Arc::clone(&engine)), engine, clock, names: Names::default() }
    }

    async fn restore(&self, state: &Value) -> Result<(), String> {
        self.engine.restore(state).await.map_err(|error| format!("the state is refused: {error}"))
    }

    /// Makes the call and compares.
    async fn turn(&mut self, turn: &Turn) -> Result<(), String> {
        let (answer, findings) = match &turn.asked {
            Asked::Call { .. } => (self.call(&turn.asked).await, self.findings()),
            Asked::Action { api, name, body } => {
                let body = self.names.render_all(body);
                let answer = self.engine.act(api, name, &body).await.expect("an action");
                (answer.into(), Vec::new())
            }
        };
        let seen = format!(
            "{} {} {findings:?}",
            answer.status().as_u16(),
            String::from_utf8_lossy(answer.body())
        );
        self.compare(&turn.told, &answer, &findings).map_err(|reason| format!("{reason}\n{seen}"))
    }

    async fn call(&mut self, asked: &Asked) -> http::Response<Bytes> {
        let Asked::Call { method, target, headers, body } = asked else { unreachable!("a call") };
        let mut request = http::Request::builder().method(method).uri(self.names.render(target));
        for (name, value) in headers {
            request = request.header(*name, self.names.render(value));
        }
        let request = request.body(self.names.render(body).into()).expect("a request");
        self.door.call(request).await.expect("an answer")
    }

    /// What was found in the latest exchange, in the model's words.
    fn findings(&self) -> Vec<String> {
        let exchange = self.engine.journal().last().expect("the exchange is written down");
        let told = exchange.told().into_iter().map(|finding| {
            let operation = finding.operation.as_deref().unwrap_or("-");
            let blame = if finding.blame == Blame::Client { "" } else { "standin " };
            let (level, rule) = (finding.level, finding.rule);
            format!("{blame}{level} {rule} {operation} {}", finding.instance)
        });
        told.collect()
    }

    fn compare(
        &mut self,
        told: &Told,
        answer: &http::Response<Bytes>,
        findings: &[String],
    ) -> Result<(), String> {
        if answer.status().as_u16() != told.status {
            return Err(format!("the status is {}, not {}", answer.status(), told.status));
        }
        let body = serde_json::from_slice(answer.body()).map_err(|error| error.to_string())?;
        self.names.compare(&told.body, &body, "")?;
        for (name, told) in &told.headers {
            let seen = answer.headers().get(*name).map(|value| value.to_str().expect("text"));
            match (told, seen) {
                (None, None) => {}
                (Some(told), Some(seen)) => self.names.compare(
                    &told.as_str().into(),
                    &seen.into(),
                    &format!("header {name}"),
                )?,
                (told, seen) => return Err(format!("header {name} is {seen:?}, not {told:?}")),
            }
        }
        for (name, claims) in &told.claims {
            self.names.compare_claims(name, claims)?;
        }
        let sorted = |findings: &[String]| {
            let mut findings = findings.to_vec();
            findings.sort();
            findings
        };
        let (told, seen) = (sorted(&told.findings), sorted(findings));
        if told == seen { Ok(()) } else { Err(format!("found is {seen:?}, not {told:?}")) }
    }
}
