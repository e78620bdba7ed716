"""What is deployed agrees with what is tested: versions, requirements, settings, containers."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from vetting import settings
from vetting.embedded import postgres, redis
from vetting.embedded.postgres import wheel_tree

PROJECT = Path(__file__).resolve().parents[1]
PACKAGES = ("vetting", "allegations", "candidates")
OUR_PYTHONS = ("3.11", "3.12")


def text(name: str) -> str:
    return (PROJECT / name).read_text()


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads(text("pyproject.toml"))


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load(text("docker-compose.yml"))


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return text("Dockerfile")


# Versions


def test_every_file_means_the_same_pythons(project, dockerfile):
    allowed = SpecifierSet(project["project"]["requires-python"])

    assert [minor for minor in ("3.10", *OUR_PYTHONS, "3.13") if minor in allowed] == list(OUR_PYTHONS)
    assert re.search(r"^FROM python:(3\.\d+)-slim-\w+$", dockerfile, re.MULTILINE)[1] in OUR_PYTHONS
    assert "(3, 11) <= sys.version_info[:2] < (3, 13)" in text("tools/environment.sh")
    assert project["tool"]["mypy"]["python_version"] == OUR_PYTHONS[0]
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert f"--python-version {OUR_PYTHONS[0]}" in text("Makefile")


def test_containers_run_the_postgresql_that_tests_run(compose):
    server = compose["services"]["postgres"]

    assert server["image"] == f"postgres:{wheel_tree().name.removeprefix('pginstall')}"
    assert set(server["environment"]["POSTGRES_INITDB_ARGS"].split()) <= strings_of(postgres.__file__)


def test_containers_run_redis_as_tests_do(compose):
    command = compose["services"]["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))

    for name in ("maxmemory-policy", "appendonly", "appendfsync", "save"):
        assert options[f"--{name}"] == redis.SETTINGS[name]


def strings_of(path: str | Path) -> set[str]:
    return {node.value for node in ast.walk(ast.parse(Path(path).read_text())) if is_string(node)}


def is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# Requirements


@pytest.mark.parametrize(("name", "extras"), [("base", ()), ("demo", ("demo",)), ("dev", ("demo", "dev"))])
def test_requirements_pin_every_dependency_with_its_hashes(project, name, extras):
    wanted = project["project"]["dependencies"] + [
        line for extra in extras for line in project["project"]["optional-dependencies"][extra]
    ]

    assert_pinned(wanted, pinned(name))


def test_requirements_of_the_plain_python_pin_every_dependency_with_its_hashes(project):
    assert_pinned(project["dependency-groups"]["pure"], pinned("pure"))


def assert_pinned(wanted: list[str], locked: dict[str, str]) -> None:
    for requirement in map(Requirement, wanted):
        assert locked.get(canonicalize_name(requirement.name)) in requirement.specifier, requirement


def pinned(name: str) -> dict[str, str]:
    """Read a requirements file: distribution → version; fail where one has no hash or another address."""
    found = {}
    for entry in text(f"requirements/{name}.txt").replace("\\\n", " ").splitlines():
        pin = re.fullmatch(r"([\w.-]+)==([\w.]+)( ; [^#]+?)?((?: +--hash=sha256:[0-9a-f]{64})+)", entry.rstrip())
        assert pin, f"{name}.txt: {entry[:80]}"
        found[canonicalize_name(pin[1])] = pin[2]
    return found


def test_what_is_tested_is_what_is_deployed():
    tried = pinned("dev")

    assert {name: tried.get(name) for name in pinned("base")} == pinned("base")


# Settings


def test_the_example_shows_every_setting_and_no_other(compose):
    read = {name for package in PACKAGES for path in (PROJECT / package).rglob("*.py") for name in settings_read(path)}
    asked = set(re.findall(r"\$\{(\w+)", text("docker-compose.yml")))

    assert set(example()) == read | asked


def test_the_example_tells_the_defaults():
    defaults = settings_read(PROJECT / "vetting" / "settings.py")

    for name, (value, is_optional) in example().items():
        if is_optional and defaults.get(name) is not None:
            assert value == defaults[name], name


def test_the_example_says_of_every_setting_what_it_is_for():
    lines = text(".env.example").splitlines()
    for number, line in enumerate(lines):
        if setting(line):
            assert lines[number - 1].startswith("# ") or setting(lines[number - 1]), line


def test_the_example_holds_no_secret():
    assert [value for name, (value, _) in example().items() if name.endswith(("PASSWORD", "KEY", "URL"))] == [""] * 7


def example() -> dict[str, tuple[str, bool]]:
    """Read .env.example: name → its value, and whether it is commented out."""
    found = filter(None, map(setting, text(".env.example").splitlines()))
    return {match["name"]: (match["value"], bool(match["hash"])) for match in found}


def setting(line: str) -> re.Match[str] | None:
    return re.fullmatch(r"(?P<hash># )?(?P<name>[A-Z_]+)=(?P<value>\S*)", line)


def settings_read(path: Path) -> dict[str, str | None]:
    """The settings that a module reads from the environment → the default, where it is written out."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {call.args[0].value: default(call) for call in calls if reads_environment(call)}


def reads_environment(call: ast.Call) -> bool:
    asked = call.func
    return (
        isinstance(asked, ast.Attribute)
        and isinstance(asked.value, ast.Name)
        and asked.value.id == "env"
        and asked.attr in {"text", "flag", "number", "listing", "pairs", "database"}
    )


def default(call: ast.Call) -> str | None:
    given = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    if not given:
        return {"flag": "0", "listing": "", "pairs": ""}.get(call.func.attr)
    if not isinstance(given[0], ast.Constant):
        return None
    return str(int(given[0].value)) if isinstance(given[0].value, bool) else str(given[0].value)


# Containers


def test_web_server_of_the_image_is_that_of_the_demo(dockerfile):
    command = ast.literal_eval(re.search(r"^CMD (\[.+\])$", dockerfile, re.MULTILINE)[1])
    of_the_machine = ("granian", "--host", "--port")

    assert {part for part in command if not part.startswith(of_the_machine)} <= strings_of(
        PROJECT / "vetting/demo/processes.py"
    )


def test_workers_take_from_every_queue(compose):
    queues = {"celery", *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())}
    taken = r"--queues=([\w,]+)"

    for said in (text("vetting/demo/processes.py"), " ".join(compose["services"]["worker"]["command"])):
        assert set(re.search(taken, said)[1].split(",")) == queues


def test_workers_may_end_what_they_do(compose):
    patience = compose["services"]["worker"]["stop_grace_period"]

    assert int(patience.removesuffix("s")) > settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT


def test_only_the_web_server_is_reached_from_outside_and_only_through_this_machine(compose):
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "migrate", "beat"):
        assert compose["services"][name]["networks"] == ["inside"]


def test_containers_are_told_no_secret_by_the_repository(compose):
    secrets = [
        value
        for service in compose["services"].values()
        for name, value in service["environment"].items()
        if re.search("PASSWORD|AUTH|KEY|URL", name)
    ]

    assert len(secrets) == 10
    assert all("${POSTGRES_PASSWORD:?" in secret or "${REDIS_PASSWORD:?" in secret for secret in secrets)


def test_our_containers_can_do_little(compose, dockerfile):
    ours = [service for service in compose["services"].values() if service["image"] == "election-vetting"]

    assert len(ours) == 4
    for service in ours:
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert dockerfile.index("\nUSER vetting\n") < dockerfile.index("\nCMD ")


def test_containers_wait_until_what_they_need_is_ready(compose):
    for name in ("web", "worker", "beat"):
        waits = compose["services"][name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
        for server in ("postgres", "redis"):
            assert waits[server] == {"condition": "service_healthy"}
            assert compose["services"][server]["healthcheck"]["test"]


def test_the_image_takes_only_what_it_needs():
    first, *others = [line for line in text(".dockerignore").splitlines() if line and not line.startswith("#")]
    taken = {line.removeprefix("!") for line in others if line.startswith("!")}
    needed = {*PACKAGES, "manage.py", "requirements/base.txt"} | {
        str(Path(folder).relative_to(PROJECT))
        for folder in (*settings.STATICFILES_DIRS, *settings.LOCALE_PATHS, *settings.TEMPLATES[0]["DIRS"])
    }

    assert first == "*"
    assert needed <= taken <= needed | {"cases", "LICENSE"}
