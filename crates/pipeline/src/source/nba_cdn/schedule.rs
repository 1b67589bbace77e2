//! `scheduleLeagueV2.json`: the season's games and the teams' names.

use std::collections::BTreeSet;

use domain::{Game, GameDate, Known, Provenance, Team, TeamName};
use jiff::Timestamp;
use serde::Deserialize;

use crate::delivery::Delivery;
use crate::source::{Directory, Fields, Parsed, Provider, Reject, RejectReason, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

/// The season's schedule.
pub(crate) struct NbaCdnSchedule;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    league_schedule: LeagueSchedule,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LeagueSchedule {
    game_dates: Vec<Day>,
}

#[derive(Deserialize)]
struct Day {
    games: Vec<WireGame>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGame {
    game_id: String,
    game_date_est: String,
    #[serde(rename = "gameDateTimeUTC")]
    game_date_time_utc: Option<String>,
    postponed_status: Option<String>,
    home_team: WireTeam,
    away_team: WireTeam,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTeam {
    team_tricode: Option<String>,
    team_city: Option<String>,
    team_name: Option<String>,
}

impl Source for NbaCdnSchedule {
    fn id(&self) -> &'static str {
        "nba_cdn_schedule"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::NbaCdn)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        true
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched"
    }

    fn fields(&self) -> Fields {
        Fields {
            wanted: &["gameDateTimeUTC", "teamTricode", "teamCity", "teamName"],
            known: include_str!("schedule.fields"),
        }
    }

    fn plan(&self, delivery: &Delivery, _: &Directory) -> Vec<RawRequest> {
        let subject = "static/json/staticData/scheduleLeagueV2.json".to_owned();
        delivery.wants_schedule().then_some(RawRequest { source: self.id(), subject }).into_iter().collect()
    }

    fn parse(&self, payload: &RawPayload, _: &Directory) -> Result<Parsed, Unreadable> {
        let wire: Wire = json(payload)?;
        let mut parsed = Parsed::default();
        let mut named = BTreeSet::new();
        for game in wire.league_schedule.game_dates.iter().flat_map(|day| &day.games) {
            let row = parsed.rows_read;
            parsed.rows_read += 1;
            match scheduled(game) {
                Ok(scheduled) => {
                    for (team, wire) in [(scheduled.home, &game.home_team), (scheduled.away, &game.away_team)] {
                        if let Some(name) = full_name(wire).filter(|_| named.insert(team)) {
                            parsed.facts.teams.push(seen(TeamName { team, name }, payload));
                        }
                    }
                    parsed.facts.games.push(seen(scheduled, payload));
                }
                Err((reason, detail)) => parsed.rejects.push(Reject { reason, row, detail }),
            }
        }
        Ok(parsed)
    }
}

fn seen<T>(value: T, payload: &RawPayload) -> Known<T> {
    Known::new(value, payload.fetched_at, Provenance::Observed)
}

fn full_name(team: &WireTeam) -> Option<String> {
    Some(format!("{} {}", team.team_city.as_ref()?, team.team_name.as_ref()?))
}

fn scheduled(game: &WireGame) -> Result<Game, (RejectReason, String)> {
    if game.postponed_status.as_deref().is_some_and(|status| status == "Y") {
        return Err((RejectReason::PostponedGame, format!("game {} is postponed", game.game_id)));
    }
    let malformed = |error: domain::ParseError| (RejectReason::Malformed, error.to_string());
    let id = game.game_id.parse().map_err(|error: domain::ParseError| (RejectReason::NotCounted, error.to_string()))?;
    let date = game.game_date_est.split('T').next().unwrap_or_default();
    let slate: GameDate = date.parse().map_err(malformed)?;
    let team = |team: &WireTeam| -> Result<Team, _> {
        let code = team.team_tricode.as_deref().filter(|code| !code.is_empty());
        code.ok_or((RejectReason::MissingValue, format!("game {id} has no team yet")))?.parse().map_err(malformed)
    };
    Ok(Game {
        id,
        slate,
        tipoff: game.game_date_time_utc.as_deref().and_then(|text| tipoff(text, slate)),
        home: team(&game.home_team)?,
        away: team(&game.away_team)?,
    })
}

/// A time still to be decided stands as midnight or as a year long past; both mean that it is not known.
pub(super) fn tipoff(text: &str, slate: GameDate) -> Option<Timestamp> {
    let tipoff: Timestamp = text.parse().ok()?;
    (tipoff > slate.at(6, 0) && GameDate::of(tipoff) == slate).then_some(tipoff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Parsed {
        let payload = RawPayload {
            source: "nba_cdn_schedule".to_owned(),
            subject: "schedule".to_owned(),
            fetched_at: "2024-10-01T12:00:00Z".parse().unwrap(),
            etag: None,
            body: body.to_owned().into(),
        };
        NbaCdnSchedule.parse(&payload, &Directory::default()).unwrap()
    }

    fn game(id: &str, date: &str, tipoff: &str, postponed: &str) -> String {
        format!(
            r#"{{"gameId":"{id}","gameDateEst":"{date}T00:00:00Z","gameDateTimeUTC":"{tipoff}","postponedStatus":"{postponed}",
               "arenaName":"Somewhere","homeTeam":{{"teamId":1,"teamCity":"Boston","teamName":"Celtics","teamTricode":"BOS"}},
               "awayTeam":{{"teamId":2,"teamCity":"New York","teamName":"Knicks","teamTricode":"NYK"}}}}"#
        )
    }

    fn league(games: &[String]) -> String {
        format!(
            r#"{{"meta":{{}},"leagueSchedule":{{"seasonYear":"2024-25","gameDates":[{{"gameDate":"x","games":[{}]}}]}}}}"#,
            games.join(",")
        )
    }

    #[test]
    fn games_that_count_become_facts_and_the_rest_say_why_not() {
        let parsed = parse(&league(&[
            game("0022400061", "2024-10-22", "2024-10-22T23:30:00Z", "N"),
            game("0012400001", "2024-10-04", "2024-10-04T16:00:00Z", "N"),
            game("0022400062", "2024-10-23", "2024-10-23T23:30:00Z", "Y"),
        ]));
        assert_eq!((parsed.rows_read, parsed.facts.games.len(), parsed.facts.teams.len()), (3, 1, 2));
        let reasons: Vec<_> = parsed.rejects.counts().keys().copied().collect();
        assert_eq!(reasons, [RejectReason::PostponedGame, RejectReason::NotCounted]);
    }

    #[test]
    fn a_time_to_be_decided_is_unknown() {
        let slate: GameDate = "2025-04-20".parse().unwrap();
        assert_eq!(tipoff("2025-04-20T19:00:00Z", slate), Some("2025-04-20T19:00:00Z".parse().unwrap()));
        assert_eq!(tipoff("2025-04-20T04:00:00Z", slate), None);
        assert_eq!(tipoff("1900-01-01T00:00:00Z", slate), None);
        assert_eq!(tipoff("TBD", slate), None);
    }

    #[test]
    fn a_page_instead_of_a_schedule_is_unreadable() {
        let payload = RawPayload {
            source: String::new(),
            subject: "schedule".to_owned(),
            fetched_at: Timestamp::UNIX_EPOCH,
            etag: None,
            body: "<html>Access denied</html>".into(),
        };
        let error = NbaCdnSchedule.parse(&payload, &Directory::default()).unwrap_err();
        assert!(error.to_string().starts_with("schedule: not the JSON this source sends"), "{error}");
    }
}
