//! The plan: what should exist, and whether each part of it can be made yet. Pure: a world in, tasks out.
//!
//! Everything else follows from the grid this writes: what is missing is planned less done, and running again,
//! catching up and the first run are the same path.

mod day;
mod grading;
mod payloads;
mod revisions;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;
use std::sync::Arc;

use domain::{Edition, Game, GameDate, GameId};
use jiff::Timestamp;
use predict::features::SCHEMA_VERSION;
use predict::inputs::INPUTS_VERSION;

use crate::source::Schedule;
use crate::steps::train::{model_month, training_slates};
use crate::{Coverage, Markets, Partition, Reach, Step};

pub use day::{Askable, LOOKS_BACK_DAYS, day, moments, tells_lines};
pub use payloads::{DirectoryRole, landing, processing};
pub use revisions::{Revisions, TableRevisions};

/// Whether a task can run, decided before any work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Its inputs are there; these words stand for those that no task's output covers.
    Ready {
        /// What the result depends on besides upstream outputs.
        inputs: Vec<String>,
    },
    /// Too early.
    NotYet {
        /// When it is worth looking again, if that is known.
        until: Option<Timestamp>,
        /// What is missing.
        why: String,
    },
    /// Nothing to do.
    Nothing {
        /// Why.
        why: String,
    },
}

/// A task as the plan wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Which step.
    pub step: Step,
    /// On what.
    pub partition: Partition,
    /// Whether it can run.
    pub readiness: Readiness,
}

/// Holds an edition's tasks back until its cutoff: what will be known then is not known before.
pub fn hold_until_cutoff(planned: &mut [Planned], edition: Edition) {
    let until = edition.cutoff.instant();
    for task in planned.iter_mut().filter(|task| task.partition == Partition::Edition(edition)) {
        if let Readiness::Ready { .. } = task.readiness {
            let why = format!("it is made of what is known at {}", GameDate::offset_text(until));
            task.readiness = Readiness::NotYet { until: Some(until), why };
        }
    }
}

/// Where a task of the ledger stands, as far as planning cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its output is there, under this name.
    Done(i64),
    /// There was nothing to do.
    Nothing,
    /// Its last attempt failed; what an earlier one made stays.
    Failed {
        /// Why.
        why: String,
        /// The output that stays.
        output: Option<i64>,
    },
    /// Anything else.
    Open,
}

/// What there is to plan an edition from.
#[derive(Debug)]
pub struct World {
    /// The edition.
    pub edition: Edition,
    /// Scheduled games, newest version of each.
    pub games: Arc<Schedule>,
    /// The slate's games as they were scheduled at the edition's cutoff: what is re-timed or moved later is not theirs
    /// to know.
    pub scheduled: Vec<Game>,
    /// What the edition is about.
    pub coverage: Coverage,
    /// The slate's published editions that are older.
    pub earlier: Vec<Edition>,
    /// Which of the slate's games have a final score by now.
    pub finished: BTreeSet<GameId>,
    /// How often facts were added to.
    pub revisions: Arc<Revisions>,
    /// Tasks of the ledger.
    pub tasks: BTreeMap<(Step, Partition), Standing>,
    /// Stands for the records of the slates before the one to grade.
    pub earlier_records: String,
    /// How many answers of external systems to the edition are kept.
    pub answers_heard: u64,
    /// What models are trained for.
    pub markets: Markets,
}

/// Tables a slate's summaries are made from.
const SUMMARY_FACTS: [&str; 4] = ["game", "final_score", "box_score", "player_shots"];
/// Tables features are made from.
const FEATURE_FACTS: [&str; 6] = [
    "game",
    "prop_line",
    "injury_event",
    "player_game_summary",
    "team_offense_game_summary",
    "team_defense_game_summary",
];
/// Those of them that are about games still to come.
const UPCOMING_FACTS: [&str; 3] = ["game", "prop_line", "injury_event"];
/// An edition waits for the summaries of slates this near; older gaps show in the grid and hold nobody up.
const HELD_UP_BY_DAYS: i32 = 45;

impl World {
    /// What is known about an edition and the slates around it.
    pub fn new(edition: Edition, games: Arc<Schedule>, revisions: Arc<Revisions>) -> Self {
        Self {
            edition,
            games,
            scheduled: Vec::new(),
            coverage: Coverage::default(),
            earlier: Vec::new(),
            finished: BTreeSet::new(),
            revisions,
            tasks: BTreeMap::new(),
            earlier_records: String::new(),
            answers_heard: 0,
            markets: Markets::default(),
        }
    }

    /// Partitions whose standing decides whether what the edition rests on is ready.
    pub fn watched(&self) -> Vec<Partition> {
        let month = model_month(self.edition);
        let recent = training_slates(month).start().plus_days(-2 * HELD_UP_BY_DAYS)..=self.edition.slate;
        let slates = self.games.range(recent).map(|(slate, _)| Partition::Slate(*slate));
        let editions = self.earlier.iter().chain([&self.edition]).map(|edition| Partition::Edition(*edition));
        slates.chain([Partition::Month(month)]).chain(editions).collect()
    }

    /// Summaries of every slate up to and including the edition's.
    pub fn summaries(&self) -> Vec<Planned> {
        self.summaries_of(..=self.edition.slate)
    }

    /// Summaries of some slates.
    pub fn summaries_of(&self, slates: impl RangeBounds<GameDate>) -> Vec<Planned> {
        self.games
            .range(slates)
            .flat_map(|(slate, games)| {
                let readiness = self.summary_readiness(*slate, games);
                Step::SUMMARIES.map(|step| Planned {
                    step,
                    partition: Partition::Slate(*slate),
                    readiness: readiness.clone(),
                })
            })
            .collect()
    }

    /// What the edition rests on: summaries near enough to hold it up.
    pub fn foundations(&self) -> Vec<Planned> {
        let slate = self.edition.slate;
        self.summaries_of(slate.plus_days(-HELD_UP_BY_DAYS)..slate)
    }

    fn summary_readiness(&self, slate: GameDate, games: &[Game]) -> Readiness {
        if self.revision("box_score", slate) == 0 {
            let until = games.iter().map(Game::box_known_at).max();
            return Readiness::NotYet { until, why: "no box score is known".to_owned() };
        }
        Readiness::Ready { inputs: self.of_slate(&SUMMARY_FACTS, slate) }
    }

    /// The models of the edition's month that its games need.
    pub fn training(&self) -> Vec<Planned> {
        let first = model_month(self.edition);
        let readiness = self.model_readiness(first);
        let model = |step| Planned { step, partition: Partition::Month(first), readiness: readiness.clone() };
        self.coverage.sights().into_iter().map(Step::training).map(model).collect()
    }

    fn model_readiness(&self, first: GameDate) -> Readiness {
        let slates = training_slates(first);
        if self.games.range(slates.clone()).next().is_none() {
            return Readiness::Nothing { why: format!("no slates are known in the years before {first}") };
        }
        if let Some(why) = self.waits_for_summaries(*slates.end()) {
            return Readiness::NotYet { until: None, why };
        }
        let history = slates.start().plus_days(-predict::HISTORY_DAYS - 31);
        let behind = self
            .revisions
            .within(history..=first.plus_days(-1))
            .filter(|(table, ..)| FEATURE_FACTS.contains(table) || UPCOMING_FACTS.contains(table));
        let inputs = behind.map(|(table, slate, rows)| format!("{table} {slate} {rows}"));
        // Where points are alone, nothing differs from what it was before there were other markets.
        let others = self.markets.others().map(|market| format!("market {market}"));
        Readiness::Ready {
            inputs: std::iter::once(format!("inputs {INPUTS_VERSION}")).chain(others).chain(inputs).collect(),
        }
    }

    /// Everything that predicts the edition.
    pub fn prediction(&self) -> Vec<Planned> {
        let edition = self.edition;
        let readiness = self.edition_readiness(edition);
        let model = Partition::Month(model_month(edition));
        Step::EDITION
            .into_iter()
            .map(|step| {
                let readiness = match (&readiness, step) {
                    // A day without games is published as such; one whose games have started is left as it is.
                    (Readiness::Nothing { .. }, Step::Publish) if self.scheduled.is_empty() => {
                        Readiness::Ready { inputs: vec!["no games".to_owned()] }
                    }
                    (Readiness::Ready { inputs }, Step::Forecast) => self.forecast_readiness(inputs, &model),
                    (Readiness::Ready { inputs }, Step::Consolidate) => {
                        Readiness::Ready { inputs: self.with_answers(inputs) }
                    }
                    (Readiness::Ready { inputs }, Step::Publish) => self.publish_readiness(inputs),
                    (readiness, _) => readiness.clone(),
                };
                Planned { step, partition: Partition::Edition(edition), readiness }
            })
            .collect()
    }

    fn edition_readiness(&self, edition: Edition) -> Readiness {
        if self.scheduled.is_empty() {
            if !self.games.contains_key(&edition.slate) {
                return self.without_games(edition.slate);
            }
            return Readiness::NotYet { until: None, why: "its games were not scheduled yet at the cutoff".to_owned() };
        }
        if self.coverage.games.is_empty() {
            return Readiness::Nothing { why: "every game has started by the cutoff".to_owned() };
        }
        match self.waits_for_summaries(edition.slate.plus_days(-1)) {
            Some(why) => Readiness::NotYet { until: None, why },
            None => {
                let facts = self.facts_behind(edition.slate, edition.slate);
                let lineups = self.coverage.lineups.iter().map(|(game, lineup)| format!("{game} {lineup:?}"));
                Readiness::Ready { inputs: facts.into_iter().chain(lineups).collect() }
            }
        }
    }

    /// A date without a game is a day off only within the schedule that is known.
    fn without_games(&self, slate: GameDate) -> Readiness {
        let why = match self.schedule_span() {
            Some((first, last)) if (first..=last).contains(&slate) => {
                return Readiness::Nothing { why: "no games".to_owned() };
            }
            Some((first, last)) => {
                format!("the schedule is known from {first} to {last}; import or fetch this date first")
            }
            None => "no schedule is known; import one first".to_owned(),
        };
        Readiness::NotYet { until: None, why }
    }

    fn forecast_readiness(&self, inputs: &[String], month: &Partition) -> Readiness {
        let mut inputs = inputs.to_vec();
        for step in self.coverage.sights().into_iter().map(Step::training) {
            let waits = |why| Readiness::NotYet { until: None, why };
            match self.tasks.get(&(step, month.clone())) {
                Some(Standing::Done(output)) => inputs.push(format!("{step} {output}")),
                Some(Standing::Nothing) | None => inputs.push(format!("nothing of {step}")),
                Some(Standing::Failed { why, .. }) => return waits(format!("waits for {step}, which failed: {why}")),
                Some(Standing::Open) => return waits(format!("waits for {step}")),
            }
        }
        Readiness::Ready { inputs }
    }

    /// What earlier editions say of the other games stays on the page. A late edition changes a page; it is none by itself.
    fn publish_readiness(&self, inputs: &[String]) -> Readiness {
        let published = |edition: &Edition| match self.tasks.get(&(Step::Publish, Partition::Edition(*edition))) {
            Some(Standing::Done(output) | Standing::Failed { output: Some(output), .. }) => {
                Some(format!("{edition} {output}"))
            }
            _ => None,
        };
        let earlier: Vec<String> = self.earlier.iter().filter_map(published).collect();
        if self.coverage.reach == Reach::Late && earlier.is_empty() {
            let why = "nothing is published yet that line-ups could change".to_owned();
            return Readiness::NotYet { until: None, why };
        }
        Readiness::Ready { inputs: self.with_answers(&[inputs, &earlier].concat()) }
    }

    /// These inputs, and what external systems answered. Where none did, nothing differs from what it was before there
    /// were any.
    fn with_answers(&self, inputs: &[String]) -> Vec<String> {
        let heard = (self.answers_heard > 0).then(|| format!("external_answer {}", self.answers_heard));
        inputs.iter().cloned().chain(heard).collect()
    }

    /// Dates of the first and the last scheduled game.
    pub fn schedule_span(&self) -> Option<(GameDate, GameDate)> {
        self.games.keys().next().copied().zip(self.games.keys().next_back().copied())
    }

    /// How many versions of a table's facts about a slate there are.
    pub fn revision(&self, table: &str, slate: GameDate) -> u64 {
        self.revisions.of(table, slate)
    }

    fn of_slate(&self, tables: &[&str], slate: GameDate) -> Vec<String> {
        tables.iter().map(|table| format!("{table} {}", self.revision(table, slate))).collect()
    }

    /// Stands for everything features of slates from `first` to `last` are made from: what they are, what is to come
    /// on the last one, and what came before it, as far as history reaches.
    fn facts_behind(&self, first: GameDate, last: GameDate) -> Vec<String> {
        // History counts from the cutoff, which may lie some days before the slate.
        let history = first.plus_days(-predict::HISTORY_DAYS - 31);
        let facts = self
            .revisions
            .within(history..=last)
            .filter(|(table, slate, _)| match *slate {
                slate if slate == last => UPCOMING_FACTS.contains(table),
                _ => FEATURE_FACTS.contains(table),
            })
            .map(|(table, slate, rows)| format!("{table} {slate} {rows}"));
        std::iter::once(format!("schema {SCHEMA_VERSION}")).chain(facts).collect()
    }

    /// Why features up to a slate must wait: a summary near it that is due and not done.
    fn waits_for_summaries(&self, last: GameDate) -> Option<String> {
        let near = last.plus_days(-HELD_UP_BY_DAYS)..=last;
        let missing: Vec<(Step, GameDate, Option<&Standing>)> = self
            .games
            .range(near)
            .filter(|(slate, _)| self.revision("box_score", **slate) > 0)
            .flat_map(|(slate, _)| Step::SUMMARIES.map(|step| (step, *slate)))
            .map(|(step, slate)| (step, slate, self.tasks.get(&(step, Partition::Slate(slate)))))
            .filter(|(_, _, standing)| !matches!(standing, Some(Standing::Done(_) | Standing::Nothing)))
            .collect();
        let (step, slate, standing) = missing.first()?;
        let state = match standing {
            Some(Standing::Failed { why, .. }) => format!("failed: {why}"),
            _ => "not done".to_owned(),
        };
        let more = missing.len() - 1;
        let others = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        Some(format!("waits for {step} of {slate}, which is {state}{others}"))
    }
}

#[cfg(test)]
mod tests;
