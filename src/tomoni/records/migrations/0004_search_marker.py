"""The mark behind which an import's records wait for the search index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column; empty: nothing waits, as it was before."""

    dependencies = [("records", "0003_row_numbers")]
    operations = [
        migrations.AddField("counter", "indexed", models.BigIntegerField(null=True)),
    ]
