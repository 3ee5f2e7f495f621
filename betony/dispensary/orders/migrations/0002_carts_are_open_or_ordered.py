from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dispensary_orders", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="cart",
            name="state",
            field=models.CharField(
                choices=[("open", "Open"), ("ordered", "Ordered")], default="open", max_length=8
            ),
        ),
    ]
