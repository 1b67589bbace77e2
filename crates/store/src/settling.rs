//! What settling decides, whatever the database: which version a fact adds to those known of its key, and the digests
//! by which equal content is recognised. The same rows give the same digests in every store.

use domain::{
    Alias, BoxScore, FinalScore, Game, GameDate, GameLine, InjuryEvent, Known, LineupSpot, PlayerGameSummary,
    PlayerName, PlayerShots, PropLine, Provenance, TeamDefenseGameSummary, TeamName, TeamOffenseGameSummary,
};
use jiff::Timestamp;
use pipeline::rows::{Consolidation, ConsolidationSummary};
use sha2::{Digest, Sha256};

use crate::rows::{Record, Value, Writer};

/// What was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Rows added.
    pub(crate) rows: u64,
    /// Rows read to get there, where the step reads rows of a payload.
    pub(crate) rows_read: Option<u64>,
    /// Digest of an output set.
    pub(crate) digest: Option<Vec<u8>>,
    /// The set equals the task's current one, which stays.
    pub(crate) unchanged: bool,
}

/// A record kept in versions, and which slate it is about.
pub(crate) trait Fact: Record {
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
    InjuryEvent: date, LineupSpot: slate, PlayerGameSummary: slate, TeamOffenseGameSummary: slate, TeamDefenseGameSummary: slate
}

impl Fact for Alias {
    fn slate(&self) -> Option<GameDate> {
        None
    }
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

/// Columns of a version, after those of its fact.
pub(crate) const VERSION_COLUMNS: [&str; 5] = ["version", "digest", "known_at", "provenance", "payload_id"];

/// A version of a fact there is already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownVersion {
    pub(crate) version: i64,
    pub(crate) digest: i64,
    pub(crate) known_at: Timestamp,
    /// The payload that told of it; nothing for what is derived.
    pub(crate) payload_id: Option<i64>,
}

/// A version to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NewVersion {
    pub(crate) known: KnownVersion,
    provenance: Provenance,
}

impl NewVersion {
    /// The values of [`VERSION_COLUMNS`].
    pub(crate) fn values(&self) -> [Value<'static>; 5] {
        [
            Value::Integer(self.known.version),
            Value::Integer(self.known.digest),
            Value::Integer(self.known.known_at.as_microsecond()),
            Value::Text(self.provenance.code().into()),
            self.known.payload_id.map_or(Value::Null, Value::Integer),
        ]
    }
}

/// Where facts come from, which decides since when each counts as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// They landed in a payload.
    Landed { payload_id: i64, landed_at: Timestamp },
    /// They follow from other facts.
    Derived,
}

impl Arrival {
    /// The version that a fact of this content adds to those known of its key, which come in the order they became
    /// known; nothing unless it says something else than the version it is compared with.
    pub(crate) fn version<F: Fact>(self, fact: &Known<F>, content: i64, known: &[KnownVersion]) -> Option<NewVersion> {
        let (known_at, provenance, compared_with) = self.place(fact, known)?;
        if compared_with == Some(content) {
            return None;
        }
        let version = 1 + known.iter().map(|known| known.version).max().unwrap_or(0);
        let payload_id = match self {
            Self::Landed { payload_id, .. } => Some(payload_id),
            Self::Derived => None,
        };
        Some(NewVersion { known: KnownVersion { version, digest: content, known_at, payload_id }, provenance })
    }

    /// When a fact counts as known, how we know that, and the digest of the version to compare with; nothing where
    /// the fact has no place any more.
    ///
    /// A new key is known from the instant its rule says. A row that differs from the newest version is a correction,
    /// and nobody can have known it before it landed. Facts derived from facts bring their own instants: each is
    /// compared with what was known just then.
    fn place<F: Fact>(self, fact: &Known<F>, known: &[KnownVersion]) -> Option<(Timestamp, Provenance, Option<i64>)> {
        match (self, known.last()) {
            (Self::Derived, _) => {
                let then = known.iter().rev().find(|version| version.known_at <= fact.known_at());
                Some((fact.known_at(), fact.provenance(), then.map(|version| version.digest)))
            }
            (Self::Landed { .. }, None) => Some((fact.known_at(), fact.provenance(), None)),
            // Parsed again, for the sake of other rows, old bytes take nothing back that came after them.
            (Self::Landed { payload_id, .. }, Some(newest)) if newest.payload_id > Some(payload_id) => None,
            (Self::Landed { landed_at, .. }, Some(newest)) => {
                let known_at = fact.known_at().max(landed_at).max(newest.known_at);
                Some((known_at, Provenance::Observed, Some(newest.digest)))
            }
        }
    }
}

/// The first eight bytes of a SHA-256 over the values: two versions of one key never share it in practice.
pub(crate) fn digest(values: &[Value<'_>]) -> i64 {
    let mut hasher = Sha256::new();
    hash(&mut hasher, values);
    let digest = hasher.finalize();
    i64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
}

/// The digest of an output set.
pub(crate) fn digest_of_set<R: Record>(rows: &[R]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hash_rows(&mut hasher, rows);
    hasher.finalize().to_vec()
}

/// The digest of a consolidation, scenarios and counts included.
pub(crate) fn digest_of_consolidation(merged: &Consolidation) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hash_rows(&mut hasher, &merged.predictions);
    hash_rows(&mut hasher, &merged.scenarios);
    hash(&mut hasher, &summary_counts(&merged.summary).map(Value::Integer));
    hasher.finalize().to_vec()
}

/// A summary's counts, in the order of its table's columns.
pub(crate) fn summary_counts(summary: &ConsolidationSummary) -> [i64; 5] {
    [
        summary.expected_players.into(),
        summary.completed_players.into(),
        summary.skipped_players.into(),
        summary.missing_players.into(),
        summary.predictions.into(),
    ]
}

fn hash_rows<R: Record>(hasher: &mut Sha256, rows: &[R]) {
    for row in rows {
        let mut values = Writer::default();
        row.write(&mut values);
        hash(hasher, values.values());
    }
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
