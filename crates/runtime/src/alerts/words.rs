//! Notifications in words, for people: what happened, why, what to do, and which SLA has how much time left.

use jiff::{SignedDuration, Timestamp};

use super::{Alert, Cause, Change, News, Notification, NotificationKind, Severity};

/// How many changes, and how many SLAs of each, a message spells out; the rest are counted.
const SPELLED_OUT: usize = 10;

/// How many characters of a message are told: an error may carry a whole page.
const LONGEST: usize = 600;

impl Cause {
    /// What is wrong, in words that a subject can follow.
    pub fn words(self) -> &'static str {
        match self {
            Self::TaskDead => "given up after the last attempt",
            Self::TaskLate => "not done by its deadline",
            Self::WillBeLate => "going to be late",
            Self::AttemptSilent => "an attempt beats no more",
            Self::AttemptLost => "a process died during an attempt",
            Self::BreakerOpen => "breaker open",
            Self::QuotaLow => "quota nearly spent",
            Self::RetryBudgetSpent => "retry budget spent",
            Self::TickMissed => "a scheduled tick was missed",
            Self::NothingHappened => "nothing happened where something was due",
            Self::SlowdownCritical => "far slower than usual",
            Self::DeadLetterOld => "a dead letter waits for a decision",
            Self::RouteSilent => "alerts may not arrive",
            Self::StoreTrouble => "the store fails",
            Self::DiskFull => "the disk is full",
            Self::ClockStepped => "the clock jumped",
        }
    }
}

impl Notification {
    /// One line that says what it is about.
    pub fn headline(&self) -> String {
        match (self.kind, self.news.as_slice()) {
            (NotificationKind::Synthetic, _) | (_, []) => "Test of this alert route: nothing is wrong".to_owned(),
            (NotificationKind::Single(_), [news, ..]) | (NotificationKind::Aggregate, [news]) => news.headline(),
            (NotificationKind::Aggregate, [first, rest @ ..]) => {
                format!("{} - and {} more", first.headline(), rest.len())
            }
        }
    }

    /// All of it, as lines of plain text without the headline.
    pub fn body(&self) -> String {
        let mut lines = Vec::new();
        if self.kind == NotificationKind::Synthetic {
            lines.push("Sent every night. If a day passes without it, alerts do not arrive here.".to_owned());
        }
        if self.kind == NotificationKind::Aggregate {
            lines.push("Much of one kind changes within the hour, so it is told together.".to_owned());
        }
        for news in self.news.iter().take(SPELLED_OUT) {
            if self.news.len() > 1 {
                lines.extend([String::new(), news.headline()]);
            }
            lines.extend(news.lines(self.at));
        }
        if self.news.len() > SPELLED_OUT {
            lines.extend([
                String::new(),
                format!("And {} more; the list of alerts has all.", self.news.len() - SPELLED_OUT),
            ]);
        }
        lines.push(format!("As of {}", instant(self.at)));
        lines.join("\n")
    }
}

impl News {
    fn headline(&self) -> String {
        let Alert { root, severity, subject_count, .. } = &self.alert;
        let what = format!("{}: {}", line(&root.subject), root.cause.words());
        let affected = if *subject_count > 1 { format!(" ({subject_count} affected)") } else { String::new() };
        match self.change {
            Change::Resolved => format!("Resolved: {what}"),
            Change::Opened | Change::Escalated => format!("{}: {what}{affected}", tone(*severity)),
        }
    }

    fn lines(&self, at: Timestamp) -> Vec<String> {
        let alert = &self.alert;
        if self.change == Change::Resolved {
            let open_for = span(alert.held_at.duration_since(alert.opened_at));
            let quiet = "If it comes back within an hour of the last warning, you are told after that hour.";
            return vec![format!("It was open for {open_for}, from {}.", instant(alert.opened_at)), quiet.to_owned()];
        }
        let mut lines = vec![format!("What: {}", affected(alert)), format!("Why: {}", line(&alert.message))];
        lines.push(format!("To do: {}", line(&alert.what_to_do)));
        let slas = alert.slas_by_deadline();
        lines.extend(slas.iter().take(SPELLED_OUT).map(|(what, due)| {
            format!("Threatens: {}, due {}, {}", line(what), instant(*due), time_left(due.duration_since(at)))
        }));
        if slas.len() > SPELLED_OUT {
            lines.push(format!("Threatens: {} more", slas.len() - SPELLED_OUT));
        }
        lines.push(format!("Since: {}", instant(alert.opened_at)));
        lines
    }
}

/// What is wrong with what, and what it affects.
fn affected(alert: &Alert) -> String {
    let what = format!("{}, {}", line(&alert.root.subject), alert.root.cause.words());
    if alert.subjects == [alert.root.subject.as_str()] {
        return what;
    }
    let named = line(&alert.subjects.join(", "));
    match alert.subject_count.saturating_sub(alert.subjects.len()) {
        0 => format!("{what}; affects {named}"),
        more => format!("{what}; affects {named} and {more} more"),
    }
}

/// Text from elsewhere as one line of bearable length: it must not look like lines of ours, or like two headers of a mail.
fn line(text: &str) -> String {
    let words =
        text.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn tone(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "Note",
        Severity::Warning => "Warning",
        Severity::Critical => "CRITICAL",
    }
}

/// To the minute, in universal time: where a reader sits is not known here.
fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn time_left(left: SignedDuration) -> String {
    if left.is_negative() { format!("{} ago", span(left)) } else { format!("{} left", span(left)) }
}

/// A length of time in the two units that matter; its sign does not.
fn span(length: SignedDuration) -> String {
    let minutes = length.abs().as_mins();
    match (minutes / (24 * 60), minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}
