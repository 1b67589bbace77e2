//! Output sets, read back for the steps after them.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{Edition, GameDate};
use pipeline::ports::{OutputStore, PublishedEdition, StoreError};
use pipeline::rows::{Consolidation, ConsolidationSummary, ModelArtifact, Prediction, SystemPerformance};
use pipeline::{Partition, Rows, Step};
use predict::features::FeatureRow;
use runtime::OutputId;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::Sqlite;
use super::statements::{read_record, select, sql};
use crate::error::Fault;
use crate::rows::{Record, select_list};

#[async_trait]
impl OutputStore for Sqlite {
    async fn models(&self, month: GameDate) -> Result<Vec<ModelArtifact>, StoreError> {
        let partition = Partition::Month(month).to_string();
        let models = self.read(move |connection| {
            let mut models: Vec<ModelArtifact> =
                select(connection, sql::models, named_params! { ":partition": partition })?;
            models.sort_by_key(|model| model.system);
            Ok(models)
        });
        Ok(models.await?)
    }

    async fn training_features(&self, slates: RangeInclusive<GameDate>) -> Result<Vec<FeatureRow>, StoreError> {
        let rows = self.read(move |connection| {
            let (first, last) = (slates.start().to_string(), slates.end().to_string());
            select(connection, sql::training_features, named_params! { ":first": first, ":last": last })
        });
        Ok(rows.await?)
    }

    async fn published(&self, edition: Edition) -> Result<Option<PublishedEdition>, StoreError> {
        let predictions = self.read(move |connection| {
            let partition = Partition::Edition(edition).to_string();
            let output: Option<i64> = connection
                .prepare_cached(sql::published_output)?
                .query_row(named_params! { ":partition": partition }, |row| row.get(0))
                .optional()?;
            output.map(|output| read_output::<Prediction>(connection, OutputId(output))).transpose()
        });
        Ok(predictions.await?.map(|predictions| PublishedEdition { edition, predictions }))
    }

    async fn performance(&self, through: GameDate) -> Result<Vec<SystemPerformance>, StoreError> {
        let records = self.read(move |connection| {
            let through = through.to_string();
            let records: Vec<SystemPerformance> =
                select(connection, sql::performance, named_params! { ":through": through })?;
            // Of a slate with several editions the newest counts, which comes last.
            let mut newest = Vec::<SystemPerformance>::new();
            for record in records {
                let Edition { slate, cutoff } = record.edition;
                while newest.last().is_some_and(|last| last.edition.slate == slate && last.edition.cutoff < cutoff) {
                    newest.pop();
                }
                newest.push(record);
            }
            Ok(newest)
        });
        Ok(records.await?)
    }
}

/// The rows of one output set, in order of their keys.
pub(super) fn read_output<R: Record>(connection: &Connection, output: OutputId) -> Result<Vec<R>, Fault> {
    let order = R::KEY.join(", ");
    let text =
        format!("SELECT {} FROM {} AS t WHERE t.output_id = :output ORDER BY {order}", select_list::<R>("t"), R::TABLE);
    select(connection, &text, named_params! { ":output": output.0 })
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
        Step::MlFeatureStore | Step::TrainingFeatures => Rows::Features(read_output(connection, output)?),
        Step::TrainModels => Rows::Models(read_output(connection, output)?),
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
    let summary = connection.prepare_cached(text)?.query_row([output.0], |row| {
        Ok(ConsolidationSummary {
            expected_players: row.get(0)?,
            completed_players: row.get(1)?,
            skipped_players: row.get(2)?,
            missing_players: row.get(3)?,
            predictions: row.get(4)?,
        })
    })?;
    let predictions = read_output(connection, output)?;
    // The publishing guard and the documents need no scenarios, and there are ten thousand of them.
    Ok(Consolidation { predictions, scenarios: Vec::new(), summary })
}

/// A prediction by the beginning of its name, with the output that holds it.
pub(super) fn predictions_named(connection: &Connection, prefix: &str) -> Result<Vec<(OutputId, Prediction)>, Fault> {
    let text = super::statements::about::<Prediction>(sql::prediction_by_id);
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(named_params! { ":prefix": prefix })?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((OutputId(row.get(0)?), read_record(row, 1)?));
    }
    Ok(found)
}
