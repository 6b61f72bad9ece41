"""What a user installs: the lock file, the wheel, and the gate of CI."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^(?![#\s-])(.+?) \\\n((?:    --hash=\S+(?: \\)?\n)+)", LOCK, re.MULTILINE)
PLATFORMS = {
    "Linux": {"sys_platform": "linux", "os_name": "posix", "platform_machine": "x86_64"},
    "Mac, Apple": {"sys_platform": "darwin", "os_name": "posix", "platform_machine": "arm64"},
    "Mac, Intel": {"sys_platform": "darwin", "os_name": "posix", "platform_machine": "x86_64"},
    "Windows": {"sys_platform": "win32", "os_name": "nt", "platform_machine": "AMD64"},
}


def test_the_lock_names_no_index_no_host_and_no_folder() -> None:
    options = [line for line in LOCK.splitlines() if line.startswith("-")]
    assert options == ["--only-binary :all:"]
    assert "://" not in LOCK
    assert not re.search(r"(?:^|[\s=])(?:[A-Za-z]:\\|/|file:)", LOCK, re.MULTILINE)


def test_every_entry_of_the_lock_is_pinned_and_hashed() -> None:
    lines = [line for line in LOCK.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert [f"{pin} \\" for pin, _ in ENTRIES] == lines
    for pin, hashes in ENTRIES:
        assert re.match(r"[a-z0-9][a-z0-9.-]*==[0-9][^\s*]*(?: ; |$)", pin), pin
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", h) for h in hashes.split()[::2]), pin


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_lock_gives_each_dependency_one_version_that_fits(platform: str, python: str) -> None:
    versions = {"python_version": python, "python_full_version": f"{python}.0"}
    environment = PLATFORMS[platform] | versions
    locked: dict[str, str] = {}
    for requirement in [Requirement(pin) for pin, _ in ENTRIES]:
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert requirement.name not in locked
            locked[requirement.name] = str(requirement.specifier).removeprefix("==")
    for line in PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]:
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate(environment):
            assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), line


def test_users_need_nothing_that_only_training_does() -> None:
    needed = {Requirement(line).name for line in PROJECT["project"]["dependencies"]}
    assert not needed & {"torch", "onnx", "safetensors", "transformers"}
    assert not {Requirement(pin).name for pin, _ in ENTRIES} & {"torch", "transformers"}


def test_the_installed_version_is_that_of_the_project() -> None:
    assert importlib.metadata.version("crosscurrent") == PROJECT["project"]["version"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_each_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pipeline").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == package
    assert any(name.startswith("pipeline/report/templates/") for name in held)
    assert any(name.startswith("pipeline/weights/") and name.endswith(".onnx") for name in held)


def test_the_wheel_carries_its_licence_and_the_notice_for_the_weights(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        texts = {
            Path(name).name: opened.read(name).decode()
            for name in opened.namelist()
            if ".dist-info/licenses/" in name
        }
    assert sorted(texts) == ["LICENSE", "NOTICE"]
    assert "END OF TERMS AND CONDITIONS" in texts["LICENSE"]
    assert "all-MiniLM-L6-v2" in texts["NOTICE"]


def test_the_command_works_from_the_wheel_away_from_the_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "import sys; from pipeline.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "run", "--help"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "--roster" in re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skipped_browser_test_fails_only_in_ci(tmp_path: Path, ci: str, code: int) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser\n", encoding="utf-8")
    (tmp_path / "test_page.py").write_text(
        "import pytest\n\n"
        "@pytest.mark.browser\ndef test_page():\n    pytest.skip('no Chromium')\n\n"
        "def test_other():\n    pytest.skip('needs ../shared')\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--color=no", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout
    assert ("1 failed, 1 skipped" if code else "2 skipped") in done.stdout
