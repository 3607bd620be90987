from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("credits", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="number",
            field=models.PositiveIntegerField(default=0, verbose_name="年度序号"),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["issued_at"], name="certificate_by_time"),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                fields=("year", "number"), name="certificate_once_per_year_and_number"
            ),
        ),
    ]
