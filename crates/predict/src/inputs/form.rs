//! How everybody is going at a cutoff: one pass over all games known by then.

use std::collections::BTreeMap;

use domain::{Cutoff, GameDate, Market, PlayerId, Season, SeasonType, Team, Zone};

use super::averages::{Averages, Horizon, Stat};
use crate::Snapshot;
use crate::league::Mean;
use crate::snapshot::PlayedGame;

/// How everybody is going, for one market.
#[derive(Debug)]
pub struct LeagueForm {
    cutoff: Cutoff,
    market: Market,
    players: BTreeMap<PlayerId, PlayerForm>,
    allowed: BTreeMap<Team, Allowed>,
    pub(super) league: LeagueRates,
}

/// How one player is going.
#[derive(Debug, Clone)]
pub(super) struct PlayerForm {
    pub(super) averages: Averages,
    /// Count and minutes of the newest games, newest first.
    pub(super) newest: Vec<(f64, f64)>,
    /// The date he last played.
    pub(super) played: GameDate,
    /// The team he last played for.
    pub(super) team: Team,
    /// Games played, of those known.
    pub(super) games: usize,
    /// Games in a row with that team.
    pub(super) games_with_team: usize,
    /// The newest season he played in, and what he did in it.
    pub(super) season: SeasonSums,
    /// His days on court, newest first, of the last two weeks before the cutoff.
    pub(super) recent_days: Vec<(GameDate, f64)>,
    pub(super) role: CourtRole,
    /// Shots he took in each of [`domain::Zone::ALL`], newest games.
    pub(super) zones: [f64; 3],
}

/// Sums over a player's games of one season.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SeasonSums {
    pub(super) season: Season,
    pub(super) games: f64,
    pub(super) minutes: f64,
    pub(super) count: f64,
    pub(super) starts: f64,
}

/// What a player does on court, by what he does most: defences differ in whom they let score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CourtRole {
    Guard,
    Wing,
    Big,
}

/// What a team's opponents count above what was expected of them, a game.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Allowed {
    pub(super) slow: f64,
    pub(super) fast: f64,
    pub(super) by_role: [f64; 3],
}

/// What the whole league counts a minute: over a season's games so far, and over the newest.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct LeagueRates {
    pub(super) newest: Option<f64>,
    pub(super) year: Option<f64>,
}

/// Newest games that are kept one by one.
const KEPT_GAMES: usize = 20;
/// Excesses over expectation older than this say nothing about a defence.
const ALLOWED_DAYS: i32 = 150;
const LEAGUE_DAYS: i32 = 21;
const YEAR_DAYS: i32 = 365;
/// Games before a player's expectation is one.
const EXPECTED_AFTER: usize = 5;

/// What one player counted above expectation in one game.
struct Excess {
    against: Team,
    slate: GameDate,
    role: CourtRole,
    count: f64,
}

/// Sums for the league's rates.
#[derive(Default)]
struct Totals {
    newest: (f64, f64),
    year: (f64, f64),
}

impl LeagueForm {
    /// Everybody's form at the snapshot's cutoff.
    pub fn of(snapshot: &Snapshot<'_>, market: Market) -> Self {
        let today = GameDate::of(snapshot.cutoff().instant());
        let (mut excesses, mut totals) = (Vec::new(), Totals::default());
        let mut players = BTreeMap::new();
        for player in snapshot.players() {
            let games: Vec<PlayedGame<'_>> = snapshot.played_games(player).collect();
            if let Some(form) = PlayerForm::of(&games, market, today, &mut excesses, &mut totals) {
                players.insert(player, form);
            }
        }
        let rate = |(count, minutes): (f64, f64)| (minutes > 0.0).then(|| count / minutes);
        let league = LeagueRates { newest: rate(totals.newest), year: rate(totals.year) };
        Self { cutoff: snapshot.cutoff(), market, players, allowed: allowed(excesses), league }
    }

    /// The cutoff it was taken at.
    pub fn cutoff(&self) -> Cutoff {
        self.cutoff
    }

    /// The market it was taken for.
    pub fn market(&self) -> Market {
        self.market
    }

    pub(super) fn player(&self, player: PlayerId) -> Option<&PlayerForm> {
        self.players.get(&player)
    }

    pub(super) fn allowed(&self, team: Team) -> Option<&Allowed> {
        self.allowed.get(&team)
    }
}

impl PlayerForm {
    /// From a player's games, newest first; nothing where he never played.
    fn of(
        games: &[PlayedGame<'_>],
        market: Market,
        today: GameDate,
        excesses: &mut Vec<Excess>,
        totals: &mut Totals,
    ) -> Option<Self> {
        let newest = games.first()?.summary;
        let first_excess = today.plus_days(-ALLOWED_DAYS);
        let (first_newest, first_year) = (today.plus_days(-LEAGUE_DAYS), today.plus_days(-YEAR_DAYS));
        let mut averages = Averages::default();
        for (before, game) in games.iter().rev().enumerate() {
            let slate = game.summary.slate;
            let (count, minutes) = (f64::from(market.count(game.line)), game.line.playtime.minutes());
            if slate >= first_excess
                && before >= EXPECTED_AFTER
                && let Some(expected) = averages.mean(Horizon::Ten, Stat::Count)
            {
                let against = game.summary.opponent;
                excesses.push(Excess { against, slate, role: role(&averages), count: count - expected });
            }
            if slate >= first_year {
                totals.year = (totals.year.0 + count, totals.year.1 + minutes);
            }
            if slate >= first_newest {
                totals.newest = (totals.newest.0 + count, totals.newest.1 + minutes);
            }
            averages.observe(game, market);
        }
        let figures = |game: &PlayedGame<'_>| (f64::from(market.count(game.line)), game.line.playtime.minutes());
        let recent = games.iter().take_while(|game| game.summary.slate >= today.plus_days(-14));
        Some(Self {
            role: role(&averages),
            averages,
            newest: games.iter().take(KEPT_GAMES).map(figures).collect(),
            played: newest.slate,
            team: newest.team,
            games: games.len(),
            games_with_team: games.iter().take_while(|game| game.summary.team == newest.team).count(),
            season: SeasonSums::of(games, newest.game.season(), market),
            zones: zones(games),
            recent_days: recent.map(|game| (game.summary.slate, game.line.playtime.minutes())).collect(),
        })
    }
}

impl SeasonSums {
    fn of(games: &[PlayedGame<'_>], season: Season, market: Market) -> Self {
        let mut sums = Self { season, games: 0.0, minutes: 0.0, count: 0.0, starts: 0.0 };
        let this_season = games.iter().take_while(|game| game.summary.game.season() == season);
        for game in this_season.filter(|game| game.summary.game.season_type() != SeasonType::CupFinal) {
            sums.games += 1.0;
            sums.minutes += game.line.playtime.minutes();
            sums.count += f64::from(market.count(game.line));
            sums.starts += if game.role() == Some(domain::Role::Starter) { 1.0 } else { 0.0 };
        }
        sums
    }
}

/// Where the shots of the newest games came from.
fn zones(games: &[PlayedGame<'_>]) -> [f64; 3] {
    let newest = || games.iter().take(KEPT_GAMES).filter_map(|game| game.summary.zones.as_ref());
    Zone::ALL.map(|zone| newest().map(|zones| f64::from(zones.zone(zone).attempted)).sum())
}

/// Rebounders are bigs, passers guards, and who is neither a wing.
fn role(averages: &Averages) -> CourtRole {
    let rate = |stat| averages.per_minute(Horizon::Twenty, stat).unwrap_or(0.0);
    if rate(Stat::Rebounds) >= 0.22 {
        CourtRole::Big
    } else if rate(Stat::Assists) >= 0.10 {
        CourtRole::Guard
    } else {
        CourtRole::Wing
    }
}

/// What each team allows above expectation, newer games weighing more.
fn allowed(mut excesses: Vec<Excess>) -> BTreeMap<Team, Allowed> {
    excesses.sort_by_key(|excess| (excess.against, excess.slate));
    let mut teams = BTreeMap::<Team, Allowed>::new();
    for team in excesses.chunk_by(|a, b| a.against == b.against) {
        let (mut slow, mut fast, mut by_role) = (Mean::default(), Mean::default(), [Mean::default(); 3]);
        for game in team.chunk_by(|a, b| a.slate == b.slate) {
            let total: f64 = game.iter().map(|excess| excess.count).sum();
            slow.observe(total, 0.95);
            fast.observe(total, 0.85);
            for (role, mean) in [CourtRole::Guard, CourtRole::Wing, CourtRole::Big].into_iter().zip(&mut by_role) {
                let of_role = game.iter().filter(|excess| excess.role == role);
                mean.observe(of_role.map(|excess| excess.count).sum(), 0.95);
            }
        }
        let by_role = by_role.map(|mean| mean.get().unwrap_or(0.0));
        teams.insert(
            team[0].against,
            Allowed { slow: slow.get().unwrap_or(0.0), fast: fast.get().unwrap_or(0.0), by_role },
        );
    }
    teams
}
