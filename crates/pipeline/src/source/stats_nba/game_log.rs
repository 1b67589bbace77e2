//! `leaguegamelog` of players: a day's rows. It does not tell who started, and rounds minutes, so no row of a box score is
//! made of it; what both teams scored is.

use std::collections::BTreeMap;

use domain::{FinalScore, GameId, PlayerId, PlayerName, Team};

use super::table::{Row, Tables};
use super::{scheduled, season};
use crate::delivery::Delivery;
use crate::source::{Directory, Fields, Parsed, Provider, Rank, RejectReason, Rejection, Source, Unreadable, seen};
use crate::{RawPayload, RawRequest};

/// A day's players, and the scores they add up to.
pub(crate) struct StatsNbaGameLog;

const COLUMNS: &[&str] = &["PLAYER_ID", "PLAYER_NAME", "TEAM_ABBREVIATION", "GAME_ID", "WL", "PTS"];

impl Source for StatsNbaGameLog {
    fn id(&self) -> &'static str {
        "stats_nba_game_log"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaStats)
    }

    fn rank(&self) -> Rank {
        Rank::Backup
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched: names, and scores once a game is won"
    }

    /// One request a day, the morning after.
    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("game_log.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let Some(slate) = delivery.slate() else { return Vec::new() };
        let kind =
            match delivery.games(directory).find(|game| delivery.wants_results(game)).map(|game| game.id.season_type())
            {
                Some(domain::SeasonType::Regular) => "Regular%20Season",
                Some(domain::SeasonType::Playoffs) => "Playoffs",
                Some(domain::SeasonType::PlayIn) => "PlayIn",
                _ => return Vec::new(),
            };
        let day = slate.date().strftime("%m/%d/%Y");
        let order = "Counter=1000&Sorter=DATE&Direction=DESC&PlayerOrTeam=P&LeagueID=00";
        let subject = format!(
            "stats/leaguegamelog?{order}&Season={}&SeasonType={kind}&DateFrom={day}&DateTo={day}",
            season(slate)
        );
        vec![RawRequest { source: self.id(), subject }]
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let tables = Tables::of(payload)?;
        let mut parsed = Parsed::default();
        let mut points = BTreeMap::<GameId, BTreeMap<Team, u16>>::new();
        for row in tables.rows("LeagueGameLog", COLUMNS, payload)? {
            let Some((name, game, team, scored)) = parsed.row(read(row, directory)) else { continue };
            let total = points.entry(game).or_default().entry(team).or_default();
            *total = total.saturating_add(scored);
            parsed.facts.players.push(seen(name, payload));
        }
        // A row that could not be used may have been one of the scorers.
        let whole = parsed.rejects.counts().is_empty();
        let games = points.iter().filter(|_| whole).filter_map(|(id, teams)| Some((directory.game(*id)?, teams)));
        for (game, teams) in games {
            let (Some(home), Some(away)) = (teams.get(&game.home), teams.get(&game.away)) else { continue };
            let score = FinalScore { game: game.id, slate: game.slate, home_points: *home, away_points: *away };
            parsed.facts.scores.push(seen(score, payload));
        }
        Ok(parsed)
    }
}

fn read(row: Row<'_>, directory: &Directory) -> Result<(PlayerName, GameId, Team, u16), Rejection> {
    let game = scheduled(row.text("GAME_ID")?, directory)?;
    if !matches!(row.text_if_any("WL"), "W" | "L") {
        return Err((RejectReason::NotFinal, format!("game {} is not won yet", game.id)));
    }
    let malformed = |error: domain::ParseError| (RejectReason::Malformed, error.to_string());
    let team = row.text("TEAM_ABBREVIATION")?.parse().map_err(malformed)?;
    let name = PlayerName { player: PlayerId::new(row.count("PLAYER_ID")?), name: row.text("PLAYER_NAME")?.to_owned() };
    Ok((name, game.id, team, row.count("PTS")?))
}
