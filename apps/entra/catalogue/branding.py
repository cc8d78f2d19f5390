"""How the sign-in page looks and what it says: the default branding, and one for each language.

https://learn.microsoft.com/graph/api/organizationalbranding-list-localizations
https://learn.microsoft.com/graph/api/organizationalbrandinglocalization-update
"""

from typing import Final

from apps.entra.catalogue.build import (
    GRAPH_DOCS,
    create_only,
    not_read,
    read_only,
    read_only_arrays,
    writable,
)
from apps.entra.catalogue.model import (
    ANYTHING,
    Companion,
    Kind,
    Lane,
    Lock,
    Otherwise,
    Property,
    Unrestorable,
    Writability,
)

_BRANDING: Final = "/organization/{tenant}/branding"
_LOCALIZATIONS: Final = f"{_BRANDING}/localizations"
_LINK: Final = "A link on the sign-in page: people follow it before they have signed in."
_PICTURES: Final = (
    "backgroundImage",
    "bannerLogo",
    "customCSS",
    "favicon",
    "headerLogo",
    "squareLogo",
    "squareLogoDark",
)

ORGANIZATIONAL_BRANDING = Kind(
    name="organizationalBranding",
    graph_type="organizationalBrandingLocalization",
    title="Branding of sign-in",
    version="v1.0",
    list_path=_LOCALIZATIONS,
    item_path=f"{_LOCALIZATIONS}/{{id}}",
    create_path=_LOCALIZATIONS,
    # The default one is never posted: to change it is to make it.
    made_otherwise=Otherwise("0", "PATCH", _BRANDING, {"Accept-Language": "0"}),
    none_is_404=True,
    found_by=("id",),
    properties=(
        *create_only("id", reason="The language that it is for; 0 is the default."),
        *writable(
            "backgroundColor",
            "customCannotAccessYourAccountText",
            "customForgotMyPasswordText",
            "customPrivacyAndCookiesText",
            "customResetItNowText",
            "customTermsOfUseText",
            "headerBackgroundColor",
            "usernameHintText",
        ),
        *writable("signInPageText", sensitive="People read it before they type their password."),
        *writable(
            "customAccountResetCredentialsUrl",
            "customCannotAccessYourAccountUrl",
            "customPrivacyAndCookiesUrl",
            "customTermsOfUseUrl",
            sensitive=_LINK,
        ),
        Property("contentCustomization", merged=True),
        Property("loginPageLayoutConfiguration"),
        Property("loginPageTextVisibilitySettings", merged=True),
        *read_only(
            *(f"{name}RelativeUrl" for name in _PICTURES),
            reason="Says that there is a picture, and is another one when somebody changes it. "
            "The picture itself is not kept: upload it again by hand.",
        ),
        *read_only_arrays("cdnList"),
        *not_read(
            *_PICTURES,
            write=Writability.WITHHELD,
            reason="Pictures and style sheets are asked for one by one and are not kept: upload "
            "them again by hand.",
        ),
    ),
    read_permission=("OrganizationalBranding.Read.All",),
    write_permission=("OrganizationalBranding.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}organizationalbrandinglocalization",
    order=6,
    lane=Lane.POLICY,
    supports_select=False,
    page_size=None,
    together=True,
    label_properties=("id",),
    companions=(Companion("id", "Graph asks for it."),),
    not_deleted=(
        Lock(
            "The default branding is deleted in the admin center, when no other is left.",
            when=(("id", "0"),),
        ),
        *(
            Lock(
                "Graph deletes it once somebody has removed its pictures.",
                when=((f"{name}RelativeUrl", ANYTHING),),
            )
            for name in _PICTURES
        ),
    ),
    licence="Entra ID P1.",
    unrestorable=(
        Unrestorable(
            "pictures and style sheets",
            "They are not kept: a branding that is made anew has its texts and colours alone.",
            anew=(),
        ),
    ),
)
