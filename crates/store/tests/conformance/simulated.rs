//! The simulation on this store: the production loops under faults, between whose calls those of others come.

use std::sync::Arc;

use pipeline::{Rows, Step};
use runtime::OutputId;
use runtime::simulation::{Faults, Scene, Simulation, Stage};
use store::Store;
use tokio::runtime::Handle;

use crate::attempts::page;
use crate::place::Place;

/// Every write is checked while processes crash, freeze and lose answers, and in the end the grid is that of a calm day.
pub(crate) async fn every_rule_holds_under_all_faults(place: Place) {
    let store = place.open().await;
    let faults = Faults::all();
    let simulation = Simulation { scene: Scene::Weeks, seed: 4, hours: 6, faults, workers: 3, schedulers: 2 };
    let simulated = move || simulation.run(|| stage(&store), |_| ());
    let report = tokio::task::spawn_blocking(simulated).await.unwrap();
    assert_eq!(report.violation, None);
    assert!(report.attempts > 30 && report.faults.len() > 3, "{report:?}");
}

/// A store that keeps each number as a page.
fn stage(store: &Store) -> Stage<Rows> {
    let (views, here) = (store.views.clone(), Handle::current());
    let number = move |output: OutputId| match here.block_on(views.rows(Step::Publish, output)) {
        Ok(Rows::Documents(pages)) => std::str::from_utf8(&pages.first()?.body).ok()?.parse().ok(),
        _ => None,
    };
    Stage {
        ledger: store.ledger.clone(),
        schedules: store.schedules.clone(),
        pack: |_, number| page(&number.to_string()),
        unpack: Arc::new(number),
    }
}
