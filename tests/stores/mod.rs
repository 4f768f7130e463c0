//! What every store promises, checked over the registry: a new store is tested before anyone
//! writes a test for it.

mod plain;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::Barrier;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use standin::clock::Instant;
use standin::store::Collection;
use standin::store::Family;
use standin::store::Record;
use standin::store::STORES;
use standin::store::Store;
use standin::store::StoreError;
use standin::store::Transaction;
use standin::store::World;
use standin::store::read_record;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Visit {
    id: String,
    user: String,
    at: i64,
    until: i64,
    open: bool,
}

impl Record for Visit {
    fn key(&self) -> &str {
        &self.id
    }

    fn index(&self, number: usize) -> Option<&str> {
        (number == 0).then_some(&self.user)
    }

    fn age(&self) -> i64 {
        self.at
    }

    fn gone_at(&self) -> Option<Instant> {
        Some(Instant::from_millis(self.until))
    }

    fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a visit is JSON")
    }
}

static VISITS: Collection = Collection {
    name: "visits",
    key: "id",
    indexes: &["user"],
    capacity: 10,
    read: read_record::<Visit>,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    id: String,
}

impl Record for Note {
    fn key(&self) -> &str {
        &self.id
    }

    fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a note is JSON")
    }
}

static NOTES: Collection = Collection {
    name: "notes",
    key: "id",
    indexes: &[],
    capacity: 1_000,
    read: read_record::<Note>,
};

static FAMILY: Family = Family {
    id: "hotel",
    collections: &[&VISITS, &NOTES],
    seed: |tx| tx.put(&VISITS, visit("seeded", "ann", 100)),
};

const NOW: Instant = Instant::from_millis(1_000);

fn visit(id: &str, user: &str, at: i64) -> Visit {
    Visit { id: id.to_owned(), user: user.to_owned(), at, until: i64::MAX, open: true }
}

/// Runs a future whose store may want a runtime.
fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts")
        .block_on(future)
}

/// Runs a step in the default world and returns what it gives.
fn step<T: Send>(
    store: &dyn Store,
    now: Instant,
    mut action: impl FnMut(&mut Transaction<'_>) -> T + Send,
) -> T {
    let mut result = None;
    wait(store.transact(&World::default(), &FAMILY, now, &mut |tx| result = Some(action(tx))))
        .expect("the store works");
    result.expect("the step ran")
}

fn put(store: &dyn Store, visits: &[Visit]) {
    step(store, NOW, |tx| visits.iter().for_each(|visit| tx.put(&VISITS, visit.clone())));
}

fn ids(visits: &[Arc<Visit>]) -> Vec<&str> {
    visits.iter().map(|visit| visit.id.as_str()).collect()
}

fn listed(store: &dyn Store) -> Vec<Arc<Visit>> {
    step(store, NOW, |tx| tx.list::<Visit>(&VISITS))
}

fn snapshot(store: &dyn Store) -> Value {
    let mut states =
        wait(store.snapshot(&World::default(), &[&FAMILY], NOW)).expect("the store works");
    states.pop().expect("one family, one state")
}

fn restore(store: &dyn Store, state: &Value) -> Result<(), StoreError> {
    wait(store.restore(&World::default(), &[(&FAMILY, Some(state))], NOW))
}

/// Runs a check over an empty store of every kind.
fn check_each(check: impl Fn(Arc<dyn Store>)) {
    for backend in STORES {
        check((backend.make)(7));
    }
}

#[test]
fn what_a_step_writes_the_next_one_reads() {
    check_each(|store| {
        put(&*store, &[visit("v1", "bob", 200)]);
        let found: Option<Arc<Visit>> = step(&*store, NOW, |tx| tx.get(&VISITS, "v1"));
        assert_eq!(found, Some(Arc::new(visit("v1", "bob", 200))));
        assert!(step(&*store, NOW, |tx| tx.remove(&VISITS, "v1")));
        assert!(!step(&*store, NOW, |tx| tx.remove(&VISITS, "v1")));
        assert_eq!(step(&*store, NOW, |tx| tx.get::<Visit>(&VISITS, "v1")), None);
    });
}

#[test]
fn a_world_begins_with_the_seed_and_is_seeded_once() {
    check_each(|store| {
        assert_eq!(ids(&listed(&*store)), ["seeded"]);
        step(&*store, NOW, |tx| tx.remove(&VISITS, "seeded"));
        assert!(listed(&*store).is_empty());
    });
}

#[test]
fn a_step_that_panics_leaves_nothing_behind() {
    check_each(|store| {
        put(&*store, &[visit("kept", "bob", 200)]);
        let before = snapshot(&*store);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            step(&*store, NOW, |tx| {
                tx.put(&VISITS, visit("kept", "carl", 900));
                tx.put(&VISITS, visit("new", "carl", 300));
                tx.remove(&VISITS, "seeded");
                let _ = tx.random();
                if tx.get::<Visit>(&VISITS, "new").is_some() {
                    panic!("the step goes wrong after it wrote");
                }
            });
        }));
        assert!(outcome.is_err());
        assert_eq!(snapshot(&*store), before);
        assert!(step(&*store, NOW, |tx| tx.find::<Visit>(&VISITS, "user", "carl")).is_empty());
        assert_eq!(ids(&listed(&*store)), ["kept", "seeded"]);
    });
}

#[test]
fn of_200_threads_that_race_one_transition_exactly_one_wins() {
    check_each(|store| {
        put(&*store, &[visit("door", "bob", 200)]);
        let (winners, start) = (AtomicU64::new(0), Barrier::new(200));
        std::thread::scope(|scope| {
            for _ in 0..200 {
                scope.spawn(|| {
                    start.wait();
                    let won = step(&*store, NOW, |tx| {
                        let door = tx.get::<Visit>(&VISITS, "door").unwrap();
                        if door.open {
                            tx.put(&VISITS, Visit { open: false, ..Visit::clone(&door) });
                        }
                        door.open
                    });
                    winners.fetch_add(u64::from(won), Ordering::Relaxed);
                });
            }
        });
        assert_eq!(winners.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn no_randomness_is_given_out_twice_in_a_race() {
    check_each(|store| {
        let mut taken: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..50).map(|_| scope.spawn(|| step(&*store, NOW, |tx| tx.base62(27)))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        taken.sort();
        taken.dedup();
        assert_eq!(taken.len(), 50);
    });
}

#[test]
fn lists_are_newest_first_and_equals_the_later_made_first() {
    check_each(|store| {
        let visits = [
            visit("b", "bob", 300),
            visit("a", "bob", 500),
            visit("c", "bob", 300),
            visit("d", "bob", -5),
        ];
        put(&*store, &visits);
        assert_eq!(ids(&listed(&*store)), ["a", "c", "b", "seeded", "d"]);
        put(&*store, &[visit("b", "bob", 300)]);
        assert_eq!(ids(&listed(&*store)), ["a", "c", "b", "seeded", "d"], "replacing is no making");
        put(&*store, &[visit("d", "bob", 900)]);
        assert_eq!(ids(&listed(&*store)), ["d", "a", "c", "b", "seeded"]);
    });
}

#[test]
fn without_an_order_member_the_last_made_comes_first() {
    check_each(|store| {
        step(&*store, NOW, |tx| {
            for id in ["z", "a", "m"] {
                tx.put(&NOTES, Note { id: id.to_owned() });
            }
        });
        let notes: Vec<Arc<Note>> = step(&*store, NOW, |tx| tx.list(&NOTES));
        let ids: Vec<&str> = notes.iter().map(|note| note.id.as_str()).collect();
        assert_eq!(ids, ["m", "a", "z"]);
    });
}

#[test]
fn indexes_follow_every_change() {
    check_each(|store| {
        let find =
            |user: &str| step(&*store, NOW, |tx| tx.find::<Visit>(&VISITS, "user", user).len());
        put(&*store, &[visit("v1", "bob", 1), visit("v2", "bob", 2), visit("v3", "cy", 3)]);
        assert_eq!((find("bob"), find("cy"), find("nobody")), (2, 1, 0));
        put(&*store, &[visit("v1", "cy", 1)]);
        assert_eq!((find("bob"), find("cy")), (1, 2));
        step(&*store, NOW, |tx| tx.remove(&VISITS, "v3"));
        let left = step(&*store, NOW, |tx| tx.find::<Visit>(&VISITS, "user", "cy"));
        assert_eq!(ids(&left), ["v1"]);
        let state = snapshot(&*store);
        restore(&*store, &state).unwrap();
        assert_eq!((find("bob"), find("cy")), (1, 1));
    });
}

#[test]
fn the_gone_go_as_others_come_and_over_capacity_the_oldest() {
    check_each(|store| {
        let now = Instant::from_millis(50_000);
        step(&*store, now, |tx| {
            let gone = Visit { until: 40_000, ..visit("gone", "bob", 9_999) };
            tx.put(&VISITS, gone.clone());
            (0..8).for_each(|at| tx.put(&VISITS, visit(&format!("v{at}"), "bob", 1_000 + at)));
        });
        let kept = listed(&*store);
        assert!(!ids(&kept).contains(&"gone"), "nothing can see it any more: {kept:?}");
        step(&*store, now, |tx| tx.put(&VISITS, visit("late", "bob", 2_000)));
        let kept = listed(&*store);
        assert!(ids(&kept).contains(&"seeded") && kept.len() == 10, "there was room: {kept:?}");
        step(&*store, now, |tx| tx.put(&VISITS, visit("later", "bob", 2_001)));
        let kept = listed(&*store);
        assert!(!ids(&kept).contains(&"seeded"), "the oldest made room: {kept:?}");
        assert_eq!(kept.len(), 10);
    });
}

#[test]
fn a_snapshot_put_back_elsewhere_goes_on_the_same_way() {
    check_each(|store| {
        put(&*store, &[visit("b", "bob", 300), visit("a", "bob", 300)]);
        let _ = step(&*store, NOW, |tx| tx.uuid());
        let state = snapshot(&*store);
        for backend in STORES {
            let other = (backend.make)(7);
            restore(&*other, &state).unwrap();
            assert_eq!(snapshot(&*other), state);
            assert_eq!(listed(&*other), listed(&*store));
            let next = step(&*other, NOW, |tx| (tx.uuid(), tx.base62(27)));
            restore(&*store, &state).unwrap();
            assert_eq!(step(&*store, NOW, |tx| (tx.uuid(), tx.base62(27))), next);
        }
    });
}

#[test]
fn the_same_seed_gives_the_same_and_another_seed_does_not() {
    for backend in STORES {
        let draw = |seed| step(&*(backend.make)(seed), NOW, |tx| (tx.uuid(), tx.base62(40)));
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }
}

#[test]
fn a_family_restored_without_a_state_is_seeded_afresh() {
    check_each(|store| {
        let fresh = snapshot(&*store);
        put(&*store, &[visit("v1", "bob", 300)]);
        let _ = step(&*store, NOW, |tx| tx.random());
        wait(store.restore(&World::default(), &[(&FAMILY, None)], NOW)).unwrap();
        assert_eq!(snapshot(&*store), fresh);
    });
}

#[test]
fn a_wrong_state_is_rejected_whole_with_its_place() {
    let record = serde_json::to_value(visit("v1", "bob", 1)).unwrap();
    let cases = [
        (json!([]), ""),
        (json!({"guests": {}}), "/guests"),
        (json!({"sequence": -1}), "/sequence"),
        (json!({"visits": []}), "/visits"),
        (json!({"visits": {"v1": "no record"}}), "/visits/v1"),
        (json!({"visits": {"v2": record}}), "/visits/v2/id"),
        (json!({"visits": {"a/b": {"id": "a/b", "user": 7}}}), "/visits/a~1b/user"),
    ];
    check_each(|store| {
        let before = snapshot(&*store);
        for (state, expected) in &cases {
            let StoreError::Rejected { place, reason } = restore(&*store, state).unwrap_err()
            else {
                panic!("{state} is refused for another reason");
            };
            assert_eq!(place.as_str(), format!("/{}{expected}", FAMILY.id), "{reason}");
            assert_eq!(snapshot(&*store), before);
        }
    });
}

#[test]
fn restored_collections_that_are_left_out_are_empty() {
    check_each(|store| {
        restore(&*store, &json!({})).unwrap();
        assert!(listed(&*store).is_empty(), "a restored world is not seeded");
    });
}

#[test]
fn a_state_that_is_refused_for_one_family_changes_no_other() {
    static OTHER: Family = Family { id: "others", ..FAMILY };
    check_each(|store| {
        let before = snapshot(&*store);
        let (good, bad) = (json!({"visits": {}}), json!({"guests": {}}));
        let states = [(&FAMILY, Some(&good)), (&OTHER, Some(&bad))];
        let refused = wait(store.restore(&World::default(), &states, NOW)).unwrap_err();
        assert!(refused.to_string().starts_with("/others/guests: "), "{refused}");
        assert_eq!(snapshot(&*store), before);
    });
}
