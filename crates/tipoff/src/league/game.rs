//! One game, played: minutes handed out, shots taken by zone, and what everybody was expected to score.

use domain::{
    Appearance, BoxScore, DidNotPlay, Game, PlayerId, PlayerShots, Playtime, Role, ShotZones, Shots, StatLine, Venue,
};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Binomial, Distribution, Poisson};

use super::people::{Player, Team, normal};
use super::schedule::{Fixture, Rest};

/// A finished game.
pub(crate) struct Played {
    pub(crate) game: Game,
    pub(crate) rows: Vec<Row>,
}

/// A player's part in it.
pub(crate) struct Row {
    pub(crate) player: PlayerId,
    pub(crate) team: domain::Team,
    pub(crate) role: Role,
    /// Minutes he was to get.
    pub(crate) expected_minutes: f64,
    /// Points he was to score, given that he plays.
    pub(crate) expected_points: f64,
    /// Whether he is hurt.
    pub(crate) hurt: bool,
    /// What he did, if he played.
    pub(crate) line: Option<StatLine>,
    /// Where he shot from.
    pub(crate) zones: ShotZones,
}

impl Played {
    /// What it came to, for those on both rosters.
    pub(super) fn box_scores(&self) -> Vec<BoxScore> {
        let sides = self.rows.iter().filter_map(|row| Some((row, self.game.side_of(row.team)?)));
        let rows = sides.map(|(row, (opponent, venue))| BoxScore {
            game: self.game.id,
            slate: self.game.slate,
            player: row.player,
            team: row.team,
            opponent,
            venue,
            appearance: row.appearance(),
        });
        rows.collect()
    }

    /// Where everybody shot from.
    pub(super) fn shots(&self) -> Vec<PlayerShots> {
        let (game, slate) = (self.game.id, self.game.slate);
        self.rows.iter().map(|row| PlayerShots { game, slate, player: row.player, zones: row.zones }).collect()
    }
}

impl Row {
    fn appearance(&self) -> Appearance {
        match self.line {
            Some(line) => Appearance::Played(self.role, line),
            None if self.hurt => Appearance::Absent(DidNotPlay::InactiveInjury),
            None => Appearance::Absent(DidNotPlay::Coach),
        }
    }
}

const TEAM_MINUTES: f64 = 240.0;
const LONGEST: f64 = 40.0;
const MOST_MINUTES: f64 = 48.0;
const HOME_ADVANTAGE: f64 = 1.02;
const BACK_TO_BACK: f64 = 0.965;
const POINTS: [f64; 3] = [2.0, 2.0, 3.0];
const FREE_THROW_ACCURACY: f64 = 0.78;
/// Of the shots of players who are missing, so much is taken over by those who are there.
const TAKEN_OVER: f64 = 0.5;

/// Plays a game.
pub(super) fn play(
    random: &mut ChaCha8Rng,
    teams: &[Team],
    players: &[Player],
    fixture: Fixture,
    rest: &Rest,
) -> Played {
    let Fixture { game, home, away } = fixture;
    let pace = f64::midpoint(teams[home].pace, teams[away].pace);
    let mut rows = Vec::new();
    for (team, opponent, venue) in [(home, away, Venue::Home), (away, home, Venue::Away)] {
        let tired = rest.is_back_to_back(teams[team].code, game.slate);
        let vigour = if tired { BACK_TO_BACK } else { 1.0 }
            * if venue == Venue::Home { HOME_ADVANTAGE } else { 1.0 / HOME_ADVANTAGE };
        let side = Side { team: &teams[team], opponent: &teams[opponent], tempo: pace * vigour };
        let roster: Vec<&Player> = players.iter().filter(|player| player.team == team).collect();
        rows.extend(side.play(random, &roster));
    }
    Played { game, rows }
}

/// A player's minutes: those he was to get, and those he got if he was called.
#[derive(Clone, Copy)]
struct Minutes {
    expected: f64,
    played: Option<f64>,
}

/// Who is called, and for how long: each around what was expected of him, together what was expected of them.
fn minutes_played(random: &mut ChaCha8Rng, roster: &[&Player], expected: &[f64]) -> Vec<Option<f64>> {
    let mut played: Vec<Option<f64>> = roster
        .iter()
        .zip(expected)
        .map(|(player, minutes)| {
            // The end of the bench plays in one game of five.
            let called = !player.is_hurt() && *minutes >= 0.5 && (*minutes >= 4.0 || random.random_bool(0.2));
            called.then(|| normal(random, *minutes, 2.2 + 0.06 * minutes).clamp(0.6, 44.0))
        })
        .collect();
    let total: f64 = played.iter().flatten().sum();
    let wanted: f64 =
        played.iter().zip(expected).filter(|(played, _)| played.is_some()).map(|(_, minutes)| minutes).sum();
    for minutes in played.iter_mut().flatten() {
        *minutes = (*minutes * wanted / total).min(MOST_MINUTES);
    }
    played
}

/// One team's part of a game.
struct Side<'a> {
    team: &'a Team,
    opponent: &'a Team,
    tempo: f64,
}

impl Side<'_> {
    fn play(&self, random: &mut ChaCha8Rng, roster: &[&Player]) -> Vec<Row> {
        let minutes = expected_minutes(roster);
        let here = |player: &Player| !player.is_hurt();
        let shots =
            |wanted: bool| -> f64 { roster.iter().filter(|p| here(p) == wanted).map(|p| p.minutes * p.shots).sum() };
        let load = 1.0 + TAKEN_OVER * shots(false) / shots(true).max(1.0) * 0.5;
        let mut starters: Vec<usize> = (0..roster.len()).collect();
        starters.sort_by(|a, b| minutes[*b].total_cmp(&minutes[*a]));
        starters.truncate(5);
        let played = minutes_played(random, roster, &minutes);
        roster
            .iter()
            .enumerate()
            .map(|(index, player)| {
                let role = if starters.contains(&index) { Role::Starter } else { Role::Bench };
                self.player(random, player, Minutes { expected: minutes[index], played: played[index] }, load, role)
            })
            .collect()
    }

    fn player(&self, random: &mut ChaCha8Rng, player: &Player, minutes: Minutes, load: f64, role: Role) -> Row {
        let shots = player.shots * self.tempo * load;
        let rate: f64 =
            (0..3).map(|zone| shots * player.shares[zone] * self.accuracy(player, zone) * POINTS[zone]).sum::<f64>()
                + player.free_throws * self.tempo * FREE_THROW_ACCURACY;
        let (line, zones) = match minutes.played {
            Some(played) => {
                let (line, zones) = self.line(random, player, played, shots);
                (Some(line), zones)
            }
            None => (None, ShotZones::default()),
        };
        Row {
            player: player.id,
            team: self.team.code,
            role,
            expected_minutes: minutes.expected,
            expected_points: rate * minutes.expected.max(0.6),
            hurt: player.is_hurt(),
            line,
            zones,
        }
    }

    fn accuracy(&self, player: &Player, zone: usize) -> f64 {
        (player.accuracy[zone] * self.opponent.defense[zone]).clamp(0.05, 0.95)
    }

    fn line(&self, random: &mut ChaCha8Rng, player: &Player, minutes: f64, shots: f64) -> (StatLine, ShotZones) {
        let mut zone = |zone: usize| {
            let attempted = count(random, minutes * shots * player.shares[zone]);
            let made = falls(random, attempted, self.accuracy(player, zone));
            Shots::new(made, attempted).expect("no more made than taken")
        };
        let (paint, mid_range, three) = (zone(0), zone(1), zone(2));
        let free_throws_attempted = count(random, minutes * player.free_throws * self.tempo);
        let free_throws_made = falls(random, free_throws_attempted, FREE_THROW_ACCURACY);
        let big = player.shares[0];
        let line = StatLine {
            playtime: Playtime::from_seconds((minutes * 60.0) as u16),
            goals_made: paint.made + mid_range.made + three.made,
            goals_attempted: paint.attempted + mid_range.attempted + three.attempted,
            threes_made: three.made,
            threes_attempted: three.attempted,
            free_throws_made,
            free_throws_attempted,
            offensive_rebounds: count(random, minutes * 0.045 * big * 1.6),
            defensive_rebounds: count(random, minutes * 0.14 * (0.5 + big)),
            assists: count(random, minutes * 0.11 * (1.5 - big)),
            steals: count(random, minutes * 0.03),
            blocks: count(random, minutes * 0.02 * big),
            turnovers: count(random, minutes * 0.055),
            fouls: count(random, minutes * 0.08).min(6),
            points: 2 * (paint.made + mid_range.made) + 3 * three.made + free_throws_made,
            plus_minus: None,
        };
        let corner = Shots::new(three.made / 4, three.attempted / 4).unwrap_or_default();
        let close = Shots::new(paint.made - paint.made / 3, paint.attempted - paint.attempted / 3).unwrap_or(paint);
        let zones = ShotZones {
            restricted_area: close,
            paint: Shots { made: paint.made - close.made, attempted: paint.attempted - close.attempted },
            mid_range,
            corner_three: corner,
            above_break_three: Shots { made: three.made - corner.made, attempted: three.attempted - corner.attempted },
            back_court: Shots::default(),
        };
        (line, zones)
    }
}

/// Minutes of those who are there: the missing ones' are shared out in proportion, nobody above the longest.
fn expected_minutes(roster: &[&Player]) -> Vec<f64> {
    let mut minutes: Vec<f64> =
        roster.iter().map(|player| if player.is_hurt() { 0.0 } else { player.minutes }).collect();
    for _ in 0..4 {
        let total: f64 = minutes.iter().sum();
        for value in &mut minutes {
            *value = (*value * TEAM_MINUTES / total.max(1.0)).min(LONGEST);
        }
    }
    minutes
}

fn count(random: &mut ChaCha8Rng, mean: f64) -> u16 {
    Poisson::new(mean.max(1e-6)).expect("a positive mean").sample(random).min(60.0) as u16
}

fn falls(random: &mut ChaCha8Rng, attempts: u16, accuracy: f64) -> u16 {
    Binomial::new(u64::from(attempts), accuracy).expect("a probability").sample(random) as u16
}
