"""A third way to check an ended task: the measured working time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """No change of the table: the choices only."""

    dependencies = [("challenges", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="ending",
            name="method",
            field=models.CharField(
                blank=True,
                choices=[
                    ("survey", "もう一度の業務量調査"),
                    ("measured", "計測した作業時間"),
                    ("declared", "担当課の申告"),
                ],
                max_length=10,
            ),
        ),
    ]
