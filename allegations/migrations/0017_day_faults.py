"""What the last check of the chain found wrong with the days of the archive, and with files that manifests list otherwise."""

from django.db import migrations, models


# Without these words, a file that its manifest lists otherwise is one that is not what was stored.
BACK = "UPDATE allegations_storedfile SET fault = 'changed' WHERE fault = 'unlike'"


class Migration(migrations.Migration):

    dependencies = [
        ('allegations', '0016_unread_robots'),
    ]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, BACK),
        migrations.AlterField(
            model_name='storedfile',
            name='fault',
            field=models.CharField(blank=True, choices=[('missing', 'missing'), ('changed', 'not what was stored'), ('unreadable', 'unreadable'), ('unlike', 'not as the manifest of its day lists it')], max_length=20),
        ),
        migrations.CreateModel(
            name='DayFault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('day', 'the day is missing, or does not hold'), ('stamp', 'a timestamp of the day does not hold'), ('unlike', 'the database knows a file otherwise than its manifest'), ('unknown', 'the database does not know a file of its manifest'), ('unlisted', 'a file is in no manifest')], max_length=20)),
                ('about', models.CharField(max_length=300)),
                ('words', models.CharField(max_length=500)),
                ('found_at', models.DateTimeField()),
                ('sources', models.ManyToManyField(related_name='day_faults', to='allegations.source')),
            ],
            options={
                'ordering': ['day', 'about', 'id'],
                'constraints': [models.UniqueConstraint(fields=('day', 'kind', 'about', 'words'), name='day_fault_once')],
            },
        ),
    ]
