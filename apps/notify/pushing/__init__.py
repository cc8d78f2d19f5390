"""Sending the audit trail on: to webhooks and syslog, in order, each record at least once.

The trail itself is the outbox. A target keeps the number of the last record that arrived there, so
nothing is lost by a restart, and nothing is sent before what came before it.
"""
