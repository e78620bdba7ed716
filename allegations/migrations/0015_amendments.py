"""How evidence was counted until somebody recorded otherwise: kept by triggers, with the day."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

KEEP = """
-- Writes down what a row said before. The arguments are the column that names the row, and what it said as SQL in which
-- $1 is the row.
CREATE FUNCTION keep_amendment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO allegations_amendment (' || TG_ARGV[0] || ', was, at) SELECT ($1).id, ' || TG_ARGV[1] || ', $2'
        USING OLD, now();
    RETURN NULL;
END $$;
"""
ARGUED = r"(%s.independence ~ '\S')"
CITATION = "(OLD.derived_from_id, OLD.origin_id) IS DISTINCT FROM (NEW.derived_from_id, NEW.origin_id)"
ORIGIN = (
    f"OLD.rests_on_id IS DISTINCT FROM NEW.rests_on_id OR {ARGUED % 'OLD'} IS DISTINCT FROM {ARGUED % 'NEW'}"
)
PUBLIC = "OLD.published_at IS NOT NULL AND NEW.published_at IS NOT NULL"
# table → (what it said, when it says something else)
KEPT = {
    "citation": (
        "jsonb_build_object('derived_from', ($1).derived_from_id, 'origin', ($1).origin_id)",
        f"{PUBLIC} AND {CITATION}",
    ),
    "origin": (
        f"jsonb_build_object('rests_on', ($1).rests_on_id, 'argued', {ARGUED % '($1)'})",
        ORIGIN,
    ),
    "allegation": (
        "jsonb_build_object('merged_into', ($1).merged_into_id)",
        f"{PUBLIC} AND OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id",
    ),
    "signature": (
        "jsonb_build_object('country', ($1).country, 'withdrawn', ($1).withdrawn <> '')",
        "OLD.country <> NEW.country OR (OLD.withdrawn <> '') <> (NEW.withdrawn <> '')",
    ),
}
# Of what was decided before, the decision is the first day on which anybody argued that the origin is independent.
DECIDED = """
INSERT INTO allegations_amendment (origin_id, was, at)
SELECT o.id, jsonb_build_object('rests_on', o.rests_on_id, 'argued', false), min(d.at)
FROM allegations_origindecision d JOIN allegations_origin o ON o.id = d.origin_id
WHERE d.answer = 'independent' GROUP BY o.id ORDER BY min(d.at)
"""


def kept(table: str, said: str, when: str) -> migrations.RunSQL:
    quoted = said.replace("'", "''")
    return migrations.RunSQL(
        f"CREATE TRIGGER keep_amendment AFTER UPDATE ON allegations_{table} FOR EACH ROW WHEN ({when}) "
        f"EXECUTE FUNCTION keep_amendment('{table}_id', '{quoted}')",
        f"DROP TRIGGER keep_amendment ON allegations_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("allegations", "0014_second_looks")]
    operations = [
        # Of signatories on record nobody has written down since when; they count from always.
        migrations.AddField("signature", "recorded_at", models.DateTimeField(null=True, editable=False)),
        migrations.AlterField(
            "signature",
            "recorded_at",
            models.DateTimeField(null=True, default=django.utils.timezone.now, editable=False),
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was", models.JSONField()),
                ("at", models.DateTimeField()),
                *(
                    (
                        name,
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="amendments",
                            to=f"allegations.{name}",
                        ),
                    )
                    for name in KEPT
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="amendment_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        name="amendment_of_exactly_one",
                        condition=models.Q(
                            *(
                                models.Q(*((f"{name}__isnull", name != chosen) for name in sorted(KEPT)))
                                for chosen in KEPT
                            ),
                            _connector="OR",
                        ),
                    )
                ],
            },
        ),
        migrations.RunSQL(DECIDED, migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON allegations_amendment "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            "DROP TRIGGER append_only ON allegations_amendment",
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION keep_amendment()"),
        *(kept(table, *rule) for table, rule in KEPT.items()),
    ]
