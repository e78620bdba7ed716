"""A version is its published parameter file, and the weights stand nowhere else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import vetting.risk
from vetting.risk.versions import CURRENT, VersionError, parameters

PACKAGE = Path(vetting.risk.__file__).parent


def test_a_changed_parameter_file_is_refused(tmp_path):
    published = (PACKAGE / "params-v1.0.json").read_text()
    (tmp_path / "params-v1.0.json").write_text(published.replace("0.45", "0.46", 1))

    with pytest.raises(VersionError, match="not the one that was published"):
        parameters(CURRENT, tmp_path)


def test_an_unknown_version_is_refused():
    with pytest.raises(VersionError, match=r"no version 2\.0; known are 1\.0"):
        parameters("2.0")


def test_the_engine_imports_no_django():
    code = (
        "import sys, vetting.risk.engine, vetting.risk.compare\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in {'django', 'rest_framework'}]"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parents[1])


def test_the_point_score_needs_no_numpy():
    code = "import sys, vetting.risk.scoring\nassert 'numpy' not in sys.modules"

    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parents[1])


@pytest.mark.parametrize("forbidden", ["nationality", "religion", "ethnicity", "gender", "sex", "age", "party"])
def test_43_no_module_reads_who_a_person_is(forbidden):
    names = {
        getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None)
        for module in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
    }

    assert forbidden not in names
