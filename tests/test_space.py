from __future__ import annotations

import numpy as np
import pytest
from made_up import cohort, three_themes

from pipeline.errors import CrosscurrentError
from pipeline.settings import ClusterSettings
from pipeline.space import (
    Space,
    fit_space,
    place,
    unit,
    vectors_of,
    with_neighbours,
)

SETTINGS = ClusterSettings()


def paragraphs_of_sentences(n_paragraphs: int = 40, d: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Sentences whose wording (first axis) varies within paragraphs, their subject between them."""
    rng = np.random.default_rng(3)
    codes = np.repeat(np.arange(n_paragraphs), 5)
    subject = np.zeros((n_paragraphs, d))
    subject[:, 1:] = rng.normal(size=(n_paragraphs, d - 1))
    vectors = subject[codes] + 0.1 * rng.normal(size=(len(codes), d))
    vectors[:, 0] += 5 * rng.normal(size=len(codes))
    return unit(vectors), codes


def whiten(
    vectors: np.ndarray, codes: np.ndarray, settings: ClusterSettings
) -> tuple[np.ndarray, Space]:
    """Vectors in the space that is learned from them, and that space."""
    space = fit_space(vectors, codes, settings)
    return space.map(vectors), space


def within_minus_between(vectors: np.ndarray, codes: np.ndarray) -> float:
    alike = vectors @ vectors.T
    same = codes[:, None] == codes[None, :]
    np.fill_diagonal(same, False)
    return float(alike[same].mean() - alike[~same].mean())


def test_sentences_of_one_paragraph_come_closer_than_by_centring() -> None:
    vectors, codes = paragraphs_of_sentences()
    whitened, _ = whiten(vectors, codes, ClusterSettings(shrinkage=0.6))
    centred = unit(vectors - vectors.mean(axis=0))
    assert within_minus_between(whitened, codes) > within_minus_between(centred, codes) + 0.2


def test_vectors_come_out_of_unit_length() -> None:
    vectors, codes = paragraphs_of_sentences()
    whitened, _ = whiten(vectors, codes, SETTINGS)
    assert np.linalg.norm(whitened, axis=1) == pytest.approx(1, abs=1e-5)


def test_the_space_maps_other_vectors_as_it_mapped_its_own() -> None:
    vectors, codes = paragraphs_of_sentences()
    whitened, space = whiten(vectors, codes, SETTINGS)
    assert np.array_equal(space.map(vectors[:7]), whitened[:7])


def test_the_transform_is_symmetric_so_that_no_sign_is_left_to_chance() -> None:
    vectors, codes = paragraphs_of_sentences()
    transform = fit_space(vectors, codes, SETTINGS).transform
    assert np.allclose(transform, transform.T)
    assert np.linalg.eigvalsh(transform).min() > 0


def test_full_shrinkage_only_centres() -> None:
    vectors, codes = paragraphs_of_sentences()
    whitened, _ = whiten(vectors, codes, ClusterSettings(shrinkage=1))
    assert np.allclose(whitened, unit(vectors - vectors.mean(axis=0)), atol=1e-5)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_a_few_paragraphs_of_one_sentence_are_only_centred(n: int) -> None:
    vectors, _ = paragraphs_of_sentences()
    whitened, space = whiten(vectors[:n], np.arange(n), SETTINGS)
    assert np.array_equal(space.transform, np.eye(12))
    assert np.isfinite(whitened).all()


def test_equal_sentences_in_a_paragraph_do_no_harm() -> None:
    vectors, _ = paragraphs_of_sentences()
    whitened, _ = whiten(np.repeat(vectors[:2], 3, axis=0), np.repeat([0, 1], 3), SETTINGS)
    assert np.isfinite(whitened).all()


def test_neighbours_in_the_paragraph_pull_and_others_do_not() -> None:
    vectors = np.eye(6, dtype=np.float32)
    half = ClusterSettings(context=0.5)
    told = with_neighbours(vectors, np.array([0, 0, 0, 0, 1, 1]), np.arange(6), half)
    first = told[0] / told[0, 0]
    assert first == pytest.approx([1, 0.5, 0.25, 0, 0, 0], abs=1e-6)


def test_without_context_a_sentence_stays_where_it_is() -> None:
    vectors = np.eye(4, dtype=np.float32)
    told = with_neighbours(vectors, np.zeros(4, int), np.arange(4), ClusterSettings(context=0))
    assert np.array_equal(told, vectors)


def test_frames_neither_shape_the_space_nor_lend_context() -> None:
    said = [["Visiting users helps.", "Users say more."], ["The credit goes to the team."]]
    _, plain, vectors = cohort({("e0", "A"): said})
    heading = {"text": "Week one", "role": "frame"}
    _, framed, more = cohort({("e0", "A"): [[heading, *said[0]], said[1]]})
    without, with_heading = place(plain, vectors, SETTINGS), place(framed, more, SETTINGS)
    assert np.allclose(without.told, with_heading.told[1:], atol=1e-6)


def test_places_do_not_depend_on_the_order_of_rows() -> None:
    _, segments, embeddings = three_themes()
    placed = place(segments, embeddings, SETTINGS)
    mixed = segments.sample(frac=1, random_state=4)
    again = place(mixed, embeddings.iloc[::-1], SETTINGS)
    rows = again.rows(segments["segment_id"])
    assert np.array_equal(placed.told, again.told[rows])


def test_a_segment_that_was_never_encoded_is_refused_with_what_to_do() -> None:
    _, segments, embeddings = three_themes()
    with pytest.raises(CrosscurrentError, match=r"segments have no vector.*encode"):
        vectors_of(segments, embeddings.iloc[1:])
