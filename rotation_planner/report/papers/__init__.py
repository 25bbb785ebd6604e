"""What the bureau sends out: the public notice, transfer letters, reception letters, and a note on all of them."""
