"""The cache: what is put comes back the same, or not at all."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from pipeline.errors import CrosscurrentError
from pipeline.runtime.store import Store, key_of, part_keys
from pipeline.settings import CompareSettings, LabelSettings, SegmentSettings
from pipeline.tables import Segments, Tables, frame

KEY = "ab" + 62 * "c"

texts = st.text(max_size=8)
rows = st.fixed_dictionaries(
    {
        "name": texts,
        "role": st.none() | texts,
        "count": st.integers(-(2**63), 2**63 - 1),
        "cue": st.none() | st.integers(-(2**63), 2**63 - 1),
        "score": st.none() | st.floats(),
        "sure": st.booleans(),
        "moves": st.lists(texts, max_size=3),
        "vector": st.just(np.arange(3, dtype=np.float32)),
    }
)
DTYPES = {
    "name": "str",
    "role": "str",
    "count": "int64",
    "cue": "Int64",
    "score": "float64",
    "sure": "bool",
    "moves": "object",
    "vector": "vector",
}


def typed(records: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(records, columns=list(DTYPES), dtype=object).astype(DTYPES)


@given(st.lists(rows, max_size=6))
def test_frames_come_back_as_they_were_put(records: list[dict[str, object]]) -> None:
    before = typed(records)
    with TemporaryDirectory() as folder:
        Store(Path(folder)).put(KEY, {"segments": before, "notices": before.iloc[:0]})
        after = Store(Path(folder)).get(KEY)
    assert after is not None and list(after) == ["segments", "notices"]
    assert_frame_equal(after["segments"], before, check_exact=True)
    assert_frame_equal(after["notices"], before.iloc[:0])
    assert all(type(moves) is list for moves in after["segments"]["moves"])
    assert all(vector.dtype == np.float32 for vector in after["segments"]["vector"])
    assert key_of(after["segments"]) == key_of(before)


def test_every_table_comes_back_without_rows(tmp_path: Path) -> None:
    before = dict(Tables.empty().items())
    Store(tmp_path).put(KEY, before)
    after = Store(tmp_path).get(KEY)
    assert after is not None
    for name, empty in before.items():
        assert_frame_equal(after[name], empty)


def test_what_was_never_put_is_absent(tmp_path: Path) -> None:
    assert Store(tmp_path / "nowhere").get(KEY) is None


@settings(max_examples=60)
@given(st.data())
def test_damage_anywhere_counts_as_absent_and_is_replaced(data: st.DataObject) -> None:
    before = {"segments": typed([])}
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.put(KEY, before)
        (path,) = [p for p in Path(folder).rglob("*") if p.is_file()]
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        if data.draw(st.booleans()):
            content = content[:place]
        else:
            content[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        assert store.get(KEY) is None
        store.put(KEY, before)
        assert store.get(KEY) is not None


def test_a_digest_over_something_else_than_a_zip_counts_as_absent(tmp_path: Path) -> None:
    path = tmp_path / KEY[:2] / KEY[2:]
    path.parent.mkdir()
    path.write_bytes(hashlib.sha256(b"no zip").digest() + b"no zip")
    assert Store(tmp_path).get(KEY) is None


def test_the_same_frames_are_the_same_bytes(tmp_path: Path) -> None:
    row = {"name": "a", "moves": ["belief"], "count": 1, "sure": True, "vector": [1.0, 0.0]}
    frames = {"segments": typed([row])}
    for folder in ("one", "two"):
        Store(tmp_path / folder).put(KEY, frames)
    first, second = (p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file())
    assert first == second


def test_only_whole_files_are_left(tmp_path: Path) -> None:
    Store(tmp_path).put(KEY, {"segments": typed([])})
    Store(tmp_path).put(KEY, {"segments": typed([])})
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [KEY[2:]]


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CrosscurrentError, match="can't be written"):
        Store(tmp_path / "file").put(KEY, {"segments": typed([])})


def test_a_list_of_other_things_than_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises((TypeError, ValueError)):
        Store(tmp_path).put(KEY, {"segments": pd.DataFrame({"moves": [[1]]})})


FRAME = frame(
    Segments,
    [
        {
            "segment_id": "s1",
            "essay_id": "e1",
            "text_sha": "aa",
            "ordinal": 0,
            "paragraph": 0,
            "block": "paragraph",
            "start": 0,
            "end": 3,
            "text": "Né.",
            "moves": ["belief", "learning"],
            "role_score": 0.1 + 0.2,
            "cue_start": 1,
        }
    ],
)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "Né!"),
        ("moves", ["belief"]),
        ("moves", ["belief, learning"]),
        ("moves", ["learning", "belief"]),
        ("role_score", 0.3),
        ("role", "claim"),
        ("cue_start", pd.NA),
    ],
)
def test_any_changed_cell_changes_the_key(column: str, value: object) -> None:
    other = FRAME.assign(**{column: pd.Series([value], dtype=FRAME[column].dtype)})
    assert key_of(other) != key_of(FRAME)


def test_names_and_types_of_columns_change_the_key_and_the_index_does_not() -> None:
    assert key_of(FRAME.rename(columns={"text": "words"})) != key_of(FRAME)
    assert key_of(FRAME.astype({"ordinal": "Int64"})) != key_of(FRAME)
    assert key_of(FRAME.set_axis([7])) == key_of(FRAME)


def test_no_two_lists_of_parts_meet() -> None:
    parts: list[tuple[str | bytes | pd.DataFrame | CompareSettings, ...]] = [
        ("ab",),
        ("a", "b"),
        ("a",),
        (b"ab",),
        (b"a", "b"),
        (),
        ("",),
        (CompareSettings(),),
        (CompareSettings(seed=22),),
        (CompareSettings().model_dump_json(),),
        (FRAME,),
        (FRAME.iloc[:0],),
        (FRAME, FRAME),
    ]
    assert len({key_of(*p) for p in parts}) == len(parts)
    assert key_of(LabelSettings()) != key_of(SegmentSettings())


def test_vectors_change_the_key() -> None:
    first = pd.DataFrame({"text_sha": ["a"], "vector": [np.zeros(3, dtype=np.float32)]})
    second = pd.DataFrame({"text_sha": ["a"], "vector": [np.ones(3, dtype=np.float32)]})
    assert key_of(first) != key_of(second)


@settings(max_examples=30)
@given(st.lists(st.lists(rows, max_size=3), max_size=4))
def test_the_keys_of_parts_are_those_of_frames(parts: list[list[dict[str, object]]]) -> None:
    whole = typed([record for part in parts for record in part])
    assert part_keys(whole, [len(p) for p in parts]) == [key_of(typed(p)) for p in parts]


def test_a_cell_without_stable_hash_is_refused() -> None:
    with pytest.raises(TypeError, match="no stable hash"):
        key_of(pd.DataFrame({"moves": [object()]}))


def test_the_key_is_the_same_in_another_process() -> None:
    script = (
        "from tests.test_store import FRAME\n"
        "from pipeline.runtime.store import key_of\n"
        "from pipeline.settings import CompareSettings\n"
        "print(key_of('a', b'b', FRAME, CompareSettings()))"
    )
    root = Path(__file__).resolve().parents[1]
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == key_of("a", b"b", FRAME, CompareSettings())


def test_an_entry_too_large_for_memory_has_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = typed([])
    Store(tmp_path / "memory").put(KEY, {"segments": rows})
    monkeypatch.setattr("pipeline.runtime.store.LARGE", 16)  # the rest goes over the disk
    Store(tmp_path / "disk").put(KEY, {"segments": rows})
    one, two = (Store(tmp_path / name).path(KEY).read_bytes() for name in ("memory", "disk"))
    assert one == two and not list(tmp_path.rglob("*.part"))
