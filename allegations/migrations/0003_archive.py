"""The archive: what is stored, read and compared of every link; no copy was ever written before this."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('allegations', '0002_triggers'),
        ('candidates', '0002_triggers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaptureText',
            fields=[
                ('capture', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='text', serialize=False, to='allegations.capture')),
                ('blocks', models.JSONField(default=list)),
                ('text_sha256', models.CharField(blank=True, max_length=64)),
                ('simhash', models.BigIntegerField(blank=True, null=True)),
                ('pages', models.PositiveIntegerField(blank=True, null=True)),
                ('found', models.JSONField(default=dict)),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('reader', models.CharField(max_length=40)),
            ],
            options={
                'ordering': ['capture'],
            },
        ),
        migrations.CreateModel(
            name='ContentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('baseline', 'first copy'), ('unchanged', 'unchanged'), ('cosmetic', 'changed around the text'), ('substantive', 'text changed'), ('major', 'largely rewritten'), ('critical', 'critical change'), ('replaced', 'replaced'), ('paywalled', 'behind a paywall')], max_length=20)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), default=list, size=None)),
                ('diff', models.JSONField(default=list)),
                ('quotes_missing', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-seen_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='DayManifest',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('entries', models.PositiveIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('chain', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='DayTimestamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.CharField(max_length=300)),
                ('stated_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['manifest', 'stated_at'],
            },
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-day', 'person'],
            },
        ),
        migrations.CreateModel(
            name='LinkEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('left', models.CharField(choices=[('new', 'not checked yet'), ('alive', 'alive'), ('moved', 'moved'), ('suspect', 'suspect'), ('blocked', 'blocked'), ('unreachable', 'unreachable'), ('gone', 'gone'), ('usurped', 'usurped'), ('refused', 'refused'), ('retired', 'retired')], max_length=20)),
                ('reached', models.CharField(choices=[('new', 'not checked yet'), ('alive', 'alive'), ('moved', 'moved'), ('suspect', 'suspect'), ('blocked', 'blocked'), ('unreachable', 'unreachable'), ('gone', 'gone'), ('usurped', 'usurped'), ('refused', 'refused'), ('retired', 'retired')], max_length=20)),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='RobotsFile',
            fields=[
                ('origin', models.CharField(help_text='For example https://news.example.', max_length=300, primary_key=True, serialize=False)),
                ('host', models.CharField(db_index=True, help_text='The key of its host.', max_length=255)),
                ('status', models.PositiveSmallIntegerField()),
                ('text', models.TextField(blank=True)),
                ('fetched_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['origin'],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Its name in the store.', max_length=300, unique=True)),
                ('kind', models.CharField(choices=[('warc', 'answers of one batch of checks'), ('payload', 'body of one answer'), ('manifest', 'manifest of one day'), ('timestamp', 'timestamp of a manifest')], max_length=20)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('records', models.PositiveIntegerField(default=0, help_text='Of a WARC file: how many records it has.')),
                ('stored_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField(blank=True, help_text='When its digest was last computed again.', null=True)),
                ('fault', models.CharField(blank=True, choices=[('missing', 'missing'), ('changed', 'not what was stored'), ('unreadable', 'unreadable')], max_length=20)),
                ('fault_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['stored_at', 'key'],
            },
        ),
        migrations.CreateModel(
            name='WebCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archive', models.CharField(max_length=100)),
                ('uri', models.CharField(max_length=2400, verbose_name='address')),
                ('taken_at', models.DateTimeField()),
                ('similarity', models.FloatField(blank=True, help_text='To our own copy, from 0 to 1.', null=True)),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), default=list, size=None)),
                ('found_at', models.DateTimeField()),
                ('decision', models.CharField(choices=[('offered', 'offered'), ('accepted', 'accepted'), ('refused', 'refused')], default='offered', max_length=20)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['source', 'taken_at'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='capture',
            name='capture_warc_position_whole',
        ),
        migrations.RemoveConstraint(
            model_name='reviewtask',
            name='review_task_open_once_a_source',
        ),
        migrations.RemoveIndex(
            model_name='source',
            name='source_due_by_host',
        ),
        migrations.RemoveField(
            model_name='capture',
            name='warc_file',
        ),
        migrations.RemoveField(
            model_name='capture',
            name='warc_length',
        ),
        migrations.RemoveField(
            model_name='capture',
            name='warc_offset',
        ),
        migrations.AddField(
            model_name='capture',
            name='final_url',
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name='capture',
            name='quality',
            field=models.CharField(choices=[('unread', 'not read yet'), ('evidence', 'kept as evidence'), ('not-evidence', 'kept, but not as evidence')], default='unread', max_length=20),
        ),
        migrations.AddField(
            model_name='capture',
            name='quality_reasons',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='capture',
            name='read_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='capture',
            name='read_due_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name='capture',
            name='read_tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='host',
            name='due_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='address',
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name='internet address'),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='bytes_decoded',
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='certificate',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='not_kept',
            field=models.CharField(blank=True, help_text='Why the answer could not be archived.', max_length=300),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='timings',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='warc_length',
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='warc_offset',
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='reviewtask',
            name='kind',
            field=models.CharField(blank=True, choices=[('quote-missing', 'a quoted passage is no longer on the page'), ('usurped', 'the address may have been taken over'), ('critical-change', 'what the page says changed'), ('gone', 'the page is gone'), ('suspect', 'the page was not found'), ('withheld', 'the page is withheld for legal reasons'), ('unreachable', 'the host is out of reach'), ('moved', 'the page has moved'), ('copy-offered', 'a web archive has a copy'), ('copy-broken', 'our copy is damaged'), ('', 'other')], default='', editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name='source',
            name='baseline',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.capture'),
        ),
        migrations.AddField(
            model_name='source',
            name='content_state',
            field=models.CharField(blank=True, choices=[('baseline', 'first copy'), ('unchanged', 'unchanged'), ('cosmetic', 'changed around the text'), ('substantive', 'text changed'), ('major', 'largely rewritten'), ('critical', 'critical change'), ('replaced', 'replaced'), ('paywalled', 'behind a paywall')], editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name='source',
            name='copies_due_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='moved_to',
            field=models.CharField(blank=True, editable=False, max_length=2000),
        ),
        migrations.AlterField(
            model_name='capture',
            name='media_type',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddIndex(
            model_name='host',
            index=models.Index(fields=['due_at', 'id'], name='host_due'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(condition=models.Q(('state__in', ['retired']), _negated=True), fields=['host', 'next_check_at'], name='source_due_by_host'),
        ),
        migrations.AddIndex(
            model_name='source',
            index=models.Index(condition=models.Q(('copies_due_at__isnull', False)), fields=['copies_due_at'], name='source_copies_due'),
        ),
        migrations.AddIndex(
            model_name='capturetext',
            index=models.Index(fields=['text_sha256'], name='capture_text_digest'),
        ),
        migrations.AddField(
            model_name='contentchange',
            name='after',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='allegations.capture'),
        ),
        migrations.AddField(
            model_name='contentchange',
            name='before',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.capture'),
        ),
        migrations.AddField(
            model_name='contentchange',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='allegations.source'),
        ),
        migrations.AddField(
            model_name='reviewtask',
            name='change',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='allegations.contentchange'),
        ),
        migrations.AddConstraint(
            model_name='reviewtask',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('kind', ''), ('source__isnull', False)), fields=('source', 'reason'), name='review_task_open_once_a_source'),
        ),
        migrations.AddConstraint(
            model_name='reviewtask',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('source__isnull', False), models.Q(('kind', ''), _negated=True)), fields=('source', 'kind'), name='review_task_open_once_a_kind'),
        ),
        migrations.AddField(
            model_name='daytimestamp',
            name='manifest',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timestamps', to='allegations.daymanifest'),
        ),
        migrations.AddField(
            model_name='digest',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='linkevent',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='linkevent',
            name='check_made',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.linkcheck'),
        ),
        migrations.AddField(
            model_name='linkevent',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='link_events', to='allegations.source'),
        ),
        migrations.AddIndex(
            model_name='storedfile',
            index=models.Index(fields=['stored_at'], name='stored_file_day'),
        ),
        migrations.AddIndex(
            model_name='storedfile',
            index=models.Index(models.OrderBy(models.F('verified_at'), nulls_first=True), models.F('id'), name='stored_file_to_verify'),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='stored_file_digest_is_sha256'),
        ),
        migrations.AddConstraint(
            model_name='storedfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fault', ''), ('fault_at__isnull', True)), models.Q(models.Q(('fault', ''), _negated=True), ('fault_at__isnull', False)), _connector='OR'), name='stored_file_fault_and_when'),
        ),
        migrations.AddField(
            model_name='daytimestamp',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.storedfile'),
        ),
        migrations.AddField(
            model_name='daymanifest',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.storedfile'),
        ),
        migrations.AddField(
            model_name='capture',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='allegations.storedfile'),
        ),
        migrations.AddField(
            model_name='linkcheck',
            name='warc',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='allegations.storedfile'),
        ),
        migrations.AddIndex(
            model_name='capture',
            index=models.Index(condition=models.Q(('quality', 'unread')), fields=['read_due_at', 'id'], name='capture_unread'),
        ),
        migrations.AddIndex(
            model_name='capture',
            index=models.Index(fields=['source', '-captured_at'], name='capture_history'),
        ),
        migrations.AddIndex(
            model_name='capture',
            index=models.Index(fields=['sha256'], name='capture_digest'),
        ),
        migrations.AddConstraint(
            model_name='capture',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quality', 'unread'), ('read_at__isnull', True)), models.Q(models.Q(('quality', 'unread'), _negated=True), ('read_at__isnull', False)), _connector='OR'), name='capture_read_or_unread'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('warc__isnull', True), ('warc_length__isnull', True), ('warc_offset__isnull', True)), models.Q(('warc__isnull', False), ('warc_length__isnull', False), ('warc_offset__isnull', False)), _connector='OR'), name='link_check_warc_position_whole'),
        ),
        migrations.AddField(
            model_name='webcopy',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='webcopy',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='web_copies', to='allegations.source'),
        ),
        migrations.AddConstraint(
            model_name='contentchange',
            constraint=models.UniqueConstraint(fields=('before', 'after'), name='content_change_once_a_pair'),
        ),
        migrations.AddConstraint(
            model_name='contentchange',
            constraint=models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='content_change_of_two'),
        ),
        migrations.AddConstraint(
            model_name='digest',
            constraint=models.UniqueConstraint(fields=('person', 'day'), name='digest_once_a_day'),
        ),
        migrations.AddIndex(
            model_name='linkevent',
            index=models.Index(fields=['source', '-at'], name='link_event_history'),
        ),
        migrations.AddConstraint(
            model_name='linkevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', True), ('check_made__isnull', False)), models.Q(('by__isnull', False), ('check_made__isnull', True)), _connector='OR'), name='link_event_by_a_check_or_a_person'),
        ),
        migrations.AddConstraint(
            model_name='daytimestamp',
            constraint=models.UniqueConstraint(fields=('manifest', 'authority'), name='day_timestamp_once_an_authority'),
        ),
        migrations.AddConstraint(
            model_name='webcopy',
            constraint=models.UniqueConstraint(fields=('source', 'uri'), name='web_copy_once'),
        ),
        migrations.AddConstraint(
            model_name='webcopy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('decision', 'offered')), models.Q(models.Q(('decision', 'offered'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='web_copy_decided_by_and_at'),
        ),
    ]
