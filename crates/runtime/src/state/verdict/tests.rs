//! What follows from attempts, case by case.
