"""Turns of hosts across workers: one request in flight, a rest after it, by Redis's clock."""

import asyncio
import uuid

import pytest
import redis
from django.conf import settings as project

from allegations.actions.links import door
from allegations.actions.links.politeness import HOLD_MS, Turns, _key
from allegations.links.failures import Deferred


@pytest.fixture
def client():
    return redis.Redis.from_url(project.REDIS_URL)


@pytest.fixture
def host():
    return f"{uuid.uuid4().hex}.example"


def enter(turns, host):
    async def visit():
        async with turns.gate(host):
            return True

    return asyncio.run(visit())


def test_a_host_that_another_batch_holds_is_put_off(client, host):
    with Turns(client, {host: 2.0}), Turns(client, {}) as other, pytest.raises(Deferred) as put_off:
        enter(other, host)
    assert 100 < put_off.value.wait_s <= HOLD_MS / 1000


def test_a_batch_that_comes_second_does_not_ask_its_own_host_either(client, host):
    with Turns(client, {host: 2.0}), Turns(client, {host: 2.0}) as second, pytest.raises(Deferred):
        enter(second, host)


def test_a_batch_may_come_back_to_a_host_that_it_holds(client, host):
    with Turns(client, {host: 2.0}) as turns:
        assert enter(turns, host)
        assert enter(turns, host)


def test_a_host_rests_after_its_batch_and_is_free_after_that(client, host):
    with Turns(client, {host: 9.0}) as turns:
        enter(turns, host)
    with Turns(client, {host: 9.0}) as next_one, pytest.raises(Deferred) as put_off:
        enter(next_one, host)
    assert 8 < put_off.value.wait_s <= 9
    client.hset(_key(host), "next", 0)
    with Turns(client, {host: 9.0}) as later:
        assert enter(later, host)


def test_a_host_that_rests_a_moment_is_waited_for(client, host, monkeypatch):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        client.hset(_key(host), "next", 0)

    with Turns(client, {host: 2.0}) as turns:
        enter(turns, host)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with Turns(client, {}) as turns:
        assert enter(turns, host)
    assert 1 < slept[0] <= 2


def test_a_host_that_asks_for_no_rest_gets_none(client, host):
    for _ in range(3):
        with Turns(client, {host: 0.0}) as turns:
            assert enter(turns, host)
    assert not client.exists(_key(host))


def test_the_hold_of_a_lost_worker_ends_by_itself(client, host):
    Turns(client, {host: 2.0}).__enter__()
    assert 0 < client.pttl(_key(host)) <= HOLD_MS


def test_a_worker_gives_back_only_what_it_holds(client, host):
    first = Turns(client, {host: 2.0}).__enter__()
    client.delete(_key(host))  # flushed
    with Turns(client, {host: 2.0}) as second:
        first.__exit__(None, None, None)
        assert client.hget(_key(host), "holder").decode() == second._token


def test_without_redis_our_own_hosts_are_asked_and_others_later(host, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    door.redis_client.cache_clear()
    nobody = door.redis_client()
    door.redis_client.cache_clear()
    with Turns(nobody, {host: 2.0}) as turns:
        assert enter(turns, host)
        with pytest.raises(Deferred):
            enter(turns, f"other-{host}")


def test_a_slow_host_rests_longer(client, host):
    turns = Turns(client, {host: 2.0})
    turns._took[host] = 3.0
    assert turns._rest(host) == 15.0
    turns._took[host] = 60.0
    assert turns._rest(host) == 30.0
