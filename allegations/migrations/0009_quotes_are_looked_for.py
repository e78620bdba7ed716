"""What is known of each quote, and the rule that a quote that is added or changed is to be looked for."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

TO_BE_LOOKED_FOR = r"""
-- Of a quote that came or changed nothing is known yet; what was known of one that went is nothing any more.
CREATE FUNCTION quote_is_to_be_looked_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM allegations_quotecheck WHERE citation_id = OLD.id;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.quote ~ '\S' THEN
        INSERT INTO allegations_quotecheck (citation_id, was_found) VALUES (NEW.id, false);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER quote_came AFTER INSERT ON allegations_citation
    FOR EACH ROW EXECUTE FUNCTION quote_is_to_be_looked_for();
CREATE TRIGGER quote_changed AFTER UPDATE ON allegations_citation FOR EACH ROW
    WHEN (OLD.quote IS DISTINCT FROM NEW.quote OR OLD.source_id IS DISTINCT FROM NEW.source_id)
    EXECUTE FUNCTION quote_is_to_be_looked_for();
CREATE TRIGGER quote_went BEFORE DELETE ON allegations_citation
    FOR EACH ROW EXECUTE FUNCTION quote_is_to_be_looked_for();

INSERT INTO allegations_quotecheck (citation_id, was_found)
    SELECT id, false FROM allegations_citation WHERE quote ~ '\S';
"""
NO_MORE = """
DROP TRIGGER quote_came ON allegations_citation;
DROP TRIGGER quote_changed ON allegations_citation;
DROP TRIGGER quote_went ON allegations_citation;
DROP FUNCTION quote_is_to_be_looked_for();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('allegations', '0008_moments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='reviewtask',
            name='kind',
            field=models.CharField(blank=True, choices=[('quote-missing', 'a quoted passage was not found on the page'), ('usurped', 'the address may have been taken over'), ('critical-change', 'what the page says changed'), ('gone', 'the page is gone'), ('suspect', 'the page was not found'), ('withheld', 'the page is withheld for legal reasons'), ('unreachable', 'the host is out of reach'), ('moved', 'the page has moved'), ('copy-offered', 'a web archive has a copy'), ('copy-broken', 'our copy is damaged'), ('graders-differ', 'two graders differ'), ('', 'other')], default='', editable=False, max_length=20),
        ),
        migrations.CreateModel(
            name='QuoteCheck',
            fields=[
                ('citation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='quote_check', serialize=False, to='allegations.citation')),
                ('looked_at', models.DateTimeField(blank=True, null=True)),
                ('found', models.BooleanField(blank=True, null=True)),
                ('was_found', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('copy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='allegations.capture')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['citation'],
                'indexes': [models.Index(condition=models.Q(('copy__isnull', True)), fields=['due_at'], name='quote_check_due'), models.Index(condition=models.Q(('found', False), ('settled_at__isnull', True)), fields=['citation'], name='quote_check_missing')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('copy__isnull', True), ('found__isnull', True), ('looked_at__isnull', True)), models.Q(('copy__isnull', False), ('found__isnull', False), ('looked_at__isnull', False)), _connector='OR'), name='quote_check_looked_at_whole'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(('found', False), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='quote_check_settled_by_and_at')],
            },
        ),
        migrations.RunSQL(TO_BE_LOOKED_FOR, NO_MORE),
    ]
