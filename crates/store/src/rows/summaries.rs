//! Phase 3 as rows: summaries and contexts.

use domain::{
    Availability, PlayerGameSummary, RestDays, Shots, TeamDefenseGameSummary, TeamOffenseGameSummary, ZoneShots,
};
use predict::features::{UpcomingPlayerGameContext, UpcomingTeamGameContext};

use super::facts::{read_appearance, write_appearance};
use super::{Cells, Corrupt, Record, Writer};

impl Record for PlayerGameSummary {
    const TABLE: &'static str = "player_game_summary";
    const KEY: &'static [&'static str] = &["game_id", "player_id"];
    const CONTENT: &'static [&'static str] = &[
        "slate",
        "team",
        "opponent",
        "venue",
        "appearance",
        "seconds",
        "goals_made",
        "goals_attempted",
        "threes_made",
        "threes_attempted",
        "free_throws_made",
        "free_throws_attempted",
        "offensive_rebounds",
        "defensive_rebounds",
        "assists",
        "steals",
        "blocks",
        "turnovers",
        "fouls",
        "points",
        "plus_minus",
        "usage",
        "true_shooting",
        "paint_made",
        "paint_attempted",
        "mid_range_made",
        "mid_range_attempted",
        "three_made",
        "three_attempted",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .date(self.slate)
            .team(&self.team)
            .team(&self.opponent)
            .venue(self.venue);
        write_appearance(row, &self.appearance);
        row.fraction(self.usage).real_if_any(self.true_shooting);
        write_zones(row, self.zones);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            player: row.player()?,
            slate: row.parse()?,
            team: row.parse()?,
            opponent: row.parse()?,
            venue: row.venue()?,
            appearance: read_appearance(row)?,
            usage: row.fraction()?,
            true_shooting: row.real_if_any()?,
            zones: read_zones(row)?,
        })
    }
}

fn write_zones(row: &mut Writer<'_>, zones: Option<ZoneShots>) {
    let shots = zones.map(|zones| [zones.paint, zones.mid_range, zones.three]);
    for index in 0..3 {
        let shots = shots.map(|shots| shots[index]);
        row.integer_if_any(shots.map(|shots| shots.made)).integer_if_any(shots.map(|shots| shots.attempted));
    }
}

fn read_zones(row: &mut Cells<'_>) -> Result<Option<ZoneShots>, Corrupt> {
    let mut shots = || -> Result<Option<Shots>, Corrupt> {
        let (made, attempted) = (row.whole_if_any()?, row.whole_if_any()?);
        Ok(made.zip(attempted).and_then(|(made, attempted)| Shots::new(made, attempted)))
    };
    let (paint, mid_range, three) = (shots()?, shots()?, shots()?);
    Ok(match (paint, mid_range, three) {
        (Some(paint), Some(mid_range), Some(three)) => Some(ZoneShots { paint, mid_range, three }),
        _ => None,
    })
}

impl Record for TeamOffenseGameSummary {
    const TABLE: &'static str = "team_offense_game_summary";
    const KEY: &'static [&'static str] = &["game_id", "team"];
    const CONTENT: &'static [&'static str] =
        &["slate", "opponent", "venue", "points", "opponent_points", "possessions", "pace", "offensive_rating"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .team(&self.team)
            .date(self.slate)
            .team(&self.opponent)
            .venue(self.venue)
            .integer(self.points)
            .integer(self.opponent_points)
            .real(self.possessions)
            .real(self.pace)
            .real(self.offensive_rating);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            team: row.parse()?,
            slate: row.parse()?,
            opponent: row.parse()?,
            venue: row.venue()?,
            points: row.whole()?,
            opponent_points: row.whole()?,
            possessions: row.real()?,
            pace: row.real()?,
            offensive_rating: row.real()?,
        })
    }
}

impl Record for TeamDefenseGameSummary {
    const TABLE: &'static str = "team_defense_game_summary";
    const KEY: &'static [&'static str] = &["game_id", "team"];
    const CONTENT: &'static [&'static str] = &[
        "slate",
        "opponent",
        "venue",
        "points_allowed",
        "defensive_rating",
        "pace",
        "paint_made",
        "paint_attempted",
        "mid_range_made",
        "mid_range_attempted",
        "three_made",
        "three_attempted",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .team(&self.team)
            .date(self.slate)
            .team(&self.opponent)
            .venue(self.venue)
            .integer(self.points_allowed)
            .real(self.defensive_rating)
            .real(self.pace);
        write_zones(row, self.zones_allowed);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            team: row.parse()?,
            slate: row.parse()?,
            opponent: row.parse()?,
            venue: row.venue()?,
            points_allowed: row.whole()?,
            defensive_rating: row.real()?,
            pace: row.real()?,
            zones_allowed: read_zones(row)?,
        })
    }
}

impl Record for UpcomingTeamGameContext {
    const TABLE: &'static str = "upcoming_team_game_context";
    const KEY: &'static [&'static str] = &["game_id", "team"];
    const CONTENT: &'static [&'static str] = &[
        "slate",
        "opponent",
        "venue",
        "tipoff",
        "rest_days",
        "games_last_7",
        "games_season",
        "win_share",
        "pace",
        "offensive_rating",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .team(&self.team)
            .date(self.slate)
            .team(&self.opponent)
            .venue(self.venue)
            .instant(self.tipoff)
            .rest(self.rest)
            .integer(self.games_last_7)
            .integer(self.games_season)
            .real_if_any(self.win_share)
            .real_if_any(self.pace)
            .real_if_any(self.offensive_rating);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            team: row.parse()?,
            slate: row.parse()?,
            opponent: row.parse()?,
            venue: row.venue()?,
            tipoff: row.instant()?,
            rest: row.rest()?,
            games_last_7: row.whole()?,
            games_season: row.whole()?,
            win_share: row.real_if_any()?,
            pace: row.real_if_any()?,
            offensive_rating: row.real_if_any()?,
        })
    }
}

impl Record for UpcomingPlayerGameContext {
    const TABLE: &'static str = "upcoming_player_game_context";
    const KEY: &'static [&'static str] = &["game_id", "player_id"];
    const CONTENT: &'static [&'static str] = &[
        "slate",
        "team",
        "opponent",
        "venue",
        "tipoff",
        "last_listed",
        "availability",
        "rest_days",
        "opponent_rest_days",
        "games_last_7",
        "minutes_last_7",
        "back_to_backs_last_14",
        "usage_last_7",
        "projected_usage",
        "stars_out",
        "pace_differential",
        "line",
        "opening_line",
        "books",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .date(self.slate)
            .team(&self.team)
            .team(&self.opponent)
            .venue(self.venue)
            .instant(self.tipoff)
            .date(self.last_listed)
            .text(self.availability.code())
            .rest(self.rest)
            .integer_if_any(self.opponent_rest.map(RestDays::days))
            .integer(self.games_last_7)
            .real(self.minutes_last_7)
            .integer(self.back_to_backs_last_14)
            .real_if_any(self.usage_last_7)
            .real_if_any(self.projected_usage)
            .integer(self.stars_out)
            .real_if_any(self.pace_differential)
            .real_if_any(self.line)
            .real_if_any(self.opening_line)
            .integer(self.books);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            player: row.player()?,
            slate: row.parse()?,
            team: row.parse()?,
            opponent: row.parse()?,
            venue: row.venue()?,
            tipoff: row.instant()?,
            last_listed: row.parse()?,
            availability: row.code(Availability::from_code)?,
            rest: row.rest()?,
            opponent_rest: row.rest()?,
            games_last_7: row.whole()?,
            minutes_last_7: row.real()?,
            back_to_backs_last_14: row.whole()?,
            usage_last_7: row.real_if_any()?,
            projected_usage: row.real_if_any()?,
            stars_out: row.whole()?,
            pace_differential: row.real_if_any()?,
            line: row.real_if_any()?,
            opening_line: row.real_if_any()?,
            books: row.whole()?,
        })
    }
}
