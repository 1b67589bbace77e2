//! Logistic regression: the log-odds of something as a weighted sum, held near what is believed beforehand.

/// Newton's method doubles the right digits at every step, so this many are more than it takes.
const STEPS: usize = 100;

/// Coefficients this near to each other are the same.
const TOLERANCE: f64 = 1e-12;

/// The most likely coefficients behind outcomes (1 or 0) of known inputs. `ridge` is how much a squared step away from the
/// `prior` must gain in log-likelihood, twice, and positive. Without rows it is the prior.
///
/// The same rows give the same bits: the sums run in the order of the rows.
pub(crate) fn fit<const N: usize>(rows: &[([f64; N], f64)], ridge: f64, prior: [f64; N]) -> [f64; N] {
    let mut at = prior;
    for _ in 0..STEPS {
        let (gradient, curvature) = slopes(rows, ridge, prior, at);
        let step = solved(curvature, gradient);
        let cost = cost(rows, ridge, prior, at);
        // A full step can overshoot far from the minimum; some fraction of it always leads downhill.
        let lower = (0..60)
            .map(|halvings| moved(at, step, -(0.5_f64.powi(halvings))))
            .find(|there| self::cost(rows, ridge, prior, *there) <= cost);
        let Some(next) = lower else { break };
        let distance = next.iter().zip(at).map(|(next, at)| (next - at).abs()).fold(0.0, f64::max);
        at = next;
        if distance < TOLERANCE {
            break;
        }
    }
    at
}

/// The probability of these log-odds.
pub(crate) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The sum of products.
pub(crate) fn dot<const N: usize>(a: [f64; N], b: [f64; N]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn moved<const N: usize>(from: [f64; N], step: [f64; N], by: f64) -> [f64; N] {
    std::array::from_fn(|i| from[i] + by * step[i])
}

/// The negative log-likelihood, and the price of leaving the prior.
fn cost<const N: usize>(rows: &[([f64; N], f64)], ridge: f64, prior: [f64; N], at: [f64; N]) -> f64 {
    let misfit = |(inputs, came): &([f64; N], f64)| {
        let log_odds = dot(*inputs, at);
        log_odds.max(0.0) + (-log_odds.abs()).exp().ln_1p() - came * log_odds
    };
    let away = moved(at, prior, -1.0);
    rows.iter().map(misfit).sum::<f64>() + ridge / 2.0 * dot(away, away)
}

/// First and second derivatives of the cost.
fn slopes<const N: usize>(
    rows: &[([f64; N], f64)],
    ridge: f64,
    prior: [f64; N],
    at: [f64; N],
) -> ([f64; N], [[f64; N]; N]) {
    let mut gradient = moved(at, prior, -1.0).map(|away| ridge * away);
    let mut curvature: [[f64; N]; N] =
        std::array::from_fn(|i| std::array::from_fn(|j| if i == j { ridge } else { 0.0 }));
    for (inputs, came) in rows {
        let p = logistic(dot(*inputs, at));
        gradient = moved(gradient, *inputs, p - came);
        for (row, input) in curvature.iter_mut().zip(inputs) {
            *row = moved(*row, *inputs, p * (1.0 - p) * input);
        }
    }
    (gradient, curvature)
}

/// Solves linear equations by elimination; the curvature is positive definite, so no pivot is sought.
fn solved<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for pivot in 0..N {
        for below in pivot + 1..N {
            let factor = matrix[below][pivot] / matrix[pivot][pivot];
            matrix[below] = moved(matrix[below], matrix[pivot], -factor);
            right[below] -= factor * right[pivot];
        }
    }
    let mut solution = [0.0; N];
    for row in (0..N).rev() {
        solution[row] = (right[row] - dot(matrix[row], solution)) / matrix[row][row];
    }
    solution
}
