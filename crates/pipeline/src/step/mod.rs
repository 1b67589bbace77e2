//! Steps and their phases. `registry` describes each; the plan, the grid, `tipoff registry` and the checks on outputs
//! all read that table. Names are the original's.

mod registry;

use std::fmt;

use jiff::SignedDuration;
use predict::inputs::Sight;
use registry::REGISTRY;

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
    /// Which step.
    pub step: Step,
    /// Name in the ledger, in tables and on the command line.
    pub name: &'static str,
    /// Its phase.
    pub phase: Phase,
    /// What one task of it is about.
    pub partition: PartitionKind,
    /// Bumped when its code changes its result.
    pub version: u32,
    /// How long an attempt may take and be silent.
    pub limits: Limits,
    /// Steps of the same partition whose output it reads.
    pub needs: &'static [Step],
    /// Tables it reads besides.
    pub reads: &'static [&'static str],
    /// Tables only it writes, per partition.
    pub writes: &'static [&'static str],
    /// What it does.
    pub summary: &'static str,
}

/// How long an attempt of a step may take, and how long it may make no progress. Many times what is usual: they tell
/// stuck from slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From claimed to done.
    pub attempt: SignedDuration,
    /// From beat to beat.
    pub silence: SignedDuration,
    /// Whether it asks others, who may be asked too much.
    pub asks: Asks,
}

/// Whom a step asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Only our own store.
    Ourselves,
    /// Providers on the network.
    Providers,
}

impl Limits {
    /// A step that takes well under a second: the original's attempt deadline, and a minute of silence.
    pub const USUAL: Self = Self::of(320, 60, Asks::Ourselves);
    /// A step that may work through a whole archive, or learn from four seasons.
    pub const LONG: Self = Self::of(1800, 600, Asks::Ourselves);
    /// A step that waits for others.
    pub const FETCHING: Self = Self::of(320, 120, Asks::Providers);

    const fn of(attempt: i64, silence: i64, asks: Asks) -> Self {
        Self { attempt: SignedDuration::from_secs(attempt), silence: SignedDuration::from_secs(silence), asks }
    }
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
    /// The boosted model and the ensemble's weights.
    TrainModels,
    /// The same, taught what line-ups tell as well.
    TrainLateModels,
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
    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY.iter().map(|spec| spec.step)
    }

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

    /// The step that trains the models of a sight.
    pub fn training(sight: Sight) -> Self {
        match sight {
            Sight::Morning => Self::TrainModels,
            Sight::Late => Self::TrainLateModels,
        }
    }

    /// The step of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|step| step.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// What the registry says about it.
    pub fn spec(self) -> &'static StepSpec {
        &REGISTRY[self as usize]
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
    "lineup_spot",
    "alias",
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
    fn the_registry_is_in_the_order_of_the_steps() {
        for (index, spec) in REGISTRY.iter().enumerate() {
            assert_eq!(spec.step as usize, index, "{}", spec.name);
        }
    }

    #[test]
    fn what_a_step_needs_comes_before_it_and_shares_its_partition() {
        for (index, step) in Step::all().enumerate() {
            for need in step.spec().needs {
                let position = Step::all().position(|other| other == *need).unwrap();
                assert!(position < index, "{step} needs {need}");
                assert_eq!(need.spec().partition, step.spec().partition, "{step} needs {need}");
            }
            assert_eq!(Step::named(step.name()), Some(step));
        }
    }

    #[test]
    fn one_writer_a_table_and_partition() {
        for step in Step::all() {
            for other in Step::all().filter(|other| *other != step) {
                let shared = step.spec().writes.iter().any(|table| other.spec().writes.contains(table));
                let same_partition = step.spec().partition == other.spec().partition;
                // Publishing and results write documents of different paths; models are read by their step.
                let pairs = [[Step::Publish, Step::PublishResults], Sight::ALL.map(Step::training)];
                let apart = pairs.contains(&[step, other]) || pairs.contains(&[other, step]);
                assert!(!shared || !same_partition || apart, "{step} and {other}");
            }
        }
    }
}
