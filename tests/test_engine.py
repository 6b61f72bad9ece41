"""The engine: nothing is computed twice, and no essay stops another."""

from __future__ import annotations

import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from pipeline.errors import CrosscurrentError
from pipeline.runtime.engine import Engine, Frames, Stage, peak_megabytes
from pipeline.runtime.progress import Bars, Silent
from pipeline.runtime.store import Store
from pipeline.settings import LabelSettings, SegmentSettings, StageSettings
from pipeline.tables import Embeddings, Essays, Notices, Segments, Tables, Themes, frame


class Memory:
    """A store that forgets with the test, and counts what it was given."""

    folder = Path()

    def __init__(self) -> None:
        self.kept: dict[str, Frames] = {}

    def get(self, key: str) -> Frames | None:
        return self.kept.get(key)

    def put(self, key: str, frames: Frames) -> None:
        self.kept[key] = frames


def essays(*texts: str, start: int = 0) -> Tables:
    """Essays e0, e1, ...; an essay's id goes with its text where `start` moves on."""
    rows = [
        {
            "essay_id": f"e{start + place}",
            "author": f"s{start + place}",
            "n_words": 1,
            "text": text,
            "essay_sha": sha256(text.encode()).hexdigest(),
        }
        for place, text in enumerate(texts)
    ]
    return Tables.empty().with_(essays=frame(Essays, rows))


def words_of(essays: pd.DataFrame) -> Frames:
    """Cut essays into words; a word "bad" raises, "odd" gives an invalid row, "!" a notice."""
    rows, notices = [], []
    for essay_id, text in zip(essays["essay_id"], essays["text"], strict=True):
        for ordinal, word in enumerate(text.split()):
            if word == "bad":
                raise ValueError(f"a private text: {text}")
            if word == "!":
                notices.append(notice(essay_id))
            rows.append(
                {
                    "segment_id": f"{essay_id}.{ordinal}",
                    "essay_id": essay_id,
                    "text_sha": sha256(word.encode()).hexdigest(),
                    "ordinal": ordinal,
                    "paragraph": 0,
                    "block": "verse" if word == "odd" else "paragraph",
                    "start": 0,
                    "end": len(word),
                    "text": word,
                    "moves": [],
                }
            )
    built = pd.DataFrame(rows, columns=list(Segments.to_schema().columns))
    return {"segments": built, "notices": frame(Notices, notices)}


def notice(essay_id: str | None) -> dict[str, object]:
    return {
        "essay_id": essay_id,
        "stage": "segment",
        "severity": "note",
        "code": "loud",
        "message": "It shouts.",
    }


class Calls:
    """The essays that a function was handed, call by call."""

    def __init__(self, function: Callable[..., Frames]) -> None:
        self.function = function
        self.essays: list[list[str]] = []

    def __call__(self, settings: StageSettings, **frames: pd.DataFrame) -> Frames:
        first = next(rows for rows in frames.values() if "essay_id" in rows)
        self.essays.append(first["essay_id"].drop_duplicates().tolist())
        return self.function(**frames)


def segmenting(calls: Callable[..., Frames] | None = None, **more: object) -> Stage:
    fields: dict[str, object] = {
        "name": "segment",
        "version": 1,
        "function": calls or Calls(words_of),
        "takes": ("essays",),
        "each": True,
        "settings": SegmentSettings(),
    }
    return Stage(**(fields | more))  # type: ignore[arg-type]


def engine(store: object = None, chunk: int = 2) -> Engine:
    return Engine(store or Memory(), Silent(), chunk)  # type: ignore[arg-type]


def test_essays_are_handed_over_in_chunks_and_joined_in_order() -> None:
    calls = Calls(words_of)
    after = engine(chunk=2).apply(segmenting(calls), essays("a b", "c", "", "d", "e"))
    assert calls.essays == [["e0", "e1"], ["e2", "e3"], ["e4"]]
    assert after.segments["text"].tolist() == ["a", "b", "c", "d", "e"]


def test_what_was_computed_is_not_computed_again(tmp_path: Path) -> None:
    tables, calls = essays("a b", "! c", ""), Calls(words_of)
    first = engine(Store(tmp_path)).apply(segmenting(calls), tables)
    again_calls = Calls(words_of)
    again = engine(Store(tmp_path)).apply(segmenting(again_calls), tables)
    assert again_calls.essays == []
    for (_, one), (_, two) in zip(first.items(), again.items(), strict=True):
        assert_frame_equal(one, two)


def test_only_new_and_changed_essays_are_computed() -> None:
    store = Memory()
    engine(store).apply(segmenting(), essays("a", "b", "c"))
    calls = Calls(words_of)
    one = engine(store)
    after = one.apply(segmenting(calls), essays("a", "B", "c", "d"))
    assert calls.essays == [["e1", "e3"]]
    assert after.segments["text"].tolist() == ["a", "B", "c", "d"]
    assert (one.log[0].cached, one.log[0].computed) == (2, 2)


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"settings": SegmentSettings(max_title_words=9)},
        {"models": ("en 3.8",)},
        {"name": "cut"},
    ],
)
def test_another_version_setting_or_model_computes_anew(changed: dict[str, object]) -> None:
    store, calls = Memory(), Calls(words_of)
    engine(store).apply(segmenting(), essays("a"))
    engine(store).apply(segmenting(calls, **changed), essays("a"))
    assert calls.essays == [["e0"]]


@settings(max_examples=8)
@given(
    st.lists(st.sampled_from(["a b", "b", "", "! a", "bad", "odd", "c ! c"]), max_size=7),
    st.integers(1, 4),
    st.integers(0, 7),
)
def test_chunks_and_cache_never_show_in_the_tables(
    texts: list[str], chunk: int, known: int
) -> None:
    tables = essays(*texts)
    plain = engine(chunk=1).apply(segmenting(), tables)
    store = Memory()
    engine(store).apply(segmenting(), essays(*texts[:known]))
    other = engine(store, chunk).apply(segmenting(), tables)
    assert_frame_equal(plain.segments, other.segments)
    assert_frame_equal(plain.notices, other.notices)


@pytest.mark.parametrize(("text", "kind"), [("bad", "ValueError"), ("odd", "SchemaErrors")])
def test_an_essay_that_fails_becomes_a_notice_and_stops_no_other(text: str, kind: str) -> None:
    one = engine(chunk=16)
    after = one.apply(segmenting(), essays("a", f"b {text}", "c"))
    assert after.segments["text"].tolist() == ["a", "c"]
    (told,) = after.notices.to_dict("records")
    assert (told["essay_id"], told["stage"]) == ("e1", "segment")
    assert (told["severity"], told["code"]) == ("warning", "failed")
    assert f"({kind})" in told["message"] and "private" not in told["message"]
    assert (one.log[0].computed, one.log[0].failed) == (2, 1)


def test_an_essay_that_failed_is_tried_again_next_time() -> None:
    store, calls = Memory(), Calls(words_of)
    engine(store).apply(segmenting(), essays("a", "bad"))
    engine(store).apply(segmenting(calls), essays("a", "bad"))
    assert calls.essays == [["e1"]]


def label(essays: pd.DataFrame, segments: pd.DataFrame) -> Frames:
    if (segments["text"] == "x").any():
        raise RuntimeError
    return {"segments": segments.assign(role="claim")}


def labelling() -> Stage:
    return Stage(
        "label", 1, lambda settings, **f: label(**f), ("essays", "segments"), True, LabelSettings()
    )


def test_an_essay_that_fails_keeps_the_rows_that_went_in() -> None:
    one = engine(chunk=4)
    tables = one.apply(segmenting(), essays("a", "b x", "c"))
    after = one.apply(labelling(), tables)
    assert after.segments["text"].tolist() == ["a", "b", "x", "c"]
    assert after.segments["role"].isna().tolist() == [False, True, True, False]


def test_where_all_essays_fail_the_tables_stay_as_they_are() -> None:
    one = engine()
    tables = one.apply(segmenting(), essays("x", "x"))
    after = one.apply(labelling(), tables)
    assert_frame_equal(after.segments, tables.segments)
    assert after.notices["essay_id"].tolist() == ["e0", "e1"]


def test_notices_of_stages_are_appended() -> None:
    tables = essays("! a", "b").with_(notices=frame(Notices, [notice(None)]))
    after = engine().apply(segmenting(), tables)
    assert after.notices["essay_id"].isna().tolist() == [True, False]
    assert after.notices["code"].tolist() == ["loud", "loud"]


def test_rows_of_no_essay_handed_over_are_a_failure_of_the_stage() -> None:
    def strays(essays: pd.DataFrame) -> Frames:
        return {"segments": words_of(essays)["segments"].assign(essay_id="elsewhere")}

    after = engine().apply(segmenting(Calls(strays)), essays("a"))
    assert "(ValueError)" in after.notices["message"].iloc[0]


def test_an_error_for_the_user_and_an_interrupt_pass_through() -> None:
    for error in (CrosscurrentError, KeyboardInterrupt):

        def raising(essays: pd.DataFrame, error: type[BaseException] = error) -> Frames:
            raise error

        with pytest.raises(error):
            engine().apply(segmenting(Calls(raising)), essays("a", "b"))


def test_an_interrupted_stage_goes_on_where_it_was() -> None:
    store = Memory()

    def interrupted(essays: pd.DataFrame) -> Frames:
        if "e2" in set(essays["essay_id"]):
            raise KeyboardInterrupt
        return words_of(essays)

    with pytest.raises(KeyboardInterrupt):
        engine(store).apply(segmenting(Calls(interrupted)), essays("a", "b", "c"))
    calls = Calls(words_of)
    engine(store).apply(segmenting(calls), essays("a", "b", "c"))
    assert calls.essays == [["e2"]]


def encode(segments: pd.DataFrame) -> Frames:
    """One vector a distinct text, in the order of the alphabet, none for "a"."""
    texts = segments[segments["text"] != "a"].drop_duplicates("text_sha").sort_values("text")
    rows = [
        {"text_sha": sha, "vector": np.array([len(sha), ord(text[0])], dtype=np.float32)}
        for sha, text in zip(texts["text_sha"], texts["text"], strict=True)
    ]
    return {"embeddings": frame(Embeddings, rows)}


def encoding(calls: Calls) -> Stage:
    return Stage("encode", 1, calls, ("segments",), True, LabelSettings())


def test_embeddings_belong_to_the_essays_that_have_their_text() -> None:
    store = Memory()
    one = engine(store, chunk=16)
    tables = one.apply(segmenting(), essays("c b a", "d c", "a"))
    after = one.apply(encoding(Calls(encode)), tables)
    shas = dict(zip(tables.segments["text_sha"], tables.segments["text"], strict=True))
    assert [shas[sha] for sha in after.embeddings["text_sha"]] == ["c", "b", "d"]

    fewer = one.apply(segmenting(), essays("d c", "a", start=1))
    calls = Calls(encode)
    after = one.apply(encoding(calls), fewer)
    assert calls.essays == []
    assert [shas[sha] for sha in after.embeddings["text_sha"]] == ["d", "c"]


def test_a_table_without_essays_goes_to_a_map_stage_whole() -> None:
    seen = []

    def reads(essays: pd.DataFrame, themes: pd.DataFrame) -> Frames:
        seen.append(len(themes))
        return words_of(essays)

    theme = {
        "theme_id": "t",
        "name": "t",
        "keywords": [],
        "level": "fine",
        "n_segments": 1,
        "n_students": 1,
        "share": 1,
        "exemplars": [],
        "origin": "found",
    }
    tables = essays("a", "b", "c").with_(themes=frame(Themes, [theme]))
    stage, store = segmenting(Calls(reads), takes=("essays", "themes")), Memory()
    engine(store).apply(stage, tables)
    assert seen == [1, 1]
    engine(store).apply(stage, tables.with_(themes=frame(Themes, [theme | {"name": "u"}])))
    assert seen == [1, 1, 1, 1]


def counting(calls: Calls) -> Stage:
    return Stage("cluster", 1, calls, ("essays", "segments"), False, LabelSettings())


def theme_of_all(essays: pd.DataFrame, segments: pd.DataFrame) -> Frames:
    rows = [
        {
            "theme_id": "t",
            "name": " ".join(segments["text"]),
            "keywords": segments["text"].tolist(),
            "level": "fine",
            "n_segments": len(segments),
            "n_students": len(essays),
            "share": 1,
            "exemplars": [],
            "origin": "found",
        }
    ]
    return {"themes": frame(Themes, rows), "notices": frame(Notices, [notice(None)])}


def test_a_whole_stage_is_looked_up_by_all_that_it_takes(tmp_path: Path) -> None:
    one, calls = engine(Store(tmp_path)), Calls(theme_of_all)
    tables = one.apply(segmenting(), essays("a", "b"))
    first = one.apply(counting(calls), tables)
    again = one.apply(counting(calls), tables)
    assert calls.essays == [["e0", "e1"]]
    assert_frame_equal(first.themes, again.themes)
    assert len(first.notices) == len(again.notices) == 1
    other = one.apply(counting(calls), one.apply(segmenting(), essays("a", "c")))
    assert other.themes["name"].tolist() == ["a c"]
    assert [(r.cached, r.computed) for r in one.log if r.stage == "cluster"] == [
        (0, 2),
        (2, 0),
        (0, 2),
    ]


def test_a_whole_stage_that_fails_raises() -> None:
    def raising(essays: pd.DataFrame, segments: pd.DataFrame) -> Frames:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine().apply(counting(Calls(raising)), essays("a"))


def test_no_essays_are_no_work() -> None:
    calls = Calls(words_of)
    after = engine().apply(segmenting(calls), Tables.empty())
    assert calls.essays == [] and after.segments.empty


def test_the_log_tells_rows_seconds_and_memory() -> None:
    one = engine()
    tables = one.apply(segmenting(), essays("a b", "! c"))
    with one.timed("report", tables):
        pass
    segment, report = one.log
    assert (segment.stage, segment.rows_in) == ("segment", {"essays": 2})
    assert segment.rows_out == {"segments": 4, "notices": 1}
    assert segment.seconds > 0
    assert (report.stage, report.rows_in["segments"], report.rows_out) == ("report", 4, {})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows doesn't tell the peak memory")
def test_peak_memory_is_in_megabytes() -> None:
    peak = peak_megabytes()
    assert peak is not None and 20 < peak < 20_000


class Steps(Silent):
    """Progress that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def start(self, stage: str, total: int) -> None:
        self.told.append((stage, total))

    def advance(self, n: int) -> None:
        self.told.append(n)

    def done(self) -> None:
        self.told.append("done")


def test_progress_counts_every_essay_once() -> None:
    store, steps = Memory(), Steps()
    engine(store).apply(segmenting(), essays("a"))
    Engine(store, steps, 2).apply(segmenting(), essays("a", "bad", "c", "d"))  # type: ignore[arg-type]
    assert steps.told[0] == ("segment", 4) and steps.told[-1] == "done"
    assert sum(n for n in steps.told if isinstance(n, int)) == 4


def test_progress_ends_when_a_stage_raises() -> None:
    def raising(essays: pd.DataFrame) -> Frames:
        raise KeyboardInterrupt

    steps = Steps()
    with pytest.raises(KeyboardInterrupt):
        Engine(Memory(), steps).apply(segmenting(Calls(raising)), essays("a"))  # type: ignore[arg-type]
    assert steps.told[-1] == "done"


@pytest.mark.parametrize("terminal", [True, False])
def test_bars_are_drawn_on_a_terminal_only(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    bars = Bars()
    for stage in ("segment", "label"):
        bars.start(stage, 3)
        bars.advance(3)
        bars.done()
    told = capsys.readouterr()
    assert told.out == ""
    assert ("segment" in told.err and "3/3" in told.err) == terminal
    assert bool(told.err) == terminal


def test_blocks_of_essays_give_what_all_at_once_give() -> None:
    tables = essays("a b", "! c", "", "bad", "bad", "d e")
    found = []
    for block in (2, 4_096):
        one = Engine(Memory(), Silent(), 2, block=block)  # type: ignore[arg-type]
        after = one.apply(segmenting(), tables)
        assert (one.log[0].computed, one.log[0].failed) == (4, 2)
        found.append(after)
    for (name, one_by_one), (_, at_once) in zip(*(t.items() for t in found), strict=True):
        if name == "notices":  # a block's own notices come before the next block's
            one_by_one, at_once = (
                rows.sort_values(["essay_id", "code"], ignore_index=True)
                for rows in (one_by_one, at_once)
            )
        assert_frame_equal(one_by_one, at_once)


def test_an_essay_keeps_its_rows_though_its_whole_block_fails() -> None:
    tables = engine().apply(segmenting(), essays("a", "b", "c", "d"))

    def failing(segments: pd.DataFrame) -> Frames:
        if segments["text"].isin(["c", "d"]).any():
            raise ValueError
        return {"segments": segments.assign(reason="seen")}

    stage = segmenting(lambda _, **frames: failing(**frames), takes=("segments",), name="label")
    after = Engine(Memory(), Silent(), 2, block=2).apply(stage, tables)  # type: ignore[arg-type]
    assert after.segments["text"].tolist() == ["a", "b", "c", "d"]
    assert after.segments["reason"].isna().tolist() == [False, False, True, True]
