from __future__ import annotations

from rest_framework import serializers

from apps.tenants.models import Branding as BrandingRow


class Branding(serializers.ModelSerializer[BrandingRow]):
    """How an MSP shows itself; what is empty is as Holdfast has it. sign_in_name: of its sign-in
    page, /sign-in/NAME/. colour: as "#1d4f91". logo_path: of a PNG image on this installation, null
    without one; it is another one for each logo. logo_width, logo_height: in pixels. changed_at:
    null where nothing was ever chosen."""

    msp_id = serializers.UUIDField()
    sign_in_name = serializers.CharField()
    logo_path = serializers.SerializerMethodField()
    changed_at = serializers.SerializerMethodField()

    class Meta:
        model = BrandingRow
        fields = (
            *("msp_id", "portal_name", "sign_in_name", "colour", "sender_name", "reply_to"),
            *("support_email", "support_phone", "support_url"),
            *("logo_path", "logo_width", "logo_height", "changed_at"),
        )

    def get_logo_path(self, row: BrandingRow) -> str | None:
        """From the installation's address on."""
        return f"/branding/logos/{row.logo_id}.png" if row.logo_id else None

    def get_changed_at(self, row: BrandingRow) -> str | None:
        """When the MSP chose something last."""
        return None if row._state.adding else row.changed_at.isoformat()
