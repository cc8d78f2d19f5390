"""Telling MSPs what happens: over webhooks, Microsoft Teams, Slack and e-mail.

What is told waits in one table (models.Delivery), written in the transaction of what happened, so
that nothing is told that was rolled back and nothing is lost by a restart.
"""
