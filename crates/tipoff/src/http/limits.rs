//! So many requests a second, of each caller and from each address: who asks more waits, and nobody else does.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;

use axum::extract::{ConnectInfo, Request};
use governor::{DefaultKeyedRateLimiter, Quota};

use super::access::Visitor;
use super::problem::Problem;

/// Of somebody known: so many a second, and so many at once.
const CALLER: (u32, u32) = (100, 400);
/// Of an address of which nobody known asks: probes, logins, wrong keys.
const STRANGER: (u32, u32) = (10, 60);

/// From so many on, those who have long been silent are forgotten.
const REMEMBERED: usize = 4_096;

/// How often each may ask.
pub(super) struct Limits {
    callers: DefaultKeyedRateLimiter<String>,
    strangers: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    pub(super) fn new() -> Self {
        Self {
            callers: DefaultKeyedRateLimiter::keyed(quota(CALLER)),
            strangers: DefaultKeyedRateLimiter::keyed(quota(STRANGER)),
        }
    }

    /// Whether a visitor, or somebody at an address whose key opens nothing, may ask once more now.
    pub(super) fn admit(&self, visitor: Result<&Visitor, &Problem>, from: IpAddr) -> Result<(), Problem> {
        match visitor {
            Ok(Visitor::Known(caller)) => once_more(&self.callers, &caller.name),
            Ok(Visitor::Stranger) | Err(_) => once_more(&self.strangers, &from),
        }
    }
}

fn quota((a_second, at_once): (u32, u32)) -> Quota {
    let number = |number| NonZeroU32::new(number).expect("a limit of none would keep everybody out");
    Quota::per_second(number(a_second)).allow_burst(number(at_once))
}

fn once_more<K: Clone + Eq + std::hash::Hash>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Problem> {
    if limiter.len() > REMEMBERED {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|_| Problem::too_many_requests())
}

/// The address that a request came from.
pub(super) fn address(request: &Request) -> IpAddr {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>();
    connection.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip())
}
