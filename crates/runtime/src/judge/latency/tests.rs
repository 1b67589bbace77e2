//! Latencies of items, with figures computed by hand.

use super::*;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// `minutes` after the end of every item here.
fn after(minutes: i64) -> Timestamp {
    "2026-03-10T02:00Z".parse::<Timestamp>().unwrap() + mins(minutes)
}

fn mins(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// An item whose phases were completed so many minutes after its end.
fn item(name: &str, marks: &[(&str, i64)]) -> ItemLatency {
    let marks = marks.iter().map(|(phase, minutes)| Mark { phase: (*phase).to_owned(), at: after(*minutes) });
    ItemLatency { item: name.into(), ended_at: after(0), marks: marks.collect() }
}

fn phases() -> Vec<String> {
    ["land", "summarize", "grade"].map(str::to_owned).to_vec()
}

fn measured(items: &[ItemLatency], now: i64) -> LatencyReport {
    latency(items, &LatencySla::six_hours(phases()), after(now))
}

/// The minutes each phase took.
fn durations(marks: &[(&str, i64)]) -> Vec<(String, i64)> {
    let phases = phases();
    let durations = item("a", marks).durations(&phases).into_iter();
    durations.map(|(phase, took)| (phase.to_owned(), took.as_mins())).collect()
}

fn took(phases: &[(&str, i64)]) -> Vec<(String, i64)> {
    phases.iter().map(|(phase, minutes)| ((*phase).to_owned(), *minutes)).collect()
}

#[test]
fn a_phase_takes_from_the_end_of_those_before_it() {
    let found = durations(&[("grade", 300), ("land", 60), ("summarize", 90)]);
    assert_eq!(found, took(&[("land", 60), ("summarize", 30), ("grade", 210)]));
}

#[test]
fn a_phase_done_before_its_turn_took_no_time() {
    let early = durations(&[("land", -5), ("summarize", 90), ("grade", 40)]);
    assert_eq!(early, took(&[("land", 0), ("summarize", 90), ("grade", 0)]));
    let skipped = durations(&[("land", 10), ("grade", 40)]);
    assert_eq!(skipped, took(&[("land", 10), ("grade", 30)]));
    let before_the_end = measured(&[item("a", &[("grade", -5)])], 0);
    assert_eq!(before_the_end.items[0].1, ItemVerdict::InTime { took: mins(0) });
}

#[test]
fn the_promise_is_kept_up_to_its_last_minute() {
    let items = [
        item("kept", &[("land", 5), ("grade", 360)]),
        item("late", &[("grade", 361)]),
        item("waiting", &[("land", 5)]),
    ];
    let report = measured(&items, 360);
    let verdicts = [
        ("kept".to_owned(), ItemVerdict::InTime { took: HOUR * 6 }),
        ("late".to_owned(), ItemVerdict::Late { took: mins(361) }),
        ("waiting".to_owned(), ItemVerdict::Waiting { left: mins(0) }),
    ];
    assert_eq!(report.items, verdicts);
    assert_eq!((report.in_time(), report.broken().collect::<Vec<_>>()), (1, vec!["late"]));
    let later = measured(&items, 365);
    assert_eq!(later.items[2].1, ItemVerdict::Overdue { by: mins(5) });
    assert_eq!(later.broken().collect::<Vec<_>>(), ["late", "waiting"]);
}

#[test]
fn items_are_distributed_phase_by_phase_and_in_total() {
    let items = [
        item("a", &[("land", 10), ("grade", 100)]),
        item("b", &[("land", 30), ("grade", 50)]),
        item("c", &[("land", 20)]),
    ];
    let report = measured(&items, 120);
    let of = |n, median, longest| {
        let [median, longest] = [median, longest].map(mins);
        Distribution { n, median, p90: longest, p95: longest, max: longest }
    };
    let phases = [("land", of(3, 20, 30)), ("grade", of(2, 20, 90))];
    assert_eq!(report.phases, phases.map(|(phase, took)| PhaseLatency { phase: phase.into(), took }));
    assert_eq!(report.total, Some(of(2, 50, 100)));
}

#[test]
fn ranks_are_those_of_measured_durations() {
    let hundred = Distribution::of((1..=100).rev().map(mins).collect()).unwrap();
    let [median, p90, p95, max] = [50, 90, 95, 100].map(mins);
    assert_eq!(hundred, Distribution { n: 100, median, p90, p95, max });
    let eleven = Distribution::of((1..=11).map(mins).collect()).unwrap();
    let [median, p90, p95, max] = [6, 10, 11, 11].map(mins);
    assert_eq!(eleven, Distribution { n: 11, median, p90, p95, max }, "ranks 5.5, 9.9 and 10.45, rounded up");
    let one = Distribution::of(vec![mins(0)]).unwrap();
    assert_eq!((one.n, one.median, one.max), (1, mins(0), mins(0)));
    assert_eq!(Distribution::of(Vec::new()), None);
}

#[test]
fn of_no_items_nothing_is_said() {
    let nothing = LatencyReport { phases: Vec::new(), total: None, items: Vec::new() };
    assert_eq!(measured(&[], 0), nothing);
}
