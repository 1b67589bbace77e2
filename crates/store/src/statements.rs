//! The catalogue of statements: the same names in every dialect, each a file under `sql/<dialect>/`.

/// Expands to the dialect's statements by the name of their file, in a module `sql`.
macro_rules! statements {
    ($dialect:literal) => {
        crate::statements::statements! { $dialect:
            add_alert add_api_key add_audit add_breaker add_delivery add_finding add_landing add_news add_notification add_probe add_revision add_step_day add_tick add_to_provider_day
            answers answers_heard api_keys arrivals attempt_inputs attempt_partition attempt_reports attempts beat breakers broken_rules claim_world
            claimable_task claimable_tasks close_attempt closed_attempt completions current_documents defense_history
            fact_version games games_behind grade_of grades hear_answer held_task injury_history insert_task land_payload landed_payloads
            last_synthetics last_ticks leader line_behind lineups models move_breaker newest_alerts newest_aliases newest_attempts
            newest_audits
            newest_deliveries newest_done newest_etag newest_games newest_injuries newest_landing newest_names newest_published
            newest_teams newest_teams_of_players newest_twins note_input notifications offense_history open_alerts open_attempt open_attempts
            output_chain parsed_payloads payload payload_findings payload_id performance player_history prediction_by_id prop_lines provider_days
            prune_alerts prune_attempts prune_inputs prune_notifications published_editions published_output
            record_delivery reject reject_count remove_breaker remove_probe retry_load revisions revoke_api_key sent_since set_leader
            settle_task slate_box_score slate_final_score slate_player_shots step_days take_due
            take_task tasks ticks_since unresolved_names unsettled_tasks update_alert update_task upstream_tasks world
        }
    };
    ($dialect:literal: $($name:ident)+) => {
        /// The statements by the name of their file.
        #[expect(non_upper_case_globals, reason = "a statement is named like its file")]
        pub(super) mod sql {
            $(pub(crate) const $name: &str =
                include_str!(concat!("../../sql/", $dialect, "/", stringify!($name), ".sql"));)+
        }

        /// Every statement, for the test that prepares them.
        #[cfg(test)]
        pub(super) const EVERY: &[(&str, &str)] = &[$((stringify!($name), sql::$name)),+];
    };
}

pub(crate) use statements;
