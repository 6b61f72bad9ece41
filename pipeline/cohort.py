"""What a notebook holds: a finished run as data frames, seen from any side, with its charts."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import pandas as pd
from matplotlib.axes import Axes

from pipeline.codebook import Codebook, read_codebook
from pipeline.coding.folder import correct
from pipeline.errors import CrosscurrentError, UsageError
from pipeline.own import own_claims
from pipeline.report import charts
from pipeline.runtime.files import read_tables
from pipeline.runtime.private import default_out
from pipeline.settings import Settings
from pipeline.tables import ROLES, Tables, described
from pipeline.views import Quotes, around

if TYPE_CHECKING:
    from pipeline.agree import Agreement
    from pipeline.between import Found


class UnknownNameError(CrosscurrentError, KeyError):
    """No theme, tension, essay or group has the name that was asked for."""

    __str__ = Exception.__str__  # a KeyError would show the sentence in quotation marks


@dataclass(frozen=True, eq=False)
class Theme:
    """One theme: its row as `about`, and everybody who takes it up.

    `passages` has one row a segment, the strongest first: author, essay_id, paragraph, text,
    strength; `exemplars` the clearest of them; `questions` the ledger's rows about it; `shown` the
    passages highlighted in their places.
    """

    theme_id: str
    name: str
    about: pd.Series[Any]
    passages: pd.DataFrame
    exemplars: pd.DataFrame
    questions: pd.DataFrame
    shown: Quotes

    def __repr__(self) -> str:
        return f"<Theme {self.theme_id}: {self.name}, {len(self.passages)} passages>"

    def _repr_html_(self) -> str:
        n, words = self.about["n_students"], ", ".join(self.about["keywords"])
        found, by = self.about["name_found"], self.about["name_by"]
        told = f"; named by {escape(by)}" if isinstance(by, str) else ""
        told += f"; found as: {escape(found)}" if isinstance(found, str) else ""
        head = f"<p><b>{escape(self.name)}</b>: {n} students; words: {escape(words)}{told}</p>"
        return head + self.shown._repr_html_()


@dataclass(frozen=True, eq=False)
class Tension:
    """One tension: its two poles, where students stand, and why.

    `stances` has one row a student, `positions` one an essay, `evidence` one a segment with its
    author, text, pole (a, b), weight, time and reason, the heaviest first; `shown` is the same
    with each passage highlighted in its place.
    """

    tension_id: str
    name: str
    poles: tuple[str, str]
    stances: pd.DataFrame
    positions: pd.DataFrame
    evidence: pd.DataFrame
    shown: Quotes

    def __repr__(self) -> str:
        return f"<Tension {self.tension_id}: {self.name}, {len(self.evidence)} passages>"

    def _repr_html_(self) -> str:
        counts = self.stances["stance"].value_counts()
        a, b = (
            f"{counts.get(letter, 0)} for {pole}"
            for letter, pole in zip("ab", self.poles, strict=True)
        )
        both = counts.get("both", 0)
        return f"<p>{escape(a)}, {escape(b)}, {both} for both</p>" + self.shown._repr_html_()

    def quotes(self, pole: str, n: int = 3) -> list[str]:
        """List the heaviest passages for a pole, named or as a or b, one a student.

        Raises UnknownNameError when the tension has no such pole.
        """
        letters = dict(zip(self.poles, ("a", "b"), strict=True)) | {"a": "a", "b": "b"}
        if pole not in letters:
            raise unknown("pole", pole, self.poles)
        rows = self.evidence[self.evidence["pole"] == letters[pole]]
        rows = rows[rows["time"] == "now"].drop_duplicates("author")
        return [str(text) for text in rows["text"].iloc[:n]]


@dataclass(frozen=True, eq=False)
class Essay:
    """One essay beside its cohort.

    `segments` are its own; `themes` says how many of its passages take up each theme, beside the
    theme's share of the cohort; `positions` where it stands on each tension, beside the shares of
    the cohort's students who lean to either pole or hold both; `unusual` has its numbers beside
    those of the other students and of its author's earlier essays.
    """

    essay_id: str
    author: str
    text: str
    segments: pd.DataFrame
    themes: pd.DataFrame
    positions: pd.DataFrame
    unusual: pd.DataFrame


@dataclass(frozen=True)
class Plots:
    """The charts of a cohort, each a method that returns matplotlib Axes."""

    cohort: Cohort

    def themes(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the share of students who take up each theme; `top` limits how many."""
        return charts.themes(self.cohort.tables, ax, **options)

    def theme_by_group(self, grouping: str, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw each theme's share in each group of a roster column.

        Raises UnknownNameError when no such column was compared.
        """
        compared = self.cohort.comparisons["grouping"].drop_duplicates().tolist()
        known = [str(name) for name in compared if name != "cohort"]
        if grouping not in known:
            raise unknown("grouping", grouping, known)
        return charts.theme_by_group(self.cohort.tables, grouping, ax, **options)

    def tension(self, tension: str, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw where students stand on a tension, by name or id; `intervals=True` names them."""
        tension_id = self.cohort.tension(tension).tension_id
        return charts.tension(self.cohort.tables, tension_id, ax, **options)

    def questions(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw how many students ask each question; `top` limits how many."""
        return charts.questions(self.cohort.tables, ax, **options)

    def moves(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the share of students who make each reflective move."""
        return charts.moves(self.cohort.tables, ax, **options)

    def themes_by_week(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw each theme's share week by week; `top` limits how many."""
        return charts.by_week(self.cohort.tables, "theme", ax, **options)

    def moves_by_week(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the share of students who make each reflective move, week by week."""
        return charts.by_week(self.cohort.tables, "move", ax, **options)

    def theme_map(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the passages in themes on a plane: which themes lie near each other."""
        return charts.theme_map(self.cohort.tables, ax, **options)

    def essay(self, essay_id: str, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw one essay beside the class: what it does, its themes, where it stands.

        Raises UnknownNameError when there is no such essay.
        """
        self.cohort.essay(essay_id)
        return charts.essay(self.cohort.tables, essay_id, ax, **options)


class Table:
    """A table of a cohort as an attribute: a data frame."""

    def __init__(self, about: str) -> None:
        self.__doc__ = about

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, cohort: None, owner: type) -> Table: ...
    @overload
    def __get__(self, cohort: Cohort, owner: type) -> pd.DataFrame: ...
    def __get__(self, cohort: Cohort | None, owner: type) -> Table | pd.DataFrame:
        if cohort is None:
            return self  # help(Cohort) shows what the table is
        rows: pd.DataFrame = getattr(cohort.tables, self.name)
        return rows


@dataclass(frozen=True, eq=False)
class Cohort:
    """A finished run: its tables, and the folder that they came from."""

    tables: Tables
    folder: Path

    essays = Table("One row an essay.")
    roster = Table("One row an essay: its author and groups.")
    segments = Table("One row a segment.")
    embeddings = Table("One row a distinct text: its vector.")
    move_scores = Table(
        "One row a segment: how probable the encoder finds each move, and a question."
    )
    shifts = Table("One row a belief that was held before, and what replaced it.")
    agreements = Table("One row a segment in which the author agrees, disagrees or takes a side.")
    themes = Table("One row a theme, the most students first.")
    assignments = Table("One row a segment that themes were looked for in.")
    doubts = Table("The assignments whose confirmation would help most.")
    drift = Table("One row a theme that the codebook decides on: how well it fits here.")
    questions = Table("The ledger: questions that ask the same are one row.")
    tensions = Table("One row a tension, the most students first.")
    evidence = Table("One row a segment that was used for a tension.")
    positions = Table("One row an essay and a tension that it discusses.")
    stances = Table("One row a student and a tension that they discuss.")
    comparisons = Table("One row a measure and a group.")
    within = Table("The same within each week.")
    trends = Table("One row a measure and a column of weeks: how it rises or falls.")
    phrases = Table("One row a group and a phrase that is distinctive of it.")
    unusual = Table("One row an essay and a measure: its value beside the other students'.")
    fairness = Table("One row a measure and a group of essays by length or by language.")
    corrections = Table("One row a label that somebody set right, beside the machine's.")
    notices = Table("What was left out, or should be known.")

    @property
    def plot(self) -> Plots:
        """The charts."""
        return Plots(self)

    @property
    def claims(self) -> pd.DataFrame:
        """The segments that claim something, with their author and the theme they belong to."""
        rows = self._authored(self.segments[self.segments["role"] == "claim"])
        theme = self.tables.assignments.set_index("segment_id")["theme_id"]
        names = self.themes.set_index("theme_id")["name"]
        return rows.assign(theme=rows["segment_id"].map(theme).map(names))

    @property
    def asked(self) -> pd.DataFrame:
        """The segments that ask something, with their author."""
        return self._authored(self.segments[self.segments["role"] == "question"])

    def where(self, essays: pd.Series[bool] | None = None, **groups: Any) -> Cohort:
        """Give a smaller cohort: the essays of some groups, everything counted anew.

        `where(section="morning", week=[1, 2])` names columns of roster or essays and one value or
        several; `where(cohort.essays["n_words"] > 300)` takes a mask over the essays. Themes,
        questions and tensions stay those that were found. Raises UnknownNameError for a column or
        value that there isn't, UsageError where no essay is left.
        """
        from pipeline.narrow import narrowed  # it comes with spaCy, which others needn't wait for

        beside = [c for c in self.essays.columns if c not in self.roster.columns]
        known = self.roster.merge(self.essays[["essay_id", *beside]], on="essay_id")
        kept = set(known["essay_id"] if essays is None else self.essays.loc[essays, "essay_id"])
        for column, wanted in groups.items():
            if column not in known.columns:
                raise unknown("column", column, [str(c) for c in known.columns])
            values = [
                str(v) for v in (wanted if isinstance(wanted, (list, tuple, set)) else [wanted])
            ]
            texts = known[column].astype("str")
            for value in values:
                if not (texts == value).any():
                    raise unknown(column, value, sorted(set(texts.dropna())))
            kept &= set(known.loc[texts.isin(values), "essay_id"])
        if not kept:
            raise UsageError("No essay is in all of these groups; leave one of them out.")
        return Cohort(narrowed(self.tables, kept), self.folder)

    def columns(self, table: str) -> pd.DataFrame:
        """Say what each column of a table means. Raises UnknownNameError, which names the nearest.

        The columns of the roster that a user brought have no words of ours.
        """
        if table not in Tables.SCHEMAS:
            raise unknown("table", table, Tables.SCHEMAS)
        return described(table)

    def correct(
        self, segment_id: str, *, role: str = "", theme: str = "", by: str = "somebody"
    ) -> Path:
        """Set a segment's role or theme right, in corrections.csv beside the run; return that file.

        The next run of the same essays takes it over. Raises UnknownNameError for a segment, role
        or theme that there isn't.
        """
        rows = self.segments[self.segments["segment_id"] == segment_id]
        if rows.empty:
            raise unknown("segment", segment_id, self.segments["segment_id"])
        if role and role not in ROLES:
            raise unknown("role", role, ROLES)
        if theme and theme != "none":
            theme = self.theme(theme).name
        return correct(self.folder, segment_id, str(rows["text"].iloc[0]), role, theme, by)

    def codebook(self, out: Path | str | None = None, *, with_exemplars: bool = False) -> Path:
        """Write themes and tensions as a codebook to change, as `crosscurrent codebook` does."""
        from pipeline.coding.keeping import keep_codebook

        return keep_codebook(self.folder, Path(out) if out else None, with_exemplars)[0]

    def confirm(self, segment_id: str, *, by: str = "somebody") -> Path:
        """Confirm the theme that a segment has, in corrections.csv beside the run.

        Raises UnknownNameError for a segment that themes weren't looked for in.
        """
        rows = self.assignments[self.assignments["segment_id"] == segment_id]
        if rows.empty:
            raise unknown("assignment", segment_id, self.assignments["segment_id"])
        theme = rows["theme_id"].iloc[0]
        return self.correct(segment_id, theme=theme if isinstance(theme, str) else "none", by=by)

    @property
    def doubtful(self) -> pd.DataFrame:
        """The doubts with their text, and the names of the theme they have and the next best."""
        names = self.themes.set_index("theme_id")["name"]
        rows = self._with_text(self.doubts)
        return rows.assign(theme=rows["theme_id"].map(names), other=rows["other"].map(names))

    def export(self, to: str, out: Path | str | None = None) -> Path:
        """Write the cohort as qdpx, xlsx, csv or md, as `crosscurrent export` does."""
        from pipeline.export import export

        return export(self.folder, self.tables, to, Path(out) if out else None)

    def sample(self, n: int = 200, *, to: str = "csv", seed: int = 1) -> Path:
        """Draw a blind sample of segments to code, as `crosscurrent sample` does."""
        from pipeline.agree import sample

        return sample(self.folder, self.tables, n, to, seed, None)

    def agree(self, *files: Path | str) -> Agreement:
        """Compare coded files with the machine, as `crosscurrent agree` does: four data frames."""
        from pipeline.agree import agree

        return agree(self.folder, self.tables, [Path(file) for file in files])

    def compare(self, other: Cohort, *, in_time: bool | None = None) -> Found:
        """Compare with another run, or with another part of this one, as `crosscurrent compare`.

        `in_time` says whether the other came later, so that something rose or fell; without it
        dates, weeks and names tell. Shows itself in sentences; `.table` has every number and
        `.write(folder)` makes a page. Raises CrosscurrentError for runs that can't be compared.
        """
        from pipeline.between import compare_cohorts

        pair = (self.folder, self.tables), (other.folder, other.tables)
        return compare_cohorts(*pair, in_time=in_time)

    def theme(self, theme: str) -> Theme:
        """Look up a theme by its name or id. Raises UnknownNameError, which names the nearest."""
        row = self._find("theme", self.themes, theme)
        placed = self.assignments[self.assignments["theme_id"].isin(self._parts(row["theme_id"]))]
        placed = placed.sort_values("strength", ascending=False, kind="stable")
        passages = self._with_text(placed[["segment_id", "strength"]])
        exemplars = passages.set_index("segment_id", drop=False)
        shown = [key for key in row["exemplars"] if key in exemplars.index]
        return Theme(
            theme_id=str(row["theme_id"]),
            name=str(row["name"]),
            about=row,
            passages=passages,
            exemplars=exemplars.loc[shown].reset_index(drop=True),
            questions=self.questions[self.questions["about"] == row["theme_id"]],
            shown=self._shown(placed[["segment_id", "strength"]]),
        )

    def tension(self, tension: str) -> Tension:
        """Look up a tension by its id or its name, in any order and form of its poles' words.

        "building vs. facilitation" finds "facilitating vs. building". Raises UnknownNameError,
        which names the nearest.
        """
        wanted = poles(tension)
        known = [n for n in self.tensions["name"] if n != tension and poles(n) == wanted]
        row = self._find("tension", self.tensions, known[0] if known else tension)
        own = {
            name: rows[rows["tension_id"] == row["tension_id"]].drop(columns="tension_id")
            for name, rows in (
                ("stances", self.stances),
                ("positions", self.positions),
                ("evidence", self.evidence),
            )
        }
        evidence = own["evidence"].sort_values("weight", ascending=False, kind="stable")
        return Tension(
            tension_id=str(row["tension_id"]),
            name=str(row["name"]),
            poles=(str(row["pole_a"]), str(row["pole_b"])),
            stances=own["stances"].reset_index(drop=True),
            positions=own["positions"].reset_index(drop=True),
            evidence=self._with_text(evidence),
            shown=self._shown(evidence[["segment_id", "pole", "weight", "time", "reason"]]),
        )

    def essay(self, essay_id: str) -> Essay:
        """Look up an essay by its id. Raises UnknownNameError, which names the nearest."""
        rows = self.essays[self.essays["essay_id"] == essay_id]
        if rows.empty:
            raise unknown("essay", essay_id, self.essays["essay_id"].tolist())
        own = self.segments[self.segments["essay_id"] == essay_id]
        placed = self.assignments[self.assignments["segment_id"].isin(own["segment_id"])]
        taken = placed.groupby("theme_id").size().rename("n_passages")
        columns = ["theme_id", "name", "n_passages", "share", "share_low", "share_high"]
        themes = self.themes.merge(taken, left_on="theme_id", right_index=True)[columns]
        shares = pd.crosstab(
            self.stances["tension_id"], self.stances["stance"], normalize="index"
        ).reindex(columns=["a", "b", "both"], fill_value=0.0)
        positions = self.positions[self.positions["essay_id"] == essay_id]
        positions = positions.drop(columns="essay_id").merge(
            self.tensions[["tension_id", "name"]], on="tension_id"
        )
        beside = shares.add_prefix("cohort_")
        return Essay(
            essay_id=essay_id,
            author=str(rows["author"].iloc[0]),
            text=str(rows["text"].iloc[0]),
            segments=own.reset_index(drop=True),
            themes=themes.rename(columns={"share": "cohort_share"}).reset_index(drop=True),
            positions=positions.merge(beside, left_on="tension_id", right_index=True, how="left"),
            unusual=self.unusual[self.unusual["essay_id"] == essay_id].reset_index(drop=True),
        )

    def _parts(self, theme_id: str) -> list[str]:
        """List a theme and, for a coarse one, the themes that it gathers."""
        children = self.themes[self.themes["parent"] == theme_id]["theme_id"]
        return [theme_id, *children.tolist()]

    def _find(self, kind: str, rows: pd.DataFrame, asked: str) -> pd.Series[Any]:
        key = f"{kind}_id"
        for column in (key, "name"):
            found = rows[rows[column].str.casefold() == asked.casefold()]
            if len(found):
                return found.iloc[0]
        raise unknown(kind, asked, [*rows["name"], *rows[key]])

    def _authored(self, rows: pd.DataFrame) -> pd.DataFrame:
        author = self.essays.set_index("essay_id")["author"]
        rows = rows.reset_index(drop=True)
        rows.insert(2, "author", rows["essay_id"].map(author))
        return rows

    def _with_text(self, rows: pd.DataFrame) -> pd.DataFrame:
        columns = ["segment_id", "author", "essay_id", "paragraph", "text"]
        return rows.merge(self._authored(self.segments)[columns], on="segment_id")

    def _shown(self, rows: pd.DataFrame) -> Quotes:
        placed = around(self._authored(self.segments))
        columns = ["segment_id", "author", "before", "text", "after"]
        whole = rows.merge(placed[columns], on="segment_id").drop(columns="segment_id")
        first = columns[1:]
        return Quotes(whole[[*first, *(c for c in whole.columns if c not in first)]])

    def __repr__(self) -> str:
        students = self.essays["author"].nunique()
        return f"<Cohort: {len(self.essays)} essays by {students} students, {self.folder}>"

    def _repr_html_(self) -> str:
        sizes = {
            "essays": len(self.essays),
            "students": self.essays["author"].nunique(),
            "claims": int(own_claims(self.segments).sum()),
            "questions": len(self.questions),
            "themes": len(self.themes),
            "tensions": len(self.tensions),
            "notices": len(self.notices),
        }
        head = "".join(f"<th>{name}</th>" for name in sizes)
        cells = "".join(f"<td>{n:,}</td>" for n in sizes.values())
        step = "cohort.themes, cohort.columns('themes'), cohort.plot.themes()"
        if len(self.tensions):
            step += f", cohort.tension({self.tensions['name'].iloc[0]!r})"
        return (
            f"<table><tr>{head}</tr><tr>{cells}</tr></table>"
            f"<p>Next: <code>{escape(step)}</code>; the brief is "
            f"<code>{escape(str(self.folder / 'index.html'))}</code>.</p>"
        )


def analyse(
    essays: Path | str,
    out: Path | str | None = None,
    *,
    roster: Path | str | None = None,
    by: Iterable[str] = (),
    exclude: Iterable[tuple[str, str]] = (),
    only: Iterable[tuple[str, str]] = (),
    private: Path | str | None = None,
    share: str = "full",
    codebook: Path | str | Codebook | None = None,
    prompt: Path | str | None = None,
    names_from: str | None = None,
    names_model: str = "",
    allow_remote: bool = False,
    settings: Settings | None = None,
) -> Cohort:
    """Read essays, analyse them and write the run's folder, as `crosscurrent run` does.

    `out` is reports/<name of essays> by default, `by` all roster columns, `share` one of full,
    quotes and numbers; `exclude` and `only` are pairs of a roster column and a value, whose essays
    are left out, or alone are read; `codebook` is the file of one, or one that was read; `prompt`
    is the file of the assignment, whose words count for nothing where essays repeat them; without
    it that of one which lies on top of their folder and is called so.
    `names_from` is the address of a language model that names themes, `names_model` its name there,
    and `allow_remote` lets it be beyond this machine; what leaves is then told on stderr.
    Raises CrosscurrentError for what a user can mend.
    """
    from pipeline.ingest.prompt import assignment
    from pipeline.run import run  # takes a second, and `load` needs none of it
    from pipeline.runtime.workers import chosen

    out = Path(out) if out else default_out(Path(essays))
    settings = settings or Settings()
    if exclude or only:
        chosen_by = {"exclude": tuple(exclude), "only": tuple(only)}
        ingest = settings.ingest.model_copy(update=chosen_by)
        settings = settings.model_copy(update={"ingest": ingest})
    if codebook is not None:
        book = codebook if isinstance(codebook, Codebook) else read_codebook(Path(codebook))
        cluster = settings.cluster.model_copy(update={"codebook": book})
        settings = settings.model_copy(update={"cluster": cluster})
    given = assignment(Path(prompt) if prompt is not None else None, Path(essays))
    if given and (prompt is not None or not settings.cluster.prompt):
        cluster = settings.cluster.model_copy(update={"prompt": given})
        settings = settings.model_copy(update={"cluster": cluster})
    if names_from is None and (names_model or allow_remote):
        raise UsageError(
            "names_model and allow_remote are refused without names_from; give the address of a "
            "language model with it."
        )
    if names_from is not None:
        naming = settings.naming.model_copy(
            update={"address": names_from, "model": names_model, "allow_remote": allow_remote}
        )
        settings = settings.model_copy(update={"naming": naming})
    with closing(chosen("processes")) as workers:
        tables, _ = run(
            Path(essays),
            out,
            settings,
            roster=Path(roster) if roster else None,
            by=tuple(by),
            private=Path(private) if private else None,
            share=share,
            workers=workers,
        )
    return Cohort(tables, out) if share == "full" else load(out)


def poles(name: str) -> frozenset[frozenset[str]]:
    """Return the poles of a tension's name as stems, whatever their order and endings."""
    from pipeline.cluster.words import stems  # it comes with spaCy, which `load` needs not wait for

    return frozenset(stems(pole) for pole in name.casefold().split(" vs. "))


def load(folder: Path | str) -> Cohort:
    """Read a finished run from its folder.

    Raises CrosscurrentError when the folder holds no finished run.
    """
    folder = Path(folder)
    return Cohort(read_tables(folder / "tables"), folder)


def unknown(kind: str, asked: str, names: Iterable[str]) -> UnknownNameError:
    """Make the error for a name that nothing has: what came, and the nearest names."""
    names = list(names)
    near = get_close_matches(asked, names, n=3, cutoff=0.3) or names[:3]
    if not near:
        return UnknownNameError(f"There is no {kind} {asked!r}: this run has none at all.")
    choices = ", ".join(repr(name) for name in near)
    return UnknownNameError(
        f"There is no {kind} {asked!r}; the nearest of {len(names)}: {choices}."
    )
