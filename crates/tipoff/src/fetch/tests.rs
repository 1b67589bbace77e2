//! The providers over real connections to a server that misbehaves.

use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use domain::GameDate;
use runtime::SettableClock;
use store::Store;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::*;
use crate::settings::Settings;

/// How the server answers.
#[derive(Clone, Copy)]
enum Manner {
    Well,
    Status(u16),
    TooMany,
    Elsewhere,
    Never,
    Slowly,
    TooLong,
}

#[derive(Clone)]
struct Server {
    manner: Arc<Mutex<Manner>>,
    /// What was asked for, with the keys that came along.
    asked: Arc<Mutex<Vec<String>>>,
}

struct Place {
    server: Server,
    providers: Providers,
    clock: Arc<SettableClock>,
    store: Store,
    _directory: TempDir,
}

async fn answer(State(server): State<Server>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let key = headers.get("authorization").map_or("", |key| key.to_str().unwrap());
    server.asked.lock().unwrap().push(format!("{uri} {key}").trim().to_owned());
    let manner = *server.manner.lock().unwrap();
    let status = |status| Response::builder().status(status);
    match manner {
        Manner::Well if headers.get("if-none-match").is_some_and(|etag| etag == "\"1\"") => {
            status(304).body(Body::empty())
        }
        Manner::Well => {
            let quota = status(200).header("x-requests-used", "412").header("x-requests-remaining", "88");
            quota.header("etag", "\"1\"").body(Body::from("{}"))
        }
        Manner::Status(code) => status(code).body(Body::empty()),
        Manner::TooMany => status(429).header("retry-after", "300").body(Body::empty()),
        Manner::Elsewhere => status(302).header("location", "http://127.0.0.2:9/").body(Body::empty()),
        Manner::Never => std::future::pending().await,
        Manner::Slowly => {
            let first = futures::stream::once(async { Ok::<_, std::io::Error>("{") });
            status(200).body(Body::from_stream(futures::StreamExt::chain(first, futures::stream::pending())))
        }
        Manner::TooLong => {
            let part = bytes::Bytes::from(vec![b' '; 1 << 20]);
            let parts = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(part.clone()));
            status(200).body(Body::from_stream(parts))
        }
    }
    .unwrap()
}

impl Place {
    async fn with(manner: Manner) -> Self {
        let server = Server { manner: Arc::new(Mutex::new(manner)), asked: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        let variables = BTreeMap::from([
            ("TIPOFF_LIVE", "on".to_owned()),
            ("TIPOFF_REPLICA", address),
            ("TIPOFF_ODDS_API_KEY", "s3cret".to_owned()),
            ("TIPOFF_BALLDONTLIE_KEY", "s3cret".to_owned()),
        ]);
        let settings = Settings::load(&variables, &|_| Err(std::env::VarError::NotPresent));
        let morning: GameDate = "2025-01-15".parse().unwrap();
        let clock = Arc::new(SettableClock::new(morning.at(6, 0)));
        let directory = TempDir::new().unwrap();
        let store = Store::create(directory.path()).unwrap();
        let brief = Duration::from_millis(300);
        let patience = Patience { connect: brief, silence: brief, total: Duration::from_secs(20) };
        let live = Live::of(&settings).unwrap();
        let providers = Providers::of(&live, (store.ledger.clone(), store.providers.clone()), clock.clone(), patience);
        let providers = providers.unwrap();
        Self { server, providers, clock, store, _directory: directory }
    }

    fn turns(&self, manner: Manner) {
        *self.server.manner.lock().unwrap() = manner;
    }

    async fn ask(&self) -> Result<RawPayload, FetchError> {
        let subject = "static/json/staticData/scheduleLeagueV2.json".to_owned();
        self.providers.fetch(&RawRequest { source: "nba_cdn_schedule", subject }, None).await
    }

    fn calls(&self) -> usize {
        self.server.asked.lock().unwrap().len()
    }

    async fn breaker(&self) -> Option<Breaker> {
        self.store.ledger.breakers().await.unwrap().remove(&breaker_of(Provider::NbaCdn))
    }
}

#[tokio::test]
async fn what_is_there_comes_as_it_is() {
    let place = Place::with(Manner::Well).await;
    let payload = place.ask().await.unwrap();
    assert_eq!((&payload.body[..], payload.fetched_at), (&b"{}"[..], place.clock.now()));
    assert_eq!(*place.server.asked.lock().unwrap(), ["/nba_cdn/static/json/staticData/scheduleLeagueV2.json"]);
    assert_eq!(payload.etag.as_deref(), Some("\"1\""));
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again_and_the_day_is_kept() {
    let place = Place::with(Manner::Well).await;
    let request = RawRequest { source: "nba_cdn_schedule", subject: "static/x.json".to_owned() };
    place.providers.fetch(&request, Some("\"0\"")).await.unwrap();
    let again = place.providers.fetch(&request, Some("\"1\"")).await;
    assert!(matches!(again, Err(FetchError::Unchanged { .. })));
    place.turns(Manner::Status(404));
    place.ask().await.unwrap_err();
    place.turns(Manner::Status(500));
    place.ask().await.unwrap_err();
    let days = place.store.providers.provider_days("2025-01-15".parse().unwrap()).await.unwrap();
    let [day] = days.as_slice() else { panic!("{days:?}") };
    assert_eq!((day.asked, day.answered, day.unchanged, day.missing, day.refused, day.failed), (4, 1, 1, 1, 0, 1));
    assert_eq!((day.bytes, day.quota), (2, Some(Quota { used: 412, left: 88 })));
    assert_eq!(day.answered_at, Some(place.clock.now()));
    assert!(day.problem.as_ref().is_some_and(|(_, why)| why.contains("500")), "{day:?}");
}

#[tokio::test]
async fn a_key_goes_where_its_provider_wants_it_and_into_no_error() {
    let place = Place::with(Manner::Status(500)).await;
    let mut errors = Vec::new();
    for (source, subject) in [("odds_api_event_odds", "v4/odds?regions=us"), ("balldontlie_injuries", "v1/injuries")] {
        let request = RawRequest { source, subject: subject.to_owned() };
        errors.push(place.providers.fetch(&request, None).await.unwrap_err().to_string());
    }
    let asked = ["/odds_api/v4/odds?regions=us&apiKey=s3cret", "/balldontlie/v1/injuries s3cret"];
    assert_eq!(*place.server.asked.lock().unwrap(), asked);
    place.turns(Manner::Never);
    let request = RawRequest { source: "odds_api_event_odds", subject: "v4/odds?regions=us".to_owned() };
    errors.push(place.providers.fetch(&request, None).await.unwrap_err().to_string());
    assert!(errors.iter().all(|error| !error.contains("s3cret")), "{errors:?}");
}

#[tokio::test]
async fn no_answer_is_waited_for_without_end() {
    let place = Place::with(Manner::Never).await;
    for manner in [Manner::Never, Manner::Slowly] {
        place.turns(manner);
        let error = place.ask().await.unwrap_err().to_string();
        assert!(error.contains("no answer in time"), "{error}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_given_up() {
    let place = Place::with(Manner::TooLong).await;
    let error = place.ask().await.unwrap_err().to_string();
    assert!(error.contains("longer than 64 MB"), "{error}");
}

#[tokio::test]
async fn nobody_sends_us_elsewhere() {
    let place = Place::with(Manner::Elsewhere).await;
    let error = place.ask().await.unwrap_err().to_string();
    assert!(error.contains("another host"), "{error}");
    for subject in ["https://example.org/x", "//example.org/x", "../espn/x", "/x"] {
        let request = RawRequest { source: "nba_cdn_schedule", subject: subject.to_owned() };
        let error = place.providers.fetch(&request, None).await.unwrap_err().to_string();
        assert!(error.contains("is no path under"), "{subject}: {error}");
    }
}

#[tokio::test]
async fn who_fails_again_and_again_is_left_alone_probed_and_welcomed_back() {
    let place = Place::with(Manner::Status(503)).await;
    for _ in 1..BREAKER.threshold {
        assert!(matches!(place.ask().await, Err(FetchError::Failed { .. })));
    }
    for _ in 0..10 {
        assert!(matches!(place.ask().await, Err(FetchError::NotNow { .. })), "it is left alone");
    }
    assert_eq!(place.calls(), 3);
    place.clock.go_on(BREAKER.shortest);
    for _ in 0..10 {
        assert!(matches!(place.ask().await, Err(FetchError::NotNow { .. })), "one probes, and waits with the others");
    }
    assert_eq!(place.calls(), 4);
    place.turns(Manner::Well);
    place.clock.go_on(BREAKER.shortest);
    assert!(place.ask().await.is_ok() && place.ask().await.is_ok());
    assert_eq!(place.breaker().await, None);
}

/// Lets a provider fail for so long while somebody wants it all the time. Returns how often it was asked, and how long
/// after its return it was back.
async fn gone_for(outage: SignedDuration) -> (usize, SignedDuration) {
    let place = Place::with(Manner::Status(503)).await;
    let returns = place.clock.now() + outage;
    while place.clock.now() < returns {
        place.ask().await.unwrap_err();
        place.clock.go_on(SignedDuration::from_secs(5));
    }
    place.turns(Manner::Well);
    let calls = place.calls();
    while place.ask().await.is_err() {
        place.clock.go_on(SignedDuration::from_secs(5));
    }
    (calls, place.clock.now().duration_since(returns))
}

#[tokio::test]
async fn who_was_gone_for_minutes_is_back_in_one_and_six_hours_cost_few_requests() {
    let (calls, back) = gone_for(SignedDuration::from_mins(10)).await;
    assert!(calls <= 16 && back <= SignedDuration::from_mins(1), "{calls} requests, back after {back:#}");
    let (calls, back) = gone_for(SignedDuration::from_hours(6)).await;
    assert!(calls <= 160 && back <= BREAKER.longest, "{calls} requests, back after {back:#}");
}

#[tokio::test]
async fn who_says_for_how_long_is_left_alone_for_so_long() {
    let place = Place::with(Manner::TooMany).await;
    let until = place.clock.now() + SignedDuration::from_secs(300);
    assert!(matches!(place.ask().await, Err(FetchError::NotNow { until: told, .. }) if told == until));
    place.turns(Manner::Well);
    place.clock.go_on(SignedDuration::from_secs(299));
    assert!(matches!(place.ask().await, Err(FetchError::NotNow { .. })));
    place.clock.go_on(SignedDuration::from_secs(1));
    assert!(place.ask().await.is_ok());
    assert_eq!(place.calls(), 2);
}

#[tokio::test]
async fn what_is_not_there_or_refused_says_nothing_against_the_provider() {
    let place = Place::with(Manner::Status(404)).await;
    for status in [404, 403, 400].into_iter().cycle().take(30) {
        place.turns(Manner::Status(status));
        let error = place.ask().await.unwrap_err();
        let as_told =
            matches!((status, &error), (404 | 403, FetchError::NotThere { .. }) | (400, FetchError::Refused { .. }));
        assert!(as_told, "{status}: {error}");
    }
    assert_eq!(place.breaker().await, None);
}

#[tokio::test]
async fn whom_a_person_holds_nobody_asks_until_a_person_lets_go() {
    let place = Place::with(Manner::Well).await;
    let (name, why) = (breaker_of(Provider::NbaCdn), "it counts what we ask".to_owned());
    let held = Breaker::Held { since: place.clock.now(), by: "anna".to_owned(), why };
    place.store.ledger.move_breaker(&name, &Breaker::default(), &held).await.unwrap();
    let Err(FetchError::NotNow { until, problem, .. }) = place.ask().await else { panic!("it was asked") };
    assert_eq!((place.calls(), problem.as_str()), (0, "nba_cdn is left alone: anna holds it: it counts what we ask"));
    assert!(until > place.clock.now(), "its tasks wait");
    place.store.ledger.move_breaker(&name, &held, &Breaker::default()).await.unwrap();
    place.ask().await.unwrap();
    assert_eq!(place.calls(), 1);
}

#[tokio::test]
async fn what_this_process_has_not_live_is_left_to_another_and_never_refused() {
    let mut place = Place::with(Manner::Well).await;
    place.providers.doors.remove(&Provider::NbaCdn);
    let Err(FetchError::NotNow { until, problem, .. }) = place.ask().await else { panic!("it was asked or refused") };
    assert_eq!((place.calls(), until), (0, place.clock.now() + FOR_ANOTHER));
    assert!(problem.contains("nba_cdn_schedule is not live"), "{problem}");
}
