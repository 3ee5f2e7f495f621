from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispensary_patients", "0002_whether_a_welcome_is_wanted")]

    operations = [
        migrations.AddField(
            model_name="patient", name="language", field=models.CharField(blank=True, max_length=10, default=""),
            preserve_default=False,
        )
    ]  # fmt: skip
