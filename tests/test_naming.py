"""Names from a language model: only where asked, only here, only grounded, and only once."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import factory
import pandas as pd
import pytest
from command import called
from essay_folders import write_class
from model_server import MODEL, Reply, chat, fake_model, words_found

from pipeline.codebook import Codebook, codebook_toml
from pipeline.codebook.reading import parsed
from pipeline.coding.codes import codebook as codes
from pipeline.cohort import analyse, load
from pipeline.correct.themes import themes as corrected
from pipeline.errors import UsageError
from pipeline.forgetting import forget
from pipeline.naming import Asker, Judge, name_anew, server
from pipeline.naming.accepting import REASONS, written_small
from pipeline.naming.asking import Answers
from pipeline.naming.prompts import Prompt, members, prompt
from pipeline.run import run
from pipeline.runtime.files import read_tables
from pipeline.runtime.private import keep_key
from pipeline.runtime.store import Store
from pipeline.settings import (
    ClusterSettings,
    CompareSettings,
    CorrectSettings,
    NamingSettings,
    Settings,
)
from pipeline.share import shared
from pipeline.tables import Corrections, Tables, frame

COHORT = factory.cohort()
T01 = "The PM clears the way for others"  # as the factory has it
REMOTE = "http://192.0.2.7:11434/v1"  # an address that no machine has (RFC 5737)
SECRET = "sk-not-to-be-seen-anywhere-51c9"


def say(answers: dict[str, str]) -> Callable[[Any], Answers]:
    """Answer by theme, in the second round what stands under its id and a 2."""
    heard: set[str] = set()

    def ask(prompts: list[Prompt]) -> Answers:
        said = {}
        for each in prompts:
            key = f"{each.theme_id} 2" if each.theme_id in heard else each.theme_id
            heard.add(each.theme_id)
            said[each.theme_id] = answers.get(key, "")
        return Answers(said)

    return ask


def named(answers: dict[str, str], tables: Tables = COHORT) -> dict[str, pd.DataFrame]:
    taken = {n: getattr(tables, n) for n in ("essays", "segments", "themes", "assignments")}
    return name_anew(NamingSettings(), ask=say(answers), named=f"{MODEL} at here", **taken)


def theme(frames: dict[str, pd.DataFrame], key: str) -> dict[str, Any]:
    row = frames["themes"].set_index("theme_id").loc[key]
    return {str(name): value for name, value in row.items()}


# What is accepted


def test_a_grounded_name_stands_beside_what_was_found() -> None:
    row = theme(named({"t01": "removing obstacles for engineers"}), "t01")
    assert row["name"] == "removing obstacles for engineers"
    assert (row["name_found"], row["name_by"]) == (T01, f"{MODEL} at here")


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("“Removing Obstacles For Engineers.”", "removing obstacles for engineers"),
        ("**removing obstacles**", "removing obstacles"),
        ("<think>They clear.\nSo:</think>\n\nremoving friction", "removing friction"),
        ("an Obstacle that PMs removed", "an obstacle that PMs removed"),  # in other forms
    ],
)
def test_wrapping_is_taken_off_and_words_are_written_as_students_write_them(
    answer: str, name: str
) -> None:
    assert theme(named({"t01": answer}), "t01")["name"] == name


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", "name-empty"),
        ("“”", "name-empty"),
        ("removing obstacles\nclearing the way", "name-lines"),
        ("a manager who removes obstacles and friction so that engineers think", "name-long"),
        ("obstacle" * 40, "name-long"),
        ("removing <b>obstacles</b>", "name-signs"),
        ('{"name": "removing obstacles"}', "name-signs"),
        ("the way of the others", "name-plain"),
        ("fear of breaking someone's code", "name-ungrounded"),
        ("removing obstacles with blockchain", "name-ungrounded"),
        ("Success belongs to the team", "name-ungrounded"),  # another theme's, in its words
    ],
)
def test_an_answer_that_names_no_theme_is_refused_with_its_reason(answer: str, code: str) -> None:
    given = named({"t01": answer, "t01 2": answer})
    row = theme(given, "t01")
    assert row["name"] == T01
    assert pd.isna(row["name_found"]) and pd.isna(row["name_by"])
    told = given["notices"][given["notices"]["message"].str.startswith(f"The theme “{T01}” ")]
    assert told["code"].tolist() == [code]
    assert REASONS[code] in told["message"].iloc[0]
    assert not answer or answer not in told["message"].iloc[0]  # it may be anything


def test_a_refused_answer_is_asked_for_once_more_with_the_reason() -> None:
    asked: list[Prompt] = []
    answers = iter(["clearing the blockchain", "clearing the way"])

    def ask(prompts: list[Prompt]) -> Answers:
        mine = [each for each in prompts if each.theme_id == "t01"]
        asked.extend(mine)
        return Answers({each.theme_id: next(answers) for each in mine})

    taken = {n: getattr(COHORT, n) for n in ("essays", "segments", "themes", "assignments")}
    given = name_anew(NamingSettings(), ask=ask, named="it", **taken)
    assert theme(given, "t01")["name"] == "clearing the way"
    assert len(asked) == 2
    assert "“" not in asked[1].text.removeprefix(asked[0].text)
    assert "(blockchain)" in asked[1].text.removeprefix(asked[0].text)


def test_no_two_themes_get_one_name_and_none_gets_what_was_found_for_another() -> None:
    texts = dict(zip(COHORT.themes["theme_id"], COHORT.themes["name"], strict=True))
    said = members(COHORT.essays, COHORT.segments, COHORT.themes, COHORT.assignments)
    judge = Judge(COHORT.themes, said, written_small(COHORT.segments["text"]), NamingSettings())
    judge.members = dict.fromkeys(texts, said["t01"])  # all say the same
    refused = judge.heard({"t01": "removing obstacles", "t02": "Obstacles, removed", "t03": T01})
    assert judge.given == {"t01": "removing obstacles"}
    assert {key: no.code for key, no in refused.items()} == {
        "t02": "name-taken",
        "t03": "name-taken",
    }


def test_a_proper_name_that_one_student_uses_names_nothing() -> None:
    segments = COHORT.segments.copy()
    mine = COHORT.assignments.loc[COHORT.assignments["theme_id"] == "t01", "segment_id"].tolist()
    at = segments["segment_id"].isin(mine[:1])
    segments.loc[at, "text"] = "Clearing the way is what Kubernetes does."
    tables = COHORT.with_(segments=segments)
    answer = {"t01": "Kubernetes clears the way", "t01 2": "Kubernetes clears the way"}
    alone = named(answer, tables)["notices"]
    assert "name-one-voice" in alone["code"].tolist()
    two = COHORT.with_(
        segments=segments.assign(
            text=segments["text"].where(
                ~segments["segment_id"].isin(mine[1:2]), "Kubernetes clears it."
            )
        )
    )
    assert theme(named(answer, two), "t01")["name"] == "Kubernetes clears the way"


def test_themes_that_a_codebook_names_are_not_asked_about() -> None:
    themes = COHORT.themes.copy()
    themes.loc[themes["theme_id"] == "t01", "origin"] = "codebook"
    themes.loc[themes["theme_id"] == "t02", "name_found"] = "as it was found"  # an inherited name
    asked: list[str] = []

    def ask(prompts: list[Prompt]) -> Answers:
        asked.extend(each.theme_id for each in prompts)
        return Answers({})

    taken = {"essays": COHORT.essays, "segments": COHORT.segments, "themes": themes}
    given = name_anew(
        NamingSettings(), ask=ask, named="it", assignments=COHORT.assignments, **taken
    )
    assert asked and not {"t01", "t02"} & set(asked)
    assert given["themes"]["name"].tolist() == themes["name"].tolist()


def test_a_prompt_holds_texts_and_nothing_that_tells_whose_they_are() -> None:
    said = members(COHORT.essays, COHORT.segments, COHORT.themes, COHORT.assignments)
    text = prompt("t01", T01, ["way"], said["t01"], NamingSettings()).text
    assert "The best thing a PM can do in a week is to remove one obstacle." in text
    hidden = {*COHORT.essays["author"], *COHORT.essays["essay_id"], *COHORT.essays["title"]}
    assert [word for word in hidden if isinstance(word, str) and word in text] == []
    assert text == prompt("t01", T01, ["way"], said["t01"], NamingSettings()).text


# The server


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Callable[..., Asker]]:
    def made(address: str, **options: Any) -> Asker:
        settings = NamingSettings(address=address, **{"model": MODEL, "seconds": 5} | options)
        return Asker(settings, Store(tmp_path / "cache"), pytest.fail)

    yield made


def prompts(n: int = 2) -> list[Prompt]:
    return [Prompt(f"t{i:02d}", f"Passages: {i}", frozenset({"Heron"}), 3) for i in range(n)]


def test_a_model_is_asked_coldly_and_its_answer_remembered(asker: Callable[..., Asker]) -> None:
    with fake_model(lambda _: "clearing the way") as model:
        ask = asker(model.address)
        assert ask(prompts()).said == {"t00": "clearing the way", "t01": "clearing the way"}
        body = model.chats[0].body
        assert (body["model"], body["temperature"], body["stream"]) == (MODEL, 0, False)
        assert isinstance(body["seed"], int)
        assert model.chats[0].path == "/v1/chat/completions"
        n = len(model.asked)
        assert asker(model.address)(prompts()).said == {
            "t00": "clearing the way",
            "t01": "clearing the way",
        }
        assert len(model.asked) == n
        asker(model.address, model="another")(prompts())
        assert len(model.asked) == n + 2


def test_the_only_model_there_is_taken_and_several_are_listed(
    asker: Callable[..., Asker], tmp_path: Path
) -> None:
    with fake_model(lambda _: "x") as model:
        for _ in range(2):  # the second time it is remembered
            ask = asker(model.address, model="")
            ask.ready()
            assert ask.named == f"{MODEL} at localhost:{model.port}"
        assert [each.method for each in model.asked] == ["GET"]
    several = pytest.raises(UsageError, match=r"has 2 models \(one, two\).*--names-model")
    with fake_model(lambda _: "x", models=("one", "two")) as model, several:
        asker(model.address, model="").ready()


def redirect(status: int) -> Callable[[str], Reply]:
    return lambda _: Reply(b"", status, {"Location": f"{ELSEWHERE}/v1/chat/completions"})


ELSEWHERE = "http://localhost:9"

BROKEN: dict[str, tuple[Callable[[str], str | Reply], str]] = {
    "an error of the server": (lambda _: Reply(b"oh no", 500), "answered with an error (500)"),
    "no JSON": (lambda _: Reply(b"<html>"), "is no JSON"),
    "half a body": (lambda _: Reply(b'{"choices": [', 200), "is no JSON"),
    "a short body": (lambda _: Reply(b'{"c', 200, {"Content-Length": "90"}), "is no JSON"),
    "nested without end": (lambda _: Reply(b"[" * 200_000), "is no JSON"),
    "no choice": (lambda _: Reply(b'{"choices": []}'), "no answer of a chat"),
    "a list": (lambda _: Reply(b"[1]"), "no answer of a chat"),
    "no text": (lambda _: chat(None), "no answer of a chat"),
    "a huge body": (lambda _: Reply(b" " * 1_500_000), "more than a phrase ever needs"),
    "a redirect": (redirect(302), "sends on to another address"),
    "a redirect that keeps the method": (redirect(307), "sends on to another address"),
    "no permission": (lambda _: Reply(b"", 401), server.KEY),
    "no such path": (lambda _: Reply(b"", 404), "/v1"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_goes_wrong_there_is_an_ending_of_a_sentence(
    broken: str, asker: Callable[..., Asker]
) -> None:
    answer, why = BROKEN[broken]
    with fake_model(answer) as model:
        answers = asker(model.address, seconds=0.5)(prompts(6))
        assert answers.said == {} and answers.failed == 6
        assert why in answers.trouble and "\n" not in answers.trouble
        assert len(model.chats) <= 3  # the others aren't waited for


def test_one_answer_that_fails_costs_one_name(asker: Callable[..., Asker]) -> None:
    with fake_model(lambda p: Reply(b"", 500) if p.endswith("1") else "clearing") as model:
        answers = asker(model.address)(prompts(4))
        assert sorted(answers.said) == ["t00", "t02", "t03"] and answers.failed == 1


def test_a_server_that_is_away_or_slow_is_not_waited_for(asker: Callable[..., Asker]) -> None:
    with fake_model(lambda _: "x") as model:
        gone = model.address
    assert "nothing listens" in asker(gone)(prompts()).trouble

    def slow(_: str) -> str:
        time.sleep(1.5)
        return "x"

    with fake_model(slow) as model:
        began = time.monotonic()
        assert asker(model.address, seconds=0.3)(prompts(5)).trouble == "took too long"
        assert time.monotonic() - began < 1.5


def test_an_answer_that_drips_is_late_too(asker: Callable[..., Asker]) -> None:
    def drip(_: str) -> Reply:
        return Reply(b"x" * 100, 200, {"X-Drip": "0.1"})

    with fake_model(drip) as model:
        began = time.monotonic()
        assert asker(model.address, seconds=0.5)(prompts(1)).trouble == "took too long"
        assert time.monotonic() - began < 3


# What may be asked, and what leaves


@pytest.mark.parametrize(
    "address",
    [
        REMOTE,
        "http://0.0.0.0:1/v1",
        "http://[2001:db8::7]/v1",
        "http://127.0.0.1.example.invalid/v1",
        "https://api.example.invalid/v1",
        "http://169.254.169.254/",
    ],
)
def test_an_address_beyond_this_machine_is_refused_in_one_sentence(address: str) -> None:
    with pytest.raises(UsageError, match=r"isn't this machine.*--allow-remote") as refused:
        server.check(NamingSettings(address=address, model="m"))
    assert str(refused.value).count(". ") == 0


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9", "http://127.8.9.1/v1/", "http://[::1]:80", "HTTP://LOCALHOST"]
)
def test_this_machine_needs_no_leave(address: str) -> None:
    assert server.check(NamingSettings(address=address)).scheme == "http"


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434",
        "ftp://localhost/v1",
        "http:///v1",
        "http://localhost:port/v1",
        "file:///etc/passwd",
        "http://localhost/v1\r\nHost: x",
        "http://localhost/a b",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="http://localhost:11434/v1"):
        server.check(NamingSettings(address=address))


@pytest.mark.parametrize(
    "address", [f"http://me:{SECRET}@localhost/v1", f"http://localhost/v1?key={SECRET}"]
)
def test_a_password_in_an_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(UsageError, match=server.KEY) as refused:
        server.check(NamingSettings(address=address))
    assert SECRET not in str(refused.value)


def test_a_name_that_leads_elsewhere_is_no_name_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def both(*_: Any, **__: Any) -> list[Any]:
        tcp = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*tcp, ("127.0.0.1", 0)), (*tcp, ("203.0.113.5", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    assert not server.is_here("localhost.example")


def test_nothing_is_sent_where_the_other_end_turns_out_to_be_elsewhere(
    asker: Callable[..., Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    with fake_model(lambda _: "x") as model:
        ask = asker(model.address)
        monkeypatch.setattr(server, "is_loopback", lambda _: False)
        assert "another machine" in ask(prompts()).trouble
        assert model.asked == []


def test_proxies_of_the_environment_are_not_used(
    asker: Callable[..., Asker], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:3128")
    with fake_model(lambda _: "x") as model:
        assert asker(model.address)(prompts(1)).said == {"t00": "x"}


def test_what_leaves_is_told_before_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "is_here", lambda _: False)
    with fake_model(lambda _: "x") as model:
        told: list[tuple[str, int]] = []
        settings = NamingSettings(address=model.address, model=MODEL, allow_remote=True)
        ask = Asker(
            settings, Store(tmp_path / "c"), lambda line: told.append((line, len(model.asked)))
        )
        ask.ready()
        ask(prompts(2))
        ((sentence, n_before),) = told
        assert n_before == 0
        assert f"To localhost:{model.port} " in sentence and "unencrypted" in sentence
        assert "6 quotes of 1 student for 2 themes" in sentence
        sent = sum(len(m["content"]) for each in model.chats for m in each.body["messages"])
        assert f"{sent:,} characters" in sentence
        ask(prompts(2))  # all of it remembered: nothing leaves, nothing is told
        assert len(told) == 1 and len(model.asked) == 2


def test_a_remote_address_is_not_even_asked_for_its_models() -> None:
    with pytest.raises(UsageError, match="--names-model"):
        server.check(NamingSettings(address=REMOTE, allow_remote=True))


def test_the_key_comes_from_the_environment_and_stays_out_of_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(server.KEY, SECRET)
    with fake_model(lambda _: "clearing the way") as model:
        settings = NamingSettings(address=model.address, model=MODEL)
        Asker(settings, Store(tmp_path / "c"), pytest.fail)(prompts())
        assert model.chats[0].headers["Authorization"] == f"Bearer {SECRET}"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files and not any(SECRET.encode() in path.read_bytes() for path in files)
    monkeypatch.setenv(server.KEY, f"{SECRET}\r\nHost: x")
    with pytest.raises(UsageError, match=server.KEY) as refused:
        server.check(NamingSettings(address="http://localhost/v1"))
    assert SECRET not in str(refused.value)


# Whole runs


def good(text: str) -> str:
    """Name a theme by its first words that were found."""
    return " and ".join(words_found(text)[:3])


def settings(address: str = "", **cluster: Any) -> Settings:
    quick = ClusterSettings(tries=3, resamples=10, **cluster)
    compare = CompareSettings(resamples=100, permutations=100)
    naming = NamingSettings(address=address, seconds=10)
    return Settings(cluster=quick, compare=compare, naming=naming)


def content(out: Path) -> dict[str, bytes]:
    """Every file of a run but its record, which holds times."""
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name != "run.json")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@dataclass(frozen=True)
class Class:
    """A class's essays, a private folder that all its runs share, and a folder for these."""

    essays: Path
    private: Path
    runs: Path

    def run(self, name: str, settings: Settings) -> Tables:
        return run(self.essays, self.runs / name, settings, private=self.private)[0]


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Class:
    folder = tmp_path_factory.mktemp("class")
    keep_key(folder / "private", b"k" * 32)
    return Class(write_class(folder / "harbour", 12), folder / "private", folder)


@dataclass(frozen=True)
class NamedRun:
    """A run that was named by a model, in the folder of one whose model failed."""

    failed: Tables
    tables: Tables
    out: Path
    by: str
    address: str
    n_asked: tuple[int, int]  # by this run, and by the same one asked for again


@pytest.fixture(scope="module")
def named_run(harbour: Class) -> Iterator[NamedRun]:
    with pytest.MonkeyPatch.context() as patch, fake_model(lambda _: Reply(b"", 500)) as model:
        patch.setenv(server.KEY, SECRET)
        failed = harbour.run("named", settings(model.address))
        n = len(model.asked)
        model.answer = good
        tables = harbour.run("named", settings(model.address))
        first = len(model.asked) - n
        harbour.run("named", settings(model.address))
        asked = (first, len(model.asked) - n - first)
        by = f"{MODEL} at localhost:{model.port}"
    yield NamedRun(failed, tables, harbour.runs / "named", by, model.address, asked)


def test_a_run_without_the_option_opens_no_connection(
    harbour: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    tables = harbour.run("plain", settings())
    assert len(tables.themes) and tables.themes["name_by"].isna().all()
    assert tables.themes["name_found"].isna().all()
    assert "name" not in json.loads((harbour.runs / "plain/run.json").read_text("utf-8"))["stages"]


def test_a_run_whose_server_fails_goes_on_and_says_so_once(named_run: NamedRun) -> None:
    tables = named_run.failed
    assert len(tables.themes) and tables.themes["name_by"].isna().all()
    (row,) = tables.notices[tables.notices["stage"] == "name"].to_dict("records")
    assert (row["code"], row["severity"]) == ("names-unanswered", "warning")
    assert row["message"].count(". ") == 0 and "(500)" in row["message"]


def test_a_run_that_failed_asks_again_and_one_that_did_not_asks_nothing(
    named_run: NamedRun,
) -> None:
    first, again = named_run.n_asked
    assert first > 0 and again == 0


def test_a_named_run_tells_who_named_what(named_run: NamedRun) -> None:
    given = named_run.tables.themes.dropna(subset=["name_by"])
    assert len(given) and set(given["name_by"]) == {named_run.by}
    page = (named_run.out / "index.html").read_text("utf-8")
    for name, found in zip(given["name"], given["name_found"], strict=True):
        assert name != found
        assert f"amed by {named_run.by} from its quotes; the words found for it: {found}" in page
    record = json.loads((named_run.out / "run.json").read_text("utf-8"))
    assert record["stages"]["name"]["models"] == [named_run.by]
    assert record["settings"]["naming"]["address"] == named_run.address
    (note,) = named_run.tables.notices.query("code == 'names-asked'").to_dict("records")
    assert f"{len(given)} " in note["message"] and named_run.by in note["message"]
    cohort = load(named_run.out)
    assert cohort.themes["name_by"].notna().sum() == len(given)
    first = given.iloc[0]
    shown = cohort.theme(first["name"])._repr_html_()
    assert f"named by {named_run.by}; found as: {first['name_found']}" in shown
    (code,) = [each for each in codes(cohort.tables) if each.label == first["theme_id"]]
    assert first["name_found"] in code.about and named_run.by in code.about


def test_the_key_is_in_no_file_of_a_run(harbour: Class, named_run: NamedRun) -> None:
    files = [path for path in harbour.runs.rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in path.read_bytes() for path in files)


def test_remembered_names_need_no_server_and_give_the_same_bytes(
    harbour: Class, named_run: NamedRun
) -> None:
    harbour.run("away", settings(named_run.address))  # it is closed by now
    assert content(harbour.runs / "away") == content(named_run.out)


@pytest.mark.usefixtures("no_report")
def test_a_named_theme_goes_through_a_codebook_with_who_named_it(
    harbour: Class, named_run: NamedRun
) -> None:
    fine = named_run.tables.themes.query("level == 'fine'")
    text = codebook_toml(dict(named_run.tables.items()), None, None)
    book = parsed(text, "book")
    assert [e.name for e in book.theme] == fine["name"].tolist()
    assert [e.named_by for e in book.theme] == [
        by if isinstance(by, str) else None for by in fine["name_by"]
    ]
    assert not book.decides_themes
    untouched = harbour.run("untouched", settings(named_run.address, codebook=book))
    assert untouched.themes.equals(named_run.tables.themes)
    mine = str(fine.dropna(subset=["name_by"])["theme_id"].iloc[0])
    entries = [
        entry.model_copy(update={"name": "what I call it"}) if entry.id == mine else entry
        for entry in book.theme
    ]
    with fake_model(good) as model:
        changed = settings(model.address, codebook=Codebook(theme=tuple(entries)))
        tables = harbour.run("codebook", changed)
    row = tables.themes.set_index("theme_id").loc[mine]
    assert (row["name"], row["origin"]) == ("what I call it", "codebook")
    assert pd.isna(row["name_by"])


def test_a_student_is_forgotten_without_asking_anybody(
    harbour: Class, named_run: NamedRun, tmp_path: Path
) -> None:
    out = shutil.copytree(named_run.out, tmp_path / "out")
    private = shutil.copytree(harbour.private, tmp_path / "private")
    tables = named_run.tables
    done = forget(str(tables.essays["author"].iloc[0]), out, private)
    assert done.n_names == tables.themes["name_by"].notna().sum() > 0
    left = read_tables(out / "tables")
    assert left.themes["name_by"].isna().all()
    assert "name" not in set(left.notices["stage"])  # the server is closed: it would have told


def test_numbers_alone_tell_no_name_that_was_found(named_run: NamedRun) -> None:
    everybody = Settings(compare=CompareSettings(min_group=1))
    given = shared(named_run.tables, "numbers", everybody).themes
    assert len(given) and given[["name_found", "name_by"]].isna().all(axis=None)


def test_a_correction_finds_its_theme_by_the_name_that_was_found() -> None:
    given = named({"t01": "removing obstacles for engineers"})["themes"]
    segment = COHORT.assignments["segment_id"].iloc[0]
    for name in (T01, "removing obstacles for engineers", "t01"):
        rows = [{"segment_id": segment, "coder": "ana", "theme": name, "machine_moves": []}]
        done = corrected(
            CorrectSettings(),
            essays=COHORT.essays,
            segments=COHORT.segments,
            themes=given,
            assignments=COHORT.assignments,
            corrections=frame(Corrections, rows),
        )
        assert done["corrections"]["theme"].tolist() == ["t01"]


def test_the_command_names_what_it_needs_and_refuses_the_rest(
    harbour: Class, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*words: str) -> tuple[int, str, str]:
        out = ("--out", harbour.runs / "refused")
        return called(monkeypatch, capsys, ("run", harbour.essays, *out, *words))

    code, _, err = command("--names-from", REMOTE)
    assert code == 2 and "--allow-remote" in err and len(err.splitlines()) == 1
    assert not (harbour.runs / "refused").exists()
    code, _, err = command("--names-model", "m")
    assert code == 2 and "--names-from" in err
    with pytest.raises(UsageError, match="isn't this machine"):
        analyse(harbour.essays, harbour.runs / "refused", names_from=REMOTE)
    with pytest.raises(UsageError, match="without names_from"):
        analyse(harbour.essays, harbour.runs / "refused", names_model="small")
    assert server.KEY in called(monkeypatch, capsys, ("run", "--help"))[1]


@pytest.mark.usefixtures("no_report")
def test_the_command_prints_what_leaves(
    harbour: Class, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "is_here", lambda _: False)
    with fake_model(good) as model:
        words = ("--names-from", model.address, "--names-model", MODEL, "--allow-remote")
        where = ("--out", harbour.runs / "told", "--private", harbour.private)
        said = ("run", harbour.essays, *where, "--engine", "serial", *words)
        code, out, err = called(monkeypatch, capsys, said)
        assert code == 0, err
        assert f"To localhost:{model.port} now go" in err and "characters" in err
        assert "themes named by a model" in out
        sent = [m["content"] for each in model.chats for m in each.body["messages"]]
        hidden = ("Ada", "Brook", "harbour", ".md")
        assert sent and not any(name in text for text in sent for name in hidden)
