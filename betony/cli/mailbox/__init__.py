"""The demo's mailbox: takes every mail by SMTP, keeps it as a file, and shows it on a page."""
