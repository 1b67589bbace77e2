//! How players were predicted: the headline's grades of a season beside those of the bets that were shown, by player.

use std::collections::{BTreeMap, BTreeSet};

use domain::{GameDate, HalfPoints, PlayerId, PlayerName};
use schemars::JsonSchema;
use serde::Serialize;

use super::leaderboard::season_start;
use super::rounded;
use crate::page::{BETTING, HEADLINE};
use crate::pipeline::{Pipeline, StepError};
use crate::rows::{Grade, Verdict};
use crate::{MARKET, source::Directory};

/// A headline's grade, and that of the bet shown beside it.
#[derive(Clone, Copy)]
pub(super) struct Graded<'a> {
    pub(super) headline: &'a Grade,
    pub(super) bet: &'a Grade,
}

impl Graded<'_> {
    /// What was predicted.
    pub(super) fn predicted(&self) -> Option<f64> {
        Some(f64::from(self.headline.actual?) + self.headline.signed_error?)
    }

    /// What he did, and the line it was held against.
    pub(super) fn against_line(&self) -> Option<(u16, HalfPoints)> {
        self.bet.actual.zip(self.bet.line)
    }
}

/// Every player's games of the season, oldest first.
pub(super) type Track<'a> = BTreeMap<PlayerId, Vec<Graded<'a>>>;

/// The grades of points since the season began, those of `today` last.
pub(super) async fn grades(pipeline: &Pipeline, slate: GameDate, today: &[Grade]) -> Result<Vec<Grade>, StepError> {
    let systems = [HEADLINE, BETTING];
    let earlier = season_start(slate)..=slate.plus_days(-1);
    let mut grades = pipeline.outputs.grades(earlier, MARKET, systems).await?;
    let counts = |grade: &&Grade| grade.market == MARKET && systems.contains(&grade.system);
    grades.extend(today.iter().filter(counts).cloned());
    Ok(grades)
}

/// Pairs each headline with its bet. Where the betting system was silent the headline's own bet was shown.
pub(super) fn track(grades: &[Grade]) -> Track<'_> {
    let of = |system| grades.iter().filter(move |grade| grade.system == system);
    let bets: BTreeMap<_, &Grade> = of(BETTING).map(|grade| ((grade.game, grade.player), grade)).collect();
    let mut track = Track::new();
    for headline in of(HEADLINE) {
        let bet = bets.get(&(headline.game, headline.player)).copied().unwrap_or(headline);
        track.entry(headline.player).or_default().push(Graded { headline, bet });
    }
    track
}

/// A name of each player that is nobody else's among them: his lookup, with his number where two share one.
pub(super) fn lookups(players: impl Iterator<Item = (PlayerId, String)>) -> BTreeMap<PlayerId, String> {
    let lookups: BTreeMap<PlayerId, String> = players.map(|(id, name)| (id, PlayerName::lookup(&name))).collect();
    let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for lookup in lookups.values() {
        if !seen.insert(lookup) {
            shared.insert(lookup.clone());
        }
    }
    let unique = |(id, lookup): (PlayerId, String)| match shared.contains(&lookup) {
        true => (id, format!("{lookup}-{id}")),
        false => (id, lookup),
    };
    lookups.into_iter().map(unique).collect()
}

/// The lookups of everybody on a track.
pub(super) fn lookups_of(track: &Track<'_>, directory: &Directory) -> BTreeMap<PlayerId, String> {
    lookups(track.keys().map(|player| (*player, super::name(directory, *player))))
}

/// How predictions came out. Rates are nothing where they have no denominator.
#[derive(JsonSchema, Serialize)]
pub(super) struct Tally {
    /// Predictions of games he played.
    pub(super) games: usize,
    /// Predictions of games he did not.
    did_not_play: usize,
    pub(super) mae: Option<f64>,
    /// Mean of what was predicted less what he did.
    pub(super) bias: Option<f64>,
    within_3_pct: Option<f64>,
    within_5_pct: Option<f64>,
    /// Bets won and lost; a push or a void bet is neither.
    pub(super) wins: usize,
    pub(super) losses: usize,
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(super) win_rate: Option<f64>,
    /// Units won and lost, one staked a bet.
    profit: f64,
}

impl Tally {
    pub(super) fn of<'a>(graded: impl IntoIterator<Item = &'a Graded<'a>>) -> Self {
        let graded: Vec<&Graded<'_>> = graded.into_iter().collect();
        let errors: Vec<f64> = graded.iter().filter_map(|game| game.headline.signed_error).collect();
        let of_errors = |value: &dyn Fn(f64) -> f64| {
            (!errors.is_empty())
                .then(|| rounded(errors.iter().map(|error| value(*error)).sum::<f64>() / errors.len() as f64))
        };
        let within = |points: f64| of_errors(&|error: f64| if error.abs() <= points { 100.0 } else { 0.0 });
        let ended = |verdict| graded.iter().filter(|game| game.bet.verdict == verdict).count();
        let (wins, losses) = (ended(Verdict::Win), ended(Verdict::Loss));
        Self {
            games: errors.len(),
            did_not_play: graded.iter().filter(|game| game.headline.actual.is_none()).count(),
            mae: of_errors(&f64::abs),
            bias: of_errors(&|error| error),
            within_3_pct: within(3.0),
            within_5_pct: within(5.0),
            wins,
            losses,
            win_rate: (wins + losses > 0).then(|| rounded(wins as f64 / (wins + losses) as f64)),
            profit: rounded(graded.iter().filter_map(|game| game.bet.profit).sum()),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use domain::{GameId, Market};
    use predict::{PassReason, Recommendation};

    use super::*;
    use crate::rows::PredictionId;

    /// The headline's grades of one player's games, a day each from 2025-01-01 on: what he did against which line.
    pub(crate) fn graded(games: &[(Option<u16>, Option<f64>)], predicted: f64) -> Vec<Grade> {
        let first: GameDate = "2025-01-01".parse().unwrap();
        let grade = |(day, (actual, line)): (usize, &(Option<u16>, Option<f64>))| {
            let error = actual.map(|actual| predicted - f64::from(actual));
            Grade {
                prediction: PredictionId(format!("{day:016}")),
                game: format!("00224{day:05}").parse::<GameId>().unwrap(),
                slate: first.plus_days(day as i32),
                player: PlayerId::new(1),
                market: Market::Points,
                system: HEADLINE,
                recommendation: Recommendation::Pass(PassReason::NoEdge),
                line: line.map(|line| HalfPoints::from_halves((line * 2.0) as i32)),
                actual: *actual,
                verdict: if actual.is_some() { Verdict::NoBet } else { Verdict::Void },
                void_reason: None,
                profit: None,
                absolute_error: error.map(f64::abs),
                signed_error: error,
                outcome_known_at: "2025-02-01T00:00:00Z".parse().unwrap(),
            }
        };
        games.iter().enumerate().map(grade).collect()
    }

    #[test]
    fn a_tally_counts_only_games_that_were_played() {
        let grades = graded(&[(Some(18), None), (None, None), (Some(25), None)], 20.0);
        let track = track(&grades);
        let tally = Tally::of(track.values().flatten());
        assert_eq!((tally.games, tally.did_not_play), (2, 1));
        assert_eq!((tally.mae, tally.bias, tally.within_3_pct), (Some(3.5), Some(-1.5), Some(50.0)));
        assert_eq!((tally.wins, tally.win_rate), (0, None));
        assert_eq!(serde_json::to_string(&tally.profit).unwrap(), "0.0", "the sum of nothing has no sign");
    }

    #[test]
    fn two_who_share_a_lookup_are_told_apart() {
        let players = [(1, "Marcus Williams"), (2, "Marcus Williams Jr."), (3, "Nikola Jokić")];
        let lookups = lookups(players.into_iter().map(|(id, name)| (PlayerId::new(id), name.to_owned())));
        let lookups: Vec<&str> = lookups.values().map(String::as_str).collect();
        assert_eq!(lookups, ["marcuswilliams-1", "marcuswilliams-2", "nikolajokic"]);
    }
}
