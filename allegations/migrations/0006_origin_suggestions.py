"""Decisions on whether two citations have one origin, as rows that never change."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('allegations', '0005_grading_by_two'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OriginDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('same', 'same origin'), ('independent', 'independent'), ('dismissed', 'not now')], max_length=20)),
                ('reason', models.TextField()),
                ('effect', models.TextField(blank=True)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('basis', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('chosen', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.citation')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.citation')),
                ('origin', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='allegations.origin')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.citation')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['first', 'second', '-at'], name='origin_decision_of_a_pair')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='origin_decision_pair_in_order'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='origin_decision_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'dismissed'), ('chosen__isnull', True)), models.Q(models.Q(('answer', 'dismissed'), _negated=True), ('chosen__isnull', False), models.Q(('chosen', models.F('first')), ('chosen', models.F('second')), _connector='OR')), _connector='OR'), name='origin_decision_chosen_of_the_pair'), models.CheckConstraint(condition=models.Q(('origin__isnull', True), ('answer', 'independent'), _connector='OR'), name='origin_decision_origin_if_independent')],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON allegations_origindecision "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            "DROP TRIGGER append_only ON allegations_origindecision",
        ),
    ]
