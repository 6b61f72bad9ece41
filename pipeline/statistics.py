"""Shares, intervals and tests over numpy arrays; the student is the unit.

`values` are always (rows, measures) numbers from 0 to 1, a row an essay or a student; `students`
and `labels` give each row's student and group as codes from 0 without gaps. All intervals are 95 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Sparse = Any  # scipy's csr_array, which has no types: numbers, most of them 0

LEVEL = 0.95
Z = float(stats.norm.ppf((1 + LEVEL) / 2))
BLOCK = 2_000_000  # numbers in one block of resamples: 16 MB
CELLS = 1_000_000  # of a sparse matrix that are numbers of 64 bits at once
DRAWS, SEED = 2_000, 24  # of students for the interval of a share, the same wherever it stands
DIGITS = 12
TIE = 1e-9  # two sums of the same shares in another order differ by less
FEW = 100  # hits; a p-value that rests on fewer is worth more shuffles


@dataclass(frozen=True)
class Estimate:
    """Hold a number a measure and its interval, each of shape (measures,)."""

    point: Numbers
    low: Numbers
    high: Numbers


@overload
def wilson(n_with: float, n: float) -> tuple[float, float]: ...
@overload
def wilson(n_with: Numbers, n: float) -> tuple[Numbers, Numbers]: ...
def wilson(n_with: float | Numbers, n: float) -> tuple[float | Numbers, float | Numbers]:
    """Give the score interval of a share: `n_with` of `n`, which may be fractional.

    0 to 1 when n is 0. scipy's `binomtest(...).proportion_ci("wilson")` is the same for one pair of
    whole numbers; this takes arrays and sums of shares. Source: Wilson (1927), JASA 22.
    """
    if n == 0:
        return np.zeros_like(n_with, dtype=float)[()], np.ones_like(n_with, dtype=float)[()]
    centre = (n_with + Z**2 / 2) / (n + Z**2)
    half = Z / (n + Z**2) * np.sqrt(n_with * (n - n_with) / n + Z**2 / 4)
    low = np.where(np.equal(n_with, 0), 0.0, centre - half)
    high = np.where(np.equal(n_with, n), 1.0, centre + half)
    return low[()], high[()]


def jeffreys(n_a: float, n_b: float) -> tuple[float, float]:
    """Give the interval of a position from -1 (pole a) to 1 (pole b) from its evidence.

    `n_a` and `n_b` count segments for each pole and may be sums of weights. The share of pole b is
    Beta(n_b + 1/2, n_a + 1/2); an end without counterevidence is open to the pole, so that the
    interval holds the position itself. Source: Brown, Cai and DasGupta (2001), Statistical Science
    16, whose modified Jeffreys interval this is.
    """
    low, high = stats.beta.interval(LEVEL, n_b + 0.5, n_a + 0.5)
    return (-1.0 if n_b == 0 else float(2 * low - 1)), (1.0 if n_a == 0 else float(2 * high - 1))


def student_shares(values: Numbers, students: Codes) -> Numbers:
    """Give the share of each student's rows, (students, measures)."""
    sums, counts = _student_sums(values, students)
    return np.asarray(sums / counts[:, None], dtype=float)


def sparse_shares(values: Sparse, students: Codes) -> Sparse:
    """Do what `student_shares` does where few have what is measured."""
    sums, counts = _student_sums(values, students)
    sums.data *= np.repeat(1 / counts, np.diff(sums.indptr))
    return sums


def _student_sums(values: Any, students: Codes) -> tuple[Any, Codes]:
    """Sum up each student's rows, and count them."""
    counts, rows = np.bincount(students), np.arange(len(students))
    cells = (np.ones(len(rows)), (students, rows))
    return sparse.csr_array(cells, shape=(len(counts), len(rows))) @ values, counts


def share(shares: Numbers) -> Estimate:
    """Estimate the mean over students of their shares, (students, measures) with a student or more.

    The same shares have the same interval in every table, whatever the order of students and
    whatever else is estimated with them.

    Where each student's share is 0 or 1, as with one essay a student, the mean is a share of
    students and has Wilson's interval. Where all shares are alike the resamples show no spread:
    Wilson's interval over students, never narrower, stands in. Else a bootstrap over students with
    percentiles widened for few of them; in simulated classes of 10 to 30 students plain ones held
    the truth in 81 to 95 %, these in 84 to 96 %, least often for what is rarest. Sources: Efron and
    Tibshirani (1993), chapter 13; Hesterberg (2015), The American Statistician 69.
    """
    shares = np.sort(shares, axis=0)
    point = shares.mean(axis=0)
    low, high = wilson(shares.sum(axis=0), len(shares))
    mixed = ~(np.isin(shares, (0, 1)).all(axis=0) | (np.ptp(shares, axis=0) == 0))
    if mixed.any():
        known, rng = shares[:, mixed], np.random.default_rng(SEED)
        drawn = np.concatenate([counts @ known for counts in draws(len(known), rng, DRAWS)])
        # The last digits of a product depend on how many columns it has.
        drawn = np.round(drawn / len(known), DIGITS)
        low[mixed], high[mixed] = np.percentile(drawn, tails(len(known)), axis=0)
    return Estimate(point, np.clip(low, 0, point), np.clip(high, point, 1))


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Estimate the difference of the shares of two groups that have no student in common.

    Squares and adds the distances to the ends of the two intervals: Newcombe's hybrid score
    interval where those are Wilson's, and its extension to any interval else. Sources: Newcombe
    (1998), Statistics in Medicine 17, method 10; Zou and Donner (2008), Statistics in Medicine 27.
    """
    point = first.point - second.point
    below = np.hypot(first.point - first.low, second.high - second.point)
    above = np.hypot(first.high - first.point, second.point - second.low)
    return Estimate(point, np.clip(point - below, -1, 1), np.clip(point + above, -1, 1))


def overlapping_difference(
    plain: Estimate,
    values: Numbers,
    students: Codes,
    inside: Flags,
    *,
    rng: np.random.Generator,
    resamples: int,
) -> Estimate:
    """Give the difference `plain` the interval it has where students have rows in both groups.

    `inside` flags the rows of the first group; both groups have some. Interval: bootstrap over
    students, who bring all their rows, as for `share`; where it shows no spread, that of `plain`.
    """
    parts = [_spread(values, students, flags) for flags in (inside, ~inside)]
    differences = []
    for counts in draws(len(parts[0][1]), rng, resamples):
        sums = [(counts @ shares, (counts @ there)[:, None]) for shares, there in parts]
        drawn = (sums[0][1] > 0) & (sums[1][1] > 0)
        means = [total / np.maximum(n, 1) for total, n in sums]
        differences.append(np.where(drawn, means[0] - means[1], np.nan))
    low, high = np.nanpercentile(np.concatenate(differences), tails(students.max() + 1), axis=0)
    flat = high - low < TIE
    low, high = np.where(flat, plain.low, low), np.where(flat, plain.high, high)
    return Estimate(plain.point, np.minimum(low, plain.point), np.maximum(high, plain.point))


def cohens_h(first: Numbers, second: Numbers) -> Numbers:
    """Give the effect size of two shares, -pi to pi: .2 is small, .5 medium, .8 large.

    Source: Cohen (1988), Statistical Power Analysis, chapter 6.
    """
    angles = 2 * np.arcsin(np.sqrt(first)) - 2 * np.arcsin(np.sqrt(second))
    return np.asarray(angles, dtype=float)


def p_between(
    shares: Numbers | Sparse,
    labels: Codes,
    *,
    rng: np.random.Generator,
    permutations: int,
    most: int = 0,
) -> Numbers:
    """Test each group against the rest by shuffling students between groups.

    Takes a row and a label a student; gives two-sided p-values, (groups, measures). All groups and
    measures see the same shuffles; `most` as for `_counted`. Source: Phipson and Smyth (2010), for
    (1 + hits) / (1 + n).
    """
    sizes = np.bincount(labels)
    ones = np.ones((len(sizes), len(labels)))
    inside, outside = ones / sizes[:, None], ones / np.maximum(len(labels) - sizes, 1)[:, None]
    alike = np.zeros_like(labels)
    return _p_values(shares, labels, alike, inside, outside, rng, (permutations, most))


def p_within(
    values: Numbers | Sparse,
    labels: Codes,
    students: Codes,
    *,
    rng: np.random.Generator,
    permutations: int,
    most: int = 0,
) -> Numbers:
    """Test each group against the rest by shuffling the labels of each student's own rows.

    Takes a row an essay; gives two-sided p-values, (groups, measures). What tells students apart is
    held fixed: the difference is measured from what it would be on average were each student's
    rows alike; `most` as for `_counted`. Source: Phipson and Smyth (2010); Winkler et al. (2015),
    for blocks.
    """
    counts = np.zeros((students.max() + 1, labels.max() + 1))
    np.add.at(counts, (students, labels), 1)
    others = counts.sum(axis=1, keepdims=True) - counts
    inside, outside = (
        (1 / (np.maximum(n, 1) * np.maximum((n > 0).sum(axis=0), 1)))[students].T
        for n in (counts, others)
    )
    return _p_values(values, labels, students, inside, outside, rng, (permutations, most))


def benjamini_hochberg(p_values: Numbers) -> Numbers:
    """Turn the p-values of one family into q-values; NaN stays and doesn't count.

    Source: Benjamini and Hochberg (1995), JRSS B 57.
    """
    q_values = np.full_like(p_values, np.nan)
    known = ~np.isnan(p_values)
    if known.any():
        q_values[known] = stats.false_discovery_control(p_values[known])
    return q_values


def p_trend(
    values: Numbers,
    times: Numbers,
    students: Codes,
    *,
    within: bool,
    rng: np.random.Generator,
    permutations: int,
    most: int = 0,
) -> Numbers:
    """Test whether values rise or fall with time: two-sided p-values, (measures,).

    `within` shuffles the times of each student's own rows, so that what tells students apart is
    held fixed; else, with a row a student, times are shuffled between students. `most` as for
    `_counted`. Sources: as for `p_within`; the statistic is the numerator of a slope.
    """
    strata = students if within else np.zeros_like(students)
    centred = _centred(times, strata)
    real = [centred @ values]

    def apart(shuffled: Numbers, _: int, some: Codes) -> Numbers:
        return np.asarray(np.abs(shuffled @ values[:, some]), dtype=float)

    shuffles = partial(_shuffles, centred, strata, rng, width=values.shape[1])
    found = _counted(np.abs(np.array(real)), apart, shuffles, (permutations, most))
    return np.asarray(found[0], dtype=float)


def slopes(
    values: Numbers,
    times: Numbers,
    students: Codes,
    *,
    within: bool,
    rng: np.random.Generator,
    resamples: int,
) -> tuple[Estimate, Numbers]:
    """Estimate how much values change in a unit of time, (measures,), and the resamples of it.

    The slope of least squares, `within` students (each with a level of their own, fixed effects)
    or, with a row a student, between them. Interval: bootstrap over students, who bring all their
    rows, as for `share`; NaN where no resample differs. Sources: Wooldridge (2010), Econometric
    Analysis of Cross Section and Panel Data, chapter 10; Cameron, Gelbach and Miller (2008), Review
    of Economics and Statistics 90, for resampling whole clusters.
    """
    centred = _centred(times, students if within else np.zeros_like(students))
    n = int(students.max()) + 1
    sums = np.zeros((n, 3 + 2 * values.shape[1]))
    parts = (np.ones_like(centred), centred, centred**2)
    np.add.at(sums, students, np.column_stack([*parts, values, centred[:, None] * values]))
    point = _slope(sums.sum(axis=0)[None])[0]
    drawn = np.concatenate([_slope(counts @ sums) for counts in draws(n, rng, resamples)])
    whole = drawn[~np.isnan(drawn).any(axis=1)]
    if not len(whole):
        nothing = np.full_like(point, np.nan)
        return Estimate(point, nothing, nothing), whole
    low, high = np.percentile(whole, tails(n), axis=0)
    flat = high - low < TIE
    low, high = np.minimum(low, point), np.maximum(high, point)
    return Estimate(point, np.where(flat, np.nan, low), np.where(flat, np.nan, high)), whole


def _slope(sums: Numbers) -> Numbers:
    """Give slopes from sums of 1, t, t^2, y and t y over rows, (n, 3 + 2 measures)."""
    rows, t, squares = sums[:, :1], sums[:, 1:2], sums[:, 2:3]
    y, products = np.split(sums[:, 3:], 2, axis=1)
    spread = squares - t**2 / rows
    spread = np.where(spread < TIE, np.nan, spread)  # a resample in which nobody's times differ
    return np.asarray((products - t * y / rows) / spread, dtype=float)


def _centred(times: Numbers, strata: Codes) -> Numbers:
    """Measure times from the mean of their stratum."""
    means = np.bincount(strata, weights=times) / np.bincount(strata)
    return np.asarray(times - means[strata], dtype=float)


def _p_values(
    values: Numbers | Sparse,
    labels: Codes,
    strata: Codes,
    inside: Numbers,
    outside: Numbers,
    rng: np.random.Generator,
    times: tuple[int, int],
) -> Numbers:
    """Count how often shuffled labels part a group from the rest as far as the real ones do.

    `inside` and `outside`, (groups, rows), weigh a row of the group and one of the rest. With
    a row's label l, group g's difference is the sum over rows of values * (inside if l = g else
    -outside): one product of weights, or 0 outside the group, and values a group, for all measures
    at once.
    """
    groups = range(1 if len(inside) == 2 else len(inside))  # of two, each is the other's rest
    weights = [inside[g] + outside[g] for g in groups]
    chance = _chances(labels, strata, len(inside))
    times_values = _multiplier(values)
    every = np.arange(values.shape[1])
    expected = [times_values((chance[g] * weights[g])[None], every)[0] for g in groups]

    def apart(shuffled: Codes, g: int, some: Codes) -> Numbers:
        sums = times_values(np.where(shuffled == g, weights[g], 0.0), some)
        sums -= expected[g][some]  # in its place: new memory takes longer than the sums
        return np.abs(sums, out=sums)

    real = np.array([apart(labels[None], g, every)[0] for g in groups])
    shuffles = partial(_shuffles, labels, strata, rng, width=values.shape[1])
    found = _counted(real, apart, shuffles, times)
    return np.asarray(np.broadcast_to(found, (len(inside), values.shape[1])), dtype=float)


def _multiplier(values: Numbers | Sparse) -> Callable[[Numbers, Codes], Numbers]:
    """Return what multiplies weights, (n, rows), with some columns of values: (n, columns)."""
    if not sparse.issparse(values):

        def dense(weights: Numbers, some: Codes) -> Numbers:
            columns = values if len(some) == values.shape[1] else values[:, some]
            return np.asarray(weights @ columns, dtype=float)

        return dense
    by_column = sparse.csr_array(values.T)
    if by_column.nnz <= CELLS:
        by_column = by_column.astype(float, copy=False)
    step = max(1, CELLS * by_column.shape[0] // max(by_column.nnz, 1))

    def sparsely(weights: Numbers, some: Codes) -> Numbers:
        across = np.ascontiguousarray(weights.T)
        whole = len(some) == by_column.shape[0]
        if by_column.nnz <= CELLS:
            columns = by_column if whole else by_column[some]
            return np.asarray((columns @ across).T, dtype=float)
        parts = [  # each column by itself gives what all at once would
            (by_column[at : at + step] if whole else by_column[some[at : at + step]]) @ across
            for at in range(0, len(some), step)
        ]
        return np.asarray(np.concatenate(parts).T, dtype=float)

    return sparsely


def _counted(
    real: Numbers,
    apart: Callable[[Any, int, Codes], Numbers],
    shuffles: Callable[[int], Iterator[Any]],
    times: tuple[int, int],
) -> Numbers:
    """Give p-values, (groups, measures), from how often shuffles are as far apart as `real`.

    Of `times` the first is the number of shuffles for all; those with fewer hits than FEW then go
    on to the second (0: none does). A p-value can't be less than one over the number of shuffles,
    so that in a large family of tests no q could be small without. It stays valid: at most FEW hits
    in the first shuffles are at most FEW + 1 over their number, so that a p-value at or below a
    level is one of the first number of shuffles or of the second, each valid. Source: after Besag
    and Clifford (1991), Biometrika 78.
    """
    hits, n = np.zeros_like(real), np.zeros_like(real)
    left = [np.arange(real.shape[1]) for _ in real]
    first, most = times
    done, until = 0, first
    while until > done:
        for shuffled in shuffles(until - done):
            for g, some in enumerate(left):
                if len(some):
                    far = apart(shuffled, g, some) >= real[g, some] - TIE
                    hits[g, some] += far.sum(axis=0)
                    n[g, some] += len(shuffled)
        left = [some[hits[g, some] < FEW] for g, some in enumerate(left)]
        more = min(5 * until, most) if any(map(len, left)) else 0
        done, until = until, more
    return np.asarray((1 + hits) / (1 + n), dtype=float)


def _chances(labels: Codes, strata: Codes, groups: int) -> Numbers:
    """Give the chance of each row to get each label when its stratum is shuffled."""
    counts = np.zeros((strata.max() + 1, groups))
    np.add.at(counts, (strata, labels), 1)
    return np.asarray((counts / counts.sum(axis=1, keepdims=True))[strata].T, dtype=float)


def _shuffles(
    labels: Any, strata: Codes, rng: np.random.Generator, permutations: int, width: int = 0
) -> Iterator[Any]:
    """Yield blocks, (shuffles, rows), of labels shuffled within strata.

    `width` is how many numbers are made of each shuffle, where those are more than the rows.
    Strata of one size are shuffled at once: sorting few random numbers is quicker than many.
    """
    sizes = np.bincount(strata)[strata]
    places = [
        np.argsort(np.where(sizes == m, strata, len(strata)), kind="stable")[: (sizes == m).sum()]
        for m in np.unique(sizes)
    ]
    for size in _blocks(permutations, max(len(labels), width)):
        if not strata.any():
            yield rng.permuted(np.tile(labels, (size, 1)), axis=1)
            continue
        shuffled = np.empty((size, len(labels)), dtype=labels.dtype)
        for rows in places:
            m = int(sizes[rows[0]])
            own = labels[rows].reshape(1, -1, m)
            order = np.argsort(rng.random((size, len(rows) // m, m)), axis=2)
            taken = np.take_along_axis(np.broadcast_to(own, order.shape), order, axis=2)
            shuffled[:, rows] = taken.reshape(size, -1)
        yield shuffled


def draws(students: int, rng: np.random.Generator, resamples: int) -> Iterator[Numbers]:
    """Yield blocks, (resamples, students), of how often each student is drawn."""
    for size in _blocks(resamples, students):
        yield rng.multinomial(students, np.full(students, 1 / students), size=size).astype(float)


def tails(students: int) -> tuple[float, float]:
    """Give the percentiles that bound a bootstrap of so many students as a t interval would."""
    few = max(students, 2)
    reach = np.sqrt(few / (few - 1)) * stats.t.ppf((1 + LEVEL) / 2, few - 1)
    tail = 100 * float(stats.norm.cdf(-reach))
    return tail, 100 - tail


def _blocks(times: int, width: int) -> list[int]:
    """Cut `times` rows of `width` numbers into blocks of bounded memory."""
    size = max(1, BLOCK // max(width, 1))
    return [min(size, times - start) for start in range(0, times, size)]


def _spread(values: Numbers, students: Codes, flags: Flags) -> tuple[Numbers, Flags]:
    """Give each student's share of the flagged rows, 0 without any, and who has some."""
    there = np.zeros(students.max() + 1, dtype=bool)
    there[students[flags]] = True
    shares = np.zeros((len(there), values.shape[1]))
    shares[there] = student_shares(
        values[flags], np.unique(students[flags], return_inverse=True)[1]
    )
    return shares, there
