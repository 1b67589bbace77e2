//! A step's rows into their tables, inside the settling connection.
//!
//! Facts are versioned by key: a row whose content is known already is not written again. Every other row belongs to
//! the immutable output set of its attempt; a set equal to the task's current one is not written again either.

use std::collections::{BTreeMap, HashSet};

use domain::{GameDate, Known};
use pipeline::rows::{Consolidation, FactBatch};
use pipeline::{PayloadHash, RawPayload, Rows};
use runtime::AttemptId;
use rusqlite::{Connection, OptionalExtension, named_params, params_from_iter};

use super::statements::{insert_into, instant, known_versions, sql};
use crate::error::Fault;
use crate::rows::{Record, StoredBody, Value, Writer};
pub(crate) use crate::settling::Written;
use crate::settling::{
    Arrival, Fact, KnownVersion, VERSION_COLUMNS, digest, digest_of_consolidation, digest_of_set, summary_counts,
};

/// Writes a step's rows.
pub(crate) fn write(
    connection: &Connection,
    attempt: AttemptId,
    rows: &Rows,
    current_digest: Option<&[u8]>,
) -> Result<Written, Fault> {
    let facts = |rows| Ok(Written { rows, ..Written::default() });
    let set = OutputSet { connection, attempt, current_digest };
    match rows {
        Rows::Payloads(payloads) => facts(land(connection, attempt, payloads)?),
        Rows::Facts(batch) => write_batch(connection, attempt, batch),
        Rows::PlayerGameSummaries(rows) => facts(add(connection, Arrival::Derived, rows)?),
        Rows::TeamOffenseGameSummaries(rows) => facts(add(connection, Arrival::Derived, rows)?),
        Rows::TeamDefenseGameSummaries(rows) => facts(add(connection, Arrival::Derived, rows)?),
        Rows::TeamContexts(rows) => set.write(rows),
        Rows::PlayerContexts(rows) => set.write(rows),
        Rows::DailyCaches(rows) => set.write(rows),
        Rows::ShotZones(rows) => set.write(rows),
        Rows::DefenseZones(rows) => set.write(rows),
        Rows::Composites(rows) => set.write(rows),
        Rows::Features(rows) => set.write(rows),
        Rows::Models(rows) => set.write(rows),
        Rows::Forecasts(rows) => set.write(rows),
        Rows::Consolidation(merged) => set.write_consolidation(merged),
        Rows::Documents(rows) => set.write(rows),
        Rows::Grades(rows) => set.write(rows),
        Rows::Performance(rows) => set.write(rows),
    }
}

fn land(connection: &Connection, attempt: AttemptId, payloads: &[RawPayload]) -> Result<u64, Fault> {
    let mut keep = connection.prepare_cached(sql::land_payload)?;
    let mut add_landing = connection.prepare_cached(sql::add_landing)?;
    let mut landed = 0;
    for payload in payloads {
        let (hash, stored) = (payload.hash(), StoredBody::of(&payload.body));
        keep.execute(named_params! {
            ":hash": hash.bytes(), ":source": payload.source, ":subject": payload.subject,
            ":fetched_at": payload.fetched_at.as_microsecond(), ":encoding": stored.encoding,
            ":size": payload.body.len() as i64, ":body": &stored.bytes[..], ":attempt": attempt.0,
        })?;
        landed += add_landing.execute(named_params! {
            ":payload": payload_id(connection, hash)?, ":source": payload.source, ":subject": payload.subject,
            ":fetched_at": payload.fetched_at.as_microsecond(), ":etag": payload.etag, ":attempt": attempt.0,
        })? as u64;
    }
    Ok(landed)
}

fn write_batch(connection: &Connection, attempt: AttemptId, batch: &FactBatch) -> Result<Written, Fault> {
    let mut reject = connection.prepare_cached(sql::reject)?;
    for rejected in batch.rejects.described() {
        reject.execute(named_params! {
            ":attempt": attempt.0, ":reason": rejected.reason.code(), ":row": rejected.row as i64,
            ":detail": rejected.detail,
        })?;
    }
    let mut count = connection.prepare_cached(sql::reject_count)?;
    for (reason, rows) in batch.rejects.counts() {
        count.execute(named_params! { ":attempt": attempt.0, ":reason": reason.code(), ":count": *rows as i64 })?;
    }
    let mut add_finding = connection.prepare_cached(sql::add_finding)?;
    for finding in &batch.findings {
        add_finding.execute(named_params! {
            ":attempt": attempt.0, ":finding": finding.check.code(), ":verdict": finding.verdict.code(),
            ":detail": finding.detail,
        })?;
    }
    let payload_id = payload_id(connection, batch.payload)?;
    let landed = Arrival::Landed { payload_id, landed_at: batch.landed_at };
    let facts = &batch.facts;
    let rows = add(connection, landed, &facts.teams)?
        + add(connection, landed, &facts.players)?
        + add(connection, landed, &facts.games)?
        + add(connection, landed, &facts.scores)?
        + add(connection, landed, &facts.box_scores)?
        + add(connection, landed, &facts.shots)?
        + add(connection, landed, &facts.prop_lines)?
        + add(connection, landed, &facts.game_lines)?
        + add(connection, landed, &facts.injuries)?
        + add(connection, landed, &facts.lineups)?
        + add(connection, landed, &facts.aliases)?;
    Ok(Written { rows, rows_read: Some(batch.rows_read), ..Written::default() })
}

fn payload_id(connection: &Connection, hash: PayloadHash) -> Result<i64, Fault> {
    let mut statement = connection.prepare_cached(sql::payload_id)?;
    let landed = statement.query_row(named_params! { ":hash": hash.bytes() }, |row| row.get(0)).optional()?;
    landed.ok_or_else(|| Fault::Refused(format!("facts of payload {hash}, which never landed")))
}

/// Adds facts that are new, or say something new.
pub(super) fn add<F: Fact>(connection: &Connection, arrival: Arrival, facts: &[Known<F>]) -> Result<u64, Fault> {
    let mut versions = Versions::<F>::open(connection)?;
    for fact in facts {
        versions.add(fact, arrival)?;
    }
    versions.close()
}

/// Adds versions to one table of facts.
struct Versions<'t, F: Fact> {
    connection: &'t Connection,
    known: rusqlite::CachedStatement<'t>,
    insert: rusqlite::CachedStatement<'t>,
    /// Keys added to a table that was empty: only they can have a version to compare with.
    fresh: Option<HashSet<i64>>,
    added: u64,
    revisions: BTreeMap<Option<GameDate>, u64>,
    kind: std::marker::PhantomData<F>,
}

impl<'t, F: Fact> Versions<'t, F> {
    fn open(connection: &'t Connection) -> Result<Self, Fault> {
        let exists = format!("SELECT EXISTS (SELECT 1 FROM {})", F::TABLE);
        let filled: bool = connection.prepare_cached(&exists)?.query_row([], |row| row.get(0))?;
        Ok(Self {
            connection,
            known: connection.prepare_cached(&known_versions::<F>())?,
            insert: connection.prepare_cached(&insert_into::<F>(&[], &VERSION_COLUMNS))?,
            fresh: (!filled).then(HashSet::new),
            added: 0,
            revisions: BTreeMap::new(),
            kind: std::marker::PhantomData,
        })
    }

    fn add(&mut self, fact: &Known<F>, arrival: Arrival) -> Result<(), Fault> {
        let mut row = Writer::default();
        fact.unseal().write(&mut row);
        let (key, content) = row.values().split_at(F::KEY.len());
        let is_new = self.fresh.as_mut().is_some_and(|fresh| fresh.insert(digest(key)));
        let known = if is_new { Vec::new() } else { self.known_versions(key)? };
        let Some(version) = arrival.version(fact, digest(content), &known) else { return Ok(()) };
        self.added += self.insert.execute(params_from_iter(row.values().iter().chain(&version.values())))? as u64;
        *self.revisions.entry(fact.unseal().slate()).or_default() += 1;
        Ok(())
    }

    fn known_versions(&mut self, key: &[Value<'_>]) -> Result<Vec<KnownVersion>, Fault> {
        let mut rows = self.known.query(params_from_iter(key))?;
        let mut known = Vec::new();
        while let Some(row) = rows.next()? {
            known.push(KnownVersion {
                version: row.get(0)?,
                digest: row.get(1)?,
                known_at: instant(row.get(2)?)?,
                payload_id: row.get(3)?,
            });
        }
        Ok(known)
    }

    /// Counts the additions into the revisions.
    fn close(self) -> Result<u64, Fault> {
        let mut statement = self.connection.prepare_cached(sql::add_revision)?;
        for (slate, added) in &self.revisions {
            let slate = slate.map(|slate| slate.to_string()).unwrap_or_default();
            statement.execute(named_params! { ":fact": F::TABLE, ":slate": slate, ":added": *added as i64 })?;
        }
        Ok(self.added)
    }
}

/// Writes immutable sets of rows.
struct OutputSet<'t> {
    connection: &'t Connection,
    attempt: AttemptId,
    current_digest: Option<&'t [u8]>,
}

impl OutputSet<'_> {
    fn write<R: Record>(&self, rows: &[R]) -> Result<Written, Fault> {
        self.unless_unchanged(digest_of_set(rows), || self.insert(rows))
    }

    fn write_consolidation(&self, merged: &Consolidation) -> Result<Written, Fault> {
        self.unless_unchanged(digest_of_consolidation(merged), || {
            let text = "INSERT INTO consolidation_summary VALUES (?, ?, ?, ?, ?, ?)";
            let values = std::iter::once(self.attempt.0).chain(summary_counts(&merged.summary));
            self.connection.prepare_cached(text)?.execute(params_from_iter(values))?;
            Ok(1 + self.insert(&merged.predictions)? + self.insert(&merged.scenarios)?)
        })
    }

    fn unless_unchanged(&self, digest: Vec<u8>, insert: impl FnOnce() -> Result<u64, Fault>) -> Result<Written, Fault> {
        let unchanged = self.current_digest == Some(&digest[..]);
        let rows = if unchanged { 0 } else { insert()? };
        Ok(Written { rows, rows_read: None, digest: Some(digest), unchanged })
    }

    fn insert<R: Record>(&self, rows: &[R]) -> Result<u64, Fault> {
        let mut statement = self.connection.prepare_cached(&insert_into::<R>(&["output_id"], &[]))?;
        let mut added = 0;
        for row in rows {
            let mut values = Writer::default();
            values.integer(self.attempt.0);
            row.write(&mut values);
            added += statement.execute(params_from_iter(values.values()))? as u64;
        }
        Ok(added)
    }
}
