"""Stages that the method names beside a formal suspect and a charge: a measure, a warrant, an inquiry."""

from django.db import migrations, models

STAGES = [
    ("complaint-filed", "complaint filed"),
    ("preliminary-inquiry", "preliminary inquiry"),
    ("investigation", "investigation"),
    ("suspect", "named a suspect"),
    ("provisional-measure", "provisional measure ordered"),
    ("charged", "charged or indicted"),
    ("arrest-warrant", "arrest warrant of a court"),
    ("named-by-inquiry", "named by a UN-mandated inquiry (reasonable grounds)"),
    ("on-trial", "on trial"),
    ("adverse-finding", "adverse finding"),
    ("convicted", "convicted"),
    ("pending-appeal", "pending appeal"),
    ("acquitted", "acquitted"),
    ("dismissed", "dismissed"),
    ("declined", "declined"),
    ("withdrawn", "withdrawn"),
    ("settled", "settled"),
    ("exonerated", "exonerated"),
]


class Migration(migrations.Migration):
    dependencies = [("allegations", "0012_who_speaks")]
    operations = [
        migrations.AlterField("proceedingstep", "stage", models.CharField(choices=STAGES, max_length=30)),
    ]
