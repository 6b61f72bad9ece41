"""What the training of the encoder promises, on tiny encoders of random weights and tiny corpora.

How `crosscurrent train encoder` is called is tested in test_train_command.py, without torch.
"""
# ruff: noqa: E402 - torch is asked for before what imports it

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import save_file

from pipeline.encode import labelled
from pipeline.encode.encoder import Encoder
from pipeline.encode.export import PROJECTION, ExportError
from pipeline.encode.windows import Window, windows
from pipeline.errors import CrosscurrentError
from pipeline.runtime.progress import Silent

torch = pytest.importorskip("torch", reason="training needs torch, of the extra [train]")

import torch.nn.functional as F  # noqa: N812 - torch's own habit

from pipeline.encode import train as trainer
from pipeline.encode.train import Sources, StudentRecipe, TeacherRecipe, train, transformer
from pipeline.encode.train.groups import Group, groups
from pipeline.encode.train.losses import (
    contrast,
    neighbours,
    similarities,
    to_statements,
    told,
    within,
)
from pipeline.encode.train.steps import Optimiser, turn_by_turn
from pipeline.encode.train.student import (
    Average,
    Heads,
    Units,
    _rarity,
    logits,
    pooled_windows,
    train_student,
)
from pipeline.encode.train.teacher import encode, tune
from pipeline.encode.train.transformer import states, vectors

LAYERS, WIDTH, TEACHER_WIDTH, WIDE = 2, 24, 36, 48  # the trainer's 12 heads are 2 and 3 wide
WORDS = [
    *("we", "they", "you", "code", "maps", "bugs", "forks", "posts", "talks", "parks", "books"),
    *("rules", "taxes", "loans", "clubs", "meals", "read", "write", "share", "sell", "fix"),
    *("copy", "teach", "learn", "trust", "need", "want", "fear", "like", "drop", "keep", "send"),
    *("old", "new", "good", "bad", "slow", "fast", "open", "closed", "large", "small", "often"),
    *("never", "soon", "late", "here", "there", "and", "or", "but", "with", "without", "about"),
]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", *WORDS]
CLS, SEP, FIRST = 2, 3, 5  # ids; of the first word
FILES = {"encoder.onnx", "heads.npy", "tokenizer.json", "manifest.json"}
HELD = 9  # of the tiny diaries' sentences
TEACHER = TeacherRecipe(
    steps=3, rate=1e-3, sizes={"claim": 6, "post": 6, "argument": 4}, fixed_layers=1
)
STUDENT = StudentRecipe(
    steps=5,
    rate=1e-3,
    sizes={"claim": 8, "post": 8, "argument": 4, "essay": 4, "diary": 4, "intent": 4},
    windows=6,
    units=6,
)

Arrays = dict[str, Any]


# --- tiny encoders ----------------------------------------------------------------------------


def random_encoder(
    width: int, parts: Sequence[str], attention_norm: str, others: dict[str, tuple[int, ...]]
) -> Arrays:
    shapes = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), width),
        "embeddings.LayerNorm.weight": (width,),
        "embeddings.LayerNorm.bias": (width,),
        "pooler.dense.weight": (width, width),  # which the published files have, and nobody uses
        **others,
    }
    for at in (f"encoder.layer.{layer}." for layer in range(LAYERS)):
        for name in parts:
            shapes |= {f"{at}{name}.weight": (width, width), f"{at}{name}.bias": (width,)}
        shapes |= {f"{at}intermediate.dense.weight": (WIDE, width)}
        shapes |= {f"{at}intermediate.dense.bias": (WIDE,)}
        shapes |= {f"{at}output.dense.weight": (width, WIDE), f"{at}output.dense.bias": (width,)}
        for name in (attention_norm, "output.LayerNorm"):
            shapes |= {f"{at}{name}.weight": (width,), f"{at}{name}.bias": (width,)}
    rng = np.random.default_rng(7)
    return {
        name: (name.endswith("LayerNorm.weight") + rng.normal(0, 0.3, shape)).astype(np.float32)
        for name, shape in shapes.items()
    }


def random_bert() -> Arrays:
    parts = [f"attention.self.{part}" for part in ("query", "key", "value")]
    others = {
        "embeddings.position_embeddings.weight": (256, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
    }
    parts.append("attention.output.dense")
    return random_encoder(WIDTH, parts, "attention.output.LayerNorm", others)


def random_mpnet(width: int = TEACHER_WIDTH) -> Arrays:
    parts = [f"attention.attn.{part}" for part in "qkvo"]
    others = {
        "embeddings.position_embeddings.weight": (100, width),
        "encoder.relative_attention_bias.weight": (32, 12),
    }
    return random_encoder(width, parts, "attention.LayerNorm", others)


def tokenizer_json() -> bytes:
    flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    words = {
        "version": "1.0",
        "truncation": {
            "direction": "Right",
            "max_length": 4,
            "strategy": "LongestFirst",
            "stride": 0,
        },
        "padding": None,
        "added_tokens": [
            {"id": i, "content": VOCABULARY[i], "special": True, **flags} for i in range(4)
        ],
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": True,
            "handle_chinese_chars": True,
            "strip_accents": None,
            "lowercase": True,
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", SEP], "cls": ["[CLS]", CLS]},
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: i for i, word in enumerate(VOCABULARY)},
        },
    }
    return json.dumps(words).encode()


def write_encoder(folder: Path, arrays: Arrays) -> str:
    """Write a folder to start from; return the sha256 of its weights."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(arrays, folder / "model.safetensors")
    (folder / "tokenizer.json").write_bytes(tokenizer_json())
    return sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def tensors_of(arrays: Arrays) -> dict[str, Any]:
    return {name: torch.tensor(array) for name, array in arrays.items()}


# --- tiny corpora -----------------------------------------------------------------------------


def says(draw: Random, *about: str) -> str:
    """Make up a sentence of seven words, with those that it is about among them."""
    words = draw.sample([word for word in WORDS if word not in about], 7 - len(about))
    words = [*words, *about]
    draw.shuffle(words)
    return f"{' '.join(words).capitalize()}."


def points(draw: Random, n: int) -> list[list[str]]:
    """Make up what n points are about: two words each, of which no two points share one."""
    words = draw.sample(WORDS, 2 * n)
    return [words[at : at + 2] for at in range(0, 2 * n, 2)]


def write_claims(folder: Path, draw: Random) -> Path:
    """Five subjects of three points, each in four claims; the last subject is held out."""
    folder.mkdir(parents=True)
    rows = []
    for subject in ("chess", "gardens", "ferries", "choirs", "kites"):
        for about in points(draw, 3):
            theme = says(draw, *about)
            rows += [
                {"subject": subject, "theme": theme, "text": says(draw, *about)} for _ in range(4)
            ]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (folder / "held_out.txt").write_text("kites\n", encoding="utf-8")
    return folder


def write_posts(posts: Path, run: Path, draw: Random) -> None:
    """Three batches of two points in four posts each; the last is held out.

    Its posts stand in the same essays as the others, of which one is too short to be a group.
    """
    rows, named, essays = [], [], {"e1": [], "e2": [], "e3": []}
    for week in ("week 1", "week 2", "week 3"):
        for point, about in zip("AB", points(draw, 2), strict=True):
            named.append({"batch": week, "point": point, "statement": says(draw, *about)})
            for essay in ("e1", "e2") * 2:
                essays[essay].append(text := says(draw, *about))
                rows.append({"batch": week, "text_sha": sha_of(text), "point": point})
        essays["e3"].append(text := says(draw))
        rows.append({"batch": week, "text_sha": sha_of(text), "point": None})
    for essay in ("e1", "e2"):
        essays[essay] += [says(draw) for _ in range(8)]
    posts.mkdir()
    pd.DataFrame(rows).to_csv(posts / "sorted.csv", index=False)
    pd.DataFrame(named).to_csv(posts / "points.csv", index=False)
    (posts / "held_out.txt").write_text("week 3\n", encoding="utf-8")
    (run / "tables").mkdir(parents=True)
    pd.DataFrame(
        [
            {"essay_id": essay, "text_sha": sha_of(text), "text": f"{text} "}
            for essay, texts in essays.items()
            for text in texts
        ]
    ).to_parquet(run / "tables" / "segments.parquet")


def sha_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def write_labelled(folder: Path, draw: Random) -> Path:
    for part in ("key-points", "cered", "banking77"):
        (folder / part).mkdir(parents=True)
    write_arguments(folder / "key-points", draw)
    write_diaries(folder / "cered", draw)
    intents = [{"text": says(draw), "category": "refund"} for _ in range(30)]
    pd.DataFrame(intents).to_csv(folder / "banking77" / "train.csv", index=False)
    return folder


def write_arguments(folder: Path, draw: Random) -> None:
    """Two stances of two key points in four arguments each, and two that match none or both."""
    given, named, labels = [], [], []
    for stance in (1, -1):
        side = {"topic": "Uniforms", "stance": stance}
        both = points(draw, 2)
        for point, about in enumerate(both):
            key = f"k{stance}{point}"
            named.append({"key_point_id": key, "key_point": says(draw, *about), **side})
            for _ in range(4):
                labels.append({"arg_id": f"a{len(given)}", "key_point_id": key, "label": 1})
                given.append({"arg_id": f"a{len(given)}", "argument": says(draw, *about), **side})
            labels.append({"arg_id": f"both{stance}", "key_point_id": key, "label": 1})
        for name, about in ((f"none{stance}", ()), (f"both{stance}", both[0])):
            given.append({"arg_id": name, "argument": says(draw, *about), **side})
    for name, rows in (("arguments", given), ("key_points", named), ("labels", labels)):
        pd.DataFrame(rows).to_csv(folder / f"{name}_train.csv", index=False)


def write_diaries(folder: Path, draw: Random) -> None:
    """Six sentences of each category, in contexts of three.

    A val sentence stands in the first context, a val sentence of two words in the second, and the
    annotators were unsure of the last.
    """
    val = [says(draw), "We learn.", says(draw)]
    others = [[val[0], says(draw)], [val[1], says(draw)]]
    rows = []
    for category in [*labelled.CATEGORIES] * 6:
        sentence = says(draw)
        before, after = others.pop(0) if others else (says(draw), says(draw))
        rows.append(
            {"context": f"{before} {sentence} {after}", "sentence": sentence, "y": category}
        )
    marks = ["[5, 4]"] * (len(rows) - 1) + ["[3, 2]"]
    pd.DataFrame(rows).assign(confidence=marks).to_csv(folder / "train.tsv", sep="\t", index=False)
    held = pd.DataFrame({"sentence": val, "y": "Other", "confidence": "[5]"})
    held["context"] = [f"{val[0]} {says(draw)}", "", val[2]]
    held.to_csv(folder / "val.tsv", sep="\t", index=False)


def write_units(file: Path, draw: Random) -> None:
    """Twenty sentences, of which every other one asks; of one in four more is known."""
    rows = []
    for n in range(20):
        sentence = says(draw)
        row = {"sentence": sentence, "context": f"{says(draw)} {sentence}", "weight": 1.0}
        more = {"is_claim": float(n % 3 == 0), "makes_belief": 1.0} if n % 4 == 0 else {}
        rows.append(json.dumps(row | {"asks": float(n % 2)} | more))
    file.write_text("\n".join(rows), encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Two threads wait for each other longer than they work on matrices this small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(trainer, "THREADS", 1)
        yield
    torch.set_num_threads(before)
    torch.use_deterministic_algorithms(False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Everything that training reads, which is told to expect these encoders."""
    folder, draw = tmp_path_factory.mktemp("sources"), Random(0)
    write_labelled(folder / "labelled", draw)
    write_claims(folder / "claims", draw)
    write_posts(folder / "posts", folder / "run", draw)
    write_units(folder / "units", draw)
    with pytest.MonkeyPatch.context() as patched:
        for name, arrays in (("base", random_bert()), ("teacher", random_mpnet())):
            digest = write_encoder(folder / name, arrays)
            patched.setattr(trainer, f"{name.upper()}_SHA256", digest)
        patched.setattr(trainer, "HELD", HELD)
        yield folder


def sources_in(folder: Path) -> Sources:
    names = ("labelled", "base", "claims", "teacher", "run", "posts", "units")
    return Sources(**{name: folder / name for name in names})


@pytest.fixture(scope="module")
def sources(folder: Path) -> Sources:
    return sources_in(folder)


# --- groups -----------------------------------------------------------------------------------


def texts_of(found: Sequence[Group]) -> set[str]:
    return {text for group in found for text in group.texts}


def test_groups_of_every_kind_come_in_their_order(sources: Sources) -> None:
    kinds = [group.kind for group in groups(sources, seed=1)]
    assert kinds == [
        *["claim"] * 4,
        *["post"] * 2,
        *["argument"] * 2,
        *["essay"] * 2,
        *["diary"] * 2,
        "intent",
    ]


def test_no_text_of_a_held_out_subject_is_trained_on(sources: Sources) -> None:
    rows = labelled.claims(sources.claims)
    held = rows[rows["held_out"]]
    assert len(held) == 12
    assert not texts_of(groups(sources, seed=1)) & {*held["text"], *held["theme"]}


def test_no_post_of_a_held_out_batch_is_trained_on_not_even_in_its_essay(sources: Sources) -> None:
    rows = labelled.posts(sources.posts, sources.run)
    held = rows[rows["held_out"]]
    assert len(held) == 9
    assert not texts_of(groups(sources, seed=1)) & {*held["text"], *held["theme"].dropna()}


def test_no_sentence_of_the_val_split_is_trained_on(sources: Sources) -> None:
    val = set(labelled.reflections(sources.labelled, "val")["sentence"])
    contexts = " ".join(labelled.reflections(sources.labelled, "train")["context"])
    assert sum(sentence in contexts for sentence in val) == 2
    assert not texts_of(groups(sources, seed=1)) & val


def test_the_statements_of_points_are_texts_of_their_group(sources: Sources) -> None:
    for group in groups(sources, seed=1):
        assert len(set(group.texts)) == len(group.texts)
        assert {*group.points, *group.points.values()} <= set(group.texts)
        assert bool(group.points) == (group.kind in ("claim", "post", "argument"))
        for statement in group.points.values():
            assert group.points[statement] == statement


def test_an_argument_that_matches_several_key_points_is_a_text_without_point(
    sources: Sources,
) -> None:
    rows = labelled.arguments(sources.labelled, "train")
    group = next(group for group in groups(sources, seed=1) if group.kind == "argument")
    given = rows[rows["group"] == "Uniforms / 1"]
    assert set(given["text"]) < set(group.texts)
    assert set(group.texts) - set(group.points) == set(given[given["theme"].isna()]["text"])


def test_a_share_keeps_that_share_of_the_subjects_and_all_else(sources: Sources) -> None:
    whole, half, least = (groups(sources, 1, share) for share in (1.0, 0.5, 0.01))
    assert half == [*whole[:2], *whole[4:]]
    assert least == [whole[0], *whole[4:]]


def test_without_a_run_there_are_no_posts_and_no_essays(sources: Sources) -> None:
    kinds = {group.kind for group in groups(replace(sources, run=None), seed=1)}
    assert kinds == {"claim", "argument", "diary", "intent"}


def test_the_seed_decides_which_texts_stand_together(sources: Sources) -> None:
    assert groups(sources, seed=1) == groups(sources, seed=1) != groups(sources, seed=2)


# --- losses -----------------------------------------------------------------------------------


def unit(*shape: int, seed: int = 0) -> Any:
    draw = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(*shape, generator=draw), dim=-1)


def rotation(size: int) -> Any:
    return torch.linalg.qr(torch.randn(size, size, generator=torch.Generator().manual_seed(3)))[0]


def test_contrast_is_lower_where_texts_of_one_label_lie_together() -> None:
    labels = list("aaabbbccc")
    near = F.normalize(
        torch.eye(8)[[ord(label) - 97 for label in labels]] + 0.3 * unit(9, 8), dim=1
    )
    shuffled = Random(1).sample(labels, len(labels))
    assert 0 <= contrast(near, labels) < contrast(near, shuffled)


def test_contrast_is_nothing_where_no_label_is_shared() -> None:
    found = unit(3, 8).requires_grad_()
    loss = contrast(found, list("abc"))
    loss.backward()
    assert loss == 0
    assert not found.grad.any()


def test_a_text_whose_label_no_other_has_only_pushes() -> None:
    together = torch.eye(8)[[0, 0]]
    far, near = (torch.cat([together, torch.eye(8)[[place]]]) for place in (1, 0))
    assert contrast(far, list("aab")) < contrast(near, list("aab"))
    assert contrast(far, list("aab")) < 1e-3


def test_a_claim_costs_least_at_the_statement_of_its_point() -> None:
    names, statements = list("abc"), torch.eye(8)[:3]
    costs = [float(to_statements(statements[[at]], ["b"], statements, names)) for at in range(3)]
    assert min(costs) == costs[1] < 1e-3


@pytest.mark.parametrize("loss", [neighbours, similarities, within])
def test_a_student_with_its_teachers_vectors_costs_nothing(loss: Any) -> None:
    teacher = unit(6, 8)
    assert loss(teacher, teacher) == pytest.approx(0, abs=1e-6)
    assert loss(unit(6, 8, seed=1), teacher) > 0.01


@pytest.mark.parametrize("loss", [neighbours, similarities, within])
def test_only_how_vectors_lie_to_each_other_counts(loss: Any) -> None:
    student, teacher = unit(6, 8, seed=1), unit(6, 12)
    turned = loss(student @ rotation(8), teacher @ rotation(12))
    assert turned == pytest.approx(float(loss(student, teacher)), rel=1e-4)


def test_a_label_that_nobody_gave_costs_nothing() -> None:
    nan = float("nan")
    said = torch.tensor([[1.0, nan], [0.0, nan]])
    sure = torch.tensor([[9.0, 9.0], [-9.0, -9.0]])
    alike, worth = torch.ones(2), torch.tensor([2.0, 1.0])
    assert float(told(sure, said, alike, worth)) < 1e-3
    wrong = float(told(-sure, said, alike, worth))
    assert wrong == pytest.approx(18, rel=1e-3)
    light = torch.tensor([0.5, 0.5])
    assert float(told(-sure, said, light, worth)) == pytest.approx(wrong / 2)
    assert float(told(sure, said * nan, alike, worth)) == 0


@pytest.mark.parametrize("loss", [neighbours, within])
def test_a_text_alone_has_no_neighbours_to_differ(loss: Any) -> None:
    assert loss(unit(1, 8, seed=1), unit(1, 8)) == 0


def test_within_a_group_what_all_its_texts_share_says_nothing() -> None:
    student, teacher = unit(6, 8, seed=1), unit(6, 12)
    apart = float(within(student, teacher))
    assert within(student + 1, teacher) == pytest.approx(apart, rel=1e-4)


# --- transformer ------------------------------------------------------------------------------


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute in float32 on every processor."""
    monkeypatch.setattr(transformer, "has_bfloat16", lambda: False)


def random_tokens(lengths: Sequence[int]) -> list[list[int]]:
    draw = Random(1)
    return [
        [CLS, *draw.choices(range(FIRST, len(VOCABULARY)), k=length), SEP] for length in lengths
    ]


@pytest.mark.parametrize("arrays", [random_bert(), random_mpnet()], ids=["BERT", "MPNet"])
@pytest.mark.usefixtures("exact")
def test_a_vector_depends_on_its_text_alone(
    arrays: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformer, "PASS", 3)
    tensors, tokens = tensors_of(arrays), random_tokens([9, 1, 30, 4, 4, 17, 2])
    together = vectors(tensors, tokens)
    alone = torch.cat([vectors(tensors, [text]) for text in tokens])
    turned = vectors(tensors, tokens[::-1]).flip(0)
    assert torch.allclose(together.norm(dim=1), torch.ones(7), atol=1e-6)
    assert torch.allclose(alone, together, atol=1e-5)
    assert torch.allclose(turned, together, atol=1e-5)
    assert (alone[1:] * alone[:-1]).sum(1).max() < 0.999


def test_rounding_to_bfloat16_changes_little(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for has in (False, True):
        monkeypatch.setattr(transformer, "has_bfloat16", lambda has=has: has)
        found[has] = vectors(tensors_of(random_bert()), random_tokens([9, 1, 30]))
    assert (found[True] * found[False]).sum(1).min() > 0.999
    assert found[True].dtype == torch.float32


@pytest.mark.usefixtures("exact")
def test_mpnet_without_relative_places_is_a_bert_whose_places_begin_at_two() -> None:
    arrays = random_mpnet(WIDTH)
    arrays["encoder.relative_attention_bias.weight"] *= 0
    renamed = {
        "attention.attn.q": "attention.self.query",
        "attention.attn.k": "attention.self.key",
        "attention.attn.v": "attention.self.value",
        "attention.attn.o": "attention.output.dense",
        "attention.LayerNorm": "attention.output.LayerNorm",
    }
    bert = {}
    for name, array in arrays.items():
        old = next((old for old in renamed if f".{old}." in name), "")
        bert[name.replace(old, renamed.get(old, ""))] = array
    del bert["encoder.relative_attention_bias.weight"]
    places = "embeddings.position_embeddings.weight"
    bert[places] = bert[places][2:]
    tokens = random_tokens([9, 4])
    expected = vectors(tensors_of(bert), tokens)
    assert torch.allclose(vectors(tensors_of(arrays), tokens), expected, atol=1e-4)


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize(("bucket", "expected"), [(1, [4, 5, 6]), (17, [2, 3, 4])])
def test_mpnet_tells_the_token_before_from_the_token_after(
    bucket: int, expected: list[int]
) -> None:
    arrays = random_mpnet()
    arrays["encoder.relative_attention_bias.weight"][bucket] = 1e4  # each token looks there alone
    tensors = tensors_of(arrays)
    ids = torch.arange(FIRST, FIRST + 9)[None]
    changed = ids.clone()
    changed[0, 4] += 20
    before, after = (states(tensors, given, torch.ones(1, 9)) for given in (ids, changed))
    differs = (before - after).abs().amax(2)[0] > 1e-3
    # One place on in each of two layers; a token at an end has nobody there and looks everywhere.
    assert [place for place in range(2, 7) if differs[place]] == expected


def test_distances_are_numbered_as_t5_and_mpnet_number_them() -> None:
    buckets = transformer._buckets(400)
    query = 200
    # Below 8 exact; from 8 on 8 + 8 log(distance / 8) / log(128 / 8), rounded down, 15 at the most.
    numbers = {**{near: near for near in range(8)}, 9: 8, 12: 9, 20: 10, 24: 11, 40: 12, 60: 13}
    numbers |= {90: 14, 91: 15, 150: 15, 199: 15}
    for distance, number in numbers.items():
        assert buckets[query, query - distance] == number
        assert buckets[query, query + distance] == number + (16 if distance else 0)


@pytest.mark.parametrize("arrays", [random_bert(), random_mpnet()], ids=["BERT", "MPNet"])
def test_no_gradient_reaches_what_is_held_fixed(arrays: Arrays) -> None:
    tensors = {name: t.requires_grad_() for name, t in tensors_of(arrays).items()}
    vectors(tensors, random_tokens([5, 9]), from_layer=1)[:, 0].sum().backward()
    for name, tensor in tensors.items():
        learns = name.startswith("encoder.layer.1.")
        assert (tensor.grad is not None) == learns, name
    vectors(tensors, random_tokens([5, 9]))[:, 0].sum().backward()
    assert all(
        tensor.grad.any() for name, tensor in tensors.items() if not name.startswith("pooler.")
    )


def test_long_texts_are_cut_and_keep_their_last_token() -> None:
    texts = ["we read", "we read " * 60]
    short, long = trainer.tokenise(tokenizer_json(), texts).values()
    assert short == [CLS, FIRST, VOCABULARY.index("read"), SEP]
    assert (len(long), long[0], long[-1]) == (trainer.LONGEST, CLS, SEP)


# --- steps ------------------------------------------------------------------------------------


def test_every_item_has_its_turn_before_one_comes_again() -> None:
    drawn = list(islice(turn_by_turn("abcdef", Random(1)), 18))
    rounds = [drawn[at : at + 6] for at in (0, 6, 12)]
    assert all(sorted(one) == list("abcdef") for one in rounds)
    assert len(set(map(tuple, rounds))) > 1


def test_the_rate_rises_and_then_falls_to_nothing() -> None:
    tensor = torch.zeros(1)
    optimiser = Optimiser([([tensor], 0.01)], steps=10, warm_up=0.3)
    moved = []
    for _ in range(11):
        before = tensor.item()
        optimiser.step(tensor.sum())  # of a steady slope: AdamW moves by the rate itself
        moved.append((before - tensor.item()) / 0.01)
    expected = [1 / 3, 2 / 3, 1, 1, 6 / 7, 5 / 7, 4 / 7, 3 / 7, 2 / 7, 1 / 7, 0]
    assert moved == pytest.approx(expected, abs=0.01)


def test_average_is_the_mean_of_what_was_added() -> None:
    one, other = torch.tensor([1.0, 4.0]), torch.tensor([[5.0]])
    average = Average([one, other])
    average.add()
    one += 2
    average.add()
    one += 1
    other -= 3
    average.add()
    one += 100  # after it nothing is counted
    found = average.value()
    assert torch.allclose(found[0], torch.tensor([8 / 3, 17 / 3]))
    assert torch.allclose(found[1], torch.tensor([[4.0]]))


# --- teacher and student ----------------------------------------------------------------------


def claims_in(sources: Sources) -> tuple[list[Group], dict[str, list[int]]]:
    """Gather the groups of claims, and the tokens of their texts."""
    found = [group for group in groups(sources, seed=1) if group.kind == "claim"]
    return found, trainer.tokenise(tokenizer_json(), sorted(texts_of(found)))


def test_tuning_brings_texts_of_a_point_together_and_leaves_fixed_layers(sources: Sources) -> None:
    found, tokens = claims_in(sources)
    tensors, before = (trainer._tensors(random_mpnet()) for _ in range(2))
    row = {text: place for place, text in enumerate(tokens)}

    def spread() -> float:
        now = encode(tensors, [*tokens.values()])
        losses = [
            contrast(now[[row[text] for text in group.points]], [*group.points.values()])
            for group in found
        ]
        return float(sum(losses)) / len(losses)

    at_first = spread()
    tune(tensors, tokens, found, replace(TEACHER, steps=100, rate=3e-3, dropout=0), 1, Silent())
    assert spread() < at_first - 0.5
    fixed = ("embeddings.", "encoder.relative", "encoder.layer.0.")
    for name, tensor in tensors.items():
        assert torch.equal(tensor, before[name]) == name.startswith(fixed), name


def test_a_student_comes_nearer_to_its_targets(sources: Sources) -> None:
    found, tokens = claims_in(sources)
    point_of = {text: point for group in found for text, point in group.points.items()}
    names = sorted(set(point_of.values()))
    wanted = unit(len(names), WIDTH)[[names.index(point) for point in point_of.values()]]
    targets = dict(zip(point_of, wanted, strict=True))  # texts of a point have one target
    learned, _ = trainer._moves(sources.labelled, tokenizer_json(), 1)

    def cosine(recipe: StudentRecipe) -> float:
        given = trainer._tensors(random_bert()), tokens, found, targets, learned, Units()
        tensors, heads = train_student(*given, recipe, 1, Silent())
        pooled = F.linear(vectors(tensors, [tokens[text] for text in targets]), heads.projection)
        return float(F.cosine_similarity(pooled, wanted).mean())

    still = cosine(replace(STUDENT, rate=0.0, head_rate=0.0))
    assert cosine(replace(STUDENT, steps=60, rate=3e-3)) > still + 0.1


def test_a_student_keeps_its_words_as_they_were(sources: Sources) -> None:
    found, tokens = claims_in(sources)
    targets = dict(zip(tokens, unit(len(tokens), WIDTH), strict=True))
    learned, _ = trainer._moves(sources.labelled, tokenizer_json(), 1)
    given = trainer._tensors(random_bert()), tokens, found, targets, learned, Units()
    tensors, _ = train_student(*given, STUDENT, 1, Silent())
    for name, before in trainer._tensors(random_bert()).items():
        assert torch.allclose(tensors[name], before) == name.startswith("embeddings."), name


@pytest.mark.usefixtures("exact")
def test_what_a_sentence_scores_depends_on_its_window_alone() -> None:
    tensors, head = tensors_of(random_bert()), unit(9, 2 * WIDTH + 1)
    tokens = random_tokens([12, 3, 12, 30])
    given = [Window(tuple(ids), lo, lo + 3) for ids, lo in zip(tokens, (1, 1, 8, 20), strict=True)]

    def scored(windows: Sequence[Window]) -> Any:
        return logits(head, pooled_windows(tensors, windows))

    together = scored(given)
    alone = torch.cat([scored([window]) for window in given])
    assert together.shape == (4, 9)
    assert torch.allclose(alone, together, atol=1e-4)
    elsewhere = scored([given[0]._replace(lo=5, hi=9)])
    assert not torch.allclose(elsewhere, together[:1], atol=1e-2)


@pytest.mark.parametrize("power", [0, 0.3, 1])
def test_a_rare_category_weighs_more_and_a_sentence_one_on_average(power: float) -> None:
    categories = [0] * 6 + [1] * 3 + [2]
    weights = _rarity(categories, power)
    assert weights[categories].mean() == pytest.approx(1, rel=1e-5)
    assert weights[2] / weights[0] == pytest.approx(6**power, rel=1e-5)


# --- moves ------------------------------------------------------------------------------------


def test_a_context_that_holds_a_sentence_of_val_is_dropped_and_its_sentence_stays(
    sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "HELD", 0)
    learned, held = trainer._moves(sources.labelled, tokenizer_json(), 1)
    rows = labelled.reflections(sources.labelled, "train")[:-1]  # annotators were unsure of it
    contexts = ["", *rows["context"][1:]]  # two words of val in the second are no leak
    expected = windows(
        rows["sentence"].tolist(), contexts, trainer._tokenizer(tokenizer_json()), 112
    )
    assert not held.windows
    assert sorted(learned.windows) == sorted(expected)
    assert len(expected[0].ids) < len(expected[1].ids)
    numbers = dict(zip(learned.windows, learned.categories, strict=True))
    assert [labelled.CATEGORIES[numbers[window]] for window in expected] == rows[
        "category"
    ].tolist()


def test_sentences_are_learned_from_or_calibrated_on_never_both(sources: Sources) -> None:
    learned, held = trainer._moves(sources.labelled, tokenizer_json(), 1)
    assert (len(learned.windows), len(held.windows)) == (44, HELD)
    assert not set(learned.windows) & set(held.windows)


def heads_with(moves: Any, rarity: Any) -> Heads:
    return Heads(torch.eye(WIDTH), moves, torch.zeros(len(labelled.LABELS), 2 * WIDTH + 1), rarity)


@pytest.mark.parametrize("sureness", [0.1, 1, 30])
def test_calibration_lowers_or_keeps_the_log_loss(sources: Sources, sureness: float) -> None:
    _, held = trainer._moves(sources.labelled, tokenizer_json(), 1)
    tensors = trainer._tensors(random_bert())
    head = sureness * unit(9, 2 * WIDTH + 1)
    fitted = trainer.calibrated(tensors, heads_with(head, torch.ones(9)), held)

    def loss(head: Any) -> float:
        found = logits(head, pooled_windows(tensors, held.windows))
        return float(F.cross_entropy(found, torch.tensor(held.categories)))

    assert loss(fitted) <= loss(head) + 1e-6
    heat = (head / fitted).mean()
    assert torch.allclose(fitted * heat, head, rtol=1e-3)
    assert heat == pytest.approx(4, rel=1e-3) if sureness == 30 else 0.49 < heat < 4.01


def test_calibration_takes_off_what_rarity_added(sources: Sources) -> None:
    _, held = trainer._moves(sources.labelled, tokenizer_json(), 1)
    rarity = torch.linspace(0.5, 2, 9)
    heads = heads_with(torch.zeros(9, 2 * WIDTH + 1), rarity)
    biases = trainer.calibrated(trainer._tensors(random_bert()), heads, held)[:, -1]
    heat = float(-rarity.log()[0] / biases[0])
    assert torch.allclose(biases * heat, -rarity.log(), atol=1e-6)


# --- units ------------------------------------------------------------------------------------


def test_units_have_a_window_each_and_nothing_where_nobody_said(sources: Sources) -> None:
    assert sources.units is not None
    units = trainer.units_of(labelled.units(sources.units), tokenizer_json())
    assert len(units.windows) == len(units.labels) == len(units.weights) == 20
    known = ~units.labels.isnan()
    assert known.sum(0).tolist()[:3] == [20, 5, 0]
    assert units.labels[:, 0].tolist() == [0.0, 1.0] * 10
    assert not Units().windows


def test_a_file_without_units_is_refused(tmp_path: Path) -> None:
    (tmp_path / "units").write_text("", encoding="utf-8")
    with pytest.raises(CrosscurrentError, match="holds no labelled sentence"):
        labelled.units(tmp_path / "units")


def test_without_units_the_labels_head_says_nothing(untaught: Path, trained: Path) -> None:
    for folder, silent in ((untaught, True), (trained, False)):
        scores = Encoder.load(folder, threads=1).scores(["We read."], ["We read. They learn."])
        assert (scores["asks"] == 0.5).all() == silent


# --- train ------------------------------------------------------------------------------------


@dataclass
class Steps:
    """Note how far a run is."""

    totals: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def start(self, stage: str, total: int) -> None:
        self.totals[stage], self.taken[stage] = total, 0

    def advance(self, n: int) -> None:
        self.taken[[*self.taken][-1]] += n

    def done(self) -> None:
        self.ended.append([*self.taken][-1])


def train_tiny(
    sources: Sources, out: Path, seed: int = 1, recipe: StudentRecipe = STUDENT
) -> dict[str, Any]:
    return train(sources, out, seed, Silent(), TEACHER, recipe)


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def trained(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder that is trained from all sources with the seed 1."""
    out = tmp_path_factory.mktemp("trained") / "weights"
    train_tiny(sources, out)
    return out


@pytest.fixture(scope="module")
def untaught(sources: Sources, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder that is trained without teacher and without a run."""
    out = tmp_path_factory.mktemp("untaught") / "weights"
    train_tiny(replace(sources, teacher=None, run=None, posts=None, units=None), out)
    return out


@pytest.mark.parametrize("name", ["trained", "untaught"])
def test_with_and_without_teacher_an_encoder_is_written_that_loads(
    name: str, request: pytest.FixtureRequest
) -> None:
    out = request.getfixturevalue(name)
    assert set(bytes_in(out)) == FILES
    encoder = Encoder.load(out, threads=1)
    texts = ["We read old books.", "They fix bugs.", ""]
    found = encoder.embed(texts)
    assert found.shape == (3, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    moves = encoder.moves(texts[:2], [" ".join(texts)] * 2)
    assert tuple(moves.columns) == labelled.CATEGORIES
    np.testing.assert_allclose(moves.sum(axis=1), 1, atol=1e-9)


def test_the_manifest_says_what_was_trained_and_from_what(sources: Sources, trained: Path) -> None:
    manifest = json.loads((trained / "manifest.json").read_text("utf-8"))
    assert manifest["name"] == trainer.NAME
    assert manifest["source"]["sha256"] == trainer.BASE_SHA256
    assert manifest["window_tokens"] == trainer.WINDOW_TOKENS
    assert set(manifest["files"]) == FILES - {"manifest.json"}


@pytest.mark.usefixtures("exact")
def test_the_encoder_computes_what_was_trained(
    sources: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, Any] = {}

    def export(arrays: Arrays, *given: Any, **more: Any) -> dict[str, Any]:
        kept.update(arrays=arrays, head=more["head"])
        return written(arrays, *given, **more)

    written = trainer.export
    monkeypatch.setattr(trainer, "export", export)
    train_tiny(sources, tmp_path)
    encoder, words = Encoder.load(tmp_path, threads=1), tokenizer_json()
    rows = labelled.reflections(sources.labelled, "train")
    sentences, contexts = rows["sentence"].tolist(), rows["context"].tolist()

    tensors = tensors_of(kept["arrays"])
    tokens = trainer.tokenise(words, sentences)
    pooled = F.linear(vectors(tensors, [tokens[text] for text in sentences]), tensors[PROJECTION])
    cosines = (F.normalize(pooled, dim=1).numpy() * encoder.embed(sentences)).sum(1)
    assert cosines.min() > 0.995  # int8 lies between them

    given = windows(sentences, contexts, trainer._tokenizer(words), trainer.WINDOW_TOKENS)
    found = logits(torch.tensor(kept["head"]), pooled_windows(tensors, given))
    scores = encoder.scores(sentences, contexts)
    of_moves, of_labels = torch.softmax(found[:, :9], dim=1), torch.sigmoid(found[:, 9:])
    np.testing.assert_allclose(scores, torch.cat([of_moves, of_labels], dim=1), atol=0.02)


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(
    sources: Sources, trained: Path, tmp_path: Path
) -> None:
    manifest = train_tiny(sources, tmp_path / "again")
    train_tiny(sources, tmp_path / "other", seed=2)
    first, again, other = map(bytes_in, (trained, tmp_path / "again", tmp_path / "other"))
    assert not {name for name in FILES if again[name] != first[name]}
    assert json.loads(again["manifest.json"]) == manifest
    assert {name for name in FILES if other[name] != first[name]} == FILES - {"tokenizer.json"}


def test_the_order_in_which_tensors_are_read_is_forgotten() -> None:
    arrays = random_bert()
    # safetensors has another order at each call, and the gradients' norm is summed in it.
    turned = dict(reversed(arrays.items()))
    assert list(trainer._tensors(turned)) == list(trainer._tensors(arrays))


def test_training_moves_the_weights(sources: Sources, trained: Path, tmp_path: Path) -> None:
    train_tiny(sources, tmp_path, recipe=replace(STUDENT, rate=0.0, head_rate=0.0))
    moved = {
        name for name, content in bytes_in(tmp_path).items() if content != bytes_in(trained)[name]
    }
    assert moved == FILES - {"tokenizer.json"}


def test_the_teacher_is_learned_from(sources: Sources, trained: Path, tmp_path: Path) -> None:
    train_tiny(replace(sources, teacher=None), tmp_path)
    assert (tmp_path / "encoder.onnx").read_bytes() != (trained / "encoder.onnx").read_bytes()


def test_progress_is_told_step_by_step(sources: Sources, tmp_path: Path) -> None:
    told = Steps()
    train(sources, tmp_path, 1, told, TEACHER, STUDENT)
    assert told.totals == told.taken == {"teacher": TEACHER.steps, "student": STUDENT.steps}
    assert told.ended == ["teacher", "student"]


@pytest.mark.parametrize(
    "missing",
    [
        "base/model.safetensors",
        "teacher/model.safetensors",
        "claims/a.jsonl",
        "posts/points.csv",
        "run/tables/segments.parquet",
        "labelled/key-points/labels_train.csv",
        "labelled/cered/train.tsv",
        "labelled/cered/val.tsv",
        "labelled/banking77/train.csv",
    ],
)
def test_what_is_missing_is_told_in_one_sentence_and_nothing_is_trained(
    missing: str, folder: Path, tmp_path: Path
) -> None:
    copy, told = tmp_path / "copy", Steps()
    shutil.copytree(folder, copy)
    (copy / missing).unlink()
    with pytest.raises(CrosscurrentError) as refused:
        train(sources_in(copy), tmp_path / "out", 1, told, TEACHER, STUDENT)
    path = copy / ("claims" if missing == "claims/a.jsonl" else missing)
    assert re.fullmatch(rf"{re.escape(str(path))} [^\n]+\.", str(refused.value))
    assert not told.totals
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["base", "teacher"])
def test_an_encoder_that_is_not_the_expected_file_is_refused(
    name: str, sources: Sources, tmp_path: Path
) -> None:
    digest = write_encoder(tmp_path / "other", random_mpnet(WIDTH))
    told = Steps()
    with pytest.raises(
        ExportError, match=rf"other/model\.safetensors has the sha256 {digest}, not"
    ):
        train(replace(sources, **{name: tmp_path / "other"}), tmp_path / "out", 1, told)
    assert not told.totals
    assert not (tmp_path / "out").exists()


def test_a_file_in_place_of_the_folder_is_refused_before_training(
    sources: Sources, tmp_path: Path
) -> None:
    told = Steps()
    (tmp_path / "out").write_text("mine")
    with pytest.raises(CrosscurrentError, match="is a file, and the encoder needs a folder"):
        train(sources, tmp_path / "out", 1, told)
    assert not told.totals
    assert (tmp_path / "out").read_text() == "mine"
