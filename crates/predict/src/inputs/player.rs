//! The part of a row that is about the player himself.

use domain::{Availability, SeasonType, Venue};

use super::averages::{Horizon, Stat};
use super::form::{LeagueForm, PlayerForm};
use super::{Input, Inputs};
use crate::features::UpcomingPlayerGameContext;

/// Days off count up to here; after an off-season everyone is rested.
const LONGEST_REST: i32 = 60;

pub(super) fn fill(row: &mut Inputs, form: &LeagueForm, context: &UpcomingPlayerGameContext) {
    schedule(row, context);
    let Some(player) = form.player(context.player) else { return };
    count(row, player);
    minutes(row, player);
    style(row, player);
    let since = context.slate.days_since(player.played);
    row.set(Input::DaysOff, f64::from(since.min(LONGEST_REST)));
    let recent = |days: i32| {
        player.recent_days.iter().filter(move |(day, _)| (1..=days).contains(&context.slate.days_since(*day)))
    };
    row.set(Input::GamesLast7, recent(7).count() as f64);
    row.set(Input::GamesLast14, recent(14).count() as f64);
    row.set(Input::MinutesLast7, recent(7).map(|(_, minutes)| minutes).sum::<f64>());
    row.set(Input::Games, player.games as f64);
    let with_team = if player.team == context.team { player.games_with_team } else { 0 };
    row.set(Input::GamesWithTeam, with_team as f64);
    season(row, player, context);
}

fn schedule(row: &mut Inputs, context: &UpcomingPlayerGameContext) {
    let season = context.game.season();
    let start = domain::GameDate::first_of(season.start_year() as i16, 10);
    row.set(Input::SeasonDay, f64::from(context.slate.days_since(start)));
    row.set(Input::Home, if context.venue == Venue::Home { 1.0 } else { 0.0 });
    row.set(Input::Playoffs, if context.game.season_type() == SeasonType::Playoffs { 1.0 } else { 0.0 });
    let injury = match context.availability {
        Availability::Available => 0.0,
        Availability::Questionable => 1.0,
        Availability::Out => 2.0,
    };
    row.set(Input::Injury, injury);
}

fn count(row: &mut Inputs, player: &PlayerForm) {
    let counts = |games: usize| player.newest.iter().take(games).map(|(count, _)| *count);
    let mean = |games: usize| counts(games).sum::<f64>() / counts(games).count() as f64;
    for (input, back) in [(Input::Count1, 0), (Input::Count2, 1), (Input::Count3, 2)] {
        row.set(input, player.newest.get(back).map(|(count, _)| *count));
    }
    row.set(Input::CountMean5, mean(5));
    row.set(Input::CountMean10, mean(10));
    row.set(Input::CountMean20, mean(20));
    row.set(Input::CountMost10, counts(10).fold(0.0, f64::max));
    let averages = &player.averages;
    for (input, horizon) in [
        (Input::CountAverage2, Horizon::Fifty),
        (Input::CountAverage5, Horizon::Twenty),
        (Input::CountAverage10, Horizon::Ten),
        (Input::CountAverage20, Horizon::Five),
        (Input::CountAverage40, Horizon::Two),
    ] {
        row.set(input, averages.mean(horizon, Stat::Count));
    }
    row.set(Input::CountDeviation, averages.count_deviation(Horizon::Ten));
    for (input, horizon) in
        [(Input::CountRate2, Horizon::Fifty), (Input::CountRate5, Horizon::Twenty), (Input::CountRate20, Horizon::Five)]
    {
        row.set(input, averages.per_minute(horizon, Stat::Count));
    }
    let expected = averages
        .mean(Horizon::Five, Stat::Minutes)
        .zip(averages.per_minute(Horizon::Twenty, Stat::Count))
        .map(|(minutes, rate)| minutes * rate);
    row.set(Input::CountExpected, expected);
}

fn minutes(row: &mut Inputs, player: &PlayerForm) {
    let minutes = |games: usize| player.newest.iter().take(games).map(|(_, minutes)| *minutes);
    for (input, back) in [(Input::Minutes1, 0), (Input::Minutes2, 1), (Input::Minutes3, 2)] {
        row.set(input, player.newest.get(back).map(|(_, minutes)| *minutes));
    }
    row.set(Input::MinutesMean10, minutes(10).sum::<f64>() / minutes(10).count() as f64);
    row.set(Input::MinutesMost10, minutes(10).fold(0.0, f64::max));
    let averages = &player.averages;
    for (input, horizon) in [
        (Input::MinutesAverage5, Horizon::Twenty),
        (Input::MinutesAverage10, Horizon::Ten),
        (Input::MinutesAverage20, Horizon::Five),
        (Input::MinutesAverage40, Horizon::Two),
    ] {
        row.set(input, averages.mean(horizon, Stat::Minutes));
    }
    row.set(Input::MinutesDeviation, averages.minutes_deviation(Horizon::Ten));
    for (input, horizon) in
        [(Input::Starts5, Horizon::Twenty), (Input::Starts20, Horizon::Five), (Input::Starts40, Horizon::Two)]
    {
        row.set(input, averages.mean(horizon, Stat::Starts));
    }
}

fn style(row: &mut Inputs, player: &PlayerForm) {
    let averages = &player.averages;
    for (input, horizon, stat) in [
        (Input::Usage5, Horizon::Twenty, Stat::Usage),
        (Input::Usage20, Horizon::Five, Stat::Usage),
        (Input::ShotRate5, Horizon::Twenty, Stat::Shots),
        (Input::ShotRate20, Horizon::Five, Stat::Shots),
        (Input::ThreeRate5, Horizon::Twenty, Stat::Threes),
        (Input::FreeThrowRate5, Horizon::Twenty, Stat::FreeThrows),
        (Input::FreeThrowRate20, Horizon::Five, Stat::FreeThrows),
        (Input::ReboundRate5, Horizon::Twenty, Stat::Rebounds),
        (Input::AssistRate5, Horizon::Twenty, Stat::Assists),
        (Input::TurnoverRate5, Horizon::Twenty, Stat::Turnovers),
        (Input::FoulRate5, Horizon::Twenty, Stat::Fouls),
    ] {
        row.set(input, averages.per_minute(horizon, stat));
    }
    row.set(Input::PointsPerShot2, averages.ratio(Horizon::Fifty, Stat::Points, Stat::Shots));
    row.set(Input::PointsPerShot10, averages.ratio(Horizon::Ten, Stat::Points, Stat::Shots));
    row.set(Input::PointsAverage10, averages.mean(Horizon::Ten, Stat::Points));
    row.set(Input::PlusMinus5, averages.mean(Horizon::Twenty, Stat::PlusMinus));
}

/// What he did this season; nothing before his first game of it.
fn season(row: &mut Inputs, player: &PlayerForm, context: &UpcomingPlayerGameContext) {
    let season = player.season;
    if season.season != context.game.season() || season.games == 0.0 {
        row.set(Input::GamesSeason, 0.0);
        return;
    }
    row.set(Input::GamesSeason, season.games);
    row.set(Input::CountSeason, season.count / season.games);
    row.set(Input::MinutesSeason, season.minutes / season.games);
    row.set(Input::StartsSeason, season.starts / season.games);
    row.set(Input::CountRateSeason, (season.minutes > 0.0).then(|| season.count / season.minutes));
}
