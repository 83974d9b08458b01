"""The next number of a row in an app's tables (テーブル)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column with 1 for every app: there were no tables before."""

    dependencies = [("records", "0002_definition_parts")]
    operations = [
        migrations.AddField("counter", "rows", models.BigIntegerField(default=1, db_default=1)),
    ]
