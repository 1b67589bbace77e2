//! Reports of our own making, printed as the league prints them.

use domain::{Cutoff, PlayerId, PlayerName, TeamName};
use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};

use super::*;
use crate::source::payload;

/// Where the league's columns stand.
const COLUMNS: [f32; 7] = [23.0, 119.0, 200.0, 264.0, 425.0, 585.0, 666.0];

/// A page: cells as (column, height, text), and its title.
fn page(title: &str, cells: &[(usize, f32, &str)]) -> Vec<Operation> {
    let mut drawn = vec![Operation::new("cm", [1, 0, 0, -1, 0, 595].map(Object::from).to_vec())];
    let mut write = |x: f32, y: f32, text: &str| {
        drawn.push(Operation::new("BT", Vec::new()));
        drawn.push(Operation::new("Tf", vec!["F0".into(), (-10).into()]));
        for (nth, word) in text.split(' ').enumerate() {
            // The first place is absolute, each further one relative to the one before.
            let place = if nth == 0 { [x, y] } else { [11.0, 0.0] };
            drawn.push(Operation::new("Td", place.map(Object::from).to_vec()));
            drawn.push(Operation::new("Tj", vec![Object::string_literal(word)]));
        }
        drawn.push(Operation::new("ET", Vec::new()));
    };
    write(289.0, 62.0, title);
    write(398.0, 545.0, "Page 1 of 1");
    for (column, y, text) in cells {
        write(COLUMNS[*column] + 1.0, *y, text);
    }
    drawn
}

/// A document of these pages, packed.
fn pdf(pages: Vec<Vec<Operation>>) -> Vec<u8> {
    let mut document = Document::with_version("1.4");
    let tree = document.new_object_id();
    let font = dictionary! { "Type" => "Font", "Subtype" => "TrueType", "Encoding" => "WinAnsiEncoding" };
    let font = document.add_object(font);
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F0" => font } });
    let kids: Vec<Object> = pages
        .into_iter()
        .map(|operations| {
            let drawn = Content { operations }.encode().unwrap();
            let contents = document.add_object(Stream::new(dictionary! {}, drawn));
            let page =
                dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => contents, "Resources" => resources };
            document.add_object(page).into()
        })
        .collect();
    let count = kids.len() as u32;
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

const TITLE: &str = "Injury Report: 01/15/25 12:30 PM";

fn head() -> Vec<(usize, f32, &'static str)> {
    let names = ["Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason"];
    names.into_iter().enumerate().map(|(column, name)| (column, 115.0, name)).collect()
}

fn read(body: Vec<u8>) -> Result<Parsed, Unreadable> {
    let named = |number, name: &str| PlayerName { player: PlayerId::new(number), name: name.to_owned() };
    let players = ["Victor Wembanyama", "David Duke Jr.", "Nikola Jokić", "Gary Payton II"];
    let players = (1..).zip(players).map(|(number, name)| named(number, name)).collect();
    let directory = Directory::new(Vec::new(), players, Vec::<TeamName>::new());
    let fetched_at = "2025-01-15T17:31:00Z".parse().unwrap();
    let payload = payload(&NbaOfficialInjuryReport, fetched_at, body);
    NbaOfficialInjuryReport.parse(&payload, &directory)
}

fn events(parsed: &Parsed) -> Vec<(u32, InjuryEventKind, String)> {
    let now = Cutoff::at("2025-01-15T17:31:00Z".parse().unwrap());
    let known = parsed.facts.injuries.iter().filter_map(|event| event.open(now));
    known.map(|event| (event.player.number(), event.kind, event.detail.clone())).collect()
}

/// Two pages: a reason of three lines around its row, a team that has yet to report, somebody listed for two games.
fn two_pages() -> Vec<u8> {
    let mut first = head();
    first.extend([
        (0, 136.0, "01/15/2025"),
        (1, 136.0, "07:30 (ET)"),
        (2, 136.0, "MIL@SAS"),
        (3, 136.0, "Milwaukee Bucks"),
        (6, 136.0, "NOT YET SUBMITTED"),
        (3, 159.0, "San Antonio Spurs"),
        (4, 159.0, "Duke Jr., David"),
        (5, 159.0, "Out"),
        (6, 159.0, "G League - Two- Way"),
        (6, 174.0, "Injury/Illness - Right"),
        (4, 188.0, "Wembanyama, Victor"),
        (5, 188.0, "Questionable"),
        (6, 188.0, "Ankle;"),
        (6, 202.0, "Sprain"),
    ]);
    let second = [
        (2, 91.0, "DEN@GSW"),
        (3, 91.0, "Denver Nuggets"),
        (4, 91.0, "Jokic, Nikola"),
        (5, 91.0, "Available"),
        (6, 91.0, "Rest"),
        (3, 113.0, "Golden State Warriors"),
        (4, 113.0, "Nobody, Known"),
        (5, 113.0, "Out"),
        (6, 113.0, "Injury/Illness - Knee; Soreness"),
        (4, 135.0, "Payton II, Gary"),
        (5, 135.0, "Resting"),
        (0, 157.0, "01/16/2025"),
        (2, 157.0, "SAS@MIL"),
        (3, 157.0, "San Antonio Spurs"),
        (4, 157.0, "Wembanyama, Victor"),
        (5, 157.0, "Out"),
        (6, 157.0, "Rest"),
    ];
    pdf(vec![page(TITLE, &first), page(TITLE, &second)])
}

#[test]
fn each_row_is_read_whole_whatever_lines_its_cells_take() {
    let parsed = read(two_pages()).unwrap();
    let ankle = "Injury/Illness - Right Ankle; Sprain".to_owned();
    assert_eq!(
        events(&parsed),
        [
            (2, InjuryEventKind::Out, "G League - Two-Way".to_owned()),
            (1, InjuryEventKind::Questionable, ankle),
            (3, InjuryEventKind::Return, "Rest".to_owned()),
        ]
    );
    let rejects: Vec<_> = parsed.rejects.described().iter().map(|reject| (reject.reason, reject.row)).collect();
    let expected = [(RejectReason::UnresolvedPlayer, 3), (RejectReason::Malformed, 4), (RejectReason::NotCounted, 5)];
    assert_eq!((parsed.rows_read, rejects.as_slice()), (6, expected.as_slice()));
    assert_eq!(parsed.rejects.described()[0].detail, "Known Nobody");
}

#[test]
fn a_matchup_and_a_team_hold_until_the_next() {
    let report = table::report(&words::words(&two_pages()).unwrap()).unwrap();
    let places: Vec<_> = report.rows.iter().map(|row| (row.matchup.as_str(), row.team.as_str())).collect();
    let [spurs, warriors] = ["San Antonio Spurs", "Golden State Warriors"];
    let expected = [
        ("MIL@SAS", spurs),
        ("MIL@SAS", spurs),
        ("DEN@GSW", "Denver Nuggets"),
        ("DEN@GSW", warriors),
        ("DEN@GSW", warriors),
        ("SAS@MIL", spurs),
    ];
    assert_eq!((places.as_slice(), report.not_yet), (expected.as_slice(), 1));
}

#[test]
fn what_is_no_report_is_unreadable() {
    let problem = |body| read(body).unwrap_err().problem;
    let whole = two_pages();
    assert!(problem(b"<html>Access denied</html>".to_vec()).contains("no PDF"));
    assert!(problem(pdf(vec![page("Officials: 01/15/25", &head())])).contains("not titled"));
    assert!(problem(pdf(vec![page(TITLE, &head()[1..])])).contains("another head"));
    assert!(read(whole[..whole.len() / 2].to_vec()).is_err(), "half of it");
    assert_eq!(events(&read(pdf(vec![page(TITLE, &head())])).unwrap()), [], "nobody is hurt");
}

#[test]
fn the_issue_before_the_look_is_asked_for() {
    let subject = |at: jiff::Timestamp| {
        let delivery = Delivery::Watch { slate: GameDate::of(at), at };
        NbaOfficialInjuryReport.plan(&delivery, &Directory::default()).remove(0).subject
    };
    let slate: GameDate = "2026-01-05".parse().unwrap();
    assert_eq!(subject(slate.at(17, 15)), "referee/injury/Injury-Report_2026-01-05_05_00PM.pdf");
    assert_eq!(subject(slate.at(0, 7)), "referee/injury/Injury-Report_2026-01-04_11_45PM.pdf");
    assert_eq!(subject(slate.at(12, 44)), "referee/injury/Injury-Report_2026-01-05_12_15PM.pdf");
}
