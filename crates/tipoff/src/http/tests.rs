//! The surface as those meet it who ask: over the real router and a real store.
