//! All that is known about a slate's players and teams, and the view of it as of a cutoff.
//!
//! A [`History`] holds sealed facts, any number of versions of them; a [`Snapshot`] is the history with every
//! seal opened against one cutoff. Feature code receives snapshots only, so it cannot see past the cutoff
//! whatever the history holds. One history serves many cutoffs: the nightly run loads one slate's players,
//! training loads everybody, and both go through the same features.

use std::collections::BTreeMap;

use domain::{
    Appearance, Availability, Cutoff, Dated, GameDate, InjuryEvent, InjuryEventKind, Known, PlayerGameSummary,
    PlayerId, Role, Season, SeasonType, StatLine, Team, TeamDefenseGameSummary, TeamOffenseGameSummary,
};

use crate::league::LeagueBaseline;

/// Past this age, counted from the cutoff, a game says nothing any more. A snapshot ends there, so that a history
/// that was loaded short and one that was loaded whole give the same features.
pub const HISTORY_DAYS: i32 = 3 * 365;

/// Sealed facts about players and teams, in order of their slates.
#[derive(Debug, Default)]
pub struct History {
    players: Timelines<PlayerGameSummary>,
    offense: Timelines<TeamOffenseGameSummary>,
    defense: Timelines<TeamDefenseGameSummary>,
    injuries: Timelines<InjuryEvent>,
}

impl History {
    /// A history of these facts, in any order.
    pub fn assemble(
        players: Vec<Known<PlayerGameSummary>>,
        offense: Vec<Known<TeamOffenseGameSummary>>,
        defense: Vec<Known<TeamDefenseGameSummary>>,
        injuries: Vec<Known<InjuryEvent>>,
    ) -> Self {
        Self {
            players: Timelines::of(players),
            offense: Timelines::of(offense),
            defense: Timelines::of(defense),
            injuries: Timelines::of(injuries),
        }
    }

    /// The history as it was known at the cutoff.
    pub fn as_of(&self, cutoff: Cutoff) -> Snapshot<'_> {
        let mut snapshot = Snapshot {
            history: self,
            cutoff,
            defenses: BTreeMap::new(),
            rosters: BTreeMap::new(),
            league: LeagueBaseline::default(),
        };
        snapshot.defenses =
            self.defense.0.keys().map(|team| (*team, snapshot.defense_games(*team).collect::<Vec<_>>())).collect();
        snapshot.league = LeagueBaseline::of(&snapshot);
        for player in self.players.0.keys() {
            if let Some(last) = self.players.known(*player, cutoff).next() {
                snapshot.rosters.entry(last.team).or_default().push((*player, last.slate));
            }
        }
        snapshot
    }
}

impl History {
    /// Every game anybody played, of those known at the cutoff: what models learn from. By player, oldest first.
    pub fn played(&self, cutoff: Cutoff) -> impl Iterator<Item = PlayedGame<'_>> {
        self.listed(cutoff).filter_map(|summary| Some(PlayedGame { summary, line: summary.played()? }))
    }

    /// Every listing of anybody for a game, of those known at the cutoff. By player, oldest first.
    pub fn listed(&self, cutoff: Cutoff) -> impl Iterator<Item = &PlayerGameSummary> {
        self.players.0.values().flatten().filter_map(move |fact| fact.open(cutoff))
    }
}

/// Facts by subject, each subject's in order of their slates.
#[derive(Debug)]
struct Timelines<T: Dated>(BTreeMap<T::Subject, Vec<Known<T>>>);

impl<T: Dated> Default for Timelines<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Dated> Timelines<T> {
    fn of(facts: Vec<Known<T>>) -> Self {
        let mut timelines = BTreeMap::<T::Subject, Vec<Known<T>>>::new();
        for fact in facts {
            timelines.entry(fact.subject()).or_default().push(fact);
        }
        for timeline in timelines.values_mut() {
            timeline.sort_by_key(|fact| (fact.slate(), fact.known_at()));
        }
        Self(timelines)
    }

    /// The subject's facts known at the cutoff, newest slate first.
    fn known(&self, subject: T::Subject, cutoff: Cutoff) -> impl Iterator<Item = &T> {
        let facts = self.0.get(&subject).map_or(&[][..], Vec::as_slice);
        // What happens after the cutoff's day cannot be known at it; this skips it without opening.
        let last_day = GameDate::of(cutoff.instant());
        let first_day = last_day.plus_days(-HISTORY_DAYS);
        let start = facts.partition_point(|fact| fact.slate() < first_day);
        let end = facts.partition_point(|fact| fact.slate() <= last_day);
        facts[start..end].iter().rev().filter_map(move |fact| fact.open(cutoff))
    }
}

/// A history opened at one cutoff. Built by [`History::as_of`] only. There is no way back from it to the history:
///
/// ```compile_fail,E0616
/// # fn peek(snapshot: &predict::Snapshot<'_>) {
/// let everything = snapshot.history;
/// # }
/// ```
#[derive(Debug)]
pub struct Snapshot<'a> {
    history: &'a History,
    cutoff: Cutoff,
    defenses: BTreeMap<Team, Vec<&'a TeamDefenseGameSummary>>,
    rosters: BTreeMap<Team, Vec<(PlayerId, GameDate)>>,
    league: LeagueBaseline,
}

/// A game a player played, with his statistics at hand.
#[derive(Debug, Clone, Copy)]
pub struct PlayedGame<'a> {
    /// The game.
    pub summary: &'a PlayerGameSummary,
    /// What he did.
    pub line: &'a StatLine,
}

impl PlayedGame<'_> {
    /// Whether he started.
    pub fn role(&self) -> Option<Role> {
        match self.summary.appearance {
            Appearance::Played(role, _) => Some(role),
            Appearance::Absent(_) => None,
        }
    }
}

/// Of games played, newest first, those that count in a season's averages: the cup final does not.
pub(crate) fn season_games<'s, 'a>(
    games: &'s [PlayedGame<'a>],
    season: Season,
) -> impl Iterator<Item = &'s PlayedGame<'a>> {
    let counts = |game: &&PlayedGame<'_>| game.summary.game.season_type() != SeasonType::CupFinal;
    games.iter().take_while(move |game| game.summary.game.season() == season).filter(counts)
}

impl<'a> Snapshot<'a> {
    /// The last instant this snapshot knows about.
    pub fn cutoff(&self) -> Cutoff {
        self.cutoff
    }

    /// League averages.
    pub fn league(&self) -> &LeagueBaseline {
        &self.league
    }

    /// Everybody who was ever listed, known at the cutoff or not.
    pub(crate) fn players(&self) -> impl Iterator<Item = PlayerId> + use<'a> {
        self.history.players.0.keys().copied()
    }

    /// The games a player was listed for, played or not, newest first.
    pub fn listed_games(&self, player: PlayerId) -> impl Iterator<Item = &'a PlayerGameSummary> + use<'a> {
        self.history.players.known(player, self.cutoff)
    }

    /// The games a player played, newest first.
    pub fn played_games(&self, player: PlayerId) -> impl Iterator<Item = PlayedGame<'a>> + use<'a> {
        self.listed_games(player).filter_map(|summary| Some(PlayedGame { summary, line: summary.played()? }))
    }

    /// A team's games with the ball, newest first.
    pub fn offense_games(&self, team: Team) -> impl Iterator<Item = &'a TeamOffenseGameSummary> + use<'a> {
        self.history.offense.known(team, self.cutoff)
    }

    /// A team's games without the ball, newest first.
    pub fn defense_games(&self, team: Team) -> impl Iterator<Item = &'a TeamDefenseGameSummary> + use<'a> {
        self.history.defense.known(team, self.cutoff)
    }

    /// A team's defensive games before a slate, newest first.
    pub fn defense_before(&self, team: Team, slate: GameDate) -> &[&'a TeamDefenseGameSummary] {
        let games = self.defenses.get(&team).map_or(&[][..], Vec::as_slice);
        &games[games.partition_point(|game| game.slate >= slate)..]
    }

    /// Every team's defensive games, newest first.
    pub fn all_defenses(&self) -> impl Iterator<Item = &[&'a TeamDefenseGameSummary]> {
        self.defenses.values().map(Vec::as_slice)
    }

    /// The players whose newest listing is with this team, with its date. There is no roster feed in the
    /// archive: the box scores known at the cutoff are the roster.
    pub fn roster(&self, team: Team) -> &[(PlayerId, GameDate)] {
        self.rosters.get(&team).map_or(&[][..], Vec::as_slice)
    }

    /// What the injury log says about a player.
    pub fn availability(&self, player: PlayerId) -> Availability {
        match self.injury(player).map(|entry| entry.kind) {
            None | Some(InjuryEventKind::Return) => Availability::Available,
            Some(InjuryEventKind::Questionable) => Availability::Questionable,
            Some(InjuryEventKind::Out) => Availability::Out,
        }
    }

    /// The newest entry of the injury log about a player. Having played after it counts as a return.
    pub fn injury(&self, player: PlayerId) -> Option<&'a InjuryEvent> {
        let newest = self.history.injuries.known(player, self.cutoff).next()?;
        let played_since = self.played_games(player).next().is_some_and(|game| game.summary.slate > newest.date);
        (newest.kind != InjuryEventKind::Return && !played_since).then_some(newest)
    }
}
