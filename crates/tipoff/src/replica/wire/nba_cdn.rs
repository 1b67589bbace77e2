//! NBA.com's files: the season's schedule, a game's box score and its shots.

use std::collections::BTreeMap;

use domain::{
    Appearance, BoxScore, DidNotPlay, Game, GameDate, PlayerId, PlayerShots, Role, ShotZones, Shots, StatLine, Team,
};
use jiff::{SignedDuration, Timestamp};
use pipeline::source::Directory;
use serde_json::{Value, json};

/// How far a game is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nobody has told who starts: there is only the roster.
    Roster,
    /// The teams have told who starts and who is out.
    Lineups,
    /// It has begun.
    UnderWay,
    /// It is over.
    Final,
}

/// A game is over so long after its tip-off.
const OVER_AFTER: SignedDuration = SignedDuration::from_mins(140);

impl Stage {
    /// How far a game is at an instant.
    pub(crate) fn of(game: &Game, now: Timestamp) -> Self {
        let over = game.tipoff.map_or_else(|| game.box_known_at(), |tipoff| tipoff + OVER_AFTER);
        match now {
            _ if now >= over => Self::Final,
            _ if now >= game.earliest_tipoff() => Self::UnderWay,
            _ if now >= game.lineups_known_at() => Self::Lineups,
            _ => Self::Roster,
        }
    }

    /// NBA.com's number for it, and its word.
    fn status(self) -> (u8, &'static str) {
        match self {
            Self::Roster | Self::Lineups => (1, "Soon"),
            Self::UnderWay => (2, "In progress"),
            Self::Final => (3, "Final"),
        }
    }
}

/// `scheduleLeagueV2.json` of these games.
pub(crate) fn schedule<'g>(directory: &Directory, games: impl Iterator<Item = &'g Game>, now: Timestamp) -> Value {
    let mut days = BTreeMap::<GameDate, Vec<Value>>::new();
    let mut season = None;
    for game in games {
        season.get_or_insert_with(|| game.id.season().to_string());
        let (status, text) = Stage::of(game, now).status();
        days.entry(game.slate).or_default().push(json!({
            "gameId": game.id.to_string(),
            "gameStatus": status, "gameStatusText": text,
            "gameDateEst": format!("{}T00:00:00Z", game.slate),
            "gameDateTimeUTC": game.tipoff.map(|tipoff| tipoff.to_string()),
            "postponedStatus": "N",
            "homeTeam": team(directory, game.home),
            "awayTeam": team(directory, game.away),
        }));
    }
    let days: Vec<Value> =
        days.into_iter().map(|(slate, games)| json!({ "gameDate": slate.to_string(), "games": games })).collect();
    json!({ "meta": { "version": 1 }, "leagueSchedule": { "seasonYear": season, "gameDates": days } })
}

fn team(directory: &Directory, team: Team) -> Value {
    let (city, nickname) =
        directory.team_name(team).and_then(|name| name.rsplit_once(' ')).unwrap_or(("", team.code()));
    json!({ "teamCity": city, "teamName": nickname, "teamTricode": team.code() })
}

/// `boxscore_{game}.json` of a game that came to these rows.
pub(crate) fn box_score(directory: &Directory, game: &Game, stage: Stage, rows: &[BoxScore]) -> Value {
    let side = |code: Team| {
        let own = || rows.iter().filter(|row| row.team == code);
        let points: u16 = own().filter_map(|row| row.appearance.played()).map(|line| line.points).sum();
        let mut side = team(directory, code);
        side["score"] = json!(if stage == Stage::Final { points } else { 0 });
        side["players"] = own().map(|row| player(directory, row, stage)).collect();
        side
    };
    let (status, text) = stage.status();
    json!({
        "meta": { "version": 1, "code": 200 },
        "game": {
            "gameId": game.id.to_string(), "gameStatus": status, "gameStatusText": text,
            "homeTeam": side(game.home), "awayTeam": side(game.away),
        },
    })
}

/// Before the game who starts and who is out, after it what they did.
fn player(directory: &Directory, row: &BoxScore, stage: Stage) -> Value {
    let flag = |set: bool| if set { "1" } else { "0" };
    let did = row.appearance.played().filter(|_| stage == Stage::Final);
    let starts = matches!(row.appearance, Appearance::Played(Role::Starter, _)) && stage != Stage::Roster;
    let (status, reason) = match row.appearance {
        Appearance::Absent(why) if stage == Stage::Final => absence(why),
        Appearance::Absent(why) if stage != Stage::Roster && !row.appearance.dressed() => absence(why),
        Appearance::Absent(_) | Appearance::Played(..) => ("ACTIVE", None),
    };
    let mut player = json!({
        "status": status, "personId": row.player.number(),
        "name": directory.name(row.player).unwrap_or_default(),
        "starter": flag(starts), "played": flag(did.is_some()),
        "statistics": statistics(&did.copied().unwrap_or_default()),
    });
    if let Some(reason) = reason {
        player["notPlayingReason"] = json!(reason);
    }
    player
}

/// Where a player was who did not play, and NBA.com's word for why.
fn absence(why: DidNotPlay) -> (&'static str, Option<String>) {
    use DidNotPlay::{InactiveInjury, InactiveOther, NoReason};
    let status = if matches!(why, InactiveInjury | InactiveOther) { "INACTIVE" } else { "ACTIVE" };
    (status, (why != NoReason).then(|| why.code().to_ascii_uppercase()))
}

fn statistics(line: &StatLine) -> Value {
    let seconds = line.playtime.seconds();
    let mut statistics = json!({
        "minutes": format!("PT{:02}M{:02}.00S", seconds / 60, seconds % 60),
        "fieldGoalsMade": line.goals_made, "fieldGoalsAttempted": line.goals_attempted,
        "threePointersMade": line.threes_made, "threePointersAttempted": line.threes_attempted,
        "freeThrowsMade": line.free_throws_made, "freeThrowsAttempted": line.free_throws_attempted,
        "reboundsOffensive": line.offensive_rebounds, "reboundsDefensive": line.defensive_rebounds,
        "assists": line.assists, "steals": line.steals, "blocks": line.blocks, "turnovers": line.turnovers,
        "foulsPersonal": line.fouls, "points": line.points,
    });
    if let Some(points) = line.plus_minus {
        statistics["plusMinusPoints"] = json!(f64::from(points));
    }
    statistics
}

/// `playbyplay_{game}.json` of a game with these shots; nothing else of a game is told.
pub(crate) fn play_by_play(game: &Game, rows: &[BoxScore], shots: &[PlayerShots]) -> Value {
    let teams: BTreeMap<PlayerId, Team> = rows.iter().map(|row| (row.player, row.team)).collect();
    let actions: Vec<Value> = shots
        .iter()
        .flat_map(|shooter| zones(&shooter.zones).into_iter().map(move |zone| (shooter.player, zone)))
        .flat_map(|(player, (area, shots))| {
            let team = teams.get(&player).map(|team| team.code().to_owned());
            (0..shots.attempted).map(move |shot| {
                let result = if shot < shots.made { "Made" } else { "Missed" };
                json!({
                    "isFieldGoal": 1, "personId": player.number(), "teamTricode": team,
                    "area": area, "shotResult": result,
                })
            })
        })
        .collect();
    json!({ "meta": { "version": 1 }, "game": { "gameId": game.id.to_string(), "actions": actions } })
}

fn zones(zones: &ShotZones) -> [(&'static str, Shots); 6] {
    [
        ("Restricted Area", zones.restricted_area),
        ("In The Paint (Non-RA)", zones.paint),
        ("Mid-Range", zones.mid_range),
        ("Left Corner 3", zones.corner_three),
        ("Above the Break 3", zones.above_break_three),
        ("Backcourt", zones.back_court),
    ]
}
