"""The stand-in for login.microsoftonline.com: discovery, sign-in, consent, tokens."""
