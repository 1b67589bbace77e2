//! When an edition can be graded, and what that consists of.

use domain::{Edition, Game};

use super::{Planned, Readiness, Standing, World};
use crate::{Partition, Step};

impl World {
    /// Everything that grades the edition.
    pub fn grading(&self) -> Vec<Planned> {
        let edition = self.edition;
        let readiness = self.grade_readiness(edition);
        Step::GRADING
            .into_iter()
            .map(|step| {
                let readiness = match (&readiness, step) {
                    (Readiness::Ready { .. }, Step::PublishResults) => {
                        Readiness::Ready { inputs: vec![self.earlier_records.clone()] }
                    }
                    (Readiness::Ready { .. }, Step::SystemDailyPerformance) => Readiness::Ready { inputs: Vec::new() },
                    (readiness, _) => readiness.clone(),
                };
                Planned { step, partition: Partition::Edition(edition), readiness }
            })
            .collect()
    }

    fn grade_readiness(&self, edition: Edition) -> Readiness {
        let slate = edition.slate;
        let games = self.games.get(&slate).map_or(&[][..], Vec::as_slice);
        let standing = |step| self.tasks.get(&(step, Partition::Edition(edition)));
        // What is published stays published when a later attempt is refused. A day off is published without predictions.
        let published = match (standing(Step::Publish), standing(Step::Consolidate)) {
            (
                Some(Standing::Done(published) | Standing::Failed { output: Some(published), .. }),
                Some(Standing::Done(_) | Standing::Failed { output: Some(_), .. }),
            ) => *published,
            _ if games.is_empty() => return self.without_games(slate),
            _ => {
                let why = "nothing is published for this edition; run it first".to_owned();
                return Readiness::NotYet { until: None, why };
            }
        };
        let open = games.iter().filter(|game| !self.finished.contains(&game.id)).count();
        let until = games.iter().map(Game::box_known_at).max();
        if open > 0 {
            return Readiness::NotYet { until, why: format!("{open} of {} games have no final score", games.len()) };
        }
        // Where every game was moved to another date, there is none to wait for: all bets are void.
        if !games.is_empty() && self.revision("box_score", slate) == 0 {
            return Readiness::NotYet { until, why: "no box score is known".to_owned() };
        }
        let mut inputs = self.of_slate(&["box_score", "final_score"], slate);
        inputs.push(format!("published {published}"));
        Readiness::Ready { inputs }
    }
}
