//! Stored rows: how domain values become columns and come back.
//!
//! A [`Record`] names its table and columns once; inserting and selecting are generated from that list, and a test
//! compares it with the migrated database. Values pass through [`Value`] and [`Cells`], which no
//! dialect owns.

pub(crate) mod alerts;
mod aliases;
pub(crate) mod answers;
pub(crate) mod attempts;
mod cells;
mod documents;
pub(crate) mod external_answers;
mod facts;
mod features;
mod grades;
pub(crate) mod operations;
pub(crate) mod oversight;
mod predictions;
pub(crate) mod providers;
mod reading;
mod stored_body;
mod summaries;
pub(crate) mod tasks;

pub(crate) use cells::{Cells, Columns, Corrupt, Value, Writer};
pub(crate) use reading::{ReadFacts, about, key_bytes, output_set, read_known, read_record};
pub(crate) use stored_body::StoredBody;

/// A value stored as one row of one table.
pub(crate) trait Record: Sized {
    /// Its table.
    const TABLE: &'static str;
    /// Columns of its natural key, in order.
    const KEY: &'static [&'static str];
    /// The other columns, in order.
    const CONTENT: &'static [&'static str];

    /// Pushes key, then content.
    fn write<'a>(&'a self, row: &mut Writer<'a>);

    /// Reads key, then content.
    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt>;
}

/// The columns of a record, as a select list of the table's alias.
pub(crate) fn select_list<R: Record>(alias: &str) -> String {
    let columns = R::KEY.iter().chain(R::CONTENT);
    columns.map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
}

/// Every record, for the tests that compare them with the database.
#[cfg(test)]
pub(crate) mod every {
    use super::Record;

    /// Table, key and content columns of every record.
    pub(crate) fn layout() -> Vec<(&'static str, &'static [&'static str], &'static [&'static str], Stored)> {
        fn of<R: Record>(stored: Stored) -> (&'static str, &'static [&'static str], &'static [&'static str], Stored) {
            (R::TABLE, R::KEY, R::CONTENT, stored)
        }
        use domain::{
            Alias, BoxScore, FinalScore, Game, GameLine, InjuryEvent, LineupSpot, PlayerGameSummary, PlayerName,
            PlayerShots, PropLine, TeamDefenseGameSummary, TeamName, TeamOffenseGameSummary,
        };
        use pipeline::rows::{Document, Forecast, Grade, ModelArtifact, Prediction, Scenario, SystemPerformance};
        use predict::features::{
            FeatureRow, PlayerCompositeFactors, PlayerDailyCache, PlayerShotZoneAnalysis, TeamDefenseZoneAnalysis,
            UpcomingPlayerGameContext, UpcomingTeamGameContext,
        };
        vec![
            of::<TeamName>(Stored::Fact),
            of::<PlayerName>(Stored::Fact),
            of::<Game>(Stored::Fact),
            of::<FinalScore>(Stored::Fact),
            of::<BoxScore>(Stored::Fact),
            of::<PlayerShots>(Stored::Fact),
            of::<PropLine>(Stored::Fact),
            of::<GameLine>(Stored::Fact),
            of::<InjuryEvent>(Stored::Fact),
            of::<LineupSpot>(Stored::Fact),
            of::<Alias>(Stored::Fact),
            of::<PlayerGameSummary>(Stored::Fact),
            of::<TeamOffenseGameSummary>(Stored::Fact),
            of::<TeamDefenseGameSummary>(Stored::Fact),
            of::<UpcomingTeamGameContext>(Stored::Output),
            of::<UpcomingPlayerGameContext>(Stored::Output),
            of::<PlayerDailyCache>(Stored::Output),
            of::<PlayerShotZoneAnalysis>(Stored::Output),
            of::<TeamDefenseZoneAnalysis>(Stored::Output),
            of::<PlayerCompositeFactors>(Stored::Output),
            of::<FeatureRow>(Stored::Output),
            of::<ModelArtifact>(Stored::Output),
            of::<Forecast>(Stored::Output),
            of::<Prediction>(Stored::Output),
            of::<Scenario>(Stored::Output),
            of::<Document>(Stored::Output),
            of::<Grade>(Stored::Output),
            of::<SystemPerformance>(Stored::Output),
        ]
    }

    /// How a record's table is kept.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Stored {
        /// Versioned by key.
        Fact,
        /// In immutable sets.
        Output,
    }
}
