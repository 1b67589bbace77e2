//! Who is who and what is scheduled: what parsers resolve names and ids against.

use std::collections::BTreeMap;

use domain::{Game, GameDate, GameId, InjuryEvent, InjuryEventKind, PlayerId, PlayerName, Team, TeamName};
use jiff::{SignedDuration, Timestamp};

/// Known games, players and teams.
#[derive(Debug, Default)]
pub struct Directory {
    games: BTreeMap<GameId, Game>,
    slates: BTreeMap<GameDate, Vec<GameId>>,
    players: BTreeMap<PlayerId, String>,
    lookups: BTreeMap<String, Vec<PlayerId>>,
    teams: BTreeMap<String, Team>,
    injured: Vec<InjuryEvent>,
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
            injured: Vec::new(),
        }
    }

    /// The same directory, with the newest entry of the injury log of each player it concerns.
    #[must_use]
    pub fn with_injuries(self, newest: Vec<InjuryEvent>) -> Self {
        let injured = newest.into_iter().filter(|event| event.kind != InjuryEventKind::Return).collect();
        Self { injured, ..self }
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

    /// A team by its full name.
    pub fn team(&self, name: &str) -> Option<Team> {
        self.teams.get(name).copied()
    }

    /// A team's full name.
    pub fn team_name(&self, team: Team) -> Option<&str> {
        self.teams.iter().find(|(_, named)| **named == team).map(|(name, _)| name.as_str())
    }

    /// A player by name, if exactly one bears it.
    pub fn player(&self, name: &str) -> Option<PlayerId> {
        match self.lookups.get(&PlayerName::lookup(name)).map(Vec::as_slice) {
            Some([player]) => Some(*player),
            _ => None,
        }
    }

    /// Every player.
    pub fn players(&self) -> impl Iterator<Item = PlayerId> {
        self.players.keys().copied()
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
