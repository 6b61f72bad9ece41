"""How good the encoder is, beside the base that it came from: `make bench-quality`.

Measures on corpora with human labels (`--labelled`), on the held-out subjects of our own claims
(`--claims`), on real posts (`--posts` with a run that has their texts, `--cohort`) and on other
claims that a reader sorted (`--points`). All but the speed comes out the same
each time. In brackets: 95 % bootstrap intervals.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

import corpora
from corpora import THREADS, Encoders
from rich.console import Console
from scorecard import Section, as_json, table

from pipeline.encode import export
from pipeline.encode.encoder import Encoder
from pipeline.errors import CrosscurrentError

REPOSITORY = Path(__file__).resolve().parents[2]


def base_encoder(folder: Path) -> Encoder:
    """Load the base as the float32 graph of its weights, through a folder like a shipped one."""
    tensors, tokenizer, source = export.read_base(folder)
    model = export.build_model(
        tensors, heads=export.HEADS, max_tokens=export.MAX_TOKENS, quantised=False
    )
    contents = {"encoder.onnx": model.SerializeToString(), "tokenizer.json": tokenizer}
    manifest = {
        "name": f"base {source}",
        "dimension": int(tensors["embeddings.word_embeddings.weight"].shape[1]),
        "max_tokens": export.MAX_TOKENS,
        "files": {name: sha256(content).hexdigest() for name, content in contents.items()},
    }
    with tempfile.TemporaryDirectory() as temporary:
        for name, content in contents.items():
            (Path(temporary) / name).write_bytes(content)
        (Path(temporary) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return Encoder.load(Path(temporary), THREADS)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add = partial(parser.add_argument, type=Path)
    labelled = REPOSITORY.parent / "shared" / "labelled"
    add("--labelled", default=labelled, metavar="DIR", help="key-points, cered, banking77")
    add("--claims", default=REPOSITORY / "data" / "claims", metavar="DIR")
    add(
        "--base",
        default=REPOSITORY / ".bench" / "base",
        metavar="DIR",
        help="model.safetensors and tokenizer.json of the base",
    )
    add("--encoder", metavar="DIR", help="other weights than the shipped ones")
    add("--posts", default=REPOSITORY / "data" / "posts", metavar="DIR")
    add(
        "--cohort",
        default=REPOSITORY / "reports" / "open-source-2020",
        metavar="RUN",
        help="a finished run of that cohort, which holds the texts of --posts",
    )
    add("--points", nargs="+", metavar="FILE", help="CSV files with text and point, a group each")
    add("--json", metavar="FILE", help="write the numbers too, those of each group among them")
    parser.add_argument(
        "--split",
        choices=("dev", "test"),
        default="dev",
        help="test: the test files where they are there; dev: key-points dev, cered val, and "
        "questions of banking77 train",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = parsed(arguments)
    console = Console(width=max(120, Console().width))
    try:
        encoders = Encoders(Encoder.load(asked.encoder, THREADS), base_encoder(asked.base))
    except CrosscurrentError as error:
        sys.exit(str(error))
    jobs: dict[str, Callable[[], Section]] = {
        "Own claims": lambda: corpora.own(encoders, asked.claims),
        "Real posts": lambda: corpora.posts(encoders, asked.posts, asked.cohort),
        "ArgKP": lambda: corpora.key_points(encoders, asked.labelled, asked.split),
        "CEReD": lambda: corpora.moves(encoders, asked.labelled, asked.split),
        "BANKING77": lambda: corpora.intents(encoders, asked.labelled, asked.split),
        "Speed": lambda: corpora.speed(encoders, asked.labelled),
    }
    if asked.points:
        jobs["Claims sorted by a reader"] = lambda: corpora.sorted_points(encoders, asked.points)
    sections = []
    for name, measured in jobs.items():
        try:
            section = measured()
        except CrosscurrentError as error:
            console.print(f"{name}: not measured. {error}\n", markup=False)
            continue
        sections.append(section)
        console.print(table(section), "")
    if asked.json:
        record = {"encoder": encoders.ours.fingerprint, "sections": as_json(sections)}
        asked.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
