"""An MSP's notification routes and what arrived over them. Nothing here says who is told: where
alarms go is for people, in the portal."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import VIEW_NOTIFICATIONS
from apps.api.msp import MSPView
from apps.api.operations import listing, operation
from apps.api.serializers import notifications as shapes
from apps.api.serializers.common import Nothing
from apps.notify.routes import services

TAG = "Notifications"


class NotificationRoutes(MSPView):
    rights = {"GET": VIEW_NOTIFICATIONS}
    ordering = ("created_at", "id")

    @listing("list_notification_routes", TAG, shapes.NotificationRoute)
    def get(self, request: Request, msp_id: UUID) -> Response:
        """The MSP's routes, the oldest first."""
        return self.page(services.routes_of(self.actor, self.msp), shapes.NotificationRoute)


class OneNotificationRoute(MSPView):
    rights = {"GET": VIEW_NOTIFICATIONS}

    @operation("get_notification_route", TAG, shapes.NotificationRoute)
    def get(self, request: Request, msp_id: UUID, route_id: UUID) -> Response:
        """One route: of what it tells, and whether messages arrive."""
        found = services.access_route(self.actor, self.msp, route_id)
        return Response(shapes.NotificationRoute(found).data)


class Deliveries(MSPView):
    rights = {"GET": VIEW_NOTIFICATIONS}
    query = shapes.DeliveryQuery
    ordering = ("-created_at", "-id")

    @listing("list_deliveries", TAG, shapes.Delivery, query=shapes.DeliveryQuery)
    def get(self, request: Request, msp_id: UUID, route_id: UUID) -> Response:
        """What was told over a route, and what waits to be, newest first."""
        found = services.access_route(self.actor, self.msp, route_id)
        wanted = {f"{name}__in": values for name, values in self.parameters().items()}
        return self.page(services.deliveries_of(found).filter(**wanted), shapes.Delivery)


class Resending(MSPView):
    rights = {"POST": VIEW_NOTIFICATIONS}

    @operation("resend_delivery", TAG, shapes.Delivery, body=Nothing, status=202)
    def post(self, request: Request, msp_id: UUID, route_id: UUID, delivery_id: UUID) -> Response:
        """Send a message again to where its route leads, at once."""
        self.body(Nothing)
        found = services.access_route(self.actor, self.msp, route_id)
        delivery = services.access_delivery(found, delivery_id)
        services.resend(actor=self.actor, delivery=delivery)
        delivery.refresh_from_db()
        return Response(shapes.Delivery(delivery).data, status=202)
