//! Phase 3, upcoming contexts: what is known before a game about its two teams and their players.

use domain::{
    Availability, Cutoff, Game, GameDate, GameId, HalfPoints, Known, LineRole, Market, PlayerId, PropLine, RestDays,
    SeasonType, Sportsbook, Team, Venue,
};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::Snapshot;
use crate::league::{RATING_WINDOW, mean};
use crate::snapshot::PlayedGame;

/// A row of `upcoming_team_game_context`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpcomingTeamGameContext {
    /// Which game.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which team.
    pub team: Team,
    /// Its opponent.
    pub opponent: Team,
    /// Home or away.
    pub venue: Venue,
    /// Bound of the start of play; the cutoff lies before it.
    pub tipoff: Timestamp,
    /// Days off since the team's last game of any season within the last 30 days.
    pub rest: Option<RestDays>,
    /// Its games in the seven days before.
    pub games_last_7: u16,
    /// Games played this season.
    pub games_season: u16,
    /// Share of this season's games won.
    pub win_share: Option<f64>,
    /// Possessions per 48 minutes, newest 15 games.
    pub pace: Option<f64>,
    /// Points per 100 possessions, newest 10 games.
    pub offensive_rating: Option<f64>,
}

/// A row of `upcoming_player_game_context`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpcomingPlayerGameContext {
    /// Which game.
    pub game: GameId,
    /// Its date.
    pub slate: GameDate,
    /// Which player.
    pub player: PlayerId,
    /// The team of his newest listing.
    pub team: Team,
    /// Its opponent.
    pub opponent: Team,
    /// Home or away.
    pub venue: Venue,
    /// Bound of the start of play; the cutoff lies before it.
    pub tipoff: Timestamp,
    /// The date he was last listed for a game.
    pub last_listed: GameDate,
    /// What the injury log says.
    pub availability: Availability,
    /// Days off since he last played, within the last 30 days.
    pub rest: Option<RestDays>,
    /// The opponent's days off, in the same unit.
    pub opponent_rest: Option<RestDays>,
    /// Games he played in the seven days before.
    pub games_last_7: u16,
    /// Minutes he played in the seven days before.
    pub minutes_last_7: f64,
    /// Pairs of games on consecutive days among those he played in the 14 days before.
    pub back_to_backs_last_14: u16,
    /// Mean usage share over the games he played in the seven days before.
    pub usage_last_7: Option<f64>,
    /// Mean usage share over his newest ten games: what he is expected to return to.
    pub projected_usage: Option<f64>,
    /// Team-mates listed out who averaged at least 25 % usage over at least 20 minutes in their newest ten games.
    pub stars_out: u16,
    /// Opponent's pace less the league's.
    pub pace_differential: Option<f64>,
    /// Mean of the books' newest main points lines.
    pub line: Option<f64>,
    /// Mean of the books' first main points lines.
    pub opening_line: Option<f64>,
    /// Books with a main points line.
    pub books: u16,
}

/// Lines known at a cutoff, by player: opened once for the slate.
pub type SlateLines<'a> = BTreeMap<(GameId, PlayerId), Vec<&'a PropLine>>;

/// Opens the lines that were known at the cutoff, and keeps those seen before it by their own clock too.
pub fn lines_known(cutoff: Cutoff, lines: &[Known<PropLine>]) -> SlateLines<'_> {
    let mut known = SlateLines::new();
    for line in lines.iter().filter_map(|line| line.open(cutoff)) {
        if line.observed_at.is_some_and(|seen| seen <= cutoff.instant()) {
            known.entry((line.game, line.player)).or_default().push(line);
        }
    }
    known
}

/// A team that has played this often this season has listed everyone who matters.
const SETTLED_AFTER_GAMES: u16 = 10;
/// A player unlisted for longer than an off-season is no longer on the team.
const LISTING_EXPIRES_AFTER_DAYS: i32 = 215;
/// Rest is not measured across a longer gap than this: after it, everyone is as fresh as he will be.
const REST_FORGOTTEN_AFTER_DAYS: i32 = 30;
const STAR_USAGE: f64 = 0.25;
const STAR_MINUTES: f64 = 20.0;

/// Both teams of each game, games in the given order, home team first.
pub fn team_contexts(snapshot: &Snapshot<'_>, games: &[Game]) -> Vec<UpcomingTeamGameContext> {
    games
        .iter()
        .flat_map(|game| [game.home, game.away].map(|team| (game, team)))
        .filter_map(|(game, team)| team_context(snapshot, game, team))
        .collect()
}

fn team_context(snapshot: &Snapshot<'_>, game: &Game, team: Team) -> Option<UpcomingTeamGameContext> {
    let (opponent, venue) = game.side_of(team)?;
    let season = game.id.season();
    let counted = || {
        snapshot
            .offense_games(team)
            .take_while(|past| past.game.season() == season)
            .filter(|past| past.game.season_type() != SeasonType::CupFinal)
    };
    let won = counted().map(|past| if past.won() { 1.0 } else { 0.0 });
    let gaps = || snapshot.offense_games(team).map(|past| game.slate.days_since(past.slate));
    Some(UpcomingTeamGameContext {
        game: game.id,
        slate: game.slate,
        team,
        opponent,
        venue,
        tipoff: game.earliest_tipoff(),
        rest: rest(gaps()),
        games_last_7: within(gaps(), 7),
        games_season: counted().count() as u16,
        win_share: mean(won, 5),
        pace: mean(snapshot.offense_games(team).take(RATING_WINDOW).map(|past| past.pace), 3),
        offensive_rating: mean(snapshot.offense_games(team).take(10).map(|past| past.offensive_rating), 3),
    })
}

/// The players expected to be with the slate's teams, ordered by game, then player.
pub fn player_contexts(
    snapshot: &Snapshot<'_>,
    teams: &[UpcomingTeamGameContext],
    lines: &SlateLines<'_>,
) -> Vec<UpcomingPlayerGameContext> {
    let mut lined_in = BTreeMap::<PlayerId, Vec<GameId>>::new();
    for (game, player) in lines.keys() {
        lined_in.entry(*player).or_default().push(*game);
    }
    let mut contexts: Vec<_> = teams
        .iter()
        .flat_map(|team| {
            let opponent = teams.iter().find(|other| other.game == team.game && other.team == team.opponent);
            let here = expected(snapshot, team, &lined_in);
            let stars = stars_out(snapshot, &here);
            here.into_iter().map(move |(player, last_listed)| {
                player_context(snapshot, team, opponent, player, last_listed, &stars, lines)
            })
        })
        .collect();
    contexts.sort_by_key(|context| (context.game, context.player));
    contexts
}

/// Who is expected to be with a team: its newest listings that are fresh enough or have a line in the game. Someone whom
/// the books have in another game of the slate has been traded, and is not with this team, whatever it listed last.
fn expected(
    snapshot: &Snapshot<'_>,
    team: &UpcomingTeamGameContext,
    lined_in: &BTreeMap<PlayerId, Vec<GameId>>,
) -> Vec<(PlayerId, GameDate)> {
    let season = team.game.season();
    let fresh = |player: PlayerId, listed: GameDate| {
        let this_season = || snapshot.listed_games(player).next().is_some_and(|game| game.game.season() == season);
        team.slate.days_since(listed) <= LISTING_EXPIRES_AFTER_DAYS
            && (team.games_season < SETTLED_AFTER_GAMES || this_season())
    };
    snapshot
        .roster(team.team)
        .iter()
        .copied()
        .filter(|(player, listed)| match lined_in.get(player) {
            Some(games) => games.contains(&team.game),
            None => fresh(*player, *listed),
        })
        .collect()
}

/// The team's players listed out whose absence leaves others the ball.
fn stars_out(snapshot: &Snapshot<'_>, expected: &[(PlayerId, GameDate)]) -> Vec<PlayerId> {
    let is_star = |player: PlayerId| {
        let recent: Vec<PlayedGame<'_>> = snapshot.played_games(player).take(10).collect();
        let usage = mean(recent.iter().filter_map(|game| game.summary.usage).map(domain::Fraction::get), 5);
        let minutes = mean(recent.iter().map(|game| game.line.playtime.minutes()), 5);
        usage.is_some_and(|usage| usage >= STAR_USAGE) && minutes.is_some_and(|minutes| minutes >= STAR_MINUTES)
    };
    let expected = expected.iter().map(|(player, _)| *player);
    expected.filter(|player| snapshot.availability(*player) == Availability::Out && is_star(*player)).collect()
}

fn player_context(
    snapshot: &Snapshot<'_>,
    team: &UpcomingTeamGameContext,
    opponent: Option<&UpcomingTeamGameContext>,
    player: PlayerId,
    last_listed: GameDate,
    stars_out: &[PlayerId],
    lines: &SlateLines<'_>,
) -> UpcomingPlayerGameContext {
    let gap = |game: &PlayedGame<'_>| team.slate.days_since(game.summary.slate);
    let last_7 = || snapshot.played_games(player).take_while(|game| gap(game) <= 7).filter(|game| gap(game) >= 1);
    let usage = |game: PlayedGame<'_>| game.summary.usage.map(domain::Fraction::get);
    let points_lines = lines.get(&(team.game, player)).map_or(&[][..], Vec::as_slice);
    let market = PointsMarket::of(points_lines);
    UpcomingPlayerGameContext {
        game: team.game,
        slate: team.slate,
        player,
        team: team.team,
        opponent: team.opponent,
        venue: team.venue,
        tipoff: team.tipoff,
        last_listed,
        availability: snapshot.availability(player),
        rest: rest(snapshot.played_games(player).map(|game| gap(&game))),
        opponent_rest: opponent.and_then(|opponent| opponent.rest),
        games_last_7: last_7().count() as u16,
        minutes_last_7: last_7().map(|game| game.line.playtime.minutes()).sum(),
        back_to_backs_last_14: back_to_backs(snapshot.played_games(player).map(|game| gap(&game))),
        usage_last_7: mean(last_7().filter_map(usage), 1),
        projected_usage: mean(snapshot.played_games(player).take(10).filter_map(usage), 3),
        stars_out: stars_out.iter().filter(|star| **star != player).count() as u16,
        pace_differential: opponent
            .and_then(|opponent| opponent.pace)
            .zip(snapshot.league().pace)
            .map(|(opponent, league)| opponent - league),
        line: market.newest,
        opening_line: market.first,
        books: market.books,
    }
}

/// Days of rest from the gaps to past games, newest first.
fn rest(mut gaps: impl Iterator<Item = i32>) -> Option<RestDays> {
    gaps.find(|gap| *gap >= 1).filter(|gap| *gap <= REST_FORGOTTEN_AFTER_DAYS).and_then(RestDays::from_gap)
}

/// How many gaps lie within the `days` before the slate; the slate's own day does not count.
fn within(gaps: impl Iterator<Item = i32>, days: i32) -> u16 {
    gaps.take_while(|gap| *gap <= days).filter(|gap| *gap >= 1).count() as u16
}

/// Pairs of consecutive days among the games of the 14 days before, from their gaps, newest first.
fn back_to_backs(gaps: impl Iterator<Item = i32>) -> u16 {
    let days: Vec<i32> = gaps.take_while(|gap| *gap <= 14).filter(|gap| *gap >= 1).collect();
    days.windows(2).filter(|pair| pair[1] - pair[0] == 1).count() as u16
}

/// What the books' main points lines say together.
struct PointsMarket {
    newest: Option<f64>,
    first: Option<f64>,
    books: u16,
}

impl PointsMarket {
    fn of(lines: &[&PropLine]) -> Self {
        // By book: when its first and newest line was seen, and what it was.
        let mut by_book = BTreeMap::<Sportsbook, [(Timestamp, HalfPoints); 2]>::new();
        for line in lines.iter().filter(|line| line.market == Market::Points && line.role == LineRole::Main) {
            let Some(seen) = line.observed_at.map(|at| (at, line.line)) else { continue };
            let [first, newest] = by_book.entry(line.book).or_insert([seen, seen]);
            *first = seen.min(*first);
            // Of two feeds that disagree about one moment the lower counts, for the first as for the newest.
            *newest = std::cmp::max_by_key(seen, *newest, |(at, line)| (*at, Reverse(*line)));
        }
        Self {
            newest: mean(by_book.values().map(|[_, newest]| newest.1.points()), 1),
            first: mean(by_book.values().map(|[first, _]| first.1.points()), 1),
            books: by_book.len() as u16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yesterday_is_a_back_to_back() {
        assert!(rest([1, 3].into_iter()).unwrap().is_back_to_back());
        assert_eq!(rest([4].into_iter()).unwrap().days(), 3);
    }

    #[test]
    fn a_game_earlier_the_same_day_is_no_rest_and_an_off_season_is_forgotten() {
        assert_eq!(rest([0, 2].into_iter()).unwrap().days(), 1);
        assert_eq!(rest([140].into_iter()), None);
        assert_eq!(rest(std::iter::empty()), None);
    }

    #[test]
    fn the_last_seven_days_exclude_today_and_the_eighth_day() {
        assert_eq!(within([0, 1, 3, 7, 8, 9].into_iter(), 7), 3);
        assert_eq!(within([8].into_iter(), 7), 0);
    }

    #[test]
    fn consecutive_days_are_counted_in_pairs() {
        assert_eq!(back_to_backs([1, 2, 4, 5, 6, 15].into_iter()), 3);
        assert_eq!(back_to_backs([2, 4, 7].into_iter()), 0);
    }
}
