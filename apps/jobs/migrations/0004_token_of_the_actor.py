from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_pause")]

    operations = [migrations.AddField("job", "actor_token_id", models.UUIDField(null=True))]
