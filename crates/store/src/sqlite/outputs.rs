//! Output sets, read back for the steps after them.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{Edition, GameDate, Market};
use pipeline::ports::{OutputStore, StoreError};
use pipeline::rows::{Consolidation, Grade, ModelArtifact, Prediction, SystemPerformance};
use pipeline::{Partition, Rows, Step};
use predict::SystemId;
use predict::inputs::Sight;
use runtime::OutputId;
use rusqlite::{Connection, named_params};

use super::Sqlite;
use super::statements::{select, select_rows, sql};
use crate::error::Fault;
use crate::rows::answers::{
    consolidation_summary, edition, last_of_each, of_newest_editions, output, question, record_of_output,
};
use crate::rows::{Corrupt, Record, about, output_set};

#[async_trait]
impl OutputStore for Sqlite {
    async fn models(&self, month: GameDate, sight: Sight) -> Result<Vec<ModelArtifact>, StoreError> {
        let partition = Partition::Month(month).to_string();
        let models = self.read(move |connection| {
            let named = named_params! { ":partition": partition, ":step": Step::training(sight).name() };
            let mut models: Vec<ModelArtifact> = select(connection, sql::models, named)?;
            models.sort_by_key(|model| (model.market, model.system));
            Ok(models)
        });
        Ok(models.await?)
    }

    async fn published_editions(&self, slates: RangeInclusive<GameDate>) -> Result<Vec<Edition>, StoreError> {
        let editions = self.read(move |connection| {
            let params = named_params! { ":first": slates.start().to_string(), ":last": slates.end().to_string() };
            let editions = select_rows(connection, sql::published_editions, params, edition)?;
            Ok(editions.into_iter().flatten().collect())
        });
        Ok(editions.await?)
    }

    async fn published(&self, edition: Edition, step: Step) -> Result<Option<Rows>, StoreError> {
        let rows = self.read(move |connection| {
            let partition = Partition::Edition(edition).to_string();
            let named = named_params! { ":partition": partition, ":step": step.name() };
            let found = select_rows(connection, sql::published_output, named, output)?;
            found.first().map(|output| read_rows(connection, step, *output)).transpose()
        });
        Ok(rows.await?)
    }

    async fn performance(&self, through: GameDate) -> Result<Vec<SystemPerformance>, StoreError> {
        let records = self.read(move |connection| {
            let through = through.to_string();
            let records: Vec<SystemPerformance> =
                select(connection, sql::performance, named_params! { ":through": through })?;
            Ok(of_newest_editions(records))
        });
        Ok(records.await?)
    }

    async fn grades(
        &self,
        slates: RangeInclusive<GameDate>,
        market: Market,
        [one, other]: [SystemId; 2],
    ) -> Result<Vec<Grade>, StoreError> {
        let grades = self.read(move |connection| {
            let (first, last) = (slates.start().to_string(), slates.end().to_string());
            let (market, one, other) = (market.code(), one.code(), other.code());
            let named =
                named_params! { ":first": first, ":last": last, ":market": market, ":one": one, ":other": other };
            select(connection, sql::grades, named)
        });
        Ok(last_of_each(grades.await?, question))
    }
}

/// The rows of one output set, in order of their keys.
pub(super) fn read_output<R: Record>(connection: &Connection, output: OutputId) -> Result<Vec<R>, Fault> {
    select(connection, &output_set::<R>(":output"), named_params! { ":output": output.0 })
}

/// What a step's attempt produced, as the step after it needs it.
pub(super) fn read_rows(connection: &Connection, step: Step, output: OutputId) -> Result<Rows, Fault> {
    Ok(match step {
        Step::UpcomingTeamGameContext => Rows::TeamContexts(read_output(connection, output)?),
        Step::UpcomingPlayerGameContext => Rows::PlayerContexts(read_output(connection, output)?),
        Step::PlayerDailyCache => Rows::DailyCaches(read_output(connection, output)?),
        Step::PlayerShotZoneAnalysis => Rows::ShotZones(read_output(connection, output)?),
        Step::TeamDefenseZoneAnalysis => Rows::DefenseZones(read_output(connection, output)?),
        Step::PlayerCompositeFactors => Rows::Composites(read_output(connection, output)?),
        Step::MlFeatureStore => Rows::Features(read_output(connection, output)?),
        Step::TrainModels | Step::TrainLateModels => Rows::Models(read_output(connection, output)?),
        Step::Forecast => Rows::Forecasts(read_output(connection, output)?),
        Step::Consolidate => Rows::Consolidation(read_consolidation(connection, output)?),
        Step::Publish | Step::PublishResults => Rows::Documents(read_output(connection, output)?),
        Step::Grade => Rows::Grades(read_output(connection, output)?),
        Step::SystemDailyPerformance => Rows::Performance(read_output(connection, output)?),
        Step::Land
        | Step::Process
        | Step::PlayerGameSummary
        | Step::TeamOffenseGameSummary
        | Step::TeamDefenseGameSummary => {
            return Err(Fault::Refused(format!("{step} adds to what is known; it has no output set to read")));
        }
    })
}

fn read_consolidation(connection: &Connection, output: OutputId) -> Result<Consolidation, Fault> {
    let text = "SELECT expected_players, completed_players, skipped_players, missing_players, predictions
                FROM consolidation_summary WHERE output_id = ?1";
    let summary = select_rows(connection, text, [output.0], consolidation_summary)?.pop();
    let summary = summary.ok_or_else(|| Corrupt(format!("output {} has no summary", output.0)))?;
    let predictions = read_output(connection, output)?;
    // The publishing guard and the documents need no scenarios, and there are ten thousand of them.
    Ok(Consolidation { predictions, scenarios: Vec::new(), summary })
}

/// A prediction by the beginning of its name, with the output that holds it.
pub(super) fn predictions_named(connection: &Connection, prefix: &str) -> Result<Vec<(OutputId, Prediction)>, Fault> {
    let text = about::<Prediction>(sql::prediction_by_id);
    select_rows(connection, &text, named_params! { ":prefix": prefix }, record_of_output)
}
