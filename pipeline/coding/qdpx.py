"""Write a QDPX project (REFI-QDA 1.5), which NVivo, MAXQDA, ATLAS.ti and QualCoder read.

Offsets count Unicode code points of the source's text, the end exclusive, as the standard and
`essays.text` have it. Source: REFI-QDA Standard 1.5 (2019), qdasoftware.org.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5
from xml.etree import ElementTree as Xml

import pandas as pd

from pipeline.coding.archive import for_xml, zipped
from pipeline.coding.codes import MACHINE, NONE, Code
from pipeline.tables import Tables

NAMESPACE = "urn:QDA-XML:project:1.0"
OURS = UUID("6f0c8d3e-1f6f-5b0a-9b5e-6d1f6a7c2e41")  # of ids that a run gives
SETS = {"role": "Roles", "move": "Moves", "theme": "Themes"}
COLOURS = {"role": "#33608C", "move": "#8C6D33", "theme": "#33785C", "mark": "#8C3344"}
TO_CODE = "To code"  # marks the segments of a blind sample
SHOWN = 60  # characters of a selection's name


def guid(*parts: str) -> str:
    """Give the same id for the same thing in each project that is written."""
    return str(uuid5(OURS, "\0".join(parts)))


def project(
    tables: Tables,
    codes: list[Code],
    codings: pd.DataFrame,
    *,
    title: str,
    essays: Iterable[str] | None = None,
    marked: Iterable[str] = (),
) -> bytes:
    """Write essays, codes and codings as one project; each coder is a user of it.

    `essays` limits the sources, `marked` are segments that get the code `TO_CODE` and nothing else.
    """
    root = Xml.Element("Project", {"xmlns": NAMESPACE, "name": for_xml(title)})
    root.set("origin", MACHINE)
    users = Xml.SubElement(root, "Users")
    coders = list(dict.fromkeys([MACHINE, *codings["coder"]]))
    for coder in coders:
        Xml.SubElement(users, "User", {"guid": guid("coder", coder), "name": for_xml(coder)})
    root.set("creatingUserGUID", guid("coder", MACHINE))
    marked = set(marked)
    add_codebook(root, codes, with_mark=bool(marked))
    chosen = tables.essays
    if essays is not None:
        chosen = chosen[chosen["essay_id"].isin(set(essays))]
    groups = add_variables(root, tables)
    add_cases(root, chosen)
    names = {(code.dimension, code.label): code.name for code in codes}
    given = zip(codings["dimension"], codings["label"], strict=True)
    called = [names.get(pair, pair[1]) for pair in given]
    files = add_sources(root, tables, chosen, codings.assign(name=called), marked, groups)
    Xml.indent(root)
    qde = b'<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="utf-8")
    return zipped({"project.qde": qde, **files})


def add_codebook(root: Xml.Element, codes: list[Code], with_mark: bool) -> None:
    """Add the codes, a parent a dimension."""
    top = Xml.SubElement(Xml.SubElement(root, "CodeBook"), "Codes")
    titles = titled(codes)
    for dimension, heading in SETS.items():
        parent = Xml.SubElement(
            top,
            "Code",
            {
                "guid": guid("codes", dimension),
                "name": heading,
                "isCodable": "false",
                "color": COLOURS[dimension],
            },
        )
        for code in codes:
            if code.dimension == dimension:
                child = Xml.SubElement(
                    parent,
                    "Code",
                    {
                        "guid": code_guid(dimension, code.name),
                        "name": for_xml(titles[dimension, code.label]),
                        "isCodable": "true",
                        "color": COLOURS[dimension],
                    },
                )
                Xml.SubElement(child, "Description").text = for_xml(code.about)
    if with_mark:
        names = {"guid": code_guid("mark", TO_CODE), "name": TO_CODE, "isCodable": "true"}
        Xml.SubElement(top, "Code", names | {"color": COLOURS["mark"]})


def titled(codes: list[Code]) -> dict[tuple[str, str], str]:
    """Give codes names that no two share: QualCoder leaves out a code whose name it has already.

    A theme that is called as a role, a move or a heading gets the word theme behind its name.
    """
    taken = {name.casefold() for name in (*SETS.values(), TO_CODE)}
    titles: dict[tuple[str, str], str] = {}
    for code in sorted(codes, key=lambda code: code.label != NONE):  # "no theme" is none
        title = f"{code.name} ({code.dimension})" if code.name.casefold() in taken else code.name
        taken.add(title.casefold())
        titles[code.dimension, code.label] = title
    return titles


def code_guid(dimension: str, name: str) -> str:
    """Give the id of a code, by its name: another run may give a theme's number to another."""
    return guid("code", dimension, name)


def add_variables(root: Xml.Element, tables: Tables) -> list[str]:
    """Declare the groupings of the roster as variables and name them."""
    groups = [str(c) for c in tables.roster.columns if c not in ("essay_id", "author")]
    if groups:
        top = Xml.SubElement(root, "Variables")
        for group in groups:
            names = {"guid": guid("variable", group), "name": for_xml(group)}
            Xml.SubElement(top, "Variable", names | {"typeOfVariable": "Text"})
    return groups


def add_cases(root: Xml.Element, essays: pd.DataFrame) -> None:
    """Add a case a student, with their essays."""
    top = Xml.SubElement(root, "Cases")
    for author, rows in essays.groupby("author", sort=False):
        names = {"guid": guid("case", str(author)), "name": for_xml(str(author))}
        case = Xml.SubElement(top, "Case", names)
        for essay in rows["essay_id"]:
            Xml.SubElement(case, "SourceRef", {"targetGUID": guid("source", str(essay))})


def add_sources(
    root: Xml.Element,
    tables: Tables,
    essays: pd.DataFrame,
    codings: pd.DataFrame,
    marked: set[str],
    groups: list[str],
) -> dict[str, bytes]:
    """Add a source an essay with its selections; return the texts by their names in the zip.

    `codings` have the names of their codes in a column of their own.
    """
    top = Xml.SubElement(root, "Sources")
    by_essay = dict(list(tables.segments.groupby("essay_id", sort=False)))
    given = dict(list(codings.groupby("segment_id", sort=False)))
    roster = tables.roster.set_index("essay_id")
    files: dict[str, bytes] = {}
    for essay_id, text in zip(essays["essay_id"], essays["text"], strict=True):
        key = guid("source", essay_id)
        files[f"sources/{key}.txt"] = text.encode()
        source = Xml.SubElement(
            top,
            "TextSource",
            {
                "guid": key,
                "name": essay_id,
                "plainTextPath": f"internal://{key}.txt",
                "creatingUser": guid("coder", MACHINE),
            },
        )
        for row in by_essay.get(essay_id, tables.segments.iloc[:0]).to_dict("records"):
            segment = row["segment_id"]
            if segment in marked:
                add_selection(source, row, MACHINE, [("mark", TO_CODE)])
            if segment in given:
                for coder, rows in given[segment].groupby("coder", sort=False):
                    pairs = list(zip(rows["dimension"], rows["name"], strict=True))
                    add_selection(source, row, str(coder), pairs)
        for group in groups:
            value = roster[group].get(essay_id)
            if value is not None and not pd.isna(value):
                cell = Xml.SubElement(source, "VariableValue")
                Xml.SubElement(cell, "VariableRef", {"targetGUID": guid("variable", group)})
                Xml.SubElement(cell, "TextValue").text = for_xml(str(value))
    return files


def add_selection(
    source: Xml.Element, row: dict[Any, Any], coder: str, pairs: list[tuple[str, str]]
) -> None:
    """Add a coder's selection of a segment with a coding a pair of dimension and code's name."""
    segment, user = str(row["segment_id"]), guid("coder", coder)
    selection = Xml.SubElement(
        source,
        "PlainTextSelection",
        {
            "guid": guid("selection", segment, coder),
            "name": " ".join(for_xml(str(row["text"])).split())[:SHOWN],
            "startPosition": str(row["start"]),
            "endPosition": str(row["end"]),
            "creatingUser": user,
        },
    )
    for dimension, name in pairs:
        own = {"guid": guid("coding", segment, coder, dimension, name), "creatingUser": user}
        coding = Xml.SubElement(selection, "Coding", own)
        Xml.SubElement(coding, "CodeRef", {"targetGUID": code_guid(dimension, name)})
