"""What of Settings is about places and practitioners."""
