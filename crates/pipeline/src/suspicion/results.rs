//! Results: what a final box score and a game's shots must come to.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Appearance, BoxScore, FinalScore, GameId, StatLine, Team};

use super::{Check, Judgement, by_share, opened};
use crate::source::{Directory, Facts, Parsed};

/// A team must dress eight.
const FEWEST_LISTED: usize = 8;
/// Nobody has played longer in one of this league's games for seventy years, five overtimes included.
const LONGEST_MINUTES: f64 = 63.0;
/// A team's minutes: five times 48, and five times 5 an overtime.
const TEAM_MINUTES: std::ops::RangeInclusive<f64> = 200.0..=400.0;
/// Points of a team in one game.
const TEAM_POINTS: std::ops::RangeInclusive<u16> = 40..=200;
/// Shots of both teams in one game.
const GAME_SHOTS: std::ops::RangeInclusive<u32> = 90..=350;

/// One game's results as a payload tells them.
#[derive(Default)]
struct Told<'f> {
    score: Option<&'f FinalScore>,
    sides: BTreeMap<Team, Vec<&'f BoxScore>>,
}

pub(super) fn judge(parsed: &Parsed, directory: &Directory, judgement: &mut Judgement) {
    let facts = &parsed.facts;
    let mut games = BTreeMap::<GameId, Told<'_>>::new();
    for score in opened(&facts.scores) {
        games.entry(score.game).or_default().score = Some(score);
    }
    for row in opened(&facts.box_scores) {
        games.entry(row.game).or_default().sides.entry(row.team).or_default().push(row);
    }
    // A list of scores has no box scores to look at; a score with no row behind it is a box score without players.
    let has_boxes = parsed.rows_read == 0 || games.values().any(|told| !told.sides.is_empty());
    let mut odd = BTreeMap::<Check, Vec<String>>::new();
    for (game, told) in games.iter().filter(|_| has_boxes) {
        told.judge(&mut |check, what| odd.entry(check).or_default().push(format!("{game}: {what}")));
    }
    report(&odd, games.len(), judgement);
    shots(facts, directory, judgement);
}

/// What is odd about some of a payload's games. A payload about one game is as odd as that.
fn report(odd: &BTreeMap<Check, Vec<String>>, games: usize, judgement: &mut Judgement) {
    for (check, details) in odd {
        let distinct: BTreeSet<&str> = details.iter().filter_map(|detail| detail.get(..10)).collect();
        let more = match details.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        judgement.add(*check, by_share(distinct.len(), games), format!("{}{more}", details[0]));
    }
}

impl Told<'_> {
    /// Rows without a score are a list of some players, which may end anywhere.
    fn judge(&self, odd: &mut impl FnMut(Check, String)) {
        let Some(score) = self.score else { return };
        if self.sides.len() != 2 {
            return odd(Check::Cardinality, format!("players of {} teams", self.sides.len()));
        }
        for (team, rows) in &self.sides {
            side(*team, rows, points_of(score, rows), odd);
        }
    }
}

/// One of a player's counts.
type Count = fn(&StatLine) -> u16;

/// What a side is said to have scored.
fn points_of(score: &FinalScore, rows: &[&BoxScore]) -> u16 {
    match rows[0].venue {
        domain::Venue::Home => score.home_points,
        domain::Venue::Away => score.away_points,
    }
}

fn side(team: Team, rows: &[&BoxScore], scored: u16, odd: &mut impl FnMut(Check, String)) {
    if rows.len() < FEWEST_LISTED {
        odd(Check::Cardinality, format!("{} players of {team}", rows.len()));
    }
    let people: BTreeSet<_> = rows.iter().map(|row| row.player).collect();
    if people.len() < rows.len() {
        odd(Check::Repeated, format!("somebody of {team} is listed twice"));
    }
    let lines: Vec<&StatLine> = rows.iter().filter_map(|row| row.appearance.played()).collect();
    let total = |count: Count| lines.iter().map(|line| u32::from(count(line))).sum::<u32>();
    if !TEAM_POINTS.contains(&scored) {
        odd(Check::Units, format!("{scored} points of {team}"));
    }
    let points = total(|line| line.points);
    if points != u32::from(scored) {
        odd(Check::Impossible, format!("the players of {team} have {points} points, the team {scored}"));
    }
    let minutes: f64 = lines.iter().map(|line| line.playtime.minutes()).sum();
    if !TEAM_MINUTES.contains(&minutes) {
        odd(Check::Units, format!("the players of {team} have {minutes:.0} minutes"));
    }
    if let Some(line) = lines.iter().find(|line| line.playtime.minutes() > LONGEST_MINUTES) {
        odd(Check::Impossible, format!("somebody of {team} played {:.0} minutes", line.playtime.minutes()));
    }
    let starters =
        rows.iter().filter(|row| matches!(row.appearance, Appearance::Played(domain::Role::Starter, _))).count();
    if starters > 5 {
        odd(Check::Cardinality, format!("{starters} starters of {team}"));
    }
    let columns: [(&str, Count); 4] = [
        ("rebounds", StatLine::rebounds),
        ("assists", |line| line.assists),
        ("shots", |line| line.goals_attempted),
        ("fouls", |line| line.fouls),
    ];
    for (name, _) in columns.iter().filter(|(_, count)| total(*count) == 0) {
        odd(Check::Zeros, format!("no {name} of {team}"));
    }
}

/// A game's shots: enough of them, for a game that is over.
fn shots(facts: &Facts, directory: &Directory, judgement: &mut Judgement) {
    let mut games = BTreeMap::<GameId, u32>::new();
    for shots in opened(&facts.shots) {
        *games.entry(shots.game).or_default() += u32::from(attempted(&shots.zones));
    }
    let wrong: Vec<String> = games
        .iter()
        .filter(|(_, attempts)| !GAME_SHOTS.contains(attempts))
        .map(|(game, attempts)| {
            let who =
                directory.game(*game).map_or_else(String::new, |game| format!(" ({} at {})", game.away, game.home));
            format!("{attempts} shots in {game}{who}")
        })
        .collect();
    if let Some(first) = wrong.first() {
        judgement.add(Check::Cardinality, by_share(wrong.len(), games.len()), first.clone());
    }
}

fn attempted(zones: &domain::ShotZones) -> u16 {
    [zones.restricted_area, zones.paint, zones.mid_range, zones.corner_three, zones.above_break_three, zones.back_court]
        .iter()
        .map(|shots| shots.attempted)
        .sum()
}
