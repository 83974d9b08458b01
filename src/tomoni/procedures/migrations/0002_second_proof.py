from django.db import migrations, models


class Migration(migrations.Migration):
    """The digest of the other answer that opens the status page, where both were given."""

    dependencies = [("procedures", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="second_digest",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
