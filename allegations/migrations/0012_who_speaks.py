from django.db import migrations, models


class Migration(migrations.Migration):
    """Of replies on record nobody has said who speaks, so none of them is taken to be the candidate's."""

    dependencies = [
        ('allegations', '0011_turns'),
    ]

    operations = [
        migrations.AddField(
            model_name='reply',
            name='speaker',
            field=models.CharField(choices=[('candidate', 'the candidate'), ('representative', 'somebody who speaks for the candidate (counsel, campaign)'), ('other', 'somebody else, or not known')], default='other', help_text='Who answers, or who was asked. A ministry, an embassy or a supporter is somebody else.', max_length=20, verbose_name='who speaks'),
        ),
    ]
