//! `tipoff alerts`: what is wrong, what people were told of it, and whether the routes to them work.

use clap::Subcommand;
use runtime::alerts::{Alert, DeliveryRecord, DeliveryState, Severity};
use serde::Serialize;

use super::{Exit, Global, render};
use crate::alert_sinks::AlertRoutes;
use crate::app::WhichAlerts;
use crate::clock_words::moment;
use crate::reports::{AlertsReport, DeliveryReport};

/// Show what is wrong, since when, what to do about it, and how people were told.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tipoff alerts                open alerts and the newest deliveries
  tipoff alerts --all --json
  tipoff alerts test           a test through every route that is set up

Exit codes: 0 done; of a test, 1 when a route did not take it.")]
pub(super) struct Arguments {
    /// The newest alerts, also those that are over.
    #[arg(long)]
    all: bool,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Send a test through every route, and say what each answered.
    #[command(after_help = "Example:
  tipoff alerts test --json")]
    Test,
}

#[derive(Serialize)]
struct TestReport {
    schema_version: u32,
    deliveries: Vec<DeliveryReport>,
}

pub(super) async fn run(arguments: &Arguments, global: &Global) -> anyhow::Result<Exit> {
    if let Some(What::Test) = arguments.what {
        return test(global).await;
    }
    let app = global.look().await?;
    let which = if arguments.all { WhichAlerts::Newest } else { WhichAlerts::Open };
    let (alerts, deliveries) = app.alerts(which).await?;
    if global.json {
        render::json(&AlertsReport::of(&alerts, &deliveries))?;
        return Ok(Exit::Done);
    }
    print(&alerts, which);
    print_deliveries(&deliveries);
    Ok(Exit::Done)
}

async fn test(global: &Global) -> anyhow::Result<Exit> {
    let sinks = AlertRoutes::of(&global.settings)?.sinks()?;
    let deliveries = global.app().await?.test_routes(sinks).await?;
    let arrived = |record: &DeliveryRecord| matches!(record.state, DeliveryState::Delivered { .. });
    let exit = if deliveries.iter().all(arrived) { Exit::Done } else { Exit::Failed };
    if global.json {
        let deliveries = deliveries.iter().map(DeliveryReport::of).collect();
        render::json(&TestReport { schema_version: 1, deliveries })?;
        return Ok(exit);
    }
    for record in &deliveries {
        let answer = match &record.state {
            DeliveryState::Delivered { .. } => "took it".to_owned(),
            DeliveryState::Undelivered { error } => format!("failed: {}", error.as_deref().unwrap_or("no answer")),
            DeliveryState::Outdated => "was not asked".to_owned(),
        };
        println!("{}: {answer}", record.delivery.route);
    }
    Ok(exit)
}

fn print(alerts: &[Alert], which: WhichAlerts) {
    use render::Column::{Name, Text};
    if alerts.is_empty() {
        println!("{}", if which == WhichAlerts::Open { "No alert is open." } else { "There never was an alert." });
        return;
    }
    let columns =
        [Name("severity"), Name("cause"), Text("subject"), Name("opened"), Name("over"), Text("what and what to do")];
    let mut table = render::table(&columns);
    for alert in alerts {
        let told = match (&alert.told, alert.severity) {
            (Some(_), _) => "",
            (None, Severity::Info) => "",
            (None, _) => " Nobody was told: no SLA is in danger.",
        };
        let due =
            alert.slas_by_deadline().into_iter().map(|(sla, at)| format!(" In danger: {sla}, due {}.", moment(at)));
        table.add_row([
            alert.severity.code().to_owned(),
            alert.root.cause.code().replace('_', " "),
            alert.root.subject.clone(),
            moment(alert.opened_at),
            alert.resolved_at.map(moment).unwrap_or_default(),
            format!("{}\n{}{}{told}", alert.message, alert.what_to_do, due.collect::<String>()),
        ]);
    }
    println!("{table}");
}

fn print_deliveries(deliveries: &[DeliveryRecord]) {
    use render::Column::{Name, Number, Text};
    if deliveries.is_empty() {
        println!("Nothing was ever sent; `tipoff alerts test` sends a test through every route.");
        return;
    }
    let mut table =
        render::table(&[Name("decided"), Name("kind"), Name("route"), Name("state"), Number("tries"), Text("about")]);
    for row in deliveries.iter().map(DeliveryReport::of) {
        let error = row.error.map(|error| format!(" ({error})")).unwrap_or_default();
        let about = row.about.join(", ") + &error;
        table.add_row([row.at, row.kind.to_owned(), row.route, row.state.to_owned(), row.attempts.to_string(), about]);
    }
    println!("{table}");
}
