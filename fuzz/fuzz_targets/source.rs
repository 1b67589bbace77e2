//! A source's parser and the judgement of its payload, fed with whatever comes. `TIPOFF_FUZZ_SOURCE` names the source,
//! `TIPOFF_FUZZ_PAYLOADS` a folder whose payloads fill the directory that names and games are resolved against.
#![no_main]

mod mutation;

use std::sync::LazyLock;
use std::{env, fs};

use domain::{Cutoff, Known};
use jiff::Timestamp;
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target, fuzzer_mutate};
use pipeline::RawPayload;
use pipeline::source::{self, Directory, Source};
use pipeline::suspicion;

static SOURCE: LazyLock<Box<dyn Source>> = LazyLock::new(|| {
    let named = env::var("TIPOFF_FUZZ_SOURCE").expect("TIPOFF_FUZZ_SOURCE names a source");
    source::all().into_iter().find(|source| source.id() == named).unwrap_or_else(|| panic!("{named:?} is no source"))
});

/// Who and what is known: all that the payloads of the folder tell by themselves.
static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
    let (mut games, mut players, mut teams) = (Vec::new(), Vec::new(), Vec::new());
    let folder = env::var("TIPOFF_FUZZ_PAYLOADS").expect("TIPOFF_FUZZ_PAYLOADS names a folder");
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    for body in files.filter_map(|file| fs::read(file.ok()?.path()).ok()) {
        for source in source::all() {
            let unnamed = Directory::new(games.clone(), players.clone(), teams.clone());
            let Ok(parsed) = source.parse(&payload(source.as_ref(), body.clone()), &unnamed) else { continue };
            games.extend(opened(parsed.facts.games));
            players.extend(opened(parsed.facts.players));
            teams.extend(opened(parsed.facts.teams));
        }
    }
    Directory::new(games, players, teams)
});

fn opened<T: Clone>(facts: Vec<Known<T>>) -> impl Iterator<Item = T> {
    facts.into_iter().filter_map(|fact| fact.open(Cutoff::at(fetched_at())).cloned())
}

/// In the season that the payloads at hand are of, or after them.
fn fetched_at() -> Timestamp {
    "2026-02-01T12:00:00Z".parse().expect("an instant")
}

fn payload(source: &dyn Source, body: Vec<u8>) -> RawPayload {
    let (source, subject) = (source.id().to_owned(), "fuzz".to_owned());
    RawPayload { source, subject, fetched_at: fetched_at(), etag: None, body: body.into() }
}

fuzz_target!(|body: &[u8]| -> Corpus {
    let source = SOURCE.as_ref();
    let payload = payload(source, body.to_vec());
    let reading = source.parse(&payload, &DIRECTORY);
    let judgement = suspicion::judge(source, &payload, &reading, &DIRECTORY);
    if let Err(unreadable) = &reading {
        assert!(!unreadable.to_string().is_empty(), "what cannot be read is told");
        assert_eq!(judgement.verdict(), suspicion::Verdict::Block, "what cannot be read is not believed");
    }
    Corpus::Keep
});

// JSON is changed as what it is; whatever else, and now and then JSON too, as bytes.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut chance = fastrand::Rng::with_seed(seed.into());
    let mutated = (chance.u8(..) >= 32).then(|| mutation::of_json(&data[..size], &mut chance)).flatten();
    match mutated.filter(|bytes| bytes.len() <= max_size) {
        Some(bytes) => {
            data[..bytes.len()].copy_from_slice(&bytes);
            bytes.len()
        }
        None => fuzzer_mutate(data, size, max_size),
    }
});
