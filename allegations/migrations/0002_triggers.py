"""Rules that the database keeps: append-only rows, evidence revisions, no public allegation without a citation."""

from django.db import migrations

APPEND_ONLY = ("linkcheck", "grading", "reviewevent")

OF_ALLEGATION = (
    "candidate_id = (SELECT candidate_id FROM allegations_allegation WHERE id = ($1).allegation_id)"
)
OF_STEP = (
    "candidate_id = (SELECT a.candidate_id FROM allegations_proceeding p "
    "JOIN allegations_allegation a ON a.id = p.allegation_id WHERE p.id = ($1).proceeding_id)"
)
OF_SOURCE = (
    "candidate_id IN (SELECT a.candidate_id FROM allegations_citation c "
    "JOIN allegations_allegation a ON a.id = c.allegation_id WHERE c.source_id = ($1).id)"
)
OF_ORIGIN = (
    "candidate_id IN (WITH RECURSIVE above AS (SELECT ($1).id AS id UNION "
    "SELECT o.id FROM allegations_origin o JOIN above ON o.rests_on_id = above.id) "
    "SELECT a.candidate_id FROM above JOIN allegations_citation c ON c.origin_id = above.id "
    "JOIN allegations_allegation a ON a.id = c.allegation_id)"
)
OF_LETTER = (
    "id IN (SELECT candidacy_id FROM allegations_coalitionletter_candidacies "
    "WHERE coalitionletter_id = ($1).id)"
)
OF_SIGNATURE = OF_LETTER.replace("($1).id", "($1).letter_id")
OF_REPLY = f"id = ($1).candidacy_id OR {OF_ALLEGATION}"
LOST = "(%s.state IN ('gone', 'usurped') AND NOT %s.archived)"
SOURCE_WHEN = (
    "WHEN (OLD.reliability IS DISTINCT FROM NEW.reliability OR "
    f"{LOST % ('OLD', 'OLD')} IS DISTINCT FROM {LOST % ('NEW', 'NEW')})"
)
# table → (events, condition on the candidacies, when)
EVIDENCE = {
    "allegation": ("INSERT OR UPDATE OR DELETE", "candidate_id = ($1).candidate_id", ""),
    "proceeding": ("INSERT OR UPDATE OR DELETE", OF_ALLEGATION, ""),
    "proceedingstep": ("INSERT OR UPDATE OR DELETE", OF_STEP, ""),
    "citation": ("INSERT OR UPDATE OR DELETE", OF_ALLEGATION, ""),
    "source": ("UPDATE", OF_SOURCE, SOURCE_WHEN),
    "origin": ("UPDATE", OF_ORIGIN, ""),
    "reply": ("INSERT OR UPDATE OR DELETE", OF_REPLY, ""),
    "coalitionletter": ("UPDATE", OF_LETTER, ""),
    "coalitionletter_candidacies": ("INSERT OR UPDATE OR DELETE", "id = ($1).candidacy_id", ""),
    "signature": ("INSERT OR UPDATE OR DELETE", OF_SIGNATURE, ""),
}

CITED = """
CREATE FUNCTION public_allegation_is_cited() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted uuid := CASE WHEN TG_TABLE_NAME = 'allegations_allegation' THEN (to_jsonb(NEW) ->> 'id')::uuid
                        ELSE (to_jsonb(OLD) ->> 'allegation_id')::uuid END;
BEGIN
    IF EXISTS (SELECT 1 FROM allegations_allegation WHERE id = wanted AND published_at IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM allegations_citation
                       WHERE allegation_id = wanted AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a public allegation needs at least one published citation'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_allegation_is_cited';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER public_allegation_is_cited AFTER INSERT OR UPDATE ON allegations_allegation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public_allegation_is_cited();
CREATE CONSTRAINT TRIGGER public_allegation_is_cited AFTER UPDATE OR DELETE ON allegations_citation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public_allegation_is_cited();
"""
UNCITED = """
DROP TRIGGER public_allegation_is_cited ON allegations_citation;
DROP TRIGGER public_allegation_is_cited ON allegations_allegation;
DROP FUNCTION public_allegation_is_cited();
"""


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON allegations_{table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER append_only ON allegations_{table}",
    )


def evidence(table: str, events: str, condition: str, when: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER evidence_changed AFTER {events} ON allegations_{table} "
        f"FOR EACH ROW {when} EXECUTE FUNCTION evidence_changed('{condition}')",
        f"DROP TRIGGER evidence_changed ON allegations_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("allegations", "0001_initial"), ("candidates", "0002_triggers")]
    operations = [
        *(append_only(table) for table in APPEND_ONLY),
        *(evidence(table, *rule) for table, rule in EVIDENCE.items()),
        migrations.RunSQL(CITED, UNCITED),
    ]
