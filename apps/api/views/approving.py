"""Approval rules, who has agreed to a request, and what people say about it. Nothing here approves
or changes rules: people do, in the portal."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import REQUEST_RECOVERY, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.operations import listing, operation
from apps.api.serializers import approving as shapes
from apps.recovery import rules, services
from apps.recovery import selectors as recovery
from apps.recovery.approvals import approvals_of
from apps.tenants import selectors as tenants


class ApprovalRules(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_approval_rules", "Recovery", shapes.ApprovalRules)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """Whose approval the tenant's recoveries need."""
        found = rules.agreed(tenants.backup_policy(self.tenant))
        return Response(shapes.ApprovalRules(found).data)


class ApprovalRuleChanges(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("-requested_at", "-id")

    @listing("list_approval_rule_changes", "Recovery", shapes.RulesChange)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """Changes of the approval rules, newest first."""
        return self.page(rules.changes(self.tenant), shapes.RulesChange)


class Approvals(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("approved_at", "id")

    @listing("list_approvals", "Recovery", shapes.Approval)
    def get(self, request: Request, tenant_id: UUID, request_id: UUID) -> Response:
        """Who has agreed to a request, oldest first."""
        asked = recovery.access_request(self.tenant, request_id)
        return self.page(approvals_of(asked), shapes.Approval)


class Comments(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": REQUEST_RECOVERY}
    ordering = ("written_at", "id")

    @listing("list_comments", "Recovery", shapes.Comment)
    def get(self, request: Request, tenant_id: UUID, request_id: UUID) -> Response:
        """What people said about a request, oldest first."""
        asked = recovery.access_request(self.tenant, request_id)
        return self.page(recovery.comments(asked), shapes.Comment)

    @operation("create_comment", "Recovery", shapes.Comment, body=shapes.CommentBody, status=201)
    def post(self, request: Request, tenant_id: UUID, request_id: UUID) -> Response:
        """Say something about a request. Who takes part in it gets a mail."""
        asked = recovery.access_request(self.tenant, request_id)
        said = services.add_comment(
            actor=self.actor, request=asked, text=self.body(shapes.CommentBody)["text"]
        )
        return Response(shapes.Comment(said).data, status=201)
