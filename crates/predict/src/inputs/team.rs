//! The part of a row that is about the player's team and its opponent: how they play, and who is missing.

use std::collections::BTreeMap;

use domain::{Availability, GameDate, GameId, PlayerId, Spot, Zone};

use super::averages::{Horizon, Stat};
use super::form::{Allowed, LeagueForm};
use super::lineups::Lineup;
use super::{Input, Inputs};
use crate::Snapshot;
use crate::features::{UpcomingPlayerGameContext, UpcomingTeamGameContext};
use crate::league::Mean;

/// One team of tonight's game.
pub(super) struct Side<'a> {
    pub(super) context: &'a UpcomingTeamGameContext,
    style: Style,
    allowed: Allowed,
    members: Vec<Member>,
    told: bool,
}

/// How a team plays, against the league's average.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    pace: Option<f64>,
    offense: Option<f64>,
    defense: Option<f64>,
    defense_fast: Option<f64>,
    zones: [Option<f64>; 3],
}

/// Someone who may be with the team tonight.
struct Member {
    player: PlayerId,
    minutes: f64,
    count: f64,
    /// Games of the team since he last played.
    missed: usize,
    availability: Availability,
    /// What the line-up says of him.
    tonight: Option<Spot>,
}

/// Who has missed more games than this is not missed any more.
const LONG_ABSENCE: usize = 12;
const SHORT_ABSENCE: usize = 3;
/// Games whose shots by zone are counted.
const ZONE_GAMES: usize = 20;

impl<'a> Side<'a> {
    pub(super) fn of(
        snapshot: &Snapshot<'_>,
        form: &LeagueForm,
        context: &'a UpcomingTeamGameContext,
        players: &[UpcomingPlayerGameContext],
        lineups: &BTreeMap<GameId, Lineup>,
    ) -> Self {
        let lineup = lineups.get(&context.game);
        let played: Vec<GameDate> = snapshot.offense_games(context.team).take(40).map(|game| game.slate).collect();
        let here = players.iter().filter(|player| player.game == context.game && player.team == context.team);
        let member = |player: &UpcomingPlayerGameContext| {
            let going = form.player(player.player)?;
            Some(Member {
                player: player.player,
                minutes: going.averages.mean(Horizon::Five, Stat::Minutes)?,
                count: going.averages.mean(Horizon::Five, Stat::Count)?,
                missed: played.iter().take_while(|slate| **slate > going.played).count(),
                availability: player.availability,
                tonight: lineup.map(|lineup| lineup.spot(player.player)),
            })
        };
        Self {
            context,
            style: Style::of(snapshot, context),
            allowed: form.allowed(context.team).copied().unwrap_or_default(),
            members: here.filter_map(member).collect(),
            told: lineup.is_some(),
        }
    }

    /// Minutes and counts a game of the members that satisfy a condition, but one.
    fn sums(&self, but: PlayerId, condition: impl Fn(&Member) -> bool) -> (f64, f64) {
        let others = self.members.iter().filter(|member| member.player != but && condition(member));
        others.fold((0.0, 0.0), |(minutes, count), member| (minutes + member.minutes, count + member.count))
    }
}

impl Style {
    fn of(snapshot: &Snapshot<'_>, context: &UpcomingTeamGameContext) -> Self {
        let league = snapshot.league();
        let average = |values: &mut dyn Iterator<Item = f64>, kept: f64| {
            // Newest first: the oldest must be observed first.
            let values: Vec<f64> = values.take(60).collect();
            let mut mean = Mean::default();
            values.iter().rev().for_each(|value| mean.observe(*value, kept));
            mean.get()
        };
        let over = |value: Option<f64>, league: Option<f64>| value.zip(league).map(|(value, league)| value - league);
        let offense = || snapshot.offense_games(context.team);
        let defense = || snapshot.defense_games(context.team);
        let rating = league.defensive_rating;
        Self {
            pace: over(average(&mut offense().map(|game| game.pace), 0.92), league.pace),
            offense: over(average(&mut offense().map(|game| game.offensive_rating), 0.95), rating),
            defense: over(average(&mut defense().map(|game| game.defensive_rating), 0.95), rating),
            defense_fast: over(average(&mut defense().map(|game| game.defensive_rating), 0.85), rating),
            zones: Zone::ALL.map(|zone| {
                let shots = defense().take(ZONE_GAMES).filter_map(|game| game.zones_allowed.as_ref());
                let (made, attempted) =
                    shots.map(|zones| zones.zone(zone)).fold((0.0, 0.0), |(made, attempted), shots| {
                        (made + f64::from(shots.made), attempted + f64::from(shots.attempted))
                    });
                let percentage = (attempted > 0.0).then(|| 100.0 * made / attempted);
                over(percentage, league.percentage(zone))
            }),
        }
    }
}

pub(super) fn fill(
    row: &mut Inputs,
    form: &LeagueForm,
    player: &UpcomingPlayerGameContext,
    own: &Side<'_>,
    opponent: &Side<'_>,
) {
    let days = |rest: Option<domain::RestDays>| rest.map(|rest| f64::from(rest.days()));
    row.set(Input::TeamRest, days(own.context.rest));
    row.set(Input::OpponentRest, days(opponent.context.rest));
    row.set(Input::TeamGamesLast7, f64::from(own.context.games_last_7));
    row.set(Input::TeamPace, own.style.pace);
    row.set(Input::OpponentPace, opponent.style.pace);
    row.set(Input::TeamOffense, own.style.offense);
    row.set(Input::TeamDefense, own.style.defense);
    row.set(Input::OpponentOffense, opponent.style.offense);
    row.set(Input::OpponentDefense, opponent.style.defense);
    row.set(Input::OpponentDefenseFast, opponent.style.defense_fast);
    let net = |side: &Side<'_>| side.style.offense.zip(side.style.defense).map(|(offense, defense)| offense - defense);
    row.set(Input::NetRating, net(own).zip(net(opponent)).map(|(own, other)| own - other));
    row.set(Input::OpponentAllowed, opponent.allowed.slow);
    row.set(Input::OpponentAllowedFast, opponent.allowed.fast);
    if let Some(going) = form.player(player.player) {
        row.set(Input::OpponentAllowedRole, opponent.allowed.by_role[going.role as usize]);
        row.set(Input::OpponentZones, zones(&going.zones, &opponent.style));
    }
    row.set(Input::LeagueRate, form.league.newest);
    row.set(Input::LeagueDrift, form.league.newest.zip(form.league.year).map(|(newest, year)| newest / year));
    missing(row, player.player, own);
    if own.told {
        tonight(row, player.player, own);
    }
}

/// Percentage points by which a defence is weaker than the league, weighed by where the player shoots.
fn zones(shots: &[f64; 3], style: &Style) -> Option<f64> {
    let known: Vec<(f64, f64)> =
        shots.iter().zip(style.zones).filter_map(|(shots, zone)| Some((*shots, zone?))).collect();
    let total: f64 = known.iter().map(|(shots, _)| shots).sum();
    (total > 0.0).then(|| known.iter().map(|(shots, weakness)| shots * weakness).sum::<f64>() / total)
}

/// Who has been missing, by what is known in the morning.
fn missing(row: &mut Inputs, player: PlayerId, own: &Side<'_>) {
    let (minutes, count) = own.sums(player, |member| (1..=SHORT_ABSENCE).contains(&member.missed));
    row.set(Input::MissingMinutes, minutes);
    row.set(Input::MissingCount, count);
    let long = |member: &Member| (SHORT_ABSENCE + 1..=LONG_ABSENCE).contains(&member.missed);
    row.set(Input::LongMissingMinutes, own.sums(player, long).0);
    let out = |member: &Member| member.missed == 0 && member.availability == Availability::Out;
    let (minutes, count) = own.sums(player, out);
    row.set(Input::ListedOutMinutes, minutes);
    row.set(Input::ListedOutCount, count);
    let expected = |member: &Member| member.missed == 0 && member.availability != Availability::Out;
    let (minutes, count) = own.sums(player, expected);
    row.set(Input::ExpectedMinutes, minutes);
    row.set(Input::ExpectedCount, count);
    let himself = own.members.iter().find(|member| member.player == player);
    row.set(Input::GamesMissed, himself.map(|member| member.missed as f64));
}

/// Who is there tonight, once the teams have told.
fn tonight(row: &mut Inputs, player: PlayerId, own: &Side<'_>) {
    let himself = own.members.iter().find(|member| member.player == player).and_then(|member| member.tonight);
    row.set(Input::StartsTonight, himself.map(|tonight| if tonight == Spot::Starts { 1.0 } else { 0.0 }));
    let absent = |member: &Member| member.missed <= SHORT_ABSENCE && member.tonight == Some(Spot::Out);
    let (minutes, count) = own.sums(player, absent);
    row.set(Input::AbsentMinutes, minutes);
    row.set(Input::AbsentCount, count);
    let (minutes, count) = own.sums(player, |member| member.tonight != Some(Spot::Out));
    row.set(Input::PresentMinutes, minutes);
    row.set(Input::PresentCount, count);
}
