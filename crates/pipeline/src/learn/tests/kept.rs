//! Trees that are kept: taught once by the same rows, and never found for others.

use std::collections::BTreeMap;
use std::sync::Mutex;

use domain::Appearance;

use super::*;
use crate::learn::Learner;
use crate::ports::TrainedTrees;

/// Trees in memory, and the names under which some were kept, in order.
#[derive(Default)]
struct Kept(Mutex<(BTreeMap<String, Vec<u8>>, Vec<String>)>);

impl TrainedTrees for Kept {
    fn find(&self, name: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap().0.get(name).cloned()
    }

    fn keep(&self, name: &str, trees: &[u8]) {
        let mut kept = self.0.lock().unwrap();
        kept.0.insert(name.to_owned(), trees.to_vec());
        kept.1.push(name.to_owned());
    }
}

#[test]
fn the_same_rows_teach_once_and_a_result_that_is_corrected_teaches_anew() {
    let kept = Kept::default();
    let models_of = |world: &World, sight: Sight| {
        let past = world.past(&train::training_slates(january()));
        let rows = past.rows((Market::Points, sight), |_| Depth::Formulas, &Quiet);
        let results = past.results(Market::Points, Cutoff::at(january().at(0, 0)));
        let learner = Learner { market: Market::Points, sight, trained: &kept };
        let checkpoints = learner.checkpoints(&rows, &results, january(), Vec::new()).unwrap();
        let learned = learner.learn(&rows, &results, &checkpoints).unwrap().expect("there is enough");
        (artifacts(Market::Points, &learned).unwrap(), kept.0.lock().unwrap().1.len())
    };
    let (first, trained) = models_of(&world(), Sight::Morning);
    assert!(trained > 0);
    assert!(models_of(&world(), Sight::Morning) == (first.clone(), trained), "not a tree is trained twice");
    assert!(first == models(&world(), january()), "and they are those that are trained without");
    assert!(models_of(&world(), Sight::Late).1 > trained, "who sees more learns for himself");

    let mut corrected = world();
    let of_november = corrected.players.iter_mut().filter(|fact| fact.value.slate < january().plus_days(-40));
    let played = of_november.filter_map(|fact| match &mut fact.value.appearance {
        Appearance::Played(_, line) => Some(line),
        Appearance::Absent(_) => None,
    });
    played.take(1).for_each(|line| line.points += 1);
    let trained = kept.0.lock().unwrap().1.len();
    let (anew, more) = models_of(&corrected, Sight::Morning);
    assert!(more > trained && anew != first);
}
