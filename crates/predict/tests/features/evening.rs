//! Past evenings of a player and of a team, and a book's quote, each said in a line.

use domain::{
    Appearance, DidNotPlay, Fraction, GameDate, GameId, HalfPoints, Known, LineRole, Market, PlayerGameSummary,
    PlayerId, Playtime, PropLine, Provenance, Role, Shots, StatLine, Team, TeamDefenseGameSummary,
    TeamOffenseGameSummary, Venue, ZoneShots,
};
use jiff::Timestamp;

/// The evening that is predicted.
pub(crate) fn slate() -> GameDate {
    "2025-01-15".parse().expect("a date")
}

/// A date so many days before it.
pub(crate) fn before(days: i32) -> GameDate {
    slate().plus_days(-days)
}

pub(crate) fn team(code: &str) -> Team {
    code.parse().expect("a team code")
}

/// A regular-season game of the season that a date lies in.
fn regular_season_game(slate: GameDate) -> GameId {
    let date = slate.date();
    let started = if date.month() < 10 { date.year() - 1 } else { date.year() };
    format!("002{:02}{:05}", started % 100, date.day_of_year()).parse().expect("a game id")
}

/// Makes and attempts in the paint, from mid-range and behind the arc.
pub(crate) fn zones([paint, mid_range, three]: [(u16, u16); 3]) -> ZoneShots {
    let shots = |(made, attempted)| Shots::new(made, attempted).expect("no more made than taken");
    ZoneShots { paint: shots(paint), mid_range: shots(mid_range), three: shots(three) }
}

/// A player's game: 20 points in 30 minutes for Boston against Chicago, known the next morning, unless said otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Night {
    slate: GameDate,
    game: GameId,
    team: Team,
    opponent: Team,
    played: bool,
    role: Role,
    line: StatLine,
    usage: Option<Fraction>,
    zones: Option<ZoneShots>,
    known_at: Timestamp,
    corrected_at: Option<Timestamp>,
}

pub(crate) fn night(days_ago: i32) -> Night {
    let slate = before(days_ago);
    Night {
        slate,
        game: regular_season_game(slate),
        team: team("BOS"),
        opponent: team("CHI"),
        played: true,
        role: Role::Starter,
        line: StatLine { points: 20, playtime: Playtime::from_seconds(30 * 60), ..StatLine::default() },
        usage: None,
        zones: None,
        known_at: slate.plus_days(1).at(6, 0),
        corrected_at: None,
    }
}

/// One night per points, on the given days.
pub(crate) fn scoring<const N: usize>(days_ago: [i32; N], points: [u16; N]) -> [Night; N] {
    std::array::from_fn(|index| night(days_ago[index]).points(points[index]))
}

impl Night {
    /// Another game than the regular season's of that date.
    pub(crate) fn game(self, id: &str) -> Self {
        Self { game: id.parse().expect("a game id"), ..self }
    }

    pub(crate) fn points(self, points: u16) -> Self {
        Self { line: StatLine { points, ..self.line }, ..self }
    }

    pub(crate) fn minutes(self, minutes: u16) -> Self {
        Self { line: StatLine { playtime: Playtime::from_seconds(60 * minutes), ..self.line }, ..self }
    }

    pub(crate) fn free_throws(self, free_throws_made: u16) -> Self {
        Self { line: StatLine { free_throws_made, ..self.line }, ..self }
    }

    pub(crate) fn did_not_play(self) -> Self {
        Self { played: false, ..self }
    }

    pub(crate) fn off_the_bench(self) -> Self {
        Self { role: Role::Bench, ..self }
    }

    pub(crate) fn of(self, code: &str) -> Self {
        Self { team: team(code), ..self }
    }

    pub(crate) fn against(self, code: &str) -> Self {
        Self { opponent: team(code), ..self }
    }

    pub(crate) fn usage(self, share: f64) -> Self {
        Self { usage: Some(Fraction::of(share, 1.0).expect("a share")), ..self }
    }

    /// Shots taken in the paint, from mid-range and behind the arc.
    pub(crate) fn shots(self, attempted: [u16; 3]) -> Self {
        Self { zones: Some(zones(attempted.map(|attempted| (0, attempted)))), ..self }
    }

    pub(crate) fn known_at(self, known_at: Timestamp) -> Self {
        Self { known_at, ..self }
    }

    pub(crate) fn corrected_at(self, instant: Timestamp) -> Self {
        Self { corrected_at: Some(instant), ..self }
    }

    pub(crate) fn sealed(self, player: PlayerId) -> Known<PlayerGameSummary> {
        let appearance = match self.played {
            true => Appearance::Played(self.role, self.line),
            false => Appearance::Absent(DidNotPlay::Coach),
        };
        let summary = PlayerGameSummary {
            game: self.game,
            slate: self.slate,
            player,
            team: self.team,
            opponent: self.opponent,
            venue: Venue::Home,
            appearance,
            usage: self.usage.filter(|_| self.played),
            true_shooting: None,
            zones: self.zones,
        };
        let mut sealed = Known::new(summary, self.known_at, Provenance::Reconstructed);
        if let Some(instant) = self.corrected_at {
            sealed.supersede(instant);
        }
        sealed
    }
}

/// A team's game: won, at pace 99 with 113 points per 100 possessions on both sides, unless said otherwise.
#[derive(Clone, Copy)]
pub(crate) struct TeamNight {
    slate: GameDate,
    game: GameId,
    won: bool,
    pace: f64,
    scored: f64,
    allowed: f64,
    zones_allowed: Option<ZoneShots>,
}

pub(crate) fn team_night(days_ago: i32) -> TeamNight {
    let slate = before(days_ago);
    let game = regular_season_game(slate);
    TeamNight { slate, game, won: true, pace: 99.0, scored: 113.0, allowed: 113.0, zones_allowed: None }
}

impl TeamNight {
    pub(crate) fn game(self, id: &str) -> Self {
        Self { game: id.parse().expect("a game id"), ..self }
    }

    pub(crate) fn won(self, won: bool) -> Self {
        Self { won, ..self }
    }

    pub(crate) fn pace(self, pace: f64) -> Self {
        Self { pace, ..self }
    }

    /// Points per 100 possessions.
    pub(crate) fn scored(self, scored: f64) -> Self {
        Self { scored, ..self }
    }

    /// Points allowed per 100 possessions.
    pub(crate) fn allowed(self, allowed: f64) -> Self {
        Self { allowed, ..self }
    }

    /// Makes and attempts of its opponents in the paint, from mid-range and behind the arc.
    pub(crate) fn zones_allowed(self, allowed: [(u16, u16); 3]) -> Self {
        Self { zones_allowed: Some(zones(allowed)), ..self }
    }

    pub(crate) fn sealed(self, of: Team) -> (Known<TeamOffenseGameSummary>, Known<TeamDefenseGameSummary>) {
        let known_at = self.slate.plus_days(1).at(6, 0);
        let (points, opponent_points) = if self.won { (110, 100) } else { (100, 110) };
        let offense = TeamOffenseGameSummary {
            game: self.game,
            slate: self.slate,
            team: of,
            opponent: team("CHI"),
            venue: Venue::Home,
            points,
            opponent_points,
            possessions: self.pace,
            pace: self.pace,
            offensive_rating: self.scored,
        };
        let defense = TeamDefenseGameSummary {
            game: self.game,
            slate: self.slate,
            team: of,
            opponent: team("CHI"),
            venue: Venue::Home,
            points_allowed: opponent_points,
            defensive_rating: self.allowed,
            pace: self.pace,
            zones_allowed: self.zones_allowed,
        };
        let reconstructed = Provenance::Reconstructed;
        (Known::new(offense, known_at, reconstructed), Known::new(defense, known_at, reconstructed))
    }
}

/// A book's main points line, as one feed saw it.
#[derive(Clone, Copy)]
pub(crate) struct Quote {
    book: &'static str,
    feed: &'static str,
    points: f64,
    market: Market,
    role: LineRole,
    seen: Option<Timestamp>,
    known_at: Timestamp,
}

pub(crate) fn quote(book: &'static str, points: f64, seen: Timestamp) -> Quote {
    Quote { book, feed: "odds", points, market: Market::Points, role: LineRole::Main, seen: Some(seen), known_at: seen }
}

impl Quote {
    pub(crate) fn of(self, market: Market) -> Self {
        Self { market, ..self }
    }

    pub(crate) fn through(self, feed: &'static str) -> Self {
        Self { feed, ..self }
    }

    pub(crate) fn alternate(self) -> Self {
        Self { role: LineRole::Alternate, ..self }
    }

    pub(crate) fn known_at(self, known_at: Timestamp) -> Self {
        Self { known_at, ..self }
    }

    pub(crate) fn at_an_unknown_time(self) -> Self {
        Self { seen: None, ..self }
    }

    pub(crate) fn sealed(self, game: GameId, player: PlayerId) -> Known<PropLine> {
        let line = PropLine {
            game,
            slate: slate(),
            player,
            market: self.market,
            book: self.book.parse().expect("a book key"),
            feed: self.feed.into(),
            line: HalfPoints::from_points(self.points).expect("a whole or half number"),
            role: self.role,
            over: None,
            under: None,
            observed_at: self.seen,
        };
        Known::new(line, self.known_at, Provenance::Observed)
    }
}
