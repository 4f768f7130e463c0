//! Starting a server: options in, a running server or the reason why not out.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;

use crate::apis::AuthMode;
use crate::clock::Clock;
use crate::clock::Instant;
use crate::engine::BuildError;
use crate::engine::Engine;
use crate::engine::Listener;
use crate::engine::Manner;
use crate::engine::Options;
use crate::engine::Passing;
use crate::engine::Played;
use crate::finding::Level;
use crate::schema;
use crate::server::Limits;
use crate::server::Server;
use crate::server::Stop;
use crate::server::admin::Access;
use crate::server::admin::Metrics;
use crate::server::admin::Reporting;
use crate::server::admin::Surface;
use crate::server::bind;
use crate::server::bind::BindError;
use crate::server::cors::Cors;
use crate::server::door::Door;
use crate::server::door::Serving;
use crate::server::forward::Forward;
use crate::server::http;
use crate::server::recording::Recording;
use crate::spec::Document;
use crate::store::MemoryStore;
use crate::store::Store;
use crate::store::StoreError;
use crate::synth;
use crate::tape::record::Recorder;
use crate::tape::replay::Tape;
#[cfg(feature = "tls")]
use crate::tls;
use crate::token::SigningKey;
use crate::upstream;

/// A server that can not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The engine can not be made.
    #[error("cannot make the engine")]
    Engine(#[from] BuildError),
    /// The initial state is none.
    #[error("cannot take the initial state")]
    State(#[from] StoreError),
    /// Nobody can be who the server is to be.
    #[cfg(feature = "tls")]
    #[error("cannot speak TLS")]
    Tls(#[from] tls::TlsError),
    /// The server that calls are to be passed on to can not be asked.
    #[error("cannot ask the upstream")]
    Upstream(#[from] upstream::Unusable),
    /// The port can not be had.
    #[error("cannot open the port")]
    Bind(#[from] BindError),
}

/// Recordings to play, with the documents that they are judged by.
#[derive(Debug)]
struct Replay {
    documents: Vec<(String, Arc<Document>)>,
    tape: Tape,
}

/// Describes a server before it is started.
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `start`"]
pub struct Builder {
    options: Options,
    host: Option<IpAddr>,
    port: u16,
    cors: bool,
    state: Option<Value>,
    access: Access,
    reporting: Reporting,
    limits: Limits,
    admin_address: Option<SocketAddr>,
    listeners: Vec<Arc<dyn Listener>>,
    replay: Option<Replay>,
    forward: Option<upstream::Options>,
    recorder: Option<Arc<Recorder>>,
    missed: Option<Arc<Recorder>>,
    #[cfg(feature = "tls")]
    identity: Option<tls::Identity>,
    stop: Stop,
}

impl Builder {
    /// Plays this bundled API or vendor's family; without any, all are played.
    pub fn api(self, name: impl Into<String>) -> Self {
        self.play(Played::Bundled(name.into()))
    }

    /// Plays this, beside whatever else is played.
    pub fn play(mut self, played: Played) -> Self {
        self.options.played.push(played);
        self
    }

    /// Plays this document, under an id for mounts, findings and reports.
    pub fn document(self, id: impl Into<String>, document: Arc<Document>) -> Self {
        self.play(Played::Document { id: id.into(), document })
    }

    /// Whether documents answer with their own examples, where they have any (as they do unless
    /// told otherwise); else all their answers are made from their schemas.
    pub const fn examples(mut self, examples: bool) -> Self {
        self.options.making.examples = examples;
        self
    }

    /// How answers are made of documents that no bundled API plays; their seed is the server's.
    pub const fn making(mut self, making: synth::Options) -> Self {
        self.options.making = making;
        self
    }

    /// Keeps these conventions where a document declares nothing itself.
    pub const fn manner(mut self, manner: Manner) -> Self {
        self.options.manner = manner;
        self
    }

    /// Plays recordings instead, judged by `documents`.
    pub fn replay(mut self, documents: Vec<(String, Arc<Document>)>, tape: Tape) -> Self {
        self.replay = Some(Replay { documents, tape });
        self
    }

    /// Passes every call on to this server instead of playing it, and judges both sides.
    pub fn forward(mut self, upstream: upstream::Options, mut passing: Passing) -> Self {
        passing.prefix = upstream.address.prefix().to_owned();
        self.options.passing = Some(passing);
        self.forward = Some(upstream);
        self
    }

    /// Writes down what is passed on because no recording answers it.
    pub fn record_missed(mut self, recorder: Arc<Recorder>) -> Self {
        self.missed = Some(recorder);
        self
    }

    /// Writes every call down.
    pub fn record(mut self, recorder: Arc<Recorder>) -> Self {
        self.recorder = Some(recorder);
        self
    }

    /// Speaks TLS, as whoever this is; HTTP/2 where the client chooses it.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, identity: tls::Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Puts an API (or family) behind a prefix: `mount("clerk", "/clerk")`.
    pub fn mount(mut self, name: impl Into<String>, prefix: impl Into<String>) -> Self {
        self.options.mounts.push((name.into(), prefix.into()));
        self
    }

    /// Listens on this address instead of loopback.
    pub const fn host(mut self, host: IpAddr) -> Self {
        self.host = Some(host);
        self
    }

    /// Listens on this port; 0, the default here, takes any free one.
    pub const fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Makes ids and tokens from this seed.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// Stands still at an instant.
    pub fn fixed_clock(mut self, instant: Instant) -> Self {
        self.options.clock = Arc::new(Clock::fixed(instant));
        self
    }

    /// Sets how strictly credentials are checked.
    pub const fn auth(mut self, auth: AuthMode) -> Self {
        self.options.auth = auth;
        self
    }

    /// Signs tokens with this key.
    pub fn signing_key(mut self, key: SigningKey) -> Self {
        self.options.key = Arc::new(key);
        self
    }

    /// Gives a rule another level.
    pub fn severity(mut self, rule: impl Into<String>, level: Level) -> Self {
        self.options.severities.insert(rule.into(), level);
        self
    }

    /// Begins with this state, in the form of `GET /_standin/state`.
    pub fn state(mut self, state: Value) -> Self {
        self.state = Some(state);
        self
    }

    /// Lets pages of other origins call the APIs.
    pub const fn cors(mut self, cors: bool) -> Self {
        self.cors = cors;
        self
    }

    /// Sets who may use the control surface.
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Sets how the control surface's reports tell of this run.
    pub fn reporting(mut self, reporting: Reporting) -> Self {
        self.reporting = reporting;
        self
    }

    /// Sets what a stranger can make the server spend.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Moves the control surface to a listener of its own.
    pub const fn admin_listen(mut self, address: SocketAddr) -> Self {
        self.admin_address = Some(address);
        self
    }

    /// Has `listener` told of every exchange.
    pub fn listen(mut self, listener: Arc<dyn Listener>) -> Self {
        self.listeners.push(listener);
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// [`StartError`] when the options name something that does not exist, the state is none, or
    /// the port is taken.
    pub async fn start(self) -> Result<Server, StartError> {
        schema::prepare();
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(self.options.seed));
        let mut engine = match self.replay {
            Some(replay) => Engine::replaying(&self.options, store, replay.documents, replay.tape)?,
            None => Engine::new(&self.options, store)?,
        };
        let metrics = Arc::new(Metrics::default());
        engine.listen(Arc::clone(&metrics) as Arc<dyn Listener>);
        for listener in self.listeners {
            engine.listen(listener);
        }
        let engine = Arc::new(engine);
        match &self.state {
            Some(state) => engine.restore(state).await?,
            None => engine.seed().await?,
        }
        let (address, listeners) = bind::listen(self.host, self.port).await?;
        let (control, control_listeners) = match self.admin_address {
            Some(wanted) => bind::listen(Some(wanted.ip()), wanted.port()).await?,
            None => (address, Vec::new()),
        };
        let is_open = self.access.is_open(control.ip().is_loopback());
        let surface = Surface::new(
            Arc::clone(&engine),
            metrics,
            self.reporting,
            self.access,
            control.ip().is_loopback(),
            self.stop.clone(),
        );
        let surface = Arc::new(surface);

        let forward = match self.forward {
            Some(mut upstream) => {
                upstream.timeout = self.limits.upstream_timeout;
                Some(Forward::new(upstream, self.stop.clone())?)
            }
            None => None,
        };
        #[cfg(feature = "tls")]
        let acceptor = self.identity.map(tls::Acceptor::new).transpose()?;
        #[cfg(feature = "tls")]
        let is_secret = acceptor.is_some();
        #[cfg(not(feature = "tls"))]
        let is_secret = false;
        let (mut tasks, recorder, missed) = (Vec::new(), self.recorder, self.missed);
        let mut doors = vec![(
            listeners,
            Serving {
                engine: Some(Arc::clone(&engine)),
                forward,
                recording: recorder.clone().map(|recorder| Recording { recorder, is_secret }),
                missed: missed.clone().map(|recorder| Recording { recorder, is_secret }),
                surface: self.admin_address.is_none().then(|| Arc::clone(&surface)),
                cors: self.cors.then_some(Cors { credentials: self.options.manner.is_prism() }),
                #[cfg(feature = "tls")]
                tls: acceptor.clone(),
                limits: self.limits,
                clock: Arc::clone(engine.clock()),
            },
        )];
        if self.admin_address.is_some() {
            let clock = Arc::clone(engine.clock());
            let limits = self.limits;
            let serving = Serving {
                engine: None,
                forward: None,
                recording: None,
                missed: None,
                surface: Some(surface),
                cors: None,
                #[cfg(feature = "tls")]
                tls: acceptor,
                limits,
                clock,
            };
            doors.push((control_listeners, serving));
        }
        for (listeners, serving) in doors {
            let door = Arc::new(Door::new(serving));
            for listener in listeners {
                let serving = http::serve(listener, Arc::clone(&door), self.stop.clone());
                tasks.push(tokio::spawn(serving));
            }
        }
        let control = is_open.then_some(control);
        let recorders = [recorder, missed].into_iter().flatten().collect();
        Ok(Server { engine, address, is_secret, control, stop: self.stop, tasks, recorders })
    }
}
