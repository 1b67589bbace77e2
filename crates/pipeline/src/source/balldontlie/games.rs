//! `games`, `box_scores` and `stats`: what games came to, and which ids of players stand for whom.

use std::collections::BTreeSet;

use domain::{Alias, FinalScore, Game, GameDate, Meaning, Team};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{WirePlayer, WireTeam};
use crate::delivery::Delivery;
use crate::source::{
    Directory, Fields, Parsed, Provider, Rank, RejectReason, Rejection, Source, Unreadable, json, seen,
};
use crate::{RawPayload, RawRequest};

/// A day's games.
pub(crate) struct BalldontlieGames;

/// A day's games with their players.
pub(crate) struct BalldontlieBoxScores;

/// Players' statistics, each with its game. It is read, and not asked for: it says what the box scores say.
pub(crate) struct BalldontlieStats;

#[derive(Deserialize)]
struct Wire<T> {
    data: Vec<T>,
}

/// A game; in a list of statistics its teams are told apart from it, by their ids.
#[derive(Deserialize)]
struct WireGame {
    id: Option<u64>,
    date: String,
    datetime: Option<Timestamp>,
    status: String,
    home_team_score: Option<u16>,
    visitor_team_score: Option<u16>,
}

#[derive(Deserialize)]
struct Meeting {
    #[serde(flatten)]
    game: WireGame,
    home_team: Side,
    visitor_team: Side,
}

#[derive(Deserialize)]
struct Side {
    #[serde(flatten)]
    team: WireTeam,
    #[serde(default)]
    players: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    player: WirePlayer,
}

#[derive(Deserialize)]
struct Statistics {
    player: WirePlayer,
    team: WireTeam,
    game: WireGame,
}

impl WireGame {
    /// The game of these teams: on its date, or at its start.
    fn between<'d>(
        &self,
        home: Option<Team>,
        away: Option<Team>,
        directory: &'d Directory,
    ) -> Result<&'d Game, Rejection> {
        let id = self.id.map(|id| id.to_string());
        let called = id.and_then(|id| directory.game_called(Provider::Balldontlie, &id));
        let day: Option<GameDate> = self.date.get(..10).and_then(|date| date.parse().ok());
        let start = self.datetime.or_else(|| day.map(|day| day.at(12, 0) + SignedDuration::from_hours(7)));
        let meets = || directory.game_between(home?, away?, start?);
        called.or_else(meets).ok_or_else(|| {
            let name = |team: Option<Team>| team.map_or("nobody known".to_owned(), |team| team.to_string());
            (RejectReason::UnknownGame, format!("{} at {} on {}", name(away), name(home), self.date))
        })
    }

    fn alias(&self, game: &Game) -> Option<Alias> {
        let (provider, meaning) = (Provider::Balldontlie.name().to_owned(), Meaning::Game(game.id));
        Some(Alias { provider, foreign_id: self.id?.to_string(), meaning })
    }

    /// What it came to; nothing, while it is not over.
    fn score(&self, game: &Game) -> Option<FinalScore> {
        let (home_points, away_points) = (self.home_team_score?, self.visitor_team_score?);
        let over = self.status == "Final" && home_points != away_points;
        over.then_some(FinalScore { game: game.id, slate: game.slate, home_points, away_points })
    }
}

impl Parsed {
    fn tell(&mut self, wire: &WireGame, game: &Game, payload: &RawPayload) {
        self.facts.aliases.extend(wire.alias(game).map(|alias| seen(alias, payload)));
        self.facts.scores.extend(wire.score(game).map(|score| seen(score, payload)));
    }
}

/// Games, and the players listed with them.
fn meetings(payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
    let wire: Wire<Meeting> = json(payload)?;
    let mut parsed = Parsed::default();
    for meeting in &wire.data {
        let [home, away] = [&meeting.home_team, &meeting.visitor_team].map(|side| side.team.team(directory));
        let Some(game) = parsed.row(meeting.game.between(home, away, directory)) else { continue };
        parsed.tell(&meeting.game, game, payload);
        for (side, team) in [(&meeting.home_team, game.home), (&meeting.visitor_team, game.away)] {
            for Row { player: wire } in &side.players {
                let Some(player) = parsed.row(wire.player(&[team], directory)) else { continue };
                parsed.facts.aliases.extend(wire.alias(player).map(|alias| seen(alias, payload)));
            }
        }
    }
    Ok(parsed)
}

/// On which days a delivery asks what games came to.
fn day(delivery: &Delivery, directory: &Directory) -> Option<GameDate> {
    delivery.slate().filter(|_| delivery.games(directory).any(|game| delivery.wants_results(game)))
}

impl Source for BalldontlieGames {
    fn id(&self) -> &'static str {
        "balldontlie_games"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Balldontlie)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched; scores once a game is final"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("games.fields") }
    }

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        let slate = delivery.slate().filter(|_| delivery.wants_schedule());
        let subject = |slate| format!("v1/games?dates[]={slate}&per_page=100");
        slate.map(|slate| RawRequest { source: self.id(), subject: subject(slate) }).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        meetings(payload, directory)
    }
}

impl Source for BalldontlieBoxScores {
    fn id(&self) -> &'static str {
        "balldontlie_box_scores"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Balldontlie)
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
        "when it was fetched; scores once a game is final"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &["players"], known: include_str!("box_scores.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let subject = |slate| format!("v1/box_scores?date={slate}");
        let request = |slate| RawRequest { source: self.id(), subject: subject(slate) };
        day(delivery, directory).map(request).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        meetings(payload, directory)
    }
}

impl Source for BalldontlieStats {
    fn id(&self) -> &'static str {
        "balldontlie_stats"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::Balldontlie)
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
        "when it was fetched; scores once a game is final"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("stats.fields") }
    }

    fn plan(&self, _: &Delivery, _: &Directory) -> Vec<RawRequest> {
        Vec::new()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire<Statistics> = json(payload)?;
        let mut parsed = Parsed::default();
        let mut told = BTreeSet::new();
        for row in &wire.data {
            let team = row.team.team(directory);
            let on_its_day = || {
                let day: GameDate = row.game.date.get(..10)?.parse().ok()?;
                directory.games_of(day).find(|game| team.is_some_and(|team| game.side_of(team).is_some()))
            };
            let unknown = || (RejectReason::UnknownGame, format!("{} on {}", row.team.full_name, row.game.date));
            let Some(game) = parsed.row(on_its_day().ok_or_else(unknown)) else { continue };
            if told.insert(game.id) {
                parsed.tell(&row.game, game, payload);
            }
            let Some(player) = parsed.row(row.player.player(&team.into_iter().collect::<Vec<_>>(), directory)) else {
                continue;
            };
            parsed.facts.aliases.extend(row.player.alias(player).map(|alias| seen(alias, payload)));
        }
        Ok(parsed)
    }
}
