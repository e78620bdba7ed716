"""Mutants are made of the code of functions, one break each, and not of what is written for readers."""

import importlib.util
import sys
from pathlib import Path
from types import FunctionType

import pytest

PATH = Path(__file__).resolve().parents[2] / "tools" / "mutations.py"
spec = importlib.util.spec_from_file_location("mutations", PATH)
mutations = importlib.util.module_from_spec(spec)
sys.modules["mutations"] = mutations  # dataclasses look their module up
spec.loader.exec_module(mutations)


def breaks(tmp_path, body):
    """What becomes of a function of this body, break by break."""
    file = tmp_path / "example.py"
    file.write_text(f"LIMIT = 3\n\ndef f(x: int = 5) -> int:\n    {body}\n")
    return list(mutations.mutants_of(file))


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("return x", ["return None"]),
        ("return x < 1", ["return None", "x <= 1", "x >= 1", "2", "-1"]),
        ("return x + LIMIT", ["return None", "x - LIMIT"]),
        ("return not x", ["return None", "not not x"]),
        ("return x or True", ["return None", "x and True", "False"]),
        ("return max(x, y=0)", ["return None", "max(None, y=0)", "without y=", "min", "1"]),
        ("return [y for y in x if y]", ["return None", "for y in x"]),
        ("return x[:2]", ["return None", ":", "3", "-2"]),
        ("return x if x else 'a'", ["return None", "x if not x else 'a'", "'a?'"]),
        ("raise ValueError", ["raise RuntimeError()"]),
        ('"""A word for readers."""\n    return x', ["return None"]),
        ("assert x > 0\n    return x", ["return None"]),
        ("y: int = x\n    return", []),
        ("return zip(x, strict=True)", ["return None", "zip(None, strict=True)"]),
    ],
)
def test_every_part_of_a_function_is_broken_in_its_ways(tmp_path, body, after):
    assert [mutant.after for mutant in breaks(tmp_path, body)] == after


def test_a_mutant_says_where_it_is_and_carries_the_broken_code(tmp_path):
    mutant = breaks(tmp_path, "return x + 1")[1]

    assert str(mutant) == "example.py:4 f: x + 1  →  x - 1"
    assert FunctionType(mutant.code, {})(5) == 4


def test_methods_and_properties_are_functions_too(tmp_path):
    file = tmp_path / "example.py"
    file.write_text("class A:\n    @property\n    def b(self):\n        return 1\n")

    assert {mutant.function for mutant in mutations.mutants_of(file)} == {"A.b"}
