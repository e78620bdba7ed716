"""From recorded facts to the coding that a vector carries and every number is computed from."""

from __future__ import annotations

from datetime import date

from vetting.risk.evidence import best_grade
from vetting.risk.facts import CandidacyFacts, Cluster, Coding, MatterCoding, MatterFacts, Stage
from vetting.risk.parameters import Parameters
from vetting.risk.stages import controlling, require_scope


def encode(facts: CandidacyFacts, method: Parameters) -> Coding:
    """Return the coding of a candidacy; order, repeats and empty clusters leave no trace in it (2.2, 2.5).

    Raises FactsError where two matters have one number, or an exoneration does not reach its adverse code.
    """
    return Coding(
        slug=facts.slug,
        as_of=facts.as_of,
        known=None if facts.known == facts.as_of else facts.known,
        coders=facts.coders,
        checks=facts.checks,
        reply=facts.reply,
        opposition=facts.opposition,
        support=facts.support,
        matters=tuple(
            encode_matter(matter, method, facts.as_of)
            for matter in sorted(facts.matters, key=lambda matter: matter.tag)
        ),
    )


def encode_matter(matter: MatterFacts, method: Parameters, as_of: date) -> MatterCoding:
    """Return one matter with its proceedings reduced to a stage and its clusters to their best grades (2.3)."""
    stage = matter.stage
    return MatterCoding(
        tag=matter.tag,
        severity=matter.severity,
        link=matter.link,
        stage=require_scope(stage, method) if isinstance(stage, Stage) else controlling(stage, method, as_of),
        supporting=best_grades(matter.supporting, method),
        refuting=best_grades(matter.refuting, method),
    )


def best_grades(clusters: tuple[Cluster, ...], method: Parameters) -> tuple[str, ...]:
    """Return the best grade of each cluster that has a citation, sorted (2.3)."""
    return tuple(sorted(best_grade(cluster, method.nominal) for cluster in clusters if cluster))
