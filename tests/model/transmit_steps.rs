//! What can be done to Transmit's APIs, and how plays are made of it.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::sample::select;
use serde_json::Value;
use serde_json::json;
use standin::apis::AuthMode;

use crate::model::driving::LONGEST;
use crate::model::driving::Model;
use crate::model::transmit_sessions::Tenant;
use crate::model::turn::Turn;
use crate::model::waiting::Wait;
use crate::model::waiting::pick;
use crate::model::waiting::wait;
use crate::support;

/// A step. Numbers pick one of what there is, counted from the latest.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Wait(Wait),
    Sessions {
        revokes: bool,
        user: &'static str,
        shown: Shown,
        base: Base,
    },
    Login {
        user: &'static str,
        client: &'static str,
    },
    Logout {
        user: &'static str,
        client: Option<&'static str>,
    },
    Issue {
        client: &'static str,
        proof: Proof,
        scope: Option<&'static str>,
    },
    Refresh {
        pick: usize,
        client: &'static str,
        proof: Proof,
        scope: Option<&'static str>,
    },
    Start(Begin),
    Authorize {
        pick: usize,
        shown: Shown,
        username: &'static str,
        client: Option<&'static str>,
        base: Base,
    },
    Status {
        pick: usize,
        token: Token,
        base: Base,
    },
    Attach {
        pick: usize,
        base: Base,
    },
    Detach {
        pick: usize,
        token: Token,
        base: Base,
    },
    Webauthn {
        registers: bool,
        pick: usize,
        user: Option<&'static str>,
        username: Option<&'static str>,
    },
    Exchange {
        pick: usize,
        client: &'static str,
        proof: Proof,
        redirect: Redirect,
    },
}

/// Whether a call keeps the base path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Base {
    Kept,
    Dropped,
}

impl Base {
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Kept => "/cis",
            Self::Dropped => "",
        }
    }
}

/// The access token that a caller shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    Nothing,
    Basic,
    Foreign,
    Fresh(&'static str),
    Issued(usize),
}

/// How a client proves itself to the token endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) enum Proof {
    Body,
    Basic,
    Both,
    Wrong,
    Nothing,
}

type Fields<N> = Vec<(N, String)>;

impl Proof {
    /// Header fields and form fields.
    pub(super) fn shown(self, client: &str) -> (Fields<&'static str>, Fields<&'static str>) {
        let form =
            |secret: String| vec![("client_id", client.to_owned()), ("client_secret", secret)];
        let basic = || {
            use base64::Engine as _;
            let pair = format!("{client}:secret_{client}");
            let pair = base64::engine::general_purpose::STANDARD.encode(pair);
            vec![("authorization", format!("Basic {pair}"))]
        };
        let secret = format!("secret_{client}");
        match self {
            Self::Body => (Vec::new(), form(secret)),
            Self::Basic => (basic(), Vec::new()),
            Self::Both => (basic(), form(secret)),
            Self::Wrong => (Vec::new(), form("wrong".to_owned())),
            Self::Nothing => (Vec::new(), Vec::new()),
        }
    }
}

/// The binding token that a device shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token {
    Nothing,
    Wrong,
    First,
    Second,
    Other,
}

/// The redirect URI that is named.
#[derive(Clone, Copy, Debug)]
pub(super) enum Redirect {
    Nothing,
    First,
    Second,
    Foreign,
}

impl Redirect {
    pub(super) const fn uri(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::First => Some("https://app.example.com/callback"),
            Self::Second => Some("https://app.example.com/other"),
            Self::Foreign => Some("https://elsewhere.example.com/callback"),
        }
    }
}

/// What is wrong with the content of a start, on purpose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Flaw {
    Nothing,
    Missing,
    EndsAtOnce,
    EndsTooLate,
    ManyApprovals,
    ApprovalValue,
    Number,
}

/// A start: with authorization, or restricted where nobody is shown.
#[derive(Clone, Debug)]
pub(super) struct Begin {
    pub(super) shown: Option<Shown>,
    pub(super) username: Option<&'static str>,
    pub(super) client: Option<&'static str>,
    pub(super) expiration_ms: Option<i64>,
    pub(super) redirect_uri: Redirect,
    pub(super) message: bool,
    pub(super) approves: bool,
    pub(super) is_windows: bool,
    pub(super) base: Base,
    pub(super) flaw: Flaw,
}

impl Begin {
    pub(super) fn approval(&self) -> Option<Value> {
        if self.flaw == Flaw::ManyApprovals {
            Some((0..11).map(|key| (key.to_string(), json!("1"))).collect())
        } else if self.flaw == Flaw::ApprovalValue {
            Some(json!({ "sum": "200 EUR" }))
        } else {
            self.approves.then(|| json!({ "transaction_id": "transfer-1", "sum": "" }))
        }
    }

    pub(super) fn user_agent(&self) -> Fields<&'static str> {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
        self.is_windows.then(|| ("user-agent", windows.to_owned())).into_iter().collect()
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({});
        if let Some(client) = self.client {
            body["client_id"] = client.into();
        }
        if self.shown.is_some() {
            body["username"] = self.username.into();
        }
        if let Some(millis) = self.expiration_ms {
            body["session_expiration"] = json!(millis as f64 / 1000.0);
        }
        if let Some(uri) = self.redirect_uri.uri() {
            body["redirect_uri"] = uri.into();
        }
        if self.message {
            body["cross_device"] = json!({ "binding_message": "Compare the number 42" });
        }
        if let Some(approval) = self.approval() {
            body["approval_data"] = approval;
        }
        match self.flaw {
            Flaw::Missing => {
                let name = if self.shown.is_some() { "username" } else { "client_id" };
                body.as_object_mut().expect("an object").remove(name);
            }
            Flaw::EndsAtOnce => body["session_expiration"] = json!(0),
            Flaw::EndsTooLate => body["session_expiration"] = json!(86_401),
            Flaw::Number => body["redirect_uri"] = json!(1),
            Flaw::Nothing | Flaw::ManyApprovals | Flaw::ApprovalValue => {}
        }
        body
    }
}

impl Model for Tenant {
    type Step = Step;

    const FAMILY: &'static str = "transmit";

    fn state(&self) -> Value {
        self.state()
    }

    fn mode(&self) -> AuthMode {
        if self.is_strict { AuthMode::Strict } else { AuthMode::Lenient }
    }

    fn now(&self) -> i64 {
        self.now
    }

    fn step(&mut self, step: &Step) -> Vec<Turn> {
        match *step {
            Step::Wait(wait) => {
                self.now = wait.after(self.now, &self.deadlines());
                Vec::new()
            }
            Step::Sessions { revokes, user, shown, base } => {
                self.sessions(revokes, user, shown, base)
            }
            Step::Login { user, client } => vec![self.login(user, client)],
            Step::Logout { user, client } => vec![self.logout(user, client)],
            Step::Issue { client, proof, scope } => vec![self.issue(client, proof, scope)],
            Step::Refresh { pick, client, proof, scope } => {
                vec![self.refresh(pick, client, proof, scope)]
            }
            Step::Start(ref begin) => self.start(begin),
            Step::Authorize { pick, shown, username, client, base } => {
                self.authorize(pick, shown, username, client, base)
            }
            Step::Status { pick, token, base } => vec![self.status(pick, token, base)],
            Step::Attach { pick, base } => vec![self.attach(pick, base)],
            Step::Detach { pick, token, base } => vec![self.detach(pick, token, base)],
            Step::Webauthn { registers, pick, user, username } => {
                vec![self.webauthn(registers, pick, user, username)]
            }
            Step::Exchange { pick, client, proof, redirect } => {
                vec![self.exchange(pick, client, proof, redirect)]
            }
        }
    }

    fn before_looking(&mut self) -> Vec<Turn> {
        vec![self.issue("client_app", Proof::Body, None)]
    }

    fn look(&mut self) -> Vec<Turn> {
        let mut turns = Vec::new();
        let users: Vec<String> = self.users.iter().map(|user| user.id.clone()).collect();
        for user in users {
            turns.extend(self.sessions(false, &user, Shown::Issued(0), Base::Kept));
        }
        for pick in 0..self.auth_sessions.len() {
            let tokens = [Token::First, Token::Second];
            turns.extend(tokens.map(|token| self.status(pick, token, Base::Kept)));
        }
        turns
    }
}

fn user() -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => Just("user_alice"), 3 => Just("user_bob"), 1 => Just("user_nobody")]
}

fn client() -> impl Strategy<Value = &'static str> {
    let others = vec!["client_reader", "client_owner", "client_stranger", "client_nobody"];
    prop_oneof![6 => Just("client_app"), 2 => select(others)]
}

/// Clients that are not fit to start an auth session, too.
fn starting() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => client(), 1 => Just("client_bare"), 1 => Just("client_broken")]
}

fn base() -> impl Strategy<Value = Base> {
    prop_oneof![4 => Just(Base::Kept), 1 => Just(Base::Dropped)]
}

fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![
        1 => Just(Shown::Nothing),
        1 => Just(Shown::Basic),
        2 => Just(Shown::Foreign),
        8 => client().prop_filter("only what is listed has a token", |id| *id != "client_nobody").prop_map(Shown::Fresh),
        5 => pick().prop_map(Shown::Issued),
    ]
}

fn proof() -> impl Strategy<Value = Proof> {
    let odd = vec![Proof::Both, Proof::Wrong, Proof::Nothing];
    prop_oneof![6 => Just(Proof::Body), 2 => Just(Proof::Basic), 1 => select(odd)]
}

fn scope() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![4 => Just(None), 2 => select(vec![Some("openid"), Some("email"), Some("read:user")])]
}

fn token() -> impl Strategy<Value = Token> {
    let odd = vec![Token::Nothing, Token::Wrong, Token::Other];
    prop_oneof![4 => Just(Token::First), 4 => Just(Token::Second), 2 => select(odd)]
}

fn redirect() -> impl Strategy<Value = Redirect> {
    let named = vec![Redirect::First, Redirect::Second, Redirect::Foreign];
    prop_oneof![2 => Just(Redirect::Nothing), 2 => select(named)]
}

fn flaw() -> impl Strategy<Value = Flaw> {
    let flaws = vec![
        Flaw::Missing,
        Flaw::EndsAtOnce,
        Flaw::EndsTooLate,
        Flaw::ManyApprovals,
        Flaw::ApprovalValue,
        Flaw::Number,
    ];
    prop_oneof![6 => Just(Flaw::Nothing), 1 => select(flaws)]
}

fn username() -> impl Strategy<Value = &'static str> {
    select(vec!["alice", "bob", "dora"])
}

fn begin() -> impl Strategy<Value = Step> {
    let expiration_ms =
        select(vec![None, Some(1_000), Some(1_500), Some(120_000), Some(86_400_000)]);
    let for_whom = (option::weighted(0.4, shown()), username(), starting(), any::<bool>());
    let looks = (any::<bool>(), any::<bool>(), any::<bool>(), base(), flaw());
    (for_whom, expiration_ms, redirect(), looks).prop_map(
        |(whom, expiration_ms, redirect_uri, looks)| {
            let (shown, username, client, is_named) = whom;
            let (message, approves, is_windows, base, flaw) = looks;
            // Who shows a token need not name the client as well.
            let client = Some(client).filter(|_| is_named || shown.is_none());
            let username = Some(username);
            Step::Start(Begin {
                shown,
                username,
                client,
                expiration_ms,
                redirect_uri,
                message,
                approves,
                is_windows,
                base,
                flaw,
            })
        },
    )
}

fn session_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<bool>(), user(), shown(), base())
            .prop_map(|(revokes, user, shown, base)| Step::Sessions { revokes, user, shown, base }),
        4 => (user(), client()).prop_map(|(user, client)| Step::Login { user, client }),
        1 => (user(), option::of(client())).prop_map(|(user, client)| Step::Logout { user, client }),
        1 => (client(), proof(), scope())
            .prop_map(|(client, proof, scope)| Step::Issue { client, proof, scope }),
        4 => (pick(), client(), proof(), scope())
            .prop_map(|(pick, client, proof, scope)| Step::Refresh { pick, client, proof, scope }),
    ]
}

fn auth_session_step() -> impl Strategy<Value = Step> {
    let named = option::weighted(0.3, client());
    prop_oneof![
        4 => begin(),
        2 => (pick(), shown(), username(), named, base()).prop_map(
            |(pick, shown, username, client, base)| {
                Step::Authorize { pick, shown, username, client, base }
            }
        ),
        4 => (pick(), token(), base())
            .prop_map(|(pick, token, base)| Step::Status { pick, token, base }),
        4 => (pick(), base()).prop_map(|(pick, base)| Step::Attach { pick, base }),
        2 => (pick(), token(), base())
            .prop_map(|(pick, token, base)| Step::Detach { pick, token, base }),
        4 => (any::<bool>(), pick(), option::of(user()), option::weighted(0.3, username()))
            .prop_map(|(registers, pick, user, username)| {
                Step::Webauthn { registers, pick, user, username }
            }),
        3 => (pick(), client(), proof(), redirect())
            .prop_map(|(pick, client, proof, redirect)| {
                Step::Exchange { pick, client, proof, redirect }
            }),
    ]
}

/// Plays that are mostly about one of the two APIs; the other's steps are mixed in, since a code
/// that is exchanged opens a session.
pub(super) fn plays(
    sessions: u32,
    auth_sessions: u32,
) -> impl Strategy<Value = (Tenant, Vec<Step>)> {
    let step = prop_oneof![
        2 => wait().prop_map(Step::Wait),
        sessions => session_step(),
        auth_sessions => auth_session_step(),
    ];
    let start = support::start_instant().as_millis();
    (any::<bool>(), 0..1_000_i64, vec(step, 1..=LONGEST))
        .prop_map(move |(is_strict, millis, steps)| (Tenant::new(start + millis, is_strict), steps))
}
