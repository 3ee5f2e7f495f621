"""An email belongs to who works somewhere and has proved it: not to who has left, nor to who was only invited."""

from django.db import migrations, models

# Without a password nobody has followed the link of an invitation. Such passwords begin with an exclamation mark.
ONLY_INVITED = """
    update dispensary_accounts_user set is_email_confirmed = false where password like '!%'
"""


class Migration(migrations.Migration):
    dependencies = [("dispensary_accounts", "0002_confirmed_emails")]

    operations = [
        migrations.RunSQL(ONLY_INVITED, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="user", name="user_email_once_confirmed"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True), ("is_email_confirmed", True)),
                fields=("email",),
                name="user_email_once_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)),
                fields=("organization", "email"),
                name="user_email_once_a_dispensary",
            ),
        ),
    ]
