//! The Postgres store on a real server.
