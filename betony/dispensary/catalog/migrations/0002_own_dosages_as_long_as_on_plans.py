from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispensary_catalog", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="customdosage",
            name="amount",
            field=models.CharField(blank=True, max_length=80, verbose_name="Amount"),
        ),
        migrations.AlterField(
            model_name="customdosage", name="format", field=models.CharField(blank=True, max_length=80)
        ),
        migrations.AlterField(
            model_name="variant",
            name="status",
            field=models.CharField(
                choices=[
                    ("available", "In stock"),
                    ("discontinued", "Discontinued"),
                    ("backordered", "Back-ordered"),
                    ("unavailable", "Unavailable"),
                    ("vendor backorder", "Back-ordered by the vendor"),
                ],
                max_length=20,
            ),
        ),
    ]
