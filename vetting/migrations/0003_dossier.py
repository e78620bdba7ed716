"""Dossiers of elections, which are never changed: the database refuses it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = ("dossier", "dossierfile")


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vetting_{table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER append_only ON vetting_{table}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('allegations', '0004_archive_triggers'),
        ('candidates', '0002_triggers'),
        ('vetting', '0002_triggers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dossier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text='The day whose assessments it holds.')),
                ('made_at', models.DateTimeField(help_text='When its records were read.')),
                ('entries', models.PositiveIntegerField(help_text='How many files the manifest lists.')),
                ('election', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dossiers', to='candidates.election')),
                ('manifest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.storedfile')),
            ],
            options={
                'ordering': ['election', '-day'],
            },
        ),
        migrations.CreateModel(
            name='DossierFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=300)),
                ('tells_of', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='vetting.dossier')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.storedfile')),
            ],
            options={
                'ordering': ['dossier', 'path'],
            },
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.UniqueConstraint(fields=('election', 'day'), name='dossier_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='dossierfile',
            constraint=models.UniqueConstraint(fields=('dossier', 'path'), name='dossier_path_once'),
        ),
        *(append_only(table) for table in APPEND_ONLY),
    ]
