"""Assessments are never changed: the database refuses it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vetting", "0001_initial"), ("candidates", "0002_triggers")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vetting_assessment "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            "DROP TRIGGER append_only ON vetting_assessment",
        )
    ]
