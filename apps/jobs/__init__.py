"""Durable jobs over django-q2: our Job rows own the truth, the queue only carries their ids."""
