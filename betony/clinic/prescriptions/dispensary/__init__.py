"""The Fullscript client: the one module that knows the vendor's API, its words and its errors."""
