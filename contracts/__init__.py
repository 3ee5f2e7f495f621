"""The dispensary's API as conversations, held with the real server and with the clinic's fake of it."""
