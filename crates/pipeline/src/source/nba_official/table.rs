//! The injury report's table, put together again from where its words stand.
//!
//! A cell that does not fit on one line is centred, so its text begins above the row and ends below it. The status is one
//! word and always fits: each row is where a status stands, or where a team has yet to report.

use domain::GameDate;
use jiff::civil::Date;

use super::words::Word;

/// The table's columns, from left to right, as its head calls them.
const HEAD: [&str; 7] = ["Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason"];
/// Text of a cell begins this much further right than its head, or at most this much further left.
const INDENT: f32 = 2.0;
/// Words at most so far apart stand on one line.
const ONE_LINE: f32 = 1.0;
/// What stands instead of a team's players.
const NOT_YET: &str = "NOT YET SUBMITTED";

/// A report as it is printed.
#[derive(Debug, PartialEq)]
pub(super) struct Report {
    /// The day it was issued.
    pub(super) issued: GameDate,
    /// Its players, in order.
    pub(super) rows: Vec<Row>,
    /// Teams that have yet to report.
    pub(super) not_yet: usize,
}

/// One player of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Visitors and hosts, as `MIL@SAS`.
    pub(super) matchup: String,
    /// His team's full name.
    pub(super) team: String,
    /// `Last, First`.
    pub(super) player: String,
    /// `Out`, `Doubtful`, ...
    pub(super) status: String,
    /// Why.
    pub(super) reason: String,
}

/// A line of words, from left to right.
struct Line<'w> {
    words: Vec<&'w Word>,
}

impl Line<'_> {
    fn text(&self) -> String {
        joined(self.words.iter().map(|word| word.text.as_str()))
    }

    fn place(&self) -> (u32, f32) {
        (self.words[0].page, self.words[0].y)
    }
}

/// Reads a report.
///
/// # Errors
/// When it has no title, or no table below it, in words.
pub(super) fn report(words: &[Word]) -> Result<Report, String> {
    let lines = lines(words);
    let issued = lines.iter().find_map(|line| issued(&line.text())).ok_or("it is not titled `Injury Report`")?;
    let head = lines.iter().find(|line| line.text() == HEAD.join(" ")).ok_or("its table has another head")?;
    let edges = edges(head);
    let body: Vec<&Line<'_>> = lines.iter().filter(|line| is_of_body(&line.text())).collect();
    let mut cells: Vec<[String; HEAD.len()]> = anchored(&body, &edges);
    let mut not_yet = 0;
    let mut standing: [String; 4] = Default::default();
    let mut rows = Vec::new();
    for row in &mut cells {
        // Date, time, matchup and team are printed once, above all they hold for.
        for (stands, cell) in standing.iter_mut().zip(&mut *row).filter(|(_, cell)| !cell.is_empty()) {
            *stands = std::mem::take(cell);
        }
        let [_, _, _, _, player, status, reason] = std::mem::take(row);
        if reason == NOT_YET {
            not_yet += 1;
            continue;
        }
        let [_, _, matchup, team] = standing.clone();
        rows.push(Row { matchup, team, player, status, reason });
    }
    Ok(Report { issued, rows, not_yet })
}

/// Words by page and height.
fn lines(words: &[Word]) -> Vec<Line<'_>> {
    let mut sorted: Vec<&Word> = words.iter().collect();
    sorted.sort_by(|a, b| a.page.cmp(&b.page).then(a.y.total_cmp(&b.y)));
    let mut lines: Vec<Line<'_>> = Vec::new();
    for word in sorted {
        match lines.last_mut() {
            Some(line) if line.place().0 == word.page && word.y - line.place().1 <= ONE_LINE => line.words.push(word),
            _ => lines.push(Line { words: vec![word] }),
        }
    }
    for line in &mut lines {
        line.words.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    lines
}

/// The day of a title such as `Injury Report: 01/04/24 12:30 PM`.
fn issued(line: &str) -> Option<GameDate> {
    let day = line.strip_prefix("Injury Report:")?.split_whitespace().next()?;
    GameDate::new(Date::strptime("%m/%d/%y", day).ok()?)
}

/// All that is not printed on every page.
fn is_of_body(line: &str) -> bool {
    !(line.starts_with("Injury Report:") || line.starts_with("Page ") || line == HEAD.join(" "))
}

/// Where each column begins: at the first word of its name.
fn edges(head: &Line<'_>) -> [f32; HEAD.len()] {
    let mut words = head.words.iter();
    HEAD.map(|name| {
        let first = name.split(' ').next().unwrap_or(name);
        words.find(|word| word.text.starts_with(first)).map_or(f32::MAX, |word| word.x)
    })
}

/// The cells of each row: every line belongs to the nearest row of its page.
fn anchored(body: &[&Line<'_>], edges: &[f32; HEAD.len()]) -> Vec<[String; HEAD.len()]> {
    let column = |word: &Word| edges.iter().rposition(|edge| *edge <= word.x + INDENT).unwrap_or(0);
    let is_row = |line: &&&Line<'_>| {
        line.words.iter().any(|word| HEAD[column(word)] == "Current Status") || line.text().ends_with(NOT_YET)
    };
    let anchors: Vec<(u32, f32)> = body.iter().filter(is_row).map(|line| line.place()).collect();
    let mut cells: Vec<[Vec<&str>; HEAD.len()]> = vec![Default::default(); anchors.len()];
    for line in body {
        let (page, y) = line.place();
        let near = anchors.iter().enumerate().filter(|(_, anchor)| anchor.0 == page);
        let Some((row, _)) = near.min_by(|(_, a), (_, b)| (a.1 - y).abs().total_cmp(&(b.1 - y).abs())) else {
            continue;
        };
        for word in &line.words {
            cells[row][column(word)].push(&word.text);
        }
    }
    cells.into_iter().map(|row| row.map(|cell| joined(cell.into_iter()))).collect()
}

/// Words with spaces between, but for those that a hyphen broke off.
fn joined<'t>(words: impl Iterator<Item = &'t str>) -> String {
    words.fold(String::new(), |text, word| match text.as_str() {
        "" => word.to_owned(),
        broken if broken.ends_with('-') && !broken.ends_with(" -") => text + word,
        _ => text + " " + word,
    })
}
