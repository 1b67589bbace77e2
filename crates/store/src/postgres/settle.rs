//! A step's rows into their tables, inside the settling transaction. What is decided about them stands in
//! [`crate::settling`]; here whole batches are compared and copied, so that round trips do not grow with the rows.

use std::collections::{BTreeMap, HashMap, HashSet};

use deadpool_postgres::Transaction;
use domain::{GameDate, Known};
use futures::future::try_join;
use pipeline::rows::{Consolidation, FactBatch};
use pipeline::suspicion::Finding;
use pipeline::{PayloadHash, RawPayload, Rows};
use runtime::AttemptId;
use tokio_postgres::types::{ToSql, Type};

use super::copying::{Columns, copy_in};
use super::lock;
use super::statements::{select_rows, sql};
use crate::error::Fault;
use crate::rows::{Cells, Corrupt, Record, StoredBody, Value, Writer, key_bytes};
pub(crate) use crate::settling::Written;
use crate::settling::{
    Arrival, Fact, KnownVersion, VERSION_COLUMNS, digest, digest_of_consolidation, digest_of_set, summary_counts,
};

/// Writes a step's rows.
pub(crate) async fn write(
    transaction: &Transaction<'_>,
    attempt: AttemptId,
    rows: &Rows,
    current_digest: Option<&[u8]>,
) -> Result<Written, Fault> {
    let facts = |rows| Ok(Written { rows, ..Written::default() });
    let set = OutputSet { transaction, attempt, current_digest };
    match rows {
        Rows::Payloads(payloads) => facts(land(transaction, attempt, payloads).await?),
        Rows::Facts(batch) => write_batch(transaction, attempt, batch).await,
        Rows::PlayerGameSummaries(rows) => facts(add(transaction, Arrival::Derived, rows).await?),
        Rows::TeamOffenseGameSummaries(rows) => facts(add(transaction, Arrival::Derived, rows).await?),
        Rows::TeamDefenseGameSummaries(rows) => facts(add(transaction, Arrival::Derived, rows).await?),
        Rows::TeamContexts(rows) => set.write(rows).await,
        Rows::PlayerContexts(rows) => set.write(rows).await,
        Rows::DailyCaches(rows) => set.write(rows).await,
        Rows::ShotZones(rows) => set.write(rows).await,
        Rows::DefenseZones(rows) => set.write(rows).await,
        Rows::Composites(rows) => set.write(rows).await,
        Rows::Features(rows) => set.write(rows).await,
        Rows::Models(rows) => set.write(rows).await,
        Rows::Forecasts(rows) => set.write(rows).await,
        Rows::Consolidation(merged) => set.write_consolidation(merged).await,
        Rows::Documents(rows) => set.write(rows).await,
        Rows::Grades(rows) => set.write(rows).await,
        Rows::Performance(rows) => set.write(rows).await,
    }
}

async fn land(transaction: &Transaction<'_>, attempt: AttemptId, payloads: &[RawPayload]) -> Result<u64, Fault> {
    // Payloads must be numbered in the order in which they become visible.
    lock(transaction, "raw_payload").await?;
    let hashes: Vec<PayloadHash> = payloads.iter().map(RawPayload::hash).collect();
    let landed = payload_ids(transaction, &hashes).await?;
    let mut seen: HashSet<PayloadHash> = landed.into_keys().collect();
    let mut rows = Vec::new();
    for (payload, hash) in payloads.iter().zip(&hashes).filter(|(_, hash)| seen.insert(**hash)) {
        let stored = StoredBody::of(&payload.body);
        let mut row = Writer::default();
        row.blob(hash.bytes().as_slice())
            .text(payload.source.as_str())
            .text(payload.subject.as_str())
            .instant(payload.fetched_at)
            .text(stored.encoding)
            .integer(payload.body.len() as i64)
            .blob(stored.bytes)
            .integer(attempt.0);
        rows.push(row);
    }
    let (bytes, text, number) = (Type::BYTEA, Type::TEXT, Type::INT8);
    let types = [&bytes, &text, &text, &number, &text, &number, &bytes, &number].map(Clone::clone);
    copy_in(transaction, sql::land_payload, &types, rows.into_iter()).await?;
    let ids = payload_ids(transaction, &hashes).await?;
    let add_landing = transaction.prepare_cached(sql::add_landing).await?;
    let mut landed = 0;
    for (payload, hash) in payloads.iter().zip(&hashes) {
        let fetched_at = payload.fetched_at.as_microsecond();
        let values: [&(dyn ToSql + Sync); 6] =
            [&ids[hash], &payload.source, &payload.subject, &fetched_at, &payload.etag, &attempt.0];
        landed += transaction.execute(&add_landing, &values).await?;
    }
    Ok(landed)
}

/// The rows of those payloads that have landed.
async fn payload_ids(
    transaction: &Transaction<'_>,
    hashes: &[PayloadHash],
) -> Result<HashMap<PayloadHash, i64>, Fault> {
    let names: Vec<&[u8]> = hashes.iter().map(|hash| hash.bytes().as_slice()).collect();
    let found = select_rows(transaction, sql::payload_id, &[&names], |row| {
        let mut cells = Cells::from(row, 0);
        Ok((cells.hash()?, cells.whole()?))
    })
    .await?;
    Ok(found.into_iter().collect())
}

async fn write_batch(transaction: &Transaction<'_>, attempt: AttemptId, batch: &FactBatch) -> Result<Written, Fault> {
    write_rejects(transaction, attempt, batch).await?;
    write_findings(transaction, attempt, &batch.findings).await?;
    let payload_id = payload_ids(transaction, &[batch.payload]).await?.remove(&batch.payload);
    let payload_id =
        payload_id.ok_or_else(|| Fault::Refused(format!("facts of payload {}, which never landed", batch.payload)))?;
    let landed = Arrival::Landed { payload_id, landed_at: batch.landed_at };
    let facts = &batch.facts;
    let rows = add(transaction, landed, &facts.teams).await?
        + add(transaction, landed, &facts.players).await?
        + add(transaction, landed, &facts.games).await?
        + add(transaction, landed, &facts.scores).await?
        + add(transaction, landed, &facts.box_scores).await?
        + add(transaction, landed, &facts.shots).await?
        + add(transaction, landed, &facts.prop_lines).await?
        + add(transaction, landed, &facts.game_lines).await?
        + add(transaction, landed, &facts.injuries).await?
        + add(transaction, landed, &facts.lineups).await?
        + add(transaction, landed, &facts.aliases).await?;
    Ok(Written { rows, rows_read: Some(batch.rows_read), ..Written::default() })
}

async fn write_rejects(transaction: &Transaction<'_>, attempt: AttemptId, batch: &FactBatch) -> Result<(), Fault> {
    let described = batch.rejects.described();
    let reasons: Vec<&str> = described.iter().map(|reject| reject.reason.code()).collect();
    let rows: Vec<i64> = described.iter().map(|reject| reject.row as i64).collect();
    // A detail quotes damaged data, and Postgres has no text with a zero byte.
    let details: Vec<String> = described.iter().map(|reject| reject.detail.replace('\0', "\u{fffd}")).collect();
    execute(transaction, sql::reject, &[&attempt.0, &reasons, &rows, &details]).await?;
    let (reasons, counts): (Vec<&str>, Vec<i64>) =
        batch.rejects.counts().iter().map(|(reason, rows)| (reason.code(), *rows as i64)).unzip();
    execute(transaction, sql::reject_count, &[&attempt.0, &reasons, &counts]).await
}

async fn write_findings(transaction: &Transaction<'_>, attempt: AttemptId, findings: &[Finding]) -> Result<(), Fault> {
    if findings.is_empty() {
        return Ok(());
    }
    let checks: Vec<&str> = findings.iter().map(|finding| finding.check.code()).collect();
    let verdicts: Vec<&str> = findings.iter().map(|finding| finding.verdict.code()).collect();
    let details: Vec<String> = findings.iter().map(|finding| finding.detail.replace('\0', "\u{fffd}")).collect();
    execute(transaction, sql::add_finding, &[&attempt.0, &checks, &verdicts, &details]).await
}

async fn execute(transaction: &Transaction<'_>, text: &str, params: &[&(dyn ToSql + Sync)]) -> Result<(), Fault> {
    let statement = transaction.prepare_cached(text).await?;
    transaction.execute(&statement, params).await?;
    Ok(())
}

/// So many facts are compared and copied at a time.
const CHUNK: usize = 20_000;

/// A table that has grown by so many rows at once is another one to the planner, and whoever works comes before the
/// server's own housekeeping does.
const ANALYSE_FROM: u64 = 1_000;

/// Adds facts that are new, or say something new. Earlier chunks are known to the later ones.
pub(super) async fn add<F: Fact + Sync>(
    transaction: &Transaction<'_>,
    arrival: Arrival,
    facts: &[Known<F>],
) -> Result<u64, Fault> {
    if facts.is_empty() {
        return Ok(0);
    }
    let names = F::KEY.iter().chain(F::CONTENT).chain(&VERSION_COLUMNS).copied().collect();
    let columns = Columns::of(transaction, F::TABLE, names).await?;
    let mut rows = 0;
    for chunk in facts.chunks(CHUNK) {
        let mut batch = Batch::<F>::of(chunk);
        // Sent together and done in this order, here and below: a round trip less.
        try_join(lock(transaction, F::TABLE), batch.learn(transaction, &columns.types)).await?;
        let Added { facts, revisions } = batch.versions(arrival)?;
        let copied = columns.copy(transaction, facts.into_iter());
        rows += try_join(copied, revise::<F>(transaction, revisions)).await?.0;
    }
    if rows >= ANALYSE_FROM {
        transaction.batch_execute(&format!("ANALYZE {}", F::TABLE)).await?;
    }
    Ok(rows)
}

/// Counts what was added, by slate.
async fn revise<F: Fact>(
    transaction: &Transaction<'_>,
    revisions: BTreeMap<Option<GameDate>, i64>,
) -> Result<(), Fault> {
    let (slates, counts): (Vec<String>, Vec<i64>) = revisions
        .into_iter()
        .map(|(slate, added)| (slate.map(|slate| slate.to_string()).unwrap_or_default(), added))
        .unzip();
    execute(transaction, sql::add_revision, &[&F::TABLE, &slates, &counts]).await
}

/// What a batch adds.
struct Added<'f> {
    facts: Vec<Writer<'f>>,
    /// How many, by slate.
    revisions: BTreeMap<Option<GameDate>, i64>,
}

/// Facts with what is known of their keys.
struct Batch<'f, F> {
    facts: Vec<(&'f Known<F>, Writer<'f>)>,
    /// The versions of each key, in the order they became known.
    known: HashMap<Box<[u8]>, Vec<KnownVersion>>,
}

impl<'f, F: Fact> Batch<'f, F> {
    fn of(facts: &'f [Known<F>]) -> Self {
        let rows = facts.iter().map(|fact| {
            let mut row = Writer::default();
            fact.unseal().write(&mut row);
            (fact, row)
        });
        Self { facts: rows.collect(), known: HashMap::new() }
    }

    /// Reads the versions there are of the keys.
    async fn learn(&mut self, transaction: &Transaction<'_>, types: &[Type]) -> Result<(), Fault> {
        let width = F::KEY.len();
        let column = |index: usize| self.facts.iter().map(|(_, row)| row.values()[index].clone()).collect::<Vec<_>>();
        let columns: Vec<Vec<Value<'_>>> = (0..width).map(column).collect();
        let keys: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as _).collect();
        let found = select_rows(transaction, &versions_of::<F>(&types[..width]), &keys, |row| {
            let key = (0..width).map(|column| row.column(column)).collect::<Result<Vec<_>, Corrupt>>()?;
            let mut cells = Cells::from(row, width);
            let (version, digest, known_at) = (cells.whole()?, cells.whole()?, cells.instant()?);
            let payload_id = cells.whole_if_any()?;
            Ok((key_bytes(&key)?, KnownVersion { version, digest, known_at, payload_id }))
        })
        .await?;
        for (key, version) in found {
            self.known.entry(key).or_default().push(version);
        }
        Ok(())
    }

    /// What is to be added. What one fact adds is known to those after it.
    fn versions(self, arrival: Arrival) -> Result<Added<'f>, Fault> {
        let Self { facts, mut known, .. } = self;
        let mut added = Added { facts: Vec::new(), revisions: BTreeMap::new() };
        for (fact, mut row) in facts {
            let (key, content) = row.values().split_at(F::KEY.len());
            let known = known.entry(key_bytes(key)?).or_default();
            let Some(new) = arrival.version(fact, digest(content), known) else { continue };
            let order = |version: &KnownVersion| (version.known_at, version.version);
            known.insert(known.partition_point(|version| order(version) < order(&new.known)), new.known);
            row.extend(new.values());
            added.facts.push(row);
            *added.revisions.entry(fact.unseal().slate()).or_default() += 1;
        }
        Ok(added)
    }
}

/// The versions of many facts, whose keys come as an array a column.
fn versions_of<F: Fact>(types: &[Type]) -> String {
    let list = |column: &dyn Fn(&str) -> String| F::KEY.iter().map(|name| column(name)).collect::<Vec<_>>();
    let arrays: Vec<String> = types.iter().zip(1..).map(|(kind, place)| format!("${place}::{kind}[]")).collect();
    format!(
        "SELECT {}, t.version, t.digest, t.known_at, t.payload_id
         FROM unnest({}) AS k ({}) JOIN {} AS t ON {} ORDER BY t.known_at, t.version",
        list(&|name| format!("t.{name}")).join(", "),
        arrays.join(", "),
        F::KEY.join(", "),
        F::TABLE,
        list(&|name| format!("t.{name} = k.{name}")).join(" AND "),
    )
}

/// Writes immutable sets of rows.
struct OutputSet<'t> {
    transaction: &'t Transaction<'t>,
    attempt: AttemptId,
    current_digest: Option<&'t [u8]>,
}

impl OutputSet<'_> {
    async fn write<R: Record + Sync>(&self, rows: &[R]) -> Result<Written, Fault> {
        let mut written = self.compared(digest_of_set(rows));
        if !written.unchanged {
            written.rows = self.insert(rows).await?;
        }
        Ok(written)
    }

    async fn write_consolidation(&self, merged: &Consolidation) -> Result<Written, Fault> {
        let mut written = self.compared(digest_of_consolidation(merged));
        if !written.unchanged {
            let [expected, completed, skipped, missing, predictions] = summary_counts(&merged.summary);
            let text = "INSERT INTO consolidation_summary VALUES ($1, $2, $3, $4, $5, $6)";
            let summary: [&(dyn ToSql + Sync); 6] =
                [&self.attempt.0, &expected, &completed, &skipped, &missing, &predictions];
            execute(self.transaction, text, &summary).await?;
            written.rows = 1 + self.insert(&merged.predictions).await? + self.insert(&merged.scenarios).await?;
        }
        Ok(written)
    }

    /// Whether there is anything to write, by the set's digest.
    fn compared(&self, digest: Vec<u8>) -> Written {
        let unchanged = self.current_digest == Some(&digest[..]);
        Written { rows: 0, rows_read: None, digest: Some(digest), unchanged }
    }

    async fn insert<R: Record + Sync>(&self, rows: &[R]) -> Result<u64, Fault> {
        if rows.is_empty() {
            return Ok(0);
        }
        let names = ["output_id"].iter().chain(R::KEY).chain(R::CONTENT).copied().collect();
        let columns = Columns::of(self.transaction, R::TABLE, names).await?;
        let rows = rows.iter().map(|record| {
            let mut row = Writer::default();
            row.integer(self.attempt.0);
            record.write(&mut row);
            row
        });
        columns.copy(self.transaction, rows).await
    }
}
