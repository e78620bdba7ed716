"""Second gradings and resolutions, and the rules of both that the database keeps."""

import django.db.models.deletion
from django.db import migrations, models

BY_TWO = """
-- A second grading and a resolution are about what the first one is about, and each is given by another person; a
-- resolution stands only where the two grades differ.
CREATE FUNCTION grading_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one allegations_grading;
    two allegations_grading;
BEGIN
    SELECT * INTO one FROM allegations_grading WHERE id = NEW.first_id;
    IF one.part <> 'first' OR one.value = '' OR one.graded_at > NEW.graded_at
       OR (one.scale, one.allegation_id, one.proceeding_id, one.source_id, one.citation_id)
          IS DISTINCT FROM (NEW.scale, NEW.allegation_id, NEW.proceeding_id, NEW.source_id, NEW.citation_id) THEN
        RAISE EXCEPTION 'this grading answers no first grading of the same thing'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grading_of_the_same_thing';
    END IF;
    IF one.graded_by_id = NEW.graded_by_id THEN
        RAISE EXCEPTION 'the same person gave the first grading'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grading_by_another';
    END IF;
    IF NEW.part = 'second' THEN
        RETURN NEW;
    END IF;
    SELECT * INTO two FROM allegations_grading WHERE first_id = NEW.first_id AND part = 'second';
    IF two.id IS NULL OR two.value = one.value OR two.graded_at > NEW.graded_at THEN
        RAISE EXCEPTION 'there is no difference between two gradings to resolve'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grading_difference_to_resolve';
    END IF;
    IF two.graded_by_id = NEW.graded_by_id THEN
        RAISE EXCEPTION 'the same person gave the second grading'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grading_by_another';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER grading_by_two BEFORE INSERT ON allegations_grading
    FOR EACH ROW WHEN (NEW.part <> 'first' AND NEW.first_id IS NOT NULL) EXECUTE FUNCTION grading_by_two();
"""
# A profile says how many people stand behind its grades, so each grading bears on it.
GRADED_CANDIDATES = (
    "candidate_id IN (SELECT candidate_id FROM allegations_allegation WHERE id = ($1).allegation_id "
    "UNION SELECT a.candidate_id FROM allegations_proceeding p "
    "JOIN allegations_allegation a ON a.id = p.allegation_id WHERE p.id = ($1).proceeding_id "
    "UNION SELECT a.candidate_id FROM allegations_citation c "
    "JOIN allegations_allegation a ON a.id = c.allegation_id "
    "WHERE c.id = ($1).citation_id OR c.source_id = ($1).source_id)"
)


class Migration(migrations.Migration):
    dependencies = [("allegations", "0004_archive_triggers")]
    operations = [
        migrations.AddField(
            model_name="grading",
            name="part",
            field=models.CharField(
                choices=[("first", "first grading"), ("second", "second grading"), ("resolution", "resolution")],
                default="first",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="grading",
            name="first",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="allegations.grading",
            ),
        ),
        migrations.AddField(
            model_name="grading",
            name="first_was_public",
            field=models.BooleanField(
                default=False, help_text="The first grade stood on a public page when this second one was given."
            ),
        ),
        migrations.AddConstraint(
            model_name="grading",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__isnull", True), ("part", "first"))
                | models.Q(("first__isnull", False), ("part__in", ["second", "resolution"])),
                name="grading_answers_a_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="grading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("part", "first"),
                    models.Q(("reason__regex", "\\S"), models.Q(("value", ""), _negated=True)),
                    _connector="OR",
                ),
                name="grading_answer_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="grading",
            constraint=models.CheckConstraint(
                condition=models.Q(("part", "second"), ("first_was_public", False), _connector="OR"),
                name="grading_second_beside_a_public_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="grading",
            constraint=models.UniqueConstraint(fields=("first", "part"), name="grading_answered_once"),
        ),
        migrations.AlterField(
            model_name="reviewtask",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("quote-missing", "a quoted passage is no longer on the page"),
                    ("usurped", "the address may have been taken over"),
                    ("critical-change", "what the page says changed"),
                    ("gone", "the page is gone"),
                    ("suspect", "the page was not found"),
                    ("withheld", "the page is withheld for legal reasons"),
                    ("unreachable", "the host is out of reach"),
                    ("moved", "the page has moved"),
                    ("copy-offered", "a web archive has a copy"),
                    ("copy-broken", "our copy is damaged"),
                    ("graders-differ", "two graders differ"),
                    ("", "other"),
                ],
                default="",
                editable=False,
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewtask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "graders-differ"), _negated=True), ("allegation__isnull", False), _connector="OR"
                ),
                name="review_task_of_graders_about_a_matter",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewtask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True), ("kind", "graders-differ")),
                fields=("allegation",),
                name="review_task_of_graders_open_once",
            ),
        ),
        migrations.RunSQL(BY_TWO, "DROP TRIGGER grading_by_two ON allegations_grading; DROP FUNCTION grading_by_two();"),
        migrations.RunSQL(
            "CREATE TRIGGER evidence_changed AFTER INSERT ON allegations_grading "
            f"FOR EACH ROW EXECUTE FUNCTION evidence_changed('{GRADED_CANDIDATES}')",
            "DROP TRIGGER evidence_changed ON allegations_grading",
        ),
    ]
