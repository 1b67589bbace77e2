//! Who is who and what is scheduled: what parsers resolve names and ids against.

use std::collections::BTreeMap;

use domain::{
    Alias, Game, GameDate, GameId, InjuryEvent, InjuryEventKind, Meaning, PlayerId, PlayerName, Team, TeamName,
};
use jiff::{SignedDuration, Timestamp};

use super::nicknames::official;
use super::{Provider, RejectReason};

/// Known games, players and teams.
#[derive(Debug, Default)]
pub struct Directory {
    games: BTreeMap<GameId, Game>,
    slates: BTreeMap<GameDate, Vec<GameId>>,
    players: BTreeMap<PlayerId, String>,
    lookups: BTreeMap<String, Vec<PlayerId>>,
    teams: BTreeMap<String, Team>,
    injured: Vec<InjuryEvent>,
    newest_teams: BTreeMap<PlayerId, Team>,
    called: BTreeMap<(String, String), Meaning>,
    events: BTreeMap<(String, GameId), String>,
    spellings: BTreeMap<String, PlayerId>,
}

/// How a source speaks of a player: by its own id, by name, or both.
#[derive(Debug, Clone, Copy)]
pub struct Mention<'m> {
    id: Option<(Provider, &'m str)>,
    name: &'m str,
    teams: &'m [Team],
}

impl<'m> Mention<'m> {
    /// By name alone.
    pub fn named(name: &'m str) -> Self {
        Self { id: None, name, teams: &[] }
    }

    /// The same, of a provider that has an id of its own for him.
    #[must_use]
    pub fn called(self, provider: Provider, id: &'m str) -> Self {
        Self { id: Some((provider, id)), ..self }
    }

    /// The same, said of somebody who plays for one of these teams.
    #[must_use]
    pub fn of(self, teams: &'m [Team]) -> Self {
        Self { teams, ..self }
    }
}

/// Feeds disagree about a tip-off by up to this much and still mean the same game.
const SAME_GAME_WITHIN: SignedDuration = SignedDuration::from_hours(20);

impl Directory {
    /// A directory of these.
    pub fn new(games: Vec<Game>, players: Vec<PlayerName>, teams: Vec<TeamName>) -> Self {
        let mut lookups = BTreeMap::<String, Vec<PlayerId>>::new();
        for player in &players {
            lookups.entry(PlayerName::lookup(&player.name)).or_default().push(player.player);
        }
        let mut slates = BTreeMap::<GameDate, Vec<GameId>>::new();
        for game in &games {
            slates.entry(game.slate).or_default().push(game.id);
        }
        slates.values_mut().for_each(|games| games.sort());
        Self {
            slates,
            games: games.into_iter().map(|game| (game.id, game)).collect(),
            players: players.into_iter().map(|player| (player.player, player.name)).collect(),
            lookups,
            teams: teams.into_iter().map(|team| (team.name, team.team)).collect(),
            ..Self::default()
        }
    }

    /// The same directory, with the newest entry of the injury log of each player it concerns.
    #[must_use]
    pub fn with_injuries(self, newest: Vec<InjuryEvent>) -> Self {
        let injured = newest.into_iter().filter(|event| event.kind != InjuryEventKind::Return).collect();
        Self { injured, ..self }
    }

    /// The same directory, with the team of each player's newest game.
    #[must_use]
    pub fn with_newest_teams(self, teams: impl IntoIterator<Item = (PlayerId, Team)>) -> Self {
        Self { newest_teams: teams.into_iter().collect(), ..self }
    }

    /// The same directory, with what others call games and players, in the order it became known.
    #[must_use]
    pub fn with_aliases(mut self, aliases: Vec<Alias>) -> Self {
        for Alias { provider, foreign_id, meaning } in aliases {
            match meaning {
                Meaning::Game(game) => {
                    self.events.insert((provider.clone(), game), foreign_id.clone());
                    self.called.insert((provider, foreign_id), meaning);
                }
                Meaning::Player(_) => {
                    self.called.insert((provider, foreign_id), meaning);
                }
                Meaning::PlayerName(player) => {
                    self.spellings.insert(foreign_id, player);
                }
            }
        }
        self
    }

    /// Who is listed as out or questionable, by the newest entry about him.
    pub fn injured(&self) -> impl Iterator<Item = &InjuryEvent> {
        self.injured.iter()
    }

    /// A scheduled game.
    pub fn game(&self, id: GameId) -> Option<&Game> {
        self.games.get(&id)
    }

    /// Every scheduled game, by id.
    pub fn games(&self) -> impl Iterator<Item = &Game> {
        self.games.values()
    }

    /// The games of a slate, by id.
    pub fn games_of(&self, slate: GameDate) -> impl Iterator<Item = &Game> {
        self.slates.get(&slate).into_iter().flatten().filter_map(|id| self.games.get(id))
    }

    /// The game these teams play around an instant.
    pub fn game_between(&self, home: Team, away: Team, around: Timestamp) -> Option<&Game> {
        self.games
            .values()
            .filter(|game| (game.home, game.away) == (home, away))
            .map(|game| (game.earliest_tipoff().duration_since(around).abs(), game))
            .filter(|(apart, _)| *apart <= SAME_GAME_WITHIN)
            .min_by_key(|(apart, _)| *apart)
            .map(|(_, game)| game)
    }

    /// A team by its full name. One of its cities is written in two ways.
    pub fn team(&self, name: &str) -> Option<Team> {
        let short = || name.strip_prefix("Los Angeles ").map(|rest| format!("LA {rest}"));
        let long = || name.strip_prefix("LA ").map(|rest| format!("Los Angeles {rest}"));
        self.teams.get(name).or_else(|| self.teams.get(&short().or_else(long)?)).copied()
    }

    /// The game that a provider means by an id of its own.
    pub fn game_called(&self, provider: Provider, id: &str) -> Option<&Game> {
        let meaning = self.called.get(&(provider.name().to_owned(), id.to_owned()))?;
        self.game(meaning.game()?)
    }

    /// A provider's own id of a game: the newest, where it has had several.
    pub fn event_of(&self, provider: Provider, game: GameId) -> Option<&str> {
        self.events.get(&(provider.name().to_owned(), game)).map(String::as_str)
    }

    /// Whom a source means, or a reject that carries the name as it was spelled.
    ///
    /// # Errors
    /// When he is nobody known, or one of several.
    pub fn resolve(&self, mention: Mention<'_>) -> Result<PlayerId, (RejectReason, String)> {
        let called = mention.id.and_then(|(provider, id)| {
            self.called.get(&(provider.name().to_owned(), id.to_owned())).and_then(|meaning| meaning.player())
        });
        called
            .or_else(|| self.bearer(mention.name, mention.teams))
            .ok_or_else(|| (RejectReason::UnresolvedPlayer, mention.name.to_owned()))
    }

    /// A player by name, if exactly one bears it.
    pub fn player(&self, name: &str) -> Option<PlayerId> {
        self.bearer(name, &[])
    }

    /// Who bears a name; of several, the only one whose newest game was for one of the teams.
    fn bearer(&self, name: &str, teams: &[Team]) -> Option<PlayerId> {
        let lookup = PlayerName::lookup(name);
        if let Some(player) = self.spellings.get(&lookup) {
            return Some(*player);
        }
        let bearers =
            self.lookups.get(&lookup).or_else(|| self.lookups.get(&PlayerName::lookup(official(&lookup)?)))?;
        let plays_there = |player: &&PlayerId| self.newest_teams.get(player).is_some_and(|team| teams.contains(team));
        match bearers.as_slice() {
            [player] => Some(*player),
            several => {
                let mut there = several.iter().filter(plays_there);
                there.next().filter(|_| there.next().is_none()).copied()
            }
        }
    }

    /// Every player's name, by id.
    pub fn names(&self) -> impl Iterator<Item = (PlayerId, &str)> {
        self.players.iter().map(|(player, name)| (*player, name.as_str()))
    }

    /// A player's name.
    pub fn name(&self, player: PlayerId) -> Option<&str> {
        self.players.get(&player).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use domain::GameDate;

    use super::*;

    #[test]
    fn a_name_two_players_bear_resolves_to_neither() {
        let player = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
        let directory = Directory::new(
            Vec::new(),
            vec![player(2229, "Mike James"), player(1_628_455, "Mike James"), player(203_999, "Nikola Jokić")],
            Vec::new(),
        );
        assert_eq!(directory.player("Mike James"), None);
        assert_eq!(directory.player("nikola jokic"), Some(PlayerId::new(203_999)));
        assert_eq!(directory.player("Nobody"), None);
    }

    #[test]
    fn a_team_is_known_by_either_way_of_writing_its_city() {
        let [clippers, lakers]: [Team; 2] = ["LAC", "LAL"].map(|code| code.parse().unwrap());
        let named = |team, name: &str| TeamName { team, name: name.to_owned() };
        let teams = vec![named(clippers, "LA Clippers"), named(lakers, "Los Angeles Lakers")];
        let directory = Directory::new(Vec::new(), Vec::new(), teams);
        for city in ["LA", "Los Angeles"] {
            assert_eq!(directory.team(&format!("{city} Clippers")), Some(clippers));
            assert_eq!(directory.team(&format!("{city} Lakers")), Some(lakers));
        }
        assert_eq!(directory.team("LA Galaxy"), None);
    }

    #[test]
    fn the_nearest_meeting_of_two_teams_is_meant() {
        let slate: GameDate = "2025-01-15".parse().unwrap();
        let [home, away]: [Team; 2] = ["SAS".parse().unwrap(), "MEM".parse().unwrap()];
        let game = |id: &str, slate: GameDate| Game {
            id: id.parse().unwrap(),
            slate,
            tipoff: Some(slate.at(20, 0)),
            home,
            away,
        };
        let directory = Directory::new(
            vec![game("0022400561", slate), game("0022400571", slate.plus_days(2))],
            Vec::new(),
            Vec::new(),
        );
        let found = |at| directory.game_between(home, away, at).map(|game| game.id.to_string());
        assert_eq!(found(slate.at(20, 10)).as_deref(), Some("0022400561"));
        assert_eq!(found(slate.plus_days(2).at(20, 10)).as_deref(), Some("0022400571"));
        assert_eq!(found(slate.plus_days(9).at(20, 10)), None);
        assert_eq!(directory.game_between(away, home, slate.at(20, 10)), None);
    }
}
