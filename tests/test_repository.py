"""The rules of this repository: what its modules and documents hold, and what no file may."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from allegations.codes import LinkState
from allegations.links.judgement import Klass
from allegations.workflow import STEPS, Role, State, Step
from vetting.risk import scales

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("vetting", "allegations", "candidates")
TEXTS = {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".html", ".css", ".js", ".sh", ".json", ".ini", ".po", ""}


def listed() -> list[Path]:
    """The files that belong to the repository; those that git ignores do not."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("This is no git repository.")
    return [path for name in done.stdout.splitlines() if (path := PROJECT / name).is_file()]


def named(suffix: str) -> list[Path]:
    return [path for path in listed() if path.suffix == suffix]


def where(path: Path) -> str:
    return str(path.relative_to(PROJECT))


# Modules


def test_every_module_opens_with_a_line_on_what_it_is_about():
    modules = [path for path in named(".py") if path.stat().st_size and "migrations" not in path.parts]
    silent = [where(path) for path in modules if not re.match(r".+[.:?]$", opening(path))]

    assert not silent


def opening(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_with_plain_python_in_it_can_be_imported_without_django(package):
    assert (PROJECT / package / "__init__.py").read_text() == ""


def test_serializers_name_their_fields():
    assert not [where(path) for path in named(".py") if re.search(r"(fields|exclude) = [\"']__all__", path.read_text())]


def test_what_is_deployed_imports_only_what_it_depends_on():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    declared = {distribution(line) for line in project["dependencies"]}
    ours = {*PACKAGES, "__future__", "tests"}
    found = {name for package in PACKAGES for path in (PROJECT / package).rglob("*.py") for name in imported(path)}
    foreign = found - ours - sys.stdlib_module_names

    assert {MODULES.get(name, name.replace("_", "-")) for name in foreign} <= declared


# Module → the distribution that we take it from; kombu and yarl are the words in which celery and aiohttp speak.
MODULES = {
    "csp": "django-csp",
    "kombu": "celery",
    "psycopg2": "psycopg2-binary",
    "rest_framework": "djangorestframework",
    "yaml": "pyyaml",
    "yarl": "aiohttp",
}


def distribution(requirement: str) -> str:
    return re.match(r"[\w-]+", requirement)[0].lower()


def imported(path: Path) -> set[str]:
    """The top-level modules that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    parts = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level and node.module}
    return {name.partition(".")[0] for name in plain | parts}


# Every file

FORBIDDEN = {
    "a registry host": r"(pypi|pythonhosted|npmjs|docker|ghcr|quay)\.(org|com|io)\b|--(extra-)?index-url",
    "a path of one machine": r"/(home|Users|root|work)/\w",
    "a mark for later": r"\b(TODO|FIXME|XXX|HACK)\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
}
MAY = {
    "tests/test_repository.py": set(FORBIDDEN),
    "tests/servers/self_signed.pem": {"a private key"},
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what):
    texts = [path for path in listed() if path.suffix in TEXTS | {".pem"} and what not in MAY.get(where(path), set())]

    assert not [where(path) for path in texts if re.search(FORBIDDEN[what], path.read_text())]


def test_no_file_is_another_projects():
    parts = {"vendor", "vendored", "node_modules", "third_party"}

    assert not [where(path) for path in listed() if parts & set(path.parts) or ".min." in path.name]


# Documents


def test_links_between_documents_lead_somewhere():
    broken = [
        f"{where(path)}: {target}"
        for path in named(".md")
        for target in re.findall(r"(?<!!)\[[^]]*\]\(([^)#]+)", path.read_text())
        if "://" not in target and not (path.parent / target).exists()
    ]

    assert not broken


def test_commands_that_documents_name_can_be_made():
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    named_in_words = {
        word for path in named(".md") for word in re.findall(r"(?<![\w-])make ([a-z-]+)[`#\s]", code(path))
    }

    assert named_in_words <= targets


def code(path: Path) -> str:
    return "\n".join(re.findall(r"`make [^`]+`|^\$ make .*$", path.read_text(), re.MULTILINE))


def test_the_changelog_says_what_is_not_released_yet():
    assert "\n## [Unreleased]\n" in (PROJECT / "CHANGELOG.md").read_text()


def test_every_decision_is_numbered_and_listed():
    folder = PROJECT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    records = sorted(path for path in folder.glob("*.md") if path.name != "README.md")

    for number, path in enumerate(records, start=1):
        text = path.read_text()
        title = re.match(rf"# {number}\. (.+)\n", text)
        assert path.name.startswith(f"{number:04}-"), path.name
        assert title, f"{path.name} opens with “# {number}. Title”"
        assert f"| {number} | [{title[1]}]({path.name}) |" in index
        assert re.findall(r"^## (.+)$", text, re.MULTILINE)[0] == "Decision"


def test_every_dependency_has_its_reason():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [project["dependencies"], *project["optional-dependencies"].values()]
    reasons = (PROJECT / "docs" / "decisions" / "0003-dependencies.md").read_text()
    given = re.findall(r"^\| ([\w-]+) \| .+\.", reasons, re.MULTILINE)

    assert sorted(given) == sorted(re.match(r"[\w-]+", line)[0] for lines in wanted for line in lines)


# Glossary


@pytest.fixture(scope="module")
def glossary() -> dict[str, list[str]]:
    """Term, in small letters → what the glossary says of it."""
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", (PROJECT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    found: dict[str, list[str]] = {}
    for term, meaning in rows:
        found.setdefault(term.lower(), []).append(meaning)
    return found


def test_the_glossary_has_every_record(glossary):
    names = [model._meta.verbose_name for package in PACKAGES for model in apps.get_app_config(package).get_models()]

    assert not [name for name in names if name not in glossary]


@pytest.mark.parametrize("words", [State, Step, Role, Klass, LinkState, scales.Status])
def test_the_glossary_has_every_word_of(glossary, words):
    assert not [word.value for word in words if word.value.lower() not in glossary]


@pytest.mark.parametrize(("step", "left"), [(step, left) for left, step in STEPS if left != STEPS[left, step]])
def test_the_glossary_tells_the_steps_as_they_are(glossary, step, left):
    (meaning,) = [text for text in glossary[step.value] if "→" in text]
    before, _, after = meaning.partition(" | ")[0].partition(" → ")

    assert left.value in before
    assert STEPS[left, step].value in after


@pytest.mark.parametrize(
    ("term", "codes"),
    [
        ("stage", scales.STAGES),
        ("exoneration", scales.EXONERATIONS),
        ("forum", scales.FORUMS),
        ("reply state", scales.REPLIES),
        ("severity", [f"S{level}" for level in scales.SEVERITIES]),
        ("link", [f"L{level}" for level in scales.LINKS]),
        ("tier of a matter", list(scales.Tier)),
        ("confidence", list(scales.Confidence)),
    ],
)
def test_the_glossary_has_every_code_of_the_scale(glossary, term, codes):
    assert not [code for code in codes if not re.search(rf"\b{code}\b", glossary[term][0])]
