//! Trees kept between two runs over the same past.

/// Where trained trees are kept, each under a name that stands for the rows that taught them. What cannot be kept is trained
/// again: nobody is worse off than without.
pub trait TrainedTrees: Send + Sync {
    /// The bytes kept under a name.
    fn find(&self, name: &str) -> Option<Vec<u8>>;

    /// Keeps bytes under a name.
    fn keep(&self, name: &str, trees: &[u8]);
}

/// Nothing is kept.
#[derive(Debug, Clone, Copy)]
pub struct Unkept;

impl TrainedTrees for Unkept {
    fn find(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn keep(&self, _: &str, _: &[u8]) {}
}
