from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispensary_patients", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="patient", name="is_welcome_wanted", field=models.BooleanField(default=True)
        ),
    ]
