"""The date of a source bears on a profile too: what it is cited for had been said by then."""

from django.db import migrations

OF_SOURCE = (
    "candidate_id IN (SELECT a.candidate_id FROM allegations_citation c "
    "JOIN allegations_allegation a ON a.id = c.allegation_id WHERE c.source_id = ($1).id)"
)
LOST = "(%s.state IN ('gone', 'usurped') AND NOT %s.archived)"
BEFORE = (
    "OLD.reliability IS DISTINCT FROM NEW.reliability OR "
    f"{LOST % ('OLD', 'OLD')} IS DISTINCT FROM {LOST % ('NEW', 'NEW')}"
)
DATED = "(OLD.dated_earliest, OLD.dated_latest) IS DISTINCT FROM (NEW.dated_earliest, NEW.dated_latest)"


def evidence(when: str) -> str:
    return (
        "DROP TRIGGER evidence_changed ON allegations_source; "
        "CREATE TRIGGER evidence_changed AFTER UPDATE ON allegations_source "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION evidence_changed('{OF_SOURCE}')"
    )


class Migration(migrations.Migration):
    dependencies = [("allegations", "0006_origin_suggestions")]
    operations = [migrations.RunSQL(evidence(f"{BEFORE} OR {DATED}"), evidence(BEFORE))]
