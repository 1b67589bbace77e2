//! An invented league that plays each evening, and what could be known of it when.

use std::ops::RangeInclusive;
use std::sync::Arc;

use domain::{
    Appearance, Cutoff, DecimalOdds, Fraction, Game, GameDate, GameId, HalfPoints, InjuryEvent, InjuryEventKind, Known,
    LineRole, Market, PlayerGameSummary, PlayerId, Playtime, PropLine, Provenance, Role, StatLine, Team,
    TeamDefenseGameSummary, TeamOffenseGameSummary, Venue,
};
use jiff::{SignedDuration, Timestamp};
use predict::History;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::learn::PastSlates;

/// A fact, and from when to when it was the newest known.
#[derive(Clone)]
pub(super) struct Fact<T> {
    pub(super) value: T,
    pub(super) known_at: Timestamp,
    replaced_at: Option<Timestamp>,
}

/// Everything that is ever known.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) players: Vec<Fact<PlayerGameSummary>>,
    offense: Vec<Fact<TeamOffenseGameSummary>>,
    defense: Vec<Fact<TeamDefenseGameSummary>>,
    injuries: Vec<Fact<InjuryEvent>>,
    games: Vec<Fact<Game>>,
    pub(super) lines: Vec<Fact<PropLine>>,
}

const TEAMS: [&str; 8] = ["ATL", "BOS", "CHA", "DAL", "HOU", "MIA", "NYK", "PHX"];
const ROSTER: u32 = 10;

impl<T: Clone> Fact<T> {
    fn new(value: T, known_at: Timestamp) -> Self {
        Self { value, known_at, replaced_at: None }
    }

    fn sealed(&self) -> Known<T> {
        let mut sealed = Known::new(self.value.clone(), self.known_at, Provenance::Observed);
        if let Some(instant) = self.replaced_at {
            sealed.supersede(instant);
        }
        sealed
    }
}

fn sealed<T: Clone>(facts: &[Fact<T>]) -> Vec<Known<T>> {
    facts.iter().map(Fact::sealed).collect()
}

impl World {
    /// So many evenings from a date on, all eight teams on each.
    pub(super) fn of(first: GameDate, days: i32) -> Self {
        Self::default().and(first, days)
    }

    /// So many evenings more.
    pub(super) fn and(mut self, first: GameDate, days: i32) -> Self {
        let (played, mut random) = (self.games.len(), ChaCha8Rng::seed_from_u64(24));
        for day in 0..days {
            for pairing in 0..TEAMS.len() / 2 {
                let away = (pairing + 1 + day as usize % 3) % 4 + 4;
                self.play(first.plus_days(day), played + day as usize * 4 + pairing, [pairing, away], &mut random);
            }
        }
        self
    }

    fn play(&mut self, slate: GameDate, number: usize, sides: [usize; 2], random: &mut ChaCha8Rng) {
        let [home, away] = sides.map(|side| TEAMS[side].parse().unwrap());
        let id: GameId = format!("00224{number:05}").parse().unwrap();
        let tipoff = slate.at(19, 30);
        self.games.push(Fact::new(Game { id, slate, tipoff: Some(tipoff), home, away }, slate.plus_days(-2).at(0, 0)));
        let final_at = tipoff + SignedDuration::from_hours(3);
        for (side, opponent, venue) in [(0, away, Venue::Home), (1, home, Venue::Away)] {
            let team: Team = TEAMS[sides[side]].parse().unwrap();
            let mut rate = || random.random_range(95.0..130.0);
            let (pace, offensive_rating, defensive_rating) = (rate() - 10.0, rate(), rate());
            let (points, opponent_points, possessions) = (110, 109, pace);
            let with = TeamOffenseGameSummary {
                game: id,
                slate,
                team,
                opponent,
                venue,
                points,
                opponent_points,
                possessions,
                pace,
                offensive_rating,
            };
            let without = TeamDefenseGameSummary {
                game: id,
                slate,
                team,
                opponent,
                venue,
                points_allowed: 109,
                defensive_rating,
                pace,
                zones_allowed: None,
            };
            self.offense.push(Fact::new(with, final_at));
            self.defense.push(Fact::new(without, final_at));
            for place in 0..ROSTER {
                let player = PlayerId::new(100 * sides[side] as u32 + place + 1);
                let line = stat_line(place, random);
                self.quote(id, slate, player, 6.5 + 2.0 * f64::from(place));
                let role = if place >= ROSTER / 2 { Role::Starter } else { Role::Bench };
                let summary = PlayerGameSummary {
                    game: id,
                    slate,
                    player,
                    team,
                    opponent,
                    venue,
                    appearance: Appearance::Played(role, line),
                    usage: Fraction::of(0.2, 1.0),
                    true_shooting: None,
                    zones: None,
                };
                self.players.push(Fact::new(summary, final_at));
            }
        }
    }

    /// A line in the morning, and where it closed.
    fn quote(&mut self, game: GameId, slate: GameDate, player: PlayerId, points: f64) {
        let even = DecimalOdds::new(1.91);
        for (hour, moved) in [(9, 0.0), (19, 1.0)] {
            let line = PropLine {
                game,
                slate,
                player,
                market: Market::Points,
                book: "draftkings".parse().unwrap(),
                feed: "odds".into(),
                line: HalfPoints::from_points(points + moved).unwrap(),
                role: LineRole::Main,
                over: even,
                under: even,
                observed_at: Some(slate.at(hour, 0)),
            };
            self.lines.push(Fact::new(line, slate.at(hour, 0)));
        }
    }

    /// The same up to a cutoff. From the second after it everything is absurd: what becomes known, what is corrected, who plays
    /// where, when games are played, what books offer.
    pub(super) fn poisoned(&self, cutoff: Cutoff) -> Self {
        let today = GameDate::of(cutoff.instant());
        let mut injuries = poison(&self.injuries, cutoff, |event| event.kind = InjuryEventKind::Return);
        for team in 0..TEAMS.len() as u32 {
            for place in 0..ROSTER {
                let player = PlayerId::new(100 * team + place + 1);
                let event = InjuryEvent { player, date: today, kind: InjuryEventKind::Out, detail: String::new() };
                injuries.push(Fact::new(event, second_after(cutoff)));
            }
        }
        Self {
            players: poison(&self.players, cutoff, absurd),
            offense: poison(&self.offense, cutoff, |game| {
                (game.pace, game.offensive_rating, game.points) = (300.0, 400.0, 5);
            }),
            defense: poison(&self.defense, cutoff, |game| (game.pace, game.defensive_rating) = (300.0, 400.0)),
            injuries,
            games: poison(&self.games, cutoff, |game| {
                (game.slate, game.tipoff) = (game.slate.plus_days(3), Some(game.slate.at(9, 0)));
                std::mem::swap(&mut game.home, &mut game.away);
            }),
            lines: poison(&self.lines, cutoff, |line| {
                line.line = HalfPoints::from_points(99.5).unwrap();
                (line.over, line.observed_at) = (DecimalOdds::new(1.01), Some(line.slate.at(21, 0)));
            }),
        }
    }

    /// The games of a slate.
    pub(super) fn games(&self, slate: GameDate) -> Vec<Game> {
        self.games.iter().map(|fact| fact.value.clone()).filter(|game| game.slate == slate).collect()
    }

    /// The same, sealed until they were known.
    pub(super) fn sealed_games(&self, slate: GameDate) -> Vec<Known<Game>> {
        sealed(&self.games).into_iter().filter(|game| game.slate() == slate).collect()
    }

    /// The number of a team's first player; the others follow.
    pub(super) fn first_player(team: Team) -> u32 {
        let place = TEAMS.iter().position(|code| *code == team.code()).expect("a team of the world");
        100 * place as u32 + 1
    }

    /// The slates of a range, with everything that is ever known.
    pub(super) fn past(&self, slates: &RangeInclusive<GameDate>) -> PastSlates {
        let players = sealed(&self.players);
        let history = History::assemble(players, sealed(&self.offense), sealed(&self.defense), sealed(&self.injuries));
        let within = |day: GameDate| slates.contains(&day);
        let games = sealed(&self.games).into_iter().filter(|game| within(game.slate())).collect();
        let lines = sealed(&self.lines).into_iter().filter(|line| within(line.slate())).collect();
        PastSlates::of(Arc::new(history), games, lines)
    }
}

fn second_after(cutoff: Cutoff) -> Timestamp {
    cutoff.instant() + SignedDuration::from_secs(1)
}

fn poison<T: Clone>(facts: &[Fact<T>], cutoff: Cutoff, spoil: impl Fn(&mut T)) -> Vec<Fact<T>> {
    let mut all = Vec::new();
    for fact in facts {
        let mut spoilt = fact.clone();
        spoil(&mut spoilt.value);
        if fact.known_at <= cutoff.instant() {
            spoilt.known_at = second_after(cutoff);
            all.push(Fact { replaced_at: Some(spoilt.known_at), ..fact.clone() });
        }
        all.push(spoilt);
    }
    all
}

/// A game nobody ever played: traded, benched and with a hundred points.
pub(super) fn absurd(game: &mut PlayerGameSummary) {
    std::mem::swap(&mut game.team, &mut game.opponent);
    let line = StatLine { points: 140, playtime: Playtime::from_seconds(60), assists: 100, ..StatLine::default() };
    game.appearance = Appearance::Played(Role::Bench, line);
}

/// Better players play longer; what they score is mostly luck.
fn stat_line(place: u32, random: &mut ChaCha8Rng) -> StatLine {
    let points = (7.0 + 2.0 * f64::from(place) + random.random_range(-12.0..12.0)).max(0.0) as u16;
    StatLine {
        points,
        playtime: Playtime::from_seconds(600 + 120 * place as u16 + random.random_range(0..300)),
        goals_attempted: points / 2 + 3,
        assists: random.random_range(0..8),
        defensive_rebounds: random.random_range(0..9),
        ..StatLine::default()
    }
}
