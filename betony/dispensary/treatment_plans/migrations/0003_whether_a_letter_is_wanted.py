from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispensary_treatment_plans", "0002_references_of_applications")]

    operations = [
        migrations.AddField(
            model_name="treatmentplan", name="is_mail_wanted", field=models.BooleanField(default=False)
        ),
    ]
