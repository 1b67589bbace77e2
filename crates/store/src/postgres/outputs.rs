//! Output sets, read back for the steps after them.

use std::ops::RangeInclusive;

use async_trait::async_trait;
use deadpool_postgres::Client;
use domain::{Edition, GameDate, Market};
use pipeline::ports::{OutputStore, StoreError};
use pipeline::rows::{Consolidation, Grade, ModelArtifact, Prediction, SystemPerformance};
use pipeline::{Partition, Rows, Step};
use predict::SystemId;
use predict::inputs::Sight;
use runtime::OutputId;

use super::Postgres;
use super::statements::{select, select_rows, sql};
use crate::error::Fault;
use crate::rows::answers::{
    consolidation_summary, edition, last_of_each, of_newest_editions, output, question, record_of_output,
};
use crate::rows::{Corrupt, Record, about, output_set};

#[async_trait]
impl OutputStore for Postgres {
    async fn models(&self, month: GameDate, sight: Sight) -> Result<Vec<ModelArtifact>, StoreError> {
        let client = self.client().await?;
        let partition = Partition::Month(month).to_string();
        let step = Step::training(sight).name();
        let mut models: Vec<ModelArtifact> = select(&client, sql::models, &[&partition, &step]).await?;
        models.sort_by_key(|model| (model.market, model.system));
        Ok(models)
    }

    async fn published_editions(&self, slates: RangeInclusive<GameDate>) -> Result<Vec<Edition>, StoreError> {
        let client = self.client().await?;
        let (first, last) = (slates.start().to_string(), slates.end().to_string());
        let editions = select_rows(&client, sql::published_editions, &[&first, &last], edition).await?;
        Ok(editions.into_iter().flatten().collect())
    }

    async fn published(&self, edition: Edition, step: Step) -> Result<Option<Rows>, StoreError> {
        let client = self.client().await?;
        let partition = Partition::Edition(edition).to_string();
        let found = select_rows(&client, sql::published_output, &[&partition, &step.name()], output).await?;
        let Some(output) = found.first() else { return Ok(None) };
        Ok(Some(read_rows(&client, step, *output).await?))
    }

    async fn performance(&self, through: GameDate) -> Result<Vec<SystemPerformance>, StoreError> {
        let client = self.client().await?;
        Ok(of_newest_editions(select(&client, sql::performance, &[&through.to_string()]).await?))
    }

    async fn grades(
        &self,
        slates: RangeInclusive<GameDate>,
        market: Market,
        [one, other]: [SystemId; 2],
    ) -> Result<Vec<Grade>, StoreError> {
        let client = self.client().await?;
        let (first, last) = (slates.start().to_string(), slates.end().to_string());
        let (market, one, other) = (market.code(), one.code(), other.code());
        let grades = select(&client, sql::grades, &[&first, &last, &market, &one, &other]).await?;
        Ok(last_of_each(grades, question))
    }
}

/// The rows of one output set, in order of their keys.
pub(super) async fn read_output<R: Record>(client: &Client, output: OutputId) -> Result<Vec<R>, Fault> {
    select(client, &output_set::<R>("$1"), &[&output.0]).await
}

/// What a step's attempt produced, as the step after it needs it.
pub(super) async fn read_rows(client: &Client, step: Step, output: OutputId) -> Result<Rows, Fault> {
    Ok(match step {
        Step::UpcomingTeamGameContext => Rows::TeamContexts(read_output(client, output).await?),
        Step::UpcomingPlayerGameContext => Rows::PlayerContexts(read_output(client, output).await?),
        Step::PlayerDailyCache => Rows::DailyCaches(read_output(client, output).await?),
        Step::PlayerShotZoneAnalysis => Rows::ShotZones(read_output(client, output).await?),
        Step::TeamDefenseZoneAnalysis => Rows::DefenseZones(read_output(client, output).await?),
        Step::PlayerCompositeFactors => Rows::Composites(read_output(client, output).await?),
        Step::MlFeatureStore => Rows::Features(read_output(client, output).await?),
        Step::TrainModels | Step::TrainLateModels => Rows::Models(read_output(client, output).await?),
        Step::Forecast => Rows::Forecasts(read_output(client, output).await?),
        Step::Consolidate => Rows::Consolidation(read_consolidation(client, output).await?),
        Step::Publish | Step::PublishResults => Rows::Documents(read_output(client, output).await?),
        Step::Grade => Rows::Grades(read_output(client, output).await?),
        Step::SystemDailyPerformance => Rows::Performance(read_output(client, output).await?),
        Step::Land
        | Step::Process
        | Step::PlayerGameSummary
        | Step::TeamOffenseGameSummary
        | Step::TeamDefenseGameSummary => {
            return Err(Fault::Refused(format!("{step} adds to what is known; it has no output set to read")));
        }
    })
}

async fn read_consolidation(client: &Client, output: OutputId) -> Result<Consolidation, Fault> {
    let text = "SELECT expected_players, completed_players, skipped_players, missing_players, predictions
                FROM consolidation_summary WHERE output_id = $1";
    let summary = select_rows(client, text, &[&output.0], consolidation_summary).await?.pop();
    let summary = summary.ok_or_else(|| Corrupt(format!("output {} has no summary", output.0)))?;
    let predictions = read_output(client, output).await?;
    // The publishing guard and the documents need no scenarios, and there are ten thousand of them.
    Ok(Consolidation { predictions, scenarios: Vec::new(), summary })
}

/// A prediction by the beginning of its name, with the output that holds it.
pub(super) async fn predictions_named(client: &Client, prefix: &str) -> Result<Vec<(OutputId, Prediction)>, Fault> {
    let text = about::<Prediction>(sql::prediction_by_id);
    select_rows(client, &text, &[&prefix], record_of_output).await
}
