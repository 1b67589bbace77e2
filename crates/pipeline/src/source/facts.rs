//! What parsing yields: facts by kind, and rejects with reasons.

use std::collections::BTreeMap;
use std::fmt;

use domain::{
    Alias, BoxScore, FinalScore, Game, GameLine, InjuryEvent, Known, LineupSpot, PlayerName, PlayerShots, PropLine,
    TeamName,
};

/// Facts by kind. One payload usually fills one or two of these.
#[derive(Debug, Default, PartialEq)]
pub struct Facts {
    /// Names of teams.
    pub teams: Vec<Known<TeamName>>,
    /// Names of players.
    pub players: Vec<Known<PlayerName>>,
    /// The schedule.
    pub games: Vec<Known<Game>>,
    /// Results.
    pub scores: Vec<Known<FinalScore>>,
    /// Box-score rows.
    pub box_scores: Vec<Known<BoxScore>>,
    /// Shots by zone.
    pub shots: Vec<Known<PlayerShots>>,
    /// Player prop lines.
    pub prop_lines: Vec<Known<PropLine>>,
    /// Spreads, totals and moneylines.
    pub game_lines: Vec<Known<GameLine>>,
    /// The injury log.
    pub injuries: Vec<Known<InjuryEvent>>,
    /// What teams told before their games.
    pub lineups: Vec<Known<LineupSpot>>,
    /// What others call games and players.
    pub aliases: Vec<Known<Alias>>,
}

impl Facts {
    /// How many there are, by table.
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        vec![
            ("team_name", self.teams.len()),
            ("player_name", self.players.len()),
            ("game", self.games.len()),
            ("final_score", self.scores.len()),
            ("box_score", self.box_scores.len()),
            ("player_shots", self.shots.len()),
            ("prop_line", self.prop_lines.len()),
            ("game_line", self.game_lines.len()),
            ("injury_event", self.injuries.len()),
            ("lineup_spot", self.lineups.len()),
            ("alias", self.aliases.len()),
        ]
    }
}

/// Facts and rejects of one payload.
#[derive(Debug, Default, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub facts: Facts,
    /// Rows read.
    pub rows_read: u64,
    /// What it says that cannot be used, with reasons: all counted, the first thousand of each reason described.
    pub rejects: Rejects,
}

/// What a row that cannot be used comes to: why, and what exactly is wrong with it.
pub(super) type Rejection = (RejectReason, String);

impl Parsed {
    /// Counts a row and keeps what it says, or why it cannot be used.
    pub(super) fn row<T>(&mut self, read: Result<T, Rejection>) -> Option<T> {
        let row = self.rows_read;
        self.rows_read += 1;
        read.map_err(|(reason, detail)| self.rejects.push(Reject { reason, row, detail })).ok()
    }
}

/// Why a row cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RejectReason {
    /// A value the row cannot do without is missing.
    MissingValue,
    /// A value is not of its kind.
    Malformed,
    /// Counts that contradict each other.
    Implausible,
    /// The game is not in the schedule.
    UnknownGame,
    /// The game was postponed.
    PostponedGame,
    /// The game is not over.
    NotFinal,
    /// It was offered after the game had begun: no line from before it.
    InPlay,
    /// It does not count: a pre-season or all-star game, a market of another kind.
    NotCounted,
    /// The player's name belongs to nobody known, or to two.
    UnresolvedPlayer,
    /// The same key occurs twice in one payload.
    Duplicate,
    /// A backup says otherwise than what is known.
    Contradicted,
}

impl RejectReason {
    /// Name in tables and reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::MissingValue => "missing_value",
            Self::Malformed => "malformed",
            Self::Implausible => "implausible",
            Self::UnknownGame => "unknown_game",
            Self::PostponedGame => "postponed_game",
            Self::NotFinal => "not_final",
            Self::InPlay => "in_play",
            Self::NotCounted => "not_counted",
            Self::UnresolvedPlayer => "unresolved_player",
            Self::Duplicate => "duplicate",
            Self::Contradicted => "contradicted",
        }
    }
}

/// One row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Why.
    pub reason: RejectReason,
    /// Where in the payload, counted from 0.
    pub row: u64,
    /// What exactly is wrong with it.
    pub detail: String,
}

/// Rejects: all counted by reason, the first of each kept in words.
#[derive(Debug, Default, PartialEq)]
pub struct Rejects {
    counts: BTreeMap<RejectReason, u64>,
    described: Vec<Reject>,
}

/// A wholly broken file must not fill memory and store with descriptions of its rows.
const DESCRIBED_PER_REASON: u64 = 1_000;

impl Rejects {
    /// Adds one.
    pub fn push(&mut self, reject: Reject) {
        let count = self.counts.entry(reject.reason).or_default();
        *count += 1;
        if *count <= DESCRIBED_PER_REASON {
            self.described.push(reject);
        }
    }

    /// How many, by reason.
    pub fn counts(&self) -> &BTreeMap<RejectReason, u64> {
        &self.counts
    }

    /// Those kept in words.
    pub fn described(&self) -> &[Reject] {
        &self.described
    }
}

/// A payload that is not what its source sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Which payload.
    pub subject: String,
    /// What is wrong, and what to do about it.
    pub problem: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.problem)
    }
}

impl std::error::Error for Unreadable {}
