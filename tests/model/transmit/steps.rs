//! What can be done to Transmit's APIs.

use serde_json::Value;
use standin::apis::AuthMode;

use crate::model::driving::Model;
use crate::model::transmit::shown::Base;
use crate::model::transmit::shown::Proof;
use crate::model::transmit::shown::Redirect;
use crate::model::transmit::shown::Shown;
use crate::model::transmit::shown::Token;
use crate::model::transmit::starting::Begin;
use crate::model::transmit::tenant::Tenant;
use crate::model::turn::Turn;
use crate::model::waiting::Wait;

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
