"""What learning platforms put into the names of a bulk download: author, attempt, lateness."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import yaml

from pipeline.ingest.document import one_line
from pipeline.ingest.front_matter import iso_date

CANVAS = re.compile(
    r"(?P<name>[^\W_]+)_(?P<late>late_)?(?P<user>\d{3,})_(?:(?P<number>\d{3,})_(?P<rest>.+)|"
    r"(?P<typed>text|link)\.html?)",
    re.IGNORECASE,
)
MOODLE = re.compile(
    r"(?P<name>[^/]+?)_(?P<user>\d{2,})_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)",
    re.IGNORECASE,
)
BLACKBOARD = re.compile(
    r"(?P<work>.+)_(?P<user>[^_\s]+)_attempt_(?P<when>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)"
    r"(?:_(?P<rest>.+)|\.\w+)",
    re.IGNORECASE,
)
BRIGHTSPACE = re.compile(
    r"(?P<user>\d{3,})-(?P<folder>\d{3,}) - (?:[A-Z]{0,2}\d{4,} - )?(?P<name>[^/]+?) - "
    r"(?P<when>[^/]*?\b20\d\d\b[^/]*?\b\d{3,4}(?: ?[AP]M)?)(?: - (?P<rest>.+))?",
    re.IGNORECASE,
)
SAKAI = re.compile(r"(?P<name>[^/()]+, [^/()]+)\((?P<user>[^/()]+)\)")
SAKAI_EXTRAS = re.compile(
    r"(?:timestamp|comments)\.(?:txt|html)|.*_(?:comments|feedbackText)\.\w+", re.IGNORECASE
)
TEAMS = re.compile(
    r"(?:^|.*/)(?P<state>Submitted|Working) files/(?P<name>[^/]+)/(?P<work>[^/]+)/"
    r"(?:Version (?P<version>\d+)/)?(?P<rest>[^/]+)",
    re.IGNORECASE,
)
BY_BRIGHTSPACE = re.compile(r" Download \D{3,12}[^/]*\b20\d\d\b.*$", re.IGNORECASE)  # of a zip
# "Oct 3, 2026 1025 PM", "3 October 2026 2225"
MOMENT = re.compile(
    r"(?P<month>[a-z]{3,9}\.? )?(?P<day>\d{1,2})(?P<month_after> [a-z]{3,9}\.?)?,? "
    r"(?P<year>20\d\d),? (?:at )?(?P<hour>\d{1,2})(?P<minute>\d\d)(?: ?(?P<half>[ap])m)?",
    re.IGNORECASE,
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DRIVE = re.compile(
    r"(?:copy of )?(?P<name>[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}) - (?P<rest>.+)",
    re.IGNORECASE,
)
GRADESCOPE = re.compile(r"(?:submission_)?(?P<number>\d{5,})(?:\.\w+)?", re.IGNORECASE)
MOODLE_BLIND = re.compile(r"participant[ _]?\d*$", re.IGNORECASE)
MOODLE_GROUP = re.compile(r"(?:group|section|class|team)[^-]*-", re.IGNORECASE)
COPY = re.compile(r"(?:[ _]?\((\d{1,2})\)|-(\d{1,2}))$")
COPY_OF_DRIVE = re.compile(r" ?\((\d{1,2})\)$")
MIN_DRIVE = 2  # authors in a folder whose files are named like Google's
MAX_YAML = 2_000_000  # bytes of Gradescope's list: thousands of submissions


@dataclass(frozen=True)
class Origin:
    """What a platform's naming says of one file.

    `squashed` names are written as one word ("okaforamina"). `work` is equal for the attempts at
    one piece of work; of those the one with the largest `attempt` is the last. `rest` is the name
    that the author gave the file.
    """

    platform: str
    name: str | None
    rest: str
    squashed: bool = False
    user: str | None = None
    attempt: tuple[str, int] = ("", 0)
    work: str = ""
    late: bool = False
    submitted: str | None = None


def origins(paths: Iterable[str], gradescope: Mapping[str, str]) -> dict[str, Origin]:
    """Say of each path what the platform's naming in it tells; paths without one are left out.

    `gradescope` maps the numbers of its submissions to names.
    """
    listed = list(paths)
    found: dict[str, Origin] = {}
    for path in listed:
        tried = (by_parts(path, read) for read in (blackboard, moodle, brightspace, sakai, canvas))
        origin = teams(path) or next(filter(None, tried), None)
        if origin is None and gradescope:
            origin = of_gradescope(path, gradescope)
        if origin:
            found[path] = origin
    found |= of_drive([path for path in listed if path not in found])
    return apart(found)


def by_parts(path: str, read: Callable[[str, str], Origin | None]) -> Origin | None:
    """Read the part of a path that a platform named: the file, else a folder or zip around it."""
    pure = PurePosixPath(path)
    parts = pure.parts
    for place in reversed(range(len(parts))):
        if origin := read(parts[place], "/".join(parts[:place])):
            inside = "/".join(parts[place + 1 :])
            return replace(origin, rest=PurePosixPath(inside).stem) if inside else origin
    return None


def canvas(part: str, above: str) -> Origin | None:
    """Read a name such as okaforamina_LATE_1234_56789_essay-1.docx."""
    found = CANVAS.fullmatch(part)
    if not found:
        return None
    rest = PurePosixPath(found["rest"] or "").stem
    copy = COPY.search(rest)
    own = COPY.sub("", rest)
    return Origin(
        "Canvas",
        None if found["name"].lower() == "anonymous" else found["name"].lower(),
        rest=own,
        squashed=True,
        user=found["user"],
        attempt=("", int(copy[1] or copy[2]) if copy else 0),
        work=f"{above}/{found['user']}/{own}" if own else "",
        late=found["late"] is not None,
    )


def moodle(part: str, above: str) -> Origin | None:
    """Read a name such as "Amina Okafor_1234567_assignsubmission_file_essay.docx"."""
    found = MOODLE.fullmatch(part)
    if not found:
        return None
    name = MOODLE_GROUP.sub("", found["name"]).replace("_", " ").strip()
    return Origin(
        "Moodle",
        f"Participant {found['user']}" if MOODLE_BLIND.match(name) else name,
        rest=re.sub(r"^onlinetext$", "", PurePosixPath(found["rest"]).stem),
        user=found["user"],
    )


def blackboard(part: str, above: str) -> Origin | None:
    """Read a name such as "Reflection 1_aokafor_attempt_2024-09-30-10-15-22_essay.docx"."""
    found = BLACKBOARD.fullmatch(part)
    if not found:
        return None
    return Origin(
        "Blackboard",
        found["user"],
        rest=PurePosixPath(found["rest"] or "").stem,
        squashed=True,
        user=found["user"].lower(),
        attempt=(found["when"], 0),
        work=f"{above}/{found['work']}/{found['user']}",
        submitted=iso_date(found["when"]),
    )


def brightspace(part: str, above: str) -> Origin | None:
    """Read a name such as "48248-903112 - Amina Okafor - Oct 3, 2026 1025 PM - essay.docx".

    The first number is the student's in some downloads, the course's in others.
    """
    found = BRIGHTSPACE.fullmatch(part)
    if not found:
        return None
    when = moment(found["when"])
    return Origin(
        "Brightspace",
        None if found["name"].lower().startswith("anonymous") else found["name"],
        rest=PurePosixPath(found["rest"] or "").stem,
        user=found["user"],
        attempt=(when, 0),
        work=f"{above}/{found['folder']}/{found['user']}/{found['name'].casefold()}"
        if when
        else "",
        submitted=iso_date(when),
    )


def sakai(part: str, above: str) -> Origin | None:
    """Read the folder of a student, such as "Okafor, Amina(aokafor)"."""
    found = SAKAI.fullmatch(part)
    return Origin("Sakai", found["name"], rest="", user=found["user"]) if found else None


def teams(path: str) -> Origin | None:
    """Read a path such as "Submitted files/Amina Okafor/Reflection 1/Version 2/essay.docx".

    What is among the working files is earlier than what was handed in.
    """
    found = TEAMS.fullmatch(path)
    if not found:
        return None
    handed_in = found["state"].lower() == "submitted"
    return Origin(
        "Microsoft Teams",
        found["name"],
        rest=PurePosixPath(found["rest"]).stem,
        attempt=("submitted" if handed_in else "", int(found["version"] or 0)),
        work=f"{found['name']}/{found['work']}".casefold(),
    )


def is_extra(path: str) -> bool:
    """Tell whether a file is Sakai's own about a submission, or the teacher's for a student."""
    pure = PurePosixPath(path)
    in_sakai = any(SAKAI.fullmatch(part) for part in pure.parts[:-1])
    is_feedback = "feedback attachment(s)" in map(str.lower, pure.parts[:-1])
    return in_sakai and (is_feedback or SAKAI_EXTRAS.fullmatch(pure.name) is not None)


def moment(text: str) -> str:
    """Write a date and time, the month in words, so that later ones sort later; else "".

    >>> moment("Oct 3, 2026 1025 PM"), moment("3 October 2026 725"), moment("3 oktober 2026 725 x")
    ('2026-10-03-22-25', '2026-10-03-07-25', '')
    """
    found = MOMENT.fullmatch(text)
    month = (found["month"] or found["month_after"] or "").strip().lower()[:3] if found else ""
    if not found or month not in MONTHS:
        return ""
    hour = int(found["hour"])
    if half := (found["half"] or "").lower():
        hour = hour % 12 + 12 * (half == "p")
    day = f"{found['year']}-{MONTHS.index(month) + 1:02}-{int(found['day']):02}"
    return f"{day}-{hour:02}-{found['minute']}"


def of_gradescope(path: str, names: Mapping[str, str]) -> Origin | None:
    """Read the number of a submission from a file's name or its folder's."""
    for part in reversed(PurePosixPath(path).parts):
        found = GRADESCOPE.fullmatch(part)
        if found and found["number"] in names:
            inside = "" if part == PurePosixPath(path).name else PurePosixPath(path).stem
            return Origin("Gradescope", names[found["number"]], rest=inside)
    return None


def gradescope_names(raw: bytes) -> dict[str, str]:
    """Read Gradescope's list of submissions: the number of each, and who handed it in."""
    try:
        listed: Any = yaml.load(raw[:MAX_YAML].decode("utf-8", "replace"), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    names: dict[str, str] = {}
    for key, about in listed.items() if isinstance(listed, dict) else ():
        number = re.search(r"\d{3,}", str(key))
        people = (
            about.get(":submitters") or about.get("submitters") if isinstance(about, dict) else 0
        )
        named = [
            str(each.get(":name") or each.get("name") or "")
            for each in (people if isinstance(people, list) else [])
            if isinstance(each, dict)
        ]
        if number and (name := one_line(" and ".join(filter(None, named)))):
            names[number[0]] = name
    return names


def of_drive(paths: list[str]) -> dict[str, Origin]:
    """Read names such as "Amina Okafor - Reflection.docx", where most files of a folder are so."""
    folders: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        folders[str(PurePosixPath(path).parent)].append(path)
    done: dict[str, Origin] = {}
    for folder, inside in folders.items():
        matches = {path: DRIVE.fullmatch(PurePosixPath(path).stem) for path in inside}
        fitting = {path: match for path, match in matches.items() if match}
        names = {match["name"].casefold() for match in fitting.values()}
        if len(names) < MIN_DRIVE or len(fitting) < 0.7 * len(inside):
            continue
        for path, match in fitting.items():
            copy = COPY_OF_DRIVE.search(match["rest"])
            rest = COPY_OF_DRIVE.sub("", match["rest"])
            done[path] = Origin(
                "Google Classroom",
                match["name"],
                rest,
                attempt=("", int(copy[1]) if copy else 0),
                work=f"{folder}/{match['name'].casefold()}/{rest.casefold()}",
            )
    return done


def apart(found: dict[str, Origin]) -> dict[str, Origin]:
    """Tell students of one name apart by the platform's number, if nobody else has it, too."""
    users: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for origin in found.values():
        if origin.name and origin.user:
            users[origin.name.casefold()].add(origin.user)
            names[origin.user].add(origin.name.casefold())
    return {
        path: replace(origin, name=f"{origin.name} {origin.user}")
        if origin.name
        and origin.user
        and len(users[origin.name.casefold()]) > 1
        and len(names[origin.user]) == 1
        and origin.platform != "Moodle"
        else origin
        for path, origin in found.items()
    }
