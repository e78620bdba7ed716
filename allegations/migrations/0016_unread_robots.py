"""Since when a robots.txt cannot be read; what was kept of answers that were no file says nothing of a site's rules."""

from django.db import migrations, models

UNREAD = "status >= 500 OR status = 429"


class Migration(migrations.Migration):
    dependencies = [("allegations", "0015_amendments")]
    operations = [
        migrations.AddField("robotsfile", "unread_since", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.RunSQL(
            [
                "UPDATE allegations_robotsfile SET text = '' WHERE NOT status BETWEEN 200 AND 299 AND text <> ''",
                f"UPDATE allegations_robotsfile SET unread_since = fetched_at WHERE {UNREAD}",  # noqa: S608 (our own words)
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "robotsfile",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status__lt", 500), ("unread_since__isnull", True), models.Q(("status", 429), _negated=True)
                    ),
                    models.Q(
                        ("unread_since__isnull", False),
                        ("unread_since__lte", models.F("fetched_at")),
                        models.Q(("status__gte", 500), ("status", 429), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="robots_file_unread_or_not",
            ),
        ),
    ]
