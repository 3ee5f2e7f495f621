"""The addresses of OAuth: one page for people, three for programs."""
