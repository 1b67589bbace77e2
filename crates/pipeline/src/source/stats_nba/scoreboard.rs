//! `scoreboardV2`: a day's games, and what they came to.

use domain::{FinalScore, Game, GameDate};
use jiff::Timestamp;
use jiff::civil::Time;

use super::table::{Row, Tables};
use crate::delivery::Delivery;
use crate::source::{Directory, Fields, Parsed, Provider, RejectReason, Rejection, Source, Unreadable, seen};
use crate::{RawPayload, RawRequest};

/// A day's games.
pub(crate) struct StatsNbaScoreboard;

const HEADER: &[&str] =
    &["GAME_DATE_EST", "GAME_ID", "GAME_STATUS_ID", "GAME_STATUS_TEXT", "HOME_TEAM_ID", "VISITOR_TEAM_ID"];
const LINE: &[&str] = &["GAME_ID", "TEAM_ID", "TEAM_ABBREVIATION", "PTS"];

/// The status of a game that has not begun, and of a finished one.
const TO_COME: u8 = 1;
const FINAL: u8 = 3;

impl Source for StatsNbaScoreboard {
    fn id(&self) -> &'static str {
        "stats_nba_scoreboard"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaStats)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched: the schedule until a game begins, its score once it is final"
    }

    fn fields(&self) -> Fields {
        Fields { wanted: &[], known: include_str!("scoreboard.fields") }
    }

    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let wanted = delivery.wants_schedule() || delivery.games(directory).any(|game| delivery.wants_results(game));
        let subject = |slate: GameDate| {
            format!("stats/scoreboardV2?GameDate={}&LeagueID=00&DayOffset=0", slate.date().strftime("%m/%d/%Y"))
        };
        let slate = delivery.slate().filter(|_| wanted);
        slate.map(|slate| RawRequest { source: self.id(), subject: subject(slate) }).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let tables = Tables::of(payload)?;
        let lines: Vec<Row<'_>> = tables.rows("LineScore", LINE, payload)?.collect();
        let mut parsed = Parsed::default();
        for header in tables.rows("GameHeader", HEADER, payload)? {
            let Some((game, status)) = parsed.row(read(header, &lines)) else { continue };
            match status {
                // What has begun says no longer when it should have: the schedule keeps what it knew.
                TO_COME if game.tipoff.is_some() || directory.game(game.id).is_none() => {
                    parsed.facts.games.push(seen(game, payload));
                }
                FINAL => {
                    if let Some(score) = parsed.row(score(header, &lines, &game)) {
                        parsed.facts.scores.push(seen(score, payload));
                    }
                }
                _ => {}
            }
        }
        Ok(parsed)
    }
}

/// The line of one side of a game.
fn line<'t>(header: Row<'_>, side: &str, lines: &[Row<'t>]) -> Result<Row<'t>, Rejection> {
    let (game, team) = (header.text("GAME_ID")?, header.count::<i64>(side)?);
    let of_it = |row: &&Row<'t>| row.text_if_any("GAME_ID") == game && row.count("TEAM_ID") == Ok(team);
    lines.iter().find(of_it).copied().ok_or_else(|| (RejectReason::MissingValue, format!("line of {team} in {game}")))
}

fn read(header: Row<'_>, lines: &[Row<'_>]) -> Result<(Game, u8), Rejection> {
    let uncounted = |error: domain::ParseError| (RejectReason::NotCounted, error.to_string());
    let malformed = |error: domain::ParseError| (RejectReason::Malformed, error.to_string());
    let id = header.text("GAME_ID")?.parse().map_err(uncounted)?;
    let date = header.text("GAME_DATE_EST")?;
    let slate: GameDate = date.split('T').next().unwrap_or_default().parse().map_err(malformed)?;
    let team = |side| line(header, side, lines)?.text("TEAM_ABBREVIATION")?.parse().map_err(malformed);
    let (home, away) = (team("HOME_TEAM_ID")?, team("VISITOR_TEAM_ID")?);
    let tipoff = tipoff(slate, header.text_if_any("GAME_STATUS_TEXT"));
    Ok((Game { id, slate, tipoff, home, away }, header.count("GAME_STATUS_ID")?))
}

fn score(header: Row<'_>, lines: &[Row<'_>], game: &Game) -> Result<FinalScore, Rejection> {
    let points = |side| line(header, side, lines)?.count("PTS");
    let (home_points, away_points) = (points("HOME_TEAM_ID")?, points("VISITOR_TEAM_ID")?);
    Ok(FinalScore { game: game.id, slate: game.slate, home_points, away_points })
}

/// A start such as `7:30 pm ET`.
fn tipoff(slate: GameDate, text: &str) -> Option<Timestamp> {
    let time = Time::strptime("%I:%M %p", text.trim().strip_suffix("ET")?.trim()).ok()?;
    Some(slate.at(time.hour(), time.minute()))
}
