"""Processes that serve and check look for circles of objects seldom, from their start on."""

import gc
import importlib

import pytest
from celery.signals import worker_process_init

from allegations.links.collector import THRESHOLDS


@pytest.fixture
def as_python_starts():
    before = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
    yield
    gc.freeze()
    gc.set_threshold(*before)


def begin_to_serve():
    import vetting.wsgi

    importlib.reload(vetting.wsgi)


def begin_to_check():
    import vetting.celery  # noqa: F401 (it connects itself)

    worker_process_init.send(sender=None)


@pytest.mark.parametrize("begin", [begin_to_serve, begin_to_check])
def test_a_process_settles_before_its_first_work(as_python_starts, begin):
    begin()
    assert gc.get_threshold() == THRESHOLDS
    assert gc.get_freeze_count() > 0
