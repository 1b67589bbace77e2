//! The catalogue of statements: the same names in every dialect, each a file under `sql/<dialect>/`.

/// Expands to the dialect's statements by the name of their file, in a module `sql`.
macro_rules! statements {
    ($dialect:literal) => {
        crate::statements::statements! { $dialect:
            add_revision arrivals attempt_partition attempt_reports claim_task claim_world close_attempt completions
            current_documents defense_history fact_version failed_tasks games games_behind grade_of held_task
            injury_history land_payload landed_payloads line_behind lost_tasks models newest_attempts newest_games
            newest_injuries newest_landing newest_names newest_published newest_teams newest_twins note_input
            offense_history open_attempt output_chain parsed_payloads payload payload_id performance player_history
            prediction_by_id prop_lines published_editions published_output reject reject_count replan revisions
            settle_task slate_box_score slate_final_score slate_player_history slate_player_shots tasks
            training_features world
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
