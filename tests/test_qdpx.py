"""QDPX out and in again: through an independent reader and writer, with emoji in the texts."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from coded import troubled
from pyrefiqda import RefiProject

from pipeline.coding import MACHINE, codebook, codings, machine, qdpx
from pipeline.coding.folder import keep_codings
from pipeline.coding.qdpx_read import read_qdpx
from pipeline.errors import UsageError
from pipeline.export import export
from pipeline.tables import Corrections, Tables, Themes, frame


@pytest.fixture(scope="module")
def tables() -> Tables:
    return troubled()


def written(tables: Tables, path: Path, people: list[tuple[str, str, str, str]]) -> Path:
    coded = machine(tables)
    both = codings([*coded.itertuples(index=False, name=None), *people])
    path.write_bytes(qdpx.project(tables, codebook(tables), both, title="A class & <more>"))
    return path


@pytest.fixture(scope="module")
def people(tables: Tables) -> list[tuple[str, str, str, str]]:
    """Two coders, the one of them with moves and themes."""
    ids = tables.segments["segment_id"].tolist()
    first = [(s, "Ana Coder", "role", "claim") for s in ids[:20]]
    second = [(s, "Bo", "role", "question") for s in ids[5:12]]
    second += [(s, "Bo", "theme", "t01" if i % 2 else "none") for i, s in enumerate(ids[5:12])]
    second += [(ids[5], "Bo", "move", "belief"), (ids[5], "Bo", "move", "feeling")]
    return first + second


def test_an_independent_reader_finds_each_code_on_its_words(
    tables: Tables, people: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    path = written(tables, tmp_path / "class.qdpx", people)
    project = RefiProject.load(path, extract_dir=str(tmp_path / "open"))
    users = {user.guid: user.name for user in project.users.user}
    top = {c.name: c for c in project.code_book.codes.code}
    codes = {c.guid: (name, c.name) for name, parent in top.items() for c in parent.code}
    assert set(top) == {"Roles", "Moves", "Themes"}
    texts = dict(zip(tables.segments["segment_id"], tables.segments["text"], strict=True))
    names = {"role": "Roles", "move": "Moves", "theme": "Themes"}
    called = {(c.dimension, c.label): c.name for c in codebook(tables)}
    wanted = {
        (coder, texts[s], names[d], called[d, label])
        for s, coder, d, label in [*machine(tables).itertuples(index=False, name=None), *people]
    }
    found = set()
    for source in project.sources.text_source:
        file = RefiProject.resolve_source_path(source.plain_text_path, tmp_path / "open")
        text = file.read_bytes().decode("utf-8")
        for selection in source.plain_text_selection:
            cut = text[selection.start_position : selection.end_position]
            for coding in selection.coding:
                assert coding.creating_user == selection.creating_user
                found.add((users[coding.creating_user], cut, *codes[coding.code_ref.target_guid]))
    assert found == wanted
    assert {"Ana Coder", "Bo", MACHINE} == set(users.values())
    assert any("👩‍🏫" in cut for _, cut, _, _ in found)


def test_students_are_cases_and_groups_are_variables(tables: Tables, tmp_path: Path) -> None:
    path = written(tables, tmp_path / "class.qdpx", [])
    project = RefiProject.load(path, extract_dir=str(tmp_path / "open"))
    assert [case.name for case in project.cases.case] == tables.essays["author"].tolist()
    assert [v.name for v in project.variables.variable] == ["section"]
    values = [source.variable_value[0].text_value for source in project.sources.text_source]
    assert values == tables.roster["section"].tolist()


def test_what_another_program_saved_comes_back_as_it_was_coded(
    tables: Tables, people: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    path = written(tables, tmp_path / "class.qdpx", people)
    project = RefiProject.load(path, extract_dir=str(tmp_path / "open"))
    again = tmp_path / "again.qdpx"
    RefiProject.save(project, again, source_media_dir=tmp_path / "open" / "sources")
    read = read_qdpx(again, tables)
    assert not read.problems
    assert sorted(read.codings.itertuples(index=False, name=None)) == sorted(people)


def test_the_machine_is_not_read_as_a_person(tables: Tables, tmp_path: Path) -> None:
    read = read_qdpx(written(tables, tmp_path / "class.qdpx", []), tables)
    assert read.codings.empty


def test_a_theme_is_known_by_its_name_where_a_rerun_numbers_another_so(
    tables: Tables, people: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    path = written(tables, tmp_path / "class.qdpx", people)
    other = tables.themes.assign(theme_id="t" + tables.themes["theme_id"].str[1:].str.zfill(3))
    read = read_qdpx(path, tables.with_(themes=other))
    assert not read.problems
    given = read.codings.query("dimension == 'theme' and label != 'none'")
    assert set(given["label"]) == {"t001"}
    other = other.assign(theme_id="t01", name="something else", level="fine").iloc[:1]
    read = read_qdpx(path, tables.with_(themes=other))
    assert "codes that this run doesn't have are left out" in read.problems[0]


def test_who_imported_codings_and_corrected_is_two_coders_and_no_id_comes_twice(
    tables: Tables, tmp_path: Path
) -> None:
    segment = str(tables.segments["segment_id"].iloc[0])
    row = {"segment_id": segment, "role": "frame", "machine_role": "claim", "machine_moves": []}
    rows = [row | {"coder": coder} for coder in ("Ana", MACHINE)]
    tables = tables.with_(corrections=frame(Corrections, rows))
    keep_codings(
        tmp_path / "run",
        tables,
        codings(
            [(segment, "Ana", "role", "claim"), (segment, "Ana (corrections)", "role", "claim")]
        ),
    )
    path = export(tmp_path / "run", tables, "qdpx", tmp_path / "class.qdpx")
    with zipfile.ZipFile(path) as archive:
        root = Xml.fromstring(archive.read("project.qde"))
    ids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(ids) == len(set(ids))
    users = {user.get("name") for user in each(root, "User")}
    assert users == {MACHINE, "Ana", "Ana (corrections)", f"{MACHINE} (corrections)"}


def changed(path: Path, target: Path, change: object) -> Path:
    """Rewrite a project as another program might."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    root = Xml.fromstring(files["project.qde"])
    assert callable(change)
    change(root, files)
    files["project.qde"] = Xml.tostring(root)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def each(root: Xml.Element, name: str) -> list[Xml.Element]:
    return [e for e in root.iter() if e.tag.rsplit("}", 1)[-1] == name]


def in_utf16(root: Xml.Element, files: dict[str, bytes]) -> None:
    """Count UTF-16 units, as programs on .NET and Java do."""
    for source in each(root, "TextSource"):
        name = source.get("plainTextPath", "").rsplit("/", 1)[-1]
        text = files[f"sources/{name}"].decode()
        for selection in each(source, "PlainTextSelection"):
            for end in ("startPosition", "endPosition"):
                units = len(text[: int(selection.get(end, ""))].encode("utf-16-le")) // 2
                selection.set(end, str(units))


def with_crlf(root: Xml.Element, files: dict[str, bytes]) -> None:
    """Save texts with a byte order mark and Windows line ends, and count them."""
    for source in each(root, "TextSource"):
        key = "sources/" + source.get("plainTextPath", "").rsplit("/", 1)[-1]
        text = files[key].decode()
        for selection in each(source, "PlainTextSelection"):
            for end in ("startPosition", "endPosition"):
                place = int(selection.get(end, ""))
                selection.set(end, str(place + text[:place].count("\n")))
        files[key] = ("\ufeff" + text.replace("\n", "\r\n")).encode()


def with_crlf_uncounted(root: Xml.Element, files: dict[str, bytes]) -> None:
    """Save texts with Windows line ends, and count each as one, as QualCoder and ATLAS.ti do."""
    for key in files:
        if key.endswith(".txt"):
            files[key] = ("\ufeff" + files[key].decode().replace("\n", "\r\n")).encode()


def in_utf16_with_crlf_uncounted(root: Xml.Element, files: dict[str, bytes]) -> None:
    in_utf16(root, files)
    with_crlf_uncounted(root, files)


def with_new_ids(root: Xml.Element, files: dict[str, bytes]) -> None:
    """Give sources and codes other ids, in braces and capitals, and keep their names."""
    text = Xml.tostring(root, encoding="unicode")
    for place, element in enumerate([*each(root, "TextSource"), *each(root, "Code")]):
        new = f"{{{place:08X}-AAAA-4AAA-8AAA-AAAAAAAAAAAA}}"
        old = element.get("guid", "")
        text = text.replace(f'guid="{old}"', f'guid="{new}"')
        text = text.replace(f'targetGUID="{old}"', f'targetGUID="{new}"')
    fresh = Xml.fromstring(text)
    root[:] = list(fresh)


@pytest.mark.parametrize(
    "change",
    [in_utf16, with_crlf, with_crlf_uncounted, in_utf16_with_crlf_uncounted, with_new_ids],
)
def test_ways_of_other_programs_are_understood(
    change: object, tables: Tables, people: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    path = written(tables, tmp_path / "class.qdpx", people)
    read = read_qdpx(changed(path, tmp_path / "other.qdpx", change), tables)
    assert sorted(read.codings.itertuples(index=False, name=None)) == sorted(people)
    assert not read.problems


def under_another(root: Xml.Element, files: dict[str, bytes]) -> None:
    """Let the one person have coded under the machine's name, as QualCoder goes on."""
    with_new_ids(root, files)
    for user in each(root, "User"):
        user.set("name", MACHINE)


@pytest.mark.parametrize("marked", [True, False])
def test_who_coded_under_the_name_of_the_machine_is_told_and_in_a_sample_counts(
    marked: bool, tables: Tables, tmp_path: Path
) -> None:
    ids = tables.segments["segment_id"].tolist()[:6]
    coded = codings((s, "Ana", "role", "frame") for s in ids)
    book, path = codebook(tables), tmp_path / "class.qdpx"
    marks = ids if marked else ()
    path.write_bytes(qdpx.project(tables, book, coded, title="Class", marked=marks))
    read = read_qdpx(changed(path, tmp_path / "ana.qdpx", under_another), tables)
    assert len(read.codings) == (6 if marked else 0)
    assert set(read.codings["coder"]) == ({"ana"} if marked else set())
    (told,) = read.problems
    assert f"codings under the name {MACHINE}" in told


NAMES = ("belief", "To code", "No theme", "Themes")  # of themes, each also another code's


def test_no_two_codes_share_a_name_and_each_comes_back_as_it_was(
    tables: Tables, tmp_path: Path
) -> None:
    (theme,) = tables.themes.to_dict("records")
    rows = [theme | {"theme_id": f"t0{n}", "name": name} for n, name in enumerate(NAMES, start=1)]
    tables = tables.with_(themes=frame(Themes, rows))
    themes = [code.label for code in codebook(tables) if code.dimension == "theme"]
    segment = str(tables.segments["segment_id"].iloc[0])
    people = [(segment, "Ana", "theme", label) for label in themes]
    people += [(segment, "Ana", "move", "belief")]
    path = written(tables, tmp_path / "class.qdpx", people)
    with zipfile.ZipFile(path) as archive:
        root = Xml.fromstring(archive.read("project.qde"))
    called = [code.get("name", "").casefold() for code in each(root, "Code")]
    assert len(called) == len(set(called))
    assert "belief (theme)" in called
    read = read_qdpx(changed(path, tmp_path / "other.qdpx", with_new_ids), tables)
    assert sorted(read.codings.itertuples(index=False, name=None)) == sorted(people)
    assert not read.problems


def test_xml_that_is_none_is_told_with_its_line(tables: Tables, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.qdpx", "w") as archive:
        archive.writestr("project.qde", "<Project>\n<Note>Smith & Jones</Note>\n</Project>")
    with pytest.raises(UsageError, match=r"line 2 .*Smith & Jones.*export it again"):
        read_qdpx(tmp_path / "x.qdpx", tables)


def test_a_loose_selection_stands_for_the_segments_it_covers(
    tables: Tables, people: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    def loosen(root: Xml.Element, files: dict[str, bytes]) -> None:
        for selection in each(root, "PlainTextSelection"):
            start, end = (int(selection.get(k, "")) for k in ("startPosition", "endPosition"))
            selection.set("startPosition", str(start + (end - start) // 5))
            selection.set("endPosition", str(end + 2))

    path = written(tables, tmp_path / "class.qdpx", people)
    read = read_qdpx(changed(path, tmp_path / "loose.qdpx", loosen), tables)
    assert sorted(read.codings.itertuples(index=False, name=None)) == sorted(people)


def test_codes_and_sources_that_the_run_lacks_are_told(
    tables: Tables, people: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    def strange(root: Xml.Element, files: dict[str, bytes]) -> None:
        source = each(root, "TextSource")[0]
        source.set("guid", "00000000-0000-4000-8000-000000000000")
        source.set("name", "interview")
        files["sources/" + source.get("plainTextPath", "").rsplit("/", 1)[-1]] = b"Other words."
        code = next(c for c in each(root, "Code") if c.get("name") == "question")
        old = code.get("guid", "")
        code.set("name", "my own code")
        code.set("guid", "00000000-0000-4000-8000-000000000001")
        for reference in each(root, "CodeRef"):
            if reference.get("targetGUID") == old:
                reference.set("targetGUID", code.get("guid", ""))

    path = written(tables, tmp_path / "class.qdpx", people)
    read = read_qdpx(changed(path, tmp_path / "strange.qdpx", strange), tables)
    assert any("'interview' is no essay" in problem for problem in read.problems)
    assert any("'my own code'" in problem for problem in read.problems)
    assert set(read.codings["coder"]) == {"Ana Coder", "Bo"}


def test_codes_that_the_run_lacks_are_named_with_their_counts_in_one_sentence(
    tables: Tables, people: list[tuple[str, str, str, str]], tmp_path: Path
) -> None:
    def renamed(root: Xml.Element, files: dict[str, bytes]) -> None:
        own = {"claim": "hope", "question": "doubt"}
        new = {}
        for code in each(root, "Code"):
            if code.get("name") in own:
                new[code.get("guid")] = f"00000000-0000-4000-8000-00000000000{len(new)}"
                code.set("guid", new[code.get("guid")])
                code.set("name", own[code.get("name", "")])
        for reference in each(root, "CodeRef"):
            old = reference.get("targetGUID", "")
            reference.set("targetGUID", new.get(old, old))
        whole = Xml.SubElement(each(root, "TextSource")[0], "Coding")
        Xml.SubElement(whole, "CodeRef", {"targetGUID": next(iter(new.values()), "")})

    path = written(tables, tmp_path / "class.qdpx", people)
    read = read_qdpx(changed(path, tmp_path / "own.qdpx", renamed), tables)
    told, whole = read.problems
    assert "number of codings: 'hope' 20, 'doubt' 7; to keep one, add a theme" in told
    assert whole == "1 codings of whole texts, which stand for no segment"
    assert set(read.codings["dimension"]) == {"theme", "move"}


def test_the_same_run_gives_the_same_bytes(tables: Tables, tmp_path: Path) -> None:
    first = written(tables, tmp_path / "one.qdpx", []).read_bytes()
    assert first == written(tables, tmp_path / "two.qdpx", []).read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<Project/>"])
def test_what_is_no_project_is_refused_in_a_sentence(
    content: bytes, tables: Tables, tmp_path: Path
) -> None:
    (tmp_path / "x.qdpx").write_bytes(content)
    with pytest.raises(UsageError, match=r"REFI-QDA project .*export it again"):
        read_qdpx(tmp_path / "x.qdpx", tables)


def test_a_zip_without_project_is_refused(tables: Tables, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.qdpx", "w") as archive:
        archive.writestr("notes.txt", "nothing")
    with pytest.raises(UsageError, match="holds no project"):
        read_qdpx(tmp_path / "x.qdpx", tables)
