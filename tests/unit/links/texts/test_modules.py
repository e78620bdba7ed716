"""The examples in the docstrings of the modules."""

import doctest
import importlib
import pkgutil

import pytest

from allegations.links import texts

MODULES = [f"allegations.links.texts.{found.name}" for found in pkgutil.iter_modules(texts.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
