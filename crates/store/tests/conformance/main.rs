//! What every store does, whatever it is kept in: each scenario is written once and plays on all of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asked;
mod attempts;
mod breakers;
mod claiming;
mod crashing;
mod differential;
mod executing;
mod external_answers;
mod facts;
mod feature_rows;
mod history;
mod inputs_changed;
mod leases;
mod night;
mod outputs;
mod oversight;
mod payloads;
mod place;
mod racing;
mod schedules;
#[path = "../postgres/server.rs"]
mod server;
mod settling;
mod simulated;
mod throughput;
mod together;
mod toy_steps;
mod verdicts;
mod versions;

/// A test of each scenario on each kind of store.
macro_rules! scenarios {
    (of_ledgers: $($place:ident::$scenario:ident)+; of_stores: $($store_place:ident::$store_scenario:ident)+) => {
        mod in_memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $scenario() {
                crate::$place::$scenario(crate::place::Place::in_memory()).await;
            })+
        }

        mod on_sqlite {
            scenarios!(at Some(crate::place::Place::on_sqlite()) =>
                $($place::$scenario)+ $($store_place::$store_scenario)+);
        }

        mod on_postgres {
            scenarios!(at crate::place::Place::on_postgres() =>
                $($place::$scenario)+ $($store_place::$store_scenario)+);
        }
    };
    (at $found:expr => $($place:ident::$scenario:ident)+) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $scenario() {
            if let Some(found) = $found {
                crate::$place::$scenario(found).await;
            }
        })+
    };
}

scenarios! {
of_ledgers:
    breakers::a_breaker_reads_back_wherever_it_stands
    breakers::a_breaker_that_moved_meanwhile_is_left_where_it_is
    breakers::of_many_that_would_probe_one_does
    claiming::a_barred_step_keeps_nobody_else_waiting
    claiming::an_attempt_remembers_who_took_it_since_when_it_waited_and_how_often_it_failed
    claiming::anything_is_the_most_urgent_first_and_then_the_oldest
    claiming::in_a_lane_one_works_at_a_time_and_in_order
    claiming::named_tasks_are_taken_in_the_order_they_are_named
    claiming::nothing_is_taken_whose_upstream_is_being_made_anew
    claiming::of_a_probed_step_one_task_is_taken
    claiming::what_is_put_off_is_taken_when_its_time_has_come_and_the_rest_never
    claiming::what_waits_for_a_retry_leaves_its_lane_to_the_others
    leases::a_beat_of_what_somebody_closed_says_so_and_changes_nothing
    leases::a_beat_tells_how_far_it_is
    leases::a_lease_runs_out_at_its_instant_unless_a_beat_renews_it
    leases::the_load_of_a_step_is_its_first_attempts_and_its_retries_of_late
    leases::who_finds_an_open_attempt_knows_all_that_its_worker_knows
    racing::a_first_run_enters_thousands_of_tasks_at_once
    racing::four_workers_claim_every_task_once_and_share_no_lane
    racing::of_two_who_settle_one_does
    racing::of_two_who_write_a_task_one_does
    racing::who_says_the_same_twice_at_once_is_told_the_same
    schedules::each_schedule_is_known_up_to_its_newest_tick
    schedules::every_decision_about_a_tick_is_kept_once_and_comes_back
    schedules::of_many_who_would_lead_one_does
    schedules::of_several_ticks_those_that_are_new_are_told_in_their_order
    schedules::of_two_who_decide_the_same_ticks_each_is_told_what_he_was_first_with
    schedules::one_leads_until_its_lease_runs_out
    settling::every_verdict_may_be_said_twice
    settling::one_of_many_claims_wins
    settling::the_same_rows_of_another_task_are_an_output_of_their_own
    together::a_lane_taken_here_is_taken_there
    together::who_waits_where_nothing_happens_waits_no_longer_than_he_said
    verdicts::a_reason_may_quote_a_zero_byte
    verdicts::a_task_is_remembered_whole
    verdicts::an_attempt_with_nothing_to_do_says_why_and_has_no_output
    verdicts::every_category_of_failure_reads_back
    verdicts::every_state_reads_back
    verdicts::nothing_is_written_over_an_attempt
    verdicts::nothing_is_written_over_news
    verdicts::nothing_to_do_this_time_leaves_the_last_good_output
    verdicts::what_is_nobody_s_fault_counts_as_no_failure
    verdicts::what_is_unsettled_is_listed_oldest_news_first_until_it_is_mended
    verdicts::what_waits_for_somebody_is_unsettled_and_nothing_else;
of_stores:
    asked::a_chain_ends_at_the_cutoff
    asked::a_number_is_followed_back_to_the_bytes_it_came_from
    asked::an_empty_store_has_published_nothing
    asked::the_documents_of_a_slate_are_those_of_its_newest_edition
    asked::the_published_predictions_are_those_the_documents_show
    executing::a_failing_step_stops_only_what_needs_it
    executing::a_panicking_step_is_a_failed_attempt_with_its_message
    executing::a_plan_is_entered_while_somebody_works_on_it
    executing::a_step_nobody_knows_is_a_failed_attempt
    executing::a_store_that_only_reads_executes_nothing
    executing::a_task_reads_what_the_tasks_it_needs_have_written
    executing::a_task_somebody_else_holds_is_waited_for
    executing::many_independent_tasks_all_run_once
    executing::refused_rows_close_the_attempt_as_failed_and_the_plan_goes_on
    executing::the_observer_is_told_in_order
    executing::what_failed_is_tried_again_by_whoever_asks_and_not_by_the_clock
    executing::what_had_nothing_to_do_keeps_nobody_waiting
    executing::what_is_not_ready_says_why_and_is_not_attempted
    executing::what_needs_an_unplanned_step_waits_for_it
    external_answers::each_edition_has_answers_of_its_own
    external_answers::of_many_who_say_the_same_at_once_one_brings_news
    external_answers::the_last_answer_counts_and_the_same_again_is_not_written
    facts::line_ups_read_back_and_a_change_of_them_is_another_version
    facts::facts_outlive_the_store_that_wrote_them
    facts::game_lines_are_kept_with_their_missing_numbers
    facts::games_read_back_with_and_without_a_tipoff
    facts::names_read_back_letter_by_letter
    facts::of_two_entries_of_one_day_the_one_known_later_counts
    facts::prop_lines_read_back_to_the_last_digit
    facts::summaries_of_players_read_back
    facts::summaries_of_teams_read_back
    facts::the_injury_log_tells_the_newest_entry_of_its_day
    facts::what_happened_in_a_game_reads_back
    feature_rows::averages_and_zones_read_back
    feature_rows::contexts_of_players_read_back
    feature_rows::contexts_of_teams_read_back
    feature_rows::features_read_back_with_the_missing_ones_missing
    history::a_ledger_in_order_breaks_no_rule_and_another_says_which
    history::attempts_are_listed_newest_first_as_they_are_asked_for
    history::successful_runs_are_added_up_by_step_and_day_of_the_prime_meridian
    history::the_newest_success_of_every_step_is_told
    history::what_nothing_rests_on_is_forgotten_after_its_time
    history::whether_it_takes_writes_is_tried_and_leaves_nothing
    inputs_changed::a_change_stops_where_an_output_stays_the_same
    inputs_changed::a_changed_input_reruns_its_task_and_what_depends_on_a_changed_output
    inputs_changed::a_failure_is_tried_again_and_keeps_the_last_good_output_meanwhile
    inputs_changed::a_new_version_of_a_step_runs_again
    inputs_changed::a_rerun_with_the_same_output_leaves_its_dependants_alone
    inputs_changed::an_upstream_that_falls_silent_changes_what_depends_on_it
    inputs_changed::the_same_step_on_another_day_is_another_task
    inputs_changed::unchanged_inputs_are_not_run_again
    inputs_changed::what_had_nothing_to_do_is_asked_again_when_its_inputs_change
    inputs_changed::what_was_planned_as_nothing_to_do_runs_once_it_is_ready
    leases::where_the_time_of_an_attempt_went_is_remembered
    oversight::a_key_s_name_is_given_once
    oversight::what_was_done_by_hand_is_shown_newest_first
    outputs::answers_and_silences_read_back
    outputs::documents_read_back_byte_for_byte
    outputs::grades_and_records_read_back
    outputs::predictions_read_back_and_every_line_is_kept_apart
    outputs::the_models_of_a_month_are_its_tasks_newest
    payloads::a_damaged_payload_is_refused
    payloads::a_payload_that_never_landed_is_not_there
    payloads::bytes_come_back_verbatim
    payloads::facts_of_a_payload_that_never_landed_are_not_stored
    payloads::other_bytes_of_the_same_subject_are_kept_beside_it
    payloads::parsed_payloads_tell_how_many_rows_nobody_could_place
    payloads::the_same_bytes_are_stored_once
    payloads::what_lands_again_after_something_else_is_news_again
    simulated::every_rule_holds_under_all_faults
    settling::a_changed_output_leaves_the_earlier_one_readable
    settling::a_key_twice_in_one_output_is_refused_as_a_whole
    settling::a_lost_lease_stores_nothing
    settling::a_refused_row_leaves_nothing_of_its_attempt
    settling::a_task_is_held_by_one_attempt_at_a_time
    settling::an_attempt_is_settled_once_and_who_says_the_same_again_is_told_what_came_of_it
    settling::an_output_without_rows_is_an_output
    settling::an_unchanged_output_is_not_written_again
    settling::rows_and_verdict_are_there_together
    settling::what_nobody_planned_cannot_be_claimed
    together::the_database_itself_lets_no_two_into_a_lane
    together::who_waits_is_woken_by_what_anybody_writes
    together::two_that_run_one_plan_share_its_tasks
    together::who_lives_is_not_reaped_by_others_before_its_lease_runs_out
    verdicts::a_failure_says_why_and_leaves_the_last_good_output
    verdicts::attempts_are_numbered_upwards_and_the_newest_is_told
    versions::a_correction_is_never_known_before_it_landed
    versions::a_correction_is_seen_from_its_landing_on_and_the_old_version_before
    versions::a_correction_that_is_taken_back_is_a_third_version
    versions::a_correction_that_landed_early_waits_for_what_it_corrects
    versions::a_history_holds_nothing_later_than_its_cutoff
    versions::a_moved_line_is_another_fact_and_a_new_price_is_a_correction
    versions::a_player_goes_by_his_newest_name
    versions::a_summary_of_an_older_instant_takes_its_place_in_time
    versions::revisions_grow_by_what_was_added_and_by_nothing_else
    versions::summaries_of_corrected_facts_have_a_version_for_every_instant
    versions::the_directory_knows_what_others_call_us_and_what_a_person_has_linked
    versions::the_first_summaries_of_a_store_may_have_several_versions
    versions::what_is_known_already_is_not_written_again
    versions::what_is_known_later_is_invisible
}
