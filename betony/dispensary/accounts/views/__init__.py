"""The pages of signing in: the door, forgotten passwords, confirming an e-mail, connected applications."""
