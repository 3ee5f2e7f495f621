"""OAuth 2.0 for applications: oauthlib's grant rules over our own tables."""
