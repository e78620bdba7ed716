"""Turns: how often a link was handed out in vain, what a robots.txt asks for, and which hosts want to be left alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("allegations", "0009_quotes_are_looked_for")]
    operations = [
        migrations.AddField(
            "source", "claim_count", models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)
        ),
        migrations.AddIndex(
            "source",
            models.Index(
                condition=models.Q(("claim_count__gte", 2)), fields=["next_check_at"], name="source_claimed_in_vain"
            ),
        ),
        migrations.AddField(
            "host",
            "crawl_delay_ms",
            models.PositiveIntegerField(
                db_default=0, default=0, editable=False, help_text="What its robots.txt asks for."
            ),
        ),
        migrations.AlterField(
            "host",
            "min_delay_ms",
            models.PositiveIntegerField(default=2000, help_text="0: it asks for no rest at all."),
        ),
        migrations.AddIndex(
            "host",
            models.Index(condition=models.Q(("penalty_level__gt", 0)), fields=["not_before"], name="host_closed"),
        ),
    ]
