//! What can be done to Clerk's API, and how plays are made of it.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::sample::select;
use serde_json::Value;
use standin::apis::AuthMode;

use crate::model::clerk::actions::SignIn;
use crate::model::clerk::content::Filter;
use crate::model::clerk::content::Lifetime;
use crate::model::clerk::content::ListFlaw;
use crate::model::clerk::content::Proof;
use crate::model::clerk::content::Shape;
use crate::model::clerk::instance::Instance;
use crate::model::clerk::instance::NOBODY;
use crate::model::clerk::manner::Key;
use crate::model::clerk::manner::Manner;
use crate::model::clerk::manner::Named;
use crate::model::clerk::tokens::Exchange;
use crate::model::driving::LONGEST;
use crate::model::driving::Model;
use crate::model::turn::Turn;
use crate::model::waiting::Wait;
use crate::model::waiting::pick;
use crate::model::waiting::wait;
use crate::support;

pub(super) const ORIGIN: &str = "https://app.example.com";

/// A step. Numbers pick one of what there is, counted from the latest.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Wait(Wait),
    List(Manner, Filter),
    Create { manner: Manner, user: &'static str, organization: Option<&'static str>, shape: Shape },
    Get(Manner, usize),
    Revoke(Manner, usize),
    Verify { manner: Manner, pick: usize, proof: Proof, shape: Shape },
    Token(Manner, usize, Lifetime),
    TemplateToken { manner: Manner, pick: usize, template: &'static str, lifetime: Lifetime },
    Refresh(Manner, Exchange),
    SignIn(SignIn),
    Leave { how: &'static str, pick: usize, origin: &'static str },
    Impersonate { user: &'static str, actor: &'static str },
    Ban(&'static str),
    AddUser(&'static str),
    AddTemplate { name: &'static str, lifetime: i64, skew: i64 },
    AddOrganization { id: &'static str, member: &'static str },
}

impl Model for Instance {
    type Step = Step;

    const FAMILY: &'static str = "clerk";

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
        vec![match *step {
            Step::Wait(wait) => {
                self.now = wait.after(self.now, &self.deadlines());
                return Vec::new();
            }
            Step::List(ref manner, ref filter) => self.list(manner, filter),
            Step::Create { ref manner, user, organization, shape } => {
                self.create(manner, user, organization, shape)
            }
            Step::Get(ref manner, pick) => self.get(manner, pick),
            Step::Revoke(ref manner, pick) => self.revoke(manner, pick),
            Step::Verify { ref manner, pick, proof, shape } => {
                self.verify(manner, pick, proof, shape)
            }
            Step::Token(ref manner, pick, lifetime) => self.token(manner, pick, lifetime),
            Step::TemplateToken { ref manner, pick, template, lifetime } => {
                self.template_token(manner, pick, template, lifetime)
            }
            Step::Refresh(ref manner, ref exchange) => self.refresh(manner, exchange),
            Step::SignIn(ref how) => self.sign_in(how),
            Step::Leave { how, pick, origin } => self.leave(how, pick, origin),
            Step::Impersonate { user, actor } => self.impersonate(user, actor, ORIGIN),
            Step::Ban(user) => self.ban(user),
            Step::AddUser(id) => self.add_user(id),
            Step::AddTemplate { name, lifetime, skew } => self.add_template(name, lifetime, skew),
            Step::AddOrganization { id, member } => self.add_organization(id, member),
        }]
    }

    fn before_looking(&mut self) -> Vec<Turn> {
        Vec::new()
    }

    fn look(&mut self) -> Vec<Turn> {
        let all = Filter {
            user: None,
            client: None,
            status: None,
            limit: Some(500),
            offset: None,
            is_paginated: Some(true),
            flaw: None,
        };
        let list = self.list(&Manner::PLAIN, &all);
        let each = (0..self.sessions.len()).map(|pick| self.get(&Manner::PLAIN, pick));
        let mut turns: Vec<Turn> = each.collect();
        turns.push(list);
        turns
    }
}

pub(super) fn key() -> impl Strategy<Value = Key> {
    let odd = vec![Key::Other, Key::Malformed, Key::Basic, Key::Nothing];
    prop_oneof![12 => Just(Key::Good), 1 => Just(Key::Live), 2 => select(odd)]
}

pub(super) fn manner() -> impl Strategy<Value = Manner> {
    let known = select(vec!["2021-02-05", "2024-10-01", "2025-03-12", "2025-04-10", "2026-05-12"]);
    let version = prop_oneof![12 => known, 1 => Just("2020-01-01")];
    let named = prop_oneof![
        4 => Just(Named::Nowhere),
        5 => Just(Named::Header),
        2 => Just(Named::Query),
        1 => Just(Named::Both),
    ];
    let drops_base = prop_oneof![9 => Just(false), 1 => Just(true)];
    (key(), named, version, drops_base).prop_map(|(key, named, version, drops_base)| Manner {
        key,
        named,
        version,
        drops_base,
    })
}

pub(super) fn session() -> impl Strategy<Value = usize> {
    prop_oneof![12 => pick(), 1 => Just(NOBODY)]
}

pub(super) fn user() -> impl Strategy<Value = &'static str> {
    let odd = vec!["user_banned", "user_deactivated", "user_deprovisioned", "user_nobody"];
    prop_oneof![6 => Just("user_ada"), 3 => Just("user_mary"), 1 => select(odd)]
}

pub(super) fn organization() -> impl Strategy<Value = Option<&'static str>> {
    option::weighted(0.3, select(vec!["org_engines", "org_engines", "org_looms", "org_nobody"]))
}

pub(super) fn origin() -> impl Strategy<Value = &'static str> {
    let odd = vec!["https://elsewhere.example.com", "nonsense"];
    prop_oneof![6 => Just(ORIGIN), 1 => select(odd)]
}

pub(super) fn shape() -> impl Strategy<Value = Shape> {
    let odd = vec![Shape::Extra, Shape::Missing, Shape::Nothing, Shape::WrongType];
    prop_oneof![5 => Just(Shape::Fit), 2 => select(odd)]
}

pub(super) fn lifetime() -> impl Strategy<Value = Lifetime> {
    let odd = vec![Lifetime::Null, Lifetime::TooShort, Lifetime::TooLong, Lifetime::Text];
    let seconds = select(vec![30, 300, 315_360_000]).prop_map(Lifetime::Seconds);
    prop_oneof![4 => Just(Lifetime::Unsaid), 2 => seconds, 2 => select(odd)]
}

pub(super) fn proof() -> impl Strategy<Value = Proof> {
    prop_oneof![1 => Just(Proof::Nothing), 1 => Just(Proof::Garbage), 8 => pick().prop_map(Proof::Made)]
}

pub(super) fn filter() -> impl Strategy<Value = Filter> {
    let statuses =
        vec!["abandoned", "active", "ended", "expired", "removed", "replaced", "revoked"];
    let clients = select(vec!["client_library", "client_shared", "client_nobody"]);
    let flaws = vec![
        ListFlaw::PendingStatus,
        ListFlaw::NoLimit,
        ListFlaw::HighLimit,
        ListFlaw::TextLimit,
        ListFlaw::RepeatedLimit,
        ListFlaw::NegativeOffset,
        ListFlaw::VaguePaginated,
    ];
    (
        option::weighted(0.7, user()),
        option::weighted(0.3, clients),
        option::weighted(0.3, select(statuses)),
        option::weighted(0.4, 1..4_usize),
        option::weighted(0.4, 0..4_usize),
        option::weighted(0.6, any::<bool>()),
        option::weighted(0.15, select(flaws)),
    )
        .prop_map(|(user, client, status, limit, offset, is_paginated, flaw)| match flaw {
            None => Filter { user, client, status, limit, offset, is_paginated, flaw },
            // One thing is wrong, and nothing else is said of it.
            Some(_) => Filter {
                user,
                client,
                status: None,
                limit: None,
                offset: None,
                is_paginated: None,
                flaw,
            },
        })
}

pub(super) fn call() -> impl Strategy<Value = Step> {
    let template = select(vec!["hasura", "hasura", "loom", "nobody"]);
    let exchange = (session(), proof(), pick(), origin(), any::<bool>()).prop_map(
        |(session, expired, refresh, origin, wants_cookies)| Exchange {
            session,
            expired,
            refresh,
            origin,
            wants_cookies,
        },
    );
    prop_oneof![
        4 => (manner(), filter().boxed()).prop_map(|(manner, filter)| Step::List(manner, filter)),
        4 => (manner(), user(), organization(), shape()).prop_map(
            |(manner, user, organization, shape)| Step::Create { manner, user, organization, shape }
        ),
        2 => (manner(), session()).prop_map(|(manner, pick)| Step::Get(manner, pick)),
        2 => (manner(), session()).prop_map(|(manner, pick)| Step::Revoke(manner, pick)),
        4 => (manner(), session(), proof(), shape()).prop_map(
            |(manner, pick, proof, shape)| Step::Verify { manner, pick, proof, shape }
        ),
        2 => (manner(), session(), lifetime())
            .prop_map(|(manner, pick, lifetime)| Step::Token(manner, pick, lifetime)),
        2 => (manner(), session(), template, lifetime()).prop_map(
            |(manner, pick, template, lifetime)| {
                Step::TemplateToken { manner, pick, template, lifetime }
            }
        ),
        8 => (manner(), exchange).prop_map(|(manner, exchange)| Step::Refresh(manner, exchange)),
    ]
}

pub(super) fn action() -> impl Strategy<Value = Step> {
    let client = option::of(select(vec!["client_library", "client_shared"]));
    let task = option::weighted(0.3, Just("choose-organization"));
    let sign_in =
        (user(), client, organization(), task).prop_map(|(user, client, organization, task)| {
            SignIn { user, client, organization, task, origin: ORIGIN }
        });
    let leaving = select(vec!["sign-out", "remove", "replace"]);
    let bounds = (select(vec![30, 60, 7_200]), select(vec![0, 5, 300]));
    let name = select(vec!["hasura", "loom"]);
    let organization = select(vec!["org_engines", "org_looms"]);
    prop_oneof![
        12 => sign_in.prop_map(Step::SignIn),
        6 => (leaving, session())
            .prop_map(|(how, pick)| Step::Leave { how, pick, origin: ORIGIN }),
        3 => (user(), user()).prop_map(|(user, actor)| Step::Impersonate { user, actor }),
        1 => user().prop_map(Step::Ban),
        2 => select(vec!["user_ada", "user_mary", "user_new"]).prop_map(Step::AddUser),
        1 => (name, bounds).prop_map(|(name, (lifetime, skew))| {
            Step::AddTemplate { name, lifetime, skew }
        }),
        1 => (organization, user())
            .prop_map(|(id, member)| Step::AddOrganization { id, member }),
    ]
}

/// Plays of calls, actions and waits.
pub(super) fn plays() -> impl Strategy<Value = (Instance, Vec<Step>)> {
    let step =
        prop_oneof![2 => wait().prop_map(Step::Wait), 8 => call().boxed(), 4 => action().boxed()];
    let start = support::start_instant().as_millis();
    (any::<bool>(), 0..1_000_i64, vec(step, 1..=LONGEST)).prop_map(
        move |(is_strict, millis, steps)| (Instance::new(start + millis, is_strict), steps),
    )
}
