//! Sources: each describes what to fetch and parses what came, purely.
//!
//! `plan` says which requests a day needs; `parse` turns verbatim bytes into facts *and* rejects, so one bad row
//! loses nothing else. Wire shapes are private to their source.

pub mod archive;
mod balldontlie;
mod bettingpros;
mod box_row;
mod directory;
mod espn;
mod facts;
mod nba_cdn;
mod nba_official;
mod odds_api;
mod prizepicks;
mod provider;
mod spellings;
mod stats_nba;

pub use directory::{Directory, Mention, Schedule};
use facts::Rejection;
pub use facts::{Facts, Parsed, Reject, RejectReason, Rejects, Unreadable};
pub use provider::{KeyRule, Provider, ProviderSpec};

use domain::{Known, Provenance};
use serde::de::DeserializeOwned;

use crate::delivery::Delivery;
use crate::{RawPayload, RawRequest};

/// Every source, those that others refer to first.
pub fn all() -> Vec<Box<dyn Source>> {
    let mut sources: Vec<Box<dyn Source>> = vec![
        Box::new(nba_cdn::NbaCdnSchedule),
        Box::new(nba_cdn::NbaCdnScoreboard),
        Box::new(nba_cdn::NbaCdnBoxScore),
        Box::new(nba_cdn::NbaCdnPlayByPlay),
        Box::new(stats_nba::StatsNbaPlayerIndex),
        Box::new(stats_nba::StatsNbaScoreboard),
        Box::new(stats_nba::StatsNbaBoxV3),
        Box::new(stats_nba::StatsNbaBoxV2),
        Box::new(stats_nba::StatsNbaPlayByPlay),
        Box::new(stats_nba::StatsNbaGameLog),
        Box::new(odds_api::OddsApiEvents),
        Box::new(odds_api::OddsApiEventOdds),
        Box::new(balldontlie::BalldontlieGames),
        Box::new(balldontlie::BalldontlieBoxScores),
        Box::new(balldontlie::BalldontlieStats),
        Box::new(balldontlie::BalldontliePlayers),
        Box::new(balldontlie::BalldontlieTeams),
        Box::new(balldontlie::BalldontlieInjuries),
        Box::new(espn::EspnScoreboard),
        Box::new(espn::EspnSummary),
        Box::new(espn::EspnRoster),
        Box::new(bettingpros::BettingProsEvents),
        Box::new(bettingpros::BettingProsOffers),
        Box::new(prizepicks::PrizePicksProjections),
        Box::new(nba_official::NbaOfficialInjuryReport),
    ];
    sources.extend(archive::ArchiveTable::ALL.map(|table| Box::new(table) as Box<dyn Source>));
    sources
}

/// A payload's JSON in a source's wire shape.
fn json<T: DeserializeOwned>(payload: &RawPayload) -> Result<T, Unreadable> {
    serde_json::from_slice(&payload.body).map_err(|error| not_json(payload, &error))
}

/// A payload of pages, one after the other, each in a source's wire shape.
fn pages<T: DeserializeOwned>(payload: &RawPayload) -> Result<Vec<T>, Unreadable> {
    let pages: Result<Vec<T>, _> = serde_json::Deserializer::from_slice(&payload.body).into_iter().collect();
    match pages {
        Ok(pages) if pages.is_empty() => json(payload).map(|page| vec![page]),
        Ok(pages) => Ok(pages),
        Err(error) => Err(not_json(payload, &error)),
    }
}

fn not_json(payload: &RawPayload, error: &serde_json::Error) -> Unreadable {
    Unreadable {
        subject: payload.subject.clone(),
        problem: format!("not the JSON this source sends ({error}); the bytes are kept"),
    }
}

/// A fact as a payload tells it: known from the moment it was fetched.
fn seen<T>(value: T, payload: &RawPayload) -> Known<T> {
    Known::new(value, payload.fetched_at, Provenance::Observed)
}

/// Whose word counts where several tell the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It says all there is to say, and to the second.
    Primary,
    /// It says less or rounds: for when nobody of the first rank has told.
    Backup,
}

/// What a source's answers must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// Rows, unless no game is near.
    RowsWhenGamesAreNear,
    /// Nothing: an answer without rows is an answer.
    Nothing,
}

/// Names of fields in a source's payloads, by which drift is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fields {
    /// Those that are read where they are there, and that every payload with rows should have somewhere.
    pub wanted: &'static [&'static str],
    /// All that it is known to send, between spaces; nothing where that is not known.
    pub known: &'static str,
}

/// Something that can be parsed into facts.
pub trait Source: Send + Sync {
    /// Its name in tables and reports.
    fn id(&self) -> &'static str;

    /// Who is asked for its payloads; nobody for files.
    fn provider(&self) -> Option<Provider>;

    /// Whose word counts where several tell the same.
    fn rank(&self) -> Rank {
        Rank::Primary
    }

    /// Bumped when the parser changes what it makes of the same bytes.
    fn parser_version(&self) -> u32;

    /// Whether its facts are what others are resolved against: games, players, teams.
    fn feeds_directory(&self) -> bool;

    /// What its answers must hold, or else somebody should look at them.
    fn expects(&self) -> Expects {
        Expects::RowsWhenGamesAreNear
    }

    /// When its facts count as known: one rule, in a sentence.
    fn known_at_rule(&self) -> &'static str;

    /// Names of fields in its payloads. Files and pages have none.
    fn fields(&self) -> Fields {
        Fields::default()
    }

    /// What to ask for in a delivery, as paths under the provider's address. Purely: no key, no clock, no network.
    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest>;

    /// What to ask for where an answer goes on elsewhere. Its pages are one payload: their bytes, one page a line.
    fn next_page(&self, _page: &RawPayload) -> Option<RawRequest> {
        None
    }

    /// Facts and rejects of one payload.
    ///
    /// # Errors
    /// When the payload as a whole is not what this source sends.
    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable>;
}

/// A payload for a parser to read.
#[cfg(test)]
fn payload(source: &dyn Source, fetched_at: jiff::Timestamp, body: Vec<u8>) -> RawPayload {
    RawPayload {
        source: source.id().to_owned(),
        subject: "somewhere".to_owned(),
        fetched_at,
        etag: None,
        body: body.into(),
    }
}
