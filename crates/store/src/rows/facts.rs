//! Facts as rows.

use domain::{
    Appearance, BoxScore, DidNotPlay, FinalScore, Game, GameLine, InjuryEvent, InjuryEventKind, LineRole, LineupSpot,
    PlayerName, PlayerShots, Playtime, PropLine, Role, ShotZones, Shots, Spot, StatLine, TeamName,
};
use jiff::Timestamp;

use super::{Cells, Corrupt, Record, Writer};

impl Record for TeamName {
    const TABLE: &'static str = "team_name";
    const KEY: &'static [&'static str] = &["team"];
    const CONTENT: &'static [&'static str] = &["name"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.team(&self.team).text(&self.name);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self { team: row.parse()?, name: row.text()?.into_owned() })
    }
}

impl Record for PlayerName {
    const TABLE: &'static str = "player_name";
    const KEY: &'static [&'static str] = &["player_id"];
    const CONTENT: &'static [&'static str] = &["name"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.player(self.player).text(&self.name);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self { player: row.player()?, name: row.text()?.into_owned() })
    }
}

impl Record for Game {
    const TABLE: &'static str = "game";
    const KEY: &'static [&'static str] = &["game_id"];
    const CONTENT: &'static [&'static str] = &["slate", "tipoff", "home_team", "away_team"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.id)
            .date(self.slate)
            .integer_if_any(self.tipoff.map(Timestamp::as_microsecond))
            .team(&self.home)
            .team(&self.away);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            id: row.parse()?,
            slate: row.parse()?,
            tipoff: row.instant_if_any()?,
            home: row.parse()?,
            away: row.parse()?,
        })
    }
}

impl Record for FinalScore {
    const TABLE: &'static str = "final_score";
    const KEY: &'static [&'static str] = &["game_id"];
    const CONTENT: &'static [&'static str] = &["slate", "home_points", "away_points"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game).date(self.slate).integer(self.home_points).integer(self.away_points);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self { game: row.parse()?, slate: row.parse()?, home_points: row.whole()?, away_points: row.whole()? })
    }
}

impl Record for BoxScore {
    const TABLE: &'static str = "box_score";
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
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .date(self.slate)
            .team(&self.team)
            .team(&self.opponent)
            .venue(self.venue);
        write_appearance(row, &self.appearance);
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
        })
    }
}

/// `starter` or `bench` with sixteen counts, or a reason without any.
pub(super) fn write_appearance(row: &mut Writer<'_>, appearance: &Appearance) {
    match appearance {
        Appearance::Played(role, line) => {
            row.text(match role {
                Role::Starter => "starter",
                Role::Bench => "bench",
            });
            for count in [
                line.playtime.seconds(),
                line.goals_made,
                line.goals_attempted,
                line.threes_made,
                line.threes_attempted,
                line.free_throws_made,
                line.free_throws_attempted,
                line.offensive_rebounds,
                line.defensive_rebounds,
                line.assists,
                line.steals,
                line.blocks,
                line.turnovers,
                line.fouls,
                line.points,
            ] {
                row.integer(count);
            }
            row.integer_if_any(line.plus_minus);
        }
        Appearance::Absent(reason) => {
            row.text(reason.code());
            for _ in 0..16 {
                row.integer_if_any(None::<i64>);
            }
        }
    }
}

pub(super) fn read_appearance(row: &mut Cells<'_>) -> Result<Appearance, Corrupt> {
    let appearance = row.text()?;
    let role = match &*appearance {
        "starter" => Role::Starter,
        "bench" => Role::Bench,
        reason => {
            let reason = DidNotPlay::from_code(reason)
                .ok_or_else(|| Corrupt(format!("{reason:?} is no known reason for not playing")))?;
            for _ in 0..16 {
                row.whole_if_any::<i64>()?;
            }
            return Ok(Appearance::Absent(reason));
        }
    };
    Ok(Appearance::Played(
        role,
        StatLine {
            playtime: Playtime::from_seconds(row.whole()?),
            goals_made: row.whole()?,
            goals_attempted: row.whole()?,
            threes_made: row.whole()?,
            threes_attempted: row.whole()?,
            free_throws_made: row.whole()?,
            free_throws_attempted: row.whole()?,
            offensive_rebounds: row.whole()?,
            defensive_rebounds: row.whole()?,
            assists: row.whole()?,
            steals: row.whole()?,
            blocks: row.whole()?,
            turnovers: row.whole()?,
            fouls: row.whole()?,
            points: row.whole()?,
            plus_minus: row.whole_if_any()?,
        },
    ))
}

impl Record for PlayerShots {
    const TABLE: &'static str = "player_shots";
    const KEY: &'static [&'static str] = &["game_id", "player_id"];
    const CONTENT: &'static [&'static str] = &[
        "slate",
        "restricted_area_made",
        "restricted_area_attempted",
        "paint_made",
        "paint_attempted",
        "mid_range_made",
        "mid_range_attempted",
        "corner_three_made",
        "corner_three_attempted",
        "above_break_three_made",
        "above_break_three_attempted",
        "back_court_made",
        "back_court_attempted",
    ];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game).player(self.player).date(self.slate);
        let zones = &self.zones;
        for shots in [
            zones.restricted_area,
            zones.paint,
            zones.mid_range,
            zones.corner_three,
            zones.above_break_three,
            zones.back_court,
        ] {
            row.integer(shots.made).integer(shots.attempted);
        }
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            player: row.player()?,
            slate: row.parse()?,
            zones: ShotZones {
                restricted_area: read_shots(row)?,
                paint: read_shots(row)?,
                mid_range: read_shots(row)?,
                corner_three: read_shots(row)?,
                above_break_three: read_shots(row)?,
                back_court: read_shots(row)?,
            },
        })
    }
}

fn read_shots(row: &mut Cells<'_>) -> Result<Shots, Corrupt> {
    let (made, attempted) = (row.whole()?, row.whole()?);
    Shots::new(made, attempted).ok_or_else(|| Corrupt(format!("{made} shots made of {attempted}")))
}

/// Stands for an unknown moment in a key, where nothing may be empty.
const UNKNOWN_MOMENT: i64 = i64::MIN;

impl Record for PropLine {
    const TABLE: &'static str = "prop_line";
    const KEY: &'static [&'static str] =
        &["game_id", "player_id", "market", "book", "half_points", "feed", "observed_at"];
    const CONTENT: &'static [&'static str] = &["slate", "role", "over_odds", "under_odds"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .player(self.player)
            .text(self.market.code())
            .text(self.book.key())
            .line(self.line)
            .text(&*self.feed)
            .integer(self.observed_at.map_or(UNKNOWN_MOMENT, Timestamp::as_microsecond))
            .date(self.slate)
            .text(match self.role {
                LineRole::Main => "main",
                LineRole::Alternate => "alternate",
            })
            .odds(self.over)
            .odds(self.under);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        let game = row.parse()?;
        let player = row.player()?;
        let market = row.parse()?;
        let book = row.parse()?;
        let line = row.line()?;
        let feed = row.text()?.into();
        let observed_at = match row.whole::<i64>()? {
            UNKNOWN_MOMENT => None,
            micros => Some(Timestamp::from_microsecond(micros).map_err(|error| Corrupt(error.to_string()))?),
        };
        Ok(Self {
            game,
            player,
            market,
            book,
            line,
            feed,
            observed_at,
            slate: row.parse()?,
            role: row.code(|code| match code {
                "main" => Some(LineRole::Main),
                "alternate" => Some(LineRole::Alternate),
                _ => None,
            })?,
            over: row.odds()?,
            under: row.odds()?,
        })
    }
}

impl Record for GameLine {
    const TABLE: &'static str = "game_line";
    const KEY: &'static [&'static str] = &["game_id", "source", "book"];
    const CONTENT: &'static [&'static str] = &["slate", "home_spread", "total", "home_win_odds", "away_win_odds"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game)
            .text(&self.source)
            .text(&self.book)
            .date(self.slate)
            .real_if_any(self.home_spread)
            .real_if_any(self.total)
            .odds(self.home_win)
            .odds(self.away_win);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            source: row.text()?.into_owned(),
            book: row.text()?.into_owned(),
            slate: row.parse()?,
            home_spread: row.real_if_any()?,
            total: row.real_if_any()?,
            home_win: row.odds()?,
            away_win: row.odds()?,
        })
    }
}

impl Record for InjuryEvent {
    const TABLE: &'static str = "injury_event";
    const KEY: &'static [&'static str] = &["player_id", "slate", "kind", "detail"];
    const CONTENT: &'static [&'static str] = &[];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        let kind = match self.kind {
            InjuryEventKind::Out => "out",
            InjuryEventKind::Questionable => "questionable",
            InjuryEventKind::Return => "return",
        };
        row.player(self.player).date(self.date).text(kind).text(&self.detail);
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            player: row.player()?,
            date: row.parse()?,
            kind: row.code(|code| match code {
                "out" => Some(InjuryEventKind::Out),
                "questionable" => Some(InjuryEventKind::Questionable),
                "return" => Some(InjuryEventKind::Return),
                _ => None,
            })?,
            detail: row.text()?.into_owned(),
        })
    }
}

impl Record for LineupSpot {
    const TABLE: &'static str = "lineup_spot";
    const KEY: &'static [&'static str] = &["game_id", "player_id"];
    const CONTENT: &'static [&'static str] = &["slate", "team", "spot"];

    fn write<'a>(&'a self, row: &mut Writer<'a>) {
        row.game(self.game).player(self.player).date(self.slate).team(&self.team).text(self.spot.code());
    }

    fn read(row: &mut Cells<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            game: row.parse()?,
            player: row.player()?,
            slate: row.parse()?,
            team: row.parse()?,
            spot: row.code(Spot::from_code)?,
        })
    }
}
