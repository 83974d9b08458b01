"""Mails that carry a secret are marked, and forgotten once they left; the town's form notices a stale edit."""

from django.db import migrations, models


def mark_draft_links(apps, schema_editor):
    """Mails with the link of a draft were the only ones with a secret before this version."""
    mails = apps.get_model("core", "Mail").objects.filter(purpose="draft_link")
    mails.update(secret=True)
    mails.filter(state="sent").update(body="")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AddField("mail", "secret", models.BooleanField(default=False)),
        migrations.AddField("town", "revision", models.PositiveIntegerField(default=0)),
        migrations.RunPython(mark_draft_links, migrations.RunPython.noop, elidable=True),
    ]
