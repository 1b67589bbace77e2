//! `tipoff why ID`: a published number back to the bytes it came from.

use pipeline::rows::{Grade, Prediction, Quote};
use predict::features::{Feature, FeatureRow};
use predict::{CountLaw, Side, Wager};
use serde::Serialize;
use store::{ChainLink, Explanation, GameSource, PayloadSource};

use super::grounds::GroundsJson;
use super::{Exit, Global, render};
use crate::App;

/// Show where a published number comes from: law, features, games, line, and the hashes of the raw bytes.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff why 3f9a2c1b

Ids stand in `tipoff tonight` and in every document; a beginning of one will do.")]
pub(super) struct Arguments {
    /// A prediction's id, or the beginning of one.
    id: String,
}

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    id: String,
    player_id: u32,
    player: String,
    game_id: String,
    game_date: String,
    as_of: String,
    market: &'static str,
    system: &'static str,
    predicted: f64,
    median: u16,
    deviation: f64,
    recommendation: &'static str,
    quote: Option<QuoteJson>,
    model: Option<String>,
    law: Vec<f64>,
    quantile_10: Option<u16>,
    quantile_90: Option<u16>,
    #[serde(flatten)]
    grounds: GroundsJson,
    features: Vec<FeatureJson>,
    games: Vec<GameJson>,
    chain: Vec<LinkJson>,
    grade: Option<GradeJson>,
}

#[derive(Serialize)]
struct QuoteJson {
    book: String,
    line: f64,
    over_odds: Option<f64>,
    under_odds: Option<f64>,
    observed_at: String,
    law_p_over: f64,
    p_push: f64,
    p_over: Option<f64>,
    fair_over_odds: Option<f64>,
    fair_under_odds: Option<f64>,
    probability_edge: Option<f64>,
    expected_value: Option<f64>,
    raw: Option<RawJson>,
}

#[derive(Serialize)]
struct RawJson {
    hash: String,
    subject: String,
}

#[derive(Serialize)]
struct FeatureJson {
    name: &'static str,
    value: Option<f64>,
    meaning: &'static str,
}

#[derive(Serialize)]
struct GameJson {
    game_id: String,
    date: String,
    points: Option<u16>,
    minutes: Option<f64>,
    known_at: String,
    provenance: &'static str,
    raw: RawJson,
}

#[derive(Serialize)]
struct LinkJson {
    step: &'static str,
    output: i64,
    made_at: Option<String>,
}

#[derive(Serialize)]
struct GradeJson {
    actual: Option<u16>,
    verdict: &'static str,
    profit: Option<f64>,
    absolute_error: Option<f64>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    let app = global.look().await?;
    let store = &app.store;
    let id = arguments.id.to_ascii_lowercase();
    anyhow::ensure!(
        id.len() >= 4 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{:?} is no prediction id: they are sixteen hexadecimal digits, and four or more will do",
        arguments.id
    );
    let found = store.views.predictions_named(&id).await?;
    let prediction = match found.as_slice() {
        [] => anyhow::bail!("no prediction is named {id}: `tipoff tonight` lists ids"),
        [only] => only,
        several => {
            let names: Vec<&str> = several.iter().map(|prediction| prediction.id.0.as_str()).collect();
            anyhow::bail!("{} predictions begin with {id}: {}", several.len(), names.join(", "))
        }
    };
    let Some(explanation) = store.views.explain(prediction).await? else {
        anyhow::bail!("the chain behind {id} is broken: its output is not in the ledger")
    };
    let report = report(&app, &explanation).await?;
    if global.json {
        render::json(&report)?;
    } else {
        print(&report);
    }
    Ok(Exit::Done)
}

async fn report(app: &App, explanation: &Explanation) -> anyhow::Result<Report> {
    let prediction = &explanation.prediction;
    let directory = app.store.facts.directory().await?;
    let forecast = explanation.forecast.as_ref();
    let law = forecast.and_then(|forecast| forecast.answer.as_ref().ok());
    let interval = law.map(CountLaw::interval_80);
    Ok(Report {
        schema_version: 1,
        id: prediction.id.0.clone(),
        player_id: prediction.player.number(),
        player: directory.name(prediction.player).unwrap_or("unknown").to_owned(),
        game_id: prediction.game.to_string(),
        game_date: prediction.slate.to_string(),
        as_of: domain::GameDate::offset_text(explanation.edition.cutoff.instant()),
        market: prediction.market.code(),
        system: prediction.system.code(),
        predicted: prediction.mean,
        median: prediction.median,
        deviation: prediction.deviation,
        recommendation: prediction.recommendation.label(),
        quote: prediction.quote.map(|quote| QuoteJson::of(prediction, &quote, explanation.line_source.as_ref())),
        grounds: GroundsJson::of(app, explanation).await?,
        model: forecast.and_then(|forecast| forecast.model).map(|model| model.to_string()),
        law: law.map_or_else(Vec::new, |law| law.mass().to_vec()),
        quantile_10: interval.map(|(low, _)| low),
        quantile_90: interval.map(|(_, high)| high),
        features: explanation.features.as_ref().map_or_else(Vec::new, features),
        games: explanation.games.iter().map(GameJson::from).collect(),
        chain: explanation.chain.iter().map(LinkJson::from).collect(),
        grade: explanation.grade.as_ref().map(GradeJson::from),
    })
}

impl QuoteJson {
    fn of(prediction: &Prediction, quote: &Quote, source: Option<&PayloadSource>) -> Self {
        Self {
            book: quote.book.to_string(),
            line: quote.line.points(),
            over_odds: quote.over_odds.map(domain::DecimalOdds::decimal),
            under_odds: quote.under_odds.map(domain::DecimalOdds::decimal),
            observed_at: quote.observed_at.to_string(),
            law_p_over: quote.law_over.get(),
            p_push: quote.push.get(),
            p_over: quote.over.map(domain::Probability::get),
            fair_over_odds: quote.fair_odds(Side::Over).map(domain::DecimalOdds::decimal),
            fair_under_odds: quote.fair_odds(Side::Under).map(domain::DecimalOdds::decimal),
            probability_edge: prediction.wager().map(Wager::edge),
            expected_value: quote.expected_value,
            raw: source.map(RawJson::from),
        }
    }
}

impl From<&PayloadSource> for RawJson {
    fn from(source: &PayloadSource) -> Self {
        Self { hash: source.hash.to_string(), subject: source.subject.clone() }
    }
}

fn features(row: &FeatureRow) -> Vec<FeatureJson> {
    let of = |feature: Feature| FeatureJson {
        name: feature.name(),
        value: row.vector.get(feature),
        meaning: feature.meaning(),
    };
    Feature::ALL.map(of).into()
}

impl From<&GameSource> for GameJson {
    fn from(game: &GameSource) -> Self {
        Self {
            game_id: game.game.to_string(),
            date: game.slate.to_string(),
            points: game.points,
            minutes: game.minutes,
            known_at: game.known_at.to_string(),
            provenance: game.provenance.code(),
            raw: RawJson::from(&game.source),
        }
    }
}

impl From<&ChainLink> for LinkJson {
    fn from(link: &ChainLink) -> Self {
        Self { step: link.step.name(), output: link.output.0, made_at: link.made_at.map(|at| at.to_string()) }
    }
}

impl From<&Grade> for GradeJson {
    fn from(grade: &Grade) -> Self {
        Self {
            actual: grade.actual,
            verdict: grade.verdict.code(),
            profit: grade.profit,
            absolute_error: grade.absolute_error,
        }
    }
}

fn print(report: &Report) {
    use render::Column::{Name, Number, Text};
    println!(
        "{} ({}), {} of {}, {} by {}",
        report.player, report.id, report.market, report.game_date, report.recommendation, report.system
    );
    println!(
        "  predicted {:.2}, median {}, ± {:.2}; nothing later than {} was known",
        report.predicted, report.median, report.deviation, report.as_of
    );
    if let (Some(low), Some(high)) = (report.quantile_10, report.quantile_90) {
        println!("  in eight of ten such games he counts from {low} to {high}");
    }
    if let Some(model) = &report.model {
        println!("  model {model}");
    }
    if let Some(quote) = &report.quote {
        print_quote(quote);
    }
    print_law(&report.law, report.quote.as_ref().map(|quote| quote.line));
    report.grounds.print();
    println!("\nFeatures");
    let mut table = render::table(&[Name("feature"), Number("value"), Text("meaning")]);
    for feature in &report.features {
        let value = feature.value.map_or("missing".to_owned(), |value| format!("{value:.3}"));
        table.add_row([feature.name, &value, feature.meaning]);
    }
    println!("{table}\n\nNewest games known at the cutoff");
    let mut table = render::table(&[
        Name("date"),
        Name("game"),
        Number("points"),
        Number("minutes"),
        Text("known at"),
        Text("raw bytes"),
    ]);
    for game in &report.games {
        table.add_row([
            game.date.clone(),
            game.game_id.clone(),
            game.points.map_or("did not play".to_owned(), |points| points.to_string()),
            game.minutes.map_or(String::new(), |minutes| format!("{minutes:.1}")),
            format!("{} ({})", game.known_at, game.provenance),
            format!("{} {}", game.raw.subject, &game.raw.hash[..12]),
        ]);
    }
    println!("{table}\n\nMade from");
    for link in &report.chain {
        println!("  {} (output {}, {})", link.step, link.output, link.made_at.as_deref().unwrap_or("open"));
    }
    if let Some(grade) = &report.grade {
        let actual = grade.actual.map_or("he did not play".to_owned(), |actual| format!("{actual} scored"));
        println!("\nGraded: {}, {actual}", grade.verdict.replace('_', " "));
    }
}

fn print_quote(quote: &QuoteJson) {
    let odds = |odds: Option<f64>| odds.map_or("–".to_owned(), |odds| format!("{odds:.2}"));
    println!(
        "  line {} at {} ({} / {}), seen {}",
        quote.line,
        quote.book,
        odds(quote.over_odds),
        odds(quote.under_odds),
        quote.observed_at
    );
    if let Some(raw) = &quote.raw {
        println!("  the line's raw bytes: {} {}", raw.subject, raw.hash);
    }
    let blended = quote.p_over.map_or(String::new(), |p| format!(", {:.1} % after the shrink to the price", p * 100.0));
    println!("  P(over) by the law alone {:.1} %{blended}", quote.law_p_over * 100.0);
    if let (Some(edge), Some(_)) = (quote.probability_edge, quote.p_over) {
        let fair = format!("{} / {}", odds(quote.fair_over_odds), odds(quote.fair_under_odds));
        println!("  fair odds {fair}; edge {:+.1} %", edge * 100.0);
    }
    if let Some(value) = quote.expected_value {
        println!("  expected profit {:+.1} % of the stake", value * 100.0);
    }
}

/// The law as a row of bars, one a point, with the line marked.
fn print_law(law: &[f64], line: Option<f64>) {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let shown = &law[..law.len().min(61)];
    let highest = shown.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let bars: String =
        shown.iter().map(|mass| BARS[((mass / highest) * (BARS.len() - 1) as f64).round() as usize]).collect();
    println!("\n  {bars}");
    let ruler: String = (0..shown.len()).map(|count| if count % 10 == 0 { '|' } else { ' ' }).collect();
    println!("  {ruler}  0, 10, 20, ... points");
    if let Some(line) = line {
        println!("  {}^ line", " ".repeat(line.ceil() as usize));
    }
}
