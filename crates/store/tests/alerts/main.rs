//! What every store of alerts does, the one in memory and the real ones: each scenario runs on all of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bakery;
mod deliveries;
mod durability;
mod memory_of_alerts;
mod pruning;
#[path = "../postgres/server.rs"]
mod server;

macro_rules! on_every_store {
    ($($place:ident::$scenario:ident)+) => {
        mod in_memory {
            use std::sync::Arc;

            $(#[tokio::test]
            async fn $scenario() {
                crate::$place::$scenario(Arc::new(runtime::alerts::MemoryAlertStore::default())).await;
            })+
        }

        mod on_sqlite {
            $(#[tokio::test]
            async fn $scenario() {
                let directory = tempfile::tempdir().unwrap();
                let store = store::Store::create(directory.path()).unwrap();
                crate::$place::$scenario(store.alerts).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test]
            async fn $scenario() {
                let Some(url) = crate::server::new_place() else { return };
                crate::$place::$scenario(store::Store::connect(&url).await.unwrap().alerts).await;
            })+
        }
    };
}

on_every_store! {
    memory_of_alerts::what_is_saved_comes_back_whole
    memory_of_alerts::every_code_can_be_kept
    memory_of_alerts::what_is_saved_twice_is_refused_whole
    memory_of_alerts::an_alert_moves_in_its_place_and_opens_again_when_it_is_over
    memory_of_alerts::what_was_told_is_remembered_from_an_instant_on
    memory_of_alerts::what_is_open_is_shown_first_then_the_newest
    deliveries::what_is_due_is_taken_in_order_by_the_routes_that_ask
    deliveries::an_attempt_counts_before_it_is_made_and_waits_for_the_next
    deliveries::what_came_of_a_delivery_is_kept
    deliveries::an_instant_finer_than_a_microsecond_loses_no_delivery
    deliveries::the_last_test_that_arrived_proves_a_route
    deliveries::people_are_told_once_whichever_process_ticks
    pruning::what_is_long_over_goes_with_what_was_told_of_it
    pruning::the_last_proof_of_a_route_stays
}
