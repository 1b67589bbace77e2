//! A small archive, drawn from seeds: six teams, seven weeks or more, three games a slate, in the shape of the real ones.

use std::collections::BTreeMap;
use std::path::Path;

use domain::GameDate;
use jiff::SignedDuration;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::parquet_file::{Frame, Kind, Row};

/// An archive to be: one frame a file.
#[derive(Debug, Clone)]
pub(crate) struct Archive(pub(crate) BTreeMap<&'static str, Frame>);

const TEAMS: [(&str, &str); 6] = [
    ("BOS", "Boston Celtics"),
    ("NYK", "New York Knicks"),
    ("LAL", "Los Angeles Lakers"),
    ("DEN", "Denver Nuggets"),
    ("MIA", "Miami Heat"),
    ("PHX", "Phoenix Suns"),
];
pub(crate) const ROSTER: usize = 9;
/// Minutes by place in the rotation.
const MINUTES: [f32; ROSTER] = [36.0, 35.0, 34.0, 32.0, 30.0, 25.0, 21.0, 17.0, 10.0];
/// Players per team that books have lines on.
pub(crate) const LINED: usize = 6;
/// Every pair of teams meets once in five rounds; then again, the other way round.
const ROUNDS: [[(usize, usize); 3]; 5] = [
    [(0, 5), (1, 4), (2, 3)],
    [(5, 3), (4, 2), (0, 1)],
    [(1, 5), (2, 0), (3, 4)],
    [(5, 4), (0, 3), (1, 2)],
    [(2, 5), (3, 1), (4, 0)],
];
const BOOKS: [&str; 2] = ["draftkings", "fanduel"];

/// The first slate of the archive.
pub(crate) fn opening() -> GameDate {
    "2024-11-01".parse().unwrap()
}

/// A slate late in the archive, with games before and after it.
pub(crate) fn tonight() -> GameDate {
    "2024-12-11".parse().unwrap()
}

/// A date inside the archive without games.
pub(crate) fn day_off() -> GameDate {
    "2024-12-12".parse().unwrap()
}

/// Slates in order: two nights on, one off, for seven weeks.
pub(crate) fn slates() -> Vec<GameDate> {
    two_on_one_off(opening(), 49)
}

fn two_on_one_off(first: GameDate, days: i32) -> Vec<GameDate> {
    (0..days).filter(|day| day % 3 != 2).map(|day| first.plus_days(day)).collect()
}

impl Archive {
    /// The archive as it is, unless a test alters it.
    pub(crate) fn season() -> Self {
        Self::of(&slates())
    }

    /// As many slates before tonight, and a few after it, as a model takes to be trained.
    pub(crate) fn long_season() -> Self {
        Self::of(&two_on_one_off(opening().plus_days(-153), 202))
    }

    fn of(slates: &[GameDate]) -> Self {
        let mut archive = Self(frames());
        for (team, name) in TEAMS {
            archive.push("teams", Row::default().with("team", team).with("full_name", name));
        }
        for (index, (team, _)) in TEAMS.iter().enumerate() {
            for place in 0..ROSTER {
                let name = format!("Player {team} {place}");
                let row = Row::default().with("player_id", player(index, place)).with("player_name", name.as_str());
                archive.push("players", row);
            }
        }
        for (round, slate) in slates.iter().copied().enumerate() {
            for (game, pair) in ROUNDS[round % ROUNDS.len()].into_iter().enumerate() {
                let (home, away) = if (round / ROUNDS.len()).is_multiple_of(2) { pair } else { (pair.1, pair.0) };
                archive.play(&Fixture { number: 3 * round + game + 1, slate, home, away });
            }
        }
        archive
    }

    fn push(&mut self, file: &'static str, row: Row) {
        self.frame(file).rows.push(row);
    }

    pub(crate) fn frame(&mut self, file: &'static str) -> &mut Frame {
        self.0.get_mut(file).expect("a file of the archive")
    }

    /// A player's name.
    pub(crate) fn name(&self, player: i32) -> &str {
        let row = self.0["players"].rows.iter().find(|row| row.integer("player_id") == Some(player));
        row.and_then(|row| row.text("player_name")).expect("a player of the archive")
    }

    /// Writes every frame as the Parquet file it is named after.
    pub(crate) fn write(&self, directory: &Path) {
        std::fs::create_dir_all(directory).unwrap();
        for (file, frame) in &self.0 {
            frame.write(&directory.join(format!("{file}.parquet")));
        }
    }

    fn play(&mut self, fixture: &Fixture) {
        let points = [fixture.home, fixture.away]
            .map(|team| (0..ROSTER).map(|place| self.appear(fixture, team, place)).sum::<i32>());
        let row = fixture
            .row()
            .with("tipoff_utc", fixture.slate.at(19, 30))
            .with("home_team", TEAMS[fixture.home].0)
            .with("away_team", TEAMS[fixture.away].0)
            .with("home_pts", points[0])
            .with("away_pts", points[1]);
        self.push("games", row);
        let odds = fixture.row().with("book", "consensus").with("home_spread", -2.5).with("total", 221.5);
        self.push("team_odds", odds.with("source", "closing"));
    }

    /// A player's part in a game; returns his points.
    fn appear(&mut self, fixture: &Fixture, team: usize, place: usize) -> i32 {
        let mut random = ChaCha8Rng::seed_from_u64((fixture.number * 100 + team * 10 + place) as u64);
        let row = fixture.row().with("player_id", player(team, place)).with("team", TEAMS[team].0);
        if place < LINED {
            self.quote(fixture, team, place, &mut random);
        }
        // The last man sits out one game in three; the third of Boston is hurt now and then.
        if place == ROSTER - 1 && fixture.number.is_multiple_of(3) {
            self.push("player_games", row.with("is_starter", false).with("status", "dnp_coach"));
            return 0;
        }
        if (team, place) == (0, 2) && fixture.number.is_multiple_of(7) {
            self.hurt(fixture, player(team, place));
            self.push("player_games", row.with("is_starter", false).with("status", "inactive_injury"));
            return 0;
        }
        let minutes = MINUTES[place] + random.random_range(-4.0..4.0_f32);
        let mut shots = |per_minute: f32, accuracy: f64| {
            let attempted = (minutes * per_minute * random.random_range(0.5..1.5)).round() as i32;
            let made = (0..attempted).filter(|_| random.random_bool(accuracy)).count() as i32;
            (made, attempted)
        };
        let (paint, mid, three, line) = (shots(0.18, 0.62), shots(0.09, 0.43), shots(0.16, 0.36), shots(0.1, 0.78));
        let points = 2 * (paint.0 + mid.0) + 3 * three.0 + line.0;
        let zones = [("ra_m", "ra_a", paint), ("mid_m", "mid_a", mid), ("ab3_m", "ab3_a", three)];
        self.push("shot_zones", zones_row(&row, &zones));
        let row = row
            .with("is_starter", place < 5)
            .with("status", "played")
            .with("minutes", minutes)
            .with("pts", points)
            .with("fgm", paint.0 + mid.0 + three.0)
            .with("fga", paint.1 + mid.1 + three.1)
            .with("fg3m", three.0)
            .with("fg3a", three.1)
            .with("ftm", line.0)
            .with("fta", line.1);
        let others = ["oreb", "dreb", "ast", "stl", "blk", "tov", "pf"];
        self.push(
            "player_games",
            others.into_iter().fold(row, |row, count| row.with(count, random.random_range(0..4))),
        );
        points
    }

    /// Both books' lines in the morning, and in the evening a point and a half higher.
    fn quote(&mut self, fixture: &Fixture, team: usize, place: usize, random: &mut ChaCha8Rng) {
        let expected = (MINUTES[place] * 0.48).round() + 0.5;
        for book in BOOKS {
            let line = expected + random.random_range(-1..=1) as f32;
            for (hour, line) in [(10, line), (18, line + 1.5)] {
                let row = fixture
                    .row()
                    .with("player_id", player(team, place))
                    .with("source_player_name", format!("Player {} {place}", TEAMS[team].0).as_str())
                    .with("market", "points")
                    .with("book", book)
                    .with("line", line)
                    .with("over_odds", 1.87_f32)
                    .with("under_odds", 1.95_f32)
                    .with("is_main", true)
                    .with("observed_at", fixture.slate.at(hour, 0))
                    .with("source", "feed");
                self.push("prop_lines", row);
            }
        }
    }

    /// Tonight's last game two hours and a half later, and every team's line-up as told half an hour before its game: the
    /// first man of each home team is out, and the sixth starts in his place.
    pub(crate) fn with_lineups(mut self) -> Self {
        let last = self.0["games"].rows.iter().rposition(|row| row.slate() == Some(tonight())).unwrap();
        self.frame("games").rows[last].set("tipoff_utc", tonight().at(22, 0));
        let columns = [(Kind::Text, "game_id team spot"), (Kind::Integer, "player_id"), (Kind::Instant, "observed_at")];
        let mut told = Frame::of(&columns);
        for game in self.0["games"].rows.iter().filter(|row| row.slate() == Some(tonight())) {
            for (side, out) in [("home_team", 0), ("away_team", ROSTER)] {
                let code = game.text(side).unwrap();
                let team = TEAMS.iter().position(|(team, _)| *team == code).unwrap();
                for place in 0..ROSTER {
                    let starts = place < 5 || (place == 5 && out == 0);
                    let spot = if place == out {
                        "out"
                    } else if starts {
                        "starts"
                    } else {
                        "bench"
                    };
                    let row = Row::default().with("game_id", game.text("game_id").unwrap()).with("team", code);
                    told.rows.push(row.with("player_id", player(team, place)).with("spot", spot));
                }
            }
        }
        self.0.insert("lineups", told);
        self
    }

    fn hurt(&mut self, fixture: &Fixture, player: i32) {
        let event = |date: GameDate, kind: &str| {
            Row::default().with("date", date).with("player_id", player).with("event", kind).with("detail", "knee")
        };
        self.push("injuries", event(fixture.slate.plus_days(-1), "out"));
        self.push("injuries", event(fixture.slate, "return"));
    }

    /// Only what could be known when a slate's morning edition is made, one line an instant at a time.
    pub(crate) fn without_what_follows(mut self, slate: GameDate) -> Self {
        let cutoff = slate.at(13, 0);
        self.frame("games").rows.retain(|row| row.slate() <= Some(slate));
        for row in self.frame("games").rows.iter_mut().filter(|row| row.slate() == Some(slate)) {
            row.clear("home_pts");
            row.clear("away_pts");
        }
        for file in ["player_games", "shot_zones", "team_odds", "injuries"] {
            self.frame(file).rows.retain(|row| row.slate() < Some(slate));
        }
        self.frame("prop_lines").rows.retain(|row| row.instant("observed_at") <= Some(cutoff));
        self
    }

    /// Moves a slate's lines so far that no guard lets predictions beside them pass.
    pub(crate) fn misprice(&mut self, slate: GameDate) {
        for row in self.frame("prop_lines").rows.iter_mut().filter(|row| row.slate() == Some(slate)) {
            let line = row.number("line").unwrap();
            row.set("line", line + 20.0);
        }
    }

    /// Everything that becomes known after a slate's morning edition is made, turned into nonsense.
    pub(crate) fn with_nonsense_after(mut self, slate: GameDate) -> Self {
        let cutoff = slate.at(13, 0) + SignedDuration::from_secs(1);
        let late = |row: &Row| row.slate() >= Some(slate);
        for row in self.frame("player_games").rows.iter_mut().filter(|row| late(row)) {
            if let (Some(made), Some(attempted), Some(points)) =
                (row.integer("ftm"), row.integer("fta"), row.integer("pts"))
            {
                row.set("ftm", made + 30);
                row.set("fta", attempted + 30);
                row.set("pts", points + 30);
            }
        }
        for row in self.frame("games").rows.iter_mut().filter(|row| late(row)) {
            row.set("home_pts", 1);
            row.set("away_pts", 199);
        }
        for row in self.frame("shot_zones").rows.iter_mut().filter(|row| late(row)) {
            row.set("bc_a", 90);
        }
        for row in self.frame("prop_lines").rows.iter_mut().filter(|row| row.instant("observed_at") >= Some(cutoff)) {
            row.set("line", 60.5_f32);
        }
        for place in 0..ROSTER {
            let event = Row::default().with("date", slate).with("player_id", player(0, place));
            self.push("injuries", event.with("event", "out").with("detail", "everything"));
        }
        self
    }
}

struct Fixture {
    number: usize,
    slate: GameDate,
    home: usize,
    away: usize,
}

impl Fixture {
    /// What every row about the game bears.
    fn row(&self) -> Row {
        Row::default().with("game_id", format!("00224{:05}", self.number).as_str()).with("game_date", self.slate)
    }
}

fn player(team: usize, place: usize) -> i32 {
    (1_000 + team * 100 + place) as i32
}

fn zones_row(row: &Row, zones: &[(&'static str, &'static str, (i32, i32))]) -> Row {
    let none =
        ["ra_m", "ra_a", "paint_m", "paint_a", "mid_m", "mid_a", "c3_m", "c3_a", "ab3_m", "ab3_a", "bc_m", "bc_a"];
    let empty = none.into_iter().fold(row.clone(), |row, column| row.with(column, 0));
    zones.iter().fold(empty, |row, (made, attempted, count)| row.with(made, count.0).with(attempted, count.1))
}

fn frames() -> BTreeMap<&'static str, Frame> {
    FILES.into_iter().map(|(file, columns)| (file, Frame::of(columns))).collect()
}

/// The files with their columns by kind.
const FILES: [(&str, &[(Kind, &str)]); 8] = [
    ("teams", &[(Kind::Text, "team full_name")]),
    ("players", &[(Kind::Integer, "player_id"), (Kind::Text, "player_name")]),
    (
        "games",
        &[
            (Kind::Text, "game_id home_team away_team"),
            (Kind::Date, "game_date"),
            (Kind::Instant, "tipoff_utc"),
            (Kind::Integer, "home_pts away_pts"),
        ],
    ),
    (
        "player_games",
        &[
            (Kind::Text, "game_id team status"),
            (Kind::Date, "game_date"),
            (Kind::Flag, "is_starter"),
            (Kind::Number, "minutes"),
            (Kind::Integer, "player_id fgm fga fg3m fg3a ftm fta oreb dreb ast stl blk tov pf pts plus_minus"),
        ],
    ),
    (
        "shot_zones",
        &[
            (Kind::Text, "game_id"),
            (Kind::Date, "game_date"),
            (Kind::Integer, "player_id ra_m ra_a paint_m paint_a mid_m mid_a c3_m c3_a ab3_m ab3_a bc_m bc_a"),
        ],
    ),
    (
        "prop_lines",
        &[
            (Kind::Text, "game_id source_player_name market book source"),
            (Kind::Date, "game_date"),
            (Kind::Integer, "player_id"),
            (Kind::Number, "line over_odds under_odds"),
            (Kind::Flag, "is_main"),
            (Kind::Instant, "observed_at"),
        ],
    ),
    (
        "team_odds",
        &[
            (Kind::Text, "game_id book source"),
            (Kind::Date, "game_date"),
            (Kind::Number, "home_spread total home_ml_odds away_ml_odds"),
        ],
    ),
    ("injuries", &[(Kind::Date, "date"), (Kind::Integer, "player_id"), (Kind::Text, "player_name event detail")]),
];
