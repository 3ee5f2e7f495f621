"""The dispensary itself and its people, in the public API's words."""
