//! Who leads: one process at a time, by a lease that runs out.

use jiff::{SignedDuration, Timestamp};

/// The right to lead until an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaderLease {
    /// Who leads.
    pub holder: String,
    /// Up to, and not including, which instant.
    pub until: Timestamp,
    /// Raised whenever the lease is taken anew: what a former leader still does carries a lower number.
    pub fence: u64,
}

/// The lease to write if `me` may lead now; none while somebody else's is valid.
///
/// Renewing one's own keeps its fence. A lease that has run out is nobody's, not even its holder's.
pub fn lead(current: Option<&LeaderLease>, me: &str, now: Timestamp, ttl: SignedDuration) -> Option<LeaderLease> {
    let fence = match current {
        None => 1,
        Some(lease) if lease.until <= now => lease.fence + 1,
        Some(lease) if lease.holder == me => lease.fence,
        Some(_) => return None,
    };
    // Past the end of time there is nothing to lead.
    let until = now.checked_add(ttl).ok()?;
    Some(LeaderLease { holder: me.to_owned(), until, fence })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: SignedDuration = SignedDuration::from_secs(30);

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn lease(holder: &str, until: i64, fence: u64) -> LeaderLease {
        LeaderLease { holder: holder.into(), until: after(until), fence }
    }

    #[test]
    fn the_first_to_come_leads() {
        assert_eq!(lead(None, "a", after(100), TTL), Some(lease("a", 130, 1)));
    }

    #[test]
    fn a_renewal_keeps_the_fence() {
        assert_eq!(lead(Some(&lease("a", 130, 7)), "a", after(129), TTL), Some(lease("a", 159, 7)));
    }

    #[test]
    fn a_valid_lease_keeps_others_out() {
        assert_eq!(lead(Some(&lease("a", 130, 7)), "b", after(129), TTL), None);
    }

    #[test]
    fn a_lease_that_ran_out_is_taken_with_a_higher_fence() {
        assert_eq!(lead(Some(&lease("a", 130, 7)), "b", after(130), TTL), Some(lease("b", 160, 8)));
        assert_eq!(lead(Some(&lease("a", 130, 7)), "a", after(130), TTL), Some(lease("a", 160, 8)), "it was nobody's");
    }

    #[test]
    fn a_clock_that_stepped_back_shortens_its_own_lease_and_frees_no_other() {
        assert_eq!(lead(Some(&lease("a", 130, 7)), "a", after(50), TTL), Some(lease("a", 80, 7)));
        assert_eq!(lead(Some(&lease("a", 130, 7)), "b", after(50), TTL), None);
    }
}
