//! Grading: published predictions against what happened.
//!
//! A bet is judged at the line and price that were known at the cutoff and stand in the prediction. A player who did
//! not play voids it, and so does a game that was not played that day or of which there is no box score. A stat correction makes a new set of grades; the old one stays.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Appearance, BoxScore, Cutoff, Edition, GameId, Market, PlayerId};
use jiff::Timestamp;
use predict::{Recommendation, Side, SystemId};

use crate::pipeline::{Pipeline, StepError, Work, upstream_rows};
use crate::ports::{SlateFacts, Upstream};
use crate::rows::{Grade, Prediction, SystemPerformance, Verdict};
use crate::{Rows, Step};

pub(crate) async fn run(pipeline: &Pipeline, edition: Edition) -> Result<Work, StepError> {
    let page = pipeline.page(edition).await?;
    if page.editions().is_empty() {
        return Err(StepError::Upstream(format!("nothing is published for {edition}")));
    }
    let facts = pipeline.facts.slate_facts(edition.slate).await?;
    let outcomes = Outcomes::of(&facts);
    let grades: Vec<Grade> = page.predictions().into_iter().map(|p| outcomes.grade(p)).collect();
    Ok(Work::Rows(Rows::Grades(grades)))
}

/// What happened in a slate's games, newest versions. This type exists here only: nothing that predicts can name it.
struct Outcomes<'a> {
    /// Games that are over, with the instant at which what is known of them last changed.
    finished: BTreeMap<GameId, Timestamp>,
    boxed: BTreeSet<GameId>,
    rows: BTreeMap<(GameId, PlayerId), &'a BoxScore>,
}

impl<'a> Outcomes<'a> {
    fn of(facts: &'a SlateFacts) -> Self {
        let newest = Cutoff::at(Timestamp::MAX);
        let mut outcomes = Self { finished: BTreeMap::new(), boxed: BTreeSet::new(), rows: BTreeMap::new() };
        for fact in &facts.scores {
            if let Some(score) = fact.open(newest) {
                outcomes.learn(score.game, fact.known_at());
            }
        }
        for fact in &facts.box_scores {
            if let Some(row) = fact.open(newest) {
                outcomes.learn(row.game, fact.known_at());
                outcomes.boxed.insert(row.game);
                outcomes.rows.insert((row.game, row.player), row);
            }
        }
        outcomes
    }

    fn learn(&mut self, game: GameId, at: Timestamp) {
        let known_at = self.finished.entry(game).or_insert(at);
        *known_at = at.max(*known_at);
    }

    /// The grade. Grading waits for the last game of the slate, so a game that is not over then was moved or cancelled.
    fn grade(&self, prediction: &Prediction) -> Grade {
        let over = self.finished.get(&prediction.game).or(self.finished.values().max());
        let outcome_known_at = over.copied().unwrap_or_else(|| prediction.slate.plus_days(1).at(0, 0));
        let row = self.rows.get(&(prediction.game, prediction.player));
        let played = row.and_then(|row| row.appearance.played());
        let actual = played.map(|line| prediction.market.count(line));
        let verdict = verdict(prediction, actual);
        let error = |value: f64| actual.map(|count| value - f64::from(count));
        Grade {
            prediction: prediction.id.clone(),
            game: prediction.game,
            slate: prediction.slate,
            player: prediction.player,
            market: prediction.market,
            system: prediction.system,
            recommendation: prediction.recommendation,
            line: prediction.quote.map(|quote| quote.line),
            actual,
            verdict,
            void_reason: (verdict == Verdict::Void).then(|| self.void_reason(prediction.game, row.copied())),
            profit: profit(prediction, verdict),
            absolute_error: error(prediction.mean).map(f64::abs),
            signed_error: error(prediction.mean),
            outcome_known_at,
        }
    }

    fn void_reason(&self, game: GameId, row: Option<&BoxScore>) -> String {
        match row.map(|row| row.appearance) {
            Some(Appearance::Absent(reason)) => reason.code(),
            _ if !self.finished.contains_key(&game) => "not_played",
            _ if !self.boxed.contains(&game) => "no_box_score",
            _ => "not_in_box_score",
        }
        .to_owned()
    }
}

fn verdict(prediction: &Prediction, actual: Option<u16>) -> Verdict {
    let (Recommendation::Bet(side), Some(quote)) = (prediction.recommendation, prediction.quote) else {
        return if actual.is_some() { Verdict::NoBet } else { Verdict::Void };
    };
    let Some(count) = actual else { return Verdict::Void };
    match (i32::from(count) * 2).cmp(&quote.line.halves()) {
        std::cmp::Ordering::Equal => Verdict::Push,
        std::cmp::Ordering::Greater if side == Side::Over => Verdict::Win,
        std::cmp::Ordering::Less if side == Side::Under => Verdict::Win,
        _ => Verdict::Loss,
    }
}

/// Profit of one unit at the posted price of the recommended side.
fn profit(prediction: &Prediction, verdict: Verdict) -> Option<f64> {
    let odds = prediction.odds()?;
    Some(match verdict {
        Verdict::Win => odds.decimal() - 1.0,
        Verdict::Loss => -1.0,
        Verdict::Push | Verdict::Void | Verdict::NoBet => 0.0,
    })
}

/// Each system's record on the edition, by market.
pub(crate) async fn performance(edition: Edition, upstream: &dyn Upstream) -> Result<Work, StepError> {
    let grades = upstream_rows!(upstream, Step::Grade, Rows::Grades);
    Ok(Work::Rows(Rows::Performance(records(edition, &grades))))
}

fn records(edition: Edition, grades: &[Grade]) -> Vec<SystemPerformance> {
    let mut records = BTreeMap::new();
    for grade in grades {
        let record = records
            .entry((grade.market, grade.system))
            .or_insert_with(|| SystemPerformance::empty(edition, (grade.market, grade.system)));
        record.add(grade);
    }
    records.into_values().collect()
}

impl SystemPerformance {
    fn empty(edition: Edition, (market, system): (Market, SystemId)) -> Self {
        Self {
            edition,
            market,
            system,
            predictions: 0,
            voids: 0,
            wins: 0,
            losses: 0,
            pushes: 0,
            overs: 0,
            overs_won: 0,
            absolute_error_sum: 0.0,
            signed_error_sum: 0.0,
            within_3: 0,
            within_5: 0,
            profit: 0.0,
            line_error_sum: 0.0,
            lined_error_sum: 0.0,
            lined: 0,
        }
    }

    fn add(&mut self, grade: &Grade) {
        let (Some(actual), Some(absolute), Some(signed)) = (grade.actual, grade.absolute_error, grade.signed_error)
        else {
            self.voids += 1;
            return;
        };
        self.predictions += 1;
        self.absolute_error_sum += absolute;
        self.signed_error_sum += signed;
        self.within_3 += u32::from(absolute <= 3.0);
        self.within_5 += u32::from(absolute <= 5.0);
        if let Some(line) = grade.line {
            self.lined += 1;
            self.lined_error_sum += absolute;
            self.line_error_sum += (line.points() - f64::from(actual)).abs();
        }
        let over = grade.recommendation == Recommendation::Bet(Side::Over);
        match grade.verdict {
            Verdict::Win => {
                self.wins += 1;
                self.overs += u32::from(over);
                self.overs_won += u32::from(over);
            }
            Verdict::Loss => {
                self.losses += 1;
                self.overs += u32::from(over);
            }
            Verdict::Push => self.pushes += 1,
            Verdict::Void | Verdict::NoBet => {}
        }
        self.profit += grade.profit.unwrap_or(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{PredictionId, Quote};
    use domain::{
        Availability, DecimalOdds, DidNotPlay, FinalScore, HalfPoints, Known, Probability, Provenance, Role, StatLine,
        Venue,
    };

    fn prediction(recommendation: Recommendation, line: f64) -> Prediction {
        let edition = Edition::morning("2025-01-15".parse().unwrap(), None);
        Prediction {
            id: PredictionId("abc".to_owned()),
            game: "0022400561".parse().unwrap(),
            slate: edition.slate,
            player: PlayerId::new(1),
            team: "BOS".parse().unwrap(),
            opponent: "NYK".parse().unwrap(),
            venue: Venue::Home,
            market: Market::Points,
            system: SystemId::Ensemble,
            mean: 22.4,
            median: 22,
            deviation: 7.0,
            availability: Availability::Available,
            p_plays: None,
            quote: Some(Quote {
                book: "draftkings".parse().unwrap(),
                line: HalfPoints::from_points(line).unwrap(),
                over_odds: DecimalOdds::new(1.95),
                under_odds: DecimalOdds::new(1.87),
                observed_at: edition.cutoff.instant(),
                law_over: Probability::clamped(0.55),
                push: Probability::ZERO,
                over: Probability::new(0.52),
                expected_value: None,
            }),
            recommendation,
        }
    }

    fn box_score(appearance: Appearance) -> Known<BoxScore> {
        let slate: domain::GameDate = "2025-01-15".parse().unwrap();
        let row = BoxScore {
            game: "0022400561".parse().unwrap(),
            slate,
            player: PlayerId::new(1),
            team: "BOS".parse().unwrap(),
            opponent: "NYK".parse().unwrap(),
            venue: Venue::Home,
            appearance,
        };
        Known::new(row, slate.at(22, 30), Provenance::Reconstructed)
    }

    fn scored(points: u16) -> Appearance {
        Appearance::Played(Role::Starter, StatLine { points, ..StatLine::default() })
    }

    fn grade(recommendation: Recommendation, line: f64, appearance: Appearance) -> Grade {
        let facts = SlateFacts { box_scores: vec![box_score(appearance)], ..SlateFacts::default() };
        Outcomes::of(&facts).grade(&prediction(recommendation, line))
    }

    fn check(side: Side, line: f64, points: u16, verdict: Verdict, profit: f64) {
        let grade = grade(Recommendation::Bet(side), line, scored(points));
        assert_eq!(grade.verdict, verdict, "{side:?} {line}, {points} scored");
        assert!((grade.profit.unwrap() - profit).abs() < 1e-9, "{:?}", grade.profit);
    }

    #[test]
    fn bets_settle_at_the_line_and_the_posted_price() {
        check(Side::Over, 20.5, 21, Verdict::Win, 0.95);
        check(Side::Over, 20.5, 20, Verdict::Loss, -1.0);
        check(Side::Under, 20.5, 20, Verdict::Win, 0.87);
        check(Side::Under, 21.0, 21, Verdict::Push, 0.0);
        check(Side::Over, 21.0, 22, Verdict::Win, 0.95);
    }

    #[test]
    fn who_did_not_play_voids_the_bet_and_is_no_error() {
        let absent = grade(Recommendation::Bet(Side::Over), 20.5, Appearance::Absent(DidNotPlay::UndressedInjury));
        assert_eq!((absent.verdict, absent.profit, absent.absolute_error), (Verdict::Void, Some(0.0), None));
        assert_eq!(absent.void_reason.as_deref(), Some("dnd_injury"));
    }

    #[test]
    fn a_game_that_was_moved_or_has_no_box_score_voids_its_bets_and_says_which() {
        let over = prediction(Recommendation::Bet(Side::Over), 20.5);
        let moved = Outcomes::of(&SlateFacts::default()).grade(&over);
        assert_eq!((moved.verdict, moved.void_reason.as_deref()), (Verdict::Void, Some("not_played")));
        let score = FinalScore { game: over.game, slate: over.slate, home_points: 101, away_points: 99 };
        let scores = vec![Known::new(score, over.slate.at(22, 30), Provenance::Reconstructed)];
        let unseen = Outcomes::of(&SlateFacts { scores, ..SlateFacts::default() }).grade(&over);
        assert_eq!((unseen.verdict, unseen.void_reason.as_deref()), (Verdict::Void, Some("no_box_score")));
        assert_eq!(unseen.outcome_known_at, over.slate.at(22, 30));
    }

    #[test]
    fn errors_are_those_of_what_was_predicted() {
        let grade = grade(Recommendation::Pass(predict::PassReason::NoEdge), 20.5, scored(30));
        assert_eq!((grade.verdict, grade.profit), (Verdict::NoBet, None));
        assert!((grade.absolute_error.unwrap() - 7.6).abs() < 1e-9, "of the 22.4 that stand in the document");
        assert!((grade.signed_error.unwrap() + 7.6).abs() < 1e-9);
    }

    #[test]
    fn records_add_up() {
        let edition = Edition::morning("2025-01-15".parse().unwrap(), None);
        let grades = [
            grade(Recommendation::Bet(Side::Over), 20.5, scored(21)),
            grade(Recommendation::Bet(Side::Under), 20.5, scored(30)),
            grade(Recommendation::Bet(Side::Over), 20.5, Appearance::Absent(DidNotPlay::Coach)),
        ];
        let [record] = records(edition, &grades).try_into().unwrap();
        assert_eq!((record.predictions, record.voids, record.wins, record.losses), (2, 1, 1, 1));
        assert_eq!((record.overs, record.overs_won, record.lined), (1, 1, 2));
        assert!((record.profit - (0.95 - 1.0)).abs() < 1e-9);
        assert!((record.line_error_sum - (0.5 + 9.5)).abs() < 1e-9);
    }
}
