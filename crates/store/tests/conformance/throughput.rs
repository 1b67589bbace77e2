//! Not part of the tests: how fast a ledger takes tasks in, hands them out and settles them, on this machine.

use std::time::Instant;

use futures::future::join_all;
use runtime::state::Ending;
use runtime::{Claim, Priority, Recipe, Task, TaskKey, Work};
use store::Store;

use crate::attempts::{done, ended, entered, now, offer, page};
use crate::place::Place;

const TASKS: usize = 4_000;
const WORKERS: usize = 4;

fn tasks() -> Vec<Task> {
    let recipe = |number: usize| Recipe { priority: Priority(u8::try_from(number % 3).unwrap()), ..Recipe::default() };
    let key = |number: usize| TaskKey::new(format!("step {}", number % 20), format!("edition {}", number / 20));
    (0..TASKS).map(|number| Task { recipe: recipe(number), ..entered(&key(number)) }).collect()
}

#[derive(Clone, Copy)]
enum Makes {
    Rows,
    Nothing,
}

/// Claims four at a time and settles them side by side, until there is nothing left.
async fn work(store: Store, makes: Makes) {
    loop {
        let four = Claim { at_most: 4, ..offer(&store, Work::Anything) };
        let leases = store.ledger.claim(&four, now()).await.unwrap();
        if leases.is_empty() {
            return;
        }
        let settle = leases.iter().map(|lease| {
            let how = match makes {
                Makes::Rows => done(lease, page("1")),
                Makes::Nothing => ended(lease, &Ending::Nothing { why: "a measurement".into() }, now()),
            };
            store.ledger.settle(how, now())
        });
        for settled in join_all(settle).await {
            settled.unwrap();
        }
    }
}

async fn measure(place: Place, makes: Makes, what: &str) {
    let store = place.open().await;
    let began = Instant::now();
    store.ledger.put(&tasks()).await.unwrap();
    println!("{what}: {TASKS} tasks entered in {:?}", began.elapsed());
    let mut workers = tokio::task::JoinSet::new();
    let began = Instant::now();
    for _ in 0..WORKERS {
        workers.spawn(work(place.open().await, makes));
    }
    workers.join_all().await;
    let seconds = began.elapsed().as_secs_f64();
    let transitions = 2.0 * TASKS as f64 / seconds;
    println!(
        "{what}: claimed and settled by {WORKERS} workers in {seconds:.2} s, {transitions:.0} transitions a second"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_many_transitions_a_second_on_sqlite() {
    measure(Place::on_sqlite(), Makes::Nothing, "nothing to do").await;
    measure(Place::on_sqlite(), Makes::Rows, "a page each").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_many_transitions_a_second_on_postgres() {
    for (makes, what) in [(Makes::Nothing, "nothing to do"), (Makes::Rows, "a page each")] {
        if let Some(place) = Place::on_postgres() {
            measure(place, makes, what).await;
        }
    }
}
