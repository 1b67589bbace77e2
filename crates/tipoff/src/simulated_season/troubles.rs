//! Troubles: everything that will go wrong in a season, drawn before it begins. The account judges by these, not by alerts.

use std::collections::BTreeMap;

use domain::{Game, GameDate};
use jiff::{SignedDuration, Timestamp};
use pipeline::Step;
use runtime::simulation::Chance;

/// A file of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feed {
    Injuries,
    Lines,
    Boxes,
}

/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Good,
    Empty,
    Damaged,
}

/// A file that lands.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) at: Timestamp,
    pub(super) feed: Feed,
    pub(super) slate: GameDate,
    pub(super) content: Content,
}

/// From an instant until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

/// A step that fails whoever asks, for a while.
#[derive(Debug, Clone)]
pub(super) struct Burst {
    pub(super) step: Step,
    pub(super) span: Span,
}

/// Something that happens to a process.
#[derive(Debug, Clone, Copy)]
pub(super) enum Blow {
    /// It dies and is back after so long.
    Dies(SignedDuration),
    /// It stands still for so long.
    Freezes(SignedDuration),
}

/// All of a season's troubles.
#[derive(Debug)]
pub(super) struct Troubles {
    pub(super) files: Vec<File>,
    pub(super) bursts: Vec<Burst>,
    /// When the providers answer nothing but errors.
    pub(super) closed: Vec<Span>,
    pub(super) blows: Vec<(Timestamp, usize, Blow)>,
    /// When nobody was at work at all.
    pub(super) away: Vec<Span>,
    /// When one of the routes to people is broken.
    pub(super) deaf_route: Option<Span>,
}

const fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// So many slates lie between two of a kind that comes a few times a season.
const RARE: usize = 28;

/// What is one file in so many.
const DAMAGED_ONE_IN: usize = 60;

/// A dependency that is stale stays so for this long.
const STALE: SignedDuration = SignedDuration::from_hours(20);

impl Span {
    pub(super) fn contains(self, instant: Timestamp) -> bool {
        (self.from..self.until).contains(&instant)
    }

    fn lasting(from: Timestamp, lasts: SignedDuration) -> Self {
        Self { from, until: from + lasts }
    }
}

impl Troubles {
    /// What goes wrong in these games' season.
    pub(super) fn draw(seed: u64, games: &BTreeMap<GameDate, Vec<Game>>, processes: usize) -> Self {
        let mut troubles = Self {
            files: Vec::new(),
            bursts: Vec::new(),
            closed: Vec::new(),
            blows: Vec::new(),
            away: Vec::new(),
            deaf_route: None,
        };
        for (number, (slate, games)) in games.iter().enumerate() {
            let mut chance = Chance::of(seed, &["troubles", &slate.to_string()], 0);
            troubles.feeds(*slate, games, number, &mut chance);
            troubles.weather(*slate, number, &mut chance);
        }
        if let (Some(first), Some(last)) = (games.keys().next(), games.keys().next_back()) {
            let mut chance = Chance::of(seed, &["blows"], 0);
            for process in 0..processes {
                troubles.blow(first.at(0, 0), last.plus_days(1).at(12, 0), process, &mut chance);
            }
        }
        troubles
    }

    /// The files about a slate: on time, late, damaged and corrected later, empty, corrected, or never.
    fn feeds(&mut self, slate: GameDate, games: &[Game], number: usize, chance: &mut Chance) {
        let last = games.iter().map(Game::box_known_at).max().unwrap_or_else(|| slate.at(23, 0));
        let morning = match chance.below(100) {
            0..5 => None,
            5..15 => Some(slate.at(12, 0) + chance.seconds(0, 5 * 3600)),
            _ => Some(slate.at(9, 0) + chance.seconds(0, 3600)),
        };
        let boxes = match chance.below(100) {
            _ if number % RARE == RARE / 2 => last + STALE,
            0..6 => slate.plus_days(1).at(8, 0) + chance.seconds(0, 5 * 3600),
            _ => last + chance.seconds(20 * 60, 60 * 60),
        };
        let corrected = chance.once_in(12).then(|| boxes + chance.seconds(3600, 20 * 3600));
        let expected = [
            (Feed::Injuries, Some(slate.at(0, 30))),
            (Feed::Injuries, Some(slate.at(17, 0) + chance.seconds(0, 1800))),
            (Feed::Lines, morning),
            (Feed::Lines, Some(slate.at(17, 30) + chance.seconds(0, 5400))),
            (Feed::Boxes, Some(boxes)),
            (Feed::Boxes, corrected),
        ];
        for (feed, at) in expected {
            let Some(at) = at else { continue };
            let mut content = match chance.below(DAMAGED_ONE_IN) {
                0 => Content::Damaged,
                1 => Content::Empty,
                _ => Content::Good,
            };
            let mut at = at;
            // Somebody notices at the source, and sends it again.
            while content != Content::Good {
                self.files.push(File { at, feed, slate, content });
                at += chance.seconds(3600, 3 * 3600);
                content = Content::Good;
            }
            self.files.push(File { at, feed, slate, content });
        }
    }

    /// What strikes everybody: providers that answer errors, steps that fail for a while, a machine that is away.
    fn weather(&mut self, slate: GameDate, number: usize, chance: &mut Chance) {
        if chance.once_in(15) {
            let from = slate.at(17, 0) + chance.seconds(0, 3 * 3600);
            self.closed.push(Span::lasting(from, chance.seconds(600, 6 * 3600)));
        }
        if chance.once_in(20) {
            let step = chance.one(&[
                Step::UpcomingPlayerGameContext,
                Step::MlFeatureStore,
                Step::Forecast,
                Step::PlayerGameSummary,
                Step::Grade,
                Step::Publish,
            ]);
            let from = chance.one(&[slate.at(7, 0), slate.at(11, 30), slate.at(13, 0), slate.at(18, 0)]);
            let longest = chance.one(&[60, 120, 600, 5400]);
            let span = Span::lasting(from - minutes(1), chance.seconds(30, longest));
            self.bursts.push(Burst { step, span });
        }
        if number % 40 == 17 {
            let from = slate.at(0, 0) + chance.seconds(0, 86_000);
            self.away.push(Span::lasting(from, chance.seconds(10 * 60, 5 * 3600)));
        }
        if number == 60 {
            self.deaf_route = Some(Span::lasting(slate.at(4, 0), SignedDuration::from_hours(30)));
        }
    }

    fn blow(&mut self, from: Timestamp, until: Timestamp, process: usize, chance: &mut Chance) {
        let mut at = from;
        loop {
            at += chance.seconds(3600, 70 * 3600);
            if at >= until {
                return;
            }
            let blow = match chance.below(5) {
                0 => Blow::Freezes(chance.seconds(20, 600)),
                _ => Blow::Dies(chance.seconds(5, 90)),
            };
            self.blows.push((at, process, blow));
        }
    }
}

/// How one task goes until it succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Works,
    /// So many attempts fail, and the next does not.
    Stumbles(u32),
    /// The first attempt never ends.
    Hangs,
    /// It takes so many times as long.
    Slow(i32),
    /// It fails until somebody mends it.
    Broken,
}

impl Mood {
    /// How a task goes the `run`th time it is made.
    pub(super) fn of(seed: u64, key: &runtime::TaskKey, run: u32) -> Self {
        let mut chance = Chance::of(seed, &["mood", key.step.as_str(), key.partition.as_str()], run.into());
        match chance.below(1000) {
            0..20 => Self::Stumbles(1 + chance.below(2) as u32),
            20..25 => Self::Stumbles(3),
            25..35 => Self::Hangs,
            35..45 => Self::Slow(4),
            45..49 => Self::Broken,
            _ => Self::Works,
        }
    }
}

impl Troubles {
    /// How many there are of each kind; what tasks do by themselves comes on top.
    pub(super) fn counted(&self) -> BTreeMap<&'static str, usize> {
        let content = |content| self.files.iter().filter(|file| file.content == content).count();
        let dies = |(.., blow): &&(Timestamp, usize, Blow)| matches!(blow, Blow::Dies(_));
        let deaths = self.blows.iter().filter(dies).count();
        BTreeMap::from([
            ("files", self.files.len()),
            ("files_damaged", content(Content::Damaged)),
            ("files_empty", content(Content::Empty)),
            ("steps_that_fail_for_a_while", self.bursts.len()),
            ("providers_that_answer_errors", self.closed.len()),
            ("processes_that_die", deaths),
            ("processes_that_freeze", self.blows.len() - deaths),
            ("times_nobody_is_there", self.away.len()),
            ("routes_that_break", usize::from(self.deaf_route.is_some())),
        ])
    }
}
