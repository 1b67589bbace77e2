//! What people ask, on SQLite.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{Alias, Edition, Game, GameDate, Known, PlayerGameSummary, Provenance};
use jiff::Timestamp;
use pipeline::ports::StoreError;
use pipeline::rows::{Document, Forecast, Grade, Prediction, Twin};
use pipeline::suspicion::Finding;
use pipeline::{Partition, Rows, Step};
use predict::features::FeatureRow;
use runtime::OutputId;
use rusqlite::{Connection, named_params};

use super::Sqlite;
use super::ledger::json_array;
use super::outputs::{predictions_named, read_output, read_rows};
use super::settle;
use super::statements::{select, select_rows, sql};
use crate::error::Fault;
use crate::rows::about;
use crate::rows::answers::{
    arrival, attempt_report, chain_link, completion, edition, game_source, instant_if_any, last_of_each,
    parser_versions, payload_finding, payload_source, slate_if_any, text, twin, unresolved_name,
};
use crate::settling::Arrival as Place;
use crate::views::{Arrival, AttemptReport, Completion, Explanation, GameSource, PayloadSource, UnresolvedName, Views};

#[async_trait]
impl Views for Sqlite {
    async fn claim_world(&self, world: &str) -> Result<String, StoreError> {
        let world = world.to_owned();
        let bears = self.write(move |connection| {
            connection.prepare_cached(sql::claim_world)?.execute(named_params! { ":world": world })?;
            Ok(select_rows(connection, sql::world, [], text)?.pop().unwrap_or(world))
        });
        Ok(bears.await?)
    }

    async fn rows(&self, step: Step, output: OutputId) -> Result<Rows, StoreError> {
        Ok(self.read(move |connection| read_rows(connection, step, output)).await?)
    }

    async fn newest_published(&self) -> Result<Option<GameDate>, StoreError> {
        let newest = self.read(|connection| select_rows(connection, sql::newest_published, [], slate_if_any));
        Ok(newest.await?.into_iter().flatten().next())
    }

    async fn attempt_reports(
        &self,
        partitions: &[Partition],
    ) -> Result<BTreeMap<(Step, Partition), AttemptReport>, StoreError> {
        let names = names(partitions);
        let reports = self.read(move |connection| {
            let named = named_params! { ":partitions": names };
            select_rows(connection, sql::attempt_reports, named, attempt_report)
        });
        Ok(reports.await?.into_iter().flatten().collect())
    }

    async fn documents(&self, slate: GameDate) -> Result<Vec<Document>, StoreError> {
        let documents = self.read(move |connection| {
            let slate = slate.to_string();
            select(connection, sql::current_documents, named_params! { ":slate": slate })
        });
        Ok(last_of_each(documents.await?, |document: &Document| document.path.clone()))
    }

    async fn newest_twins(&self) -> Result<BTreeMap<Twin, GameDate>, StoreError> {
        let twins = self.read(|connection| select_rows(connection, sql::newest_twins, [], twin));
        Ok(twins.await?.into_iter().collect())
    }

    async fn predictions_named(&self, prefix: &str) -> Result<Vec<Prediction>, StoreError> {
        let prefix = prefix.to_owned();
        let found = self.read(move |connection| predictions_named(connection, &prefix)).await?;
        let predictions = found.into_iter().map(|(_, prediction)| prediction);
        Ok(last_of_each(predictions, |prediction| prediction.id.clone()))
    }

    async fn explain(&self, prediction: &Prediction) -> Result<Option<Explanation>, StoreError> {
        let prediction = prediction.clone();
        Ok(self.read(move |connection| explain(connection, prediction)).await?)
    }

    async fn arrivals(&self, slates: RangeInclusive<GameDate>) -> Result<Vec<Arrival>, StoreError> {
        let arrivals = self.read(move |connection| {
            let parsers = serde_json::Value::from(parser_versions()).to_string();
            let (first, last) = (slates.start().to_string(), slates.end().to_string());
            let named = named_params! { ":first": first, ":last": last, ":parsers": parsers };
            select_rows(connection, &about::<Game>(sql::arrivals), named, arrival)
        });
        Ok(arrivals.await?)
    }

    async fn completions(
        &self,
        steps: &[Step],
        slates: RangeInclusive<GameDate>,
    ) -> Result<Vec<Completion>, StoreError> {
        let steps = serde_json::Value::from_iter(steps.iter().map(|step| step.name())).to_string();
        let completions = self.read(move |connection| {
            let (first, last) = (slates.start().to_string(), slates.end().to_string());
            let named = named_params! { ":steps": steps, ":first": first, ":last": last };
            select_rows(connection, sql::completions, named, completion)
        });
        Ok(completions.await?.into_iter().flatten().collect())
    }

    async fn unresolved_names(&self) -> Result<Vec<UnresolvedName>, StoreError> {
        let names = self.read(|connection| select_rows(connection, sql::unresolved_names, [], unresolved_name));
        Ok(names.await?.into_iter().flatten().collect())
    }

    async fn link(&self, alias: Alias, at: Timestamp) -> Result<(), StoreError> {
        let alias = [Known::new(alias, at, Provenance::Observed)];
        self.write(move |connection| settle::add(connection, Place::Derived, &alias)).await?;
        self.ring();
        Ok(())
    }

    async fn payload_findings(&self, payloads: &[Partition]) -> Result<Vec<(Partition, Finding)>, StoreError> {
        let names = names(payloads);
        let findings = self.read(move |connection| {
            let named = named_params! { ":partitions": names };
            select_rows(connection, sql::payload_findings, named, payload_finding)
        });
        Ok(findings.await?.into_iter().flatten().collect())
    }

    async fn newest_landing(&self) -> Result<Option<Timestamp>, StoreError> {
        let newest = self.read(|connection| select_rows(connection, sql::newest_landing, [], instant_if_any));
        Ok(newest.await?.into_iter().flatten().next())
    }
}

/// Follows a prediction from its consolidation back through features to facts and payloads.
fn explain(connection: &Connection, prediction: Prediction) -> Result<Option<Explanation>, Fault> {
    let named = predictions_named(connection, &prediction.id.0)?;
    let Some((output, _)) = named.into_iter().next_back() else { return Ok(None) };
    let partition = named_params! { ":attempt": output.0 };
    let edition = select_rows(connection, sql::attempt_partition, partition, edition)?.into_iter().flatten().next();
    let Some(edition) = edition else { return Ok(None) };
    let chain = select_rows(connection, sql::output_chain, named_params! { ":output": output.0 }, chain_link)?;
    let output_of = |step| chain.iter().find(|link| link.step == step).map(|link| link.output);
    let forecast = output_of(Step::Forecast)
        .map(|output| read_output::<Forecast>(connection, output))
        .transpose()?
        .into_iter()
        .flatten()
        .find(|row| {
            (row.game, row.player, row.market, row.system)
                == (prediction.game, prediction.player, prediction.market, prediction.system)
        });
    let features = output_of(Step::MlFeatureStore)
        .map(|output| read_output::<FeatureRow>(connection, output))
        .transpose()?
        .into_iter()
        .flatten()
        .find(|row| (row.game, row.player) == (prediction.game, prediction.player));
    Ok(Some(Explanation {
        games: games(connection, &prediction, edition)?,
        line_source: line_source(connection, &prediction)?,
        grade: grade(connection, &prediction)?,
        prediction,
        edition,
        chain,
        forecast,
        features,
    }))
}

/// The newest ten games of the player that were known at the cutoff, with the payload of each box score.
fn games(connection: &Connection, prediction: &Prediction, edition: Edition) -> Result<Vec<GameSource>, Fault> {
    let text = about::<PlayerGameSummary>(sql::games_behind);
    let cutoff = edition.cutoff.instant().as_microsecond();
    let named = named_params! { ":player": prediction.player.number(), ":cutoff": cutoff };
    select_rows(connection, &text, named, game_source)
}

fn line_source(connection: &Connection, prediction: &Prediction) -> Result<Option<PayloadSource>, Fault> {
    let Some(quote) = prediction.quote else { return Ok(None) };
    let named = named_params! {
        ":game": prediction.game.to_string(), ":player": prediction.player.number(),
        ":market": prediction.market.code(), ":book": quote.book.key(), ":half_points": quote.line.halves(),
        ":observed_at": quote.observed_at.as_microsecond(),
    };
    Ok(select_rows(connection, sql::line_behind, named, payload_source)?.pop())
}

fn grade(connection: &Connection, prediction: &Prediction) -> Result<Option<Grade>, Fault> {
    let grades: Vec<Grade> = select(connection, sql::grade_of, named_params! { ":prediction": prediction.id.0 })?;
    Ok(grades.into_iter().next())
}

/// Partitions as the parameter of a statement.
fn names(partitions: &[Partition]) -> String {
    let names: Vec<runtime::Partition> = partitions.iter().map(|partition| partition.to_string().into()).collect();
    json_array(&names)
}
