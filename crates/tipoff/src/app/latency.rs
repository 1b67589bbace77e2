//! How long after each game its results were there: landed, processed, analysed, graded, published.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use domain::{Cutoff, Game, GameDate, GameId, Provenance};
use jiff::{SignedDuration, Timestamp};
use pipeline::{Partition, Step};
use runtime::judge::{ItemLatency, LatencyReport, LatencySla, Mark, latency};
use store::{Arrival, Completion};

use super::App;

/// Latencies of the games of some slates.
#[derive(Debug, Clone)]
pub struct Latencies {
    /// The games measured, with what was completed of each and when.
    pub games: Vec<(Game, ItemLatency)>,
    /// What they come to, in the same order.
    pub report: LatencyReport,
    /// How long after the game the last phase is promised to be complete.
    pub within: SignedDuration,
    /// Games whose results came in long after, by way of an archive or a replay: how long that took says nothing.
    pub imported_later: usize,
    /// Games that have ended by now and whose results have not come in.
    pub without_result: usize,
}

/// The phases of a game's results, in order. The promise is kept by the last.
const PHASES: [&str; 5] = ["landed", "processed", "analysed", "graded", "published"];

/// What lands longer after its game than this was not waited for, where it did not come from a provider as it landed.
const IMPORTED_AFTER: SignedDuration = SignedDuration::from_hours(48);

/// A payload that was fetched longer before it landed than an attempt takes comes from elsewhere.
const FETCHED_WITHIN: SignedDuration = SignedDuration::from_hours(1);

impl App {
    /// How long the results of some slates' games took to come in and to be graded.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn latencies(&self, slates: RangeInclusive<GameDate>) -> anyhow::Result<Latencies> {
        let now = self.now();
        let views = &self.store.views;
        let arrivals = views.arrivals(slates.clone()).await?;
        let steps: Vec<Step> = Step::SUMMARIES.into_iter().chain([Step::Grade, Step::PublishResults]).collect();
        let completions = views.completions(&steps, slates.clone()).await?;
        let cutoff = Cutoff::at(now);
        let games = self.store.facts.games(slates.clone(), cutoff).await?;
        let scheduled = games.iter().filter_map(|game| game.open(cutoff)).filter(|game| slates.contains(&game.slate));
        Ok(measure(arrivals, &completions, scheduled, now))
    }
}

/// Measures the games whose results were waited for.
fn measure<'a>(
    arrivals: Vec<Arrival>,
    completions: &[Completion],
    scheduled: impl Iterator<Item = &'a Game>,
    now: Timestamp,
) -> Latencies {
    let mut by_game = BTreeMap::<(GameDate, GameId), Vec<Arrival>>::new();
    for arrival in arrivals {
        by_game.entry((arrival.game.slate, arrival.game.id)).or_default().push(arrival);
    }
    let is_missing = |game: &&Game| game.box_known_at() <= now && !by_game.contains_key(&(game.slate, game.id));
    let without_result = scheduled.filter(is_missing).count();
    let (late, measured): (Vec<_>, Vec<_>) = by_game.into_values().partition(|arrivals| is_imported_later(arrivals));
    let items: Vec<ItemLatency> = measured.iter().map(|arrivals| item(arrivals, completions)).collect();
    let sla = LatencySla::six_hours(PHASES.map(str::to_owned).into());
    let report = latency(&items, &sla, now);
    let games = measured.into_iter().filter_map(|mut arrivals| Some(arrivals.pop()?.game)).zip(items).collect();
    Latencies { games, report, within: sla.within, imported_later: late.len(), without_result }
}

/// When the game was over: when its result was known, and by three hours after tip-off at the latest.
fn ended_at(arrivals: &[Arrival]) -> Option<Timestamp> {
    arrivals.iter().map(|arrival| arrival.known_at.min(arrival.game.box_known_at())).min()
}

fn is_imported_later(arrivals: &[Arrival]) -> bool {
    let Some(ended_at) = ended_at(arrivals) else { return false };
    arrivals.iter().any(|arrival| {
        let from_elsewhere = arrival.provenance == Provenance::Reconstructed
            || arrival.landed_at.duration_since(arrival.fetched_at).abs() > FETCHED_WITHIN;
        from_elsewhere && arrival.landed_at.duration_since(ended_at) > IMPORTED_AFTER
    })
}

/// A game with what was completed of it. A step that ran before the result was parsed, for the games of the same slate that
/// were over earlier, did not complete it.
fn item(arrivals: &[Arrival], completions: &[Completion]) -> ItemLatency {
    let game = &arrivals[0].game;
    let landed = arrivals.iter().map(|arrival| arrival.landed_at).max();
    let processed = arrivals.iter().map(|arrival| arrival.processed_at).collect::<Option<Vec<_>>>();
    let processed = processed.and_then(|instants| instants.into_iter().max());
    let done_after = |step: Step, since: Option<Timestamp>| {
        let since = since?;
        let of_game = |completion: &&Completion| completion.step == step && slate_of(completion) == Some(game.slate);
        completions.iter().filter(of_game).filter(|done| done.started_at >= since).map(|done| done.ended_at).min()
    };
    let analysed = Step::SUMMARIES.map(|step| done_after(step, processed)).into_iter().collect::<Option<Vec<_>>>();
    let analysed = analysed.and_then(|instants| instants.into_iter().max());
    let graded = done_after(Step::Grade, processed);
    let published = done_after(Step::PublishResults, graded);
    let marks = PHASES.into_iter().zip([landed, processed, analysed, graded, published]);
    ItemLatency {
        item: game.id.to_string(),
        ended_at: ended_at(arrivals).unwrap_or_else(|| game.box_known_at()),
        marks: marks.filter_map(|(phase, at)| Some(Mark { phase: phase.to_owned(), at: at? })).collect(),
    }
}

fn slate_of(completion: &Completion) -> Option<GameDate> {
    match &completion.partition {
        Partition::Slate(slate) => Some(*slate),
        Partition::Edition(edition) => Some(edition.slate),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::Edition;
    use runtime::judge::ItemVerdict;

    use super::*;

    /// Tip-off of the late game, three hours before it counts as over.
    const NIGHT: &str = "2026-01-21T00:00:00Z";

    fn minute(minutes: i64) -> Timestamp {
        NIGHT.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
    }

    fn game(number: u32) -> Game {
        let slate = GameDate::of(minute(0));
        let [home, away] = ["DEN", "BOS"].map(|team| team.parse().unwrap());
        Game { id: format!("00225{number:05}").parse().unwrap(), slate, tipoff: Some(minute(0)), home, away }
    }

    /// A result that was seen, landed and parsed two minutes later.
    fn arrival(number: u32, seen: i64) -> Arrival {
        Arrival {
            game: game(number),
            known_at: minute(seen),
            provenance: Provenance::Observed,
            fetched_at: minute(seen),
            landed_at: minute(seen + 1),
            processed_at: Some(minute(seen + 2)),
        }
    }

    fn done(step: Step, started: i64) -> Completion {
        let slate = game(1).slate;
        let partition = match step {
            Step::Grade | Step::PublishResults => Partition::Edition(Edition::morning(slate, None)),
            _ => Partition::Slate(slate),
        };
        Completion { step, partition, started_at: minute(started), ended_at: minute(started + 1) }
    }

    fn summarised(started: i64) -> impl Iterator<Item = Completion> {
        Step::SUMMARIES.into_iter().map(move |step| done(step, started))
    }

    fn marks(latencies: &Latencies, index: usize) -> Vec<(&str, i64)> {
        let item = &latencies.games[index].1;
        item.marks.iter().map(|mark| (mark.phase.as_str(), mark.at.duration_since(minute(0)).as_mins())).collect()
    }

    #[test]
    fn a_game_goes_through_the_phases_after_its_own_result_was_parsed() {
        // The early game's summaries do not count for the late one.
        let completions: Vec<Completion> = summarised(153)
            .chain(summarised(190))
            .chain([done(Step::Grade, 192), done(Step::PublishResults, 194)])
            .chain([done(Step::Grade, 400), done(Step::PublishResults, 402)])
            .collect();
        let both = vec![arrival(1, 150), arrival(2, 185)];
        let latencies = measure(both, &completions, std::iter::empty(), minute(600));
        let rest = [("graded", 193), ("published", 195)];
        let early = [("landed", 151), ("processed", 152), ("analysed", 154)];
        let late = [("landed", 186), ("processed", 187), ("analysed", 191)];
        assert_eq!(marks(&latencies, 0), [&early[..], &rest].concat());
        assert_eq!(marks(&latencies, 1), [&late[..], &rest].concat());
        assert_eq!(latencies.games[0].1.ended_at, minute(150), "its result was known before the rule's instant");
        assert_eq!(latencies.games[1].1.ended_at, minute(180), "and this one's after it");
        assert_eq!((latencies.report.in_time(), latencies.imported_later), (2, 0));
    }

    #[test]
    fn a_game_is_through_a_phase_when_all_that_tells_of_it_is() {
        let unparsed = Arrival { landed_at: minute(200), processed_at: None, ..arrival(1, 150) };
        let completions: Vec<Completion> = summarised(300).chain([done(Step::Grade, 301)]).collect();
        let latencies = measure(vec![arrival(1, 150), unparsed], &completions, std::iter::empty(), minute(400));
        assert_eq!(marks(&latencies, 0), [("landed", 200)]);
        assert!(matches!(latencies.report.items[..], [(_, ItemVerdict::Waiting { .. })]));
        let two_of_three: Vec<Completion> = summarised(160).take(2).collect();
        let latencies = measure(vec![arrival(1, 150)], &two_of_three, std::iter::empty(), minute(9 * 60));
        assert_eq!(marks(&latencies, 0), [("landed", 151), ("processed", 152)]);
        assert!(matches!(latencies.report.items[..], [(_, ItemVerdict::Overdue { .. })]));
    }

    #[test]
    fn what_was_imported_or_replayed_long_after_is_counted_and_left_out() {
        let days = 24 * 60;
        let landed = |number, minutes: i64| Arrival { landed_at: minute(minutes), ..arrival(number, 180) };
        let archive = Arrival { provenance: Provenance::Reconstructed, ..landed(1, 700 * days) };
        let replay = landed(2, 300 * days);
        let fresh_archive = Arrival { provenance: Provenance::Reconstructed, ..landed(3, 600) };
        // A provider that was down for three days is no import: the promise was broken.
        let outage = Arrival { known_at: minute(3 * days), fetched_at: minute(3 * days), ..landed(4, 3 * days + 1) };
        let all = vec![archive, replay, fresh_archive, outage];
        let latencies = measure(all, &[], std::iter::empty(), minute(800 * days));
        let measured: Vec<String> = latencies.games.iter().map(|(game, _)| game.id.to_string()).collect();
        assert_eq!((measured, latencies.imported_later), (vec![game(3).id.to_string(), game(4).id.to_string()], 2));
    }

    #[test]
    fn a_game_that_is_over_and_of_which_nothing_is_known_is_counted() {
        let games = [game(1), game(2)];
        let without = |now| measure(vec![arrival(1, 150)], &[], games.iter(), minute(now)).without_result;
        assert_eq!((without(179), without(180)), (0, 1));
    }
}
