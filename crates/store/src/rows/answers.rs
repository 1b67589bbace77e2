//! Rows that are no records: what the statements that people and steps ask with come back with.

use std::collections::BTreeMap;

use domain::{Edition, Game, GameDate, GameId, PlayerGameSummary, PlayerId, Team};
use jiff::Timestamp;
use pipeline::ports::{LandedPayload, Revision, Turn};
use pipeline::rows::{ConsolidationSummary, Grade, SystemPerformance, Twin};
use pipeline::suspicion::{Check, Finding, Verdict};
use pipeline::{Partition, PayloadHash, RawPayload, Step};
use predict::SystemId;
use runtime::OutputId;

use super::{Cells, Columns, Corrupt, Record, StoredBody, read_known, read_record};
use crate::views::{Arrival, AttemptReport, ChainLink, Completion, GameSource, PayloadSource, UnresolvedName};

/// Columns: a text, if any.
pub(crate) fn text_if_any(row: &dyn Columns) -> Result<Option<String>, Corrupt> {
    Ok(Cells::from(row, 0).text_if_any()?.map(std::borrow::Cow::into_owned))
}

/// Columns: hash, source, subject, instant of landing, 1 if the same bytes had landed before or else 0.
pub(crate) fn landed_payload(row: &dyn Columns) -> Result<LandedPayload, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let hash = cells.hash()?;
    let (source, subject, fetched_at) = (owned(&mut cells)?, owned(&mut cells)?, cells.instant()?);
    let turn = if cells.whole::<u8>()? == 0 { Turn::First } else { Turn::Again };
    Ok(LandedPayload { hash, source, subject, fetched_at, turn })
}

/// Columns: source, subject, instant of landing, the provider's name for it, encoding, stored bytes.
pub(crate) fn raw_payload(row: &dyn Columns, hash: PayloadHash) -> Result<RawPayload, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let (source, subject, fetched_at) = (owned(&mut cells)?, owned(&mut cells)?, cells.instant()?);
    let etag = cells.text_if_any()?.map(std::borrow::Cow::into_owned);
    let (encoding, bytes) = (cells.text()?, cells.blob()?);
    let body = StoredBody { encoding, bytes }.opened().map_err(|error| Corrupt(format!("payload {hash}: {error}")))?;
    let payload = RawPayload { source, subject, fetched_at, etag, body: body.into() };
    if payload.hash() != hash {
        return Err(Corrupt(format!("payload {hash} does not have its hash")));
    }
    Ok(payload)
}

/// Columns: partition, rows that nobody could place.
pub(crate) fn parsed_payload(row: &dyn Columns) -> Result<(Partition, u64), Corrupt> {
    let mut cells = Cells::from(row, 0);
    Ok((cells.parse()?, cells.whole()?))
}

/// Columns: table, slate or nothing between the quotes, count.
pub(crate) fn revision(row: &dyn Columns) -> Result<Revision, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let (table, slate) = (owned(&mut cells)?, cells.text()?);
    let slate = (!slate.is_empty()).then(|| date(&slate)).transpose()?;
    Ok(Revision { table, slate, rows: cells.whole()? })
}

/// Columns: player, team.
pub(crate) fn newest_team(row: &dyn Columns) -> Result<(PlayerId, Team), Corrupt> {
    let mut cells = Cells::from(row, 0);
    Ok((cells.player()?, cells.parse()?))
}

/// Columns: expected, completed, skipped and missing players, predictions.
pub(crate) fn consolidation_summary(row: &dyn Columns) -> Result<ConsolidationSummary, Corrupt> {
    let mut cells = Cells::from(row, 0);
    Ok(ConsolidationSummary {
        expected_players: cells.whole()?,
        completed_players: cells.whole()?,
        skipped_players: cells.whole()?,
        missing_players: cells.whole()?,
        predictions: cells.whole()?,
    })
}

/// A task with its report.
pub(crate) type Reported = ((Step, Partition), AttemptReport);

/// Columns: step, partition, rows read, rows written, rejects as JSON. Nothing for a task this program does not know.
pub(crate) fn attempt_report(row: &dyn Columns) -> Result<Option<Reported>, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let (step, partition) = (Step::named(&cells.text()?), cells.text()?.parse());
    let (Some(step), Ok(partition)) = (step, partition) else { return Ok(None) };
    let report = AttemptReport {
        rows_read: cells.whole_if_any()?.unwrap_or_default(),
        rows_written: cells.whole()?,
        rejects: serde_json::from_str(&cells.text()?).map_err(|error| Corrupt(error.to_string()))?,
    };
    Ok(Some(((step, partition), report)))
}

/// Columns: partition, name, count. Nothing for a partition this program does not know.
pub(crate) fn unresolved_name(row: &dyn Columns) -> Result<Option<UnresolvedName>, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let Ok(partition) = cells.text()?.parse() else { return Ok(None) };
    Ok(Some(UnresolvedName { partition, name: owned(&mut cells)?, times: cells.whole()? }))
}

/// Columns: partition, check, verdict, detail. Nothing for a partition or a check this program does not know.
pub(crate) fn payload_finding(row: &dyn Columns) -> Result<Option<(Partition, Finding)>, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let (partition, check) = (cells.text()?.parse(), Check::from_code(&cells.text()?));
    let (Ok(partition), Some(check)) = (partition, check) else { return Ok(None) };
    let verdict = cells.code(Verdict::from_code)?;
    Ok(Some((partition, Finding { check, verdict, detail: owned(&mut cells)? })))
}

/// Columns: path of the twin, slate.
pub(crate) fn twin(row: &dyn Columns) -> Result<(Twin, GameDate), Corrupt> {
    let mut cells = Cells::from(row, 0);
    Ok((Twin::from(&*cells.text()?), cells.parse()?))
}

/// Column: a slate, if there is any.
pub(crate) fn slate_if_any(row: &dyn Columns) -> Result<Option<GameDate>, Corrupt> {
    Cells::from(row, 0).text_if_any()?.map(|slate| date(&slate)).transpose()
}

/// Column: text.
pub(crate) fn text(row: &dyn Columns) -> Result<String, Corrupt> {
    owned(&mut Cells::from(row, 0))
}

/// Column: the partition of an edition. Nothing for any other.
pub(crate) fn edition(row: &dyn Columns) -> Result<Option<Edition>, Corrupt> {
    Ok(match Cells::from(row, 0).text()?.parse() {
        Ok(Partition::Edition(edition)) => Some(edition),
        _ => None,
    })
}

/// Column: an output.
pub(crate) fn output(row: &dyn Columns) -> Result<OutputId, Corrupt> {
    Cells::from(row, 0).whole().map(OutputId)
}

/// Columns: an output, then a record of it.
pub(crate) fn record_of_output<R: Record>(row: &dyn Columns) -> Result<(OutputId, R), Corrupt> {
    Ok((output(row)?, read_record(row, 1)?))
}

/// Columns: step, output, when the attempt that made it ended.
pub(crate) fn chain_link(row: &dyn Columns) -> Result<ChainLink, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let step = cells.code(Step::named)?;
    let output = cells.whole().map(OutputId)?;
    Ok(ChainLink { step, output, made_at: cells.instant_if_any()? })
}

/// Columns: a summary's, when it was known and how we know, then its payload's.
pub(crate) fn game_source(row: &dyn Columns) -> Result<GameSource, Corrupt> {
    let width = PlayerGameSummary::KEY.len() + PlayerGameSummary::CONTENT.len();
    let summary: PlayerGameSummary = read_record(row, 0)?;
    let (known_at, provenance) = read_known(row, width)?;
    Ok(GameSource {
        game: summary.game,
        slate: summary.slate,
        points: summary.played().map(|line| line.points),
        minutes: summary.played().map(|line| line.playtime.minutes()),
        known_at,
        provenance,
        source: read_payload_source(Cells::from(row, width + 2))?,
    })
}

/// Columns: hash, what had been asked for.
pub(crate) fn payload_source(row: &dyn Columns) -> Result<PayloadSource, Corrupt> {
    read_payload_source(Cells::from(row, 0))
}

fn read_payload_source(mut cells: Cells<'_>) -> Result<PayloadSource, Corrupt> {
    Ok(PayloadSource { hash: cells.hash()?, subject: owned(&mut cells)? })
}

/// Columns: a game's, when its result counts as known and how we know, then its payload's: fetched, landed, parsed.
pub(crate) fn arrival(row: &dyn Columns) -> Result<Arrival, Corrupt> {
    let width = Game::KEY.len() + Game::CONTENT.len();
    let (known_at, provenance) = read_known(row, width)?;
    let mut cells = Cells::from(row, width + 2);
    Ok(Arrival {
        game: read_record(row, 0)?,
        known_at,
        provenance,
        fetched_at: cells.instant()?,
        landed_at: cells.instant()?,
        processed_at: cells.instant_if_any()?,
    })
}

/// The versions that parsers have had, of any source: one of them parsed what was parsed.
pub(crate) fn parser_versions() -> Vec<i64> {
    let newest = pipeline::source::all().iter().map(|source| source.parser_version()).max();
    (1..=newest.unwrap_or(0).into()).collect()
}

/// Columns: step, partition, when an attempt was claimed and settled. Nothing for a task this program does not know.
pub(crate) fn completion(row: &dyn Columns) -> Result<Option<Completion>, Corrupt> {
    let mut cells = Cells::from(row, 0);
    let (step, partition) = (Step::named(&cells.text()?), cells.text()?.parse());
    let (Some(step), Ok(partition)) = (step, partition) else { return Ok(None) };
    Ok(Some(Completion { step, partition, started_at: cells.instant()?, ended_at: cells.instant()? }))
}

/// Column: an instant, if there is one.
pub(crate) fn instant_if_any(row: &dyn Columns) -> Result<Option<Timestamp>, Corrupt> {
    Cells::from(row, 0).instant_if_any()
}

fn owned(cells: &mut Cells<'_>) -> Result<String, Corrupt> {
    Ok(cells.text()?.into_owned())
}

fn date(text: &str) -> Result<GameDate, Corrupt> {
    text.parse().map_err(|error: domain::ParseError| Corrupt(error.to_string()))
}

/// Of several editions' records of a slate those of the newest, which come last.
pub(crate) fn of_newest_editions(records: Vec<SystemPerformance>) -> Vec<SystemPerformance> {
    let mut newest = Vec::<SystemPerformance>::new();
    for record in records {
        let Edition { slate, cutoff } = record.edition;
        while newest.last().is_some_and(|last| last.edition.slate == slate && last.edition.cutoff < cutoff) {
            newest.pop();
        }
        newest.push(record);
    }
    newest
}

/// What a grade is about, by slate.
pub(crate) fn question(grade: &Grade) -> (GameDate, GameId, PlayerId, SystemId) {
    (grade.slate, grade.game, grade.player, grade.system)
}

/// Of several values of one name the last, in order of their names.
pub(crate) fn last_of_each<T, K: Ord>(values: impl IntoIterator<Item = T>, name: impl Fn(&T) -> K) -> Vec<T> {
    let newest: BTreeMap<K, T> = values.into_iter().map(|value| (name(&value), value)).collect();
    newest.into_values().collect()
}
