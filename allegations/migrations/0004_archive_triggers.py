"""Rules that the database keeps of links and their archive: what never changes, and when a host is due."""

from django.db import migrations

APPEND_ONLY = ("linkevent", "contentchange", "daymanifest", "daytimestamp")
# table → the columns that may change; all others are what the row stands for
FILLED_IN = {
    "capture": ("quality", "quality_reasons", "read_at", "read_due_at", "read_tries"),
    "storedfile": ("verified_at", "fault", "fault_at"),
}

KEPT = """
-- Refuses to delete a row, or to change any of its columns but those that are named as arguments.
CREATE FUNCTION refuse_other_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - TG_ARGV) IS DISTINCT FROM (to_jsonb(NEW) - TG_ARGV) THEN
        RAISE EXCEPTION 'rows of % are kept as they were written', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
DUE = """
-- A host is due when its earliest link is, and not before its rest is over.
CREATE FUNCTION host_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE allegations_host SET due_at = GREATEST(NEW.next_check_at, not_before)
    WHERE id = NEW.host_id AND due_at > GREATEST(NEW.next_check_at, not_before);
    RETURN NULL;
END $$;

CREATE TRIGGER host_is_due AFTER INSERT OR UPDATE OF next_check_at, state, host_id ON allegations_source
    FOR EACH ROW WHEN (NEW.state <> 'retired') EXECUTE FUNCTION host_is_due();
"""


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON allegations_{table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER append_only ON allegations_{table}",
    )


def filled_in(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    arguments = ", ".join(f"'{column}'" for column in columns)
    return migrations.RunSQL(
        f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON allegations_{table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_other_change({arguments})",
        f"DROP TRIGGER kept ON allegations_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("allegations", "0003_archive")]
    operations = [
        *(append_only(table) for table in APPEND_ONLY),
        migrations.RunSQL(KEPT, "DROP FUNCTION refuse_other_change()"),
        *(filled_in(table, columns) for table, columns in FILLED_IN.items()),
        migrations.RunSQL(DUE, "DROP TRIGGER host_is_due ON allegations_source; DROP FUNCTION host_is_due();"),
    ]
