"""Words and parts both servers use; imports neither of them."""
