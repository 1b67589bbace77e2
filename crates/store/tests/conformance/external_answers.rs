//! What systems outside this program answer is kept for ever; of several answers about one key the last in time counts.

use domain::{Edition, Market, PlayerId};
use jiff::SignedDuration;
use pipeline::ports::Heard;
use pipeline::rows::ExternalAnswer;
use predict::CountLaw;

use crate::attempts::now;
use crate::place::Place;

fn edition() -> Edition {
    Edition::morning("2025-01-15".parse().unwrap(), None)
}

fn answer(system: &str, player: u32, mass: &[f64]) -> ExternalAnswer {
    ExternalAnswer {
        game: "0022400561".parse().unwrap(),
        player: PlayerId::new(player),
        market: Market::Points,
        system: system.parse().unwrap(),
        law: CountLaw::from_mass(mass.to_vec()).unwrap(),
    }
}

pub(crate) async fn the_last_answer_counts_and_the_same_again_is_not_written(place: Place) {
    let store = place.open().await.answers;
    let (even, low) = ([0.5, 0.5], [1.0 / 3.0, 2.0 / 3.0]);
    let first = [answer("theirs", 2, &even), answer("theirs", 1, &even), answer("others", 1, &even)];
    assert_eq!(store.hear(edition(), &first, now()).await.unwrap(), [Heard::New; 3]);
    assert_eq!(store.hear(edition(), &first, now()).await.unwrap(), [Heard::Same; 3]);
    let later = now() + SignedDuration::from_mins(1);
    let changed = [answer("theirs", 1, &low), answer("theirs", 2, &even)];
    assert_eq!(store.hear(edition(), &changed, later).await.unwrap(), [Heard::New, Heard::Same]);
    // What is taken back is news again.
    let [_, back, _] = first.clone();
    assert_eq!(store.hear(edition(), std::slice::from_ref(&back), later).await.unwrap(), [Heard::New]);
    assert_eq!(store.hear(edition(), &changed[..1], later).await.unwrap(), [Heard::New]);
    let looked = place.look().await.answers;
    assert_eq!(looked.answers_heard(edition()).await.unwrap(), 6);
    let after = later + SignedDuration::from_mins(1);
    let [said_of_2, _, others] = first.clone();
    let last = [others.clone(), changed[0].clone(), said_of_2.clone()];
    assert_eq!(looked.answers(edition(), after).await.unwrap(), last);
    assert_eq!(looked.answers(edition(), later).await.unwrap(), [others, back, said_of_2], "as it was before");
    assert_eq!(looked.answers(edition(), now()).await.unwrap(), []);
}

pub(crate) async fn each_edition_has_answers_of_its_own(place: Place) {
    let store = place.open().await.answers;
    let (slate, evening) = (edition().slate, domain::Cutoff::at(edition().slate.at(18, 0)));
    store.hear(edition(), &[answer("theirs", 1, &[1.0])], now()).await.unwrap();
    for other in [Edition { slate, cutoff: evening }, Edition::morning(slate.plus_days(1), None)] {
        assert_eq!(store.answers_heard(other).await.unwrap(), 0);
        assert_eq!(store.hear(other, &[answer("theirs", 1, &[1.0])], now()).await.unwrap(), [Heard::New]);
    }
}

pub(crate) async fn of_many_who_say_the_same_at_once_one_brings_news(place: Place) {
    let (one, two) = (place.open().await.answers, place.open().await.answers);
    let said: Vec<_> = (1..40).map(|player| answer("theirs", player, &[0.25, 0.75])).collect();
    let hear = |store: std::sync::Arc<dyn pipeline::ports::AnswerStore>| {
        let said = said.clone();
        tokio::spawn(async move { store.hear(edition(), &said, now()).await.unwrap() })
    };
    let (first, second) = tokio::join!(hear(one.clone()), hear(two));
    let (first, second) = (first.unwrap(), second.unwrap());
    let news = first.iter().chain(&second).filter(|heard| **heard == Heard::New).count();
    assert_eq!((news, one.answers_heard(edition()).await.unwrap()), (39, 39));
}
