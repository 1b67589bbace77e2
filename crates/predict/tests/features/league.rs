//! A small league, made by hand, and the features that follow from it for Boston against New York.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Cutoff, Game, GameId, InjuryEvent, InjuryEventKind, Known, Market, PlayerGameSummary, PlayerId, PropLine,
    Provenance, TeamDefenseGameSummary, TeamOffenseGameSummary,
};
use jiff::Timestamp;
use predict::History;
use predict::features::{
    Feature, FeatureRow, FeatureVector, UpcomingTeamGameContext, feature_tables, lines_known, team_contexts,
};
use predict::inputs::{Inputs, LeagueForm, Lineup, inputs};

use crate::evening::{Night, Quote, TeamNight, before, slate, team, team_night};

/// The player whose features are looked at.
pub(crate) const HIM: u32 = 1;

/// What is known, and the game that is predicted: Boston at home, unless said otherwise.
#[derive(Clone)]
pub(crate) struct League {
    tonight: Game,
    cutoff: Timestamp,
    players: Vec<Known<PlayerGameSummary>>,
    offense: Vec<Known<TeamOffenseGameSummary>>,
    defense: Vec<Known<TeamDefenseGameSummary>>,
    injuries: Vec<Known<InjuryEvent>>,
    lines: Vec<Known<PropLine>>,
    lineups: BTreeMap<GameId, Lineup>,
}

impl League {
    pub(crate) fn new() -> Self {
        let tonight = Game {
            id: "0022400561".parse().expect("a game id"),
            slate: slate(),
            tipoff: Some(slate().at(19, 30)),
            home: team("BOS"),
            away: team("NYK"),
        };
        Self {
            tonight,
            cutoff: slate().at(13, 0),
            players: Vec::new(),
            offense: Vec::new(),
            defense: Vec::new(),
            injuries: Vec::new(),
            lines: Vec::new(),
            lineups: BTreeMap::new(),
        }
    }

    /// A league in which only he has played.
    pub(crate) fn of(nights: impl IntoIterator<Item = Night>) -> Self {
        Self::new().nights(HIM, nights)
    }

    pub(crate) fn game(self, id: &str) -> Self {
        Self { tonight: Game { id: id.parse().expect("a game id"), ..self.tonight }, ..self }
    }

    pub(crate) fn in_new_york(self) -> Self {
        Self { tonight: Game { home: team("NYK"), away: team("BOS"), ..self.tonight }, ..self }
    }

    pub(crate) fn asked_at(self, cutoff: Timestamp) -> Self {
        Self { cutoff, ..self }
    }

    pub(crate) fn nights(mut self, player: u32, nights: impl IntoIterator<Item = Night>) -> Self {
        self.players.extend(nights.into_iter().map(|night| night.sealed(PlayerId::new(player))));
        self
    }

    pub(crate) fn team_nights(mut self, code: &str, nights: impl IntoIterator<Item = TeamNight>) -> Self {
        let (offense, defense): (Vec<_>, Vec<_>) = nights.into_iter().map(|night| night.sealed(team(code))).unzip();
        self.offense.extend(offense);
        self.defense.extend(defense);
        self
    }

    /// Five more teams with fifteen games each, all alike: enough for the league to have averages.
    pub(crate) fn five_teams_of(self, like: fn(TeamNight) -> TeamNight) -> Self {
        let season = || (1..=15).map(|game| like(team_night(4 * game)));
        ["ATL", "CHA", "DAL", "HOU", "MIA"].into_iter().fold(self, |league, code| league.team_nights(code, season()))
    }

    /// An entry of the injury log, known from the midnight after it.
    pub(crate) fn injury(mut self, player: u32, days_ago: i32, kind: InjuryEventKind) -> Self {
        let date = before(days_ago);
        let event = InjuryEvent { player: PlayerId::new(player), date, kind, detail: String::new() };
        self.injuries.push(Known::new(event, date.plus_days(1).at(0, 0), Provenance::Reconstructed));
        self
    }

    /// Lines on him.
    pub(crate) fn quotes(mut self, quotes: impl IntoIterator<Item = Quote>) -> Self {
        let game = self.tonight.id;
        self.lines.extend(quotes.into_iter().map(|quote| quote.sealed(game, PlayerId::new(HIM))));
        self
    }

    /// Both teams have told who starts and who is on the bench.
    pub(crate) fn told<const S: usize, const B: usize>(mut self, starters: [u32; S], bench: [u32; B]) -> Self {
        let starters: BTreeSet<PlayerId> = starters.into_iter().map(PlayerId::new).collect();
        let present = bench.into_iter().map(PlayerId::new).chain(starters.iter().copied()).collect();
        self.lineups.insert(self.tonight.id, Lineup { starters, present });
        self
    }

    pub(crate) fn history(&self) -> History {
        let Self { players, offense, defense, injuries, .. } = self.clone();
        History::assemble(players, offense, defense, injuries)
    }

    pub(crate) fn cutoff(&self) -> Cutoff {
        Cutoff::at(self.cutoff)
    }

    /// Everybody's features tonight.
    pub(crate) fn rows(&self) -> Vec<FeatureRow> {
        let history = self.history();
        let snapshot = history.as_of(self.cutoff());
        feature_tables(&snapshot, std::slice::from_ref(&self.tonight), &lines_known(snapshot.cutoff(), &self.lines))
            .rows
    }

    /// What trained models read about a player tonight.
    pub(crate) fn inputs_of(&self, player: u32) -> Inputs {
        let history = self.history();
        let snapshot = history.as_of(self.cutoff());
        let lines = lines_known(snapshot.cutoff(), &self.lines);
        let tables = feature_tables(&snapshot, std::slice::from_ref(&self.tonight), &lines);
        let form = LeagueForm::of(&snapshot, Market::Points);
        let rows = inputs(&snapshot, &form, &tables.teams, &tables.players, &self.lineups);
        let mut his = tables.players.iter().zip(rows).filter(|(context, _)| context.player == PlayerId::new(player));
        his.next().expect("he is with one of the two teams").1
    }

    /// Both teams' contexts tonight, the home team's first.
    pub(crate) fn team_contexts(&self) -> Vec<UpcomingTeamGameContext> {
        let history = self.history();
        team_contexts(&history.as_of(self.cutoff()), std::slice::from_ref(&self.tonight))
    }

    pub(crate) fn row_of(&self, player: u32) -> FeatureRow {
        let mut rows = self.rows().into_iter().filter(|row| row.player == PlayerId::new(player));
        rows.next().expect("he is with one of the two teams")
    }

    pub(crate) fn vector(&self) -> FeatureVector {
        self.row_of(HIM).vector
    }

    pub(crate) fn value(&self, feature: Feature) -> Option<f64> {
        self.vector().get(feature)
    }
}
