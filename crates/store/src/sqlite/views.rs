//! What people ask, on SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{Edition, GameDate, PlayerGameSummary, PropLine};
use pipeline::ports::StoreError;
use pipeline::rows::{Document, Forecast, Grade, Prediction};
use pipeline::{Partition, PayloadHash, Rows, Step};
use predict::features::FeatureRow;
use runtime::OutputId;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::Sqlite;
use super::ledger::json_array;
use super::outputs::{predictions_named, read_output, read_rows};
use super::statements::{about, instant, known, read_record, select, sql};
use crate::error::Fault;
use crate::rows::{Corrupt, Record};
use crate::views::{AttemptReport, ChainLink, Explanation, GameSource, PayloadSource, Views};

#[async_trait]
impl Views for Sqlite {
    async fn claim_world(&self, world: &str) -> Result<String, StoreError> {
        let world = world.to_owned();
        let bears = self.write(move |connection| {
            connection.prepare_cached(sql::claim_world)?.execute(named_params! { ":world": world })?;
            Ok(connection.query_row(sql::world, [], |row| row.get(0))?)
        });
        Ok(bears.await?)
    }

    async fn rows(&self, step: Step, output: OutputId) -> Result<Rows, StoreError> {
        Ok(self.read(move |connection| read_rows(connection, step, output)).await?)
    }

    async fn published_editions(&self, slate: GameDate) -> Result<Vec<Edition>, StoreError> {
        let editions = self.read(move |connection| {
            let slate = slate.to_string();
            let mut statement = connection.prepare_cached(sql::published_editions)?;
            let names: Vec<String> =
                statement.query_map(named_params! { ":slate": slate }, |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(names.iter().filter_map(|name| edition_of(name)).collect())
        });
        Ok(editions.await?)
    }

    async fn newest_published(&self) -> Result<Option<GameDate>, StoreError> {
        let newest = self.read(|connection| {
            let slate: Option<String> =
                connection.prepare_cached(sql::newest_published)?.query_row([], |row| row.get(0))?;
            slate
                .map(|slate| slate.parse().map_err(|error: domain::ParseError| Corrupt(error.to_string()).into()))
                .transpose()
        });
        Ok(newest.await?)
    }

    async fn attempt_reports(
        &self,
        partitions: &[Partition],
    ) -> Result<BTreeMap<(Step, Partition), AttemptReport>, StoreError> {
        let names: Vec<runtime::Partition> = partitions.iter().map(|partition| partition.to_string().into()).collect();
        let names = json_array(&names);
        let reports = self.read(move |connection| {
            let mut statement = connection.prepare_cached(sql::attempt_reports)?;
            let mut rows = statement.query(named_params! { ":partitions": names })?;
            let mut reports = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let (step, partition): (String, String) = (row.get(0)?, row.get(1)?);
                let (Some(step), Ok(partition)) = (Step::named(&step), partition.parse()) else { continue };
                reports.insert((step, partition), attempt_report(row)?);
            }
            Ok(reports)
        });
        Ok(reports.await?)
    }

    async fn documents(&self, slate: GameDate) -> Result<Vec<Document>, StoreError> {
        let documents = self.read(move |connection| {
            let slate = slate.to_string();
            let all: Vec<Document> = select(connection, sql::current_documents, named_params! { ":slate": slate })?;
            let newest: BTreeMap<String, Document> =
                all.into_iter().map(|document| (document.path.clone(), document)).collect();
            Ok(newest.into_values().collect())
        });
        Ok(documents.await?)
    }

    async fn newest_twins(&self) -> Result<BTreeMap<String, GameDate>, StoreError> {
        let twins = self.read(|connection| {
            let mut statement = connection.prepare_cached(sql::newest_twins)?;
            let mut rows = statement.query([])?;
            let mut twins = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let slate: String = row.get(1)?;
                let slate = slate.parse().map_err(|error: domain::ParseError| Corrupt(error.to_string()))?;
                twins.insert(row.get(0)?, slate);
            }
            Ok(twins)
        });
        Ok(twins.await?)
    }

    async fn predictions_named(&self, prefix: &str) -> Result<Vec<Prediction>, StoreError> {
        let prefix = prefix.to_owned();
        let found = self.read(move |connection| {
            let mut newest = BTreeMap::new();
            for (_, prediction) in predictions_named(connection, &prefix)? {
                newest.insert(prediction.id.clone(), prediction);
            }
            Ok(newest.into_values().collect())
        });
        Ok(found.await?)
    }

    async fn explain(&self, prediction: &Prediction) -> Result<Option<Explanation>, StoreError> {
        let prediction = prediction.clone();
        Ok(self.read(move |connection| explain(connection, prediction)).await?)
    }
}

fn edition_of(partition: &str) -> Option<Edition> {
    match partition.parse() {
        Ok(Partition::Edition(edition)) => Some(edition),
        _ => None,
    }
}

fn attempt_report(row: &Row<'_>) -> Result<AttemptReport, Fault> {
    let rejects: String = row.get(4)?;
    Ok(AttemptReport {
        rows_read: row.get::<_, Option<i64>>(2)?.unwrap_or_default().unsigned_abs(),
        rows_written: row.get::<_, i64>(3)?.unsigned_abs(),
        rejects: serde_json::from_str(&rejects).map_err(|error| Corrupt(error.to_string()))?,
    })
}

/// Follows a prediction from its consolidation back through features to facts and payloads.
fn explain(connection: &Connection, prediction: Prediction) -> Result<Option<Explanation>, Fault> {
    let named = predictions_named(connection, &prediction.id.0)?;
    let Some((output, _)) = named.into_iter().next_back() else { return Ok(None) };
    let Some(edition) = partition_of(connection, output)?.as_deref().and_then(edition_of) else { return Ok(None) };
    let chain = chain(connection, output)?;
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

fn partition_of(connection: &Connection, output: OutputId) -> Result<Option<String>, Fault> {
    let mut statement = connection.prepare_cached(sql::attempt_partition)?;
    Ok(statement.query_row(named_params! { ":attempt": output.0 }, |row| row.get(0)).optional()?)
}

/// The outputs behind an output, each once, nearest first.
fn chain(connection: &Connection, output: OutputId) -> Result<Vec<ChainLink>, Fault> {
    let mut statement = connection.prepare_cached(sql::output_chain)?;
    let mut rows = statement.query(named_params! { ":output": output.0 })?;
    let mut chain = Vec::new();
    while let Some(row) = rows.next()? {
        let step: String = row.get(0)?;
        let step = Step::named(&step).ok_or_else(|| Corrupt(format!("{step} is no step")))?;
        let made_at = row.get::<_, Option<i64>>(2)?.map(instant).transpose()?;
        chain.push(ChainLink { step, output: OutputId(row.get(1)?), made_at });
    }
    Ok(chain)
}

/// The newest ten games of the player that were known at the cutoff, with the payload of each box score.
fn games(connection: &Connection, prediction: &Prediction, edition: Edition) -> Result<Vec<GameSource>, Fault> {
    let text = about::<PlayerGameSummary>(sql::games_behind);
    let mut statement = connection.prepare_cached(&text)?;
    let cutoff = edition.cutoff.instant().as_microsecond();
    let mut rows = statement.query(named_params! { ":player": prediction.player.number(), ":cutoff": cutoff })?;
    let width = PlayerGameSummary::KEY.len() + PlayerGameSummary::CONTENT.len();
    let mut games = Vec::new();
    while let Some(row) = rows.next()? {
        let summary: PlayerGameSummary = read_record(row, 0)?;
        let (known_at, provenance) = known(row, width)?;
        games.push(GameSource {
            game: summary.game,
            slate: summary.slate,
            points: summary.played().map(|line| line.points),
            minutes: summary.played().map(|line| line.playtime.minutes()),
            known_at,
            provenance,
            source: payload_source(row, width + 2)?,
        });
    }
    Ok(games)
}

fn payload_source(row: &Row<'_>, offset: usize) -> Result<PayloadSource, Fault> {
    Ok(PayloadSource { hash: PayloadHash::from_bytes(row.get(offset)?), subject: row.get(offset + 1)? })
}

fn line_source(connection: &Connection, prediction: &Prediction) -> Result<Option<PayloadSource>, Fault> {
    let Some(quote) = prediction.quote else { return Ok(None) };
    let mut statement = connection.prepare_cached(&about::<PropLine>(sql::line_behind))?;
    let found = statement
        .query_row(
            named_params! {
                ":game": prediction.game.to_string(), ":player": prediction.player.number(),
                ":market": prediction.market.code(), ":book": quote.book.key(), ":half_points": quote.line.halves(),
                ":observed_at": quote.observed_at.as_microsecond(),
            },
            |row| Ok(PayloadSource { hash: PayloadHash::from_bytes(row.get(0)?), subject: row.get(1)? }),
        )
        .optional()?;
    Ok(found)
}

fn grade(connection: &Connection, prediction: &Prediction) -> Result<Option<Grade>, Fault> {
    let grades: Vec<Grade> = select(connection, sql::grade_of, named_params! { ":prediction": prediction.id.0 })?;
    Ok(grades.into_iter().next())
}
