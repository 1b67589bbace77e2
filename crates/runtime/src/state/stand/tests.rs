//! What planning decides, case by case.
