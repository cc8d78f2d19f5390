"""Snapshots of other tenants that are put into one."""

from __future__ import annotations

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.diffs import LONGEST_LIST
from apps.recovery.transfer.choices import TransferState
from apps.recovery.transfer.models import Transfer as TransferRow
from apps.recovery.transfer.services import ALL_KINDS


class Transfer(serializers.Serializer[TransferRow]):
    """A snapshot of another tenant, put into this one.

    findings: numbers of what goes across, by kind, and the reasons of what does not; empty before
    it was looked at. base: the snapshot of this tenant that holds what was brought over; report_id:
    what differs from it, which plans are made from. drill_id: of the source's drill that was kept
    of it.
    """

    id = serializers.UUIDField()
    source_id = serializers.UUIDField()
    source_name = serializers.CharField()
    source_seq = serializers.IntegerField()
    source_taken_at = serializers.DateTimeField()
    domains = serializers.DictField(child=serializers.CharField())
    kinds = serializers.ListField(child=serializers.CharField())
    as_cloud = serializers.BooleanField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(TransferState.choices)
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    job_id = serializers.UUIDField(allow_null=True)
    findings = serializers.DictField()
    base = serializers.IntegerField(source="base.seq", allow_null=True, default=None)
    report_id = serializers.UUIDField(allow_null=True)
    drill_id = serializers.UUIDField(allow_null=True)
    failure = serializers.CharField()


class TransferBody(Strict):
    """source_id, source_seq: the tenant and its snapshot. domains: for each of its verified domains
    one of this tenant's; what is not named gets a likely one. kinds: the usual ones unless told.
    as_cloud: people and groups of an on-premises directory become ones of the cloud.
    """

    source_id = serializers.UUIDField()
    source_seq = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    domains = serializers.DictField(
        child=serializers.CharField(max_length=256), default=dict, help_text="Theirs to ours."
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(ALL_KINDS),
        max_length=LONGEST_LIST,
        allow_null=True,
        default=None,
    )
    as_cloud = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=2000)
