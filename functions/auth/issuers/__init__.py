"""Other OIDC issuers whose tokens open the API, as the parameter OidcIssuers lists them."""
