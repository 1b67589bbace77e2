//! Several providers tell the same: a backup fills the gaps that those of the first rank leave, and overrules nobody.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Appearance, BoxScore, Cutoff, FinalScore, GameDate, GameId, Known, PlayerId, PlayerShots};
use jiff::Timestamp;

use crate::ports::{FactStore, SlateFacts, StoreError};
use crate::source::{Facts, Parsed, Reject, RejectReason};

/// What is known of results already, of the games that a payload is about.
#[derive(Default)]
pub(crate) struct Told {
    scores: BTreeMap<GameId, (u16, u16)>,
    points: BTreeMap<(GameId, PlayerId), Option<u16>>,
    boxes: BTreeSet<GameId>,
    shots: BTreeSet<GameId>,
}

impl Told {
    /// What is known of the slates that these facts are about.
    pub(crate) async fn about(facts: &Facts, store: &dyn FactStore) -> Result<Self, StoreError> {
        let boxes = opened(&facts.box_scores).map(|row: &BoxScore| row.slate);
        let scores = opened(&facts.scores).map(|score: &FinalScore| score.slate);
        let shots = opened(&facts.shots).map(|shots: &PlayerShots| shots.slate);
        let slates: BTreeSet<GameDate> = boxes.chain(scores).chain(shots).collect();
        let mut told = Self::default();
        for slate in slates {
            told.hear(&store.slate_facts(slate).await?);
        }
        Ok(told)
    }

    fn hear(&mut self, facts: &SlateFacts) {
        for score in opened(&facts.scores) {
            self.scores.insert(score.game, (score.home_points, score.away_points));
        }
        for row in opened(&facts.box_scores) {
            self.boxes.insert(row.game);
            self.points.insert((row.game, row.player), points(row));
        }
        self.shots.extend(opened(&facts.shots).map(|shots| shots.game));
    }

    /// A backup's results without what is known: what it says otherwise is a reject, what it says again is nothing.
    pub(crate) fn gaps(&self, parsed: Parsed) -> Parsed {
        let Parsed { mut facts, rows_read, mut rejects } = parsed;
        let mut contradicts = |row: usize, detail: String| {
            rejects.push(Reject { reason: RejectReason::Contradicted, row: row as u64, detail });
        };
        for (row, score) in opened(&facts.scores).enumerate() {
            let says = (score.home_points, score.away_points);
            if let Some(known) = self.scores.get(&score.game).filter(|known| **known != says) {
                contradicts(row, format!("{} ended {}-{}, not {}-{}", score.game, known.0, known.1, says.0, says.1));
            }
        }
        for (row, says) in opened(&facts.box_scores).enumerate() {
            let known = self.points.get(&(says.game, says.player));
            if known.is_some_and(|known| *known != points(says)) {
                contradicts(row, format!("other points of player {} in {}", says.player, says.game));
            }
        }
        keep(&mut facts.scores, |score| !self.scores.contains_key(&score.game));
        keep(&mut facts.box_scores, |row| !self.boxes.contains(&row.game));
        keep(&mut facts.shots, |shots| !self.shots.contains(&shots.game));
        Parsed { facts, rows_read, rejects }
    }
}

/// What a player scored, if he played.
fn points(row: &BoxScore) -> Option<u16> {
    match row.appearance {
        Appearance::Played(_, line) => Some(line.points),
        Appearance::Absent(_) => None,
    }
}

/// Nothing is asked about here: whatever is known counts.
fn opened<T>(facts: &[Known<T>]) -> impl Iterator<Item = &T> {
    facts.iter().filter_map(|fact| fact.open(Cutoff::at(Timestamp::MAX)))
}

fn keep<T>(facts: &mut Vec<Known<T>>, wanted: impl Fn(&T) -> bool) {
    facts.retain(|fact| fact.open(Cutoff::at(Timestamp::MAX)).is_none_or(&wanted));
}

#[cfg(test)]
mod tests {
    use domain::{DidNotPlay, Playtime, Provenance, Role, StatLine, Team, Venue};

    use super::*;

    const GAME: &str = "0022400561";

    fn seen<T>(fact: T) -> Known<T> {
        Known::new(fact, "2025-01-16T06:00:00Z".parse().unwrap(), Provenance::Observed)
    }

    fn row(game: &str, player: u32, points: Option<u16>) -> Known<BoxScore> {
        let [team, opponent]: [Team; 2] = ["SAS", "MEM"].map(|code| code.parse().unwrap());
        let line = |points| StatLine { points, playtime: Playtime::from_seconds(1800), ..StatLine::default() };
        seen(BoxScore {
            game: game.parse().unwrap(),
            slate: "2025-01-15".parse().unwrap(),
            player: PlayerId::new(player),
            team,
            opponent,
            venue: Venue::Home,
            appearance: points.map_or(Appearance::Absent(DidNotPlay::Coach), |points| {
                Appearance::Played(Role::Starter, line(points))
            }),
        })
    }

    fn score(game: &str, home_points: u16) -> Known<FinalScore> {
        let slate = "2025-01-15".parse().unwrap();
        seen(FinalScore { game: game.parse().unwrap(), slate, home_points, away_points: 110 })
    }

    /// What is left of a backup's facts, as games, and how many of them contradict what is known.
    fn left(scores: Vec<Known<FinalScore>>, rows: Vec<Known<BoxScore>>) -> (Vec<String>, Vec<String>, u64) {
        let mut told = Told::default();
        told.hear(&SlateFacts {
            scores: vec![score(GAME, 120)],
            box_scores: vec![row(GAME, 1, Some(20)), row(GAME, 2, None)],
            ..SlateFacts::default()
        });
        let facts = Facts { scores, box_scores: rows, ..Facts::default() };
        let parsed = told.gaps(Parsed { facts, ..Parsed::default() });
        let contradicted = parsed.rejects.counts().get(&RejectReason::Contradicted).copied().unwrap_or(0);
        let scores = opened(&parsed.facts.scores).map(|score| score.game.to_string()).collect();
        let rows = opened(&parsed.facts.box_scores).map(|row| format!("{} {}", row.game, row.player)).collect();
        (scores, rows, contradicted)
    }

    #[test]
    fn what_is_known_is_not_said_again_in_other_words() {
        let again = left(vec![score(GAME, 120)], vec![row(GAME, 1, Some(20)), row(GAME, 2, None)]);
        assert_eq!(again, (vec![], vec![], 0));
        // Nor is anybody added to a game that was told.
        assert_eq!(left(vec![], vec![row(GAME, 3, Some(4))]), (vec![], vec![], 0));
    }

    #[test]
    fn what_nobody_has_told_is_taken() {
        let other = "0022400562";
        let expected = (vec![other.to_owned()], vec![format!("{other} 1")], 0);
        assert_eq!(left(vec![score(other, 99)], vec![row(other, 1, Some(7))]), expected);
    }

    #[test]
    fn what_is_said_otherwise_is_a_reject() {
        let (scores, rows, contradicted) =
            left(vec![score(GAME, 121)], vec![row(GAME, 1, Some(21)), row(GAME, 2, Some(3))]);
        assert_eq!((scores, rows, contradicted), (vec![], vec![], 3));
    }
}
