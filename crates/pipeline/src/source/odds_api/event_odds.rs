//! The Odds API: player props of one event, current or as a historical snapshot.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{DecimalOdds, Game, HalfPoints, Known, LineRole, Market, PlayerId, PropLine, Provenance, Sportsbook};
use jiff::Timestamp;
use serde::Deserialize;

use crate::delivery::Delivery;
use crate::source::{Directory, Mention, Parsed, Provider, Reject, RejectReason, Source, Unreadable, json};
use crate::{RawPayload, RawRequest};

use super::events::Event;

/// Player props by event.
pub(crate) struct OddsApiEventOdds;

/// A historical answer wraps the current shape.
#[derive(Deserialize)]
struct Historical {
    data: EventOdds,
}

#[derive(Deserialize)]
struct EventOdds {
    #[serde(flatten)]
    event: Event,
    bookmakers: Vec<Bookmaker>,
}

#[derive(Deserialize)]
struct Bookmaker {
    key: String,
    markets: Vec<WireMarket>,
}

#[derive(Deserialize)]
struct WireMarket {
    key: String,
    last_update: Timestamp,
    outcomes: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    name: String,
    description: Option<String>,
    price: Option<f64>,
    point: Option<f64>,
}

impl Source for OddsApiEventOdds {
    fn id(&self) -> &'static str {
        "odds_api_event_odds"
    }

    fn provider(&self) -> Option<Provider> {
        Some(Provider::OddsApi)
    }

    fn parser_version(&self) -> u32 {
        1
    }

    fn feeds_directory(&self) -> bool {
        false
    }

    fn known_at_rule(&self) -> &'static str {
        "when it was fetched; a line's own moment is its market's last update"
    }

    /// One request an event; a game whose event nobody has told of yet is not asked about.
    fn plan(&self, delivery: &Delivery, directory: &Directory) -> Vec<RawRequest> {
        let query = "regions=us&markets=player_points&oddsFormat=decimal";
        delivery
            .games(directory)
            .filter(|game| delivery.wants_lines(game))
            .filter_map(|game| directory.event_of(Provider::OddsApi, game.id))
            .map(|event| RawRequest {
                source: self.id(),
                subject: format!("v4/sports/basketball_nba/events/{event}/odds?{query}"),
            })
            .collect()
    }

    fn parse(&self, payload: &RawPayload, directory: &Directory) -> Result<Parsed, Unreadable> {
        let odds = match json::<Historical>(payload) {
            Ok(historical) => historical.data,
            Err(_) => json::<EventOdds>(payload)?,
        };
        let mut parsed = Parsed::default();
        let game = match odds.event.game(directory) {
            Ok(game) => game,
            Err((reason, detail)) => {
                parsed.rejects.push(Reject { reason, row: 0, detail });
                return Ok(parsed);
            }
        };
        for bookmaker in &odds.bookmakers {
            read_bookmaker(bookmaker, game, payload, directory, &mut parsed);
        }
        Ok(parsed)
    }
}

fn market_of(key: &str) -> Option<Market> {
    match key.strip_suffix("_alternate").unwrap_or(key) {
        "player_points" => Some(Market::Points),
        "player_rebounds" => Some(Market::Rebounds),
        "player_assists" => Some(Market::Assists),
        "player_threes" => Some(Market::Threes),
        "player_points_rebounds_assists" => Some(Market::PointsReboundsAssists),
        "player_points_rebounds" => Some(Market::PointsRebounds),
        "player_points_assists" => Some(Market::PointsAssists),
        "player_rebounds_assists" => Some(Market::ReboundsAssists),
        _ => None,
    }
}

/// One player's lines of one market at one book.
type Ladder = BTreeMap<HalfPoints, Rung>;

/// Both prices of a line, and when the book showed them.
#[derive(Clone, Copy)]
struct Rung {
    over: Option<DecimalOdds>,
    under: Option<DecimalOdds>,
    observed_at: Timestamp,
}

/// Reads all of a book's markets. Its alternate lines are a market of their own on the wire and the same ladder here.
fn read_bookmaker(
    bookmaker: &Bookmaker,
    game: &Game,
    payload: &RawPayload,
    directory: &Directory,
    parsed: &mut Parsed,
) {
    let mut ladders = BTreeMap::<(Market, PlayerId), Ladder>::new();
    let book = bookmaker.key.parse::<Sportsbook>();
    for market in &bookmaker.markets {
        let (Some(kind), Ok(_)) = (market_of(&market.key), &book) else {
            let detail = format!("market {} of {}", market.key, bookmaker.key);
            parsed.rejects.push(Reject { reason: RejectReason::NotCounted, row: parsed.rows_read, detail });
            continue;
        };
        let observed_at = market.last_update.min(payload.fetched_at);
        for outcome in &market.outcomes {
            let row = parsed.rows_read;
            parsed.rows_read += 1;
            match read_outcome(outcome, game, directory) {
                Ok((player, line, price)) => {
                    let empty = Rung { over: None, under: None, observed_at };
                    let rung = ladders.entry((kind, player)).or_default().entry(line).or_insert(empty);
                    let side = if outcome.name == "Under" { &mut rung.under } else { &mut rung.over };
                    *side = Some(price);
                }
                Err((reason, detail)) => parsed.rejects.push(Reject { reason, row, detail }),
            }
        }
    }
    let Ok(book) = book else { return };
    let feed: Arc<str> = "odds_api".into();
    for ((market, player), ladder) in ladders {
        let main = main_line(&ladder);
        for (line, Rung { over, under, observed_at }) in ladder {
            let line = PropLine {
                game: game.id,
                slate: game.slate,
                player,
                market,
                book,
                feed: feed.clone(),
                line,
                role: if Some(line) == main { LineRole::Main } else { LineRole::Alternate },
                over,
                under,
                observed_at: Some(observed_at),
            };
            parsed.facts.prop_lines.push(Known::new(line, payload.fetched_at, Provenance::Observed));
        }
    }
}

fn read_outcome(
    outcome: &Outcome,
    game: &Game,
    directory: &Directory,
) -> Result<(PlayerId, HalfPoints, DecimalOdds), (RejectReason, String)> {
    let name = outcome.description.as_deref().unwrap_or_default();
    let missing = |what: &str| (RejectReason::MissingValue, format!("{what} of {name:?}"));
    let malformed = |what: String| (RejectReason::Malformed, format!("{what} of {name:?}"));
    if !matches!(outcome.name.as_str(), "Over" | "Under") {
        return Err(malformed(format!("side {:?}", outcome.name)));
    }
    let point = outcome.point.ok_or_else(|| missing("line"))?;
    let price = outcome.price.ok_or_else(|| missing("price"))?;
    let line = HalfPoints::from_points(point).ok_or_else(|| malformed(format!("line {point}")))?;
    let price = DecimalOdds::new(price).ok_or_else(|| malformed(format!("price {price}")))?;
    let player = directory.resolve(Mention::named(name).of(&[game.home, game.away]))?;
    Ok((player, line, price))
}

/// The line nearest to even odds, among those priced on both sides if any is.
fn main_line(ladder: &Ladder) -> Option<HalfPoints> {
    let imbalance = |rung: &Rung| match (rung.over, rung.under) {
        (Some(over), Some(under)) => (over.decimal() - under.decimal()).abs(),
        _ => f64::MAX,
    };
    ladder.iter().min_by(|a, b| imbalance(a.1).total_cmp(&imbalance(b.1))).map(|(line, _)| *line)
}

#[cfg(test)]
mod tests {
    use domain::{GameDate, PlayerName, Team, TeamName};

    use super::*;

    fn directory() -> Directory {
        let slate: GameDate = "2025-03-04".parse().unwrap();
        let [home, away]: [Team; 2] = ["SAS".parse().unwrap(), "BKN".parse().unwrap()];
        let game = Game { id: "0022400890".parse().unwrap(), slate, tipoff: Some(slate.at(20, 30)), home, away };
        let named = |team, name: &str| TeamName { team, name: name.to_owned() };
        Directory::new(
            vec![game],
            vec![PlayerName { player: PlayerId::new(101_108), name: "Chris Paul".to_owned() }],
            vec![named(home, "San Antonio Spurs"), named(away, "Brooklyn Nets")],
        )
    }

    fn parse(outcomes: &str) -> Parsed {
        parse_markets(&[("player_points", outcomes)])
    }

    fn parse_markets(markets: &[(&str, &str)]) -> Parsed {
        let market = |(key, outcomes): &(&str, &str)| {
            format!(r#"{{"key":"{key}","last_update":"2025-03-04T13:34:35Z","outcomes":[{outcomes}]}}"#)
        };
        let markets: Vec<String> = markets.iter().map(market).collect();
        let body = format!(
            r#"{{"timestamp":"2025-03-04T13:35:38Z","data":{{"id":"a73","commence_time":"2025-03-05T01:40:00Z",
               "home_team":"San Antonio Spurs","away_team":"Brooklyn Nets","bookmakers":[{{"key":"fanduel","title":"FanDuel",
               "markets":[{}]}}]}}}}"#,
            markets.join(",")
        );
        let payload = RawPayload {
            source: "odds_api_event_odds".to_owned(),
            subject: "event".to_owned(),
            fetched_at: "2025-03-04T13:35:40Z".parse().unwrap(),
            body: body.into(),
        };
        OddsApiEventOdds.parse(&payload, &directory()).unwrap()
    }

    fn outcome(side: &str, player: &str, price: f64, point: f64) -> String {
        format!(r#"{{"name":"{side}","description":"{player}","price":{price},"point":{point}}}"#)
    }

    #[test]
    fn a_game_is_asked_about_by_the_id_of_its_event_or_not_at_all() {
        let game = "0022400890".parse().unwrap();
        let closing = Delivery::Closing { slate: "2025-03-04".parse().unwrap(), game, minutes: 30 };
        assert_eq!(OddsApiEventOdds.plan(&closing, &directory()), []);
        let of = |foreign_id: &str| domain::Alias {
            provider: "odds_api".to_owned(),
            foreign_id: foreign_id.to_owned(),
            meaning: domain::Meaning::Game(game),
        };
        // An event that was made anew has the newer id.
        let directory = directory().with_aliases(vec![of("a73"), of("b84")]);
        let asked: Vec<String> =
            OddsApiEventOdds.plan(&closing, &directory).into_iter().map(|request| request.subject).collect();
        assert_eq!(asked.len(), 1);
        assert!(asked[0].starts_with("v4/sports/basketball_nba/events/b84/odds?"), "{asked:?}");
    }

    #[test]
    fn both_sides_of_a_line_become_one_fact() {
        let parsed =
            parse(&[outcome("Over", "Chris Paul", 2.02, 8.5), outcome("Under", "Chris Paul", 1.74, 8.5)].join(","));
        let cutoff = domain::Cutoff::at("2025-03-04T18:00:00Z".parse().unwrap());
        let lines: Vec<_> = parsed.facts.prop_lines.iter().filter_map(|line| line.open(cutoff)).collect();
        assert_eq!(lines.len(), 1);
        assert_eq!((lines[0].line.to_string().as_str(), lines[0].role), ("8.5", LineRole::Main));
        assert_eq!(lines[0].two_way().map(|price| price.over.decimal()), Some(2.02));
        assert_eq!(lines[0].observed_at, Some("2025-03-04T13:34:35Z".parse().unwrap()));
    }

    #[test]
    fn the_rung_nearest_to_even_is_the_main_one() {
        let ladder = [(6.5, 1.3, 3.2), (8.5, 1.9, 1.85), (10.5, 2.9, 1.35)].map(|(point, over, under)| {
            [outcome("Over", "Chris Paul", over, point), outcome("Under", "Chris Paul", under, point)].join(",")
        });
        assert_eq!(main_lines(&parse(&ladder.join(","))), ["8.5"]);
        // The alternates come as a market of their own, and are the same ladder.
        let alternates = [&ladder[0], &ladder[2]].map(String::as_str).join(",");
        let apart = parse_markets(&[("player_points", &ladder[1]), ("player_points_alternate", &alternates)]);
        assert_eq!((apart.facts.prop_lines.len(), main_lines(&apart)), (3, vec!["8.5".to_owned()]));
    }

    fn main_lines(parsed: &Parsed) -> Vec<String> {
        let cutoff = domain::Cutoff::at("2025-03-04T18:00:00Z".parse().unwrap());
        let known = parsed.facts.prop_lines.iter().filter_map(|line| line.open(cutoff));
        known.filter(|line| line.role == LineRole::Main).map(|line| line.line.to_string()).collect()
    }

    #[test]
    fn a_bad_outcome_loses_nothing_else() {
        let outcomes = [
            outcome("Over", "Chris Paul", 2.02, 8.5),
            outcome("Over", "Nobody Known", 2.02, 8.5),
            outcome("Over", "Chris Paul", 0.5, 9.5),
            outcome("Maybe", "Chris Paul", 1.9, 9.5),
        ];
        let parsed = parse(&outcomes.join(","));
        assert_eq!((parsed.rows_read, parsed.facts.prop_lines.len()), (4, 1));
        let counts: Vec<_> = parsed.rejects.counts().iter().map(|(reason, count)| (*reason, *count)).collect();
        assert_eq!(counts, [(RejectReason::Malformed, 2), (RejectReason::UnresolvedPlayer, 1)]);
    }
}
