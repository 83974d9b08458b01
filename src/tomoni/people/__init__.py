"""People: accounts, departments, roles, sign-in, tokens (人と組織)."""
