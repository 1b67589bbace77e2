//! The registry: every step with its phase, what it reads and writes, and what must come before it.
//!
//! This table is the only place a step is described; the plan, the grid, `tipoff registry` and the checks on
//! outputs all read it. Names are the original's.

use std::fmt;

/// A phase of the nightly flow, numbered as the original numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// 1: bytes as they came.
    Land,
    /// 2: facts.
    Process,
    /// 3: summaries of what happened, contexts of what is coming.
    Analyse,
    /// 4: features.
    Featurize,
    /// 5: forecasts, consolidated into predictions.
    Predict,
    /// 6: documents.
    Publish,
    /// After the games: grades.
    Grade,
}

impl Phase {
    /// `1` to `6`, and `5B` for grading, as the original calls it.
    pub fn number(self) -> &'static str {
        match self {
            Self::Land => "1",
            Self::Process => "2",
            Self::Analyse => "3",
            Self::Featurize => "4",
            Self::Predict => "5",
            Self::Publish => "6",
            Self::Grade => "5B",
        }
    }

    /// Its verb.
    pub fn name(self) -> &'static str {
        match self {
            Self::Land => "land",
            Self::Process => "process",
            Self::Analyse => "analyse",
            Self::Featurize => "featurize",
            Self::Predict => "predict",
            Self::Publish => "publish",
            Self::Grade => "grade",
        }
    }
}

/// What a task of a step is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartitionKind {
    /// One delivery of raw bytes.
    Delivery,
    /// One raw payload.
    Payload,
    /// One slate, after its games.
    Slate,
    /// One calendar month of slates.
    Month,
    /// One slate at one cutoff.
    Edition,
}

impl PartitionKind {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delivery => "delivery",
            Self::Payload => "payload",
            Self::Slate => "slate",
            Self::Month => "month",
            Self::Edition => "edition",
        }
    }
}

/// What the registry says about a step.
#[derive(Debug, Clone, Copy)]
pub struct StepSpec {
    /// Name in the ledger, in tables and on the command line.
    pub name: &'static str,
    /// Its phase.
    pub phase: Phase,
    /// What one task of it is about.
    pub partition: PartitionKind,
    /// Bumped when its code changes its result.
    pub version: u32,
    /// Steps of the same partition whose output it reads.
    pub needs: &'static [Step],
    /// Tables it reads besides.
    pub reads: &'static [&'static str],
    /// Tables only it writes, per partition.
    pub writes: &'static [&'static str],
    /// What it does.
    pub summary: &'static str,
}

/// A step of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Keeps bytes as they came.
    Land,
    /// Turns a payload into facts and rejects.
    Process,
    /// Summarises each player's games of a slate.
    PlayerGameSummary,
    /// Summarises each team's offence on a slate.
    TeamOffenseGameSummary,
    /// Summarises each team's defence on a slate.
    TeamDefenseGameSummary,
    /// What is known before the games about the teams.
    UpcomingTeamGameContext,
    /// What is known before the games about the players.
    UpcomingPlayerGameContext,
    /// Rolling averages.
    PlayerDailyCache,
    /// Where players shoot.
    PlayerShotZoneAnalysis,
    /// What defences allow.
    TeamDefenseZoneAnalysis,
    /// Fatigue, mismatch, pace, usage.
    PlayerCompositeFactors,
    /// Feature vectors.
    MlFeatureStore,
    /// Feature vectors of a month of past slates.
    TrainingFeatures,
    /// The boosted model and the ensemble's weights.
    TrainModels,
    /// The systems' answers.
    Forecast,
    /// Answers into predictions.
    Consolidate,
    /// Predictions into documents.
    Publish,
    /// Predictions against outcomes.
    Grade,
    /// How the systems did.
    SystemDailyPerformance,
    /// Grades into documents.
    PublishResults,
}

impl Step {
    /// Every step, in the order of the flow.
    pub const ALL: [Self; 20] = [
        Self::Land,
        Self::Process,
        Self::PlayerGameSummary,
        Self::TeamOffenseGameSummary,
        Self::TeamDefenseGameSummary,
        Self::UpcomingTeamGameContext,
        Self::UpcomingPlayerGameContext,
        Self::PlayerDailyCache,
        Self::PlayerShotZoneAnalysis,
        Self::TeamDefenseZoneAnalysis,
        Self::PlayerCompositeFactors,
        Self::MlFeatureStore,
        Self::TrainingFeatures,
        Self::TrainModels,
        Self::Forecast,
        Self::Consolidate,
        Self::Publish,
        Self::Grade,
        Self::SystemDailyPerformance,
        Self::PublishResults,
    ];

    /// The steps that predict one edition, in order.
    pub const EDITION: [Self; 10] = [
        Self::UpcomingTeamGameContext,
        Self::UpcomingPlayerGameContext,
        Self::PlayerDailyCache,
        Self::PlayerShotZoneAnalysis,
        Self::TeamDefenseZoneAnalysis,
        Self::PlayerCompositeFactors,
        Self::MlFeatureStore,
        Self::Forecast,
        Self::Consolidate,
        Self::Publish,
    ];

    /// The steps that summarise a slate after its games, in order.
    pub const SUMMARIES: [Self; 3] =
        [Self::PlayerGameSummary, Self::TeamOffenseGameSummary, Self::TeamDefenseGameSummary];

    /// The steps that grade an edition, in order.
    pub const GRADING: [Self; 3] = [Self::Grade, Self::SystemDailyPerformance, Self::PublishResults];

    /// The step of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// What the registry says about it.
    pub fn spec(self) -> StepSpec {
        use PartitionKind::{Delivery, Edition, Month, Payload, Slate};
        let spec = |name, phase, partition, summary| StepSpec {
            name,
            phase,
            partition,
            version: 1,
            needs: &[],
            reads: &[],
            writes: &[],
            summary,
        };
        match self {
            Self::Land => StepSpec {
                writes: &["raw_payload"],
                ..spec("land", Phase::Land, Delivery, "keeps bytes verbatim under their hash")
            },
            Self::Process => StepSpec {
                reads: &["raw_payload"],
                writes: FACT_TABLES,
                ..spec("process", Phase::Process, Payload, "parses a payload into facts and rejects")
            },
            Self::PlayerGameSummary => StepSpec {
                reads: &["game", "box_score", "player_shots"],
                writes: &["player_game_summary"],
                ..spec("player_game_summary", Phase::Analyse, Slate, "each player's game with usage and zones")
            },
            Self::TeamOffenseGameSummary => StepSpec {
                reads: &["game", "final_score", "box_score"],
                writes: &["team_offense_game_summary"],
                ..spec("team_offense_game_summary", Phase::Analyse, Slate, "possessions, pace and offensive rating")
            },
            Self::TeamDefenseGameSummary => StepSpec {
                reads: &["game", "final_score", "box_score", "player_shots"],
                writes: &["team_defense_game_summary"],
                ..spec("team_defense_game_summary", Phase::Analyse, Slate, "defensive rating and shots allowed by zone")
            },
            Self::UpcomingTeamGameContext => StepSpec {
                reads: &["game", "team_offense_game_summary", "team_defense_game_summary"],
                writes: &["upcoming_team_game_context"],
                ..spec("upcoming_team_game_context", Phase::Analyse, Edition, "rest, schedule and form of both teams")
            },
            Self::UpcomingPlayerGameContext => StepSpec {
                needs: &[Self::UpcomingTeamGameContext],
                reads: &["player_game_summary", "prop_line", "injury_event"],
                writes: &["upcoming_player_game_context"],
                ..spec(
                    "upcoming_player_game_context",
                    Phase::Analyse,
                    Edition,
                    "who is expected, how rested, which line",
                )
            },
            Self::PlayerDailyCache => StepSpec {
                needs: &[Self::UpcomingTeamGameContext, Self::UpcomingPlayerGameContext],
                reads: &["player_game_summary"],
                writes: &["player_daily_cache"],
                ..spec("player_daily_cache", Phase::Featurize, Edition, "rolling averages of points, minutes and usage")
            },
            Self::PlayerShotZoneAnalysis => StepSpec {
                needs: &[Self::UpcomingPlayerGameContext],
                reads: &["player_game_summary"],
                writes: &["player_shot_zone_analysis"],
                ..spec(
                    "player_shot_zone_analysis",
                    Phase::Featurize,
                    Edition,
                    "shares of shots by zone, newest ten games",
                )
            },
            Self::TeamDefenseZoneAnalysis => StepSpec {
                needs: &[Self::UpcomingTeamGameContext],
                reads: &["team_defense_game_summary"],
                writes: &["team_defense_zone_analysis"],
                ..spec("team_defense_zone_analysis", Phase::Featurize, Edition, "defence by zone against the league")
            },
            Self::PlayerCompositeFactors => StepSpec {
                needs: &[
                    Self::UpcomingPlayerGameContext,
                    Self::PlayerDailyCache,
                    Self::PlayerShotZoneAnalysis,
                    Self::TeamDefenseZoneAnalysis,
                ],
                writes: &["player_composite_factors"],
                ..spec("player_composite_factors", Phase::Featurize, Edition, "fatigue, mismatch, pace, usage, rest")
            },
            Self::MlFeatureStore => StepSpec {
                needs: &[
                    Self::UpcomingPlayerGameContext,
                    Self::PlayerDailyCache,
                    Self::PlayerShotZoneAnalysis,
                    Self::TeamDefenseZoneAnalysis,
                    Self::PlayerCompositeFactors,
                ],
                writes: &["ml_feature_store"],
                ..spec("ml_feature_store", Phase::Featurize, Edition, "33 features a player, missing ones marked")
            },
            Self::TrainingFeatures => StepSpec {
                reads: &["game", "prop_line", "player_game_summary", "team_defense_game_summary"],
                writes: &["ml_feature_store"],
                ..spec("training_features", Phase::Featurize, Month, "the same features for a month of past slates")
            },
            Self::TrainModels => StepSpec {
                reads: &["ml_feature_store", "player_game_summary"],
                writes: &["model_artifact"],
                ..spec(
                    "train_models",
                    Phase::Predict,
                    Month,
                    "boosted trees and ensemble weights, for slates of a month",
                )
            },
            Self::Forecast => StepSpec {
                needs: &[Self::MlFeatureStore],
                reads: &["player_game_summary", "model_artifact"],
                writes: &["forecast"],
                ..spec("forecast", Phase::Predict, Edition, "five systems' laws, or their reasons for silence")
            },
            Self::Consolidate => StepSpec {
                needs: &[Self::UpcomingPlayerGameContext, Self::Forecast],
                reads: &["prop_line"],
                writes: &["prediction", "scenario", "consolidation_summary"],
                ..spec("consolidate", Phase::Predict, Edition, "one prediction a key, every line priced")
            },
            Self::Publish => StepSpec {
                needs: &[
                    Self::UpcomingTeamGameContext,
                    Self::UpcomingPlayerGameContext,
                    Self::PlayerDailyCache,
                    Self::PlayerCompositeFactors,
                    Self::Forecast,
                    Self::Consolidate,
                ],
                writes: &["published_document"],
                ..spec("publish", Phase::Publish, Edition, "documents, behind the pre-export guard (fails closed)")
            },
            Self::Grade => StepSpec {
                reads: &["prediction", "box_score", "final_score"],
                writes: &["grade"],
                ..spec("grade", Phase::Grade, Edition, "win, loss, push or void at the published line and price")
            },
            Self::SystemDailyPerformance => StepSpec {
                needs: &[Self::Grade],
                writes: &["system_daily_performance"],
                ..spec("system_daily_performance", Phase::Grade, Edition, "errors and record of each system")
            },
            Self::PublishResults => StepSpec {
                needs: &[Self::Grade, Self::SystemDailyPerformance],
                writes: &["published_document"],
                ..spec("publish_results", Phase::Publish, Edition, "results and leaderboard")
            },
        }
    }
}

/// Tables of facts that parsing fills.
pub const FACT_TABLES: &[&str] = &[
    "team_name",
    "player_name",
    "game",
    "final_score",
    "box_score",
    "player_shots",
    "prop_line",
    "game_line",
    "injury_event",
];

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_step_needs_comes_before_it_and_shares_its_partition() {
        for (index, step) in Step::ALL.into_iter().enumerate() {
            for need in step.spec().needs {
                let position = Step::ALL.into_iter().position(|other| other == *need).unwrap();
                assert!(position < index, "{step} needs {need}");
                assert_eq!(need.spec().partition, step.spec().partition, "{step} needs {need}");
            }
            assert_eq!(Step::named(step.name()), Some(step));
        }
    }

    #[test]
    fn one_writer_a_table_and_partition() {
        for step in Step::ALL {
            for other in Step::ALL.into_iter().filter(|other| *other != step) {
                let shared = step.spec().writes.iter().any(|table| other.spec().writes.contains(table));
                let same_partition = step.spec().partition == other.spec().partition;
                let documents = [step, other] == [Step::Publish, Step::PublishResults]
                    || [other, step] == [Step::Publish, Step::PublishResults];
                // Publishing and results write documents of different paths.
                assert!(!shared || !same_partition || documents, "{step} and {other}");
            }
        }
    }
}
