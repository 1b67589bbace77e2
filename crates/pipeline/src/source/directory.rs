//! Who is who and what is scheduled: what parsers resolve names and ids against.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{
    Alias, Game, GameDate, GameId, InjuryEvent, InjuryEventKind, Meaning, PlayerId, PlayerName, Team, TeamName,
};
use jiff::{SignedDuration, Timestamp};

use super::{Provider, RejectReason, spellings};

/// Games by slate; those of a slate by id.
pub type Schedule = BTreeMap<GameDate, Vec<Game>>;

/// Known games, players and teams.
#[derive(Debug, Default)]
pub struct Directory {
    games: BTreeMap<GameId, Game>,
    schedule: Arc<Schedule>,
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
        let mut schedule = Schedule::new();
        for game in &games {
            schedule.entry(game.slate).or_default().push(game.clone());
        }
        schedule.values_mut().for_each(|games| games.sort_by_key(|game| game.id));
        Self {
            schedule: Arc::new(schedule),
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

    /// The team of a player's newest game.
    pub fn newest_team(&self, player: PlayerId) -> Option<Team> {
        self.newest_teams.get(&player).copied()
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
        self.schedule.get(&slate).into_iter().flatten()
    }

    /// Every scheduled game, by slate.
    pub fn schedule(&self) -> Arc<Schedule> {
        self.schedule.clone()
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

    /// A team's full name.
    pub fn team_name(&self, team: Team) -> Option<&str> {
        self.teams.iter().find(|(_, named)| **named == team).map(|(name, _)| name.as_str())
    }

    /// A player by name, if exactly one bears it.
    pub fn player(&self, name: &str) -> Option<PlayerId> {
        self.bearer(name, &[])
    }

    /// Who bears a name; of several, and of those whom an abbreviated name fits, the only one whose newest game was for one
    /// of the teams.
    fn bearer(&self, name: &str, teams: &[Team]) -> Option<PlayerId> {
        let by_reading = |lookup: String| match self.spellings.get(&lookup) {
            Some(linked) => Some(*linked),
            None => match self.lookups.get(&lookup)?.as_slice() {
                [player] => Some(*player),
                several => self.only_one_of(several.iter().copied(), teams),
            },
        };
        spellings::readings(name).into_iter().find_map(by_reading).or_else(|| {
            let (initial, rest) = spellings::abbreviated(name)?;
            let fits = |player: &PlayerId| {
                let known = self.name(*player).and_then(|known| known.split_once(' '));
                known.is_some_and(|(first, last)| {
                    PlayerName::lookup(first).starts_with(initial)
                        && PlayerName::lookup(&format!("x {last}"))[1..] == rest
                })
            };
            self.only_one_of(self.newest_teams.keys().copied().filter(fits), teams)
        })
    }

    fn only_one_of(&self, players: impl Iterator<Item = PlayerId>, teams: &[Team]) -> Option<PlayerId> {
        let plays_there = |player: &PlayerId| self.newest_teams.get(player).is_some_and(|team| teams.contains(team));
        let mut there = players.filter(plays_there);
        there.next().filter(|_| there.next().is_none())
    }

    /// Every player's name, by id.
    pub fn names(&self) -> impl Iterator<Item = (PlayerId, &str)> {
        self.players.iter().map(|(player, name)| (*player, name.as_str()))
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

    fn named(number: u32, name: &str) -> PlayerName {
        PlayerName { player: PlayerId::new(number), name: name.to_owned() }
    }

    #[test]
    fn a_name_is_read_as_it_may_be_meant() {
        let directory = Directory::new(
            Vec::new(),
            vec![
                named(1, "Nah'Shon Hyland"),
                named(2, "Tim Hardaway Jr."),
                named(3, "Dennis Schröder"),
                named(4, "Kenyon Martin"),
                named(5, "KJ Martin"),
            ],
            Vec::new(),
        );
        let found = |name| directory.player(name).map(PlayerId::number);
        for (name, player) in [
            ("Bones Hyland", 1),
            ("Hardaway, Tim", 2),
            ("Hardaway Jr., Tim", 2),
            ("tim hardaway", 2),
            ("Dennis Schroder (DET)", 3),
            ("Dennis Schr?der", 3),
            ("Schröder, Dennis / Dennis Schroeder", 3),
            ("Dennis (1993) Schröder", 3),
            ("Kenyon Martin", 4),
            ("Kenyon Martin Jr.", 5),
            ("Kenyon Martin Jr. / K.J. Martin", 5),
        ] {
            assert_eq!(found(name), Some(player), "{name}");
        }
        assert_eq!((found("Schröder"), found(""), found("(DET)")), (None, None, None));
    }

    #[test]
    fn of_two_who_bear_a_name_the_team_decides() {
        let team = |code: &str| code.parse::<Team>().unwrap();
        let (den, mia, bos) = (team("DEN"), team("MIA"), team("BOS"));
        let directory = Directory::new(Vec::new(), vec![named(1, "Mike James"), named(2, "Mike James")], Vec::new())
            .with_newest_teams([(PlayerId::new(1), den), (PlayerId::new(2), mia)]);
        let found = |teams: &[Team]| directory.resolve(Mention::named("Mike James").of(teams)).ok();
        assert_eq!(found(&[den, bos]), Some(PlayerId::new(1)));
        assert_eq!((found(&[bos]), found(&[den, mia]), found(&[])), (None, None, None));
        let abbreviated = |teams: &[Team]| directory.resolve(Mention::named("M. James").of(teams)).ok();
        assert_eq!(
            (abbreviated(&[den]), abbreviated(&[den, mia]), abbreviated(&[])),
            (Some(PlayerId::new(1)), None, None)
        );
    }

    #[test]
    fn a_link_comes_before_the_name_and_a_reject_carries_the_name() {
        let alias = |provider: &str, foreign_id: &str, meaning| Alias {
            provider: provider.to_owned(),
            foreign_id: foreign_id.to_owned(),
            meaning,
        };
        let directory =
            Directory::new(Vec::new(), vec![named(1, "Jaylin Williams"), named(2, "Jalen Williams")], Vec::new())
                .with_aliases(vec![
                    alias("espn", "77", Meaning::Player(PlayerId::new(2))),
                    alias(Alias::OPERATOR, "jdub", Meaning::PlayerName(PlayerId::new(2))),
                ]);
        let by_id = Mention::named("Jaylin Williams").called(Provider::Espn, "77");
        assert_eq!(directory.resolve(by_id), Ok(PlayerId::new(2)));
        let of_another = Mention::named("Jaylin Williams").called(Provider::OddsApi, "77");
        assert_eq!(directory.resolve(of_another), Ok(PlayerId::new(1)));
        assert_eq!(directory.player("J-Dub"), Some(PlayerId::new(2)));
        let nobody = directory.resolve(Mention::named("No Body"));
        assert_eq!(nobody, Err((RejectReason::UnresolvedPlayer, "No Body".to_owned())));
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
