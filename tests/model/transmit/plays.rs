//! How plays are made of what can be done to Transmit's APIs.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::sample::select;

use crate::model::driving::LONGEST;
use crate::model::transmit::shown::Base;
use crate::model::transmit::shown::Proof;
use crate::model::transmit::shown::Redirect;
use crate::model::transmit::shown::Shown;
use crate::model::transmit::shown::Token;
use crate::model::transmit::starting::Begin;
use crate::model::transmit::starting::Flaw;
use crate::model::transmit::steps::Step;
use crate::model::transmit::tenant::Tenant;
use crate::model::waiting::pick;
use crate::model::waiting::wait;
use crate::support;

pub(super) fn user() -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => Just("user_alice"), 3 => Just("user_bob"), 1 => Just("user_nobody")]
}

pub(super) fn client() -> impl Strategy<Value = &'static str> {
    let others = vec!["client_reader", "client_owner", "client_stranger", "client_nobody"];
    prop_oneof![6 => Just("client_app"), 2 => select(others)]
}

/// Clients that are not fit to start an auth session, too.
pub(super) fn starting() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => client(), 1 => Just("client_bare"), 1 => Just("client_broken")]
}

pub(super) fn base() -> impl Strategy<Value = Base> {
    prop_oneof![4 => Just(Base::Kept), 1 => Just(Base::Dropped)]
}

pub(super) fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![
        1 => Just(Shown::Nothing),
        1 => Just(Shown::Basic),
        2 => Just(Shown::Foreign),
        8 => client().prop_filter("only what is listed has a token", |id| *id != "client_nobody").prop_map(Shown::Fresh),
        5 => pick().prop_map(Shown::Issued),
    ]
}

pub(super) fn proof() -> impl Strategy<Value = Proof> {
    let odd = vec![Proof::Both, Proof::Wrong, Proof::Nothing];
    prop_oneof![6 => Just(Proof::Body), 2 => Just(Proof::Basic), 1 => select(odd)]
}

pub(super) fn scope() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![4 => Just(None), 2 => select(vec![Some("openid"), Some("email"), Some("read:user")])]
}

pub(super) fn token() -> impl Strategy<Value = Token> {
    let odd = vec![Token::Nothing, Token::Wrong, Token::Other];
    prop_oneof![4 => Just(Token::First), 4 => Just(Token::Second), 2 => select(odd)]
}

pub(super) fn redirect() -> impl Strategy<Value = Redirect> {
    let named = vec![Redirect::First, Redirect::Second, Redirect::Foreign];
    prop_oneof![2 => Just(Redirect::Nothing), 2 => select(named)]
}

pub(super) fn flaw() -> impl Strategy<Value = Flaw> {
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

pub(super) fn username() -> impl Strategy<Value = &'static str> {
    select(vec!["alice", "bob", "dora"])
}

pub(super) fn begin() -> impl Strategy<Value = Step> {
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

pub(super) fn session_step() -> impl Strategy<Value = Step> {
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

pub(super) fn auth_session_step() -> impl Strategy<Value = Step> {
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
