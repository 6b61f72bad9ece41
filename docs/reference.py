"""Write columns.md and settings.md from the schemas: python docs/reference.py."""

from __future__ import annotations

from pathlib import Path

from pydantic_core import PydanticUndefined

from pipeline.settings import Settings, StageSettings
from pipeline.tables import OTHERS, Tables, described

HERE = Path(__file__).parent
MADE = "<!-- Written by docs/reference.py from {}: change it there. -->"


def columns() -> str:
    """Give the page of every column of every table."""
    lines = [
        "# Every column of every table",
        "",
        MADE.format("pipeline/tables.py"),
        "",
        "A run writes each table into `tables/` as Parquet and as CSV (the vectors as Parquet "
        "only). Missing is an empty cell. In CSV a list is joined by `; `, and a text that a "
        "spreadsheet would run as a formula begins with an apostrophe. Offsets count characters "
        "(code points) of `essays.text`, end exclusive.",
        "",
        'In Python: `cohort.columns("themes")`.',
    ]
    for name, schema in (Tables.SCHEMAS | OTHERS).items():
        lines += ["", f"## {name}", "", first_line(schema), ""]
        lines += ["| column | type | may be missing | meaning |", "|---|---|---|---|"]
        for row in described(name).itertuples(index=False):
            lines.append("| `{}` | {} | {} | {} |".format(*map(safe, row)))
        if name == "roster":
            lines += ["", "Each further column is a grouping that the user's roster has."]
    return "\n".join(lines) + "\n"


def settings() -> str:
    """Give the page of every setting."""
    lines = [
        "# Every setting",
        "",
        MADE.format("pipeline/settings.py"),
        "",
        "The defaults are what the command line uses; in Python hand over others: "
        "`analyse(essays, settings=Settings(cluster=ClusterSettings(themes=8)))`. `run.json` keeps "
        "those of a run.",
    ]
    for stage, field in Settings.model_fields.items():
        kind = field.annotation
        assert isinstance(kind, type) and issubclass(kind, StageSettings)
        lines += ["", f"## {stage}", "", first_line(kind), ""]
        lines += ["| setting | default | meaning |", "|---|---|---|"]
        for name, knob in kind.model_fields.items():
            default = "" if knob.default is PydanticUndefined else shown(knob.default)
            lines.append(f"| `{name}` | {default} | {safe(knob.description or '')} |")
    return "\n".join(lines) + "\n"


def first_line(documented: type) -> str:
    """Give the first sentence of a docstring."""
    return (documented.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")


def shown(value: object) -> str:
    """Write a default."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)


def safe(cell: object) -> str:
    """Write a cell of a table on one line."""
    return " ".join(str(cell).split()).replace("|", "\\|")


PAGES = {"columns.md": columns, "settings.md": settings}

if __name__ == "__main__":
    for page, write in PAGES.items():
        (HERE / page).write_text(write(), encoding="utf-8")
