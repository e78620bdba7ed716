"""The links behind allegations: asking for a page safely, judging the answer, following a link's state over years."""

from allegations.links.addresses import PUBLIC, AddressPolicy
from allegations.links.exchange import Exchange, Failure, Hop, Limits
from allegations.links.fetcher import fetch, fetch_many
from allegations.links.freeze import Observation, Weather, weather, withhold
from allegations.links.journey import Job
from allegations.links.judgement import Judgement, Klass, Known
from allegations.links.memory import LinkPast, Rules, State, pack, unpack
from allegations.links.pages import read_page, title_of
from allegations.links.schedule import Tier, next_check
from allegations.links.states import advance, confirm, describe, established
from allegations.links.urls import UrlRefused, canonical, ephemeral, host_key
from allegations.links.verdicts import judge

__all__ = [
    "PUBLIC",
    "AddressPolicy",
    "Exchange",
    "Failure",
    "Hop",
    "Job",
    "Judgement",
    "Klass",
    "Known",
    "Limits",
    "LinkPast",
    "Observation",
    "Rules",
    "State",
    "Tier",
    "UrlRefused",
    "Weather",
    "advance",
    "canonical",
    "confirm",
    "describe",
    "ephemeral",
    "established",
    "fetch",
    "fetch_many",
    "host_key",
    "judge",
    "next_check",
    "pack",
    "read_page",
    "title_of",
    "unpack",
    "weather",
    "withhold",
]
