"""A version is its published files, pinned by hash, and the weights stand nowhere else."""

import ast
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

import vetting.risk
from vetting.risk import cirp_1_0, versions
from vetting.risk.parameters import Range, read
from vetting.risk.versions import CURRENT, VERSIONS, VersionError, as_json, differences, parameters

from .second import second_version

PACKAGE = Path(vetting.risk.__file__).parent
CASES = Path(__file__).with_name("golden.json")


def digest(path):
    return sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("version", VERSIONS)
def test_45_the_files_of_a_version_are_the_published_ones(version):
    published = VERSIONS[version]

    assert digest(PACKAGE / f"params-v{version}.json") == published.parameters_sha256
    assert digest(PACKAGE / published.module) == published.module_sha256
    assert digest(CASES) == published.cases_sha256


def test_the_version_in_force_is_the_last_that_had_come(monkeypatch):
    later = {f"1.{n}": replace(VERSIONS["1.0"], since=date(2017 + n, 1, 1)) for n in (10, 9)}
    monkeypatch.setattr(versions, "VERSIONS", {**VERSIONS, **later})

    days = [date(2021, 11, 23), date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1)]
    assert [versions.version_on(day) for day in days] == ["1.0", "1.0", "1.9", "1.10"]


def test_a_changed_parameter_file_is_refused(tmp_path):
    published = (PACKAGE / "params-v1.0.json").read_text()
    (tmp_path / "params-v1.0.json").write_text(published.replace("0.45", "0.46", 1))

    with pytest.raises(VersionError, match=r"^The parameter file of version 1\.0 is not the one that was published\.$"):
        parameters(CURRENT, tmp_path)


def test_an_unknown_version_is_refused(monkeypatch):
    monkeypatch.setattr(versions, "VERSIONS", {**VERSIONS, "1.1": VERSIONS["1.0"]})

    with pytest.raises(VersionError, match=r"^The method has no version 2\.0; known are 1\.0, 1\.1\.$"):
        parameters("2.0")


def test_a_version_as_json_holds_its_parameter_file_and_its_thresholds():
    published = json.loads((PACKAGE / "params-v1.0.json").read_text())
    found = json.loads(json.dumps(as_json()))

    assert found.pop("RULES")["confidence"][0] == {
        "level": "High",
        "refuted_below": 0.15,
        "forums": "R",
        "undisputed": True,
        "origins": 3,
        "strongest": 0.72,
    }
    assert found == published


def test_the_thresholds_of_version_1_0():
    rules = parameters("1.0").rules

    assert rules is cirp_1_0.RULES
    assert (rules.interval, rules.surely_above, rules.likely_band) == ((0.05, 0.95), 0.95, 0.20)
    assert (rules.decisive_share, rules.half_signatories, rules.half_countries) == (0.80, 25, 10)
    assert (rules.most_reasons, rules.what_if_grade, rules.lowest_confidence) == (4, "B2", "Very low")


def test_what_a_parameter_file_says_is_what_is_read():
    method = parameters()

    assert (method.version, method.draws) == ("1.0", 1000)
    assert str(method.enough_coverage) == "2/3"
    assert (method.admissible_from, method.unresolved_cap, method.finding_cap) == (0.45, 0.75, 0.80)
    assert method.grade_error == {1: 0.1, 2: 0.05}
    assert method.link_error == {1: 0.04, 2: 0.02}
    assert method.groups == ("r", "c", "l", "k", "w", "f", "g", "rho", "F", "6")
    assert method.bands[0] == (0, "Limited")
    assert method.scope["X1"] == {"K0", "K1", "N0"}


def test_every_parameter_is_picked_with_its_group_and_direction():
    picked = {}

    def pick(group, span, raises):
        picked.setdefault((group, raises), set()).add(span)
        return span.nominal

    weights = parameters().weights(pick)

    assert {group for group, raises in picked if not raises} == {"f", "rho"}
    assert {group for group, _ in picked} == set(parameters().groups)
    assert picked["F", True] == {Range(0.05, 0.2, 0.6)}
    assert picked["6", True] == {Range(0.05, 0.2, 0.55)}
    assert Range(0.8, 0.9, 1.0) in picked["l", True]
    assert len(picked["r", True]) == len(picked["c", True]) == 5
    assert (weights.link[2], weights.severity[3], weights.kept["X2"], weights.link_established) == (0.1, 0.4, 0.35, 0.9)
    assert (weights.forum_adverse["U"], weights.forum_exonerating["U"]) == (0.6, 1.0)


def test_weights_are_equal_to_themselves_only():
    text = (PACKAGE / "params-v1.0.json").read_text()

    assert read(text, cirp_1_0.RULES).nominal != read(text, cirp_1_0.RULES).nominal


def test_two_versions_differ_in_the_numbers_that_only_one_has_or_that_are_others(tmp_path):
    with second_version(tmp_path, ONE_MORE={"high": [1, 2]}) as version:
        assert differences(CURRENT, CURRENT) == []
        assert differences(CURRENT, version) == [
            ("STAGE.K0.0", 0.35, 0.45),
            ("STAGE.K0.1", 0.45, 0.55),
            ("STAGE.K0.2", 0.55, 0.6),
            ("version", "1.0", "1.1"),
            ("ONE_MORE.high.0", None, 1),
            ("ONE_MORE.high.1", None, 2),
        ]
        back = {(name, new, old) for name, old, new in differences(version, CURRENT)}
        assert back == {*differences(CURRENT, version)}


PLAIN = {0.0, 1.0, 2.0}
MAY = {
    "cirp_1_0.py": "the thresholds of the version",
    "attribution.py": "where Newton's method starts and ends",
    "words.py": "to how many digits a factor is printed",
    "confidence.py": "against rounding error",
}


def test_no_other_module_holds_a_weight():
    found = {
        module.name
        for module in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value not in PLAIN
    }

    assert found <= MAY.keys()


def test_the_engine_imports_nothing_but_itself_the_standard_library_and_numpy():
    for module in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                own = name == "vetting.risk" or name.startswith("vetting.risk.")
                assert own or name.partition(".")[0] in {*sys.stdlib_module_names, "numpy"}, f"{module.name}: {name}"


def test_the_engine_loads_no_django():
    code = (
        "import sys, vetting.risk.engine, vetting.risk.compare, vetting.risk.report\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in {'django', 'rest_framework'}]"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parents[1])


def test_the_point_score_and_the_what_ifs_need_no_numpy():
    code = "import sys, vetting.risk.scoring, vetting.risk.whatif\nassert 'numpy' not in sys.modules"

    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parents[1])
