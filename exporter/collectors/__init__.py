"""What is published of each kind of target, one file a kind."""
