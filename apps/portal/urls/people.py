"""People: accounts, roles, groups, invitations, sign-in, tokens and support."""

from __future__ import annotations

from django.urls import path, re_path

from apps.portal.urls.parts import TENANT
from apps.portal.views import (
    account,
    branding,
    customers_people,
    groups,
    invitations,
    own_stores,
    people,
    powers,
    roles,
    sign_in_settings,
    support,
    tokens,
)

TENANT_PEOPLE = TENANT + "people/"
STAFF = "msp/<uuid:msp_id>/people/"
MSP_SIGN_IN = "msp/<uuid:msp_id>/sign-in/"
GROUPS = "msp/<uuid:msp_id>/groups/"

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/new", tokens.create_token, name="create-token"),
    path("account/tokens/<uuid:token_id>/revoke", tokens.revoke_token, name="revoke-token"),
    path("msp/<uuid:msp_id>/tokens/", tokens.msp_tokens, name="msp-tokens"),
    path(
        "msp/<uuid:msp_id>/tokens/<uuid:token_id>/revoke",
        tokens.revoke_msp_token,
        name="revoke-msp-token",
    ),
    path("sign-in/<str:name>/", branding.sign_in_of, name="sign-in-of"),
    re_path(
        r"^branding/colours/(?P<colour>[0-9a-f]{6})\.css$",
        branding.brand_colours,
        name="brand-colours",
    ),
    path("branding/logos/<uuid:logo_id>.png", branding.brand_logo, name="brand-logo"),
    path("msp/<uuid:msp_id>/branding/", branding.msp_branding, name="branding"),
    path("msp/<uuid:msp_id>/branding/logo", branding.set_logo, name="set-logo"),
    path("msp/<uuid:msp_id>/stores/", own_stores.stores, name="msp-stores"),
    path(
        "msp/<uuid:msp_id>/stores/<uuid:store_id>/change",
        own_stores.change_store,
        name="change-msp-store",
    ),
    path("people/", people.people_page, name="people"),
    path("roles/", roles.roles_page, name="roles"),
    path(STAFF + "invite", people.invite_staff, name="invite-staff"),
    path(STAFF + "<uuid:user_id>/", people.staff, name="staff"),
    path(STAFF + "<uuid:user_id>/roles", people.set_staff_roles, name="set-staff-roles"),
    path(STAFF + "<uuid:user_id>/remove", people.remove_staff, name="remove-staff"),
    path("groups/", groups.groups, name="groups"),
    path(GROUPS + "new", groups.create_group, name="create-group"),
    path(GROUPS + "<uuid:group_id>/", groups.group, name="group"),
    path(GROUPS + "<uuid:group_id>/change", groups.change_group, name="change-group"),
    path(GROUPS + "<uuid:group_id>/delete", groups.delete_group, name="delete-group"),
    path(GROUPS + "<uuid:group_id>/add", groups.add_member, name="add-group-member"),
    path(GROUPS + "<uuid:group_id>/remove", groups.remove_member, name="remove-group-member"),
    path("invitations/open/<str:token>", invitations.open_invitation, name="open-invitation"),
    path("invitations/accept/", invitations.invitation, name="invitation"),
    path("invitations/accept/new", invitations.accept, name="accept-invitation"),
    path("invitations/accept/join", invitations.join, name="join"),
    path("invitations/<uuid:invitation_id>/resend", invitations.resend, name="resend-invitation"),
    path("invitations/<uuid:invitation_id>/revoke", invitations.revoke, name="revoke-invitation"),
    path("support/", support.support, name="support"),
    path("support/start", support.start, name="start-support"),
    path("support/<uuid:session_id>/end", support.end, name="end-support"),
    path("msps/", support.msps, name="msps"),
    path("msps/new", support.onboard, name="onboard-msp"),
    path(TENANT + "msp/", powers.msp_powers, name="msp-powers"),
    path(TENANT_PEOPLE, customers_people.tenant_people, name="tenant-people"),
    path(
        TENANT_PEOPLE + "invite", customers_people.invite_administrator, name="invite-administrator"
    ),
    path(TENANT_PEOPLE + "tags", customers_people.set_tags, name="set-tags"),
    path(TENANT_PEOPLE + "<uuid:user_id>/", customers_people.standing, name="standing"),
    path(
        TENANT_PEOPLE + "<uuid:user_id>/roles",
        customers_people.set_tenant_roles,
        name="set-tenant-roles",
    ),
    path(
        TENANT_PEOPLE + "<uuid:user_id>/remove",
        customers_people.remove_administrator,
        name="remove-administrator",
    ),
    path(TENANT + "sign-in/", sign_in_settings.tenant_sign_in, name="tenant-sign-in"),
    path(TENANT + "sign-in/ways", sign_in_settings.set_tenant_sign_in, name="set-tenant-sign-in"),
    path(TENANT + "sign-in/mapping", sign_in_settings.set_mapping, name="set-mapping"),
    path(TENANT + "sign-in/emergency", sign_in_settings.tenant_emergency, name="tenant-emergency"),
    path(
        TENANT + "sign-in/recovery",
        sign_in_settings.tenant_recovery_link,
        name="tenant-recovery-link",
    ),
    path(MSP_SIGN_IN, sign_in_settings.msp_sign_in, name="msp-sign-in"),
    path(MSP_SIGN_IN + "ways", sign_in_settings.set_msp_sign_in, name="set-msp-sign-in"),
    path(MSP_SIGN_IN + "emergency", sign_in_settings.msp_emergency, name="msp-emergency"),
    path(MSP_SIGN_IN + "recovery", sign_in_settings.msp_recovery_link, name="msp-recovery-link"),
    path(TENANT + "tokens/", tokens.tenant_tokens, name="tenant-tokens"),
    path(
        TENANT + "tokens/<uuid:token_id>/revoke",
        tokens.revoke_tenant_token,
        name="revoke-tenant-token",
    ),
]
