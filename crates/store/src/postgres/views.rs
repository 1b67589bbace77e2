//! What people ask, on Postgres.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use async_trait::async_trait;
use deadpool_postgres::Client;
use domain::{Alias, Edition, Game, GameDate, Known, PlayerGameSummary, Provenance};
use jiff::Timestamp;
use pipeline::ports::StoreError;
use pipeline::rows::{Document, Forecast, Prediction, Twin};
use pipeline::suspicion::Finding;
use pipeline::{Partition, Rows, Step};
use predict::features::FeatureRow;
use runtime::OutputId;

use super::outputs::{predictions_named, read_output, read_rows};
use super::statements::{select, select_rows, sql};
use super::{Postgres, begin, settle};
use crate::error::Fault;
use crate::rows::about;
use crate::rows::answers::{
    arrival, attempt_report, chain_link, completion, edition, game_source, instant_if_any, last_of_each,
    parser_versions, payload_finding, payload_source, slate_if_any, text, twin, unresolved_name,
};
use crate::settling::Arrival as Place;
use crate::views::{Arrival, AttemptReport, Completion, Explanation, GameSource, PayloadSource, UnresolvedName, Views};

#[async_trait]
impl Views for Postgres {
    async fn claim_world(&self, world: &str) -> Result<String, StoreError> {
        let client = self.client().await?;
        select_rows(&client, sql::claim_world, &[&world], text).await?;
        let bears = select_rows(&client, sql::world, &[], text).await?.pop();
        Ok(bears.unwrap_or_else(|| world.to_owned()))
    }

    async fn rows(&self, step: Step, output: OutputId) -> Result<Rows, StoreError> {
        let client = self.client().await?;
        Ok(read_rows(&client, step, output).await?)
    }

    async fn newest_published(&self) -> Result<Option<GameDate>, StoreError> {
        let client = self.client().await?;
        Ok(select_rows(&client, sql::newest_published, &[], slate_if_any).await?.into_iter().flatten().next())
    }

    async fn attempt_reports(
        &self,
        partitions: &[Partition],
    ) -> Result<BTreeMap<(Step, Partition), AttemptReport>, StoreError> {
        let client = self.client().await?;
        let names: Vec<String> = partitions.iter().map(Partition::to_string).collect();
        let reports = select_rows(&client, sql::attempt_reports, &[&names], attempt_report).await?;
        Ok(reports.into_iter().flatten().collect())
    }

    async fn documents(&self, slate: GameDate) -> Result<Vec<Document>, StoreError> {
        let client = self.client().await?;
        let documents = select(&client, sql::current_documents, &[&slate.to_string()]).await?;
        Ok(last_of_each(documents, |document: &Document| document.path.clone()))
    }

    async fn newest_twins(&self) -> Result<BTreeMap<Twin, GameDate>, StoreError> {
        let client = self.client().await?;
        Ok(select_rows(&client, sql::newest_twins, &[], twin).await?.into_iter().collect())
    }

    async fn predictions_named(&self, prefix: &str) -> Result<Vec<Prediction>, StoreError> {
        let client = self.client().await?;
        let found = predictions_named(&client, prefix).await?;
        let predictions = found.into_iter().map(|(_, prediction)| prediction);
        Ok(last_of_each(predictions, |prediction| prediction.id.clone()))
    }

    async fn explain(&self, prediction: &Prediction) -> Result<Option<Explanation>, StoreError> {
        let client = self.client().await?;
        Ok(explain(&client, prediction.clone()).await?)
    }

    async fn arrivals(&self, slates: RangeInclusive<GameDate>) -> Result<Vec<Arrival>, StoreError> {
        let client = self.client().await?;
        let (first, last) = (slates.start().to_string(), slates.end().to_string());
        let text = about::<Game>(sql::arrivals);
        Ok(select_rows(&client, &text, &[&first, &last, &parser_versions()], arrival).await?)
    }

    async fn completions(
        &self,
        steps: &[Step],
        slates: RangeInclusive<GameDate>,
    ) -> Result<Vec<Completion>, StoreError> {
        let client = self.client().await?;
        let (first, last) = (slates.start().to_string(), slates.end().to_string());
        let steps: Vec<&str> = steps.iter().map(|step| step.name()).collect();
        let completions = select_rows(&client, sql::completions, &[&first, &last, &steps], completion).await?;
        Ok(completions.into_iter().flatten().collect())
    }

    async fn unresolved_names(&self) -> Result<Vec<UnresolvedName>, StoreError> {
        let client = self.client().await?;
        Ok(select_rows(&client, sql::unresolved_names, &[], unresolved_name).await?.into_iter().flatten().collect())
    }

    async fn link(&self, alias: Alias, at: Timestamp) -> Result<(), StoreError> {
        let alias = [Known::new(alias, at, Provenance::Observed)];
        self.add_derived(&alias).await?;
        self.changes.tell();
        Ok(())
    }

    async fn payload_findings(&self, payloads: &[Partition]) -> Result<Vec<(Partition, Finding)>, StoreError> {
        let client = self.client().await?;
        let names: Vec<String> = payloads.iter().map(Partition::to_string).collect();
        let findings = select_rows(&client, sql::payload_findings, &[&names], payload_finding).await?;
        Ok(findings.into_iter().flatten().collect())
    }

    async fn newest_landing(&self) -> Result<Option<Timestamp>, StoreError> {
        let client = self.client().await?;
        Ok(select_rows(&client, sql::newest_landing, &[], instant_if_any).await?.into_iter().flatten().next())
    }
}

impl Postgres {
    async fn add_derived(&self, aliases: &[Known<Alias>]) -> Result<(), Fault> {
        let mut client = self.client().await?;
        let transaction = begin(&mut client).await?;
        settle::add(&transaction, Place::Derived, aliases).await?;
        Ok(transaction.commit().await?)
    }
}

/// Follows a prediction from its consolidation back through features to facts and payloads.
async fn explain(client: &Client, prediction: Prediction) -> Result<Option<Explanation>, Fault> {
    let named = predictions_named(client, &prediction.id.0).await?;
    let Some((output, _)) = named.into_iter().next_back() else { return Ok(None) };
    let editions = select_rows(client, sql::attempt_partition, &[&output.0], edition).await?;
    let Some(edition) = editions.into_iter().flatten().next() else { return Ok(None) };
    let chain = select_rows(client, sql::output_chain, &[&output.0], chain_link).await?;
    let output_of = |step| chain.iter().find(|link| link.step == step).map(|link| link.output);
    let forecasts = match output_of(Step::Forecast) {
        Some(output) => read_output::<Forecast>(client, output).await?,
        None => Vec::new(),
    };
    let forecast = forecasts.into_iter().find(|row| {
        (row.game, row.player, row.market, row.system)
            == (prediction.game, prediction.player, prediction.market, prediction.system)
    });
    let features = match output_of(Step::MlFeatureStore) {
        Some(output) => read_output::<FeatureRow>(client, output).await?,
        None => Vec::new(),
    };
    let features = features.into_iter().find(|row| (row.game, row.player) == (prediction.game, prediction.player));
    Ok(Some(Explanation {
        games: games(client, &prediction, edition).await?,
        line_source: line_source(client, &prediction).await?,
        grade: select(client, sql::grade_of, &[&prediction.id.0]).await?.pop(),
        prediction,
        edition,
        chain,
        forecast,
        features,
    }))
}

/// The newest ten games of the player that were known at the cutoff, with the payload of each box score.
async fn games(client: &Client, prediction: &Prediction, edition: Edition) -> Result<Vec<GameSource>, Fault> {
    let text = about::<PlayerGameSummary>(sql::games_behind);
    let (player, cutoff) = (i64::from(prediction.player.number()), edition.cutoff.instant().as_microsecond());
    select_rows(client, &text, &[&player, &cutoff], game_source).await
}

async fn line_source(client: &Client, prediction: &Prediction) -> Result<Option<PayloadSource>, Fault> {
    let Some(quote) = prediction.quote else { return Ok(None) };
    let (game, player) = (prediction.game.to_string(), i64::from(prediction.player.number()));
    let (market, half_points) = (prediction.market.code(), i64::from(quote.line.halves()));
    let observed_at = quote.observed_at.as_microsecond();
    let found = select_rows(
        client,
        sql::line_behind,
        &[&game, &player, &market, &quote.book.key(), &half_points, &observed_at],
        payload_source,
    )
    .await?;
    Ok(found.into_iter().next())
}
