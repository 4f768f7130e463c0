//! What is read of a file, judged: exchanges in every shape, and what is wrong with the file.

use http::Method;
use http::StatusCode;

use crate::clock::Instant;
use crate::drift::observer::Observer;
use crate::drift::observer::Seen;
use crate::drift::tally::Scene;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::mask;
use crate::finding::rule;
use crate::message::Answer;
use crate::message::Body;
use crate::message::Flaw;
use crate::message::Request;
use crate::tape::Entry;
use crate::tape::import::Logged;
use crate::tape::import::Sink;
use crate::tape::import::malformed;
use crate::tape::import::reason;
use crate::tape::import::unsupported;
use crate::tape::outline::Outline;
use crate::tape::read;
use crate::tape::stub::Stub;

/// Judges what is read of a file.
pub(crate) struct Desk<'o, 'd> {
    pub(crate) observer: &'o mut Observer<'d>,
    pub(crate) name: &'o str,
}

impl Desk<'_, '_> {
    /// Judges an exchange that is at hand whole.
    pub(crate) fn recorded(&mut self, number: usize, entry: &Entry) {
        let digest = &mut self.observer.tally.digest;
        digest.add(&serde_json::to_vec(entry).unwrap_or_default());
        let own = entry.own.as_ref();
        let messages = entry.request().and_then(|request| Ok((request, entry.answer()?)));
        let (mut request, mut answer) = match messages {
            Ok(messages) => messages,
            Err(error) => return self.unreadable(number, &error.to_string()),
        };
        if own.is_some_and(|own| own.request_unkept.is_some()) {
            request.flaw = Some(Flaw::Unread);
        }
        let content = &entry.response.content;
        let is_left_out = content.text.is_none() && content.size > 0;
        if is_left_out || own.is_some_and(|own| own.response_unkept.is_some()) {
            unread(&request, &mut answer);
        }
        let url = &entry.request.url;
        let seen = Seen {
            request,
            answer,
            label: own.and_then(|own| own.api.as_deref()),
            host: host(url),
            is_bare: false,
        };
        let line = || entry.line();
        self.see(&seen, number, entry.started(), &line);
    }

    fn outlined(&mut self, number: usize, outline: &Outline<'_>) {
        let messages = outline.request().and_then(|request| Ok((request, outline.answer()?)));
        let (mut request, mut answer) = match messages {
            Ok(messages) => messages,
            Err(error) => return self.unreadable(number, &error.to_string()),
        };
        let own = outline.own();
        let own = own.as_ref();
        if own.is_some_and(|own| own.request_unkept.is_some()) {
            request.flaw = Some(Flaw::Unread);
        }
        let is_left_out = outline.missing_bytes().is_some();
        if is_left_out || own.is_some_and(|own| own.response_unkept.is_some()) {
            unread(&request, &mut answer);
        }
        let status = answer.status.as_u16();
        let seen = Seen {
            request,
            answer,
            label: own.and_then(|own| own.api.as_deref()),
            host: outline.request.host(),
            is_bare: false,
        };
        let line = || {
            let target = mask::target(outline.request.target()).into_owned();
            format!("{} {target} → {status}", &*outline.request.method)
        };
        let at = Instant::parse(&outline.started).ok();
        self.see(&seen, number, at, &line);
    }

    fn see(
        &mut self,
        seen: &Seen<'_>,
        number: usize,
        at: Option<Instant>,
        line: &dyn Fn() -> String,
    ) {
        let at = at.map_or(0, Instant::as_millis);
        self.observer.see(seen, Scene { at, file: self.name, number, line });
    }

    fn unreadable(&mut self, number: usize, why: &str) {
        self.wrong(malformed(number, why));
    }
}

impl Sink for Desk<'_, '_> {
    fn text(&mut self, line: usize, _offset: u64, text: &[u8]) {
        match Outline::read(text) {
            Ok(outline) if outline.is_http() => {
                self.observer.tally.digest.add(text);
                self.outlined(line, &outline);
            }
            Ok(_) => {}
            Err(error) => {
                let line = line + error.line().saturating_sub(1);
                self.wrong(malformed(line, &reason(&error)));
            }
        }
    }

    fn entry(&mut self, line: usize, entry: Entry) {
        self.recorded(line, &entry);
    }

    fn stub(&mut self, line: usize, stub: Stub) {
        match stub.exchange {
            Some(entry) => self.recorded(line, &entry),
            None => {
                let reason = "it answers whatever its conditions hold for, and records no exchange";
                self.wrong(unsupported(line, reason));
            }
        }
    }

    fn call(&mut self, line: usize, call: Logged) {
        let Logged { method, target, host, status, at } = call;
        let digest = &mut self.observer.tally.digest;
        digest.add(format!("{method} {target} {} {at:?}", status.as_u16()).as_bytes());
        let told = {
            let target = mask::target(&target);
            format!("{method} {target} → {}", status.as_u16())
        };
        let mut request = Request::new(method, &target);
        request.flaw = Some(Flaw::Unread);
        let mut answer = Answer::empty(status);
        answer.body = Body::Unread;
        let seen = Seen { request, answer, label: None, host: host.as_deref(), is_bare: true };
        let line_of = || told.clone();
        self.see(&seen, line, at, &line_of);
        let title = "an access log tells neither header fields nor contents: they are not judged";
        let mut violation = Violation::new(&rule::NOT_JUDGED, Location::Target, title);
        violation.name = Some("access log".to_owned());
        let at = at.map_or(0, Instant::as_millis);
        let scene = Scene { at, file: self.name, number: line, line: &line_of };
        self.observer.wrong(scene, &violation);
    }

    fn wrong(&mut self, violation: Violation) {
        self.observer.tally.digest.add(violation.title.as_bytes());
        let line = violation.name.as_deref().and_then(|line| line.parse().ok());
        let told = read::placed(violation, self.name);
        let line_of = String::new;
        let number = line.unwrap_or_default();
        let scene = Scene { at: 0, file: self.name, number, line: &line_of };
        self.observer.wrong(scene, &told);
    }
}

/// Marks content that was answered and is not in the recording.
fn unread(request: &Request, answer: &mut Answer) {
    let is_bodiless = request.method == Method::HEAD
        || answer.status == StatusCode::NO_CONTENT
        || answer.status == StatusCode::NOT_MODIFIED;
    if !is_bodiless && matches!(answer.body, Body::Empty) {
        answer.body = Body::Unread;
    }
}

/// The host that a URL names.
fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}
