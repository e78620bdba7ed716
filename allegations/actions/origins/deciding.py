"""A person's decision on two citations: they have one origin, they are independent, or the question is put off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from allegations.actions.evidence import evidence_change
from allegations.actions.origins.telling import sight, target_of, texts_of
from allegations.models import Citation, Origin, OriginDecision
from allegations.origins import basis, suggestions
from allegations.provenance import OriginNode, root_origin
from allegations.queries import counts_in_public, origins_of, rests_on_work_of
from allegations.roles import roles_of
from allegations.workflow import EDITORS, REVIEWERS, State, StepRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Answer = OriginDecision.Answer
LONGEST_REASON = 1_000
MOVED_ON = "It has changed since you opened the page; look at it again."
NEEDS = {
    Answer.SAME: "Say in a sentence why they have one origin; it is kept with the decision.",
    Answer.INDEPENDENT: "Argue in one sentence why it is independent; the sentence is public with the origin.",
    Answer.DISMISSED: "Say in a sentence why nothing is decided now; it is kept with the decision.",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision changes: the record, its new values, and that in words. Without a record nothing changes."""

    effect: str
    record: Citation | Origin | None = None
    values: Mapping[str, Any] | None = None
    origin: Origin | None = None


def decide(
    answer: str,
    *,
    first: Citation,
    second: Citation,
    by: User,
    reason: str,
    seen: str,
    chosen: int | None = None,
    label: str = "",
) -> OriginDecision:
    """Decide on two citations of one statement and write down who did so and why; the same once more is one decision.

    `chosen` is the id of the one that copies the other, or that is argued to be independent; `label` names the origin
    of the latter where it has none of its own. `seen` is the digest of what the person looked at. Raises StepRefused.
    """
    with evidence_change():
        pair = _locked(first, second)
        asked = _Asked(answer, *pair, chosen, _line(reason), _line(label), by)
        texts, origins = texts_of(pair), origins_of(_chains(pair))
        rests_on = basis(*texts.values())
        last = OriginDecision.objects.filter(first=pair[0], second=pair[1]).first()
        if last and asked.is_repeated(last, rests_on):
            return last
        asked.check()
        if seen != sight(*pair, texts, origins):
            raise StepRefused(MOVED_ON)
        change = asked.change(origins)
        _may_change(change, by)
        origin = _make(change)
        return OriginDecision.objects.create(
            first=pair[0],
            second=pair[1],
            answer=asked.answer,
            chosen=asked.one,
            origin=origin,
            reason=asked.reason,
            effect=change.effect,
            kinds=sorted({found.kind.value for found in suggestions(texts.values())}),
            basis=rests_on,
            by=by,
        )


def _line(text: str) -> str:
    """What was typed, in one line and without what no column takes."""
    return " ".join(text.replace("\x00", " ").split())


class _Asked:
    """One decision as it was asked for."""

    def __init__(
        self, answer: str, first: Citation, second: Citation, chosen: int | None, reason: str, label: str, by: User
    ) -> None:
        if answer not in Answer.values:
            raise StepRefused("Choose one of the answers on the page.")
        self.answer = Answer(answer)
        self.pair = (first, second)
        self.reason, self.label, self.by = reason, label, by
        self.one: Citation | None = None
        if self.answer is not Answer.DISMISSED:
            self.one = next((row for row in self.pair if row.pk == chosen), None)

    @property
    def other(self) -> Citation:
        return self.pair[1] if self.one == self.pair[0] else self.pair[0]

    def is_repeated(self, last: OriginDecision, rests_on: str) -> bool:
        chosen = self.one.pk if self.one else None
        now = (self.answer, chosen, self.reason, rests_on, self.by.pk)
        return (last.answer, last.chosen_id, last.reason, last.basis, last.by_id) == now

    def check(self) -> None:
        """Refuse what nobody may decide, or not this person, or not without a reason."""
        if not REVIEWERS & roles_of(self.by):
            raise StepRefused("To decide on origins takes the role Reviewer, Editor or Administrator.")
        statement = _above(self.pair[0])
        if getattr(statement, "state", "") in (State.SUPERSEDED, State.RETRACTED):
            raise StepRefused("It counts no more, so that nothing about its origins is decided any more.")
        if self.answer is not Answer.DISMISSED and self.one is None:
            raise StepRefused("Choose which of the two it is.")
        if not self.reason:
            raise StepRefused(NEEDS[self.answer])
        if len(self.reason) > LONGEST_REASON:
            raise StepRefused(f"Say it in at most {LONGEST_REASON:,} characters.")

    def change(self, origins: Mapping[Any, OriginNode]) -> Change:
        """What follows from the decision. Raises StepRefused."""
        if self.one is None:
            return Change("")
        if self.answer is Answer.SAME:
            return _joined(self.one, self.other)
        return _parted(self.one, self.other, origins, self.reason, self.label)


def _locked(first: Citation, second: Citation) -> tuple[Citation, Citation]:
    """Both citations as they are now, the earlier first, held with the record that they belong to."""
    above = _above(first)
    type(above)._default_manager.select_for_update().get(pk=above.pk)
    rows = Citation.objects.filter(pk__in=(first.pk, second.pk)).select_for_update(of=("self",)).order_by("pk")
    pair = list(rows.select_related("source__publisher", "origin"))
    if len(pair) != 2:
        raise StepRefused("Choose two citations.")
    if target_of(pair[0]) != target_of(pair[1]) or pair[0].stance != pair[1].stance:
        raise StepRefused("Only citations of one statement and one stance are counted together.")
    return pair[0], pair[1]


def _above(citation: Citation) -> Model:
    """The record whose page a citation is on: an allegation also for its proceedings."""
    statement = citation.statement
    above = getattr(statement, "allegation", None)
    return above if isinstance(above, Model) else statement


def _chain(citation: Citation) -> list[Citation]:
    """A citation and those that it copies, on to the one that copies none; a circle ends where it closes."""
    found = [citation]
    while (copied := found[-1].derived_from) is not None and copied not in found:
        found.append(copied)
    return found


def _chains(pair: tuple[Citation, Citation]) -> list[Citation]:
    return [row for citation in pair for row in _chain(citation)]


# One origin


def _joined(copy: Citation, original: Citation) -> Change:
    """Let a citation count with the one that it has its text from, in whatever way the record allows."""
    root, other_root = _chain(copy)[-1], _chain(original)[-1]
    if root == other_root:
        return Change("Nothing changes: on record both go back to one citation.")
    if copy.derived_from_id is None:
        if copy.is_published and not original.is_published:
            raise StepRefused(f"“{copy.source}” is public and “{original.source}” is not yet; approve that one first.")
        effect = f"“{copy.source}” is on record as a copy of “{original.source}”."
        return Change(effect, copy, {"derived_from": original, "origin": None})
    if root.origin_id == other_root.origin_id:
        return Change("Nothing changes: on record both go back to one origin.")
    moved, kept = (root, other_root.origin) if other_root.origin else (other_root, root.origin)
    return Change(f"“{moved.source}” goes back to the origin “{kept}” too.", moved, {"origin": kept})


# Independent


def _parted(apart: Citation, other: Citation, origins: Mapping[Any, OriginNode], sentence: str, label: str) -> Change:
    """Let a citation count by itself: its origin, or a new one, is argued to be independent."""
    if apart in _chain(other)[1:]:
        raise StepRefused(f"On record “{other.source}” copies the other; choose it as the one that stands apart.")
    copied = apart.derived_from
    if copied is not None and other not in _chain(apart):
        raise StepRefused(f"On record “{apart.source}” copies “{copied.source}”; decide on those two first.")
    root, other_root = (root_origin(row.origin_id, origins) for row in (apart, _chain(other)[-1]))
    if copied is not None or root is None or root == other_root:
        return _of_its_own(apart, sentence, label)
    if root.independence.strip():
        return Change("Nothing changes: on record its origin is argued to be independent.")
    origin = Origin.objects.select_for_update().get(pk=str(root.key))
    return Change(f"The origin “{origin}” is argued to be independent.", origin, {"independence": sentence}, origin)


def _of_its_own(apart: Citation, sentence: str, label: str) -> Change:
    if not label:
        raise StepRefused("Say where it comes from, for example “the court's own statement”; that is its origin.")
    if len(label) > LABEL:
        raise StepRefused(f"Name the origin in at most {LABEL} characters.")
    origin = Origin(label=label, independence=sentence)
    effect = f"“{apart.source}” has an origin of its own, “{label}”, argued to be independent."
    return Change(effect, apart, {"derived_from": None, "origin": origin}, origin)


LABEL = Origin._meta.get_field("label").max_length or 200


# Rights


def _may_change(change: Change, by: User) -> None:
    """Refuse a change of what the public rests on to all but editors, and to those who wrote what rests on it."""
    record = change.record
    if record is None:
        return
    public = record.is_published if isinstance(record, Citation) else counts_in_public(record)
    if not public:
        return
    if not EDITORS & roles_of(by):
        raise StepRefused("What is published is grouped anew by an editor.")
    own = record.written_by_id == by.pk if isinstance(record, Citation) else rests_on_work_of(record, by)
    if own:
        raise StepRefused("Someone other than its author must group anew what is published.")


def _make(change: Change) -> Origin | None:
    """Write the change down; return the origin whose independence it argues."""
    if change.record is None or change.values is None:
        return None
    if change.origin is not None and change.origin._state.adding:
        change.origin.save()
    for name, value in change.values.items():
        setattr(change.record, name, value)
    change.record.save(update_fields=list(change.values))
    return change.origin
