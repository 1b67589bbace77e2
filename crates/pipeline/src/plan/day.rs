//! A slate's day: on which occasions its sources are asked. Planned ahead, so that what was missed shows.

use std::collections::BTreeSet;

use domain::{Game, GameDate};
use jiff::{SignedDuration, Timestamp};

use super::payloads::landing;
use super::{Planned, Readiness};
use crate::Partition;
use crate::delivery::{CLOSING_LOOKS, Delivery, FINAL_LOOKS, Moment};
use crate::source::{Directory, Provider, Source};

/// An occasion, its moment, and how long after it the answers are still worth having.
struct Occasion {
    delivery: Delivery,
    moment: Timestamp,
    patience: SignedDuration,
}

/// Occasions show so long before their moment, and so long after they have passed.
const SHOWN_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Slates so many days back still have results to look at, or missed looks to show.
pub const LOOKS_BACK_DAYS: i32 = 11;

/// The hour of the morning visit, Eastern time.
const MORNING: i8 = 6;
/// What changes at any time is looked at so often, from the morning visit to the last tip-off.
const WATCH_EVERY: SignedDuration = SignedDuration::from_mins(15);
/// The newest lines are asked for so long before an edition is made of them.
const BEFORE_EDITION: SignedDuration = SignedDuration::from_mins(15);
/// What the last look at lines sees later than this are no lines of before the game; the others are made up for by the next.
const LINES_LATE_BY: SignedDuration = SignedDuration::from_mins(4);
/// The last look at results is made up for within so long; the others are made up for by the next.
const MADE_UP_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Who can be asked.
#[derive(Debug, Clone, Copy)]
pub struct Askable<'p> {
    /// Those who are set up.
    pub live: &'p BTreeSet<Provider>,
    /// Those of them who have been away for so long that somebody else is asked what only one is asked.
    pub away: &'p BTreeSet<Provider>,
}

/// What live providers are to be asked about a slate, as of now. `cutoff` is its edition's. A slate without games has its
/// morning visit, because the schedule may change.
pub fn day(
    slate: GameDate,
    cutoff: Timestamp,
    askable: Askable<'_>,
    directory: &Directory,
    now: Timestamp,
) -> Vec<Planned> {
    let games: Vec<&Game> = directory.games_of(slate).collect();
    let is_shown = |occasion: &Occasion| {
        let (from, to) = (occasion.moment - SHOWN_FOR, occasion.moment + occasion.patience + SHOWN_FOR);
        (from..to).contains(&now)
    };
    occasions(slate, cutoff, &games)
        .into_iter()
        .filter(is_shown)
        .flat_map(|occasion| {
            let readiness = readiness(&occasion, now);
            // Whoever stands in is asked now and not later: by then the other may be back.
            let is_now = matches!(readiness, Readiness::Ready { .. });
            let is_wanted = |source: &dyn Source| askable.asks(source) || is_now && askable.has_stand_in(source);
            landing(&occasion.delivery, directory, is_wanted)
                .into_iter()
                .map(move |planned| Planned { readiness: readiness.clone(), ..planned })
        })
        .collect()
}

/// What every source is asked about a slate, live or not, and at which moment.
pub fn moments(slate: GameDate, cutoff: Timestamp, directory: &Directory) -> Vec<(Partition, Timestamp)> {
    let games: Vec<&Game> = directory.games_of(slate).collect();
    let asked = |occasion: Occasion| {
        let looks = landing(&occasion.delivery, directory, |source| source.provider().is_some());
        looks.into_iter().map(move |planned| (planned.partition, occasion.moment))
    };
    occasions(slate, cutoff, &games).into_iter().flat_map(asked).collect()
}

/// Lists of who is hurt contradict each other: the first whose provider is live is asked. While he is away, the next as well.
const INJURY_LISTS: [(&str, Provider); 3] = [
    ("balldontlie_injuries", Provider::Balldontlie),
    ("nba_official_injury_report", Provider::NbaOfficial),
    ("espn_roster", Provider::Espn),
];

/// Those who tell what books offer, and of which of their events.
const LINES: [&str; 5] =
    ["odds_api_events", "odds_api_event_odds", "bettingpros_events", "bettingpros_offers", "prizepicks_projections"];

/// Whether a source tells lines, or without it another cannot.
pub fn tells_lines(source: &str) -> bool {
    LINES.contains(&source)
}

impl Askable<'_> {
    /// Whether a source is asked whenever it wants something.
    fn asks(self, source: &dyn Source) -> bool {
        let is_live = source.provider().is_some_and(|asked| self.live.contains(&asked));
        let tells_who_is_hurt = INJURY_LISTS.iter().any(|(list, _)| *list == source.id());
        is_live && (!tells_who_is_hurt || first_list(self.live.iter()) == Some(source.id()))
    }

    /// Whether a source is asked who is hurt because the one before it does not answer.
    fn has_stand_in(self, source: &dyn Source) -> bool {
        first_list(self.live.difference(self.away)) == Some(source.id())
    }
}

/// The list of those of these providers who is asked who is hurt.
fn first_list<'p>(providers: impl Iterator<Item = &'p Provider>) -> Option<&'static str> {
    let providers: BTreeSet<&Provider> = providers.collect();
    INJURY_LISTS.into_iter().find(|(_, provider)| providers.contains(provider)).map(|(list, _)| list)
}

fn occasions(slate: GameDate, cutoff: Timestamp, games: &[&Game]) -> Vec<Occasion> {
    let morning = slate.at(MORNING, 0);
    let visit = |moment, at, patience| Occasion { delivery: Delivery::Visit { slate, moment }, moment: at, patience };
    let mut occasions = vec![visit(Moment::Morning, morning, SHOWN_FOR)];
    let Some(last) = games.iter().map(|game| game.earliest_tipoff()).max() else { return occasions };
    occasions.push(visit(Moment::Midday, cutoff - BEFORE_EDITION, BEFORE_EDITION * 4));
    let watches = (1..).map(|nth| morning + WATCH_EVERY * nth).take_while(|at| *at <= last);
    occasions.extend(watches.map(|at| {
        let delivery = Delivery::Watch { slate, at };
        Occasion { delivery, moment: at, patience: WATCH_EVERY }
    }));
    occasions.extend(games.iter().flat_map(|game| closing_looks(game)));
    occasions.extend(games.iter().flat_map(|game| final_looks(game)));
    occasions
}

/// Looks at a game's lines; none where nobody knows when it starts.
fn closing_looks(game: &Game) -> impl Iterator<Item = Occasion> + use<> {
    let (slate, id, tipoff) = (game.slate, game.id, game.tipoff);
    let before = |minutes: u16| SignedDuration::from_mins(minutes.into());
    tipoff.into_iter().flat_map(move |tipoff| {
        let until_next = CLOSING_LOOKS.windows(2).map(move |pair| before(pair[0] - pair[1])).chain([LINES_LATE_BY]);
        CLOSING_LOOKS.into_iter().zip(until_next).map(move |(minutes, patience)| Occasion {
            delivery: Delivery::Closing { slate, game: id, minutes },
            moment: tipoff - before(minutes),
            patience,
        })
    })
}

/// Looks at a game's results.
fn final_looks(game: &Game) -> impl Iterator<Item = Occasion> + use<> {
    let (slate, id, tipoff) = (game.slate, game.id, game.tipoff.unwrap_or_else(|| game.box_known_at()));
    let after = |minutes: u16| SignedDuration::from_mins(minutes.into());
    let until_next = FINAL_LOOKS.windows(2).map(move |pair| after(pair[1] - pair[0])).chain([MADE_UP_FOR]);
    FINAL_LOOKS.into_iter().zip(until_next).map(move |(minutes, patience)| Occasion {
        delivery: Delivery::Final { slate, game: id, minutes },
        moment: tipoff + after(minutes),
        patience,
    })
}

fn readiness(occasion: &Occasion, now: Timestamp) -> Readiness {
    let Occasion { moment, patience, .. } = occasion;
    if now < *moment {
        return Readiness::NotYet { until: Some(*moment), why: "its moment has not come".to_owned() };
    }
    if now > *moment + *patience {
        return Readiness::Nothing { why: "its moment has passed".to_owned() };
    }
    // A game that is re-timed is looked at again.
    Readiness::Ready { inputs: vec![format!("at {moment}")] }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{Alias, Meaning};

    use super::*;

    const SLATE: &str = "2025-01-15";

    fn directory(tipoff: Option<Timestamp>) -> Directory {
        let [home, away] = ["SAS".parse().unwrap(), "MEM".parse().unwrap()];
        let game = Game { id: "0022400561".parse().unwrap(), slate: SLATE.parse().unwrap(), tipoff, home, away };
        let event = Alias {
            provider: Provider::OddsApi.name().to_owned(),
            foreign_id: "a73be3f1".to_owned(),
            meaning: Meaning::Game(game.id),
        };
        Directory::new(vec![game], Vec::new(), Vec::new()).with_aliases(vec![event])
    }

    /// What the sources are asked now, by what each occasion is: `ready`, `to come` or `passed`.
    fn planned(slate: GameDate, tipoff: Option<Timestamp>, now: Timestamp) -> BTreeMap<String, &'static str> {
        let (live, away) = (Provider::ALL.into(), BTreeSet::new());
        let planned = day(slate, slate.at(13, 0), Askable { live: &live, away: &away }, &directory(tipoff), now);
        let stands = |planned: Planned| {
            let Partition::Delivery { delivery, source } = planned.partition else { panic!("{planned:?}") };
            let stands = match planned.readiness {
                Readiness::Ready { .. } => "ready",
                Readiness::NotYet { .. } => "to come",
                Readiness::Nothing { .. } => "passed",
            };
            (format!("{delivery} of {source}"), stands)
        };
        planned.into_iter().map(stands).collect()
    }

    fn slate() -> GameDate {
        SLATE.parse().unwrap()
    }

    #[test]
    fn lines_are_looked_at_until_a_game_starts() {
        let tipoff = slate().at(19, 30);
        let looks = |hour, minute| {
            let planned = planned(slate(), Some(tipoff), slate().at(hour, minute));
            [30, 5, 0].map(|minutes| planned[&format!("{SLATE} closing 0022400561 {minutes} of odds_api_event_odds")])
        };
        assert_eq!(looks(18, 59), ["to come", "to come", "to come"]);
        assert_eq!(looks(19, 1), ["ready", "to come", "to come"]);
        assert_eq!(looks(19, 20), ["ready", "to come", "to come"], "it is not too late for it");
        assert_eq!(looks(19, 27), ["passed", "ready", "to come"]);
        assert_eq!(looks(19, 31), ["passed", "passed", "ready"]);
        assert_eq!(looks(19, 35), ["passed", "passed", "passed"]);
        let untimed = planned(slate(), None, slate().at(19, 1));
        assert!(!untimed.keys().any(|key| key.contains("closing")), "nobody knows when it starts: {untimed:?}");
    }

    #[test]
    fn results_are_looked_at_until_they_stand_and_one_look_makes_up_for_those_before() {
        let tipoff = slate().at(19, 30);
        let looks = |now| {
            let planned = planned(slate(), Some(tipoff), now);
            let of = |minutes| format!("{SLATE} final 0022400561 {minutes} of nba_cdn_box_score");
            FINAL_LOOKS.map(|minutes| planned.get(&of(minutes)).copied().unwrap_or("none"))
        };
        assert_eq!(looks(slate().at(21, 59)), ["to come", "to come", "to come", "to come", "none"]);
        assert_eq!(looks(slate().at(22, 0))[..3], ["ready", "to come", "to come"]);
        assert_eq!(looks(slate().plus_days(1).at(9, 0)), ["passed", "passed", "passed", "ready", "none"]);
        assert_eq!(looks(slate().plus_days(5).at(9, 0)), ["none", "none", "none", "none", "ready"]);
        assert_eq!(looks(slate().plus_days(12).at(9, 0)), ["none"; 5]);
    }

    #[test]
    fn who_is_hurt_is_looked_at_every_quarter_of_an_hour_and_what_is_scheduled_every_hour() {
        let planned = planned(slate(), Some(slate().at(19, 30)), slate().at(12, 20));
        let ready: Vec<&str> =
            planned.iter().filter(|(_, stands)| **stands == "ready").map(|(key, _)| key.as_str()).collect();
        let watch = format!("{SLATE} watch {} of balldontlie_injuries", slate().at(12, 15));
        assert!(ready.contains(&watch.as_str()), "{ready:?}");
        let watches =
            |source: &str| planned.keys().filter(|key| key.contains("watch") && key.ends_with(source)).count();
        assert_eq!((watches("balldontlie_injuries"), watches("nba_cdn_schedule")), (54, 13));
    }

    #[test]
    fn a_day_without_games_has_its_morning_visit_and_nothing_else() {
        let empty = slate().plus_days(3);
        let planned = planned(empty, Some(slate().at(19, 30)), empty.at(7, 0));
        assert_eq!(planned[&format!("{empty} morning of nba_cdn_schedule")], "ready");
        assert!(planned.keys().all(|key| key.contains("morning")), "{planned:?}");
    }

    /// The lists of who is hurt that are asked at some time of the day, planned in the middle of it.
    fn looks_at_lists(live: &[Provider], away: &[Provider]) -> Vec<(String, Readiness)> {
        let (live, away) = (live.iter().copied().collect(), away.iter().copied().collect());
        let (askable, directory) = (Askable { live: &live, away: &away }, directory(Some(slate().at(19, 30))));
        let planned = day(slate(), slate().at(13, 0), askable, &directory, slate().at(12, 20));
        let looks = planned.into_iter().filter_map(|planned| match planned.partition {
            Partition::Delivery { source, .. } => Some((source, planned.readiness)),
            _ => None,
        });
        looks.filter(|(source, _)| INJURY_LISTS.iter().any(|(list, _)| list == source)).collect()
    }

    fn lists(live: &[Provider], away: &[Provider]) -> BTreeSet<String> {
        looks_at_lists(live, away).into_iter().map(|(source, _)| source).collect()
    }

    #[test]
    fn while_one_list_is_away_the_next_is_asked_as_well_one_look_at_a_time() {
        let two = |first: &str, second: &str| BTreeSet::from([first.to_owned(), second.to_owned()]);
        let away = [Provider::Balldontlie];
        assert_eq!(lists(&Provider::ALL, &away), two("balldontlie_injuries", "nba_official_injury_report"));
        let both = [Provider::Balldontlie, Provider::NbaOfficial];
        assert_eq!(lists(&Provider::ALL, &both), two("balldontlie_injuries", "espn_roster"));
        assert_eq!(lists(&both, &both), lists(&both, &[]), "there is nobody else");
        let of_next =
            |(source, readiness): (String, Readiness)| (source == "nba_official_injury_report").then_some(readiness);
        let looks: Vec<Readiness> = looks_at_lists(&Provider::ALL, &away).into_iter().filter_map(of_next).collect();
        assert!(matches!(looks[..], [Readiness::Ready { .. }]), "nothing is planned ahead: {looks:?}");
    }

    #[test]
    fn one_list_of_who_is_hurt_is_asked_and_another_where_its_provider_is_not_live() {
        let only = |list: &str| BTreeSet::from([list.to_owned()]);
        assert_eq!(lists(&Provider::ALL, &[]), only("balldontlie_injuries"));
        let free = [Provider::NbaCdn, Provider::NbaOfficial, Provider::Espn];
        assert_eq!(lists(&free, &[]), only("nba_official_injury_report"));
        assert_eq!(lists(&[Provider::Espn], &[]), only("espn_roster"));
    }

    #[test]
    fn each_look_has_the_moment_from_which_it_is_ready() {
        let directory = directory(Some(slate().at(19, 30)));
        let cutoff = slate().at(13, 0);
        let moments = moments(slate(), cutoff, &directory);
        let (watch, at) = moments.iter().find(|(look, _)| look.to_string().contains("closing")).unwrap();
        let stands = |now| {
            let (live, away) = (Provider::ALL.into(), BTreeSet::new());
            let planned = day(slate(), cutoff, Askable { live: &live, away: &away }, &directory, now);
            planned.into_iter().find(|planned| planned.partition == *watch).unwrap().readiness
        };
        assert!(matches!(stands(*at), Readiness::Ready { .. }));
        assert!(matches!(stands(*at - SignedDuration::from_secs(1)), Readiness::NotYet { .. }));
        assert!(moments.iter().all(|(look, _)| !look.to_string().contains("archive")), "nobody is asked for files");
    }

    #[test]
    fn lists_name_sources_that_there_are() {
        let known: BTreeSet<&str> = crate::source::all().iter().map(|source| source.id()).collect();
        let listed = LINES.into_iter().chain(INJURY_LISTS.map(|(list, _)| list));
        let unknown: Vec<&str> = listed.filter(|source| !known.contains(source)).collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }

    #[test]
    fn who_is_not_live_is_not_asked() {
        let tipoff = Some(slate().at(19, 30));
        let (only, away) = (BTreeSet::from([Provider::NbaCdn]), BTreeSet::new());
        let askable = Askable { live: &only, away: &away };
        let planned = day(slate(), slate().at(13, 0), askable, &directory(tipoff), slate().at(19, 27));
        let names: Vec<String> = planned.iter().map(|planned| planned.partition.to_string()).collect();
        assert!(names.iter().all(|name| name.contains(" of nba_cdn_")), "{names:?}");
    }
}
