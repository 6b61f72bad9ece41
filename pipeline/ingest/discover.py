"""Find the files of a cohort, in folders and in zips; what needs no reading is refused here."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import NothingReadError
from pipeline.ingest.archive import Member
from pipeline.ingest.document import Document, Note, refused
from pipeline.ingest.layouts import brightspace, is_extra
from pipeline.ingest.names import natural
from pipeline.ingest.pool import Job, ask_all, death, too_large
from pipeline.ingest.readers import ESSAYS, FORMATS, TABLES, ZIPS
from pipeline.ingest.worker import members_of
from pipeline.settings import IngestSettings

# Endings that a message may name: what stands behind the dot of others could be a person's name.
KNOWN_ENDINGS_LISTED = """
    txt text md markdown html htm xhtml doc docx docm odt rtf pdf pages tex csv tsv xls xlsx xlsm
    ods jsonl ndjson ppt pptx key zip gz tar 7z rar png jpg jpeg gif svg heic webp mp3 mp4 mov css
    js json yml yaml xml py ipynb eml gdoc url
"""
KNOWN_ENDINGS = frozenset(KNOWN_ENDINGS_LISTED.split())
ROSTER_NAME = "roster.csv"
ROSTER = refused("roster", "a roster, not an essay.", "skipped")
GRADESCOPE_NAME = "submission_metadata.yml"
HIDDEN_FILE = re.compile(r"\.|~\$|(?:desktop\.ini|thumbs\.db)$", re.IGNORECASE)
# Not a folder of essays: hidden, of programs, or the templates of a blog.
HIDDEN_FOLDER = re.compile(
    r"\.|__|(?:node_modules|_(?:site|layouts|includes|sass|data|plugins))$", re.IGNORECASE
)
ASSIGNMENT = re.compile(
    r"(?:the[ _-]+)?(?:(?:essay|reflection|writing)[ _-]+)?(?:assignment|prompt|instructions?|task|"
    r"rubric|syllabus)(?:[ _-]+(?:sheet|text|brief|description))?",
    re.IGNORECASE,
)
NO_ESSAY = re.compile(r"(readme|licen[cs]e)(?![^\W\d_])", re.IGNORECASE)
WHAT = {
    ".doc": "an old Word file; save it as .docx.",
    ".pages": "a Pages document; export it as .docx or PDF.",
    ".gdoc": "only a link to a Google document; download it as .docx.",
    ".rar": "packed in a way that isn't read; unpack it, or pack it as .zip.",
    ".7z": "packed in a way that isn't read; unpack it, or pack it as .zip.",
}


@dataclass(frozen=True)
class Found:
    """One file below the source, its path relative to it, and a refusal that needs no reading.

    `chain` leads to a member of the zip at `path`, through zips inside it.
    """

    path: Path
    relative: str
    document: Document | None = None
    chain: tuple[int, ...] = ()

    @property
    def ending(self) -> str:
        """Return the name's ending in small letters, with its dot."""
        return PurePosixPath(self.relative).suffix.lower()

    @property
    def kind(self) -> str:
        """Name the file's type in words that give nobody away."""
        ending = self.ending.removeprefix(".")
        return f".{ending}" if ending in KNOWN_ENDINGS else "other type"


def list_files(source: Path, roster: Path | None, settings: IngestSettings) -> list[Found]:
    """List all files below a folder (or the one file), numbers in names sorted by value.

    Hidden files are not listed, a zip gives its members. README, LICENSE and roster files, other
    formats and links come with the reason why they become no essay. Raises NothingReadError when
    there is no source.
    """
    try:
        if source.is_file():
            relative = shown(source.name)
            one = Found(source, relative, by_name(relative, relative))
            listed = [sized(one)]
        elif (source / "run.json").is_file() and (source / "tables").is_dir():
            raise NothingReadError(
                f"{source} holds a report that crosscurrent wrote, so nothing was read; give the "
                "folder of the essays."
            )
        elif source.is_dir():
            listed = list(walk(source, roster))
        else:
            raise NothingReadError(
                f"{source} doesn't exist, so nothing was read; give a folder of essays or one file."
            )
    except OSError as error:
        raise NothingReadError(
            f"{source} can't be opened ({error.strerror}), so nothing was read; "
            "give a folder of essays or one file."
        ) from None
    listed = told_apart(unpacked(listed, settings, top="" if source.is_file() else None))
    listed.sort(key=lambda found: natural(found.relative))
    if not listed:
        raise NothingReadError(
            f"{source} holds no files, so nothing was read; put the essays there as {FORMATS}."
        )
    if source.is_file():
        listed = with_roster(listed)
    if sum(found.document is None for found in listed) > 1:
        listed = [without_assignment(found) for found in listed]
    return without_lists(listed)


def with_roster(listed: list[Found]) -> list[Found]:
    """Take the roster of a zip that holds a single folder for the one on top."""
    tops = {found.relative.rpartition("/")[0].partition("/")[0] for found in listed}
    name = f"{min(tops, default='')}/{ROSTER_NAME}".lower() if len(tops) == 1 else ""
    return [
        replace(found, document=ROSTER) if found.relative.lower() == name else found
        for found in listed
    ]


def is_roster(found: Found) -> bool:
    """Tell whether a file is the roster on top."""
    return found.document == ROSTER or found.relative.lower() == ROSTER_NAME


def without_lists(listed: list[Found]) -> list[Found]:
    """Skip the pages on which Brightspace lists what is beside them."""
    beside = set()
    for parts in (PurePosixPath(found.relative).parts for found in listed):
        beside |= {parts[:n] for n, part in enumerate(parts) if brightspace(part, "")}
    document = refused("layout", "Brightspace's list of submissions, no essay.", "skipped")
    done = []
    for found in listed:
        *above, name = PurePosixPath(found.relative).parts
        is_list = name.lower() == "index.html" and tuple(above) in beside
        done.append(replace(found, document=document) if is_list else found)
    return done


def without_assignment(found: Found) -> Found:
    """Skip what seems to be the assignment by its name and place."""
    if found.document or found.ending not in ESSAYS or not is_assignment(found.relative):
        return found
    message = (
        "the assignment, by its name, and no essay; rename it if it is one. Without --prompt what "
        "essays repeat of it counts for nothing; of one inside a zip, with --prompt."
    )
    return replace(found, document=refused("assignment", message, "skipped"))


def is_assignment(relative: str) -> bool:
    """Tell whether a file at the top of the source is named like an assignment."""
    path = PurePosixPath(relative)
    return len(path.parts) == 1 and ASSIGNMENT.fullmatch(path.stem) is not None


def walk(source: Path, roster: Path | None) -> Iterator[Found]:
    """Yield the files below a folder in any order."""
    top = source.resolve()
    unread: list[OSError] = []
    for folder, folders, files in os.walk(source, onerror=unread.append):
        here = Path(folder)
        folders[:] = [name for name in folders if not HIDDEN_FOLDER.match(name)]
        links = [name for name in folders if (here / name).is_symlink()]
        for name in [*links, *files]:
            if not HIDDEN_FILE.match(name):
                path = here / name
                relative = shown(path.relative_to(source).as_posix())
                document = link(path, top)
                if document is None and roster is not None and same(roster, path):
                    document = ROSTER
                yield sized(Found(path, relative, document or by_name(relative, relative)))
    for error in unread:
        path = Path(str(error.filename))
        document = refused("unreadable", "a folder that can't be opened; check its permissions.")
        yield Found(path, shown(path.relative_to(source).as_posix()), document)


def shown(path: str) -> str:
    """Return a path as valid Unicode, whatever bytes the file system holds."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def same(one: Path, other: Path) -> bool:
    """Tell whether two paths are one file."""
    return one.resolve() == other.resolve()


def link(path: Path, top: Path) -> Document | None:
    """Refuse a symbolic link that leaves the folder, skip one that stays inside."""
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return refused("unreadable", "a link whose target is missing; copy the file itself.")
    if target.is_relative_to(top):
        return refused("link", "a link to another file of the folder, read there.", "skipped")
    return refused("link", "a link that leaves the folder; copy the file itself into it.")


def by_name(name: str, relative: str) -> Document | None:
    """Skip what its name shows to be no essay; `relative` is its path below the source or zip."""
    last = PurePosixPath(name).name
    if relative.lower() == ROSTER_NAME:
        return ROSTER
    if last.lower() == GRADESCOPE_NAME:
        return refused("layout", "Gradescope's list of submissions, used for authors.", "skipped")
    if is_extra(relative):
        return refused("layout", "the platform's or the teacher's about a submission.", "skipped")
    if NO_ESSAY.match(last):
        return refused("not-an-essay", "a README or licence, not an essay.", "skipped")
    ending = PurePosixPath(name).suffix.lower()
    if ending not in (*ESSAYS, *TABLES, *ZIPS):
        what = WHAT.get(ending, f"not a format that is read: those are {FORMATS}.")
        return refused("format", what, "skipped")
    return None


def sized(found: Found) -> Found:
    """Skip an empty file and refuse what is no file, without opening either."""
    if found.document:
        return found
    try:
        status = found.path.stat()
    except OSError:
        message = "it can't be opened; check that it exists and may be read."
        return replace(found, document=refused("unreadable", message))
    if not stat.S_ISREG(status.st_mode):
        return replace(found, document=refused("unreadable", "not a regular file."))
    if status.st_size == 0:
        return replace(found, document=refused("empty", "it holds no words.", "skipped"))
    return found


def unpacked(listed: list[Found], settings: IngestSettings, top: str | None) -> list[Found]:
    """Put the members of zips in the place of the zips, and so on for zips in zips.

    `top` is what a zip's own name becomes in the paths of its members when it is the source.
    """
    done: list[Found] = []
    waiting = listed
    for depth in range(settings.max_zip_depth + 1):
        zips = [found for found in waiting if found.ending in ZIPS and not found.document]
        done += [found for found in waiting if found.ending not in ZIPS or found.document]
        if depth == settings.max_zip_depth:
            message = f"a zip nested more than {settings.max_zip_depth} deep; unpack it by hand."
            done += [replace(each, document=refused("nested-zip", message)) for each in zips]
            break
        answers: dict[int, dict[str, Any]] = {}
        jobs = [Job(found.path, found.chain, wanted="members") for found in zips]
        ask_all(jobs, settings, answers.__setitem__)
        waiting = []
        for place, found in enumerate(zips):
            answer = answers[place]
            if note := refusal_of(answer, settings):
                done.append(replace(found, document=Document(notes=(note,))))
                continue
            folder = top if top is not None and not found.chain else found.relative
            inside = [of_member(found, each, folder, settings) for each in members_of(answer)]
            kept = [each for each in inside if each is not None]
            waiting += kept
            if not kept:
                message = "a zip without a file in it."
                done.append(replace(found, document=refused("empty", message, "skipped")))
            if len(done) + len(waiting) > settings.max_members:
                message = f"with it there are over {settings.max_members:,} files; split the class."
                waiting = [each for each in waiting if each.path != found.path]
                done.append(replace(found, document=refused("zip-bomb", message)))
    return done


def of_member(zipped: Found, member: Member, folder: str, settings: IngestSettings) -> Found | None:
    """Describe a member of a zip as a file; None for a hidden one."""
    name = re.sub(r"^(?:[a-zA-Z]:)?/+", "", member.name.replace("\\", "/"))
    parts = [part for part in PurePosixPath(name).parts if part not in ("..", ".")] or ["unnamed"]
    is_hidden = HIDDEN_FILE.match(parts[-1]) or any(HIDDEN_FOLDER.match(p) for p in parts[:-1])
    if is_hidden and not member.code:
        return None
    inside = "/".join(parts).encode("utf-8", "replace").decode()
    relative = f"{folder}/{inside}" if folder else inside
    document = refused(member.code, member.message) if member.code else by_name(inside, relative)
    if document is None and member.size == 0:
        document = refused("empty", "it holds no words.", "skipped")
    is_zip = PurePosixPath(inside).suffix.lower() in ZIPS
    if document is None and not is_zip and too_large(member.size, settings):
        limit = f"{settings.max_file_megabytes:g} megabytes"
        message = f"larger than {limit}; split it, or raise the limit."
        document = refused("too-large", message)
    return Found(zipped.path, relative, document, (*zipped.chain, member.place))


def refusal_of(answer: dict[str, Any], settings: IngestSettings) -> Note | None:
    """Return why a worker refused or died, if it did."""
    if "died" in answer:
        return death(answer["died"], settings)
    return Note(*answer["refused"]) if "refused" in answer else None


def told_apart(listed: list[Found]) -> list[Found]:
    """Number files of one path, as a zip may hold them."""
    taken = {found.relative for found in listed}
    seen: set[str] = set()
    done = []
    for found in listed:
        pure, name = PurePosixPath(found.relative), found.relative
        if name in seen:
            tried = (str(pure.with_name(f"{pure.stem} ({n}){pure.suffix}")) for n in count(2))
            name = next(each for each in tried if each not in taken)
        taken.add(name)
        seen.add(name)
        done.append(found if name == found.relative else replace(found, relative=name))
    return done
