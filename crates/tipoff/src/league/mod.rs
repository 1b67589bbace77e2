//! A simulated league whose truth is known: players with true minutes and rates, a schedule, injuries, and books with
//! a margin. It answers as the real providers do, so everything after the fetch is the production path.
//!
//! The same seed plays the same season, to the byte.

mod books;
mod game;
mod people;
mod schedule;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{GameDate, GameId, InjuryEvent, PlayerId, PlayerName, PropLine, TeamName};
use jiff::{SignedDuration, Timestamp};
use pipeline::ports::{Fetch, FetchError};
use pipeline::source::{self, Directory, Provider};
use pipeline::{RawPayload, RawRequest};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

pub(crate) use people::{Player, Team};

use crate::replica::Question;
use crate::replica::wire::nba_cdn::{self, Stage};
use crate::replica::wire::{balldontlie, odds_api};

/// Books' lines are so old when they are asked for.
const LINES_AGE: SignedDuration = SignedDuration::from_mins(4);

/// The year in which the season begins that is played unless said.
pub(crate) const SEASON: i16 = 2024;

/// The providers that tell of the league.
pub(crate) const PROVIDERS: [Provider; 3] = [Provider::NbaCdn, Provider::OddsApi, Provider::Balldontlie];

/// Everything that is true of the league, played out.
pub(crate) struct League {
    pub(crate) teams: Vec<Team>,
    pub(crate) players: Vec<Player>,
    nights: BTreeMap<GameDate, Vec<game::Played>>,
    /// Whom the injury list names on each slate.
    injuries: BTreeMap<GameDate, Vec<InjuryEvent>>,
    lines: BTreeMap<GameId, Vec<PropLine>>,
    directory: Directory,
    replayed: BTreeMap<(GameId, PlayerId), Vec<u16>>,
}

impl League {
    /// Plays a season.
    pub(crate) fn play(seed: u64) -> Self {
        Self::play_seasons(seed, SEASON..=SEASON, 0)
    }

    /// Plays the seasons that begin in these years, with the same players, and every game of the last one so often again: with
    /// all that was true before it, and other luck.
    pub(crate) fn play_seasons(seed: u64, years: RangeInclusive<i16>, replays: u32) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let (teams, mut players) = people::draft(&mut random);
        let mut league = Self {
            teams,
            players: Vec::new(),
            nights: BTreeMap::new(),
            injuries: BTreeMap::new(),
            lines: BTreeMap::new(),
            directory: Directory::default(),
            replayed: BTreeMap::new(),
        };
        let mut rest = schedule::Rest::default();
        for year in years.clone() {
            let replays = if year == *years.end() { replays } else { 0 };
            league.play_season(&mut random, &mut players, &mut rest, (seed, year, replays));
        }
        league.players = players;
        league.directory = league.who_is_who();
        league
    }

    fn play_season(
        &mut self,
        random: &mut ChaCha8Rng,
        players: &mut [Player],
        rest: &mut schedule::Rest,
        (seed, year, replays): (u64, i16, u32),
    ) {
        for (slate, games) in schedule::draw(random, &self.teams, year) {
            people::pass_a_day(random, players);
            let injuries: Vec<InjuryEvent> = players.iter().filter_map(|player| player.listed(slate)).collect();
            let played: Vec<game::Played> = games
                .into_iter()
                .map(|fixture| {
                    self.replay(players, &fixture, rest, (seed, replays));
                    let game = game::play(random, &self.teams, players, fixture, rest);
                    self.lines.insert(game.game.id, books::quote(random, &game));
                    game
                })
                .collect();
            rest.note(slate, played.iter().map(|played| &played.game));
            self.nights.insert(slate, played);
            self.injuries.insert(slate, injuries);
        }
    }

    /// Plays a game so often as it might have come, with luck of its own: what is played afterwards does not change.
    fn replay(&mut self, players: &[Player], fixture: &schedule::Fixture, rest: &schedule::Rest, luck: (u64, u32)) {
        let (seed, replays) = luck;
        let game = fixture.game.id;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(game.to_string().parse().expect("the id of a game is ten digits"));
        for _ in 0..replays {
            for row in game::play(&mut random, &self.teams, players, fixture.clone(), rest).rows {
                if let Some(line) = row.line {
                    self.replayed.entry((game, row.player)).or_default().push(line.points);
                }
            }
        }
    }

    /// What a player scored in those replays of a game in which he played.
    pub(crate) fn replayed(&self, game: GameId, player: PlayerId) -> &[u16] {
        self.replayed.get(&(game, player)).map_or(&[], Vec::as_slice)
    }

    fn who_is_who(&self) -> Directory {
        let games = self.nights.values().flatten().map(|played| played.game.clone()).collect();
        let players = self.players.iter().map(|player| PlayerName { player: player.id, name: player.name.clone() });
        let teams = self.teams.iter().map(|team| {
            let name = format!("{} {}", team.city, team.nickname);
            TeamName { team: team.code, name }
        });
        Directory::new(games, players.collect(), teams.collect())
    }

    /// The slates, in order.
    pub(crate) fn slates(&self) -> Vec<GameDate> {
        self.nights.keys().copied().collect()
    }

    /// A player's true expected points in a game, given that he plays.
    pub(crate) fn expected_points(&self, game: GameId, player: PlayerId) -> Option<f64> {
        let played = self.nights.values().flatten().find(|played| played.game.id == game)?;
        played.rows.iter().find(|row| row.player == player).map(|row| row.expected_points)
    }

    /// The games of a slate with their tip-offs.
    pub(crate) fn tipoffs(&self, slate: GameDate) -> Vec<(GameId, Timestamp)> {
        let games = self.nights.get(&slate).into_iter().flatten();
        games.filter_map(|played| Some((played.game.id, played.game.tipoff?))).collect()
    }

    /// The providers as they answer at an instant.
    pub(crate) fn at(self: &Arc<Self>, instant: Timestamp) -> Arc<dyn Fetch> {
        Arc::new(Providers { league: self.clone(), instant })
    }

    /// What a provider answers; nothing where it has no such thing.
    pub(crate) fn answer(&self, question: &Question, now: Timestamp) -> Option<Value> {
        let directory = &self.directory;
        Some(match question {
            Question::Schedule => nba_cdn::schedule(directory, directory.games(), now),
            Question::BoxScore(game) => {
                let played = self.played(*game)?;
                nba_cdn::box_score(directory, &played.game, Stage::of(&played.game, now), &played.box_scores())
            }
            Question::PlayByPlay(game) => {
                let played = self.played(*game)?;
                nba_cdn::play_by_play(&played.game, &played.box_scores(), &played.shots())
            }
            Question::Events => odds_api::events(directory, directory.games(), now),
            Question::EventOdds { game, markets } => {
                let (played, lines) = (self.played(*game)?, self.lines.get(game)?);
                odds_api::event_odds(directory, &played.game, lines, markets, now - LINES_AGE)
            }
            Question::Injuries { after } => {
                let today = self.injuries.get(&GameDate::of(now));
                balldontlie::injuries(directory, today.into_iter().flatten(), *after)
            }
        })
    }

    fn played(&self, game: GameId) -> Option<&game::Played> {
        self.nights.values().flatten().find(|played| played.game.id == game)
    }
}

/// The league's providers at one instant.
struct Providers {
    league: Arc<League>,
    instant: Timestamp,
}

#[async_trait]
impl Fetch for Providers {
    async fn fetch(&self, request: &RawRequest, _: Option<&str>) -> Result<RawPayload, FetchError> {
        let provider =
            source::all().into_iter().find(|source| source.id() == request.source).and_then(|s| s.provider());
        let body = provider
            .and_then(|provider| self.league.answer(&Question::of(provider, &request.subject)?, self.instant))
            .ok_or_else(|| FetchError::NotThere { subject: request.subject.clone() })?;
        Ok(RawPayload {
            source: request.source.to_owned(),
            subject: request.subject.clone(),
            fetched_at: self.instant,
            etag: None,
            body: body.to_string().into_bytes().into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::Role;

    use super::*;

    impl League {
        fn games(&self) -> impl Iterator<Item = &domain::Game> {
            self.nights.values().flatten().map(|played| &played.game)
        }
    }

    #[test]
    fn one_seed_plays_one_season() {
        let [first, again, other] = [League::play(7), League::play(7), League::play(8)];
        let bytes = |league: &League| {
            let game = league.games().nth(40).unwrap().id;
            league.answer(&Question::BoxScore(game), Timestamp::MAX).unwrap().to_string()
        };
        assert_eq!(bytes(&first), bytes(&again));
        assert_ne!(bytes(&first), bytes(&other));
    }

    #[test]
    fn a_season_looks_like_one() {
        let league = League::play(7);
        let games = league.games().count();
        assert!((800..1300).contains(&games), "{games} games");
        let rows: Vec<_> = league.nights.values().flatten().flat_map(|played| &played.rows).collect();
        let played: Vec<_> = rows.iter().filter_map(|row| row.line.as_ref()).collect();
        let points = played.iter().map(|line| f64::from(line.points)).sum::<f64>() / (2.0 * games as f64);
        assert!((95.0..130.0).contains(&points), "{points} points a team");
        for line in played {
            assert_eq!(line.checked(), Ok(*line));
        }
    }

    #[test]
    fn replays_have_the_truth_as_their_mean_and_change_nothing_that_is_played() {
        let (league, replayed) = (League::play(7), League::play_seasons(7, SEASON..=SEASON, 40));
        let points = |league: &League| -> Vec<_> {
            let rows = league.nights.values().flatten().flat_map(|played| &played.rows);
            rows.map(|row| (row.player, row.line.map(|line| line.points))).collect()
        };
        assert!(points(&league) == points(&replayed), "replays have changed what was played");
        let starters = replayed.nights.values().flatten().take(30).flat_map(|played| {
            let starters = played.rows.iter().filter(|row| row.role == Role::Starter);
            starters.map(|row| (row.expected_points, replayed.replayed(played.game.id, row.player)))
        });
        let errors: Vec<f64> = starters
            .map(|(truth, points)| {
                assert_eq!(points.len(), 40);
                points.iter().map(|points| f64::from(*points)).sum::<f64>() / 40.0 - truth
            })
            .collect();
        let bias = errors.iter().sum::<f64>() / errors.len() as f64;
        assert!(bias.abs() < 0.3, "{bias}");
    }

    #[test]
    fn the_truth_is_unbiased() {
        let league = League::play(7);
        let rows = league.nights.values().flatten().flat_map(|played| &played.rows);
        let errors: Vec<f64> =
            rows.filter_map(|row| Some(f64::from(row.line.as_ref()?.points) - row.expected_points)).collect();
        let bias = errors.iter().sum::<f64>() / errors.len() as f64;
        assert!(bias.abs() < 0.15, "expected points miss by {bias} on average");
    }
}
