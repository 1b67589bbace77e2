//! A step's rows into their tables, inside the settling connection.
//!
//! Facts are versioned by key: a row whose content is known already is not written again. Every other row belongs to
//! the immutable output set of its attempt; a set equal to the task's current one is not written again either.

use std::collections::{BTreeMap, HashSet};

use domain::{
    BoxScore, FinalScore, Game, GameDate, GameLine, InjuryEvent, Known, PlayerGameSummary, PlayerName, PlayerShots,
    PropLine, Provenance, TeamDefenseGameSummary, TeamName, TeamOffenseGameSummary,
};
use jiff::Timestamp;
use pipeline::rows::{Consolidation, FactBatch};
use pipeline::{PayloadHash, RawPayload, Rows};
use runtime::AttemptId;
use rusqlite::{Connection, OptionalExtension, named_params, params_from_iter};
use sha2::{Digest, Sha256};

use super::statements::{insert_into, instant, known_versions, sql};
use crate::error::Fault;
use crate::rows::{Record, Value, Writer};

/// What was written.
#[derive(Default)]
pub(super) struct Written {
    /// Rows added.
    pub(super) rows: u64,
    /// Rows read to get there, where the step reads rows of a payload.
    pub(super) rows_read: Option<u64>,
    /// Digest of an output set.
    pub(super) digest: Option<Vec<u8>>,
    /// The set equals the task's current one, which stays.
    pub(super) unchanged: bool,
}

/// Writes a step's rows.
pub(super) fn write(
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
        Rows::PlayerGameSummaries(rows) => facts(derive(connection, rows)?),
        Rows::TeamOffenseGameSummaries(rows) => facts(derive(connection, rows)?),
        Rows::TeamDefenseGameSummaries(rows) => facts(derive(connection, rows)?),
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

/// Smaller bodies than this gain nothing from compression, and Parquet is compressed already.
const COMPRESS_FROM: usize = 256;
const COMPRESSION_LEVEL: i32 = 3;

fn land(connection: &Connection, attempt: AttemptId, payloads: &[RawPayload]) -> Result<u64, Fault> {
    let mut statement = connection.prepare_cached(sql::land_payload)?;
    let mut landed = 0;
    for payload in payloads {
        let compressed = match payload.body.len() {
            small if small < COMPRESS_FROM => None,
            _ => Some(zstd::bulk::compress(&payload.body, COMPRESSION_LEVEL)?),
        };
        let (encoding, body) = match &compressed {
            Some(smaller) if smaller.len() < payload.body.len() => ("zstd", smaller.as_slice()),
            _ => ("identity", &payload.body[..]),
        };
        landed += statement.execute(named_params! {
            ":hash": payload.hash().bytes(), ":source": payload.source, ":subject": payload.subject,
            ":fetched_at": payload.fetched_at.as_microsecond(), ":encoding": encoding,
            ":size": payload.body.len() as i64, ":body": body, ":attempt": attempt.0,
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
    let payload_id = payload_id(connection, batch.payload)?;
    let landing = Landing { payload_id, landed_at: batch.landed_at };
    let facts = &batch.facts;
    let rows = landing.write(connection, &facts.teams)?
        + landing.write(connection, &facts.players)?
        + landing.write(connection, &facts.games)?
        + landing.write(connection, &facts.scores)?
        + landing.write(connection, &facts.box_scores)?
        + landing.write(connection, &facts.shots)?
        + landing.write(connection, &facts.prop_lines)?
        + landing.write(connection, &facts.game_lines)?
        + landing.write(connection, &facts.injuries)?;
    Ok(Written { rows, rows_read: Some(batch.rows_read), ..Written::default() })
}

fn payload_id(connection: &Connection, hash: PayloadHash) -> Result<i64, Fault> {
    let mut statement = connection.prepare_cached(sql::payload_id)?;
    let landed = statement.query_row(named_params! { ":hash": hash.bytes() }, |row| row.get(0)).optional()?;
    landed.ok_or_else(|| Fault::Refused(format!("facts of payload {hash}, which never landed")))
}

/// A record kept in versions, and which slate it is about.
trait Fact: Record {
    /// The slate, for facts that have one.
    fn slate(&self) -> Option<GameDate>;
}

macro_rules! facts_of_slates {
    ($($fact:ty: $field:ident),+) => {
        $(impl Fact for $fact {
            fn slate(&self) -> Option<GameDate> {
                Some(self.$field)
            }
        })+
    };
}

facts_of_slates! {
    Game: slate, FinalScore: slate, BoxScore: slate, PlayerShots: slate, PropLine: slate, GameLine: slate,
    InjuryEvent: date, PlayerGameSummary: slate, TeamOffenseGameSummary: slate, TeamDefenseGameSummary: slate
}

impl Fact for TeamName {
    fn slate(&self) -> Option<GameDate> {
        None
    }
}

impl Fact for PlayerName {
    fn slate(&self) -> Option<GameDate> {
        None
    }
}

/// Facts that landed in a payload.
struct Landing {
    payload_id: i64,
    landed_at: Timestamp,
}

impl Landing {
    /// A new key is known from the instant its rule says. A row that differs from the newest version is a correction,
    /// and nobody can have known it before it landed.
    fn write<F: Fact>(&self, connection: &Connection, facts: &[Known<F>]) -> Result<u64, Fault> {
        let mut versions = Versions::<F>::open(connection)?;
        for fact in facts {
            versions.add(fact, Some(self.payload_id), |known| match known.last() {
                None => Some((fact.known_at(), fact.provenance(), None)),
                // Parsed again, for the sake of other rows, old bytes take nothing back that came after them.
                Some(newest) if newest.payload_id > Some(self.payload_id) => None,
                Some(newest) => {
                    let known_at = fact.known_at().max(self.landed_at).max(newest.known_at);
                    Some((known_at, Provenance::Observed, Some(newest.digest)))
                }
            })?;
        }
        versions.close()
    }
}

/// Facts derived from facts bring their own instants: each is compared with what was known just then.
fn derive<F: Fact>(connection: &Connection, facts: &[Known<F>]) -> Result<u64, Fault> {
    let mut versions = Versions::<F>::open(connection)?;
    for fact in facts {
        versions.add(fact, None, |known| {
            let then = known.iter().rev().find(|version| version.known_at <= fact.known_at());
            Some((fact.known_at(), fact.provenance(), then.map(|version| version.digest)))
        })?;
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

/// A version of a fact there is already.
struct KnownVersion {
    version: i64,
    digest: i64,
    known_at: Timestamp,
    /// The payload that told of it; nothing for what is derived.
    payload_id: Option<i64>,
}

impl<'t, F: Fact> Versions<'t, F> {
    fn open(connection: &'t Connection) -> Result<Self, Fault> {
        let exists = format!("SELECT EXISTS (SELECT 1 FROM {})", F::TABLE);
        let filled: bool = connection.prepare_cached(&exists)?.query_row([], |row| row.get(0))?;
        let tail = ["version", "digest", "known_at", "provenance", "payload_id"];
        Ok(Self {
            connection,
            known: connection.prepare_cached(&known_versions::<F>())?,
            insert: connection.prepare_cached(&insert_into::<F>(&[], &tail))?,
            fresh: (!filled).then(HashSet::new),
            added: 0,
            revisions: BTreeMap::new(),
            kind: std::marker::PhantomData,
        })
    }

    /// Adds a fact unless it says what the version it is compared with says. `place` is given the known versions in
    /// the order they became known, and returns when the fact counts as known, how we know that, and the digest of
    /// the version to compare with; or nothing where the fact has no place any more.
    fn add(
        &mut self,
        fact: &Known<F>,
        payload_id: Option<i64>,
        place: impl FnOnce(&[KnownVersion]) -> Option<(Timestamp, Provenance, Option<i64>)>,
    ) -> Result<(), Fault> {
        let mut row = Writer::default();
        fact.unseal().write(&mut row);
        let (key, content) = row.values().split_at(F::KEY.len());
        let content = digest(content);
        let is_new = self.fresh.as_mut().is_some_and(|fresh| fresh.insert(digest(key)));
        let known = if is_new { Vec::new() } else { self.known_versions(key)? };
        let Some((known_at, provenance, compared_with)) = place(&known) else { return Ok(()) };
        if compared_with == Some(content) {
            return Ok(());
        }
        let version = 1 + known.iter().map(|known| known.version).max().unwrap_or(0);
        let tail = [
            Value::Integer(version),
            Value::Integer(content),
            Value::Integer(known_at.as_microsecond()),
            Value::Text(provenance.code().into()),
            payload_id.map_or(Value::Null, Value::Integer),
        ];
        self.added += self.insert.execute(params_from_iter(row.values().iter().chain(&tail)))? as u64;
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

/// The first eight bytes of a SHA-256 over the values: two versions of one key never share it in practice.
fn digest(values: &[Value<'_>]) -> i64 {
    let mut hasher = Sha256::new();
    hash(&mut hasher, values);
    let digest = hasher.finalize();
    i64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
}

fn hash(hasher: &mut Sha256, values: &[Value<'_>]) {
    for value in values {
        match value {
            Value::Null => hasher.update([0]),
            Value::Integer(number) => {
                hasher.update([1]);
                hasher.update(number.to_le_bytes());
            }
            Value::Real(number) => {
                hasher.update([2]);
                hasher.update(number.to_bits().to_le_bytes());
            }
            Value::Text(text) => {
                hasher.update([3]);
                hasher.update((text.len() as u64).to_le_bytes());
                hasher.update(text.as_bytes());
            }
            Value::Blob(bytes) => {
                hasher.update([4]);
                hasher.update((bytes.len() as u64).to_le_bytes());
                hasher.update(bytes);
            }
        }
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
        let mut hasher = Sha256::new();
        hash_rows(&mut hasher, rows);
        self.unless_unchanged(hasher, || self.insert(rows))
    }

    fn write_consolidation(&self, merged: &Consolidation) -> Result<Written, Fault> {
        let summary = merged.summary;
        let counts = [
            summary.expected_players,
            summary.completed_players,
            summary.skipped_players,
            summary.missing_players,
            summary.predictions,
        ];
        let mut hasher = Sha256::new();
        hash_rows(&mut hasher, &merged.predictions);
        hash_rows(&mut hasher, &merged.scenarios);
        hash(&mut hasher, &counts.map(|count| Value::Integer(count.into())));
        self.unless_unchanged(hasher, || {
            let text = "INSERT INTO consolidation_summary VALUES (?, ?, ?, ?, ?, ?)";
            let values = std::iter::once(self.attempt.0).chain(counts.map(i64::from));
            self.connection.prepare_cached(text)?.execute(params_from_iter(values))?;
            Ok(1 + self.insert(&merged.predictions)? + self.insert(&merged.scenarios)?)
        })
    }

    fn unless_unchanged(&self, hasher: Sha256, insert: impl FnOnce() -> Result<u64, Fault>) -> Result<Written, Fault> {
        let digest = hasher.finalize().to_vec();
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

fn hash_rows<R: Record>(hasher: &mut Sha256, rows: &[R]) {
    for row in rows {
        let mut values = Writer::default();
        row.write(&mut values);
        hash(hasher, values.values());
    }
}
