"""Rules that the database keeps: rows that never change, and the revision of a candidacy's evidence."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Counts up the evidence revision of the candidacies that a row bears on. The argument is a condition on
-- candidates_candidacy in which $1 is the row. Locked in one order, so that two writers wait and do not deadlock.
CREATE FUNCTION evidence_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bump text := 'UPDATE candidates_candidacy SET evidence_revision = evidence_revision + 1 WHERE id IN '
        '(SELECT id FROM candidates_candidacy WHERE ' || TG_ARGV[0] || ' ORDER BY id FOR NO KEY UPDATE)';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        EXECUTE bump USING OLD;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE bump USING NEW;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER evidence_changed AFTER UPDATE ON candidates_candidate
    FOR EACH ROW WHEN (OLD.published_at IS DISTINCT FROM NEW.published_at
                       OR OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id)
    EXECUTE FUNCTION evidence_changed('candidate_id = ($1).id');
CREATE TRIGGER evidence_changed AFTER INSERT OR UPDATE OR DELETE ON candidates_researchcheck
    FOR EACH ROW EXECUTE FUNCTION evidence_changed('id = ($1).candidacy_id');
"""


class Migration(migrations.Migration):
    dependencies = [("candidates", "0001_initial")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP TRIGGER evidence_changed ON candidates_researchcheck;"
            "DROP TRIGGER evidence_changed ON candidates_candidate;"
            "DROP FUNCTION evidence_changed(); DROP FUNCTION refuse_change();",
        )
    ]
