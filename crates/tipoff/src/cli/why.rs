//! `tipoff why ID`: a published number back to the bytes it came from.

use super::{Exit, Global, render};
use crate::reports::{QuoteReport, WhyReport};

/// Show where a published number comes from: law, features, games, line, and the hashes of the raw bytes.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tipoff why 3f9a2c1b

Ids stand in `tipoff tonight` and in every document; a beginning of one will do.")]
pub(super) struct Arguments {
    /// A prediction's id, or the beginning of one.
    id: String,
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
    let report = WhyReport::of(&app, &explanation).await?;
    if global.json {
        render::json(&report)?;
    } else {
        print(&report);
    }
    Ok(Exit::Done)
}

fn print(report: &WhyReport) {
    use render::Column::{Name, Number, Text};
    println!(
        "{} ({}), {} of {}, {} by {}",
        report.player, report.id, report.market, report.game_date, report.recommendation, report.system
    );
    println!(
        "  predicted {:.2}, median {}, ± {:.2}; nothing later than {} was known",
        report.predicted, report.median, report.deviation, report.as_of
    );
    if let Some(p_plays) = report.p_plays {
        println!("  he plays with {:.1} %; all else is given that he does", p_plays * 100.0);
    }
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

fn print_quote(quote: &QuoteReport) {
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
