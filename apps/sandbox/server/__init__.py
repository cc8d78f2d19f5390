"""The HTTP face: one ASGI application for Graph, sign-in and the control endpoints."""
