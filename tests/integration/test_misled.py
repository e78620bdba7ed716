"""A name server that sends many hosts to private places at once misleads us: no link pays for that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from allegations.actions.links.sweeping import drain
from allegations.links.exchange import Failure
from allegations.models import LinkCheck, Source
from tests import factories
from tests.fakes import Web, failed

pytestmark = pytest.mark.django_db


def to_a_private_place(url):
    return failed(url, Failure.REFUSED_SSRF)


@pytest.fixture
def sources():
    """Links of thirty hosts that answered yesterday."""
    rows = [factories.source(url=f"https://h{n}.example/a", state="alive") for n in range(30)]
    Source.objects.update(last_alive_at=timezone.now() - timedelta(days=1))
    return rows


def test_many_hosts_at_once_are_withheld_and_asked_again_soon(sources):
    drain(fetch=Web(default=to_a_private_place))

    assert set(Source.objects.values_list("state", flat=True)) == {"alive"}
    assert set(LinkCheck.objects.values_list("verdict", "klass")) == {("REFUSED_SSRF", "own_fault")}
    assert Source.objects.latest("next_check_at").next_check_at < timezone.now() + timedelta(hours=1)


def test_one_host_is_refused_at_once(sources):
    drain(fetch=Web({sources[0].canonical_url: to_a_private_place}))

    assert Source.objects.filter(state="refused").get() == sources[0]
    assert LinkCheck.objects.get(verdict="REFUSED_SSRF").klass == "refused"


def test_hosts_that_never_answered_are_refused_at_once():
    for n in range(30):
        factories.source(url=f"https://h{n}.example/a")
    drain(fetch=Web(default=to_a_private_place))

    assert set(Source.objects.values_list("state", flat=True)) == {"refused"}
