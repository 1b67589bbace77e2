//! What a judgement says: findings, each of a check, with how much it matters.

use std::fmt;

/// What becomes of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verdict {
    /// Its facts are kept.
    #[default]
    Accept,
    /// Its facts are kept, and its source is marked.
    Degrade,
    /// No fact of it is kept; its bytes are.
    Block,
}

impl Verdict {
    /// All of them, the mildest first.
    pub const ALL: [Self; 3] = [Self::Accept, Self::Degrade, Self::Block];

    /// Name in tables and reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Degrade => "degrade",
            Self::Block => "block",
        }
    }

    /// The verdict of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// A page or an error instead of data.
    ErrorPage,
    /// The payload as a whole is not what its source sends: a field it cannot do without is missing or of another kind.
    Unreadable,
    /// Fields that it was not known to send, or that it sends no more.
    Drift,
    /// Nothing in it although games are near.
    Empty,
    /// Rows that lack a value or hold one of another kind.
    Malformed,
    /// Names that nobody known bears.
    Unresolved,
    /// Too few or too many teams, players or games.
    Cardinality,
    /// Numbers that cannot be true, or contradict each other.
    Impossible,
    /// Numbers in another unit.
    Units,
    /// A column of nothing but zeros.
    Zeros,
    /// Prices that are missing.
    Missing,
    /// What it says is old.
    Stale,
    /// Lines of a game that has begun.
    InPlay,
    /// The same row twice.
    Repeated,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::ErrorPage,
        Self::Unreadable,
        Self::Drift,
        Self::Empty,
        Self::Malformed,
        Self::Unresolved,
        Self::Cardinality,
        Self::Impossible,
        Self::Units,
        Self::Zeros,
        Self::Missing,
        Self::Stale,
        Self::InPlay,
        Self::Repeated,
    ];

    /// Name in tables and reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::ErrorPage => "error_page",
            Self::Unreadable => "unreadable",
            Self::Drift => "drift",
            Self::Empty => "empty",
            Self::Malformed => "malformed",
            Self::Unresolved => "unresolved",
            Self::Cardinality => "cardinality",
            Self::Impossible => "impossible",
            Self::Units => "units",
            Self::Zeros => "zeros",
            Self::Missing => "missing",
            Self::Stale => "stale",
            Self::InPlay => "in_play",
            Self::Repeated => "repeated",
        }
    }

    /// The check of this name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.code() == code)
    }
}

/// Something odd about a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// What follows from it alone.
    pub verdict: Verdict,
    /// What exactly is odd.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check.code(), self.detail)
    }
}

/// All that is odd about a payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// In the order they were found.
    pub findings: Vec<Finding>,
}

impl Judgement {
    /// What becomes of the payload: the worst of its findings decides.
    pub fn verdict(&self) -> Verdict {
        self.findings.iter().map(|finding| finding.verdict).max().unwrap_or_default()
    }

    /// Why it is blocked, in words.
    pub fn why_blocked(&self) -> String {
        let blocking = self.findings.iter().filter(|finding| finding.verdict == Verdict::Block);
        blocking.map(Finding::to_string).collect::<Vec<_>>().join("; ")
    }

    pub(super) fn add(&mut self, check: Check, verdict: Verdict, detail: impl Into<String>) {
        self.findings.push(Finding { check, verdict, detail: detail.into() });
    }

    pub(super) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// Its findings, none worse than `worst`.
    pub(super) fn no_worse_than(self, worst: Verdict) -> impl Iterator<Item = Finding> {
        self.findings.into_iter().map(move |finding| Finding { verdict: finding.verdict.min(worst), ..finding })
    }
}
