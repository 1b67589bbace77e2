//! Throw-away laboratory.
use domain::*;
use pipeline::learn::*;
use pipeline::ports::HistoryScope;
use predict::inputs::{Input, Inputs};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::time::Instant;

struct R {
    slate: GameDate,
    season: u16,
    p10: bool,
    inputs: Inputs,
    count: f32,
    minutes: f32,
    typ: SeasonType,
}

#[tokio::main]
async fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let season: u16 = std::env::args().nth(2).unwrap().parse().unwrap();
    let late = std::env::args().nth(3).as_deref() == Some("late");
    let t = Instant::now();
    let store = store::Store::open(&dir).unwrap();
    let first = GameDate::first_of(season as i16 - 6, 7);
    let last = GameDate::first_of(season as i16 + 1, 7);
    let all = Cutoff::at(jiff::Timestamp::MAX);
    let history =
        store.facts.history(&HistoryScope::Everybody { from: first.plus_days(-1100), to: last }, all).await.unwrap();
    let games = store.facts.games(first..=last, all).await.unwrap();
    let lines = store.facts.prop_lines(first..=last, all).await.unwrap();
    eprintln!("loaded {:?}", t.elapsed());
    let slates = past_slates(games, lines);
    eprintln!("{} slates", slates.len());
    let t = Instant::now();
    let rows: Vec<(GameDate, Vec<PastRow>)> =
        slates.par_iter().map(|s| (s.edition.slate, s.rows(&history, Market::Points, late))).collect();
    eprintln!("inputs {:?} rows {}", t.elapsed(), rows.iter().map(|r| r.1.len()).sum::<usize>());
    let players: std::collections::BTreeSet<PlayerId> =
        rows.iter().flat_map(|r| r.1.iter().map(|r| r.context.player)).collect();
    let outcomes = {
        // windows of history end three years before the newest cutoff
        let mut o = BTreeMap::new();
        for y in (season as i16 - 6)..=(season as i16 + 1) {
            let snap = history.as_of(Cutoff::at(GameDate::first_of(y, 7).at(0, 0)));
            for p in &players {
                for g in snap.played_games(*p) {
                    o.entry((g.summary.game, *p))
                        .or_insert((Market::Points.count(g.line) as f32, g.line.playtime.minutes() as f32));
                }
            }
        }
        o
    };
    let mut missed: usize = 0;
    let total: usize = outcomes.keys().filter(|(g, _)| g.season().start_year() == season).count();
    let rs: Vec<R> = rows
        .into_iter()
        .flat_map(|(slate, rows)| rows.into_iter().map(move |r| (slate, r)))
        .filter_map(|(slate, r)| {
            let (count, minutes) = *outcomes.get(&(r.context.game, r.context.player))?;
            let p10 = r.inputs.get(Input::MinutesMean10).is_some_and(|m| m >= 10.0);
            Some(R {
                slate,
                season: r.context.game.season().start_year(),
                p10,
                inputs: r.inputs,
                count,
                minutes,
                typ: r.context.game.season_type(),
            })
        })
        .collect();
    missed += total - rs.iter().filter(|r| r.season == season).count();
    let test: Vec<&R> = rs.iter().filter(|r| r.season == season).collect();
    eprintln!(
        "examples {} test {} p10 {} regular-p10 {} not expected {}",
        rs.len(),
        test.len(),
        test.iter().filter(|r| r.p10).count(),
        test.iter().filter(|r| r.p10 && r.typ == SeasonType::Regular).count(),
        missed
    );
    for (name, i) in
        [("mean10", Input::CountMean10), ("ewma10", Input::CountAverage10), ("expected", Input::CountExpected)]
    {
        let e: Vec<f64> = test.iter().filter(|r| r.p10).map(|r| r.inputs.get(i).unwrap() - r.count as f64).collect();
        println!(
            "{name:20} n {} mae {:.4} rmse {:.4} bias {:+.3}",
            e.len(),
            e.iter().map(|e| e.abs()).sum::<f64>() / e.len() as f64,
            (e.iter().map(|e| e * e).sum::<f64>() / e.len() as f64).sqrt(),
            e.iter().sum::<f64>() / e.len() as f64
        );
    }
    let get = |k: &str, d: f64| std::env::var(k).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    let p = Params {
        rounds: get("ROUNDS", 250.0) as usize,
        eta: get("ETA", 0.05),
        leaves: get("LEAVES", 15.0) as usize,
        depth: get("DEPTH", 6.0) as usize,
        min_child: get("MINCHILD", 60.0),
        lambda: get("LAMBDA", 5.0),
        subsample: get("SUB", 0.7),
        colsample: get("COL", 0.5),
        bins: get("BINS", 64.0) as usize,
        late,
        lossguide: get("LG", 1.0) > 0.5,
    };
    let halflife = get("HALF", 0.0);
    let refits = get("REFITS", 8.0) as usize;
    // refits: starts of months
    let mut months: Vec<GameDate> = test.iter().map(|r| r.slate.first_of_month()).collect();
    months.dedup();
    let mut out: Vec<(f64, f64, f64, f64, bool)> = vec![];
    let t = Instant::now();
    let mut train_time = 0.0;
    let mut model: Option<Learned> = None;
    for (k, m) in months.iter().enumerate() {
        if k < refits || model.is_none() {
            let tr: Vec<&R> =
                rs.iter().filter(|r| r.slate < *m && r.inputs.get(Input::Games).is_some_and(|g| g >= 3.0)).collect();
            let rows: Vec<&Inputs> = tr.iter().map(|r| &r.inputs).collect();
            let c: Vec<f32> = tr.iter().map(|r| r.count).collect();
            let mi: Vec<f32> = tr.iter().map(|r| r.minutes).collect();
            let w: Option<Vec<f32>> = (halflife > 0.0).then(|| {
                tr.iter().map(|r| 0.5f64.powf(m.days_since(r.slate) as f64 / 365.0 / halflife) as f32).collect()
            });
            let t = Instant::now();
            model = Some(Learned::train(&rows, &c, &mi, w.as_deref(), &p).unwrap());
            train_time += t.elapsed().as_secs_f64();
            if k == 0 {
                eprintln!("first fit {:?} on {}", t.elapsed(), rows.len());
            }
        }
        let te: Vec<&&R> = test.iter().filter(|r| r.slate.first_of_month() == *m).collect();
        let rows: Vec<&Inputs> = te.iter().map(|r| &r.inputs).collect();
        let pr = model.as_ref().unwrap().predict(&rows).unwrap();
        out.extend(
            pr.into_iter().zip(te).map(|((a, b, c), r)| (a, b * c, b - r.minutes as f64, r.count as f64, r.p10)),
        );
    }
    eprintln!("walk {:?}, training {train_time:.1}", t.elapsed());
    let show = |name: &str, f: &dyn Fn(&(f64, f64, f64, f64, bool)) -> f64| {
        let e: Vec<f64> = out.iter().filter(|r| r.4).map(f).collect();
        println!(
            "{name:20} n {} mae {:.4} rmse {:.4} bias {:+.3}",
            e.len(),
            e.iter().map(|e| e.abs()).sum::<f64>() / e.len() as f64,
            (e.iter().map(|e| e * e).sum::<f64>() / e.len() as f64).sqrt(),
            e.iter().sum::<f64>() / e.len() as f64
        );
    };
    show("direct", &|r| r.0 - r.3);
    show("minutes x rate", &|r| r.1 - r.3);
    show("both", &|r| (r.0 + r.1) / 2.0 - r.3);
    show("minutes", &|r| r.2);
    // Laws: anchors through the starts of the last season and this one.
    use predict::residuals::*;
    let mut misses: Vec<(GameDate, Miss)> = vec![];
    for s in [season - 1, season] {
        let start = GameDate::first_of(s as i16, 7);
        let tr: Vec<&R> =
            rs.iter().filter(|r| r.slate < start && r.inputs.get(Input::Games).is_some_and(|g| g >= 3.0)).collect();
        let rows: Vec<&Inputs> = tr.iter().map(|r| &r.inputs).collect();
        let c: Vec<f32> = tr.iter().map(|r| r.count).collect();
        let mi: Vec<f32> = tr.iter().map(|r| r.minutes).collect();
        let anchor = Learned::train(&rows, &c, &mi, None, &p).unwrap();
        let te: Vec<&R> = rs.iter().filter(|r| r.season == s).collect();
        let rows: Vec<&Inputs> = te.iter().map(|r| &r.inputs).collect();
        for ((a, b, c), r) in anchor.predict(&rows).unwrap().into_iter().zip(te) {
            let mean = (a + b * c) / 2.0;
            misses.push((r.slate, Miss { mean, terms: scale_terms(mean, &r.inputs), count: r.count as f64 }));
        }
    }
    let mut crps = vec![];
    let mut med = vec![];
    let mut pit: Vec<f64> = vec![];
    let mut cover = 0.0;
    let mut nn = 0.0;
    let mut u: u64 = 1;
    let mut at = 0;
    for m in &months {
        let past: Vec<Miss> = misses.iter().filter(|x| x.0 < *m).map(|x| x.1).collect();
        let law = ResidualLaw::learn(&past).unwrap();
        let te: Vec<&&R> = test.iter().filter(|r| r.slate.first_of_month() == *m).collect();
        for r in te {
            let o = out[at];
            at += 1;
            if !r.p10 {
                continue;
            }
            let mean = (o.0 + o.1) / 2.0;
            let l = law.around(mean, &scale_terms(mean, &r.inputs));
            let y = r.count as usize;
            let mut cum = 0.0;
            let mut c = 0.0;
            let mut below = 0.0;
            let mut thr = 0.0;
            for (k, p) in l.mass().iter().enumerate() {
                if k == y {
                    below = cum;
                }
                cum += p;
                if k == y {
                    thr = cum;
                }
                let ind = if k >= y { 1.0 } else { 0.0 };
                c += (cum - ind).powi(2);
            }
            for _ in l.mass().len()..y {
                c += 1.0;
            }
            crps.push(c);
            med.push((l.median() as f64 - r.count as f64).abs());
            u = u.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let v = (u >> 11) as f64 / (1u64 << 53) as f64;
            let q = below + v * (thr - below);
            pit.push(q);
            if (0.1..0.9).contains(&q) {
                cover += 1.0;
            }
            nn += 1.0;
        }
    }
    let mut dec = [0.0; 10];
    for q in &pit {
        dec[((q * 10.0) as usize).min(9)] += 1.0 / nn;
    }
    println!(
        "law: median mae {:.4} crps {:.4} cover {:.4} pit max dev {:.4} {:?}",
        med.iter().sum::<f64>() / nn,
        crps.iter().sum::<f64>() / nn,
        cover / nn,
        dec.iter().map(|d| (d - 0.1f64).abs()).fold(0.0, f64::max),
        dec.map(|d| (d * 1000.0).round() / 1000.0)
    );
}
