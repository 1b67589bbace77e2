//! Programs that go on beside the test: their log is read as it comes, and they end with the test at the latest.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::program::Tipoff;

/// No process here takes so long, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// An instant that the program is told it is, and the time since: processes that rehearse together agree about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rehearsal {
    at: Timestamp,
    since: Instant,
}

impl Rehearsal {
    /// It is this instant now.
    pub(crate) fn at(at: Timestamp) -> Self {
        Self { at, since: Instant::now() }
    }

    /// What the program is told.
    pub(crate) fn now(&self) -> String {
        (self.at + SignedDuration::try_from(self.since.elapsed()).unwrap()).to_string()
    }
}

/// A program under way.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
    until: Instant,
}

/// What a process is told.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signal {
    Terminate,
    Stop,
    Continue,
}

impl Process {
    /// Starts a program that logs what happens.
    pub(crate) fn start(mut program: Command) -> Self {
        let program = program.env("TIPOFF_LOG", "info").stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines, heard: Vec::new(), until: Instant::now() + PATIENCE }
    }

    /// Waits for the next line with all of these words in it, and returns it.
    pub(crate) fn hears(&mut self, words: &[&str]) -> String {
        loop {
            match self.next_line() {
                Some(line) if words.iter().all(|word| line.contains(word)) => return line,
                Some(_) => {}
                None => panic!("it ended and never said {words:?}:\n{}", self.heard.join("\n")),
            }
        }
    }

    /// Waits for the next line; nothing when the process has ended.
    pub(crate) fn next_line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(self.until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                self.heard.push(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing for {PATIENCE:?} after:\n{}", self.heard.join("\n")),
        }
    }

    /// Sends it a signal.
    pub(crate) fn send(&self, signal: Signal) {
        let name = match signal {
            Signal::Terminate => "TERM",
            Signal::Stop => "STOP",
            Signal::Continue => "CONT",
        };
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(sent.success(), "kill -{name}");
    }

    /// Waits for its end; returns its exit code, unless a signal ended it, and everything it logged.
    pub(crate) fn end(mut self) -> (Option<i32>, Vec<String>) {
        while self.next_line().is_some() {}
        (self.child.wait().unwrap().code(), std::mem::take(&mut self.heard))
    }

    /// Asks it to stop, and waits until it has done so in good order. Returns everything it logged.
    pub(crate) fn stops(self) -> Vec<String> {
        self.send(Signal::Terminate);
        let (code, log) = self.end();
        assert_eq!(code, Some(0), "{}", log.join("\n"));
        log
    }

    /// Kills it where it stands, unless it has ended by itself a moment before.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.end();
    }

    /// Stops it in the middle of an attempt, where it holds no lock that others need.
    pub(crate) fn freezes_at_work(&mut self, tipoff: &Tipoff) {
        loop {
            self.hears(&["HEARTBEAT START"]);
            self.send(Signal::Stop);
            if self.is_at_work(tipoff) && tipoff.takes_writes() {
                return;
            }
            self.send(Signal::Continue);
        }
    }

    /// Whether it holds an attempt.
    pub(crate) fn is_at_work(&self, tipoff: &Tipoff) -> bool {
        let number = format!("-{}-", self.child.id());
        let history = tipoff.history();
        history.iter().any(|attempt| attempt.ended_at.is_none() && attempt.worker.as_str().contains(&number))
    }
}

impl Drop for Process {
    /// A test that failed leaves nobody behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
