"""Second looks at pages and the lines that they teach; what came of a look is filled in, and nothing is deleted."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# table → the columns that may change
FILLED_IN = {
    "secondlook": ("regular_at", "outcome", "reason", "check_made_id", "copy_id", "settled_at"),
    "volatileplace": ("forgotten_at", "forgotten_by_id"),
}


def filled_in(table, columns):
    arguments = ", ".join(f"'{column}'" for column in columns)
    return migrations.RunSQL(
        f"CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON allegations_{table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_other_change({arguments})",
        f"DROP TRIGGER kept ON allegations_{table}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('allegations', '0013_stages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondLook',
            fields=[
                ('baseline', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='second_look', serialize=False, to='allegations.capture')),
                ('until', models.DateTimeField()),
                ('regular_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('waiting', 'not asked for yet'), ('reading', 'asked for; the copy is not read yet'), ('learnt', 'lines were learnt'), ('nothing', 'nothing was learnt'), ('skipped', 'not asked for')], default='waiting', max_length=20)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('check_made', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.linkcheck')),
                ('copy', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='looks_again_at', to='allegations.capture')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='second_looks', to='allegations.source')),
            ],
            options={
                'ordering': ['-until'],
            },
        ),
        migrations.CreateModel(
            name='VolatilePlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('above', models.CharField(blank=True, max_length=200)),
                ('below', models.CharField(blank=True, max_length=200)),
                ('was', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None)),
                ('became', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), size=None)),
                ('learnt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('forgotten_at', models.DateTimeField(blank=True, null=True)),
                ('forgotten_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('look', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='allegations.secondlook')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='volatile_places', to='allegations.source')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='secondlook',
            index=models.Index(condition=models.Q(('outcome', 'waiting')), fields=['until'], name='second_look_waiting'),
        ),
        migrations.AddConstraint(
            model_name='secondlook',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome__in', ['waiting', 'reading'])), fields=('source',), name='second_look_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='secondlook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['waiting', 'reading']), ('settled_at__isnull', True)), models.Q(('outcome__in', ['learnt', 'nothing', 'skipped']), ('settled_at__isnull', False)), _connector='OR'), name='second_look_settled_or_not'),
        ),
        migrations.AddConstraint(
            model_name='secondlook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('check_made__isnull', True), ('copy__isnull', True), ('outcome__in', ['waiting', 'skipped'])), models.Q(('check_made__isnull', False), ('outcome', 'nothing')), models.Q(('check_made__isnull', False), ('copy__isnull', False), ('outcome__in', ['reading', 'learnt'])), _connector='OR'), name='second_look_asked_or_not'),
        ),
        migrations.AddConstraint(
            model_name='secondlook',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['nothing', 'skipped']), ('reason', ''), _negated=True), name='second_look_says_why'),
        ),
        migrations.AddIndex(
            model_name='volatileplace',
            index=models.Index(condition=models.Q(('forgotten_at__isnull', True)), fields=['source'], name='volatile_place_heeded'),
        ),
        migrations.AddConstraint(
            model_name='volatileplace',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('forgotten_at__isnull', True), ('forgotten_by__isnull', True)), models.Q(('forgotten_at__isnull', False), ('forgotten_by__isnull', False)), _connector='OR'), name='volatile_place_forgotten_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='volatileplace',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('above', ''), ('below', ''), _negated=True), ('was__len__gte', 1), ('became__len', models.F('was__len'))), name='volatile_place_whole'),
        ),
        *(filled_in(table, columns) for table, columns in FILLED_IN.items()),
    ]
