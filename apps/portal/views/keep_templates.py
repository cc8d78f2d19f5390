"""An MSP's keep templates: rules that many tenants follow."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.access import selectors as access
from apps.access.rights import APPROVE_RECOVERY, MANAGE_RETENTION, VIEW_BACKUPS
from apps.core.errors import Invalid
from apps.core.languages.choosing import explained, shown
from apps.core.scope import tenant_scope
from apps.history.retention import templates
from apps.history.retention.agreed import Agreed, grace
from apps.history.retention.previews import Preview, preview
from apps.history.retention.rules import DEFAULT_RULES, KeepRules
from apps.history.retention.selectors import Picture
from apps.portal.doors import actor, msp_page, person
from apps.portal.retention_forms import RulesForm, rules_fields
from apps.portal.views.holding import says_yes
from apps.tenants.models import MSP, Tenant

# A preview reads every snapshot of a tenant.
FOLLOWERS = 10
CHANGES = 20


@msp_page(VIEW_BACKUPS)
def keep_templates(request: HttpRequest, msp: MSP) -> HttpResponse:
    """All of them, what is to change, and the form for another one."""
    counts = templates.follower_counts(msp)
    context = {
        "section": "tenants",
        "msp": msp,
        "rows": [
            (one, KeepRules.from_plain(one.rules).words, counts.get(one.pk, 0))
            for one in templates.templates(msp)
        ],
        "default_words": shown(DEFAULT_RULES.words),
        "rule_fields": rules_fields(DEFAULT_RULES),
        **_standing(request, msp),
    }
    return render(request, "portal/keep_templates.html", context)


def _standing(request: HttpRequest, msp: MSP) -> dict[str, object]:
    return {
        "rights": access.rights_on_msp(person(request).pk, msp),
        "me": person(request).pk,
        "changes": [
            (change, *_words(change.before, change.after))
            for change in templates.template_changes(msp)[:CHANGES]
        ],
        "grace_days": grace().days,
    }


def _words(*sides: dict[str, dict[str, int]]) -> list[str]:
    return [KeepRules.from_plain(side["rules"]).words for side in sides]


@msp_page(VIEW_BACKUPS)
def keep_template(request: HttpRequest, msp: MSP, template_id: UUID) -> HttpResponse:
    """One template: its rules, who follows it, and what other rules would let go of each."""
    found = templates.access_template(msp, template_id)
    rules = KeepRules.from_plain(found.rules)
    wanted = _wanted(request, rules)
    page = Paginator(templates.followers(found), FOLLOWERS).get_page(request.GET.get("page"))
    shorter = wanted is not None and not wanted.reaches(rules)
    context = {
        "section": "tenants",
        "msp": msp,
        "template": found,
        "rules": rules,
        "wanted": wanted,
        "shortens": shorter,
        "rule_fields": rules_fields(wanted or rules),
        "page": page,
        "followers": [(one, _seen(one, wanted) if shorter else None) for one in page],
        **_standing(request, msp),
    }
    return render(request, "portal/keep_template.html", context)


def _wanted(request: HttpRequest, rules: KeepRules) -> KeepRules | None:
    """Other rules than those in force that are to be previewed, if any were sent."""
    if "all_days" not in request.GET:
        return None
    try:
        wanted = RulesForm(request.GET).rules()
    except Invalid as error:
        messages.error(request, explained(error))
        return None
    return wanted if wanted != rules else None


def _seen(tenant: Tenant, rules: KeepRules | None) -> Preview | None:
    if rules is None:
        return None
    with tenant_scope(tenant.pk):
        picture = Picture(tenant)
        return preview(picture, Agreed(rules, picture.now.time_zone, picture.now.template_id))


@msp_page(MANAGE_RETENTION, method="POST")
def create_template(request: HttpRequest, msp: MSP) -> HttpResponse:
    """Make a template."""
    made = templates.create_template(
        actor=actor(request),
        msp=msp,
        name=request.POST.get("name", ""),
        rules=RulesForm(request.POST).rules(),
        for_new=bool(request.POST.get("for_new")),
    )
    messages.success(
        request,
        _("The template %(name)s is there. Tenants choose it themselves.") % {"name": made.name},
    )
    return redirect("portal:keep-templates", msp.pk)


@msp_page(MANAGE_RETENTION, method="POST")
def change_template(request: HttpRequest, msp: MSP, template_id: UUID) -> HttpResponse:
    """Change the rules of a template; what shortens waits for somebody else."""
    change = templates.change_template(
        actor=actor(request),
        template=templates.access_template(msp, template_id),
        rules=RulesForm(request.POST).rules(),
        reason=request.POST.get("reason", ""),
    )
    if change.shortens:
        messages.success(
            request, _("Somebody else has to approve this now. Until then nothing goes.")
        )
    else:
        messages.success(request, _("The rules are in force for every tenant that follows."))
    return redirect("portal:keep-templates", msp.pk)


@msp_page(MANAGE_RETENTION, method="POST")
def rename_template(request: HttpRequest, msp: MSP, template_id: UUID) -> HttpResponse:
    """Call a template something else."""
    found = templates.access_template(msp, template_id)
    templates.rename_template(
        actor=actor(request), template=found, name=request.POST.get("name", "")
    )
    messages.success(request, _("The template is called %(name)s now.") % {"name": found.name})
    return redirect("portal:keep-template", msp.pk, found.pk)


@msp_page(MANAGE_RETENTION, method="POST")
def template_for_new(request: HttpRequest, msp: MSP, template_id: UUID) -> HttpResponse:
    """Have tenants that are connected from now on follow this one."""
    found = templates.access_template(msp, template_id)
    templates.use_for_new(actor=actor(request), template=found)
    messages.success(request, _("New tenants follow %(name)s.") % {"name": found.name})
    return redirect("portal:keep-templates", msp.pk)


@msp_page(APPROVE_RECOVERY, method="POST", step_up=True)
def decide_template(request: HttpRequest, msp: MSP, template_change_id: UUID) -> HttpResponse:
    """The second person's word about a shorter template."""
    found = templates.access_template_change(msp, template_change_id)
    reason = request.POST.get("reason", "")
    if says_yes(request):
        templates.approve_template(actor=actor(request), change=found, reason=reason)
        messages.success(
            request, _("Approved. Until its grace period is over it can be cancelled.")
        )
    else:
        templates.refuse_template(actor=actor(request), change=found, reason=reason)
        messages.success(request, _("Refused. Every snapshot stays as long as before."))
    return redirect("portal:keep-templates", msp.pk)


@msp_page(MANAGE_RETENTION, method="POST")
def cancel_template(request: HttpRequest, msp: MSP, template_change_id: UUID) -> HttpResponse:
    """Take a shorter template back before it takes effect."""
    found = templates.access_template_change(msp, template_change_id)
    reason = request.POST.get("reason", "")
    templates.cancel_template(actor=actor(request), change=found, reason=reason)
    messages.success(request, _("Cancelled. Every snapshot stays as long as before."))
    return redirect("portal:keep-templates", msp.pk)
