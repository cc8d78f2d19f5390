"""Talking to Graph: tokens, pace, pages, batches and trying again."""

from apps.entra.client.graph import GraphClient
from apps.entra.client.limits import Limits
from apps.entra.client.responses import BatchItem, GraphResponse, Proof, Statistics

__all__ = ["BatchItem", "GraphClient", "GraphResponse", "Limits", "Proof", "Statistics"]
