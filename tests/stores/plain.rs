//! Every store against a plain one: a list of records that is sorted whenever it is asked.

use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::panic::resume_unwind;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::Just;
use proptest::prelude::Strategy;
use proptest::prop_oneof;
use proptest::test_runner::TestRunner;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;
use standin::store::Collection;
use standin::store::Family;
use standin::store::Record;
use standin::store::STORES;
use standin::store::Step;
use standin::store::Store;
use standin::store::Transaction;
use standin::store::World;
use standin::store::read_record;

use super::wait;
use crate::support::plays;

/// How many stories are played, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 24;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Parcel {
    id: String,
    sender: String,
    shelf: Option<String>,
    at: i64,
    until: Option<i64>,
}

impl Record for Parcel {
    fn key(&self) -> &str {
        &self.id
    }

    fn index(&self, number: usize) -> Option<&str> {
        match number {
            0 => Some(&self.sender),
            1 => self.shelf.as_deref(),
            _ => None,
        }
    }

    fn age(&self) -> i64 {
        self.at
    }

    fn gone_at(&self) -> Option<Instant> {
        self.until.map(Instant::from_millis)
    }

    fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a parcel is JSON")
    }
}

static PARCELS: Collection = Collection {
    name: "parcels",
    key: "id",
    indexes: &["sender", "shelf"],
    capacity: 30,
    read: read_record::<Parcel>,
};

static FAMILY: Family = Family { id: "post", collections: &[&PARCELS], seed: |_| () };

/// What a step does.
#[derive(Clone, Debug)]
enum Deed {
    Put(Parcel),
    Remove(String),
    Draw,
}

/// What happens to a store.
#[derive(Clone, Debug)]
enum Event {
    /// A step at an instant, which may end in a panic.
    Step { now: i64, deeds: Vec<Deed>, panics: bool },
    /// Its state is taken out and put back.
    Restored,
}

/// The plain store: parcels in the order of making.
#[derive(Clone, Debug, Default)]
struct Plain {
    made: Vec<Parcel>,
    sequence: u64,
}

impl Plain {
    /// Does it, and says how many records that wrote or removed.
    fn act(&mut self, deed: &Deed) -> usize {
        match deed {
            Deed::Put(parcel) => match self.made.iter_mut().find(|known| known.id == parcel.id) {
                Some(known) => *known = parcel.clone(),
                None => self.made.push(parcel.clone()),
            },
            Deed::Remove(id) => {
                let before = self.made.len();
                self.made.retain(|parcel| parcel.id != *id);
                return before - self.made.len();
            }
            Deed::Draw => {
                self.sequence += 1;
                return 0;
            }
        }
        1
    }

    fn sweep(&mut self, now: i64, written: usize) {
        for _ in 0..2 * written {
            let gone = self.made.iter().enumerate();
            let gone = gone.filter_map(|(made, parcel)| Some((parcel.until?, parcel.at, made)));
            let Some((_, _, made)) = gone.filter(|(until, ..)| *until <= now).min() else { break };
            self.made.remove(made);
        }
        while self.made.len() > PARCELS.capacity {
            let ages = self.made.iter().enumerate().map(|(made, parcel)| (parcel.at, made));
            let (_, oldest) = ages.min().expect("there is more than the capacity");
            self.made.remove(oldest);
        }
    }

    fn list(&self, is_wanted: impl Fn(&Parcel) -> bool) -> Vec<Parcel> {
        let mut wanted: Vec<_> =
            self.made.iter().enumerate().filter(|(_, it)| is_wanted(it)).collect();
        wanted.sort_by_key(|(made, parcel)| (parcel.at, *made));
        wanted.into_iter().rev().map(|(_, parcel)| parcel.clone()).collect()
    }

    fn state(&self) -> Value {
        let parcels: serde_json::Map<String, Value> =
            self.made.iter().map(|parcel| (parcel.id.clone(), parcel.to_json())).collect();
        json!({ "parcels": parcels, "sequence": self.sequence })
    }
}

/// Everything that can be asked of a store, with the answers of the plain one.
fn compare(transaction: &mut Transaction<'_>, plain: &Plain) {
    let own = |found: Vec<Arc<Parcel>>| -> Vec<Parcel> {
        found.iter().map(|parcel| Parcel::clone(parcel)).collect()
    };
    assert_eq!(own(transaction.list(&PARCELS)), plain.list(|_| true));
    for text in ["ann", "bob", "nobody"] {
        let found = own(transaction.find(&PARCELS, "sender", text));
        assert_eq!(found, plain.list(|parcel| parcel.sender == text), "sender {text}");
        let found = own(transaction.find(&PARCELS, "shelf", text));
        let is_wanted = |parcel: &Parcel| parcel.shelf.as_deref() == Some(text);
        assert_eq!(found, plain.list(is_wanted), "shelf {text}");
    }
    for id in (0..IDS).map(|number| format!("p{number}")) {
        let known = plain.made.iter().find(|parcel| parcel.id == id);
        assert_eq!(transaction.get::<Parcel>(&PARCELS, &id).as_deref(), known, "{id}");
    }
}

/// Runs one step on both; each deed is looked at before the next.
fn step(store: &dyn Store, plain: &mut Plain, now: i64, deeds: &[Deed], panics: bool) {
    let mut after = plain.clone();
    let mut written = 0;
    let mut both = |transaction: &mut Transaction<'_>| {
        (after, written) = (plain.clone(), 0);
        for deed in deeds {
            let known = after.made.len();
            written += after.act(deed);
            match deed {
                Deed::Put(parcel) => transaction.put(&PARCELS, parcel.clone()),
                Deed::Remove(id) => {
                    assert_eq!(transaction.remove(&PARCELS, id), after.made.len() < known);
                }
                Deed::Draw => assert_ne!(transaction.random(), [0; 32]),
            }
            compare(transaction, &after);
        }
        if panics {
            // Without the hook, which would print it.
            resume_unwind(Box::new(Meant));
        }
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| transact(store, now, &mut both)));
    match outcome {
        Ok(()) => {
            after.sweep(now, written);
            *plain = after;
        }
        Err(panic) if panic.is::<Meant>() => {}
        Err(panic) => resume_unwind(panic),
    }
}

/// A panic that the story wants.
#[derive(Debug)]
struct Meant;

fn transact(store: &dyn Store, now: i64, step: Step<'_>) {
    let world = World::default();
    wait(store.transact(&world, &FAMILY, Instant::from_millis(now), step))
        .expect("the store works");
}

/// The whole state.
fn state(store: &dyn Store) -> Value {
    let taken = wait(store.snapshot(&World::default(), &[&FAMILY], Instant::from_millis(0)));
    taken.expect("the store works").remove(0)
}

fn play(store: &dyn Store, events: &[Event]) {
    let mut plain = Plain::default();
    for event in events {
        match event {
            Event::Step { now, deeds, panics } => step(store, &mut plain, *now, deeds, *panics),
            Event::Restored => {
                let (taken, now) = (state(store), Instant::from_millis(0));
                let states = [(&FAMILY, Some(&taken))];
                wait(store.restore(&World::default(), &states, now)).expect("the store works");
            }
        }
        // As text, because the order counts.
        assert_eq!(state(store).to_string(), plain.state().to_string(), "after {event:?}");
        // Where nothing is written, nothing that is gone is swept.
        transact(store, LAST, &mut |transaction| compare(transaction, &plain));
    }
}

/// How many ids there are.
const IDS: usize = 45;

/// The last instant.
const LAST: i64 = 100;

fn parcels() -> impl Strategy<Value = Parcel> {
    let name = || prop_oneof![Just("ann".to_owned()), Just("bob".to_owned())];
    let until = option::weighted(0.8, 0..LAST);
    let fields = (0..IDS, name(), option::of(name()), 0..40_i64, until);
    fields.prop_map(|(number, sender, shelf, at, until)| Parcel {
        id: format!("p{number}"),
        sender,
        shelf,
        at,
        until,
    })
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let deed = prop_oneof![
        12 => parcels().prop_map(Deed::Put),
        3 => (0..IDS).prop_map(|number| Deed::Remove(format!("p{number}"))),
        1 => Just(Deed::Draw),
    ];
    // Mostly early, so that what has an end goes for another reason before.
    let now = prop_oneof![9 => 0..LAST / 10, 1 => 0..LAST];
    let step = (now, vec(deed, 0..12), 0..4).prop_map(|(now, deeds, chance)| Event::Step {
        now,
        deeds,
        panics: chance == 0,
    });
    vec(prop_oneof![40 => step, 1 => Just(Event::Restored)], 1..150)
}

#[test]
fn a_store_answers_as_a_list_does_that_is_sorted_whenever_it_is_asked() {
    for backend in STORES {
        let played = TestRunner::new(plays::config(CASES)).run(&events(), |events| {
            play(&*(backend.make)(7), &events);
            Ok(())
        });
        if let Err(failure) = played {
            panic!("{}: {failure}", backend.id);
        }
    }
}
