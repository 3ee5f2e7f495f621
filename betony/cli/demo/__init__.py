"""The local run: what it needs, what it prepares once, and the processes it watches over."""
