"""The pages of signing in: the door, forgotten passwords, confirming an email, connected applications."""
