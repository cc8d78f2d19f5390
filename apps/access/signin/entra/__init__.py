"""Signing in through Microsoft Entra: who may is asked of us, who it is of Entra.

The authorization code flow with PKCE, by MSAL; every claim of the id token is checked here.
https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""
