"""How many people stand behind the grades of a candidacy follows from its gradings; no column says it any more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("candidates", "0002_triggers")]
    operations = [migrations.RemoveField(model_name="candidacy", name="double_coded")]
